"""A mail transaction, rehearsed or real: RFC 5321 §3.3, RFC 1870 (SIZE), RFC 6531 (SMTPUTF8)."""

from dataclasses import replace
from typing import Any

from mailkit.observation import Step, StopReason
from mailkit.protocol.after_login import MailTransaction
from mailkit.protocol.dialogue import Dialogue, Send, SessionState, Stopped, say
from mailkit.protocol.dots import END, stuffed
from mailkit.protocol.smtp.grammar import reply
from mailkit.protocol.smtp.path import is_path
from mailkit.text import number

__all__ = ["size_limit", "transact"]


def transact(session: SessionState, transaction: MailTransaction) -> Dialogue[None]:
    """Offer a message; send it if it has content, otherwise reset by RSET.

    Raises:
        Stopped: with the reason;
    ``facts.transaction`` has the step. ``NO_FATE``: the whole message was sent, and no reply came.
    """
    session.step = Step.AFTER_LOGIN
    parameters = _parameters(session, transaction)
    _record(session, sender=transaction.sender)
    if transaction.content is not None and not is_path(transaction.sender):
        _record(session, refused_at="MAIL")  # it could begin a parameter
        raise Stopped(StopReason.NOT_TAKEN)
    yield from _ask(session, "MAIL", f"MAIL FROM:<{transaction.sender}>{parameters}")
    for recipient in transaction.recipients:
        _record(session, recipient=recipient)
        yield from _ask(session, "RCPT", f"RCPT TO:<{recipient}>")
    if transaction.content is None:
        yield from say(session, "RSET")
        yield from reply(session)
        return
    yield from _ask(session, "DATA", "DATA", 354)
    yield from _content(session, transaction.content)
    yield from _quit(session)


def _record(session: SessionState, **learned: Any) -> None:
    """Record facts about the transaction."""
    transaction = replace(session.facts.transaction, **learned)
    session.facts = replace(session.facts, transaction=transaction)


def size_limit(offers: tuple[str, ...]) -> int:
    """Return the limit of SIZE in octets; 0 without one (RFC 1870 §4)."""
    for offer in offers:
        name, _, octets = offer.partition(" ")
        if name == "SIZE":
            return number(octets) or 0
    return 0


def _parameters(session: SessionState, transaction: MailTransaction) -> str:
    limit = size_limit(session.offers)
    names = {offer.partition(" ")[0] for offer in session.offers}
    if 0 < limit < transaction.size:
        _record(session, refused_at="SIZE")
        raise Stopped(StopReason.NOT_TAKEN, f"SIZE {limit}")
    if (
        not "".join((transaction.sender, *transaction.recipients)).isascii()
        and "SMTPUTF8" not in names
    ):
        _record(session, refused_at="SMTPUTF8")
        raise Stopped(StopReason.NOT_TAKEN)
    said = f" SIZE={transaction.size}" if "SIZE" in names else ""
    eight = transaction.content is not None and not transaction.content.isascii()
    if eight and "8BITMIME" not in names:
        _record(session, refused_at="8BITMIME")
        raise Stopped(StopReason.NOT_TAKEN)
    said += " BODY=8BITMIME" if eight else ""
    if not "".join((transaction.sender, *transaction.recipients)).isascii():
        said += " SMTPUTF8"
    return said


def _ask(session: SessionState, where: str, command: str, fine: int = 250) -> Dialogue[None]:
    yield from say(session, command)
    code, said = yield from reply(session)
    if code != fine and not (fine == 250 and code == 251):
        session.reply = tuple(said)
        _record(session, refused_at=where)
        raise Stopped(StopReason.NOT_TAKEN, said[-1], code=code)


def _content(session: SessionState, content: bytes) -> Dialogue[None]:
    session.transcript.append(f"C: *** a message of {len(content):,} octets")
    yield Send(memoryview(stuffed(content) + END), slow_reply=True)
    try:
        code, said = yield from reply(session)
    except Stopped as stopped:
        session.event(str(stopped.stop.kind))
        raise Stopped(
            StopReason.NO_STATUS, str(stopped.stop.kind), data=stopped.stop.data
        ) from None
    session.reply = tuple(said)
    if code != 250:
        _record(session, refused_at="END")
        raise Stopped(StopReason.NOT_TAKEN, said[-1], code=code)
    _record(session, accepted=True)


def _quit(session: SessionState) -> Dialogue[None]:
    """Send QUIT and record its reply; whatever comes, the message was accepted."""
    session.step = Step.DONE
    yield from say(session, "QUIT")
    try:
        code, said = yield from reply(session)
    except Stopped as stopped:
        session.event(str(stopped.stop.kind))
        _record(session, failed_after=str(stopped.stop.kind))
        raise
    if code != 221:
        _record(session, failed_after=said[-1])
