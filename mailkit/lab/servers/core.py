"""The lab itself: sockets on loopback, a thread that accepts, a thread for each connection."""

import os
import selectors
import shutil
import socket
import ssl
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mailkit.errors import LabError
from mailkit.lab.certificates import Authority
from mailkit.lab.endpoints import HOST, standard
from mailkit.lab.inbox import Inbox, box_messages
from mailkit.lab.listener import Listener, Users
from mailkit.lab.mailstore.box import UserMailbox
from mailkit.lab.mailstore.folder import Message, Refused
from mailkit.lab.mailstore.maildir import Maildir
from mailkit.lab.mailstore.store import Store
from mailkit.lab.people import Anyone, People, random_user
from mailkit.lab.post import AcceptancePolicy, Envelope, MailAcceptance, with_crlf
from mailkit.lab.recording import MailEnvelope, Recording, Session
from mailkit.lab.script import Wire
from mailkit.lab.sent import SentLog, SentMail
from mailkit.lab.servers.serve import serve
from mailkit.lab.servers.session import ServerSession

if TYPE_CHECKING:
    from mailkit.lab.servers.dns import NameServer

__all__ = ["USERS", "Lab"]

USERS: Users = {"kim@example.com": "open sesame 17", "lee@example.com": "let me in 42"}
"""The users of a lab where none are given."""


class Lab:
    """Mail servers on loopback for as long as a ``with`` block lasts.

    ``connect_to`` says where each logical endpoint is really reached, and refuses every other
    port of the same hosts, so that no name of the lab is ever looked up. ``ca_file`` is the trust
    anchor. ``sessions`` tells what every connection did.

    Args:
        listeners: the endpoints; without any, all standard ones of ``localhost``.
        users: user names and passwords; see :data:`~mailkit.lab.listener.Users`.
        zone: what the lab's name server knows; see :class:`~mailkit.lab.servers.dns.NameServer`. Without
            any there is none.
        quota_kib: how much mail a user may have, in KiB; without it there is no limit.
        host: the name of the host that is in order, as the other makes have it.
        maildir: a folder to keep mailboxes in; without it they are in memory.
        persist: a folder to keep everything in: mailboxes, sent mail, and the authority that signs the
            certificates.

    Raises:
        LabError: a socket cannot be opened.
    """

    def __init__(
        self,
        listeners: Iterable[Listener] = (),
        users: Users = USERS,
        zone: Iterable[str] = (),
        *,
        quota_kib: int | None = None,
        maildir: Path | None = None,
        persist: Path | None = None,
        host: str = HOST,
    ) -> None:
        self.host = host
        self.listeners = (*listeners,) or standard("localhost")
        self.users = dict(users)
        self.persist = persist
        if persist is not None:
            persist.mkdir(mode=0o700, parents=True, exist_ok=True)
            maildir = maildir or persist / "mail"
        kept = Maildir(Path(maildir)) if maildir is not None else None
        self.store = Store(quota_kib=quota_kib, maildir=kept)
        self.people = People(self.users)
        self._log = SentLog(persist / "sent" if persist is not None else None)
        self.folder = Path()
        self.zone = tuple(zone)
        self.names: NameServer | None = None
        self._sockets: dict[socket.socket, Listener] = {}
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed: socket.socket | None = None
        self._plugs: list[socket.socket] = []
        self._people: dict[int, People] = {}
        self._offices: dict[int, MailAcceptance] = {}
        self._inside: Counter[str] = Counter()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Lab":
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> "Lab":
        """Open every endpoint; returns when all of them accept."""
        self.folder = Path(tempfile.mkdtemp(prefix="mailkit-lab-"))
        kept = self.persist / "authority.pem" if self.persist is not None else None
        self.authority = Authority(self.folder, kept)
        self._wake, self._waker = socket.socketpair()
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))  # bound, never listening: every connection is refused
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
            routes.setdefault(key, []).append(_reached(sock))
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
                return _reached(sock)
        return self.connect_to[wanted][0]

    @property
    def sent(self) -> SentMail:
        """All mail that was handed in, whoever it is for, with its envelope and its connection."""
        return SentMail(self._log)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Every connection, the oldest first, as it stands now."""
        return self.sent.sessions

    @property
    def messages(self) -> list[tuple[str, tuple[str, ...], bytes]]:
        """The same as :attr:`sent`, as sender, recipients and content."""
        return [(one.envelope.sender, one.envelope.recipients, one.content) for one in self.sent]

    @property
    def log(self) -> str:
        """Every conversation so far, logins masked."""
        shown = ((one.endpoint, *one.transcript) for one in self._recordings())
        return "\n".join(line for one in shown for line in one)

    @property
    def heard_in_clear(self) -> bytes:
        """Every byte that any client sent without TLS."""
        return b"".join(bytes(one.in_clear) for one in self._recordings())

    @property
    def logins(self) -> list[tuple[str, bool]]:
        """Every login that was tried: user name, and whether it was accepted."""
        return [login for one in self._recordings() for login in one.logins]

    def _recordings(self) -> list[Recording]:
        with self._log.lock:
            return [*self._log.recordings]

    def inbox(self, user: str = "", folder: str = "INBOX") -> Inbox:
        """Mail to look at; a notebook shows a table, and each message in it as a page.

        Args:
            user: whose mailbox; without one, all mail that was handed in.
            folder: which folder of that mailbox.

        Raises:
            LabError: there is no such folder.
        """
        if not user:
            return Inbox(self.sent)
        try:
            return box_messages(self.box(user), folder)
        except Refused as refused:
            raise LabError(f"{user} has no folder {folder}: {refused}") from None

    def box(self, user: str) -> UserMailbox:
        """The mail of a user or an address, to look at and to change."""
        return self.store.box(self._owner(user))

    def add_user(self, name: str, password: str) -> None:
        """Add a user while the lab runs."""
        self.users[name] = password

    def fresh_user(self) -> tuple[str, str]:
        """A user that nobody has, with a password."""
        name, password = random_user()
        self.add_user(name, password)
        return name, password

    def token(self, user: str, *, valid_s: float = 600) -> str:
        """A token that logs a user in by XOAUTH2 or OAUTHBEARER for some seconds."""
        return self.people.token(user, valid_s)

    def deliver(self, sender: str, recipients: Iterable[str], content: bytes) -> Mapping[str, str]:
        """Deliver a message; returns the reply for each recipient (RFC 2033)."""
        return self.store.deliver(sender, tuple(recipients), content, self._owner)

    def wait_for(self, user: str, text: str, timeout: float = 10.0) -> Message:
        """Wait for a message with this text in it, without asking again and again.

        Raises:
            LabError: none came in so many seconds.
        """
        box, wanted = self.box(user), text.encode()

        def found() -> Message | None:
            everywhere = (m for one in box.folders.values() for m in one.messages)
            return next((m for m in everywhere if wanted in m.content), None)

        message = self.store.wait(found, timeout)
        if not isinstance(message, Message):
            raise LabError(f"no message with {text!r} came for {user} in {timeout:g} s")
        return message

    def _listen(self) -> None:
        for listener in self.listeners:
            if listener.same_as:
                continue
            sock = _listening(listener)
            self._sockets[sock] = listener
            self._context(listener)
            if listener.backlog == 0:
                self._fill(sock)

    def _serve_names(self) -> None:
        if not self.zone:
            return
        from mailkit.lab.servers.dns import NameServer

        self.names = NameServer(self.zone)
        self.names.start()

    def _known(self, listener: Listener) -> People:
        """Who may log in there."""
        if listener.accepts_all:
            return Anyone(self.users, self.people.tokens)
        if listener.users is None:
            return self.people
        return self._people.setdefault(id(listener), People(listener.users, self.people.tokens))

    def _office(self, listener: Listener) -> MailAcceptance:
        """What becomes of mail that is handed in there."""
        if id(listener) not in self._offices:
            self._offices[id(listener)] = MailAcceptance(
                listener.rules, partial(self._keep, listener.rules)
            )
        return self._offices[id(listener)]

    def _keep(self, rules: AcceptancePolicy, letter: Envelope) -> Mapping[str, str]:
        """Put a message into the box of each recipient."""
        recipients = tuple(address for address, _ in letter.recipients)
        options = tuple(given for _, given in letter.recipients)
        envelope = MailEnvelope(letter.sender, recipients, dict(letter.options), options)
        content = with_crlf(letter.content)
        if rules.sent_copy and letter.user:
            self.box(letter.user).append("Sent", content, ("\\Seen",))
        replies = self.store.deliver(letter.sender, recipients, content, self._owner)
        self._log.add(envelope, letter.content, letter.user, letter.record)
        return replies

    def _owner(self, address: str) -> str:
        """The user whose mail goes to an address; the address itself where nobody has it.

        What follows a plus sign does not count (subaddressing, RFC 5233): ``kim+shop@`` is ``kim@``.
        """
        if address in self.users:
            return address
        local, at, domain = address.rpartition("@")
        if not at:
            local, domain = address, ""
        plain = local.partition("+")[0] or local
        known = {name.lower(): name for name in self.users}
        wanted = (address, local, f"{plain}{at}{domain}", plain)
        return next((known[one.lower()] for one in wanted if one.lower() in known), address)

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
                if listener.backlog:
                    sock.setblocking(False)
                    selector.register(sock, selectors.EVENT_READ, listener)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    with suppress(OSError):
                        self._begin(key.fileobj, key.data)  # type: ignore[arg-type]

    def _begin(self, listening: socket.socket, listener: Listener) -> None:
        sock, peer = listening.accept()
        sock.setblocking(True)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        banned = listener.bans and any(not good for _, good in self.logins)
        session = self._log.record(
            Recording(
                listener.endpoint,
                protocol=listener.protocol,
                security=str(listener.security),
                peer=peer[:2],
            )
        )
        with self._lock:
            self._open.add(sock)
        if banned:
            Wire(sock, session).hang_up()
            return
        threading.Thread(
            target=self._serve, args=(sock, listener, session), name="mailkit-lab-io", daemon=True
        ).start()

    def _serve(self, sock: socket.socket, listener: Listener, session: Recording) -> None:
        wire = Wire(sock, session)
        talk = ServerSession(
            wire,
            listener,
            self._context(listener),
            self._known(listener),
            self.store,
            self._office(listener),
            self._inside,
        )
        try:
            serve(talk)
        finally:
            session.end("server")
            with self._lock:
                self._open.discard(sock)
            with suppress(OSError):
                socket.socket.shutdown(wire.sock, socket.SHUT_RDWR)
            wire.sock.close()
            sock.close()


def _reached(sock: socket.socket) -> tuple[str, int]:
    """Where a socket that listens is reached from this machine."""
    address, port = sock.getsockname()[:2]
    return ("127.0.0.1" if address == "0.0.0.0" else address), port  # noqa: S104 - compared


def _listening(listener: Listener) -> socket.socket:
    """A socket that listens where the listener says.

    Raises:
        LabError: the port that it names is taken, or not allowed.
    """
    place = (listener.address or f"127.0.0.{1 + listener.node}", listener.real_port)
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if (
            listener.real_port and os.name == "posix"
        ):  # connections of the last run may still linger
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(place)
        sock.listen(listener.backlog)
    except OSError as error:
        sock.close()
        if not listener.real_port:
            raise
        raise LabError(
            f"cannot listen on {place[0]} port {place[1]} ({listener.protocol.upper()}): {error.strerror}"
        ) from None
    return sock
