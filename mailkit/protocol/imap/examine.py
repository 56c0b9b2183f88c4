"""Examine an IMAP account after its login, changing nothing.

EXAMINE opens the inbox for reading only (RFC 9051 §6.3.3).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailkit.observation import Folder, Mailbox, Step, StopReason
from mailkit.protocol.dialogue import Dialogue, SessionState, Stopped
from mailkit.protocol.imap.grammar import command
from mailkit.protocol.imap.utf7 import from_utf7, to_utf7
from mailkit.text import clean, decoded

__all__ = ["encoded", "examine", "listed", "readable"]

_LIST = re.compile(rb"\* (?:LIST|LSUB) \(([^)]*)\) (NIL|\"(?:\\.|[^\"])\") (.+)", re.I | re.S)
_NAMESPACE = re.compile(rb"\* NAMESPACE \(\(\"([^\"]*)\" (?:NIL|\"([^\"]*)\")", re.I)
_QUOTA = re.compile(rb"([A-Z-]+) (\d+) (\d+)", re.I)
_NUMBER = re.compile(rb"\* (\d+) EXISTS", re.I)
_CODE = re.compile(rb"\* (?:OK|NO) \[([A-Z-]+)(?: (\d+))?", re.I)
_RIGHTS = re.compile(rb"\* MYRIGHTS \S+ \"?(\w*)\"?", re.I)


def examine(session: SessionState, tags: Iterator[str], *, thorough: bool) -> Dialogue[None]:
    """Open the inbox for reading; if ``thorough``, ask for folders, quota and rights too.

    A server that wants to be told the program's name first (RFC 2971) is told it.

    Raises:
        Stopped: the inbox does not open.
    """
    session.step = Step.AFTER_LOGIN
    heard: list[bytes] = []
    if thorough:
        session.allow_long_lists()
    said = yield from command(session, next(tags), "EXAMINE INBOX", heard)
    if "unsafe login" in said.lower():
        session.reply = (said,)
        yield from command(session, next(tags), 'ID ("name" "mailkit")')
        said = yield from command(session, next(tags), "EXAMINE INBOX", heard)
        session.notes.append("ID wanted")
    if said.partition(" ")[0] != "OK":
        session.reply = (said,)
        raise Stopped(StopReason.NOT_OPENED, said)
    session.mailbox = _inbox(heard)
    if thorough:
        yield from _folders(session, tags)


def _inbox(heard: list[bytes]) -> Mailbox:
    codes, messages, validity = [], None, None
    for raw in heard:
        if (match := _NUMBER.match(raw)) is not None:
            messages = int(match[1][:12])
        elif (match := _CODE.match(raw)) is not None:
            codes.append(match[1].decode().upper())
            if codes[-1] == "UIDVALIDITY" and match[2]:
                validity = int(match[2][:12])
    return Mailbox(messages=messages, uid_validity=validity, codes=tuple(codes))


def _folders(session: SessionState, tags: Iterator[str]) -> Dialogue[None]:
    assert session.mailbox is not None
    heard: list[bytes] = []
    begun = len(session.transcript)
    if "NAMESPACE" in session.offers:
        yield from command(session, next(tags), "NAMESPACE", heard)
    wanted = " RETURN (SPECIAL-USE)" if _extended(session.offers) else ""
    yield from command(session, next(tags), f'LIST "" "*"{wanted}', heard)
    subscribed: list[bytes] = []
    yield from command(session, next(tags), 'LSUB "" "*"', subscribed)
    if any(offer.startswith("QUOTA") for offer in session.offers):
        yield from command(session, next(tags), "GETQUOTAROOT INBOX", heard)
    if "ACL" in session.offers:
        yield from command(session, next(tags), "MYRIGHTS INBOX", heard)
    session.mailbox = _learned(session.mailbox, heard, subscribed)
    session.shorten(begun)


def _extended(offers: tuple[str, ...]) -> bool:
    """Whether LIST takes RETURN (RFC 5258) and knows roles (RFC 6154)."""
    return {"LIST-EXTENDED", "SPECIAL-USE"} <= set(offers) or "IMAP4REV2" in offers


def _learned(mailbox: Mailbox, heard: list[bytes], subscribed: list[bytes]) -> Mailbox:
    subscriptions = {name for raw in subscribed for name, _, _ in listed(raw)}
    folders = [
        Folder(name, flags, name in subscriptions or name.upper() == "INBOX")
        for raw in heard
        for name, flags, _ in listed(raw)
    ]
    delimiter = next((mark for raw in heard for *_, mark in listed(raw) if mark), "")
    prefix, quota, rights = "", [], mailbox.rights
    for raw in heard:
        if (match := _NAMESPACE.match(raw)) is not None:
            prefix, delimiter = decoded(match[1]), decoded(match[2] or b"") or delimiter
        elif raw.upper().startswith(b"* QUOTA "):
            quota += [
                (name.decode().upper(), int(used[:18]), int(limit[:18]))
                for name, used, limit in _QUOTA.findall(raw.partition(b" (")[2])
            ]
        elif (match := _RIGHTS.match(raw)) is not None:
            rights = match[1].decode().lower()
    return replace(
        mailbox,
        folders=tuple(folders),
        prefix=prefix,
        delimiter=delimiter,
        quota=tuple(quota),
        rights=rights,
    )


def listed(raw: bytes) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Name, flags and delimiter of a LIST or LSUB response."""
    if (match := _LIST.match(raw)) is not None:
        name = match[3]
        if name.startswith(b'"') and name.endswith(b'"'):
            name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
        else:
            name = re.sub(rb"\A~?\{\d+\+?\}", b"", name)
        mark = "" if match[2].upper() == b"NIL" else decoded(match[2][1:-1].replace(b"\\", b"", 1))
        yield readable(name), tuple(match[1].decode("ascii", "replace").lower().split()), mark


def readable(name: bytes) -> str:
    """A folder's name as a person reads it: modified UTF-7 (RFC 3501 §5.1.3) or UTF-8, cleaned."""
    try:
        return clean(from_utf7(name))
    except ValueError:
        return decoded(name)


def encoded(name: str) -> str:
    """A folder's name as the wire has it: modified UTF-7 (RFC 3501 §5.1.3)."""
    return to_utf7(name).decode()
