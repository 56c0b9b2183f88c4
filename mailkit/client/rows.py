"""FETCH responses as values: flags, dates, sizes, envelopes, structures, sections."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailkit.client.commands import Value
from mailkit.client.structure import BodyPart, Envelope, body_part, envelope
from mailkit.protocol.imap.responses import fetch_items
from mailkit.protocol.imap.utf7 import from_utf7
from mailkit.protocol.imap.values import to_date_time
from mailkit.text import number

__all__ = ["Row", "facts_of", "internal_date", "known_flags", "merge", "row_from", "row_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The fetched items of a message; others are ``None`` or empty. ``size`` is in octets.

    ``sections`` has contents by their section in capital letters, such as ``HEADER.FIELDS (SUBJECT)``; ``others`` has items
    of extensions by name, such as ``X-GM-THRID``.
    """

    uid: int
    number: int = 0
    flags: frozenset[str] = frozenset()
    date: datetime | None = None
    size: int | None = None
    modseq: int | None = None
    envelope: Envelope | None = None
    structure: BodyPart | None = None
    sections: dict[str, bytes] = field(default_factory=dict, repr=False)
    others: dict[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The whole message, if requested."""
        return self.sections.get("", b"")

    @property
    def labels(self) -> tuple[str, ...]:
        """Gmail's labels, if ``X-GM-LABELS`` was requested."""
        found = self.others.get("X-GM-LABELS", ())
        return tuple(map(_label, found)) if isinstance(found, tuple) else ()


_SYSTEM = {
    flag.lower(): flag for flag in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
}


def row_of(place: int, value: Value) -> Row | None:
    """Return the row of a FETCH response; ``None`` without a UID."""
    return row_from(facts_of(place, value))


def row_from(facts: dict[str, Any]) -> Row | None:
    """Return a row of facts, if they have a UID."""
    return Row(**facts) if facts.get("uid") else None


def merge(before: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Merge several responses for one message; the last value of each item counts."""
    both = {name: before.get(name, {}) | now.get(name, {}) for name in ("sections", "others")}
    return before | now | both


def facts_of(place: int, value: Value) -> dict[str, Any]:
    """Parse a FETCH response by the names of :class:`Row`; a misplaced item does not affect others."""
    facts: dict[str, Any] = {"number": place, "sections": {}, "others": {}}
    for name, item in fetch_items(value):
        _take(facts, name, item)
    return facts


def _take(facts: dict[str, Any], name: str, value: Value) -> None:
    match name:
        case "UID":
            facts["uid"] = number_of(value)
        case "FLAGS":
            flags = value if isinstance(value, tuple) else ()
            facts["flags"] = known_flags(f for f in flags if isinstance(f, bytes))
        case "INTERNALDATE":
            facts["date"] = internal_date(value)
        case "RFC822.SIZE":
            facts["size"] = number_of(value)
        case "MODSEQ":
            facts["modseq"] = number_of(value[0] if isinstance(value, tuple) and value else value)
        case "ENVELOPE":
            facts["envelope"] = envelope(value)
        case "BODYSTRUCTURE" | "BODY":
            facts["structure"] = body_part(value)
        case _ if name.startswith(("BODY[", "BINARY[")):
            section = name.partition("[")[2].removesuffix("]")
            facts["sections"][section] = bytes(value) if isinstance(value, bytes) else b""
        case _:
            facts["others"][name] = _plain(value)


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else None


def _label(text: object) -> str:
    try:
        return from_utf7(str(text).encode())
    except ValueError:
        return str(text)


def known_flags(flags: Iterable[bytes]) -> frozenset[str]:
    """Return flags in their standard spelling."""
    names = (flag.decode("utf-8", "replace") for flag in flags)
    return frozenset(_SYSTEM.get(flag.lower(), flag) for flag in names)


def internal_date(value: Value) -> datetime | None:
    """Return the time of a valid INTERNALDATE."""
    text = value.decode("ascii", "replace").strip() if isinstance(value, bytes) else ""
    try:
        return to_date_time(text)
    except ValueError:
        return None


def number_of(value: Value) -> int | None:
    """Return a number of at most 63 bits."""
    return number(value) if isinstance(value, bytes) else None
