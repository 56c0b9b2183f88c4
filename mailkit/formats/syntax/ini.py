"""INI files: sections, ``key = value`` or ``key: value``, quotes, and keys before the first section.

The flavours differ in remarks behind a value: Go's (the default) ends a value at `` ;`` or `` #``; ``python``
(configparser) does not, and joins indented lines.
"""

import re

from mailkit.errors import FormatError
from mailkit.formats.document import INCLUDED, Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._evaluated import source_of
from mailkit.formats.values import flag_word

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_SECTION = re.compile(r"\s*\[([^\]\r\n]*)\]\s*(?:[;#].*)?$")
_KEY = re.compile(r"\s*+([^=:;#\[\s][^=:]*+)([=:])[ \t]*+")
_PROPERTY = re.compile(r"=[ \t]*PT_[A-Z0-9]+[ \t]*,[ \t]*0x[0-9A-Fa-f]+[ \t]*$")
_QUOTED = re.compile(r'("""|"|\'|`)(.*?)\1(?=\s*(?:[;#].*)?$)')
_FILE = re.compile(r"\$__file\{(.+)\}")
_ENV = re.compile(r"\$__env\{(.+)\}|\$\{([A-Za-z_]\w*)\}|\$([A-Z_][A-Z0-9_]*)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a text.

    Raises:
        FormatError: nothing in it is a section or a key.
    """
    lines = Lines(text)
    section: tuple[str, ...] = ()
    entries: list[Entry] = []
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if not line.strip() or line.lstrip()[:1] in ";#":
            continue
        if (match := _SECTION.fullmatch(line)) is not None:
            section = _section(match[1].strip())
        elif flavour == "python" and line[:1] in " \t" and entries:
            continue
        elif _PROPERTY.search(line) is not None:
            continue  # of an Outlook profile: the type of a key, not a value
        elif (match := _KEY.match(line)) is not None:
            entry = _entry(
                (*section, match[1].rstrip()), text, begin + match.end(), end, number, flavour
            )
            if entry.path == ("include", "path"):  # of Git's files
                entry = Entry((INCLUDED,), entry.value, number)
            entries.append(entry)
    if not entries:
        raise FormatError(file, "has no KEY = VALUE line", 1)
    return entries


def _section(name: str) -> tuple[str, ...]:
    """The path of a section; ``[sendemail "work"]`` of Git's files is two segments."""
    match = re.fullmatch(r"(\S+)\s+\"(.*)\"", name)
    return (match[1], match[2]) if match else tuple(filter(None, (name,)))


def _entry(
    path: tuple[str, ...], text: str, begin: int, end: int, number: int, flavour: str
) -> Entry:
    raw = text[begin:end].rstrip()
    quote = ""
    value = raw
    quoted = _QUOTED.match(raw)
    if quoted is not None and flavour != "python":
        quote, value, raw = (
            quoted[1],
            quoted[2],
            raw[: quoted.end(1) + len(quoted[2]) + len(quoted[1])],
        )
    elif flavour != "python":
        raw = value = re.split(r"[ \t][;#]", raw, maxsplit=1)[0].rstrip()
        if raw[:1] in (";", "#"):
            raw = value = ""
    span = (begin, begin + len(raw))
    if (found := _FILE.fullmatch(value)) is not None:
        return Entry(path, None, number, None, raw, quote, Reference("file", found[1]))
    if flavour != "python" and (found := _ENV.fullmatch(value)) is not None:
        name = next(filter(None, found.groups()))
        return Entry(path, None, number, None, raw, quote, Reference("env", name))
    evaluated = path[-1].startswith("remote") and path[-1].endswith("eval")  # of OfflineIMAP
    if flavour == "python" and (evaluated or re.search(r"%\(\w+\)s", value)):
        source = source_of(value) if path[-1] == "remotepasseval" else Reference("other", value)
        return Entry(path, None, number, None, raw, quote, source)
    return Entry(path, value, number, span, raw, quote)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    word = flag_word(value, entry.raw) if isinstance(value, bool) else str(value)
    return f"{entry.quote}{word}{entry.quote}"
