"""A relay in front of any server: it writes down what is said, and breaks it on cue.

Both directions pass through it, also inside TLS, for the lab owns the authority. A cue names the
moment, a line of the client or a number of bytes of the server, and the acts (:mod:`mailkit.lab.script`)
that then take place; so the same fault happens in the same place each time.
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

from mailkit.lab.script import Act, Gone, Session, Wire

__all__ = ["Cue", "Relay"]

_UPGRADE = re.compile(rb"(?:\S+ )?(?:STARTTLS|STLS)\r?\n", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A moment, and what happens then.

    ``said`` is a pattern that a line of the client matches from its beginning (after the tag, in
    IMAP); that line is held back unless ``forward`` is true, so that the acts are its only answer.
    ``after`` is a number of bytes that the server has sent to the client; what it sends beyond them
    comes after the acts, if the connection still stands. ``secure`` says under TLS or before it;
    ``None`` is both. A cue is followed once in each connection.
    """

    do: Sequence[Act]
    said: bytes = b""
    after: int = -1
    forward: bool = False
    secure: bool | None = None


@dataclass
class Relay:
    """A relay for as long as a ``with`` block lasts.

    Args:
        target: the address of the server.
        context: the server's side of TLS, of the lab's authority; without it TLS passes unread.
        onward: the client's side of TLS, towards the server; it verifies as it is told to.
        host: the name the server's certificate is for.
        implicit: whether TLS begins with the first byte.
        cues: what happens when.
        delay_s: seconds before each piece that the server sends.
        piece: the most bytes of the server's that go on together; 0 leaves them as they come.
    """

    target: tuple[str, int]
    context: ssl.SSLContext | None = None
    onward: ssl.SSLContext | None = None
    host: str = ""
    implicit: bool = False
    cues: Sequence[Cue] = ()
    delay_s: float = 0.0
    piece: int = 0
    sessions: list[Session] = field(default_factory=list)

    def __enter__(self) -> "Relay":
        self._listening = socket.create_server(("127.0.0.1", 0))
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
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(client,), daemon=True, name="mailkit-relay-io"
            ).start()

    def _serve(self, client: socket.socket) -> None:
        session = Session(f"relay to {self.target[0]}:{self.target[1]}")
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
        except (OSError, Gone):
            pass
        finally:
            if connection is not None:
                connection.end()
            client.close()


class _Connection:
    """One connection through a relay: two directions, one of them in a thread of its own."""

    def __init__(self, relay: Relay, wire: Wire, server: socket.socket) -> None:
        self.relay, self.wire, self.server = relay, wire, server
        self.left = [*relay.cues]
        self.passed = 0
        self.agreed: re.Pattern[bytes] | None = None
        self.upgraded = threading.Event()
        self.blind = False
        self.lock = threading.Lock()

    def run(self) -> None:
        """Relay until one side is gone."""
        if self.relay.implicit and self.relay.context is not None:
            self._secure()
        down = threading.Thread(target=self._downward, daemon=True, name="mailkit-relay-down")
        down.start()
        self._upward()
        with suppress(OSError):
            socket.socket.shutdown(self.server, socket.SHUT_WR)
        down.join(60)

    def end(self) -> None:
        """Close both sides."""
        for sock in (self.server, self.wire.sock):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            sock.close()

    def _secure(self) -> None:
        """Shake hands with both sides."""
        assert self.relay.context is not None
        onward = self.relay.onward or ssl.create_default_context()
        self.server = onward.wrap_socket(self.server, server_hostname=self.relay.host or None)
        self.wire.secure(self.relay.context)

    def _upward(self) -> None:
        """From the client to the server, line by line as long as it is read."""
        pending = b""
        while True:
            try:
                if not self._waits():
                    continue
                data = self.wire.sock.recv(65_536)
            except (OSError, ValueError):
                return
            if not data:
                return
            if self.blind or (data[:1] in (b"\x16", b"\x14", b"\x15") and not self.wire.tls):
                self.blind = True  # TLS that passes unread
                self.server.sendall(data)
                continue
            pending += data
            while b"\n" in pending:
                line, mark, pending = pending.partition(b"\n")
                self._line(line + mark)

    def _waits(self) -> bool:
        """Whether the client has sent something, by short looks: a reset needs the socket free."""
        sock = self.wire.sock
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        return bool(select.select([sock], [], [], 0.05)[0])

    def _line(self, line: bytes) -> None:
        self.wire.record.lines.append((self.wire.tls, "C", line.rstrip(b"\r\n")))
        tag = line.partition(b" ")[0]
        cue = next((one for one in self.left if self._meant(one, line)), None)
        if cue is not None:
            self.left.remove(cue)
            self.wire.do(cue.do, tag)
            if not cue.forward:
                return
        upgrade = self.relay.context is not None and _UPGRADE.fullmatch(line) is not None
        if upgrade:
            self.upgraded.clear()
            yes = re.escape(tag) + rb" OK\b" if line.count(b" ") else rb"220|\+OK"
            self.agreed = re.compile(rb"(?m)^(?:" + yes + rb")", re.I)
        self.server.sendall(line)
        if upgrade:
            self.upgraded.wait(20)

    def _meant(self, cue: Cue, line: bytes) -> bool:
        if not cue.said or cue.secure not in (None, self.wire.tls):
            return False
        return re.match(rb"(?:\S+ )?" + cue.said, line, re.I) is not None

    def _downward(self) -> None:
        """From the server to the client, in pieces and with cues."""
        answer = b""
        try:
            while True:
                self.server.settimeout(60)
                data = self.server.recv(65_536)
                if not data:
                    break
                agreed = self.agreed  # what comes from now on answers the request, if there is one
                self._pass(data)
                if agreed is None:
                    continue
                answer += data
                if answer.endswith(b"\n"):
                    self.agreed = None
                    if agreed.search(answer):
                        self._secure()
                    self.upgraded.set()
                    answer = b""
        except (OSError, Gone):
            pass
        with suppress(OSError):
            socket.socket.shutdown(self.wire.sock, socket.SHUT_RDWR)

    def _pass(self, data: bytes) -> None:
        if not self.blind:
            for line in data.splitlines():
                self.wire.record.lines.append((self.wire.tls, "S", line[:200]))
        while data:
            cue = next(
                (
                    one
                    for one in self.left
                    if one.after >= 0 and one.secure in (None, self.wire.tls)
                ),
                None,
            )
            size = self.relay.piece or len(data)
            if cue is not None:
                room = cue.after - self.passed
                if room <= 0:
                    self.left.remove(cue)
                    self.wire.do(cue.do)
                    continue
                size = min(size, room)
            if self.relay.delay_s:
                time.sleep(self.relay.delay_s)
            self.wire.sock.settimeout(10)
            self.wire.sock.sendall(data[:size])
            self.passed += min(size, len(data))
            data = data[size:]
