"""Wait for changes of a folder (RFC 2177)."""

from time import monotonic

from mailkit.client.connection import IMAP4
from mailkit.client.news import event_in
from mailkit.errors import LostError, RefusedError
from mailkit.text import decoded

__all__ = ["idle"]

_RENEW_S = 1500.0
"""Servers may end an IDLE after 30 minutes (RFC 2177); it is renewed well before."""


def idle(imap: IMAP4, seconds: float = 1740.0) -> list[tuple[int, str]]:
    """Wait until something happens in the folder, and return it: ``[(3, "EXISTS")]``; an empty list after the
    timeout. With QRESYNC enabled, ``(405, "VANISHED")`` has the UID of an expunged message.

    Changes reported with an earlier command are returned at once. ``seconds`` may be longer than the
    connection's ``timeout``; IDLE is renewed as needed.

    Raises:
        RefusedError: the server has no IDLE.
        LimitError: the server sent too much within one IDLE.
        LostError: the connection ended.
    """
    if "IDLE" not in imap.offers:
        raise RefusedError("the server has no IDLE", imap.transcript)
    until = monotonic() + seconds
    events = imap.stream.news.take()
    while not events:
        events = _idle(imap, min(until, monotonic() + _RENEW_S))
        if monotonic() >= until:
            break
    return events


def _idle(imap: IMAP4, until: float) -> list[tuple[int, str]]:
    stream = imap.stream
    stream.sendall(b"MI IDLE\r\n")
    events: list[tuple[int, str]] = []
    while not (line := stream.readline()).startswith(b"+"):
        if line.startswith(b"MI "):
            raise RefusedError(decoded(line[3:].strip()), imap.transcript)
        events += event_in(line)
    while not events and stream.wait(until - monotonic()):
        line = stream.readline()
        events += event_in(line)
        if line[:6].upper() == b"* BYE ":
            stream.close()
            words = decoded(line[6:].rstrip())
            raise LostError(f"the server ended the session: {words}", imap.transcript, "bye")
        if monotonic() >= until:
            break
    stream.sendall(b"DONE\r\n")
    while not (line := stream.readline()).startswith(b"MI "):
        events += event_in(line)
    stream.news.take()  # the same events, as seen by the stream
    return events
