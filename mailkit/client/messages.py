"""Messages of the selected folder: search, fetch, flag, append, copy, move, delete."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.message import Message as AnyMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailkit.client.commands import CommandReply, FileText, ImapString, Value, ask
from mailkit.client.connection import IMAP4
from mailkit.client.line_ends import crlf
from mailkit.client.mailboxes import FolderName, refuse_read_only, wire_name
from mailkit.client.query import deleted
from mailkit.client.rows import (
    Row,
    facts_of,
    internal_date,
    known_flags,
    merge,
    number_of,
    row_from,
    row_of,
)
from mailkit.client.searching import search
from mailkit.client.uids import Uids, numbers_of, sequence_sets, uid_list
from mailkit.client.waiting import idle
from mailkit.errors import ProtocolError, RefusedError, SettingsError
from mailkit.protocol.imap.values import date_time
from mailkit.text import inert, number

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


def fetch(imap: IMAP4, uids: Uids, items: str = OVERVIEW, *, batch: int = _BATCH) -> Iterator[Row]:
    """Yield rows for messages as the replies come. No flags are set.

    Args:
        imap: the connection.
        uids: the messages.
        items: data items of RFC 9051 §6.4.5; ``BODY.PEEK[]`` is the whole message.
        batch: the number of messages per command.

    Raises:
        SettingsError: ``uids`` are not UIDs.
        RefusedError: the server rejects an item, or all messages.
        LostError: the connection was lost.
    """
    wanted = uid_list(uids)
    return _fetch(imap, wanted, _peeking(items), max(1, batch))


def _fetch(imap: IMAP4, wanted: list[int], items: str, batch: int) -> Iterator[Row]:
    for first in range(0, len(wanted), batch):
        some = wanted[first : first + batch]
        meant = set(some)
        for part in sequence_sets(some):
            yield from _rows(ask(imap, "UID FETCH", part, f"({items})"), meant)


def _rows(reply: CommandReply, meant: set[int]) -> Iterator[Row]:
    known: dict[int, dict[str, Any]] = {}
    for place, values in reply.numbered(b"FETCH"):
        facts = facts_of(place, values[0] if values else None)
        uid = facts.get("uid")
        if uid in meant:
            known[uid] = merge(known.get(uid, {}), facts)
    yield from filter(None, map(row_from, known.values()))


def _peeking(items: str) -> str:
    """Return the items, changed so that none marks a message as read."""
    for name, instead in (("RFC822.TEXT", "BODY[TEXT]"), ("RFC822", "BODY[]")):
        items = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", instead, items, flags=re.I)
    return re.sub(r"\b(BODY|BINARY)\[", r"\1.PEEK[", items, flags=re.I)


def part(imap: IMAP4, uid: int, path: str) -> bytes:
    """Return one part of a message, still encoded; the rest is not fetched (RFC 9051 §6.4.5).

    Args:
        imap: the connection.
        uid: the message.
        path: the part's number, as in :class:`~mailkit.client.structure.BodyPart`, with ``.MIME``, or ``.HEADER`` and
            ``.TEXT`` for an attached message; empty for the whole.

    Raises:
        RefusedError: the message does not exist.
        ProtocolError: ``path`` is not a part; nothing was sent.
    """
    if not re.fullmatch(r"[0-9.]*(MIME|HEADER|TEXT)?", path):
        raise ProtocolError(f"{path!r} is not a part of the message")
    for row in fetch(imap, [uid], f"UID BODY.PEEK[{path}]"):
        return row.sections.get(path, b"")
    raise RefusedError(f"there is no message {uid}", imap.transcript, "nonexistent")


def mark(imap: IMAP4, uids: Uids, *flags: str) -> None:
    """Set flags or keywords, such as ``\\Seen`` (RFC 9051 §6.4.6).

    Raises:
        SettingsError: ``uids`` are not UIDs.
        ProtocolError: a flag is none; nothing was sent.
        RefusedError: the folder is open read-only (``kind`` is ``read-only``), or the server refused.
    """
    _store(imap, uids, "+FLAGS.SILENT", flags)


def unmark(imap: IMAP4, uids: Uids, *flags: str) -> None:
    """Remove flags or keywords; raises as :func:`mark`."""
    _store(imap, uids, "-FLAGS.SILENT", flags)


def append(
    imap: IMAP4,
    folder: FolderName,
    message: bytes | AnyMessage | Path,
    flags: str | Iterable[str] = (),
    date: datetime | None = None,
) -> int | None:
    """Append a message to a folder; return its UID if the server reports it (RFC 9051 §6.3.12, RFC 4315). A file is sent in chunks.
    Line ends become CR LF.

    Args:
        imap: the connection.
        folder: where to.
        message: octets, a message of the standard library, or a file.
        flags: such as ``\\Seen``; one or several.
        date: when it arrived; by default the server's time. Without a zone it is local time.

    Raises:
        RefusedError: the folder does not exist, or is over quota; ``kind`` is the server's code. ``toobig``: nothing was sent.
        SettingsError: ``message`` is not a message.
    """
    content: FileText | ImapString
    if isinstance(message, Path):
        content = FileText(message)
    elif isinstance(message, AnyMessage):
        content = ImapString(crlf(message.as_bytes(policy=message.policy.clone(linesep="\r\n"))))
    elif isinstance(message, bytes | bytearray | memoryview):
        content = ImapString(crlf(bytes(message)))
    else:
        raise SettingsError(
            f"a message is bytes, an EmailMessage or a Path, not {type(message).__name__}"
        )
    _refuse_too_large(imap, content.size if isinstance(content, FileText) else len(content))
    parts: list[str | bytes | ImapString] = [
        "APPEND",
        wire_name(imap, folder),
        f"({' '.join(_flags([flags] if isinstance(flags, str) else flags))})",
    ]
    if date is not None:
        parts.append(f'"{date_time(date)}"')
    reply = ask(imap, *parts, content)
    return number_of(reply.arguments[-1]) if reply.code == "APPENDUID" and reply.arguments else None


def _refuse_too_large(imap: IMAP4, octets: int) -> None:
    """Refuse a message before it is sent, where the server says what it accepts (RFC 7889)."""
    said = (offer.partition("APPENDLIMIT=")[2] for offer in imap.offers)
    limit = next(filter(None, map(number, said)), 0)
    if 0 < limit < octets:
        why = f"the message has {octets:,} octets, the server accepts {limit:,}"
        raise RefusedError(why, imap.transcript, "toobig")


def copy(imap: IMAP4, uids: Uids, folder: FolderName) -> dict[int, int]:
    """Copy messages into another folder (RFC 9051 §6.4.7).

    Returns:
        The new UID of each message, where the server reports them (RFC 4315).

    Raises:
        SettingsError: ``uids`` are not UIDs.
        RefusedError: there is no such folder (``kind`` is ``trycreate`` or ``nonexistent``), or it is over quota.
    """
    return _into(imap, "UID COPY", uid_list(uids), folder)


def move(imap: IMAP4, uids: Uids, folder: FolderName) -> dict[int, int]:
    """Move messages into another folder (RFC 6851); without MOVE, copy and delete these only.

    Returns:
        The new UID of each message, where the server reports them.

    Raises:
        RefusedError: the folder is open read-only, or the server refused, as for :func:`copy`; without MOVE nothing
            was deleted then.
    """
    wanted = uid_list(uids)
    refuse_read_only(imap)
    if wanted and "MOVE" not in imap.offers:
        found = copy(imap, wanted, folder)
        purge(imap, wanted)
        return found
    return _into(imap, "UID MOVE", wanted, folder)


def _into(imap: IMAP4, command: str, wanted: list[int], folder: FolderName) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in sequence_sets(wanted):
        reply = ask(imap, command, part, wire_name(imap, folder))
        for code, arguments in (*reply.codes, (reply.code, reply.arguments)):
            if code == "COPYUID" and len(arguments) >= 3:
                before, after = map(_in_order, arguments[1:3])
                if len(before) == len(after):
                    found.update(zip(before, after, strict=True))
    meant = set(wanted)
    return {old: new for old, new in found.items() if old in meant}


def _in_order(value: Value) -> list[int]:
    """The numbers of a set, in the order in which it names them."""
    try:
        return [*numbers_of(value.decode("ascii"))] if isinstance(value, bytes) else []
    except (SettingsError, UnicodeDecodeError):
        return []


def purge(imap: IMAP4, uids: Uids) -> None:
    """Delete these messages permanently, and no others that are marked as deleted (RFC 4315). Without UID EXPUNGE,
    the marks of other messages are removed before EXPUNGE and restored after it.

    Raises:
        SettingsError: ``uids`` are not UIDs; nothing was deleted.
        RefusedError: the folder is open read-only, or the server refused.
    """
    wanted = uid_list(uids)
    refuse_read_only(imap)
    if not wanted:
        return
    mark(imap, wanted, "\\Deleted")
    if "UIDPLUS" in imap.offers:
        for part in sequence_sets(wanted):
            ask(imap, "UID EXPUNGE", part)
        return
    others = sorted(set(search(imap, deleted)) - set(wanted))
    if others:
        unmark(imap, others, "\\Deleted")
    try:
        ask(imap, "EXPUNGE")
    finally:
        if others:
            mark(imap, others, "\\Deleted")


def to_frame(rows: Iterable[Row]) -> "pandas.DataFrame":
    """Return rows as a DataFrame with typed columns; text that a spreadsheet would read as a formula begins with a
    quote.
    """
    import pandas

    columns = ["uid", "date", "from", "to", "subject", "size", "seen", "flags", "message_id"]
    made = [
        (
            row.uid,
            row.date,
            ", ".join(map(str, row.envelope.from_)) if row.envelope else "",
            ", ".join(map(str, row.envelope.to)) if row.envelope else "",
            row.envelope.subject if row.envelope else "",
            row.size,
            "\\Seen" in row.flags,
            " ".join(sorted(row.flags)),
            row.envelope.message_id if row.envelope else "",
        )
        for row in rows
    ]
    frame = pandas.DataFrame([[*map(inert, row)] for row in made], columns=columns)
    frame["date"] = pandas.to_datetime(frame["date"], utc=True)
    return frame.astype({"uid": "int64", "size": "Int64", "seen": "bool"})


_SYSTEM = {
    name: flag
    for flag in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")
    for name in (flag.lower(), flag[1:].lower())
}
"""``Seen`` is often written for ``\\Seen``; no program uses a keyword of that name."""


def _store(imap: IMAP4, uids: Uids, how: str, flags: Iterable[str]) -> None:
    wanted, words = uid_list(uids), _flags(flags)
    refuse_read_only(imap)
    for part in sequence_sets(wanted) if words else ():
        ask(imap, "UID STORE", part, how, f"({' '.join(words)})")


def _flags(flags: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for given in flags:
        for flag in given if isinstance(given, list | tuple | set | frozenset) else [given]:
            if not isinstance(flag, str) or not _FLAG.fullmatch(flag):
                raise ProtocolError(f"{flag!r} is not a flag: not sent")
            found.append(_SYSTEM.get(flag.lower(), flag))
    return found


_FLAG = re.compile(r'\\?[^\x00-\x20\x7f-\U0010ffff(){%*"\\\]]+')
