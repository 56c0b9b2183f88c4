"""Decode encoded words in header fields (RFC 2047), also as programs write them."""

import binascii
import re

from mailkit.client.charsets import text_of

__all__ = ["decoded_words"]

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def decoded_words(text: str) -> str:
    """Decode encoded words; other text stays.

    Blanks between two of them are dropped. A character that is split over two of the same character set is joined.
    """
    if "=?" not in text:
        return text
    found: list[str] = []
    words: list[tuple[str, str]] = []
    charset, at = "", 0
    for match in _WORD.finditer(text):
        between = text[at : match.start()]
        named = match[1].lower()
        if between.strip() or not at or named != charset:
            found.append(text_of(_joined(words, charset), charset))
            words = []
        if between.strip() or (between and not at):
            found.append(between)
        words.append((match[2].lower(), match[3]))
        charset, at = named, match.end()
    return "".join([*found, text_of(_joined(words, charset), charset), text[at:]])


def _joined(words: list[tuple[str, str]], charset: str) -> bytes:
    """Decode neighbours of one character set. Some programs cut the base64 of a whole text, and not the text."""
    octets = b"".join(_octets(how, text) for how, text in words)
    cut = len(words) > 1 and {how for how, _ in words} == {"b"}
    if cut and len(words[0][1]) % 4 and not _is_text(octets, charset):
        whole = _octets("b", "".join(text for _, text in words))
        return whole if _is_text(whole, charset) else octets
    return octets


def _is_text(octets: bytes, charset: str) -> bool:
    try:
        octets.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        return False
    return True


def _octets(how: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if how == "q":
        return _HEX.sub(lambda match: bytes([int(match[1], 16)]), data.replace(b"_", b" "))
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
