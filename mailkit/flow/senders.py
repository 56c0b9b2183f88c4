"""Who sent a message, and whether somebody is in a list of addresses and domains: without being fooled.

Only the address of From counts, never the name beside it. Several addresses are nobody's. Domains are compared as DNS has them, so that
letters of another script are other letters, and a domain is itself alone: those below it are meant by a leading full stop.
"""

import re
import unicodedata
from collections.abc import Iterable
from email import policy
from email.errors import ObsoleteHeaderDefect, UndecodableBytesDefect
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from pathlib import Path

__all__ = ["field_of", "fits", "header_in", "header_of", "sender_of"]


_HARMLESS = (ObsoleteHeaderDefect, UndecodableBytesDefect)
"""A full stop in a name without quotes, and raw octets in it."""


_LONGEST_HEADER, _LONGEST_FIELD = 262_144, 8_192
"""Octets. The standard library takes quadratic time for some fields, so longer ones are not given to it."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:")


def header_of(data: bytes) -> EmailMessage:
    """The header of a message, however it is made; nothing is parsed before a field is asked for.

    A field longer than 8 KiB is there and empty; of a header longer than 256 KiB nothing is there.
    """
    found = EmailMessage(policy=policy.default)
    lines = _LINE_END.split(data[: _LONGEST_HEADER + 1])
    fields: list[list[bytes]] = []
    for place, line in enumerate(lines):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1].append(line)
        elif _NAME.match(line):
            fields.append([line])
        elif place or not line.startswith(b"From "):
            break
    else:
        if len(data) > _LONGEST_HEADER:
            return found
    for rows in fields:
        name, _, value = b"".join(rows).partition(b":")
        text = value.strip(b" \t").decode("ascii", "surrogateescape")
        found.set_raw(name.decode("ascii").rstrip(), text if len(text) <= _LONGEST_FIELD else "")
    return found


def header_in(file: Path) -> EmailMessage:
    """The header of a message in a file."""
    with file.open("rb") as data:
        return header_of(data.read(_LONGEST_HEADER + 1))


def field_of(message: EmailMessage, name: str) -> str:
    """A header field, decoded once; empty where there is none, or none that can be read."""
    try:
        return str(message[name] or "").encode("utf-8", "replace").decode()
    except Exception:  # noqa: BLE001 - some headers are beyond the library
        return ""


def sender_of(message: EmailMessage, name: str = "From") -> str:
    """The address a message is from; empty where there is none, or where it is not clear which.

    ``name`` is another field with one address, such as Reply-To.
    """
    try:
        return _sender_of(message, name)
    except Exception:  # noqa: BLE001 - a header that cannot be read is nobody's
        return ""


def _sender_of(message: EmailMessage, name: str) -> str:
    fields = message.get_all(name, [])
    if len(fields) != 1 or not isinstance(fields[0], AddressHeader):
        return ""
    if any(not isinstance(one, _HARMLESS) for one in getattr(fields[0], "defects", ())):
        return ""  # where it breaks the grammar, programs read different addresses out of it
    people = fields[0].addresses
    if len(people) != 1 or "@" not in people[0].addr_spec:
        return ""
    address = people[0].addr_spec
    if "=?" in address or not address.isprintable():
        return ""  # an encoded word has no place in an address (RFC 2047 §5)
    return "" if any(c in ' <>,;:()[]"' or c.isspace() for c in address) else address


def fits(address: str, patterns: Iterable[str]) -> bool:
    """Whether an address is one of these: ``kim@example.com``, ``example.com``, or ``.example.com`` for all below it."""
    local, domain = _parts(address)
    if not local or not domain:
        return False
    for one in patterns:
        wanted = one.strip().removeprefix("*")
        if "@" in wanted.lstrip("@"):
            if _parts(wanted) == (local, domain):
                return True
            continue
        wanted = wanted.lstrip("@")
        name = _domain(wanted.removeprefix("."))
        if name and (domain.endswith(f".{name}") if wanted.startswith(".") else domain == name):
            return True
    return False


def _parts(address: str) -> tuple[str, str]:
    local, _, domain = address.strip().rpartition("@")
    return "".join(_small(char) for char in _composed(local)), _domain(domain)


def _composed(text: str) -> str:
    """Letters and their accents as one character; a sign that only looks like an ASCII letter stays itself."""
    signs = any(not c.isascii() and unicodedata.normalize("NFC", c).isascii() for c in text)
    return text if signs else unicodedata.normalize("NFC", text)


def _small(char: str) -> str:
    """A letter in lower case, where that is another form of the same letter: not K (Kelvin) as k, not ß as ss."""
    small = char.lower()
    return small if small.upper() == char else char


def _domain(name: str) -> str:
    """A domain as DNS has it; empty where it is none."""
    import idna

    name = name.strip().rstrip(".")
    try:
        return idna.encode(name, uts46=True).decode().lower() if name else ""
    except idna.IDNAError:
        return name.lower() if name.isascii() else ""
