"""The alphabet of a conversation: asks, minutes, lines within limits."""

import re
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from mailkit.observation import Certificate, Kind, Login, Mailbox, Step, Stop, Tls
from mailkit.text import decoded
from mailkit.wire.banner import identify

__all__ = [
    "MAX_BYTES",
    "MAX_LINE",
    "MAX_LINES",
    "MAX_LITERAL",
    "Ask",
    "Connect",
    "Credentials",
    "Dialogue",
    "Minutes",
    "Pause",
    "Recv",
    "Send",
    "StartTLS",
    "Stopped",
    "Veiled",
    "connect",
    "exactly",
    "foreign",
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

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Connect:
    """Open the connection."""


class Veiled:
    """Text that may be a secret: sent as it is, shown as ``***``, also where all locals are."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def after(self, words: str) -> "Veiled":
        """The same with some words before it."""
        return Veiled(f"{words}{self._text}")

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
    patient: bool = False


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

    def __init__(self, kind: Kind, text: str = "", *, code: int = 0, data: bytes = b"") -> None:
        self.stop = Stop(kind, text, code, data)
        super().__init__(f"{kind}: {text}" if text else str(kind))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login needs; ``repr`` shows only the user name.

    Without a password it is only looked whether a fitting way to log in is offered.
    """

    user: str
    password: str | None = field(repr=False)
    auth: str = "password"


@dataclass(slots=True)
class Minutes:
    """What a dialogue writes down as it goes.

    ``renewed`` is whether the reply to a login told the capabilities that hold after it.
    """

    heard: bytearray = field(default_factory=bytearray, repr=False)
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
    notes: list[str] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list, repr=False)
    literal: bytes = b""
    total: int = 0
    lines: int = 0
    max_bytes: int = MAX_BYTES
    max_lines: int = MAX_LINES
    hidden: list[re.Pattern[bytes]] = field(default_factory=list, repr=False)

    def hide(self, *values: str) -> None:
        """From here on mask these values where the server repeats them."""
        for value in sorted(filter(None, values), key=len, reverse=True):
            pattern = re.escape(value.encode("utf-8"))
            self.hidden.append(re.compile(pattern if len(value) > 3 else rb"\b" + pattern + rb"\b"))

    def masked(self, data: bytes) -> bytes:
        """The same bytes with what is hidden replaced by asterisks."""
        for pattern in self.hidden:
            data = pattern.sub(b"***", data)
        return data

    def event(self, text: str) -> None:
        """Write an event line."""
        self.transcript.append(f"== {text}")


def connect(minutes: Minutes) -> Dialogue[None]:
    """Open the connection."""
    minutes.step = Step.CONNECT
    minutes.address = yield Connect()
    minutes.event(f"connected {minutes.address}".rstrip())
    minutes.step = Step.GREETING


def say(minutes: Minutes, command: str | Veiled, shown: str = "***") -> Dialogue[None]:
    """Send one line. Of what is veiled, the transcript has ``shown`` instead.

    A line break or a NUL in the command ends the conversation before anything is sent.
    """
    veiled = command if isinstance(command, Veiled) else Veiled(command)
    if veiled.breaks():
        raise Stopped(Kind.NOT_SENDABLE, "a line break or a NUL in a value")
    minutes.transcript.append(f"C: {shown if veiled is command else command}")
    yield Send(veiled.line(), patient=veiled is command)


def line(minutes: Minutes) -> Dialogue[bytes]:
    """One line without its line end.

    Raises:
        Stopped: the line, the number of lines or of bytes passes its limit, or the end comes.
    """
    heard, start = minutes.heard, 0
    while (end := heard.find(b"\n", start)) < 0:
        if len(heard) > MAX_LINE:
            raise Stopped(Kind.FLOOD, f"a line of more than {MAX_LINE:,} bytes")
        start = len(heard)
        yield from _more(minutes)
    if end > MAX_LINE:
        raise Stopped(Kind.FLOOD, f"a line of more than {MAX_LINE:,} bytes")
    minutes.lines += 1
    if minutes.lines > minutes.max_lines:
        raise Stopped(Kind.FLOOD, f"more than {minutes.max_lines:,} lines")
    said = minutes.masked(bytes(heard[:end]).removesuffix(b"\r"))
    del heard[: end + 1]
    minutes.transcript.append(f"S: {decoded(minutes.literal + said, 1000)}")
    minutes.literal = b""
    return said


def exactly(minutes: Minutes, count: int) -> Dialogue[bytes]:
    """A number of bytes, as an IMAP literal needs them."""
    while len(minutes.heard) < count:
        yield from _more(minutes)
    data = minutes.literal = minutes.masked(bytes(minutes.heard[:count]))
    del minutes.heard[:count]
    return data


def _more(minutes: Minutes) -> Dialogue[None]:
    data: bytes = yield Recv()
    if not data:
        raise Stopped(Kind.CLOSED)
    if not minutes.lines and len(minutes.first_bytes) < 64:
        minutes.first_bytes += data[: 64 - len(minutes.first_bytes)]
    minutes.total += len(data)
    if minutes.total > minutes.max_bytes:
        raise Stopped(Kind.FLOOD, f"more than {minutes.max_bytes:,} bytes")
    minutes.heard += data


def foreign(minutes: Minutes) -> Stopped:
    """The end of a conversation with a server of another protocol, named where it is known."""
    data = minutes.first_bytes
    return Stopped(Kind.FOREIGN, identify(data), data=data)


def secure(minutes: Minutes) -> Dialogue[None]:
    """Shake hands; forget what was said before.

    Raises:
        Stopped: bytes had already arrived that only TLS may carry (RFC 3207 §4.2, RFC 9051 §11.1).
    """
    if minutes.heard:
        raise Stopped(Kind.INJECTED, data=bytes(minutes.heard[:200]))
    minutes.step = Step.TLS if not minutes.greeting else Step.STARTTLS
    tls: Tls = yield StartTLS()
    minutes.tls, minutes.chain, minutes.first_bytes = tls, tls.chain, b""
    minutes.event(f"tls {tls.version} {tls.cipher}".rstrip())
    if not tls.verified:
        minutes.event("certificate not verified: no login on this connection")
    minutes.offers_before, minutes.offers = minutes.offers, ()
    minutes.step = Step.CAPABILITIES if minutes.greeting else Step.GREETING
