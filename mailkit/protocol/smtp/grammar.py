"""The grammar of SMTP that the dialogues need: one reply, all its lines (RFC 5321 §4.2)."""

import re

from mailkit.observation import StopReason
from mailkit.protocol.banner import identify
from mailkit.protocol.dialogue import Dialogue, SessionState, Stopped, foreign, line
from mailkit.text import decoded

__all__ = ["reply"]

_REPLY = re.compile(rb"(\d{3})([- ]?)(.*)", re.S)


def reply(
    session: SessionState, *, greeting: bool = False, lmtp: bool = False
) -> Dialogue[tuple[int, list[str]]]:
    """One reply, all its lines; the code of the last line counts (RFC 5321 §4.2.1).

    A ``greeting`` of another protocol is foreign; that of LMTP is not where it is wanted.
    """
    said: list[str] = []
    first = b""
    while True:
        raw = yield from line(session)
        match = _REPLY.fullmatch(raw)
        who = identify(raw) if greeting and not said else ""
        if match is None or who in ("ftp", "nntp") or (who == "lmtp" and not lmtp):
            if greeting and not said:
                raise foreign(session)
            raise Stopped(StopReason.BROKEN, data=raw[:200])
        code, more, _ = match.groups()
        if b"\0" in raw or (first and code != first):
            raise Stopped(StopReason.BROKEN, data=raw[:200])
        first = code
        said.append(decoded(raw))
        if more != b"-":
            return int(code), said
