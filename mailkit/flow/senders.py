"""The sender of a message, and membership in lists of addresses and domains, safe against forged headers.

Only the address of From counts, never its display name. From with several addresses has no sender. Domains are
compared as in DNS, so look-alike letters differ. A domain without a leading full stop does not include its
subdomains.
"""

import re
import unicodedata
from collections.abc import Iterable
from email import policy
from email.errors import ObsoleteHeaderDefect, UndecodableBytesDefect
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from pathlib import Path

from mailkit.private import open_regular

__all__ = ["field_of", "fits", "header_in", "header_of", "sender_of"]


_HARMLESS = (ObsoleteHeaderDefect, UndecodableBytesDefect)
"""An unquoted name with a full stop or raw octets."""


_LONGEST_HEADER, _LONGEST_FIELD = 262_144, 8_192
"""The longest field to parse, in octets: the standard library takes quadratic time for some."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e]+[ \t]*:")


def header_of(data: bytes) -> EmailMessage:
    """The header of any message; fields are parsed when asked for.

    A field longer than 8 KiB is empty; of a header longer than 256 KiB all are missing.
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
    """Return the header of a message in a file."""
    with open_regular(file) as data:
        return header_of(data.read(_LONGEST_HEADER + 1))


def field_of(message: EmailMessage, name: str) -> str:
    """Return a decoded header field; empty if it is missing or unreadable."""
    try:
        return str(message[name] or "").encode("utf-8", "replace").decode()
    except Exception:  # noqa: BLE001 - some headers are beyond the library
        return ""


def sender_of(message: EmailMessage, name: str = "From") -> str:
    """Return the sender's address; empty if it is missing or ambiguous. ``name`` is another field with one address,
    such as Reply-To.
    """
    try:
        return _sender_of(message, name)
    except Exception:  # noqa: BLE001 - an unreadable header has no address
        return ""


def _sender_of(message: EmailMessage, name: str) -> str:
    names = (known.lower() for known, _ in message.raw_items())
    if sum(known == name.lower() for known in names) != 1:  # counted before any is parsed
        return ""
    field = message[name]
    if not isinstance(field, AddressHeader):
        return ""
    if any(not isinstance(defect, _HARMLESS) for defect in getattr(field, "defects", ())):
        return ""  # programs read different addresses from invalid syntax
    people = field.addresses
    if len(people) != 1 or "@" not in people[0].addr_spec:
        return ""
    address = people[0].addr_spec
    if "=?" in address or not address.isprintable():
        return ""  # an encoded word is not allowed in an address (RFC 2047 §5)
    return "" if any(c in ' <>,;:()[]"' or c.isspace() for c in address) else address


def fits(address: str, patterns: Iterable[str]) -> bool:
    """Return whether an address matches one of these: ``kim@example.com``, ``example.com``, or ``.example.com`` for
    all below it.
    """
    local, domain = _parts(address)
    if not local or not domain:
        return False
    for pattern in patterns:
        wanted = pattern.strip().removeprefix("*")
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
    """Compose letters and accents; characters that only look like ASCII letters are kept."""
    signs = any(not c.isascii() and unicodedata.normalize("NFC", c).isascii() for c in text)
    return text if signs else unicodedata.normalize("NFC", text)


def _small(char: str) -> str:
    """Lower-case a letter, but not K (Kelvin) as k and not ß as ss."""
    small = char.lower()
    return small if small.upper() == char else char


def _domain(name: str) -> str:
    """Return a domain in DNS form; empty if it is invalid."""
    import idna

    name = name.strip().rstrip(".")
    try:
        return idna.encode(name, uts46=True).decode().lower() if name else ""
    except idna.IDNAError:
        return name.lower() if name.isascii() else ""
