"""A mail transaction, rehearsed or real: RFC 5321 §3.3, RFC 1870 (SIZE), RFC 6531 (SMTPUTF8)."""

from mailkit.observation import Step, StopReason
from mailkit.protocol.after_login import MailTransaction
from mailkit.protocol.dialogue import Dialogue, Send, SessionState, Stopped, say
from mailkit.protocol.dots import END, stuffed
from mailkit.protocol.smtp.grammar import reply
from mailkit.text import number

__all__ = ["size_limit", "transact"]


def transact(session: SessionState, letter: MailTransaction) -> Dialogue[None]:
    """Offer a letter; send it if it has a content, else take the offer back by RSET.

    Raises:
        Stopped: with what ended it. The note ``at MAIL``, ``at RCPT``, ``at DATA`` or ``at the
            end`` says where. ``NO_FATE``: the whole message went out and no answer came.
    """
    session.step = Step.AFTER_LOGIN
    parameters = _parameters(session, letter)
    yield from _ask(session, "MAIL", f"MAIL FROM:<{letter.sender}>{parameters}")
    for recipient in letter.recipients:
        yield from _ask(session, "RCPT", f"RCPT TO:<{recipient}>")
    if letter.content is None:
        yield from say(session, "RSET")
        yield from reply(session)
        session.notes.append("rehearsed")
        return
    yield from _ask(session, "DATA", "DATA", 354)
    yield from _content(session, letter.content)
    yield from _goodbye(session)


def size_limit(offers: tuple[str, ...]) -> int:
    """The octets that SIZE allows; 0 where nothing is said (RFC 1870 §4)."""
    for offer in offers:
        name, _, octets = offer.partition(" ")
        if name == "SIZE":
            return number(octets) or 0
    return 0


def _parameters(session: SessionState, letter: MailTransaction) -> str:
    limit = size_limit(session.offers)
    names = {offer.partition(" ")[0] for offer in session.offers}
    if 0 < limit < letter.size:
        session.notes.append("at SIZE")
        raise Stopped(StopReason.NOT_TAKEN, f"SIZE {limit}")
    if not "".join((letter.sender, *letter.recipients)).isascii() and "SMTPUTF8" not in names:
        session.notes.append("at SMTPUTF8")
        raise Stopped(StopReason.NOT_TAKEN)
    said = f" SIZE={letter.size}" if "SIZE" in names else ""
    eight = letter.content is not None and not letter.content.isascii()
    if eight and "8BITMIME" not in names:
        session.notes.append("at 8BITMIME")
        raise Stopped(StopReason.NOT_TAKEN)
    said += " BODY=8BITMIME" if eight else ""
    if not "".join((letter.sender, *letter.recipients)).isascii():
        said += " SMTPUTF8"
    return said


def _ask(session: SessionState, where: str, command: str, fine: int = 250) -> Dialogue[None]:
    yield from say(session, command)
    code, said = yield from reply(session)
    if code != fine and not (fine == 250 and code == 251):
        session.reply = tuple(said)
        session.notes.append(f"at {where}")
        raise Stopped(StopReason.NOT_TAKEN, said[-1], code=code)


def _content(session: SessionState, content: bytes) -> Dialogue[None]:
    session.transcript.append(f"C: *** a message of {len(content):,} octets")
    yield Send(memoryview(stuffed(content) + END), slow_reply=True)
    try:
        code, said = yield from reply(session)
    except Stopped as stopped:
        raise Stopped(StopReason.NO_FATE, str(stopped.stop.kind), data=stopped.stop.data) from None
    session.reply = tuple(said)
    if code != 250:
        session.notes.append("at the end")
        raise Stopped(StopReason.NOT_TAKEN, said[-1], code=code)
    session.notes.append("sent")


def _goodbye(session: SessionState) -> Dialogue[None]:
    """QUIT, with a look at its answer: whatever comes, the message was accepted."""
    session.step = Step.DONE
    yield from say(session, "QUIT")
    try:
        code, said = yield from reply(session)
    except Stopped as stopped:
        session.notes.append(f"after QUIT: {stopped.stop.kind}")
        raise
    if code != 221:
        session.notes.append(f"after QUIT: {said[-1]}")
