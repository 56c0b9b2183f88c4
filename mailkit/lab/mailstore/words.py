"""Write strings of server responses (RFC 3501 §4.3)."""

import re

__all__ = ["quoted", "string"]

_PLAIN = re.compile(rb'[^\r\n\x00\x80-\xff"\\]*')


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


def name_shown(name: bytes) -> bytes:
    """A name as an atom where it may be one, else as a string."""
    return (
        name
        if re.fullmatch(rb"[A-Za-z0-9_./&+,@=-]+", name) and name.upper() != b"NIL"
        else quoted(name)
    )
