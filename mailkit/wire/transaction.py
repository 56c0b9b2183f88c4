"""A mail transaction, rehearsed or real: RFC 5321 §3.3, RFC 1870 (SIZE), RFC 6531 (SMTPUTF8)."""

from mailkit.observation import Kind, Step
from mailkit.wire.dialogue import Dialogue, Minutes, Send, Stopped, say
from mailkit.wire.errand import Letter
from mailkit.wire.smtp_grammar import reply

__all__ = ["size_limit", "transact"]


def transact(minutes: Minutes, letter: Letter) -> Dialogue[None]:
    """Offer a letter; send it if it has a content, else take the offer back by RSET.

    Raises:
        Stopped: with what ended it. The note ``at MAIL``, ``at RCPT``, ``at DATA`` or ``at the
            end`` says where. ``NO_FATE``: the whole message went out and no answer came.
    """
    minutes.step = Step.ERRAND
    parameters = _parameters(minutes, letter)
    yield from _ask(minutes, "MAIL", f"MAIL FROM:<{letter.sender}>{parameters}")
    for recipient in letter.recipients:
        yield from _ask(minutes, "RCPT", f"RCPT TO:<{recipient}>")
    if letter.content is None:
        yield from say(minutes, "RSET")
        yield from reply(minutes)
        minutes.notes.append("rehearsed")
        return
    yield from _ask(minutes, "DATA", "DATA", 354)
    yield from _content(minutes, letter.content)
    yield from _goodbye(minutes)


def size_limit(offers: tuple[str, ...]) -> int:
    """The octets that SIZE allows; 0 where nothing is said (RFC 1870 §4)."""
    for offer in offers:
        name, _, number = offer.partition(" ")
        if name == "SIZE" and number.isdigit():
            return int(number[:18])
    return 0


def _parameters(minutes: Minutes, letter: Letter) -> str:
    limit = size_limit(minutes.offers)
    names = {offer.partition(" ")[0] for offer in minutes.offers}
    if 0 < limit < letter.size:
        minutes.notes.append("at SIZE")
        raise Stopped(Kind.NOT_TAKEN, f"SIZE {limit}")
    if not "".join((letter.sender, *letter.recipients)).isascii() and "SMTPUTF8" not in names:
        minutes.notes.append("at SMTPUTF8")
        raise Stopped(Kind.NOT_TAKEN)
    said = f" SIZE={letter.size}" if "SIZE" in names else ""
    eight = letter.content is not None and not letter.content.isascii()
    if eight and "8BITMIME" not in names:
        minutes.notes.append("at 8BITMIME")
        raise Stopped(Kind.NOT_TAKEN)
    said += " BODY=8BITMIME" if eight else ""
    if not "".join((letter.sender, *letter.recipients)).isascii():
        said += " SMTPUTF8"
    return said


def _ask(minutes: Minutes, where: str, command: str, fine: int = 250) -> Dialogue[None]:
    yield from say(minutes, command)
    code, said = yield from reply(minutes)
    if code != fine and not (fine == 250 and code == 251):
        minutes.reply = tuple(said)
        minutes.notes.append(f"at {where}")
        raise Stopped(Kind.NOT_TAKEN, said[-1], code=code)


def _content(minutes: Minutes, content: bytes) -> Dialogue[None]:
    stuffed = b"".join(
        b"." + row if row.startswith(b".") else row for row in content.splitlines(keepends=True)
    )
    if not stuffed.endswith(b"\r\n"):
        stuffed += b"\r\n"
    minutes.transcript.append(f"C: *** a message of {len(content):,} octets")
    yield Send(memoryview(stuffed + b".\r\n"), patient=True)
    try:
        code, said = yield from reply(minutes)
    except Stopped as stopped:
        raise Stopped(Kind.NO_FATE, str(stopped.stop.kind), data=stopped.stop.data) from None
    minutes.reply = tuple(said)
    if code != 250:
        minutes.notes.append("at the end")
        raise Stopped(Kind.NOT_TAKEN, said[-1], code=code)
    minutes.notes.append("sent")


def _goodbye(minutes: Minutes) -> Dialogue[None]:
    """QUIT, with a look at its answer: whatever comes, the message was accepted."""
    minutes.step = Step.DONE
    yield from say(minutes, "QUIT")
    try:
        code, said = yield from reply(minutes)
    except Stopped as stopped:
        minutes.notes.append(f"after QUIT: {stopped.stop.kind}")
        raise
    if code != 221:
        minutes.notes.append(f"after QUIT: {said[-1]}")
