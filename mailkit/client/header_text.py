"""Encode header fields, so that text arrives as it was written (RFC 2047, RFC 5322).

Text is encoded exactly once; text that looks like an encoded word is escaped.
"""

import base64
import re
from collections.abc import Iterable
from email.headerregistry import Address, Group
from email.utils import quote

import idna

__all__ = ["address_field", "ascii_domain", "text_field"]

_PLAIN = re.compile(r"[\x20-\x7e]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_LINE = 76
_LONGEST = 900
"""The longest text without folding, in octets; a line has at most 998 (RFC 5322 §2.1.1)."""


def text_field(name: str, text: str) -> str:
    """Return the folded value of a text field."""
    first = _LINE - len(name) - 2
    if not _PLAIN.fullmatch(text) or "=?" in text or max(map(len, text.split(" "))) > _LONGEST:
        return "\n ".join(_encoded_words(text, first))
    lines = [""]
    for word in re.split(
        r"(?<=\S)(?= )", text
    ):  # a fold stands before a space, never after the last word
        limit = first if len(lines) == 1 else _LINE
        if lines[-1] and word.strip() and len(lines[-1]) + len(word) > limit:
            lines.append(word)
        else:
            lines[-1] += word
    return "\n".join(lines)


def address_field(name: str, entries: Iterable[Address | Group]) -> str:
    """Return the folded value of an address field; domains in ASCII, local parts unchanged (RFC 6532)."""
    lines: list[str] = []
    line = ""
    limit = _LINE - len(name) - 2
    for text in _joined(entries):
        if line and len(line) + len(text) + 1 > limit:
            lines.append(line)
            line, limit = "", _LINE
        line = f"{line} {text}" if line else text
    return "\n ".join([*lines, line])


def ascii_domain(address: str) -> str:
    """Return an address with its domain as A-labels (RFC 5891), or unchanged if that is not possible."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        return address


def _joined(entries: Iterable[Address | Group]) -> list[str]:
    texts = []
    for entry in entries:
        if isinstance(entry, Address):
            texts.append(_mailbox(entry))
        elif entry.display_name is None:
            texts += [_mailbox(address) for address in entry.addresses]
        else:
            members = ", ".join(map(_mailbox, entry.addresses))
            texts.append(f"{_phrase(entry.display_name)}:{members and ' ' + members};")
    return [f"{text}," for text in texts[:-1]] + texts[-1:]


def _mailbox(address: Address) -> str:
    spec = ascii_domain(address.addr_spec)
    return f"{_phrase(address.display_name)} <{spec}>" if address.display_name else spec


def _phrase(text: str) -> str:
    if not _PLAIN.fullmatch(text) or "=?" in text or len(text) > _LONGEST:
        return "\n ".join(_encoded_words(text, 50))
    return text if _ATOMS.fullmatch(text) and text == " ".join(text.split()) else f'"{quote(text)}"'


def _encoded_words(text: str, first: int) -> list[str]:
    """Return encoded words of whole characters, at most 75 long; spaces are encoded too."""
    octets = text.encode("utf-8", "replace")
    quoted = sum(byte in _SAFE or byte == 32 for byte in octets) * 3 > len(octets) * 2
    words, part, limit = [], "", min(max(first, 30), 75)
    for char in text:
        if part and len(_word(part + char, quoted=quoted)) > limit:
            words.append(_word(part, quoted=quoted))
            part, limit = "", 75
        part += char
    return [*words, _word(part, quoted=quoted)]


def _word(text: str, *, quoted: bool) -> str:
    data = text.encode("utf-8", "replace")
    if not quoted:
        return f"=?utf-8?b?{base64.b64encode(data).decode()}?="
    shown = "".join("_" if b == 32 else chr(b) if b in _SAFE else f"={b:02X}" for b in data)
    return f"=?utf-8?q?{shown}?="
