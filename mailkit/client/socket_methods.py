"""What the standard library's modules ask of a socket and a stream has no use for, and the words for a lost one."""

from typing import Any, Self

from mailkit.observation import StopReason
from mailkit.protocol.dialogue import Stopped

__all__ = ["SocketMethods", "why_lost"]


class SocketMethods:
    """Methods of a socket that imaplib, poplib and smtplib call."""

    def makefile(self, mode: str = "rb", *args: Any, **options: Any) -> Self:
        """Return the same object, which is the file too."""
        return self

    def settimeout(self, seconds: float | None) -> None:
        """Do nothing: the stream has timeouts of its own."""

    def shutdown(self, how: int) -> None:
        """Do nothing; ``close`` ends the connection."""


def why_lost(stopped: Stopped, reply_timeout_s: float) -> str:
    """Return why a connection was lost."""
    slow = f"no complete reply within {reply_timeout_s:g} s"
    words = {
        StopReason.SILENT: slow,
        StopReason.DRIP: slow,
        StopReason.RESET: "the connection was reset",
    }
    return words.get(stopped.stop.kind, f"the connection broke: {stopped}")
