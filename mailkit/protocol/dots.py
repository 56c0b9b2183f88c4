"""Dot-stuffing of texts that end with a lone full stop (RFC 1939 §3, RFC 5321 §4.5.2)."""

import re

__all__ = ["DOTTED", "END", "LAST", "stuffed", "unstuffed", "without_dots"]

END = b".\r\n"
"""The line that ends a text."""

DOTTED, LAST = re.compile(rb"\r\n\."), b"\r\n.\r\n"
"""A line end before a full stop, and before :data:`END`."""


def stuffed(content: bytes) -> bytes:
    """Dot-stuff a text, without :data:`END`; it must end with a line end, and have CR LF line ends."""
    if content.startswith(b"."):
        content = b"." + content
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    return content if content.endswith(b"\r\n") or not content else content + b"\r\n"


def unstuffed(line: bytes) -> bytes | None:
    """Undo dot-stuffing of a line, without its end; ``None`` for the line that ends the text."""
    return None if line == b"." else line.removeprefix(b".")


def without_dots(piece: bytes, *, added: bool) -> bytes:
    """Return a part of a text without the full stops that were added to its lines but the first."""
    return piece.replace(b"\r\n..", b"\r\n.") if added else piece
