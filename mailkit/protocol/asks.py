"""Requests of a dialogue to a socket, and the exception that ends it. A connection needs no more of the protocols."""

from dataclasses import dataclass
from typing import TypeAlias

from mailkit.observation import Stop, StopReason

__all__ = ["Ask", "Connect", "Pause", "Recv", "Send", "StartTLS", "Stopped"]


@dataclass(frozen=True, slots=True)
class Connect:
    """Open the connection."""


@dataclass(frozen=True, slots=True)
class Send:
    """Write bytes.

    ``repr`` does not show them, because they may be a secret. ``slow_reply`` allows more time for the reply, because
    many servers delay a rejection. After the ``last`` ones the connection is closed, so they may go out together with
    its end.
    """

    data: memoryview
    slow_reply: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Recv:
    """Wait for some bytes."""


@dataclass(frozen=True, slots=True)
class StartTLS:
    """Do the TLS handshake, and verify the certificate for the logical host name."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause for so many seconds."""

    seconds: float


Ask: TypeAlias = Connect | Send | Recv | StartTLS | Pause


class Stopped(Exception):  # noqa: N818 - an end, not an error
    """The session ended early; has the :class:`~mailkit.observation.Stop`."""

    def __init__(
        self, kind: StopReason, text: str = "", *, code: int = 0, data: bytes = b""
    ) -> None:
        self.stop = Stop(kind, text, code, data)
        super().__init__(f"{kind}: {text}" if text else str(kind))
