"""Commands and their replies in a dialogue: tagged replies, untagged responses, literals (RFC 9051 §2.2).

Before the login parsing is strict: an unreadable reply ends the session, because it is a finding. After the login a
stray line is skipped.
"""

from functools import lru_cache
from typing import TypeAlias

from mailkit.observation import Step, StopReason
from mailkit.protocol.dialogue import (
    MAX_LITERAL,
    Dialogue,
    SessionState,
    Stopped,
    exactly,
    line,
    say,
)
from mailkit.protocol.imap.grammar import (
    GrammarError,
    ImapString,
    StatusResponse,
    Value,
    is_name,
    literal_size,
    status,
    values,
)
from mailkit.text import decoded

__all__ = ["Untagged", "command", "learn", "tagged"]

Untagged: TypeAlias = StatusResponse | tuple[Value, ...]


def command(
    session: SessionState, tag: str, words: str, keep: list[Untagged] | None = None
) -> Dialogue[str]:
    """Send a command; return its tagged reply without the tag."""
    yield from say(session, f"{tag} {words}")
    return (yield from tagged(session, tag, keep=keep))


def tagged(
    session: SessionState,
    tag: str,
    *,
    continuation: bool = False,
    keep: list[Untagged] | None = None,
) -> Dialogue[str]:
    """Read up to the tagged reply, and record capabilities.

    Untagged responses are added to ``keep``, without their ``*``.

    Raises:
        Stopped: a reply out of place before the end of the login, or the limits of :func:`line`.
    """
    start = f"{tag} ".encode()
    farewell = ""
    while True:
        try:
            pieces = yield from _response(session)
        except Stopped as stopped:
            if farewell and stopped.stop.kind is StopReason.CLOSED:
                raise Stopped(StopReason.CLOSED, farewell) from None
            raise
        raw = b"".join(pieces)
        strict = session.step is not Step.AFTER_LOGIN
        if b"\0" in raw:
            raise Stopped(StopReason.BROKEN, data=raw[:200])
        if raw.startswith(b"* "):
            response = _untagged(pieces, strict=strict)
            if response is None:
                if strict:
                    raise Stopped(StopReason.BROKEN, data=raw[:200])
                continue
            learn(session, response)
            if keep is not None:
                keep.append(response)
            if isinstance(response, StatusResponse) and response.kind in ("BYE", "BAD"):
                farewell = decoded(raw)
        elif raw.startswith(b"+") and continuation:
            return decoded(raw, 10_000)
        elif raw.startswith(start):
            said = raw[len(start) :]
            reply = _status(said)
            known = reply.kind if reply and reply.kind in ("OK", "NO", "BAD") else ""
            session.statuses.append(known)
            if reply is None or not known:
                raise Stopped(StopReason.BROKEN, data=raw[:200])
            learn(session, reply)
            return f"{known} {decoded(said).partition(' ')[2]}".rstrip()
        elif strict:
            raise Stopped(StopReason.BROKEN, data=raw[:200])


def _untagged(pieces: list[bytes], *, strict: bool) -> Untagged | None:
    """Parse a response; return ``None`` if it is unreadable."""
    first = pieces[0][2:].lstrip()
    if len(pieces) == 1 and len(first) <= _KEPT_OCTETS:
        return _known_line(first, strict)
    return _read([first, *pieces[1:]], strict)


def _read(pieces: list[bytes], strict: bool) -> Untagged | None:
    found = status(pieces[0])
    if found is not None:
        return found
    try:
        return values(pieces, strict=strict)
    except GrammarError:
        return None


def _status(data: bytes) -> StatusResponse | None:
    return _known_status(data) if len(data) <= _KEPT_OCTETS else status(data)


_KEPT_OCTETS = 512
"""The longest line whose meaning is kept; thousands of sessions receive the same lines."""

_known_status = lru_cache(512)(status)


@lru_cache(512)
def _known_line(data: bytes, strict: bool) -> Untagged | None:
    return _read([data], strict)


def _response(session: SessionState) -> Dialogue[list[bytes]]:
    """Read one response: lines, and the literals between them."""
    pieces: list[bytes] = []
    total = 0
    while True:
        raw = yield from line(session)
        size = literal_size(raw)
        total += len(raw) + (size or 0)
        if size is None:
            pieces.append(raw)
            return pieces
        if size > MAX_LITERAL:
            raise Stopped(StopReason.FLOOD, f"a literal of {size:,} bytes")
        if total > MAX_LITERAL:
            raise Stopped(StopReason.FLOOD, f"a response of more than {MAX_LITERAL:,} bytes")
        pieces.append(raw[: raw.rindex(b"{")].removesuffix(b"~"))
        pieces.append(ImapString((yield from exactly(session, size))))


def learn(session: SessionState, response: Untagged) -> None:
    """Record the capabilities in a response or a response code."""
    if isinstance(response, StatusResponse):
        names = response.arguments if response.code == "CAPABILITY" else None
    else:
        names = response[1:] if is_name(response, 0, b"CAPABILITY") else None
    if names is not None:
        session.offers, session.renewed = _words(tuple(names)), True


@lru_cache(512)
def _words(names: tuple[Value, ...]) -> tuple[str, ...]:
    """Return capabilities as text, in upper case."""
    return tuple(decoded(name, 200).upper() for name in names if isinstance(name, bytes))
