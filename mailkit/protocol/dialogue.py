"""The basis of dialogues: requests to the socket, the session state, and limited lines."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from mailkit.observation import (
    NO_FACTS,
    Certificate,
    Facts,
    Login,
    Request,
    SeenMailbox,
    Step,
    StopReason,
    Tls,
)
from mailkit.protocol.asks import Ask, Connect, Pause, Recv, Send, StartTLS, Stopped
from mailkit.protocol.banner import identify
from mailkit.protocol.masking import Secrets
from mailkit.text import decoded

__all__ = [
    "MAX_BYTES",
    "MAX_LINE",
    "MAX_LINES",
    "MAX_LITERAL",
    "UNVERIFIED",
    "Ask",
    "Connect",
    "Credentials",
    "Dialogue",
    "Pause",
    "Recv",
    "Redacted",
    "Send",
    "SessionState",
    "StartTLS",
    "Stopped",
    "connect",
    "exactly",
    "foreign",
    "leaving",
    "line",
    "say",
    "secure",
]

MAX_LINE = 16_384
"""The longest line in bytes: far above RFC 5321 (512) and RFC 9051 (8,192)."""
MAX_LINES = 1_000
"""The limit of lines in a session up to the login."""
MAX_LITERAL = 65_536
"""The limit of an IMAP literal up to the login, in bytes."""
MAX_BYTES = 524_288
"""The limit of bytes in a session up to the login."""

_SHOWN = 4_096
"""Octets of a line that are masked for the transcript, which shows 1,000 characters."""
MANY_LINES = 200_000
"""The limit of lines in a session that lists folders or messages."""
KEPT_LINES = 1_000
"""Lines of a list that a transcript keeps: a shorter one replays to the same findings."""
MANY_BYTES = 16 * 1024 * 1024
"""The limit of bytes in a session that lists folders or messages."""

UNVERIFIED = "certificate not verified: no login on this connection"
"""The event line of a handshake without verification."""

T = TypeVar("T")


class Redacted:
    """Text that may be a secret: sent unchanged, shown as ``***``, also in a dump of local variables."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def after(self, words: str) -> "Redacted":
        """Return it with a prefix."""
        return Redacted(f"{words}{self._text}")

    def breaks(self) -> bool:
        """Whether it has a line break or a NUL."""
        return "\n" in self._text or "\r" in self._text or "\0" in self._text

    def line(self) -> memoryview:
        """Return it as a line of bytes that ``repr`` does not show."""
        return memoryview(self._text.encode("utf-8") + b"\r\n")


Dialogue: TypeAlias = Generator[Ask, Any, T]
"""A dialogue; ``Any``, because each request has its own type of answer."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of a login; ``repr`` shows only the user name. Without a password, only the offer of a usable
    mechanism is checked. ``recorded`` is a login in a transcript: the password is unknown, and masked there.
    """

    user: str
    password: str | None = field(repr=False)
    auth: str = "password"
    recorded: bool = False


@dataclass(slots=True)
class SessionState:
    """The state and transcript of a session. ``renewed`` is whether the reply to a login listed the new capabilities.
    ``statuses`` are those of the facts. ``helo`` is the name for EHLO and LHLO: by default an address literal
    (RFC 5321 §4.1.4).
    """

    heard: bytearray = field(default_factory=bytearray, repr=False)
    request: Request = field(default_factory=Request)
    step: Step = Step.RESOLVE
    address: str = ""
    greeting: tuple[str, ...] = ()
    first_bytes: bytes = b""
    offers: tuple[str, ...] = ()
    offers_before: tuple[str, ...] = ()
    renewed: bool = False
    tls: Tls | None = None
    chain: tuple[Certificate, ...] = ()
    logins: tuple[str, ...] = ()
    login: Login | None = None
    reply: tuple[str, ...] = ()
    mailbox: SeenMailbox | None = None
    facts: Facts = NO_FACTS
    statuses: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list, repr=False)
    literal: bytes = b""
    total: int = 0
    helo: str = "[127.0.0.1]"
    lines: int = 0
    max_bytes: int = MAX_BYTES
    max_lines: int = MAX_LINES
    secrets: Secrets = field(default_factory=Secrets, repr=False)

    def hide(self, *values: str) -> None:
        """Mask these values from now on, if the server repeats them."""
        self.secrets.add(*values)

    def masked(self, data: bytes) -> bytes:
        """Mask every form of the secrets in bytes."""
        return self.secrets.masked(data)

    def masked_text(self, text: str) -> str:
        """Mask every form of the secrets in a text."""
        return self.secrets.shown(text)

    def allow_long_lists(self) -> None:
        """Raise the limits for real lists of folders or messages."""
        self.max_lines, self.max_bytes = MANY_LINES, MANY_BYTES

    def shorten(self, begun: int) -> None:
        """Shorten a very long list in the transcript, which began at line ``begun``."""
        start = begun + KEPT_LINES // 2
        long = len(self.transcript) - begun - KEPT_LINES
        if long > 0:
            self.transcript[start : start + long] = [f"== {long:,} lines left out"]

    def event(self, text: str) -> None:
        """Write an event line."""
        self.transcript.append(f"== {text}")


def connect(session: SessionState) -> Dialogue[None]:
    """Open the connection."""
    session.step = Step.CONNECT
    session.address = yield Connect()
    session.event(f"connected {session.address}".rstrip())
    session.step = Step.GREETING


def say(
    session: SessionState, command: str | Redacted, shown: str = "***", *, last: bool = False
) -> Dialogue[None]:
    """Send one line. For a redacted one, the transcript has ``shown`` instead. A line break or a NUL in the command
    stops the session before anything is sent. The ``last`` line has no reply that is waited for.
    """
    redacted = command if isinstance(command, Redacted) else Redacted(command)
    if redacted.breaks():
        raise Stopped(StopReason.NOT_SENDABLE, "a line break or a NUL in a value")
    session.transcript.append(f"C: {shown if redacted is command else command}")
    yield Send(redacted.line(), redacted is command, last)


_REFUSED = frozenset(
    {
        *(StopReason.UNWELCOME, StopReason.NOT_OFFERED, StopReason.NOT_UPGRADED),
        *(StopReason.HELO_ONLY, StopReason.NO_AUTH, StopReason.NO_MECHANISM),
        *(StopReason.LOGIN_DISABLED, StopReason.IN_CLEAR, StopReason.NOT_SENDABLE),
        *(StopReason.REJECTED, StopReason.TEMPORARY, StopReason.NOT_DECIDED),
    }
)
"""Stops after which the server still reads commands."""


def leaving(session: SessionState, opening: Dialogue[None], logout: str) -> Dialogue[None]:
    """Run an opening; after a rejection, send QUIT or LOGOUT. Servers log connections that are dropped without it,
    and count them against the client.
    """
    try:
        yield from opening
    except Stopped as stopped:
        if stopped.stop.kind in _REFUSED:
            with suppress(Stopped):
                yield from say(session, logout, last=True)
        raise


def line(session: SessionState) -> Dialogue[bytes]:
    """Read one line without its line end.

    Raises:
        Stopped: a limit of line length, lines or bytes is exceeded, or the connection ends.
    """
    heard, start = session.heard, 0
    while (end := heard.find(b"\n", start)) < 0:
        if len(heard) > MAX_LINE:
            raise Stopped(StopReason.FLOOD, f"a line of more than {MAX_LINE:,} bytes")
        start = len(heard)
        yield from _more(session)
    if end > MAX_LINE:
        raise Stopped(StopReason.FLOOD, f"a line of more than {MAX_LINE:,} bytes")
    session.lines += 1
    if session.lines > session.max_lines:
        raise Stopped(StopReason.FLOOD, f"more than {session.max_lines:,} lines")
    said = session.secrets.plainly_masked(bytes(heard[:end]).removesuffix(b"\r"))
    del heard[: end + 1]
    shown = session.secrets.beginning(session.literal + said, _SHOWN)
    session.transcript.append(f"S: {decoded(shown, 1000)}")
    session.literal = b""
    return said


def exactly(session: SessionState, count: int) -> Dialogue[bytes]:
    """Read a number of bytes, for an IMAP literal."""
    while len(session.heard) < count:
        yield from _more(session)
    data = session.literal = session.secrets.plainly_masked(bytes(session.heard[:count]))
    del session.heard[:count]
    return data


def _more(session: SessionState) -> Dialogue[None]:
    data: bytes = yield Recv()
    if not data:
        raise Stopped(StopReason.CLOSED)
    if not session.lines and len(session.first_bytes) < 64:
        session.first_bytes += data[: 64 - len(session.first_bytes)]
    session.total += len(data)
    if session.total > session.max_bytes:
        raise Stopped(StopReason.FLOOD, f"more than {session.max_bytes:,} bytes")
    session.heard += data


def foreign(session: SessionState) -> Stopped:
    """Return the stop for a server of another protocol, with its name if known."""
    data = session.first_bytes
    return Stopped(StopReason.FOREIGN, identify(data), data=data)


def secure(session: SessionState) -> Dialogue[None]:
    """Do the TLS handshake; discard everything received before.

    Raises:
        Stopped: bytes had arrived before TLS (RFC 3207 §4.2, RFC 9051 §11.1).
    """
    if session.heard:
        raise Stopped(StopReason.INJECTED, data=bytes(session.heard[:200]))
    session.step = Step.TLS if not session.greeting else Step.STARTTLS
    tls: Tls = yield StartTLS()
    session.tls, session.chain, session.first_bytes = tls, tls.chain, b""
    session.event(f"tls {tls.version} {tls.cipher}".rstrip())
    if not tls.verified:
        session.event(UNVERIFIED)
    session.offers_before, session.offers = session.offers, ()
    session.step = Step.CAPABILITIES if session.greeting else Step.GREETING
