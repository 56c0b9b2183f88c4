"""A look for a web server where a mail server is silent: GET, and nothing else."""

from mailkit.observation import Step
from mailkit.text import decoded
from mailkit.wire.banner import identify
from mailkit.wire.dialogue import Dialogue, Minutes, Send, connect, foreign, line, secure

__all__ = ["opening"]


def opening(minutes: Minutes, *, tls: bool, host: str = "", path: str = "/") -> Dialogue[None]:
    """Ask for a page, the front page as a rule; the first line of the answer is the greeting.

    Raises:
        Stopped: with what ended it, ``FOREIGN`` where something else than HTTP answered.
    """
    yield from connect(minutes)
    if tls:
        yield from secure(minutes)
    request = f"GET {path} HTTP/1.0"
    minutes.transcript.append(f"C: {request}")
    named = f"\r\nHost: {host}" if host and path != "/" else ""
    yield Send(memoryview(f"{request}{named}\r\n\r\n".encode("ascii", "replace")))
    raw = yield from line(minutes)
    if identify(raw) != "http":
        raise foreign(minutes)
    minutes.greeting = (decoded(raw),)
    minutes.step = Step.DONE
