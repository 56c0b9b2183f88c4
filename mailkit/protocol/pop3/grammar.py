"""The grammar of POP3 replies: status lines, texts, and rows of numbers (RFC 1939 §3).

Before the login an invalid reply is a finding, so the dialogue is strict. After it, only the first word is read.
Words may be in any case.
"""

import re

from mailkit.observation import StopReason
from mailkit.protocol.banner import identify
from mailkit.protocol.dialogue import Dialogue, SessionState, Stopped, foreign, line
from mailkit.protocol.dots import unstuffed
from mailkit.text import decoded, number

__all__ = ["challenge", "positive", "refuses", "reply", "row", "status", "text"]

_STATUS = re.compile(rb"(\+OK|-ERR)(?: .*)?", re.I | re.S)


def status(raw: bytes) -> bool | None:
    """Return whether a status line without its end is positive; ``None`` if it is not a status line."""
    match = _STATUS.fullmatch(raw)
    if match is None or b"\0" in raw:
        return None
    return match[1][:1] == b"+"


def positive(raw: bytes) -> bool:
    """Return whether a line begins like a positive status line."""
    return raw[:3].upper() == b"+OK"


def refuses(raw: bytes) -> bool:
    """Return whether a line begins like a negative status line."""
    return raw[:4].upper() == b"-ERR"


def challenge(raw: bytes) -> str | None:
    """Return the SASL challenge in a line; ``None`` if it has none (RFC 5034 §4)."""
    return decoded(raw[1:], 10_000).strip() if raw[:2] in (b"+", b"+ ") else None


def row(raw: bytes) -> tuple[int, bytes] | None:
    """Parse a line of LIST or UIDL: the message number and the next word, or ``None``.

    ``STAT`` has the same form after ``+OK``.
    """
    words = raw.split(None, 2)
    place = number(words[0], 10**9) if len(words) >= 2 else None
    return None if place is None else (place, words[1])


def reply(session: SessionState, *, greeting: bool = False) -> Dialogue[tuple[bool, str]]:
    """Read a status line; an invalid ``greeting`` comes from another protocol.

    Raises:
        Stopped: it is not a status
    line.
    """
    raw = yield from line(session)
    fine = status(raw)
    if greeting and (_STATUS.fullmatch(raw) is None or identify(raw) != "pop3"):
        raise foreign(session)
    if fine is None:
        raise Stopped(StopReason.BROKEN, data=raw[:200])
    return fine, decoded(raw)


def text(session: SessionState, most: int = 100_000) -> Dialogue[list[bytes]]:
    """Read the lines after a positive status line up to the lone full stop; only the first ``most`` are kept."""
    lines: list[bytes] = []
    while (read := unstuffed((yield from line(session)))) is not None:
        if len(lines) < most:
            lines.append(read)
    return lines
