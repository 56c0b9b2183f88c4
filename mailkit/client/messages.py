"""Messages of the folder that is open: searched, fetched, marked, appended, copied, moved, removed, waited for."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from mailkit.client.commands import FileText, Text, Value, ask
from mailkit.client.connection import IMAP4
from mailkit.client.mailboxes import wire_name
from mailkit.client.query import Query, anything, deleted, numbered
from mailkit.client.structure import BodyPart, Envelope, body_part, envelope
from mailkit.errors import ProtocolError, RefusedError
from mailkit.protocol.imap.responses import fetch_items
from mailkit.protocol.imap.values import date_time, to_date_time
from mailkit.text import number

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Row",
    "append",
    "copy",
    "fetch",
    "idle",
    "internal_date",
    "known_flags",
    "mark",
    "move",
    "part",
    "purge",
    "row_of",
    "search",
    "to_frame",
    "unmark",
]

OVERVIEW = "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE"
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is known of a message; what was not asked for is ``None`` or empty. ``size`` is in octets.

    ``sections`` has the names that FETCH gives them, in upper case: ``1.2``, ``HEADER.FIELDS (SUBJECT)``.
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

    @property
    def content(self) -> bytes:
        """The whole message, where it was asked for."""
        return self.sections.get("", b"")


def search(imap: IMAP4, query: Query = anything) -> list[int]:
    """The UIDs of the messages that are meant, from low to high.

    Raises:
        RefusedError: the server cannot search for this.
    """
    charset = ["CHARSET", "UTF-8"] if query.beyond_ascii and not _utf8(imap) else []
    reply = ask(imap, "UID SEARCH", *charset, *query.parts)
    found: set[int] = set()
    for row in reply.named(b"SEARCH"):
        told = (number(word) for word in row if isinstance(word, bytes))
        found |= {uid for uid in told if uid is not None}
    return sorted(found)


def fetch(
    imap: IMAP4, uids: Iterable[int], items: str = OVERVIEW, *, batch: int = _BATCH
) -> Iterator[Row]:
    """Rows for messages, as the answers come. Nothing is marked as read.

    Args:
        imap: the connection.
        uids: which messages.
        items: data items of RFC 9051 §6.4.5; ``BODY.PEEK[]`` is the whole message.
        batch: how many messages one command asks for.
    """
    wanted = sorted(set(uids))
    for first in range(0, len(wanted), batch):
        some = wanted[first : first + batch]
        reply = ask(imap, "UID FETCH", numbered(some), f"({items})")
        meant = set(some)
        rows: dict[int, Row] = {}
        for place, values in reply.numbered(b"FETCH"):
            one = row_of(place, values[0] if values else None)
            if one is not None and one.uid in meant:
                rows[one.uid] = _together(rows.get(one.uid), one)
        yield from rows.values()


def part(imap: IMAP4, uid: int, path: str) -> bytes:
    """One part of a message as it is on the server, encoded; the rest is not fetched.

    Raises:
        RefusedError: there is no such message.
    """
    if not re.fullmatch(r"[0-9.]*(MIME|HEADER|TEXT)?", path):
        raise ProtocolError(f"{path!r} is no part")
    for row in fetch(imap, [uid], f"UID BODY.PEEK[{path}]"):
        return row.sections.get(path, b"")
    raise RefusedError(f"there is no message {uid}", imap.transcript, "nonexistent")


def mark(imap: IMAP4, uids: Iterable[int], *flags: str) -> None:
    """Set flags or keywords, such as ``\\Seen``."""
    _store(imap, uids, "+FLAGS.SILENT", flags)


def unmark(imap: IMAP4, uids: Iterable[int], *flags: str) -> None:
    """Take flags or keywords away."""
    _store(imap, uids, "-FLAGS.SILENT", flags)


def append(
    imap: IMAP4,
    folder: str,
    message: bytes | EmailMessage | Path,
    flags: Iterable[str] = (),
    date: datetime | None = None,
) -> int | None:
    """Put a message into a folder; returns its UID where the server tells (RFC 4315).

    A file is sent in pieces, whatever its size, and its line ends become those of mail.

    Raises:
        RefusedError: there is no such folder, or no room; ``kind`` is the server's code.
    """
    content: FileText | Text
    if isinstance(message, Path):
        content = FileText(message)
    elif isinstance(message, EmailMessage):
        content = Text(message.as_bytes(policy=policy.SMTP))
    else:
        content = Text(message)
    parts: list[str | bytes | Text] = [
        "APPEND",
        wire_name(imap, folder),
        f"({' '.join(_flags(flags))})",
    ]
    if date is not None:
        parts.append(f'"{date_time(date)}"')
    reply = ask(imap, *parts, content)
    return _uid(reply.arguments[-1:]) if reply.code == "APPENDUID" else None


def copy(imap: IMAP4, uids: Iterable[int], folder: str) -> None:
    """Copy messages into another folder."""
    if wanted := numbered(uids):
        ask(imap, "UID COPY", wanted, wire_name(imap, folder))


def move(imap: IMAP4, uids: Iterable[int], folder: str) -> None:
    """Move messages into another folder (RFC 6851); where the server has no MOVE, copy and remove these only."""
    wanted = sorted(set(uids))
    if not wanted:
        return
    if "MOVE" in imap.offers:
        ask(imap, "UID MOVE", numbered(wanted), wire_name(imap, folder))
        return
    copy(imap, wanted, folder)
    purge(imap, wanted)


def purge(imap: IMAP4, uids: Iterable[int]) -> None:
    """Remove messages for good: these, and no others that somebody has marked (RFC 4315).

    Where the server has no UID EXPUNGE, the marks of others are taken off before EXPUNGE, and put on again after it.
    """
    wanted = sorted(set(uids))
    if not wanted:
        return
    mark(imap, wanted, "\\Deleted")
    if "UIDPLUS" in imap.offers:
        ask(imap, "UID EXPUNGE", numbered(wanted))
        return
    others = sorted(set(search(imap, deleted)) - set(wanted))
    if others:
        unmark(imap, others, "\\Deleted")
    try:
        ask(imap, "EXPUNGE")
    finally:
        if others:
            mark(imap, others, "\\Deleted")


def idle(imap: IMAP4, seconds: float = 1740.0) -> list[tuple[int, str]]:
    """Wait until something happens in the folder (RFC 2177): ``[(3, "EXISTS")]``; nothing when the time is over.

    Raises:
        RefusedError: the server has no IDLE.
    """
    if "IDLE" not in imap.offers:
        raise RefusedError("the server has no IDLE", imap.transcript)
    stream = imap.stream
    stream.sendall(b"MI IDLE\r\n")
    line = stream.readline()
    while not line.startswith(b"+"):
        if line.startswith(b"MI "):
            raise RefusedError(line.decode("utf-8", "replace").strip(), imap.transcript)
        line = stream.readline()
    found: list[tuple[int, str]] = []
    until = monotonic() + seconds
    while not found and stream.wait(until - monotonic()):
        found += _event(stream.readline())
        if monotonic() >= until:
            break
    stream.sendall(b"DONE\r\n")
    while not (line := stream.readline()).startswith(b"MI "):
        found += _event(line)
    return found


def to_frame(rows: Iterable[Row]) -> "pandas.DataFrame":
    """Rows as a DataFrame: one for each message, typed columns."""
    import pandas

    columns = ["uid", "date", "from", "to", "subject", "size", "seen", "flags", "message_id"]
    made = [
        (
            one.uid,
            one.date,
            ", ".join(map(str, one.envelope.from_)) if one.envelope else "",
            ", ".join(map(str, one.envelope.to)) if one.envelope else "",
            one.envelope.subject if one.envelope else "",
            one.size,
            "\\Seen" in one.flags,
            " ".join(sorted(one.flags)),
            one.envelope.message_id if one.envelope else "",
        )
        for one in rows
    ]
    frame = pandas.DataFrame(made, columns=columns)
    frame["date"] = pandas.to_datetime(frame["date"], utc=True)
    return frame.astype({"uid": "int64", "size": "Int64", "seen": "bool"})


_SYSTEM = {
    one.lower(): one for one in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
}


def _event(line: bytes) -> list[tuple[int, str]]:
    match = re.match(rb"\* (\d{1,10}) (EXISTS|EXPUNGE|FETCH|RECENT)\b", line, re.I)
    if match is None or match[2].upper() == b"RECENT":
        return []
    return [(int(match[1]), match[2].decode().upper())]


def _store(imap: IMAP4, uids: Iterable[int], how: str, flags: Iterable[str]) -> None:
    if wanted := numbered(uids):
        ask(imap, "UID STORE", wanted, how, f"({' '.join(_flags(flags))})")


def _flags(flags: Iterable[str]) -> list[str]:
    found = [_SYSTEM.get(one.lower(), one) for one in flags]
    for one in found:
        if not re.fullmatch(r'\\?[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+', one):
            raise ProtocolError(f"{one!r} is no flag")
    return found


def row_of(number: int, value: Value) -> Row | None:
    """The row that a FETCH tells; ``None`` where it has no UID."""
    known: dict[str, object] = {}
    sections: dict[str, bytes] = {}
    for name, one in fetch_items(value):
        match name:
            case "UID":
                known["uid"] = _uid((one,))
            case "FLAGS":
                flags = one if isinstance(one, tuple) else ()
                known["flags"] = known_flags(f for f in flags if isinstance(f, bytes))
            case "INTERNALDATE":
                known["date"] = internal_date(one)
            case "RFC822.SIZE":
                known["size"] = _uid((one,))
            case "MODSEQ":
                known["modseq"] = _uid(one if isinstance(one, tuple) else (one,))
            case "ENVELOPE":
                known["envelope"] = envelope(one)
            case "BODYSTRUCTURE" | "BODY":
                known["structure"] = body_part(one)
            case _ if name.startswith("BODY["):
                sections[name[5:-1]] = bytes(one) if isinstance(one, bytes) else b""
    if not known.get("uid"):
        return None
    return Row(number=number, sections=sections, **known)  # type: ignore[arg-type]


def _together(before: Row | None, now: Row) -> Row:
    """A message may be told in several answers."""
    if before is None:
        return now
    return Row(
        uid=now.uid,
        number=now.number,
        flags=now.flags or before.flags,
        date=now.date or before.date,
        size=before.size if now.size is None else now.size,
        modseq=before.modseq if now.modseq is None else now.modseq,
        envelope=now.envelope or before.envelope,
        structure=now.structure or before.structure,
        sections=before.sections | now.sections,
    )


def known_flags(flags: Iterable[bytes]) -> frozenset[str]:
    """Flags as they are written here, in whatever case the server has them."""
    names = (one.decode("utf-8", "replace") for one in flags)
    return frozenset(_SYSTEM.get(one.lower(), one) for one in names)


def internal_date(value: Value) -> datetime | None:
    """The moment of an INTERNALDATE, where it is one."""
    text = value.decode("ascii", "replace").strip() if isinstance(value, bytes) else ""
    try:
        return to_date_time(text)
    except ValueError:
        return None


def _uid(values: tuple[Value, ...]) -> int | None:
    first = values[0] if values else None
    return number(first) if isinstance(first, bytes) else None


def _utf8(imap: IMAP4) -> bool:
    return bool(getattr(imap, "utf8_enabled", False))
