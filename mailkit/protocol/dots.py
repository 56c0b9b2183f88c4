"""Texts that end with a lone full stop: a line that begins with one gets another (RFC 1939 §3, RFC 5321 §4.5.2)."""

__all__ = ["END", "stuffed", "unstuffed"]

END = b".\r\n"
"""The line that ends a text."""


def stuffed(content: bytes) -> bytes:
    """A text as it goes over the wire, without :data:`END`; its last line ends, its line ends are CR LF already."""
    if content.startswith(b"."):
        content = b"." + content
    if b"\r\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    return content if content.endswith(b"\r\n") or not content else content + b"\r\n"


def unstuffed(line: bytes) -> bytes | None:
    """A line of a text as it was before, without its end; ``None`` for the line that ends the text."""
    return None if line == b"." else line.removeprefix(b".")
