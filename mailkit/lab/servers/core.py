"""The lab: mail servers on loopback, a thread for each connection, and records."""

import socket
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mailkit.errors import LabError
from mailkit.lab.endpoints import HOST, standard
from mailkit.lab.inbox import Inbox, box_messages
from mailkit.lab.kept_folder import claimed
from mailkit.lab.listener import Listener, Users
from mailkit.lab.mailstore.box import UserMailbox
from mailkit.lab.mailstore.folder import Message, Refused
from mailkit.lab.mailstore.maildir import Maildir
from mailkit.lab.mailstore.store import Store
from mailkit.lab.people import Anyone, People, owner, random_user
from mailkit.lab.post import AcceptancePolicy, MailAcceptance, SmtpEnvelope, with_crlf
from mailkit.lab.recording import MailEnvelope, Recording, Session
from mailkit.lab.script import Wire
from mailkit.lab.sent import SentLog, SentMail
from mailkit.lab.servers.certified import Certificates
from mailkit.lab.servers.serve import serve
from mailkit.lab.servers.session import ServerSession
from mailkit.lab.servers.sockets import Sockets, reached
from mailkit.scratch import TemporaryFolder

if TYPE_CHECKING:
    from mailkit.lab.certificates import Authority
    from mailkit.lab.servers.dns import NameServer

__all__ = ["USERS", "Lab"]

USERS: Users = {"kim@example.com": "open sesame 17", "lee@example.com": "let me in 42"}
"""The default users of a lab."""


class Lab:
    """Mail servers on loopback during a ``with`` block.

    ``connect_to`` has the real address of each logical endpoint, and refuses every other port of the same hosts, so
    no name of the lab is looked up. ``ca_file`` is the trust anchor. ``sessions`` are the records of all connections.

    Args:
        listeners: the endpoints; by default all standard ones of ``localhost``.
        users: user names and passwords; see :data:`~mailkit.lab.listener.Users`.
        zone: the zone of the lab's DNS server; see :class:`~mailkit.lab.servers.dns.NameServer`. By default there is
            none.
        quota_kib: the quota of a user, in KiB; by default none.
        names: further names in the certificate of ``localhost``.
        host: the name of the healthy host, as in other backends.
        maildir: a folder for mailboxes; by default they are in memory.
        persist: a folder for everything: mailboxes, sent mail, and the authority that signs the certificates.

    Raises:
        LabError: a socket cannot be opened, or ``persist`` cannot be written or belongs to another lab.
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
        names: Sequence[str] = (),
        host: str = HOST,
    ) -> None:
        self.host = host
        self.listeners = (*listeners,) or standard("localhost")
        self.users = dict(users)
        self.persist = persist
        self._claim: IO[bytes] | None = None
        if persist is not None:
            self._claim = claimed(persist)
            maildir = maildir or persist / "mail"
        kept = Maildir(Path(maildir)) if maildir is not None else None
        self.store = Store(quota_kib=quota_kib, maildir=kept)
        self.people = People(self.users)
        self._log = SentLog(persist / "sent" if persist is not None else None)
        self._sent = SentMail(self._log)
        self.folder = Path()
        self._scratch: TemporaryFolder | None = None
        self._certificates = Certificates(persist, names)
        self.zone = tuple(zone)
        self.names: NameServer | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._people: dict[int, People] = {}
        self._acceptances: dict[int, MailAcceptance] = {}
        self._inside: Counter[str] = Counter()
        self._instead: dict[int, tuple[Listener, str]] = {}

    def __enter__(self) -> "Lab":
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> "Lab":
        """Open every endpoint; return when all accept connections."""
        self._scratch = TemporaryFolder("mailkit-lab-")
        self.folder = self._scratch.path
        self._certificates.start(self.folder)
        self._sockets = Sockets(self._begin)
        try:
            for listener in self.listeners:
                self._certificates.prepare(listener)
            self._serve_names()
            self._sockets.start(self.listeners)
        except OSError as error:
            self.stop()
            raise LabError(f"cannot open a socket on loopback: {error.strerror}") from None
        except BaseException:
            self.stop()
            raise
        return self

    @contextmanager
    def serving(self, listener: Listener) -> Iterator[tuple[str, int]]:
        """Open one more endpoint during a ``with`` block; the value is its address.

        Raises:
            LabError: the port of the listener is in use.
            OSError: a socket cannot be opened.
        """
        self._certificates.prepare(listener)
        sock = self._sockets.open(listener)
        try:
            yield reached(sock)
        finally:
            self._sockets.close(sock, listener)
            self._people.pop(id(listener), None)
            self._acceptances.pop(id(listener), None)

    def serve_instead(self, port: int, listener: Listener | None, fault: str = "") -> None:
        """Serve the next connections to a real port by another listener, for a fault; ``None`` ends it."""
        if listener is not None:
            self._certificates.context(listener)
        with self._lock:
            before = self._instead.pop(port, None)
            if listener is not None:
                self._instead[port] = listener, fault
            if before is not None:
                self._people.pop(id(before[0]), None)
                self._acceptances.pop(id(before[0]), None)

    @property
    def faults(self) -> dict[int, str]:
        """The active faults, by real port."""
        with self._lock:
            return {port: fault for port, (_, fault) in self._instead.items()}

    @property
    def endpoints(self) -> dict[int, Listener]:
        """The endpoints by their real ports, as they are without faults."""
        return self._sockets.ports()

    def stop(self) -> None:
        """Close everything, and remove its files."""
        self._certificates.stop()
        self._sockets.stop()
        if self.names is not None:
            self.names.stop()
        with self._lock:
            endings = [*self._open]
            self._open.clear()
        for sock in endings:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            sock.close()
        if self._scratch is not None:
            self._scratch.remove()
        if self._claim is not None:
            self._claim.close()

    @property
    def authority(self) -> "Authority":
        """The certificate authority."""
        return self._certificates.authority

    @property
    def ca_file(self) -> Path:
        """The trust anchor of this lab in PEM."""
        return self.authority.ca_file

    @property
    def dns(self) -> tuple[str, int] | None:
        """The address of this lab's DNS server, if it has one."""
        return self.names.address if self.names is not None else None

    @property
    def connect_to(self) -> dict[tuple[str, int | None], list[tuple[str, int]]]:
        """The real address of each logical endpoint, for :func:`mailkit.diagnose`."""
        return self._sockets.routes(self.listeners)

    def where(self, host: str, port: int) -> tuple[str, int]:
        """Return the real address of a logical endpoint, the first if it has several."""
        return self._sockets.place(host, port) or self.connect_to[(host.lower(), port)][0]

    @property
    def sent(self) -> SentMail:
        """All submitted mail, to any address, with envelopes and connections."""
        return self._sent

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Every connection, oldest first."""
        return SentMail(self._log).sessions

    @property
    def messages(self) -> list[tuple[str, tuple[str, ...], bytes]]:
        """The same as :attr:`sent`, as sender, recipients and content."""
        return [
            (message.envelope.sender, message.envelope.recipients, message.content)
            for message in self.sent
        ]

    @property
    def log(self) -> str:
        """The transcripts of all sessions, logins masked."""
        shown = ((recording.endpoint, *recording.transcript) for recording in self.recordings())
        return "\n".join(line for transcript in shown for line in transcript)

    @property
    def heard_in_clear(self) -> bytes:
        """Every byte that any client sent without TLS."""
        return b"".join(bytes(recording.in_clear) for recording in self.recordings())

    @property
    def logins(self) -> list[tuple[str, bool]]:
        """Every login that was tried: user name, and whether it was accepted."""
        return [login for recording in self.recordings() for login in recording.logins]

    def recordings(self, port: int = 0) -> list[Recording]:
        """What is written down of each connection, of all or of those to a real port; it goes on growing."""
        with self._log.lock:
            return [recording for recording in self._log.recordings if port in (0, recording.port)]

    def inbox(self, user: str = "", folder: str = "INBOX") -> Inbox:
        """Return mail; a notebook shows a table, and each message as a page.

        Args:
            user: the mailbox; by default all
        submitted mail.
            folder: the folder of the mailbox.

        Raises:
            LabError: the folder does not exist.
        """
        if not user:
            return Inbox(self.sent)
        try:
            return box_messages(self.box(user), folder)
        except Refused as refused:
            raise LabError(f"{user} has no folder {folder}: {refused}") from None

    def box(self, user: str) -> UserMailbox:
        """Return the mail of a user or an address; it may be changed."""
        return self.store.box(self._owner(user))

    def add_user(self, name: str, password: str) -> None:
        """Add a user to the running lab."""
        self.users[name] = password

    def fresh_user(self) -> tuple[str, str]:
        """Return a new user, with a password."""
        name, password = random_user()
        self.add_user(name, password)
        return name, password

    def token(self, user: str, *, valid_s: float = 600) -> str:
        """Return a token of a user for XOAUTH2 or OAUTHBEARER, valid for some seconds."""
        return self.people.token(user, valid_s)

    def deliver(self, sender: str, recipients: Iterable[str], content: bytes) -> Mapping[str, str]:
        """Deliver a message; return the reply for each recipient (RFC 2033)."""
        return self.store.deliver(sender, tuple(recipients), content, self._owner)

    def wait_for(self, user: str, text: str, timeout: float = 10.0) -> Message:
        """Wait for a message with this text in it, without polling.

        Raises:
            LabError: none came in time.
        """
        box, wanted = self.box(user), text.encode()
        message = self.store.wait(lambda: box.containing(wanted), timeout)
        if not isinstance(message, Message):
            raise LabError(f"no message with {text!r} came for {user} in {timeout:g} s")
        return message

    def _serve_names(self) -> None:
        if self.zone:
            from mailkit.lab.servers.dns import NameServer

            self.names = NameServer(self.zone)
            self.names.start()

    def _known(self, listener: Listener) -> People:
        """Return the users of an endpoint."""
        if listener.accepts_all:
            return Anyone(self.users, self.people.tokens)
        if listener.users is None:
            return self.people
        return self._people.setdefault(id(listener), People(listener.users, self.people.tokens))

    def _acceptance(self, listener: Listener) -> MailAcceptance:
        """Return the delivery of submitted mail at an endpoint."""
        new = MailAcceptance(listener.rules, partial(self._keep, listener.rules))
        return self._acceptances.setdefault(id(listener), new)

    def _keep(self, rules: AcceptancePolicy, submitted: SmtpEnvelope) -> Mapping[str, str]:
        """Deliver a message into the box of each recipient."""
        recipients = tuple(address for address, _ in submitted.recipients)
        options = tuple(given for _, given in submitted.recipients)
        envelope = MailEnvelope(submitted.sender, recipients, dict(submitted.options), options)
        content = with_crlf(submitted.content)
        if rules.sent_copy and submitted.user:
            self.box(submitted.user).append("Sent", content, ("\\Seen",))
        replies = self.store.deliver(submitted.sender, recipients, content, self._owner)
        self._log.add(envelope, submitted.content, submitted.user, submitted.record)
        return replies

    def _owner(self, address: str) -> str:
        """Return the user of an address."""
        return owner(address, self.users)

    def _begin(
        self, sock: socket.socket, peer: tuple[str, int], port: int, listener: Listener
    ) -> None:
        """Serve a connection in its own thread."""
        with self._lock:
            listener, fault = self._instead.get(port, (listener, ""))
        banned = listener.bans and any(not good for _, good in self.logins)
        session = self._log.record(
            Recording(
                listener.endpoint,
                protocol=listener.protocol,
                security=str(listener.security),
                port=port,
                peer=peer,
                certificate=listener.certificate,
                fault=fault,
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
        server = ServerSession(
            wire,
            listener,
            lambda: self._certificates.context(listener),
            self._known(listener),
            self.store,
            self._acceptance(listener),
            self._inside,
        )
        try:
            serve(server)
        finally:
            session.end("server")
            with self._lock:
                self._open.discard(sock)
            with suppress(OSError):
                socket.socket.shutdown(wire.sock, socket.SHUT_RDWR)
            wire.sock.close()
            sock.close()
