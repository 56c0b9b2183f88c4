"""What a server of the lab can be told to do: the steps that break a conversation on cue."""

import selectors
import socket
import ssl
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

__all__ = [
    "Act",
    "Close",
    "Drip",
    "Flood",
    "Listen",
    "Recording",
    "Reset",
    "Say",
    "Silence",
    "Wait",
    "Wire",
]

LIFETIME_S = 60.0
"""The longest a connection to the lab lives before somebody logs in, in seconds."""

SESSION_S = 1800.0
"""The longest it lives after that."""

LONGEST = 65_536
"""Octets of a line."""

RECORDED = 5_000
"""Lines of a conversation that are kept."""

RECORDED_OCTETS = 16 * 1024 * 1024
"""Octets in clear that are kept."""


_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Gone(Exception):  # noqa: N818 - an end, not an error
    """The connection is over."""


@dataclass
class Wire:
    """One connection as its server sees it: lines in, bytes out, TLS on request."""

    sock: socket.socket
    record: "Recording"
    tls: bool = False
    buffer: bytearray = field(default_factory=bytearray)
    ends: float = field(default_factory=lambda: time.monotonic() + LIFETIME_S)

    def line(self, *, record: bool = True) -> bytes:
        """The next line from the client, without its end; part of a message is not recorded.

        Raises:
            Gone: the client hung up, or the connection's time is over.
        """
        searched = 0
        while (end := self.buffer.find(b"\n", searched)) < 0:
            searched = len(self.buffer)
            if searched > LONGEST:
                raise Gone
            self.buffer += self.read()
        said = bytes(self.buffer[:end]).removesuffix(b"\r")
        del self.buffer[: end + 1]
        if record:
            self.record.add(self.tls, "C", said)
        return said

    def octets(self, count: int) -> bytes:
        """So many bytes from the client: a literal."""
        while len(self.buffer) < count:
            self._acknowledge()
            self.buffer += self.read()
        self._acknowledge()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def _acknowledge(self) -> None:
        """Do not keep a client waiting that sends the rest only when the literal is acknowledged (Nagle)."""
        if _QUICKACK is not None:
            with suppress(OSError):
                self.sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def skip(self, count: int) -> None:
        """Throw so many bytes from the client away."""
        while count > len(self.buffer):
            count -= len(self.buffer)
            self.buffer[:] = self.read()
        del self.buffer[:count]

    def read(self) -> bytes:
        """Some bytes from the client."""
        try:
            self.sock.settimeout(max(self.ends - time.monotonic(), 0.001))
            data = self.sock.recv(65_536)
        except (OSError, ValueError):
            raise Gone from None
        if not data:
            raise Gone
        if not self.tls and len(self.record.in_clear) < RECORDED_OCTETS:
            self.record.in_clear += data
        return data

    def until_said(self, other: socket.socket) -> bool:
        """Wait until the client says something (true), or something comes by another socket.

        Raises:
            Gone: the connection's time is over.
        """
        if self.buffer or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        with selectors.DefaultSelector() as selector:
            try:
                for sock in (self.sock, other):
                    selector.register(sock, selectors.EVENT_READ)
            except (OSError, ValueError):
                raise Gone from None
            ready = selector.select(max(self.ends - time.monotonic(), 0))
        if not ready:
            raise Gone
        return any(key.fileobj is self.sock for key, _ in ready)

    def hand_over(self) -> None:
        """Somebody has logged in: the connection may last."""
        self.ends = time.monotonic() + SESSION_S

    def send(self, data: bytes) -> None:
        """Bytes to the client."""
        self.send_pieces((data,))

    def send_pieces(self, pieces: Sequence[bytes]) -> None:
        """Bytes to the client, all in one; of long pieces only the length is recorded."""
        if len(self.record.lines) < RECORDED:
            short = (one if len(one) < 2000 else b"(%d octets)" % len(one) for one in pieces)
            for said in b"".join(short).splitlines():
                self.record.add(self.tls, "S", said[:200])
        try:
            self.sock.settimeout(30)
            self.sock.sendall(b"".join(pieces) if len(pieces) > 1 else pieces[0])
        except (OSError, ValueError):
            raise Gone from None

    def secure(self, context: ssl.SSLContext) -> None:
        """Shake hands as the server."""
        self.buffer.clear()
        try:
            self.sock.settimeout(10)
            self.sock = context.wrap_socket(self.sock, server_side=True)
        except (OSError, ValueError):
            raise Gone from None
        self.tls = True

    def hang_up(self) -> None:
        """Close the connection without a word."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        self.sock.close()

    def goodbye(self) -> None:
        """Send close_notify, if TLS is up."""
        if isinstance(self.sock, ssl.SSLSocket):
            with suppress(OSError, ValueError):
                self.sock.setblocking(False)
                self.sock.unwrap()

    def do(self, acts: Sequence["Act"], tag: bytes = b"") -> None:
        """Follow a script."""
        for act in acts:
            act(self, tag)


class Act(Protocol):
    """One step of a script."""

    def __call__(self, wire: Wire, tag: bytes) -> None: ...


@dataclass
class Recording:
    """What one connection to the lab did: ``(under TLS, C or S, line)``, and all bytes in clear."""

    endpoint: str
    lines: list[tuple[bool, str, bytes]] = field(default_factory=list)
    in_clear: bytearray = field(default_factory=bytearray)
    logins: list[tuple[str, bool]] = field(default_factory=list)

    def add(self, tls: bool, who: str, said: bytes) -> None:
        """Write a line down, as long as there is room."""
        if len(self.lines) < RECORDED:
            self.lines.append((tls, who, said))

    @property
    def transcript(self) -> tuple[str, ...]:
        """The lines as ``S:`` and ``C:``, with an event line where TLS begins; logins masked."""
        shown: list[str] = []
        before = False
        masked = _Masking()
        for tls, who, said in self.lines:
            if tls and not before:
                shown.append("== tls")
            before = tls
            shown.append(f"{who}: {masked(who, said.decode('utf-8', 'backslashreplace'))}")
        return tuple(shown)


@dataclass
class _Masking:
    """Masks what follows a login command; the commands stay readable."""

    secret: bool = False

    def __call__(self, who: str, said: str) -> str:
        words = said.split(" ")
        if who == "S":
            self.secret = said.startswith(("334", "+ ")) or said == "+"
            return said
        if self.secret:
            self.secret = False
            return "***"
        for position, word in enumerate(words[:2]):
            after = words[position + 1 :]
            if word.upper() == "PASS":
                return f"{' '.join(words[: position + 1])} ***"
            if word.upper() in ("AUTH", "AUTHENTICATE") and len(after) > 1:
                return f"{' '.join(words[: position + 2])} ***"
            if word.upper() == "LOGIN" and len(after) > 1:
                return f"{' '.join(words[: position + 2])} ***"
        return said


@dataclass(frozen=True, slots=True)
class Say:
    """Send bytes; ``<tag>`` stands for the tag of the command that is answered."""

    data: bytes

    def __call__(self, wire: Wire, tag: bytes) -> None:
        wire.send(self.data.replace(b"<tag>", tag))


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for some seconds."""

    seconds: float

    def __call__(self, wire: Wire, tag: bytes) -> None:
        time.sleep(min(self.seconds, LIFETIME_S))


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for bytes from the client, and throw them away."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        wire.read()


@dataclass(frozen=True, slots=True)
class Silence:
    """Say nothing until the client hangs up."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        while True:
            wire.read()


@dataclass(frozen=True, slots=True)
class Drip:
    """Send a byte every so many seconds, without end."""

    data: bytes
    every: float

    def __call__(self, wire: Wire, tag: bytes) -> None:
        for position in range(int(LIFETIME_S / self.every)):
            wire.send(self.data[position % len(self.data) :][:1])
            time.sleep(self.every)


@dataclass(frozen=True, slots=True)
class Flood:
    """Send the same bytes many times."""

    data: bytes
    times: int

    def __call__(self, wire: Wire, tag: bytes) -> None:
        block = self.data * max(1, 65_536 // len(self.data))
        for _ in range(self.times * len(self.data) // len(block) + 1):
            wire.send(block)


@dataclass(frozen=True, slots=True)
class Close:
    """Hang up; under TLS without saying goodbye."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        with suppress(OSError):
            socket.socket.shutdown(wire.sock, socket.SHUT_RDWR)
        raise Gone


@dataclass(frozen=True, slots=True)
class Reset:
    """Hang up with a TCP reset."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        with suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            wire.sock.close()
        raise Gone
