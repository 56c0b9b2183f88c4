"""``mailkit lab up --watch``: reports what connecting programs do wrong, as each session ends."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from mailkit.lab.recording import Session
from mailkit.text import clean

__all__ = ["described", "watch"]

_EVERY_S = 0.25


def watch(
    sessions: Callable[[], Any],
    over: threading.Event,
    seconds: float,
    out: Callable[[str], None],
) -> None:
    """Report the findings of each session as it ends, until ``over`` is set or the time is up (0: no limit)."""
    until = time.monotonic() + seconds if seconds else None
    shown: set[int] = set()
    while not over.wait(_EVERY_S):
        for session in sessions():
            if session.closed and session.number not in shown:
                shown.add(session.number)
                out("\n".join(described(session)) + "\n")
        if until is not None and time.monotonic() > until:
            return


def described(session: Session) -> Iterator[str]:
    """The session in one line, and below it each finding with its evidence and the line to change."""
    client = session.client
    by = f" by {clean(client.program, 60)}" if client.program else ""
    count = len(session.messages)
    did = f", {count} message{'' if count == 1 else 's'}" if count else ""
    findings = session.findings
    sign = "✗" if any(found.severity == "error" for found in findings) else "✓"
    yield f"{sign} session {session.number}: {session.protocol} {_place(session)}{by}{did}"
    for found in findings:
        yield f"    {found.severity} {found.id}: {found.message}"
        yield from (f"      · {clean(text)}" for text in found.evidence)
        yield from (f"      → {line}" for line in found.change)


def _place(session: Session) -> str:
    """Where the program connected to, with the real port: a server of the lab counts as one on a standard port."""
    if session.endpoint.startswith("relay "):
        return session.endpoint
    host = session.endpoint.partition(":")[0]
    return f"{host}:{session.port} {session.security}" if session.port else session.endpoint
