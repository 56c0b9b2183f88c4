"""A large CSV file in pieces: its lines, and whether every reader takes its quotes in the same way."""

from collections.abc import Iterator
from typing import BinaryIO

from mailkit.formats.tables import MAX_BYTES

__all__ = ["BLOCK", "blocks", "lines_of", "quoted_in"]

BLOCK = 8 * 1024**2
"""Octets of a piece, without the rest of its last line."""

_PIECE = 256 * 1024
"""Octets that stay in the processor's cache while they are looked at."""


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """Return the file in pieces that end with a line."""
    while data := file.read(BLOCK) + file.readline():
        yield data


def lines_of(block: bytes) -> int:
    """Return the number of lines; the last one may lack its end."""
    return block.count(b"\n") + (not block.endswith(b"\n"))


def quoted_in(file: BinaryIO, delimiter: bytes) -> bool | None:
    """Return whether a file has quotes; ``None`` if CSV readers may read it in different ways.

    Each quote is at the beginning or the end of a cell.
    """
    if _plain(file):
        return False
    size, found = 0, False
    file.seek(0)
    for data in blocks(file):
        size += len(data)
        if size > MAX_BYTES or b"\0" in data:
            return None
        if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
            return None
        if b'"' not in data:
            continue
        opened = data.count(delimiter + b'"') + data.count(b'\n"') + data.startswith(b'"')
        ended = data.count(b'"' + delimiter) + data.count(b'"\n') + data.count(b'"\r\n')
        ended += data.endswith(b'"')
        if opened != ended or opened + ended != data.count(b'"'):
            return None
        found = True
    return found


def _plain(file: BinaryIO) -> bool:
    """Return whether a file has neither quotes nor carriage returns, and is not too large; a quick look decides."""
    piece, size = bytearray(_PIECE), 0
    while count := file.readinto(piece):  # type: ignore[attr-defined]
        size += count
        read = piece if count == _PIECE else piece[:count]
        if size > MAX_BYTES or any(octet in read for octet in b'"\r\0'):
            return False
    return True
