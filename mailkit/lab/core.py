"""The lab itself: sockets on loopback, a thread that accepts, a thread for each connection."""

import selectors
import shutil
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mailkit.errors import LabError, needs
from mailkit.lab.certificates import Authority
from mailkit.lab.listener import Listener, Users
from mailkit.lab.script import Session, Wire
from mailkit.lab.serve import serve
from mailkit.ports import STANDARD, Protocol

if TYPE_CHECKING:
    from mailkit.lab.names import NameServer
    from mailkit.lab.submission import Submission

__all__ = ["USERS", "Lab", "standard"]

Check: TypeAlias = Callable[[str, str], bool]

USERS: Users = {"kim@example.com": "open sesame 17", "lee@example.com": "let me in 42"}
"""The users of a lab where none are given."""


def standard(host: str, *protocols: str, **knobs: object) -> tuple[Listener, ...]:
    """The endpoints of a well-run host: implicit TLS and STARTTLS for each protocol."""
    chosen = protocols or ("imap", "pop3", "smtp")
    return tuple(
        Listener(protocol=str(protocol), host=host, port=port, security=security, **knobs)  # type: ignore[arg-type]
        for protocol in map(Protocol, chosen)
        for port, security in STANDARD[protocol]
    )


class Lab:
    """Mail servers on loopback for as long as a ``with`` block lasts.

    ``connect_to`` says where each logical endpoint is really reached, and refuses every other
    port of the same hosts, so that no name of the lab is ever looked up. ``ca_file`` is the trust
    anchor. ``sessions`` tells what every connection did.

    Args:
        listeners: the endpoints; without any, all standard ones of ``localhost``.
        users: user names and passwords; see :data:`~mailkit.lab.listener.Users`.
        zone: what the lab's name server knows; see :class:`~mailkit.lab.names.NameServer`. Without
            any there is none.

    Raises:
        LabError: a socket cannot be opened.
    """

    def __init__(
        self,
        listeners: Iterable[Listener] = (),
        users: Users = USERS,
        zone: Iterable[str] = (),
    ) -> None:
        self.listeners = (*listeners,) or standard("localhost")
        self.users = dict(users)
        self.sessions: list[Session] = []
        self.messages: list[tuple[str, tuple[str, ...], bytes]] = []
        self.folder = Path()
        self.zone = tuple(zone)
        self.names: NameServer | None = None
        self._sockets: dict[socket.socket, Listener] = {}
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed: socket.socket | None = None
        self._plugs: list[socket.socket] = []
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Lab":
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> "Lab":
        """Open every endpoint; returns when all of them accept."""
        self.folder = Path(tempfile.mkdtemp(prefix="mailkit-lab-"))
        self.authority = Authority(self.folder)
        self._wake, self._waker = socket.socketpair()
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))  # bound, never listening: every connection is refused
        self.submission: Submission | None = None
        try:
            self._listen()
            self._serve_names()
        except OSError as error:
            self.stop()
            raise LabError(f"cannot open a socket on loopback: {error.strerror}") from None
        except BaseException:
            self.stop()
            raise
        self._thread = threading.Thread(target=self._accept, name="mailkit-lab", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close everything; nothing is left behind."""
        with suppress(OSError):
            self._waker.send(b"x")
        if self._thread is not None:
            self._thread.join(5)
        if self.submission is not None:
            self.submission.stop()
        if self.names is not None:
            self.names.stop()
        with self._lock:
            endings = [*self._sockets, *self._open, *self._plugs]
            self._open.clear()
        for sock in (*endings, self._wake, self._waker, self._closed):
            if sock is not None:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
                sock.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def ca_file(self) -> Path:
        """The trust anchor of this lab in PEM."""
        return self.authority.ca_file

    @property
    def dns(self) -> tuple[str, int] | None:
        """Where the name server of this lab answers, if it has one."""
        return self.names.address if self.names is not None else None

    @property
    def connect_to(self) -> dict[tuple[str, int | None], list[tuple[str, int]]]:
        """Where each logical endpoint is reached, as :func:`mailkit.diagnose` takes it."""
        routes: dict[tuple[str, int | None], list[tuple[str, int]]] = {}
        assert self._closed is not None
        refused = self._closed.getsockname()
        for sock, listener in self._sockets.items():
            key = (listener.at or listener.host.lower(), listener.port)
            routes.setdefault(key, []).append(sock.getsockname()[:2])
        for listener in self.listeners:
            if listener.same_as:
                there = routes[(listener.same_as.lower(), listener.port)]
                routes[(listener.host.lower(), listener.port)] = there
        for listener in self.listeners:
            routes.setdefault((listener.at or listener.host.lower(), None), [refused])
        return routes

    def where(self, host: str, port: int) -> tuple[str, int]:
        """The real address of one logical endpoint, the first where it has several."""
        wanted = (host.lower(), port)
        for sock, listener in self._sockets.items():
            if (listener.host.lower(), listener.port) == wanted:
                address, real = sock.getsockname()[:2]
                return address, real
        return self.connect_to[wanted][0]

    @property
    def heard_in_clear(self) -> bytes:
        """Every byte that any client sent without TLS."""
        return b"".join(bytes(session.in_clear) for session in self.sessions)

    @property
    def logins(self) -> list[tuple[str, bool]]:
        """Every login that was tried: user name, and whether it was accepted."""
        return [login for session in self.sessions for login in session.logins]

    def _listen(self) -> None:
        for listener in self.listeners:
            if listener.same_as:
                continue
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            sock.bind((f"127.0.0.{1 + listener.node}", 0))
            sock.listen(listener.backlog)
            self._sockets[sock] = listener
            self._context(listener)
            if listener.backlog == 0:
                self._fill(sock)
        smtp = {
            sock: one
            for sock, one in self._sockets.items()
            if one.protocol == "smtp" and one.healthy
        }
        if not smtp:
            return
        try:
            from mailkit.lab.submission import Submission
        except ImportError:
            raise LabError(str(needs("lab", "aiosmtpd"))) from None
        self.submission = submission = Submission()
        submission.start()
        self.messages = submission.inbox.messages
        for sock, listener in smtp.items():
            context = self._context(listener)
            session = Session(f"{listener.endpoint} (aiosmtpd)")
            self.sessions.append(session)
            submission.serve(sock, listener, context, self._checker(listener, session))

    def _serve_names(self) -> None:
        if not self.zone:
            return
        from mailkit.lab.names import NameServer

        self.names = NameServer(self.zone)
        self.names.start()

    def _checker(self, listener: Listener, session: Session) -> Check:
        known: Mapping[str, str] = self.users if listener.users is None else listener.users

        def check(user: str, password: str) -> bool:
            good = known.get(user) == password
            session.logins.append((user, good))
            return good

        return check

    def _context(self, listener: Listener) -> ssl.SSLContext:
        return self.authority.context(listener.host, listener.certificate, listener.tls)

    def _fill(self, sock: socket.socket) -> None:
        """Fill a backlog, so that the next connection gets no answer at all."""
        for _ in range(3):
            plug = socket.socket()
            plug.setblocking(False)
            with suppress(BlockingIOError):
                plug.connect(sock.getsockname())
            self._plugs.append(plug)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            for sock, listener in self._sockets.items():
                if listener.backlog and not (listener.protocol == "smtp" and listener.healthy):
                    sock.setblocking(False)
                    selector.register(sock, selectors.EVENT_READ, listener)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    with suppress(OSError):
                        self._begin(key.fileobj, key.data)  # type: ignore[arg-type]

    def _begin(self, listening: socket.socket, listener: Listener) -> None:
        sock, _ = listening.accept()
        sock.setblocking(True)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = Session(listener.endpoint)
        banned = listener.bans and any(not good for _, good in self.logins)
        with self._lock:
            self._open.add(sock)
            self.sessions.append(session)
        if banned:
            Wire(sock, session).hang_up()
            return
        threading.Thread(
            target=self._serve, args=(sock, listener, session), name="mailkit-lab-io", daemon=True
        ).start()

    def _serve(self, sock: socket.socket, listener: Listener, session: Session) -> None:
        wire = Wire(sock, session)
        try:
            serve(wire, listener, self._context(listener), self.users, self.messages)
        finally:
            with self._lock:
                self._open.discard(sock)
            with suppress(OSError):
                socket.socket.shutdown(wire.sock, socket.SHUT_RDWR)
            wire.sock.close()
            sock.close()
