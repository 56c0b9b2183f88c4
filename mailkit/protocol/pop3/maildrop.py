"""Examine a POP3 maildrop after the login, changing nothing.

STAT, UIDL and TOP only read; a message that no DELE names stays (RFC 1939 §6).
"""

import re
from dataclasses import replace

from mailkit.observation import Mailbox, Step, StopReason
from mailkit.protocol.after_login import FOUND, Search
from mailkit.protocol.dialogue import Dialogue, SessionState, Stopped, line, say
from mailkit.text import clean, decoded

__all__ = ["count", "find"]

_KEPT_UIDS = 50

_LAST = 20
"""How many messages at the end of a maildrop are searched."""


def count(session: SessionState, *, thorough: bool) -> Dialogue[None]:
    """Count the maildrop; if ``thorough``, remember the identities of its first messages.

    Some servers open the maildrop only now, and not at the login.

    Raises:
        Stopped: the maildrop does not open.
    """
    session.step = Step.AFTER_LOGIN
    yield from say(session, "STAT")
    raw = yield from line(session)
    match = re.match(rb"\+OK (\d+)", raw)
    if match is None:
        session.reply = (decoded(raw),)
        raise Stopped(StopReason.NOT_OPENED, decoded(raw))
    session.mailbox = Mailbox(messages=int(match[1][:12]))
    if not thorough:
        return
    session.allow_long_lists()
    begun = len(session.transcript)
    yield from say(session, "UIDL")
    raw = yield from line(session)
    uids: list[str] = []
    while raw.startswith(b"+OK") or uids or raw[:1].isdigit():
        raw = yield from line(session)
        if raw == b".":
            break
        if len(uids) < _KEPT_UIDS:
            uids.append(clean(raw.partition(b" ")[2].decode("latin-1"), 80))
    session.shorten(begun)
    session.mailbox = replace(session.mailbox, uids=tuple(uids))


def find(session: SessionState, search: Search) -> Dialogue[None]:
    """Look at the headers of the last messages in the maildrop.

    Raises:
        Stopped: the server ends it.
    """
    session.step = Step.AFTER_LOGIN
    yield from say(session, "STAT")
    raw = yield from line(session)
    words = raw.split()
    if words[:1] != [b"+OK"] or not words[1:2] or not words[1].isdigit():
        raise Stopped(StopReason.NOT_OPENED, raw.decode("ascii", "replace"))
    last = int(words[1][:9])
    wanted = search.message_id.encode()
    for number in range(last, max(last - _LAST, 0), -1):
        yield from say(session, f"TOP {number} 0")
        raw = yield from line(session)
        found = False
        while not raw.startswith(b"-ERR") and raw != b".":
            raw = yield from line(session)
            found = found or wanted in raw
        if found:
            session.notes.append(f"{FOUND}the maildrop")
            return
