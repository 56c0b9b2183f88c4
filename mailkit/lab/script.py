"""Scripts for the lab's servers: steps that break a session at a chosen point."""

import selectors
import socket
import ssl
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from mailkit.lab.recording import Recording

__all__ = [
    "Act",
    "Close",
    "Drip",
    "Ended",
    "Flood",
    "Listen",
    "Reset",
    "Say",
    "Silence",
    "Wait",
    "Wire",
]

LIFETIME_S = 60.0
"""The limit of a connection before the login, in seconds."""

SESSION_S = 1800.0
"""The limit after the login."""

HELLO_S = 10.0
"""How long a server waits for the client's TLS hello, in seconds."""

LONGEST = 65_536
"""The longest line, in octets."""

_BARE_END_S = 0.5
"""How long to wait for more after an apparent end of a message with bare LF, in seconds."""

_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Gone(Exception):  # noqa: N818 - an end, not an error
    """The connection has ended."""


class Ended(Enum):
    """How a message after DATA ended."""

    WELL = auto()
    TOO_LONG = auto()
    WITH_BARE_LF = auto()


def _readable(seconds: float, *sockets: socket.socket) -> list[object]:
    """Wait until there is something to read by some of the sockets; return these, none after the time.

    Raises:
        Gone: one of them is closed.
    """
    with selectors.DefaultSelector() as selector:
        try:
            for sock in sockets:
                selector.register(sock, selectors.EVENT_READ)
        except (OSError, ValueError):
            raise Gone from None
        return [key.fileobj for key, _ in selector.select(seconds)]


@dataclass
class Wire:
    """The server's side of a connection: lines in, bytes out, TLS on request.

    While it is ``muted``, a command whose reply a script gives takes its effect: nothing is sent, and lines are
    those that the script ``listened`` to, then empty ones.
    """

    sock: socket.socket
    record: Recording
    tls: bool = False
    buffer: bytearray = field(default_factory=bytearray)
    listened: bytearray = field(default_factory=bytearray)
    muted: bool = False
    ends: float = field(default_factory=lambda: time.monotonic() + LIFETIME_S)

    def line(self, *, record: bool = True) -> bytes:
        """The next line from the client, without its end; part of a message is not recorded.

        Raises:
            Gone: the client hung up, or the connection's time is over.
        """
        if self.muted:
            return self._heard_before()
        searched = 0
        while (end := self.buffer.find(b"\n", searched)) < 0:
            searched = len(self.buffer)
            if searched > LONGEST:
                raise Gone
            self.buffer += self.read()
        said = bytes(self.buffer[:end])
        self.record.bare_lf = self.record.bare_lf or not said.endswith(b"\r")
        said = said.removesuffix(b"\r")
        del self.buffer[: end + 1]
        if record:
            self.record.add(self.tls, "C", said)
        return said

    def _heard_before(self) -> bytes:
        """The next line that a script listened to, to its end; none is an empty one."""
        while self.listened and b"\n" not in self.listened:
            self.listened += self.read()
        said, _, rest = bytes(self.listened).partition(b"\n")
        self.listened[:] = rest
        return said.removesuffix(b"\r")

    def message(self, limit: int) -> tuple[bytes, "Ended"]:
        """A message after DATA, without the dots that were added to it (RFC 5321 §4.5.2), and how it ended.

        Only CRLF "." CRLF ends it; anything else would allow SMTP smuggling. A client that ends with bare LF and
        waits gets an error instead of a timeout.

        Args:
            limit: the most octets; of a longer message nothing is kept.
        """
        kept = bytearray(b"\r\n") + self.buffer
        self.buffer.clear()
        searched, ended = 0, Ended.WELL
        while (end := kept.find(b"\r\n.\r\n", searched)) < 0:
            if len(kept) > limit + 5:
                ended = Ended.TOO_LONG
                del kept[:-4]
            searched = max(len(kept) - 4, 0)
            if kept.endswith(b"\n.\n") and not self._more(_BARE_END_S):
                self.record.bare_lf = True
                return b"", Ended.WITH_BARE_LF
            kept += self.read()
        self.buffer += kept[end + 5 :]
        del kept[end + 2 :]
        if ended is Ended.TOO_LONG or len(kept) - 2 > limit:
            return b"", Ended.TOO_LONG
        return bytes(kept).replace(b"\r\n.", b"\r\n")[2:], ended

    def _more(self, seconds: float) -> bool:
        """Whether the client sends more in so many seconds."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        return bool(_readable(seconds, self.sock))

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
        """Acknowledge at once, for a client that sends the rest only after the literal is acknowledged (Nagle)."""
        if _QUICKACK is not None:
            with suppress(OSError):
                self.sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)

    def skip(self, count: int) -> None:
        """Discard so many bytes from the client."""
        while count > len(self.buffer):
            count -= len(self.buffer)
            self.buffer[:] = self.read()
        del self.buffer[:count]

    def read(self) -> bytes:
        """Some bytes from the client."""
        try:
            self.sock.settimeout(max(self.ends - time.monotonic(), 0.001))
            data = self.sock.recv(65_536)
        except (OSError, ValueError) as error:
            self.record.failed(error)
            raise Gone from None
        if not data:
            self.record.end("client")
            raise Gone
        if not self.tls:
            self.record.heard(data)
        return data

    def until_said(self, other: socket.socket) -> bool:
        """Wait until the client says something (true), or something comes by another socket.

        Raises:
            Gone: the connection's time is over.
        """
        if self.buffer or (isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()):
            return True
        ready = _readable(max(self.ends - time.monotonic(), 0), self.sock, other)
        if not ready:
            raise Gone
        return self.sock in ready

    def extend(self) -> None:
        """A login has succeeded: extend the limit."""
        self.ends = time.monotonic() + SESSION_S

    def send(self, data: bytes) -> None:
        """Bytes to the client."""
        self.send_pieces((data,))

    def send_pieces(self, pieces: Sequence[bytes]) -> None:
        """Bytes to the client, all in one; of long pieces only the length is recorded."""
        if self.muted:
            return
        if self.buffer:
            self.record.not_waited()
        if not self.record.full:
            short = (
                piece if len(piece) < 2000 else b"(%d octets)" % len(piece) for piece in pieces
            )
            for said in b"".join(short).splitlines():
                self.record.add(self.tls, "S", said[:200])
        try:
            self.sock.settimeout(30)
            self.sock.sendall(b"".join(pieces) if len(pieces) > 1 else pieces[0])
        except (OSError, ValueError):
            raise Gone from None

    def secure(self, context: ssl.SSLContext) -> None:
        """Do the TLS handshake as the server. Cleartext instead of a handshake is recorded."""
        self.buffer.clear()
        try:
            self.sock.settimeout(HELLO_S)
            self._note_cleartext(self.sock.recv(256, socket.MSG_PEEK))
            tls = context.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
            self.sock = tls
            tls.do_handshake()
        except (OSError, ValueError) as error:
            self.record.failed(error)
            raise Gone from None
        self.tls = True
        cipher = tls.cipher()
        name = getattr(tls, "server_name", None) or ""
        self.record.secured(tls.version() or "", cipher[0] if cipher else "", name)

    def _note_cleartext(self, first: bytes) -> None:
        """Record what a client says that does not begin with TLS (a handshake record, RFC 8446 §5.1)."""
        if not first:
            self.record.end("client")
        elif first[:1] != b"\x16":
            self.record.heard(first)
            self.record.add(False, "C", first.partition(b"\n")[0].removesuffix(b"\r"))

    def hang_up(self) -> None:
        """Close the connection without a reply."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        self.sock.close()

    def close_notify(self) -> None:
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


@dataclass(frozen=True, slots=True)
class Say:
    """Send bytes; ``<tag>`` is replaced by the tag of the command."""

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
    """Wait for bytes from the client; they are answers to a login that the script accepts, and else discarded."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        wire.listened += wire.read()


@dataclass(frozen=True, slots=True)
class Silence:
    """Send nothing until the client closes the connection, even beyond the usual limit."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        wire.extend()
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
    """Close the connection; under TLS without close_notify."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        with suppress(OSError):
            socket.socket.shutdown(wire.sock, socket.SHUT_RDWR)
        raise Gone


@dataclass(frozen=True, slots=True)
class Reset:
    """Close the connection with a TCP reset."""

    def __call__(self, wire: Wire, tag: bytes) -> None:
        with suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            wire.sock.close()
        raise Gone
