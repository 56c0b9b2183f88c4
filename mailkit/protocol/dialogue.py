"""The alphabet of a conversation: asks, minutes, lines within limits."""

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from mailkit.observation import (
    Certificate,
    Facts,
    Login,
    Mailbox,
    Request,
    Step,
    Stop,
    StopReason,
    Tls,
)
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
"""Bytes in one line: far above what RFC 5321 (512) and RFC 9051 (8,192) ask for."""
MAX_LINES = 1_000
"""Lines in one conversation before the end of the login."""
MAX_LITERAL = 65_536
"""Bytes in one IMAP literal before the end of the login."""
MAX_BYTES = 524_288
"""Bytes in one conversation before the end of the login."""

MANY_LINES = 200_000
"""Lines in one conversation that lists folders or messages after the login."""
KEPT_LINES = 1_000
"""Lines of one list that a transcript keeps: with fewer folders it replays to the same findings."""
MANY_BYTES = 16 * 1024 * 1024
"""Bytes in one conversation that lists folders or messages after the login."""

UNVERIFIED = "certificate not verified: no login on this connection"
"""The event of a handshake that verified nothing."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Connect:
    """Open the connection."""


class Redacted:
    """Text that may be a secret: sent as it is, shown as ``***``, also where all locals are."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def after(self, words: str) -> "Redacted":
        """The same with some words before it."""
        return Redacted(f"{words}{self._text}")

    def breaks(self) -> bool:
        """Whether it holds a line break or a NUL."""
        return any(char in self._text for char in "\r\n\0")

    def line(self) -> memoryview:
        """A line of it, as bytes that ``repr`` does not show."""
        return memoryview(self._text.encode("utf-8") + b"\r\n")


@dataclass(frozen=True, slots=True)
class Send:
    """Write bytes. They are not shown by ``repr``, for they may be a secret.

    ``patient`` allows more time for the reply: many servers make a refusal wait.
    """

    data: memoryview
    slow_reply: bool = False


@dataclass(frozen=True, slots=True)
class Recv:
    """Wait for some bytes."""


@dataclass(frozen=True, slots=True)
class StartTLS:
    """Shake hands and verify the certificate against the logical host name."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


Ask: TypeAlias = Connect | Send | Recv | StartTLS | Pause
Dialogue: TypeAlias = Generator[Ask, Any, T]
"""A conversation; the one ``Any``: each ask has an answer of its own type."""


class Stopped(Exception):  # noqa: N818 - an end, not an error
    """A conversation ended early; carries the :class:`~mailkit.observation.Stop`."""

    def __init__(
        self, kind: StopReason, text: str = "", *, code: int = 0, data: bytes = b""
    ) -> None:
        self.stop = Stop(kind, text, code, data)
        super().__init__(f"{kind}: {text}" if text else str(kind))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login needs; ``repr`` shows only the user name.

    Without a password it is only looked whether a fitting way to log in is offered. ``recorded``
    is a login of a transcript: the password is not known, and what was sent was masked.
    """

    user: str
    password: str | None = field(repr=False)
    auth: str = "password"
    recorded: bool = False


@dataclass(slots=True)
class SessionState:
    """What a dialogue writes down as it goes.

    ``renewed`` is whether the reply to a login told the capabilities that hold after it. ``helo`` is
    the name for EHLO and LHLO: by default an address literal (RFC 5321 §4.1.4).
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
    mailbox: Mailbox | None = None
    facts: Facts = field(default_factory=Facts)
    transcript: list[str] = field(default_factory=list, repr=False)
    literal: bytes = b""
    total: int = 0
    helo: str = "[127.0.0.1]"
    lines: int = 0
    max_bytes: int = MAX_BYTES
    max_lines: int = MAX_LINES
    secrets: Secrets = field(default_factory=Secrets, repr=False)

    def hide(self, *values: str) -> None:
        """From here on mask these values where the server repeats them."""
        self.secrets.add(*values)

    def masked(self, data: bytes) -> bytes:
        """Bytes for a person, with every form of what is hidden replaced by asterisks."""
        return self.secrets.masked(data)

    def masked_text(self, text: str) -> str:
        """The same for text."""
        return self.secrets.shown(text)

    def allow_long_lists(self) -> None:
        """Raise the limits for lists that a mailbox may really have."""
        self.max_lines, self.max_bytes = MANY_LINES, MANY_BYTES

    def shorten(self, begun: int) -> None:
        """Leave the middle of a very long list, which began at line ``begun``, out of the transcript."""
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


def say(session: SessionState, command: str | Redacted, shown: str = "***") -> Dialogue[None]:
    """Send one line. Of what is veiled, the transcript has ``shown`` instead.

    A line break or a NUL in the command ends the conversation before anything is sent.
    """
    redacted = command if isinstance(command, Redacted) else Redacted(command)
    if redacted.breaks():
        raise Stopped(StopReason.NOT_SENDABLE, "a line break or a NUL in a value")
    session.transcript.append(f"C: {shown if redacted is command else command}")
    yield Send(redacted.line(), slow_reply=redacted is command)


_REFUSED = frozenset(
    {
        *(StopReason.UNWELCOME, StopReason.NOT_OFFERED, StopReason.NOT_UPGRADED),
        *(StopReason.HELO_ONLY, StopReason.NO_AUTH, StopReason.NO_MECHANISM),
        *(StopReason.LOGIN_DISABLED, StopReason.IN_CLEAR, StopReason.NOT_SENDABLE),
        *(StopReason.REJECTED, StopReason.TEMPORARY, StopReason.NOT_JUDGED),
    }
)
"""Ends after which the server still listens."""


def leaving(session: SessionState, opening: Dialogue[None], goodbye: str) -> Dialogue[None]:
    """Run an opening; where the server refuses, say goodbye before the connection ends.

    Servers log connections that are dropped without a word, and count them against the client.
    """
    try:
        yield from opening
    except Stopped as stopped:
        if stopped.stop.kind in _REFUSED:
            with suppress(Stopped):
                yield from say(session, goodbye)
        raise


def line(session: SessionState) -> Dialogue[bytes]:
    """One line without its line end.

    Raises:
        Stopped: the line, the number of lines or of bytes passes its limit, or the end comes.
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
    session.transcript.append(f"S: {decoded(session.masked(session.literal + said), 1000)}")
    session.literal = b""
    return said


def exactly(session: SessionState, count: int) -> Dialogue[bytes]:
    """A number of bytes, as an IMAP literal needs them."""
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
    """The end of a conversation with a server of another protocol, named where it is known."""
    data = session.first_bytes
    return Stopped(StopReason.FOREIGN, identify(data), data=data)


def secure(session: SessionState) -> Dialogue[None]:
    """Shake hands; forget what was said before.

    Raises:
        Stopped: bytes had already arrived that only TLS may carry (RFC 3207 §4.2, RFC 9051 §11.1).
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
