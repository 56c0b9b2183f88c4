"""A look inside an account after its login, which changes nothing there.

IMAP: EXAMINE opens the inbox for reading only (RFC 9051 §6.3.3). POP3: STAT and UIDL; what no DELE
names stays (RFC 1939 §6).
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailkit.observation import Folder, Kind, Mailbox, Step
from mailkit.text import clean, decoded
from mailkit.utf7 import from_utf7, to_utf7
from mailkit.wire.dialogue import Dialogue, Minutes, Stopped, line, say
from mailkit.wire.imap_grammar import command

__all__ = ["count", "encoded", "examine", "listed", "readable"]

_MANY_LINES, _MANY_BYTES = 200_000, 16 * 1024 * 1024
_KEPT_UIDS = 50

_LIST = re.compile(rb"\* (?:LIST|LSUB) \(([^)]*)\) (NIL|\"(?:\\.|[^\"])\") (.+)", re.I | re.S)
_NAMESPACE = re.compile(rb"\* NAMESPACE \(\(\"([^\"]*)\" (?:NIL|\"([^\"]*)\")", re.I)
_QUOTA = re.compile(rb"([A-Z-]+) (\d+) (\d+)", re.I)
_NUMBER = re.compile(rb"\* (\d+) EXISTS", re.I)
_CODE = re.compile(rb"\* (?:OK|NO) \[([A-Z-]+)(?: (\d+))?", re.I)
_RIGHTS = re.compile(rb"\* MYRIGHTS \S+ \"?(\w*)\"?", re.I)


def examine(minutes: Minutes, tags: Iterator[str], *, thorough: bool) -> Dialogue[None]:
    """Open the inbox for reading; if ``thorough``, ask for folders, quota and rights too.

    A server that wants to be told the program's name first (RFC 2971) is told it.

    Raises:
        Stopped: the inbox does not open.
    """
    minutes.step = Step.ERRAND
    heard: list[bytes] = []
    if thorough:
        minutes.max_lines, minutes.max_bytes = _MANY_LINES, _MANY_BYTES
    said = yield from command(minutes, next(tags), "EXAMINE INBOX", heard)
    if "unsafe login" in said.lower():
        minutes.reply = (said,)
        yield from command(minutes, next(tags), 'ID ("name" "mailkit")')
        said = yield from command(minutes, next(tags), "EXAMINE INBOX", heard)
        minutes.notes.append("ID wanted")
    if said.partition(" ")[0] != "OK":
        minutes.reply = (said,)
        raise Stopped(Kind.NOT_OPENED, said)
    minutes.mailbox = _inbox(heard)
    if thorough:
        yield from _folders(minutes, tags)


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


def _folders(minutes: Minutes, tags: Iterator[str]) -> Dialogue[None]:
    assert minutes.mailbox is not None
    heard: list[bytes] = []
    begun = len(minutes.transcript)
    if "NAMESPACE" in minutes.offers:
        yield from command(minutes, next(tags), "NAMESPACE", heard)
    wanted = " RETURN (SPECIAL-USE)" if _extended(minutes.offers) else ""
    yield from command(minutes, next(tags), f'LIST "" "*"{wanted}', heard)
    subscribed: list[bytes] = []
    yield from command(minutes, next(tags), 'LSUB "" "*"', subscribed)
    if any(offer.startswith("QUOTA") for offer in minutes.offers):
        yield from command(minutes, next(tags), "GETQUOTAROOT INBOX", heard)
    if "ACL" in minutes.offers:
        yield from command(minutes, next(tags), "MYRIGHTS INBOX", heard)
    minutes.mailbox = _learned(minutes.mailbox, heard, subscribed)
    _shorten(minutes, begun)


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


def count(minutes: Minutes, *, thorough: bool) -> Dialogue[None]:
    """Count the maildrop; if ``thorough``, remember the identities of its first messages.

    Some servers open the maildrop only now, and not at the login.

    Raises:
        Stopped: the maildrop does not open.
    """
    minutes.step = Step.ERRAND
    yield from say(minutes, "STAT")
    raw = yield from line(minutes)
    match = re.match(rb"\+OK (\d+)", raw)
    if match is None:
        minutes.reply = (decoded(raw),)
        raise Stopped(Kind.NOT_OPENED, decoded(raw))
    minutes.mailbox = Mailbox(messages=int(match[1][:12]))
    if not thorough:
        return
    minutes.max_lines, minutes.max_bytes = _MANY_LINES, _MANY_BYTES
    begun = len(minutes.transcript)
    yield from say(minutes, "UIDL")
    raw = yield from line(minutes)
    uids: list[str] = []
    while raw.startswith(b"+OK") or uids or raw[:1].isdigit():
        raw = yield from line(minutes)
        if raw == b".":
            break
        if len(uids) < _KEPT_UIDS:
            uids.append(clean(raw.partition(b" ")[2].decode("latin-1"), 80))
    _shorten(minutes, begun)
    minutes.mailbox = replace(minutes.mailbox, uids=tuple(uids))


def _shorten(minutes: Minutes, begun: int) -> None:
    """Leave out the middle of a long list from the transcript."""
    long = len(minutes.transcript) - begun - 120
    if long > 0:
        minutes.transcript[begun + 60 : begun + 60 + long] = [f"== {long:,} lines left out"]
