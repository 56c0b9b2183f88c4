"""Check a silent port for a web server: GET, and nothing else."""

from mailkit.observation import Step
from mailkit.protocol.banner import identify
from mailkit.protocol.dialogue import Dialogue, Send, SessionState, connect, foreign, line, secure
from mailkit.text import decoded

__all__ = ["opening"]


def opening(session: SessionState, *, tls: bool, host: str = "", path: str = "/") -> Dialogue[None]:
    """Request a page, by default the front page; the first line of the answer is the greeting.

    Raises:
        Stopped: with the reason; ``FOREIGN`` if the answer is not HTTP.
    """
    yield from connect(session)
    if tls:
        yield from secure(session)
    request = f"GET {path} HTTP/1.0"
    session.transcript.append(f"C: {request}")
    named = f"\r\nHost: {host}" if host and path != "/" else ""
    yield Send(memoryview(f"{request}{named}\r\n\r\n".encode("ascii", "replace")))
    raw = yield from line(session)
    if identify(raw) != "http":
        raise foreign(session)
    session.greeting = (decoded(raw),)
    session.step = Step.DONE
