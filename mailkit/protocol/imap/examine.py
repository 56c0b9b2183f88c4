"""Examine an IMAP account after the login, without changes. EXAMINE opens the inbox read-only (RFC 9051 §6.3.3)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mailkit.observation import SeenFolder, SeenMailbox, Step, StopReason
from mailkit.protocol.dialogue import Dialogue, SessionState, Stopped
from mailkit.protocol.imap.exchange import Untagged, command
from mailkit.protocol.imap.grammar import StatusResponse, Value, is_name
from mailkit.protocol.imap.responses import list_row
from mailkit.protocol.imap.utf7 import from_utf7, to_utf7
from mailkit.protocol.imap.values import LARGEST_UID
from mailkit.text import clean, decoded, number

__all__ = ["encoded", "examine", "listed", "readable"]


def examine(session: SessionState, tags: Iterator[str], *, thorough: bool) -> Dialogue[None]:
    """Open the inbox read-only; if ``thorough``, query folders, quota and rights too.

    A server that requires the client's name first (RFC 2971) gets it.

    Raises:
        Stopped: the inbox does not open.
    """
    session.step = Step.AFTER_LOGIN
    heard: list[Untagged] = []
    if thorough:
        session.allow_long_lists()
    said = yield from command(session, next(tags), "EXAMINE INBOX", heard)
    if "unsafe login" in said.lower():
        session.reply = (said,)
        yield from command(session, next(tags), 'ID ("name" "mailkit")')
        said = yield from command(session, next(tags), "EXAMINE INBOX", heard)
        session.facts = replace(session.facts, id_required=True)
    if said.partition(" ")[0] != "OK":
        session.reply = (said,)
        raise Stopped(StopReason.NOT_OPENED, said)
    session.mailbox = _inbox(heard)
    if thorough:
        yield from _folders(session, tags)


def _inbox(heard: list[Untagged]) -> SeenMailbox:
    codes, messages, validity = [], None, None
    for row in heard:
        if isinstance(row, StatusResponse):
            if row.kind in ("OK", "NO") and row.code:
                codes.append(row.code)
            if row.code == "UIDVALIDITY":
                validity = _number(row.arguments[0] if row.arguments else None)
        elif is_name(row, 1, b"EXISTS"):
            messages = _number(row[0])
    return SeenMailbox(messages=messages, uid_validity=validity, codes=tuple(codes))


def _folders(session: SessionState, tags: Iterator[str]) -> Dialogue[None]:
    assert session.mailbox is not None
    heard: list[Untagged] = []
    begun = len(session.transcript)
    if "NAMESPACE" in session.offers:
        yield from command(session, next(tags), "NAMESPACE", heard)
    wanted = " RETURN (SPECIAL-USE)" if _extended(session.offers) else ""
    yield from command(session, next(tags), f'LIST "" "*"{wanted}', heard)
    subscribed: list[Untagged] = []
    yield from command(session, next(tags), 'LSUB "" "*"', subscribed)
    if any(offer.startswith("QUOTA") for offer in session.offers):
        yield from command(session, next(tags), "GETQUOTAROOT INBOX", heard)
    if "ACL" in session.offers:
        yield from command(session, next(tags), "MYRIGHTS INBOX", heard)
    session.mailbox = _learned(session.mailbox, heard, subscribed)
    session.shorten(begun)


def _extended(offers: tuple[str, ...]) -> bool:
    """Return whether LIST supports RETURN (RFC 5258) and roles (RFC 6154)."""
    return {"LIST-EXTENDED", "SPECIAL-USE"} <= set(offers) or "IMAP4REV2" in offers


def _learned(
    mailbox: SeenMailbox, heard: list[Untagged], subscribed: list[Untagged]
) -> SeenMailbox:
    subscriptions = {name for name, _, _ in listed(subscribed)}
    rows = [*listed(heard)]
    folders = [
        SeenFolder(name, flags, name in subscriptions or name.upper() == "INBOX")
        for name, flags, _ in rows
    ]
    prefix, rights = "", mailbox.rights
    quota: list[tuple[str, int, int]] = []
    delimiter = next((delimiter for *_, delimiter in rows if delimiter), "")
    for row in heard:
        if isinstance(row, StatusResponse):
            continue
        if is_name(row, 0, b"NAMESPACE"):
            prefix, delimiter = _namespace(row, delimiter)
        elif is_name(row, 0, b"QUOTA"):
            quota += _quota(row[-1])
        elif is_name(row, 0, b"MYRIGHTS") and len(row) > 2:
            rights = _text(row[-1]).lower()
    return replace(
        mailbox,
        folders=tuple(folders),
        prefix=prefix,
        delimiter=delimiter,
        quota=tuple(quota),
        rights=rights,
    )


def _namespace(row: tuple[Value, ...], delimiter: str) -> tuple[str, str]:
    """Return prefix and delimiter of the first personal namespace (RFC 2342 §5)."""
    personal = row[1] if len(row) > 1 and isinstance(row[1], tuple) else ()
    first = personal[0] if personal and isinstance(personal[0], tuple) else ()
    if not first:
        return "", delimiter
    return _text(first[0]), (_text(first[1]) if len(first) > 1 else "") or delimiter


def _quota(value: Value) -> Iterator[tuple[str, int, int]]:
    """Parse resources with usage and limit, in groups of three (RFC 9208 §5.1)."""
    row = value if isinstance(value, tuple) else ()
    for name, used, limit in zip(row[::3], row[1::3], row[2::3], strict=False):
        amounts = _number(used, 2**63 - 1), _number(limit, 2**63 - 1)
        if isinstance(name, bytes) and amounts[0] is not None and amounts[1] is not None:
            yield _text(name).upper(), amounts[0], amounts[1]


def listed(heard: Iterable[Untagged]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Return name, flags and delimiter of each LIST or LSUB response."""
    for response in heard:
        if isinstance(response, StatusResponse) or not (
            is_name(response, 0, b"LIST") or is_name(response, 0, b"LSUB")
        ):
            continue
        if (row := list_row(response[1:])) is not None:
            name, flags, delimiter = row
            yield readable(name), flags, clean(delimiter)


def _number(value: Value, most: int = LARGEST_UID) -> int | None:
    return number(value, most) if isinstance(value, bytes) else None


def _text(value: Value) -> str:
    return decoded(value) if isinstance(value, bytes) else ""


def readable(name: bytes) -> str:
    """Decode a folder's name from modified UTF-7 (RFC 3501 §5.1.3) or UTF-8, and clean it."""
    try:
        return clean(from_utf7(name))
    except ValueError:
        return decoded(name)


def encoded(name: str) -> str:
    """Encode a folder's name in modified UTF-7 (RFC 3501 §5.1.3)."""
    return to_utf7(name).decode()
