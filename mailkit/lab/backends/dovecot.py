"""The distribution's Dovecot, running during a ``with`` block, with its own mail.

It runs in its own folder on free ports, as root or not, and ends with the process that started it, even if that is
killed. Submitted mail (aiosmtpd) is delivered by LMTP, and read by IMAP and POP3.
"""

import base64
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mailkit.errors import LabError
from mailkit.lab.backends.dovecot_config import DovecotListener, Spec, configuration, public_folders
from mailkit.lab.backends.dovecot_program import find_dovecot, version_of
from mailkit.lab.backends.guard import guarded
from mailkit.lab.backends.supplies import (
    RealAddresses,
    closed,
    free_ports,
    signed_token,
    submission_server,
)
from mailkit.lab.certificates import Authority
from mailkit.lab.endpoints import CERTIFICATES, HOST, MECHANISMS, everywhere
from mailkit.lab.listener import Listener, Users
from mailkit.lab.people import Anyone, People, random_user
from mailkit.lab.post import AcceptancePolicy, MailAcceptance, SmtpEnvelope
from mailkit.lab.recording import MailEnvelope, Recording
from mailkit.lab.sent import SentLog, SentMail
from mailkit.lab.servers.core import USERS
from mailkit.lab.servers.lmtp import deliver_by_lmtp
from mailkit.ports import STANDARD, Protocol

if TYPE_CHECKING:
    from mailkit.lab.servers.submission import Submission

__all__ = ["DovecotLab"]

LIFETIME_S = 3600.0
"""The longest life of a lab's server, in seconds."""

_START_S, _KNOWN_S, _ATTEMPTS = 10.0, 5.0, 3
_SUPPLY = 300
"""The number of users that are created in advance."""


@dataclass(frozen=True, slots=True)
class _Front:
    """A logical endpoint and its real address."""

    host: str
    port: int
    place: DovecotListener


class DovecotLab:
    """Dovecot and aiosmtpd on loopback, with the same reading surface as :class:`~mailkit.lab.Lab`.

    Its endpoints are those of :func:`~mailkit.lab.endpoints.everywhere`.

    Args:
        users: user names and passwords.
        host: the name of the healthy host; ``localhost`` is reached directly, at its real ports, and accepts
            passwords in cleartext as Dovecot does from its own machine.
        program: the dovecot to run; by default the installed one.
        connections: the limit of connections of a user from one address.
        quota_kib: the quota of a user, in KiB.
        rules: which mail is taken for submission.

    Raises:
        LabError: there is no Dovecot, or it does not start.
    """

    def __init__(
        self,
        users: Users = USERS,
        *,
        host: str = HOST,
        program: str | None = None,
        connections: int = 50,
        quota_kib: int = 10_240,
        rules: AcceptancePolicy | None = None,
    ) -> None:
        self._supply = [random_user() for _ in range(_SUPPLY)]
        self.users, self.host = dict(users) | dict(self._supply), host
        self.dns: tuple[str, int] | None = None
        self.program = program or find_dovecot() or ""
        self.connections, self.quota_kib = connections, quota_kib
        self.folder = Path()
        self._made: Path | None = None
        self.rules = rules or AcceptancePolicy()
        self.people = People(self.users)
        self._log = SentLog()
        self._sent = SentMail(self._log)
        self.record = self._log.record(Recording("submission (aiosmtpd)", protocol="smtp"))
        self.submission: Submission | None = None
        self._fronts: list[_Front] = []
        self._sockets: dict[tuple[str, int], socket.socket] = {}
        self._guard: subprocess.Popen[bytes] | None = None
        self._jwt_secret = os.urandom(32)
        self._owner: pwd.struct_passwd | None = None

    def __enter__(self) -> "DovecotLab":
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> "DovecotLab":
        """Start it; return when every listener accepts connections."""
        if not self.program:
            raise LabError(
                "Dovecot is not installed: apt install dovecot-imapd dovecot-pop3d dovecot-lmtpd"
            )
        self.version = version_of(self.program)
        for attempt in range(_ATTEMPTS):
            self.folder = self._made = Path(tempfile.mkdtemp(prefix="mk-"))
            try:
                self._prepare()
                self._run()
                self._submit()
            except LabError:  # a free port may be in use by now
                self.stop()
                if attempt + 1 == _ATTEMPTS:
                    raise
            except BaseException:
                self.stop()
                raise
            else:
                break
        return self

    def stop(self) -> None:
        """Stop everything, and remove its files; before the start there are none."""
        if self.submission is not None:
            self.submission.stop()
            self.submission = None
        for sock in self._sockets.values():
            sock.close()
        self._sockets.clear()
        if self._guard is not None:
            with suppress(OSError):
                assert self._guard.stdin is not None
                self._guard.stdin.close()
            self._guard.wait(60)  # it removes the mail too, which may be much
            self._guard = None
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None

    @property
    def ca_file(self) -> Path:
        """The trust anchor of this lab in PEM."""
        return self.authority.ca_file

    @property
    def connect_to(self) -> RealAddresses:
        """Where each logical endpoint is reached; every other port of its hosts is refused."""
        routes: RealAddresses = {}
        for front in self._fronts:
            routes[(front.host, front.port)] = [(front.place.address, front.place.port)]
        for (host, port), sock in self._sockets.items():
            routes[(host, port)] = [sock.getsockname()[:2]]
        return closed(routes)

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """The endpoints of the healthy host."""
        return tuple(
            Listener(
                protocol=str(protocol),
                host=self.host,
                port=port,
                security=security,
                rules=self.rules,
                mechanisms=MECHANISMS,
            )
            for protocol in Protocol
            for port, security in STANDARD[protocol]
        )

    def where(self, host: str, port: int) -> tuple[str, int]:
        """The real address of one logical endpoint."""
        return self.connect_to[(host, port)][0]

    @property
    def logins(self) -> list[tuple[str, bool]]:
        """Every submission login: user name, and whether it was accepted."""
        return self.record.logins

    @property
    def sent(self) -> SentMail:
        """All mail that was submitted, to any address; there is no record of single connections."""
        return self._sent

    @property
    def log(self) -> str:
        """Return Dovecot's log."""
        with suppress(OSError):
            return (self.folder / "log").read_text("utf-8", "replace")
        return ""

    def add_user(self, name: str, password: str) -> None:
        """Add a user to the running server; return when Dovecot has noticed it, which takes up to a second.

        Raises:
        LabError: it does not.
        """
        self.users[name] = password
        self._write_users()
        context = ssl.create_default_context(cafile=str(self.ca_file))
        context.check_hostname = False
        until = time.monotonic() + _KNOWN_S
        while time.monotonic() < until:
            client = imaplib.IMAP4_SSL(*self.where(self.host, 993), ssl_context=context, timeout=10)
            try:
                client.authenticate("PLAIN", lambda _: f"\0{name}\0{password}".encode())
            except imaplib.IMAP4.error:
                time.sleep(0.1)
            else:
                return
            finally:
                client.shutdown()
        raise LabError(f"Dovecot does not accept {name}: {self.log[-400:]}")

    def fresh_user(self) -> tuple[str, str]:
        """Return an unused user with a password; some are created in advance, because a new one takes a second."""
        if self._supply:
            return self._supply.pop()
        name, password = random_user()
        self.add_user(name, password)
        return name, password

    def token(self, user: str, *, valid_s: float = 600) -> str:
        """A token that logs a user in by XOAUTH2 or OAUTHBEARER: a signed JWT (RFC 7519)."""
        made = signed_token(user, self._jwt_secret, valid_s)
        self.people.tokens[made] = (user, time.monotonic() + valid_s)
        return made

    def deliver(self, sender: str, recipients: Iterable[str], content: bytes) -> Mapping[str, str]:
        """Deliver a message by LMTP; return the reply for each recipient (RFC 2033)."""
        return deliver_by_lmtp(self.where("lmtp", 24), sender, recipients, content)

    def _prepare(self) -> None:
        root = os.getuid() == 0
        user = "dovecot" if root else getpass.getuser()
        group = "dovecot" if root else grp.getgrgid(os.getgid()).gr_name
        for name in ("mail", "run/base", "run/state", "keys/default/HS256"):
            (self.folder / name).mkdir(parents=True)
        public_folders(self.folder / "mail/.public")
        if root:
            self.folder.chmod(0o711)  # Dovecot's processes, with users of their own, pass through
            owner = self._owner = pwd.getpwnam(user)
            for path in (self.folder / "mail", *(self.folder / "mail").rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)
            for name in ("mail", "keys"):
                (self.folder / name).chmod(0o700)
                os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        self._authority()
        (self.folder / "oauth2").write_text(
            "introspection_mode = local\nusername_attribute = email\n"
            f"local_validation_key_dict = fs:posix:prefix={self.folder}/keys/\n",
            "utf-8",
        )
        self._write_users()
        self._fronts = [*self._plan()]
        files = {"": self.authority.files(self.host, "good", self.folder)}
        at = self._addresses()
        for kind, address in at.items():
            host = f"{kind}.example.com"
            shown = kind if kind in CERTIFICATES else "good"
            files[address] = self.authority.files(host, shown, self.folder)
        spec = Spec(
            folder=self.folder,
            places=tuple(front.place for front in self._fronts),
            certificates=files,
            user=user,
            group=group,
            root=root,
            clear=frozenset({at["clear"], at["none"]}),
            no_tls=frozenset({at["none"]}),
            connections=self.connections,
            quota_kib=self.quota_kib,
            jwt_keys=self.folder / "keys",
        )
        (self.folder / "dovecot.conf").write_text(configuration(spec, self.version), "utf-8")

    def _authority(self) -> None:
        """The certificate authority, and the key that tokens are signed with."""
        self.authority = Authority(self.folder)
        key = self.folder / "keys/default/HS256/default"
        key.write_bytes(base64.b64encode(self._jwt_secret))

    def _addresses(self) -> dict[str, str]:
        """A loopback address for each host with its own rules. They differ from 127.0.0.1, because a server offers
        every mechanism, and accepts passwords in cleartext, for clients at its own address.
        """
        names = ("clear", "none", "wrong", *CERTIFICATES)
        return {name: f"127.0.0.{number}" for number, name in enumerate(names, 11)}

    def _plan(self) -> Iterable[_Front]:
        free = free_ports()
        at = self._addresses()
        main = "127.0.0.1" if self.host == "localhost" else "127.0.0.2"
        for kind, ports in (("imap", (993, 143)), ("pop3", (995, 110))):
            implicit, upgrade = ports
            yield _Front(self.host, implicit, DovecotListener(kind, main, free(), True))
            yield _Front(self.host, upgrade, DovecotListener(kind, main, free(), False))
            yield _Front(
                "clear.example.com", upgrade, DovecotListener(kind, at["clear"], free(), False)
            )
            yield _Front(
                "none.example.com", upgrade, DovecotListener(kind, at["none"], free(), False)
            )
            yield _Front(
                "wrong.example.com", upgrade, DovecotListener(kind, at["wrong"], free(), True)
            )
            yield _Front(
                "wrong.example.com", implicit, DovecotListener(kind, at["wrong"], free(), False)
            )
            for name in CERTIFICATES:
                yield _Front(
                    f"{name}.example.com", implicit, DovecotListener(kind, at[name], free(), True)
                )
        yield _Front("lmtp", 24, DovecotListener("lmtp", "127.0.0.1", free(), False))

    def _write_users(self) -> None:
        rows = [f"{name}:{{PLAIN}}{password}::::::" for name, password in self.users.items()]
        file = self.folder / "users.new"
        file.write_text("\n".join(rows) + "\n", "utf-8")
        file.chmod(self._users_mode)
        if self._owner is not None:
            os.chown(file, self._owner.pw_uid, self._owner.pw_gid)
        file.replace(self.folder / "users")

    @property
    def _users_mode(self) -> int:
        return 0o600

    def _run(self) -> None:
        command = [self.program, "-F", "-c", str(self.folder / "dovecot.conf")]
        with (self.folder / "out").open("wb") as out:
            self._guard = subprocess.Popen(
                guarded(self.folder, LIFETIME_S, command),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
            )
        until = time.monotonic() + _START_S
        waiting = [front.place for front in self._fronts]
        while waiting:
            place = waiting[0]
            try:
                socket.create_connection((place.address, place.port), 1).close()
                waiting.pop(0)
            except OSError:
                ended = self._guard.poll() is not None
                if ended or time.monotonic() > until:
                    said = (self.folder / "out").read_text("utf-8", "replace") + self.log
                    raise LabError(f"Dovecot does not start: {said[-400:]}") from None
                time.sleep(0.01)

    def _submit(self) -> None:
        self.submission = submission_server()
        acceptance = MailAcceptance(self.rules, self._deliver)
        self.submission.start()
        for listener in everywhere(self.host, self.rules):
            if listener.protocol == "smtp":
                sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
                sock.bind(("127.0.0.1", 0))
                sock.listen()
                self._sockets[(listener.host, listener.port)] = sock
                context = self.authority.context(listener.host, listener.certificate)
                known = Anyone(self.users) if listener.accepts_all else self.people
                self.submission.serve(sock, listener, context, known, self.record, acceptance)

    def _deliver(self, submitted: SmtpEnvelope) -> Mapping[str, str]:
        """Deliver submitted mail."""
        recipients = tuple(address for address, _ in submitted.recipients)
        options = tuple(given for _, given in submitted.recipients)
        envelope = MailEnvelope(submitted.sender, recipients, dict(submitted.options), options)
        replies = self.deliver(submitted.sender, recipients, submitted.content)
        self._log.add(envelope, submitted.content, submitted.user, None)
        return replies
