"""The sessions of this process that are running, for progress displays."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from mailkit.observation import ServerEndpoint, Step
from mailkit.protocol.dialogue import SessionState

__all__ = ["Activity", "activities", "under_way"]

_WAITING_FOR = {
    Step.RESOLVE: "looking up the name",
    Step.CONNECT: "connecting",
    Step.GREETING: "waiting for the greeting",
    Step.TLS: "TLS handshake",
    Step.CAPABILITIES: "waiting for the capabilities",
    Step.STARTTLS: "waiting for the reply to STARTTLS",
    Step.LOGIN: "waiting for the reply to the login",
    Step.AFTER_LOGIN: "waiting for a reply after the login",
    Step.DONE: "waiting for the reply to QUIT",
}


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """A running session.

    Attributes:
        endpoint: the server.
        session: its state.
        began: its start by the monotonic clock, in seconds.
    """

    endpoint: ServerEndpoint
    session: SessionState
    began: float

    def __str__(self) -> str:
        """``imap mail.example.com:993, waiting for the greeting, 4 s``."""
        endpoint, seconds = self.endpoint, monotonic() - self.began
        where = f"{endpoint.protocol} {endpoint.host}:{endpoint.port}"
        return f"{where}, {_WAITING_FOR[self.session.step]}, {seconds:.0f} s"


_current: dict[int, Activity] = {}


def activities() -> tuple[Activity, ...]:
    """Return the running sessions, oldest first."""
    return tuple(sorted(_current.copy().values(), key=lambda activity: activity.began))


@contextmanager
def under_way(endpoint: ServerEndpoint, session: SessionState) -> Iterator[None]:
    """List a session in :func:`activities` while the block runs."""
    activity = Activity(endpoint, session, monotonic())
    _current[id(activity)] = activity
    try:
        yield
    finally:
        del _current[id(activity)]
