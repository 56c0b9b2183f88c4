"""A relay in front of any server: it records the session, and breaks it on a trigger.

Both directions pass through it, also inside TLS, for the lab owns the authority. A trigger is a moment, a line of the
client or a number of bytes of the server, and the acts (:mod:`mailkit.lab.script`) that follow, so the fault is
reproducible.
"""

import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from mailkit.account import is_loopback
from mailkit.lab.overheard import Overheard
from mailkit.lab.recording import Recording
from mailkit.lab.script import Act, Gone, Wire

__all__ = ["Relay", "Trigger"]

_LOGIN = re.compile(rb"(?:\S+\s+)?(?:LOGIN|AUTHENTICATE)\b|(?:AUTH|USER|PASS|APOP)\b", re.I)
_REFUSAL = {
    "imap": b"%b NO [PRIVACYREQUIRED] mailkit relays no login without TLS\r\n",
    "pop3": b"-ERR mailkit relays no login without TLS\r\n",
    "smtp": b"530 5.7.0 mailkit relays no login without TLS\r\n",
}
_EARLIER = 200
"""Connections that are looked at for the habits of a client."""

_ANSWER = 65_536
"""Octets of the reply to an upgrade that are looked at."""

_UPGRADE = re.compile(rb"(?:\S+ )?(?:STARTTLS|STLS)\r?\n", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A moment, and what happens then.

    ``said`` is a pattern that a line of the client matches from its beginning (after the tag, in
    IMAP); that line is held back unless ``forward`` is true, so that the acts are its only answer.
    ``after`` is a number of bytes that the server has sent to the client; what it sends beyond them
    comes after the acts, if the connection still stands. ``secure`` says under TLS or before it;
    ``None`` is both. A trigger fires once in each connection.
    """

    do: Sequence[Act]
    said: bytes = b""
    after: int = -1
    forward: bool = False
    secure: bool | None = None


@dataclass
class Relay:
    """A relay for as long as a ``with`` block lasts.

    Programs trust a server on this machine with a password in cleartext. One that has the server's side of TLS passes
    no login on without TLS, unless the server is on this machine too.

    Args:
        target: the address of the server.
        context: the server's side of TLS, of the lab's authority; without it TLS passes unread.
        onward: the client's side of TLS, towards the server; its context decides about verification.
        host: the name the server's certificate is for.
        implicit: whether TLS begins with the first byte.
        cues: the triggers.
        delay_s: seconds before each piece that the server sends.
        piece: the most bytes of the server's that go on together; 0 leaves them as they come.
        port: where to listen on loopback; 0 for any free port.
        protocol: ``imap``, ``pop3`` or ``smtp``, for the findings about the client.
    """

    target: tuple[str, int]
    context: ssl.SSLContext | None = None
    onward: ssl.SSLContext | None = None
    host: str = ""
    implicit: bool = False
    cues: Sequence[Trigger] = ()
    delay_s: float = 0.0
    piece: int = 0
    port: int = 0
    protocol: str = ""
    sessions: list[Recording] = field(default_factory=list)

    def __enter__(self) -> "Relay":
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True, name="mailkit-relay").start()
        return self

    def __exit__(self, *exc: object) -> None:
        with self._lock:
            endings = [*self._open, self._listening]
            self._open.clear()
        for sock in endings:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            sock.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where clients connect to."""
        address, port = self._listening.getsockname()[:2]
        return address, port

    @property
    def transcript(self) -> tuple[str, ...]:
        """What was said in the last connection, logins masked, with a line where TLS begins."""
        return self.sessions[-1].transcript if self.sessions else ()

    def _accept(self) -> None:
        while True:
            try:
                client, peer = self._listening.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(client, peer), daemon=True, name="mailkit-relay-io"
            ).start()

    def _before(self, number: int) -> list[Recording]:
        return self.sessions[max(number - 1 - _EARLIER, 0) : number - 1]

    def _serve(self, client: socket.socket, peer: tuple[str, int]) -> None:
        session = Recording(
            f"relay to {self.host or self.target[0]}:{self.target[1]}",
            number=len(self.sessions) + 1,
            protocol=self.protocol,
            security="implicit-tls" if self.implicit else "starttls",
            port=self.address[1],
            peer=peer,
        )
        session.earlier = partial(self._before, session.number)
        self.sessions.append(session)
        connection: _Connection | None = None
        try:
            server = socket.create_connection(self.target, 10)
            with self._lock:
                self._open |= {client, server}
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(self, Wire(client, session), server)
            connection.run()
        except (OSError, ValueError) as error:
            session.failed(error)
        except Gone:
            session.end("client")
        finally:
            session.end("server")
            if connection is not None:
                connection.end()
            client.close()


class _Connection:
    """One connection through a relay. One thread serves both directions, for TLS allows no two."""

    def __init__(self, relay: Relay, wire: Wire, server: socket.socket) -> None:
        self.relay, self.wire, self.server = relay, wire, server
        self.left = [*relay.cues]
        self.passed = 0
        self.heard = Overheard(wire.record)
        self.blind = False
        self.agreed: re.Pattern[bytes] | None = None
        self.answer = b""

    def run(self) -> None:
        """Relay until one side is gone, or the connection's time is over."""
        if self.relay.implicit and self.relay.context is not None:
            self._secure()
        while True:
            ready = self._ready()
            if not ready:
                return
            for sock in ready:
                data = _read(sock)
                if data is None:
                    continue
                if not data:
                    self.wire.record.end("server" if sock is self.server else "client")
                    return
                if sock is self.server:
                    self._downward(data)
                else:
                    self._upward(data)
                if sock not in (self.server, self.wire.sock):
                    break  # TLS has taken its place

    def _ready(self) -> list[socket.socket]:
        """The sides that have sent something; the client waits while an upgrade is agreed on."""
        waits = self.agreed is not None or self.heard.full
        sides = [self.server] if waits else [self.server, self.wire.sock]
        if any(side.fileno() < 0 for side in sides):
            return []  # a trigger or the end of the relay has closed it
        inside = [side for side in sides if isinstance(side, ssl.SSLSocket) and side.pending()]
        left = max(self.wire.ends - time.monotonic(), 0)
        return [*inside] or select.select(sides, [], [], left)[0]

    def end(self) -> None:
        """Close both sides."""
        self.heard.end(tls=self.wire.tls)
        for sock in (self.server, self.wire.sock):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            sock.close()

    def _secure(self) -> None:
        """Shake hands with both sides."""
        assert self.relay.context is not None
        onward = self.relay.onward or ssl.create_default_context()
        self.server.settimeout(10)
        try:
            self.server = onward.wrap_socket(self.server, server_hostname=self.relay.host or None)
        except (OSError, ValueError):
            self.wire.record.end("server")  # the client is not to blame
            raise Gone from None
        self.heard.forget()
        self.wire.secure(self.relay.context)

    def _upward(self, data: bytes) -> None:
        """From the client to the server, line by line as long as it is read."""
        if self.blind or (data[:1] in (b"\x14", b"\x15", b"\x16") and not self.wire.tls):
            self.blind = True  # TLS that passes unread
            self.wire.record.heard(data)
            _write(self.server, data)
            return
        for piece, spoken in self.heard.upward(data, tls=self.wire.tls):
            if spoken:
                self._line(piece)
            else:
                _write(self.server, piece)

    def _line(self, line: bytes) -> None:
        tag = line.partition(b" ")[0]
        if _LOGIN.match(line) and self._would_tell():
            refusal = _REFUSAL.get(self.relay.protocol, b"")
            self.wire.send(refusal % tag if b"%b" in refusal else refusal)
            raise Gone
        trigger = next((trigger for trigger in self.left if self._meant(trigger, line)), None)
        if trigger is not None:
            self.left.remove(trigger)
            self.wire.do(trigger.do, tag)
            if not trigger.forward:
                self.heard.waits = False
                return
        if self.relay.context is not None and _UPGRADE.fullmatch(line) is not None:
            yes = re.escape(tag) + rb" OK\b" if line.count(b" ") else rb"220|\+OK"
            self.agreed = re.compile(rb"(?m)^(?:" + yes + rb")", re.I)
        _write(self.server, line)

    def _would_tell(self) -> bool:
        """Whether a login would leave this machine in cleartext."""
        if self.relay.context is None or isinstance(self.server, ssl.SSLSocket):
            return False
        return not is_loopback(self.server.getpeername()[0])

    def _meant(self, trigger: Trigger, line: bytes) -> bool:
        if not trigger.said or trigger.secure not in (None, self.wire.tls):
            return False
        return re.match(rb"(?:\S+ )?" + trigger.said, line, re.I) is not None

    def _downward(self, data: bytes) -> None:
        """From the server to the client, in pieces and with triggers."""
        self._pass(data)
        if self.agreed is None:
            if not self.blind:
                self._upward(b"")  # what was held back until this reply
            return
        self.answer = (self.answer + data)[-_ANSWER:]
        if self.answer.endswith(b"\n"):
            agreed, self.agreed = self.agreed.search(self.answer), None
            self.answer = b""
            if agreed:
                self._secure()

    def _pass(self, data: bytes) -> None:
        if not self.blind:
            self.heard.downward(data, tls=self.wire.tls)
        while data:
            trigger = next(
                (
                    trigger
                    for trigger in self.left
                    if trigger.after >= 0 and trigger.secure in (None, self.wire.tls)
                ),
                None,
            )
            size = self.relay.piece or len(data)
            if trigger is not None:
                room = trigger.after - self.passed
                if room <= 0:
                    self.left.remove(trigger)
                    self.wire.do(trigger.do)
                    continue
                size = min(size, room)
            if self.relay.delay_s:
                time.sleep(self.relay.delay_s)
            _write(self.wire.sock, data[:size])
            self.passed += min(size, len(data))
            data = data[size:]


def _read(sock: socket.socket) -> bytes | None:
    """What is there; ``None`` where TLS had something to say to itself only."""
    sock.settimeout(0)
    try:
        return sock.recv(65_536)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None


def _write(sock: socket.socket, data: bytes) -> None:
    sock.settimeout(10)
    sock.sendall(data)


Cue = Trigger
"""The name in version 0.1; it goes away with version 0.3."""
