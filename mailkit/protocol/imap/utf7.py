"""Folder names in modified UTF-7 (RFC 3501 §5.1.3), and as folders of a Maildir (Maildir++)."""

import base64
import hashlib
import re

__all__ = ["from_maildir", "from_utf7", "to_maildir", "to_utf7"]

_SHIFTED = re.compile(
    rb"&([^&-]*)-"
)  # stops at the next one, because a server may send a megabyte of them
_BEYOND = re.compile("[^\x20-\x7e]+")


_STOP = "&AC4-"
"""A full stop in a folder's name; between names it separates a folder from its parent."""

_EMPTY = "&"
"""Encodes an empty part of a name. No other part looks like this: a shift always ends with ``-``."""

_LONGEST = 255
"""The longest file name of common file systems, in octets."""


def to_maildir(name: str, delimiter: str = "/") -> str:
    """Return the directory of a folder below a Maildir: empty for INBOX, ``.Sent``, ``.Work.2026``.

    The name may come from a hostile server. The result is one path component that starts with a full stop and is
    never ``.`` or ``..``; it is unique for each name. A name that is too long ends with a digest.
    """
    if name.isascii() and name.upper() == "INBOX":
        return ""
    parts = name.split(delimiter) if delimiter else [name]
    place = f".{'.'.join(_part(part) for part in parts)}"
    if len(place) <= _LONGEST:
        return place
    digest = hashlib.sha256(f"{delimiter}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{place[:180]}&{digest[:40]}"


def from_maildir(place: str) -> str:
    """Return the folder name of a directory, with ``/`` between its parts.

    Raises:
        ValueError: it is not such a
    directory, or its name was too long.
    """
    parts = place.removeprefix(".").replace(_STOP, "\0").split(".")
    name = "/".join(
        "" if part == _EMPTY else from_utf7(part.encode().replace(b"\0", b".")) for part in parts
    )
    return name or "INBOX"


def _part(name: str) -> str:
    """Encode one part of a folder's name for a file name."""
    return to_utf7(name).decode().replace(".", _STOP).replace("/", "&AC8-") or _EMPTY


def to_utf7(name: str) -> bytes:
    """Encode a folder's name in modified UTF-7 (RFC 3501 §5.1.3)."""

    def shift(match: re.Match[str]) -> str:
        packed = base64.b64encode(match[0].encode("utf-16-be", "surrogatepass")).decode()
        return f"&{packed.rstrip('=').replace('/', ',')}-"

    return _BEYOND.sub(shift, name.replace("&", "&-")).encode("ascii")


def from_utf7(name: bytes) -> str:
    """Decode modified UTF-7.

    Raises:
        ValueError: it is invalid.
    """
    shown, end = [], 0
    for match in _SHIFTED.finditer(name):
        shown.append(_plain(name[end : match.start()]))
        packed = match[1].replace(b",", b"/")
        padded = packed + b"=" * (-len(packed) % 4)
        shown.append(base64.b64decode(padded, validate=True).decode("utf-16-be") if packed else "&")
        end = match.end()
    return "".join([*shown, _plain(name[end:])])


def _plain(text: bytes) -> str:
    if b"&" in text:
        raise ValueError("a shift that does not end")
    return text.decode("ascii")
