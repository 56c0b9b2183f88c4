"""Examine a POP3 maildrop after the login, without changes.

STAT, UIDL and TOP only read; without DELE no message is deleted (RFC 1939 §6).
"""

from dataclasses import replace

from mailkit.observation import SeenMailbox, Step, StopReason
from mailkit.protocol.after_login import Search
from mailkit.protocol.dialogue import Dialogue, SessionState, Stopped, line, say
from mailkit.protocol.pop3.grammar import positive, refuses, row, text
from mailkit.text import clean, decoded

__all__ = ["count", "find"]

_KEPT_UIDS = 50

_LAST = 20
"""The number of messages at the end of a maildrop that are searched."""


def count(session: SessionState, *, thorough: bool) -> Dialogue[None]:
    """Count the messages; if ``thorough``, record the identities of the first ones. Some servers open the maildrop
    only now, and not at the login.

    Raises:
        Stopped: the maildrop does not open.
    """
    session.step = Step.AFTER_LOGIN
    messages = yield from _stat(session)
    session.mailbox = SeenMailbox(messages=messages)
    if not thorough:
        return
    session.allow_long_lists()
    begun = len(session.transcript)
    yield from say(session, "UIDL")
    if positive((yield from line(session))):
        rows = yield from text(session, _KEPT_UIDS)
        uids = tuple(clean(raw.partition(b" ")[2].decode("latin-1"), 80) for raw in rows)
        session.mailbox = replace(session.mailbox, uids=uids)
    session.shorten(begun)


def find(session: SessionState, search: Search) -> Dialogue[None]:
    """Search the headers of the last messages in the maildrop.

    Raises:
        Stopped: the server ends it.
    """
    session.step = Step.AFTER_LOGIN
    last = yield from _stat(session)
    wanted = search.message_id.encode()
    for number in range(last, max(last - _LAST, 0), -1):
        yield from say(session, f"TOP {number} 0")
        if refuses((yield from line(session))):
            continue
        if any(wanted in raw for raw in (yield from text(session))):
            session.facts = replace(session.facts, found_in="the maildrop")
            return


def _stat(session: SessionState) -> Dialogue[int]:
    """Return the number of messages."""
    yield from say(session, "STAT")
    raw = yield from line(session)
    found = row(raw[3:]) if positive(raw) else None
    if found is None:
        session.reply = (decoded(raw),)
        raise Stopped(StopReason.NOT_OPENED, decoded(raw))
    return found[0]
