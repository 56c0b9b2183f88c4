"""The grammar of IMAP that the dialogues need: commands, tagged replies, literals (RFC 9051 §2.2)."""

import re

from mailkit.observation import StopReason
from mailkit.protocol.dialogue import (
    MAX_LITERAL,
    Dialogue,
    SessionState,
    Stopped,
    exactly,
    line,
    say,
)
from mailkit.text import decoded

__all__ = ["command", "learn", "string", "tagged"]

_LITERAL = re.compile(rb".*~?\{(\d+)\+?\}", re.S)
_CAPABILITY = re.compile(rb"(?:.*\[|\* )CAPABILITY ([^\]]*)", re.I | re.S)


def command(
    session: SessionState, tag: str, words: str, keep: list[bytes] | None = None
) -> Dialogue[str]:
    """Send a command; return its tagged reply without the tag."""
    yield from say(session, f"{tag} {words}")
    return (yield from tagged(session, tag, keep=keep))


def tagged(
    session: SessionState, tag: str, *, continuation: bool = False, keep: list[bytes] | None = None
) -> Dialogue[str]:
    """Read up to the tagged reply, learning capabilities on the way.

    Untagged responses are added to ``keep``, literals included.
    """
    start = f"{tag} ".encode()
    farewell = ""
    while True:
        try:
            raw = yield from whole(session)
        except Stopped as stopped:
            if farewell and stopped.stop.kind is StopReason.CLOSED:
                raise Stopped(StopReason.CLOSED, farewell) from None
            raise
        if b"\0" in raw:
            raise Stopped(StopReason.BROKEN, data=raw[:200])
        if raw.startswith(b"* "):
            learn(session, raw)
            if keep is not None:
                keep.append(raw)
            if raw[2:5].upper() == b"BYE":
                farewell = decoded(raw)
        elif raw.startswith(b"+") and continuation:
            return decoded(raw, 10_000)
        elif raw.startswith(start):
            said = decoded(raw[len(start) :])
            status, _, rest = said.partition(" ")
            if status.upper() not in ("OK", "NO", "BAD"):
                raise Stopped(StopReason.BROKEN, data=raw[:200])
            learn(session, raw)
            return f"{status.upper()} {rest}".rstrip()
        else:
            raise Stopped(StopReason.BROKEN, data=raw[:200])


def whole(session: SessionState) -> Dialogue[bytes]:
    """One response with the literals in it (RFC 9051 §4.3)."""
    raw = yield from line(session)
    while (match := _LITERAL.fullmatch(raw)) is not None:
        size = int(match[1][:20])
        if size > MAX_LITERAL:
            raise Stopped(StopReason.FLOOD, f"a literal of {size:,} bytes")
        raw += yield from exactly(session, size)
        rest = yield from line(session)
        if _LITERAL.fullmatch(rest) is None:
            return raw + rest
        raw += rest
        if len(raw) > MAX_LITERAL:
            raise Stopped(StopReason.FLOOD, f"a response of more than {MAX_LITERAL:,} bytes")
    return raw


def learn(session: SessionState, raw: bytes) -> None:
    if (match := _CAPABILITY.match(raw)) is not None:
        session.offers = tuple(decoded(match[1], 4_000).upper().split())
        session.renewed = True


def string(text: str) -> str:
    """A quoted string (RFC 9051 §4.3)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
