"""Folder names in modified UTF-7 (RFC 3501 §5.1.3), and as folders of a Maildir (Maildir++)."""

import base64
import re

__all__ = ["from_maildir", "from_utf7", "to_maildir", "to_utf7"]

_SHIFTED = re.compile(rb"&([^-]*)-")
_BEYOND = re.compile("[^\x20-\x7e]+")


_STOP = "&AC4-"
"""A full stop in the name of a folder; between names it stands for what is above."""


def to_maildir(name: str, delimiter: str = "/") -> str:
    """Where a folder is below a Maildir: nothing for INBOX, ``.Sent``, ``.Work.2026``; never anywhere else."""
    if name.upper() == "INBOX":
        return ""
    above = name.split(delimiter) if delimiter else [name]
    parts = (to_utf7(one).decode().replace(".", _STOP).replace("/", "&AC8-") for one in above)
    return f".{'.'.join(parts)}"


def from_maildir(place: str) -> str:
    """The name of the folder that is there, with ``/`` between its parts.

    Raises:
        ValueError: it is none.
    """
    parts = place.removeprefix(".").replace(_STOP, "\0").split(".")
    name = "/".join(from_utf7(one.encode().replace(b"\0", b".")) for one in parts)
    return name or "INBOX"


def to_utf7(name: str) -> bytes:
    """A folder's name in modified UTF-7 (RFC 3501 §5.1.3)."""

    def shift(match: re.Match[str]) -> str:
        packed = base64.b64encode(match[0].encode("utf-16-be", "surrogatepass")).decode()
        return f"&{packed.rstrip('=').replace('/', ',')}-"

    return _BEYOND.sub(shift, name.replace("&", "&-")).encode("ascii")


def from_utf7(name: bytes) -> str:
    """The name that modified UTF-7 stands for.

    Raises:
        ValueError: it is none.
    """
    shown, end = [], 0
    for match in _SHIFTED.finditer(name):
        shown.append(name[end : match.start()].decode("ascii"))
        packed = match[1].replace(b",", b"/")
        padded = packed + b"=" * (-len(packed) % 4)
        shown.append(base64.b64decode(padded, validate=True).decode("utf-16-be") if packed else "&")
        end = match.end()
    rest = name[end:].decode("ascii")
    if "&" in rest:
        raise ValueError("a shift that does not end")
    return "".join([*shown, rest])
