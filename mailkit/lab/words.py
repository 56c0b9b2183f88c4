"""How IMAP writes things down: names in modified UTF-7, strings, literals, dates."""

import base64
import re
from datetime import datetime

__all__ = ["date_time", "from_utf7", "quoted", "string", "to_utf7"]

_SHIFTED = re.compile(rb"&([^-]*)-")
_BEYOND = re.compile("[^\x20-\x7e]+")
_PLAIN = re.compile(rb'[^\r\n\x00\x80-\xff"\\]*')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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


def quoted(data: bytes) -> bytes:
    """A quoted string, or a literal where it cannot be one."""
    if len(data) < 1000 and _PLAIN.fullmatch(data):
        return b'"%b"' % data
    if len(data) < 1000 and not re.search(rb"[\r\n\x00\x80-\xff]", data):
        return b'"%b"' % data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b"{%d}\r\n%b" % (len(data), data)


def string(data: bytes | None) -> bytes:
    """An nstring: NIL, a quoted string, or a literal."""
    return b"NIL" if data is None else quoted(data)


def date_time(date: datetime) -> bytes:
    """An INTERNALDATE, with its quotes."""
    text = f'"{date.day:02}-{_MONTHS[date.month - 1]}-{date:%Y %H:%M:%S %z}"'
    return text.encode()
