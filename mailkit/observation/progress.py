"""How far a session got, and why it ended."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

__all__ = ["Proof", "Step", "Stop", "StopReason"]


class Step(IntEnum):
    """How far a session got; ordered."""

    RESOLVE = 0
    CONNECT = 1
    GREETING = 2
    TLS = 3
    CAPABILITIES = 4
    STARTTLS = 5
    LOGIN = 6
    AFTER_LOGIN = 7
    DONE = 8


class Proof(IntEnum):
    """How far settings were verified; ordered."""

    NONE = 0
    CONNECTED = 1
    SECURED = 2
    CAPABLE = 3
    LOGGED_IN = 4

    @property
    def word(self) -> str:
        """``logged-in``, as reports write it."""
        return self.name.lower().replace("_", "-")


class StopReason(StrEnum):
    """The reasons why a session ends early; a closed list.

    The values are also the event lines of a transcript: ``== refused``.
    """

    # before the session
    BAD_SETTINGS = "not a valid endpoint"
    NO_NAME = "name does not exist"
    NO_ADDRESS = "name has no address"
    NO_RESOLVER = "resolver gave no answer"
    PRIVATE = "private address"
    REFUSED = "refused"
    TIMED_OUT = "no answer to connect"
    UNREACHABLE = "unreachable"
    DENIED = "denied on this machine"
    # the bytes
    RESET = "reset"
    CLOSED = "closed"
    SILENT = "silence"
    DRIP = "dripping"
    FLOOD = "too much"
    BROKEN = "broken reply"
    ABANDONED = "abandoned"
    # during the session
    FOREIGN = "another protocol"
    UNWELCOME = "session rejected"
    PREAUTH = "preauth before TLS"
    INJECTED = "injected before TLS"
    NOT_OFFERED = "no STARTTLS offered"
    NOT_UPGRADED = "STARTTLS refused"
    HELO_ONLY = "no EHLO"
    TLS_FAILED = "tls failed"
    # the login
    NO_AUTH = "no login offered"
    NO_MECHANISM = "mechanism not offered"
    LOGIN_DISABLED = "login disabled"
    IN_CLEAR = "login withheld in cleartext"
    NOT_SENDABLE = "credentials not sendable"
    REJECTED = "login rejected"
    TEMPORARY = "login failed for now"
    NOT_DECIDED = "login refused"
    # after the login
    NOT_OPENED = "mailbox not opened"
    NOT_TAKEN = "message refused"
    NO_STATUS = "no answer to the message"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a session ended early, with the text or bytes that ended it."""

    kind: StopReason
    text: str = ""
    code: int = 0
    data: bytes = b""
