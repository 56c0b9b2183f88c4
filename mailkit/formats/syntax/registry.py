"""An export of the Windows registry (``.reg``): ``[KEY\\SUBKEY]`` and ``"Name"=value``.

A value is a text, ``dword:`` with eight hexadecimal digits, or ``hex:`` with octets, over several lines;
Outlook writes its texts as octets of UTF-16.
"""

import re

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_HEAD = re.compile(r"\s*(?:Windows Registry Editor Version \d|REGEDIT4)")
_KEY = re.compile(r"\[(-?)([^\r\n]*)\]\s*$")
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"\s*$")
_NAME = re.compile(r"\"((?:[^\"\\]|\\.)*)\"=")
_DWORD = re.compile(r"dword:([0-9a-fA-F]{1,8})\s*$")
_OCTETS = re.compile(r"hex(?:\([0-9a-f]+\))?:((?:[0-9a-fA-F]{2}|[,\\\s])*+)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries; the path are the parts of the key and the name.

    Raises:
        FormatError: it is no such export.
    """
    if _HEAD.match(text) is None:
        raise FormatError(file, "does not begin as an export of the registry does", 1)
    lines = Lines(text)
    key: tuple[str, ...] = ()
    entries: list[Entry] = []
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        if (section := _KEY.match(text, begin, end)) is not None:
            key = () if section[1] else tuple(section[2].split("\\"))
        elif key and (name := _NAME.match(text, begin, end)) is not None:
            path = (*key, re.sub(r"\\(.)", r"\1", name[1]))
            if (entry := _entry(path, text, name.end(), end, number)) is not None:
                entries.append(entry)
    return entries


def _entry(path: tuple[str, ...], text: str, begin: int, end: int, number: int) -> Entry | None:
    """A value; ``None`` for one of another kind, such as an encrypted password."""
    if (found := _TEXT.match(text, begin, end)) is not None:
        span = found.span(1)
        return Entry(path, re.sub(r"\\(.)", r"\1", found[1]), number, span, found[1], '"')
    if (found := _DWORD.match(text, begin, end)) is not None:
        return Entry(path, int(found[1], 16), number, found.span(1), found[1], "dword")
    if (found := _OCTETS.match(text, begin)) is not None:
        raw = found[1].rstrip()
        octets = bytes.fromhex(re.sub(r"[,\\\s]", "", found[1]))
        if (value := _decoded(octets)) is not None:
            whole = (found.start(1), found.start(1) + len(raw))
            written = None if "\n" in raw else whole  # one over several lines is not written
            return Entry(path, value, number, written, "", "hex")
    return None


def _decoded(octets: bytes) -> str | None:
    """The text in some octets, if they end as one does and are one."""
    if len(octets) < 4 or octets[-2:] != b"\0\0" or len(octets) % 2:
        return None
    try:
        value = octets[:-2].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    return value if value.isprintable() else None


def render(value: Scalar, entry: Entry) -> str:
    """A value of the kind that stands there."""
    if entry.quote == "dword":
        return f"{int(value):08x}" if value is not None else entry.raw
    if entry.quote == "hex":
        return ",".join(f"{octet:02x}" for octet in f"{value}\0".encode("utf-16-le"))
    return str(value).replace("\\", "\\\\").replace('"', '\\"')
