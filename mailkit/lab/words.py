"""How IMAP writes things down: strings, literals, dates."""

import re
from datetime import datetime

__all__ = ["date_time", "quoted", "string"]

_PLAIN = re.compile(rb'[^\r\n\x00\x80-\xff"\\]*')
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
