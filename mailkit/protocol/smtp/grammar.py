"""The grammar of SMTP replies (RFC 5321 §4.2), read by two policies.

Before the login a reply out of order is a finding, so the reader is ``strict``: a code of three digits,
the same on every line, and no NUL. A client at work is tolerant, but never takes for a yes what is not one: of lines with
different codes the one that refuses most counts, and a code has no more than three digits.
"""

import re
from dataclasses import dataclass

from mailkit.observation import StopReason
from mailkit.protocol.banner import identify
from mailkit.protocol.dialogue import Dialogue, SessionState, Stopped, foreign, line
from mailkit.text import decoded

__all__ = ["ReplyLine", "more_follows", "refuses", "reply", "reply_line"]

_LINE = re.compile(rb"([0-9]{3})(?![0-9])([- ]?)(.*)", re.S)


_MEANT = {2: 0, 3: 1, 1: 2, 4: 3, 5: 4}
"""How much less than a yes a code says, by its first digit (RFC 5321 §4.2.1)."""


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A line of a reply: its code, its text, and whether it is the last."""

    code: int
    text: bytes
    last: bool


def reply_line(
    raw: bytes, before: ReplyLine | None = None, *, strict: bool = False
) -> ReplyLine | None:
    """Parse a line of a reply, with or without its line end; return ``None`` if it is invalid.

    Args:
        raw: the line.
    before: the line before it in the same reply.
        strict: whether a NUL, or a code that differs from the line before,
    is invalid.
    """
    match = _LINE.fullmatch(raw.rstrip(b"\r\n"))
    if match is None:
        return None
    code = int(match[1])
    if strict and (b"\0" in raw or (before is not None and before.code != code)):
        return None
    if before is not None and _MEANT.get(before.code // 100, 0) > _MEANT.get(code // 100, 0):
        code = before.code
    return ReplyLine(code, match[3], match[2] != b"-")


def more_follows(raw: bytes) -> bool:
    """Return whether another line of the reply follows, valid or not."""
    return raw[3:4] == b"-"


def refuses(raw: bytes) -> bool:
    """Return whether a line belongs to a rejection."""
    return raw[:1] in (b"4", b"5")


def reply(
    session: SessionState, *, greeting: bool = False, lmtp: bool = False
) -> Dialogue[tuple[int, list[str]]]:
    """Read a reply with all its lines, strictly.

    A ``greeting`` of another protocol is foreign; one of LMTP only if it is not expected.
    """
    said: list[str] = []
    found: ReplyLine | None = None
    while found is None or not found.last:
        raw = yield from line(session)
        if not raw and session.greeting:  # an empty line between replies says nothing
            continue
        who = identify(raw) if greeting and not said else ""
        found = reply_line(raw, found, strict=True)
        if greeting and not said and (reply_line(raw) is None or _other(who, lmtp=lmtp)):
            raise foreign(session)
        if found is None:
            raise Stopped(StopReason.BROKEN, data=raw[:200])
        said.append(decoded(raw))
    return found.code, said


def _other(who: str, *, lmtp: bool) -> bool:
    """Return whether a greeting with a code belongs to another protocol."""
    return who in ("ftp", "nntp") or (who == "lmtp" and not lmtp)
