"""Encodings in which text may repeat other text: percent signs, quoted-printable, escapes of JSON, HTML and Python, hexadecimal.

Only what is needed to find a text in them, and to say where it stands; base64 is looked for in :mod:`mailkit.protocol.masking`.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape

__all__ = ["decodings", "digits", "has_digits", "hexadecimal", "is_encoded", "replaced"]

Unit = tuple[bytes, re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]]

_ENCODED = re.compile(rb"[%=][0-9A-Fa-f]{2}|[\\]|&[#A-Za-z]|\+[^\s]|=\?")
"""The forms in which one of these encodings appears."""
_SIGNS = b"%=\\&+"
"""One of these octets is in each of them."""
_HEXADECIMAL = bytes(48 if chr(octet) in "0123456789ABCDEFabcdef" else 46 for octet in range(256))
"""Makes ``0`` of each hexadecimal digit, and a dot of all else."""

_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"0": b"\0"}


def _byte(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode()) if match[1] else b" "


def _escape(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return chr(int(match[1], 16)).encode("utf-8", "surrogatepass")
    if match[2]:
        return bytes([int(match[2], 16)])
    return _NAMED.get(match[3], match[3])


def _entity(match: re.Match[bytes]) -> bytes:
    return unescape(match[0].decode("ascii")).encode("utf-8", "replace")


_UNITS: tuple[Unit, ...] = (
    (b"%", re.compile(rb"%([0-9A-Fa-f]{2})"), _byte),
    (b"%", re.compile(rb"%([0-9A-Fa-f]{2})|\+"), _byte),
    (b"+", re.compile(rb"()\+"), _byte),
    (b"=", re.compile(rb"=([0-9A-Fa-f]{2})"), _byte),
    (b"=", re.compile(rb"=([0-9A-Fa-f]{2})|_"), _byte),
    (b"\\", re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.S), _escape),
    (b"&", re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});?"), _entity),
)
"""The octet that every encoded text has, the pattern of an encoded character, and its decoding."""


def is_encoded(data: bytes) -> bool:
    """Return whether one of these encodings may appear; most replies do not have even its signs."""
    return len(data.translate(None, _SIGNS)) < len(data) and bool(_ENCODED.search(data))


def decodings(data: bytes) -> Iterator[tuple[bytes, re.Pattern[bytes], Callable[..., bytes]]]:
    """The data decoded in each way in which something of it can be, with what :func:`replaced` needs."""
    for sign, unit, meant in _UNITS:
        if sign in data and (text := unit.sub(meant, data)) != data:
            yield text, unit, meant


def replaced(
    data: bytes, unit: re.Pattern[bytes], meant: Callable[..., bytes], wanted: re.Pattern[bytes]
) -> bytes:
    """The data with ``***`` where its decoded form matches a pattern; all else stays encoded."""
    text, begins, ends = bytearray(), [], []

    def take(piece: bytes, begin: int, end: int) -> None:
        text.extend(piece)
        begins.extend([begin] * len(piece))
        ends.extend([end] * len(piece))

    at = 0
    for match in unit.finditer(data):
        for place in range(at, match.start()):
            take(data[place : place + 1], place, place + 1)
        take(meant(match), *match.span())
        at = match.end()
    for place in range(at, len(data)):
        take(data[place : place + 1], place, place + 1)
    shown, at = b"", 0
    for match in wanted.finditer(bytes(text)):
        shown += data[at : begins[match.start()]] + b"***"
        at = ends[match.end() - 1]
    return shown + data[at:]


@lru_cache(256)
def digits(count: int) -> re.Pattern[bytes]:
    """A pattern for so many pairs of hexadecimal digits, or more."""
    return re.compile(rb"(?:[0-9A-Fa-f]{2}[ :-]?){%d,}" % max(count, 4))


def has_digits(data: bytes, count: int) -> bool:
    """Return whether the pattern of :func:`digits` may match; a search for plain octets takes a twentieth of its time."""
    return b"00" * max(count, 4) in data.translate(_HEXADECIMAL, b" :-")


def hexadecimal(data: bytes) -> Iterator[bytes]:
    """Decode pairs of digits, at either alignment."""
    pairs = re.sub(rb"[ :-]", b"", data).decode()
    for start in (0, 1):
        yield bytes.fromhex(pairs[start : start + (len(pairs) - start) // 2 * 2])
