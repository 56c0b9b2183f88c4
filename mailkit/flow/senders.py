"""Who sent a message, and whether somebody is in a list of addresses and domains: without being fooled.

Only the address of From counts, never the name beside it. Several addresses are nobody's. Domains are compared as DNS has them, so that
letters of another script are other letters, and a domain is itself alone: those below it are meant by a leading full stop.
"""

import unicodedata
from collections.abc import Iterable
from email import policy
from email.errors import ObsoleteHeaderDefect, UndecodableBytesDefect
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

__all__ = ["field_of", "fits", "header_in", "header_of", "sender_of"]


_HARMLESS = (ObsoleteHeaderDefect, UndecodableBytesDefect)
"""A full stop in a name without quotes, and raw octets in it."""


def header_of(data: bytes) -> EmailMessage:
    """The header of a message."""
    found = BytesHeaderParser(policy=policy.default).parsebytes(data)
    assert isinstance(found, EmailMessage)
    return found


def header_in(file: Path) -> EmailMessage:
    """The header of a message in a file."""
    with file.open("rb") as data:
        found = BytesHeaderParser(policy=policy.default).parse(data)
    assert isinstance(found, EmailMessage)
    return found


def field_of(message: EmailMessage, name: str) -> str:
    """A header field, decoded; empty where there is none, or none that can be read."""
    try:
        return str(message[name] or "").encode("utf-8", "replace").decode()
    except Exception:  # noqa: BLE001 - some headers are beyond the library
        return ""


def sender_of(message: EmailMessage) -> str:
    """The address a message is from; empty where there is none, or where it is not clear which."""
    try:
        fields = message.get_all("From", [])
    except Exception:  # noqa: BLE001 - a header that cannot be read is nobody's
        return ""
    if len(fields) != 1 or not isinstance(fields[0], AddressHeader):
        return ""
    if any(not isinstance(one, _HARMLESS) for one in getattr(fields[0], "defects", ())):
        return ""  # where it breaks the grammar, programs read different addresses out of it
    people = fields[0].addresses
    if len(people) != 1 or "@" not in people[0].addr_spec:
        return ""
    address = people[0].addr_spec
    return (
        ""
        if any(ord(c) < 33 or c in '<>,;:()[]"' or 0xD800 <= ord(c) < 0xE000 for c in address)
        else address
    )


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
    return unicodedata.normalize("NFC", local).casefold(), _domain(domain)


def _domain(name: str) -> str:
    """A domain as DNS has it; empty where it is none."""
    import idna

    name = name.strip().rstrip(".")
    try:
        return idna.encode(name, uts46=True).decode().lower() if name else ""
    except idna.IDNAError:
        return name.lower() if name.isascii() else ""
