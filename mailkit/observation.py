"""What was seen on one connection, and around it: plain facts, no conclusions.

This is the one place where a fact is added. A dialogue writes what it learns into :class:`Facts`,
the diagnosis what it knows from elsewhere into :class:`Context`; rules read both by name.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum

__all__ = [
    "Before",
    "Certificate",
    "Context",
    "Endpoint",
    "Facts",
    "Folder",
    "Login",
    "Mailbox",
    "NamedFolder",
    "Observation",
    "Proof",
    "Record",
    "Request",
    "Step",
    "Stop",
    "StopReason",
    "Tls",
    "Transaction",
    "Unreached",
    "mechanisms",
]


class Step(IntEnum):
    """How far a conversation came; ordered."""

    RESOLVE = 0
    CONNECT = 1
    GREETING = 2
    TLS = 3
    CAPABILITIES = 4
    STARTTLS = 5
    LOGIN = 6
    AFTER_LOGIN = 7
    DONE = 8


class Proof(IntEnum):
    """How far settings were proved; ordered."""

    NONE = 0
    CONNECTED = 1
    SECURED = 2
    CAPABLE = 3
    LOGGED_IN = 4

    @property
    def word(self) -> str:
        """``logged-in``, as reports write it."""
        return self.name.lower().replace("_", "-")


class StopReason(StrEnum):
    """The closed list of ways in which a conversation ends early.

    The values are also the event lines of a transcript: ``== refused``.
    """

    # the way to the server
    BAD_SETTINGS = "not a valid endpoint"
    NO_NAME = "name does not exist"
    NO_ADDRESS = "name has no address"
    NO_RESOLVER = "resolver gave no answer"
    PRIVATE = "private address"
    REFUSED = "refused"
    TIMED_OUT = "no answer to connect"
    UNREACHABLE = "unreachable"
    DENIED = "denied on this machine"
    # the bytes
    RESET = "reset"
    CLOSED = "closed"
    SILENT = "silence"
    DRIP = "dripping"
    FLOOD = "too much"
    BROKEN = "broken reply"
    ABANDONED = "abandoned"
    # the conversation
    FOREIGN = "another protocol"
    UNWELCOME = "refused by greeting"
    PREAUTH = "preauth before TLS"
    INJECTED = "injected before TLS"
    NOT_OFFERED = "no STARTTLS offered"
    NOT_UPGRADED = "STARTTLS refused"
    HELO_ONLY = "no EHLO"
    TLS_FAILED = "tls failed"
    # the login
    NO_AUTH = "no login offered"
    NO_MECHANISM = "mechanism not offered"
    LOGIN_DISABLED = "login disabled"
    IN_CLEAR = "login withheld in clear"
    NOT_SENDABLE = "credentials not sendable"
    REJECTED = "login rejected"
    TEMPORARY = "login failed for now"
    NOT_JUDGED = "login refused"
    # after the login
    NOT_OPENED = "mailbox not opened"
    NOT_TAKEN = "message refused"
    NO_FATE = "no answer to the message"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a conversation ended early, with the words or bytes that ended it."""

    kind: StopReason
    text: str = ""
    code: int = 0
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What was dialled. ``protocol`` is imap, pop3, smtp, or http where a GET was tried."""

    protocol: str
    host: str
    port: int
    security: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port} {self.security}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The facts of one certificate that a verdict needs. Times are aware and in UTC."""

    subject: str = ""
    issuer: str = ""
    common_name: str = ""
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    not_before: datetime
    not_after: datetime
    fingerprint: str = ""
    key: str = ""
    key_bits: int = 0
    signature: str = ""
    issuer_url: str = ""

    @property
    def self_signed(self) -> bool:
        """Whether it names itself as its issuer."""
        return bool(self.subject) and self.subject == self.issuer


@dataclass(frozen=True, slots=True)
class Tls:
    """One TLS handshake that succeeded."""

    version: str
    cipher: str = ""
    verified: bool = True
    chain: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """One login that was tried: mechanism, user name, and whether it was accepted."""

    mechanism: str
    user: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of a mailbox: its name as a person reads it, its flags and roles in lower case."""

    name: str
    flags: tuple[str, ...] = ()
    subscribed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What was seen inside an account; ``None`` or empty where it was not told or not asked.

    ``messages`` counts the inbox. ``uids`` are identities of some of the first messages: unique
    ids of POP3. ``prefix`` and ``delimiter`` are of the personal namespace (RFC 2342). ``quota``
    has ``(resource, used, limit)``, storage in KiB (RFC 9208). ``rights`` are those on the inbox
    (RFC 4314).
    """

    messages: int | None = None
    uid_validity: int | None = None
    uids: tuple[str, ...] = ()
    folders: tuple[Folder, ...] = ()
    prefix: str = ""
    delimiter: str = ""
    quota: tuple[tuple[str, int, int], ...] = ()
    rights: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One answer of the domain name system, as a line of a zone: name, type, data.

    The type is also NXDOMAIN, NODATA, SERVFAIL or TIMEOUT where that was the answer to a question
    whose type is then the data.
    """

    name: str
    type: str
    data: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.type} {self.data}".rstrip()


@dataclass(frozen=True, slots=True)
class Unreached:
    """An address of the host that could not be connected to, and why."""

    address: str
    why: StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a conversation was asked to do, without the secret.

    Attributes:
        user: the user name; empty where the settings have none.
        auth: ``password``, or the SASL mechanism that the settings name.
        login: whether there was a password to log in with.
        cleartext_allowed: whether it went out without TLS, because that is allowed there.
        wrong_password: the password was made up, to see that it is refused.
        mailbox: whether to examine the mailbox.
        sender: the sender of a message to offer; empty for the null sender.
        recipients: its recipients; none where no message is offered.
        size: its size in octets.
        message: ``7bit`` or ``8bit`` where it is really sent; empty where it is only rehearsed.
    """

    user: str = ""
    auth: str = "password"
    login: bool = False
    cleartext_allowed: bool = False
    wrong_password: bool = False
    mailbox: bool = False
    sender: str = ""
    recipients: tuple[str, ...] = ()
    size: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """How far a mail transaction came (RFC 5321 §3.3).

    Attributes:
        sender: the sender that was offered.
        recipient: the last recipient that was offered.
        refused_at: the command that was refused (``MAIL``, ``RCPT``, ``DATA``), ``END`` for the
            message itself, or the extension that is missing (``SIZE``, ``SMTPUTF8``, ``8BITMIME``).
        accepted: whether the server took the message.
        failed_after: what came in place of the reply to QUIT, once the message was accepted.
    """

    sender: str = ""
    recipient: str = ""
    refused_at: str = ""
    accepted: bool = False
    failed_after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a dialogue learned for the rules, beyond its course.

    A replay learns them again from the lines of the transcript.

    Attributes:
        helo_only: the server knows HELO and not EHLO.
        statuses: OK, NO or BAD of each tagged reply of IMAP.
        initial_response_refused: the reply to a SASL login with an initial response (RFC 4959), where
            the server announces it and does not understand it.
        token_error: why a token was refused, as the server wrote it (RFC 7628 §3.2.2).
        id_required: nothing opened before the command ID (RFC 2971).
        transaction: the message that was offered.
        found_in: the folder in which a message was searched for and found.
    """

    helo_only: bool = False
    statuses: tuple[str, ...] = ()
    initial_response_refused: str = ""
    token_error: str = ""
    id_required: bool = False
    transaction: Transaction = Transaction()
    found_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything one connection showed, up to the point where it ended.

    ``offers`` are the capabilities that hold at the end, ``offers_before`` those told before TLS;
    each is one upper-case string such as ``AUTH PLAIN LOGIN`` or ``STARTTLS``. ``logins`` are the
    SASL mechanisms that were offered when it came to the login. ``greeting_s``
    are the seconds from connection to greeting, ``ms`` the milliseconds of the whole.
    ``unreached`` are addresses that were tried before ``address``. ``no_close_notify`` is whether
    the server closed the connection without ending TLS (RFC 8446 §6.1).
    """

    endpoint: Endpoint
    request: Request = Request()
    step: Step = Step.RESOLVE
    stop: Stop | None = None
    address: str = ""
    greeting: tuple[str, ...] = ()
    greeting_s: float | None = None
    first_bytes: bytes = b""
    offers: tuple[str, ...] = ()
    offers_before: tuple[str, ...] = ()
    tls: Tls | None = None
    chain: tuple[Certificate, ...] = ()
    logins: tuple[str, ...] = ()
    login: Login | None = None
    reply: tuple[str, ...] = ()
    mailbox: Mailbox | None = None
    facts: Facts = Facts()
    dns: tuple[Record, ...] = ()
    unreached: tuple[Unreached, ...] = ()
    no_close_notify: bool = False
    transcript: tuple[str, ...] = field(default=(), repr=False)
    spans: tuple[tuple[str, float, float], ...] = field(default=(), repr=False, compare=False)
    ms: float = 0.0

    @property
    def proof(self) -> Proof:
        """The highest level this connection proved."""
        if self.login is not None and self.login.accepted:
            return Proof.LOGGED_IN
        if self.tls is not None and self.tls.verified and self.step >= Step.CAPABILITIES:
            offered = self.stop is None or self.stop.kind is StopReason.NOT_SENDABLE
            if self.step >= Step.LOGIN and (offered or self.login is not None):
                return Proof.CAPABLE
            return Proof.SECURED
        if self.greeting and (self.stop is None or self.stop.kind is not StopReason.FOREIGN):
            return Proof.CONNECTED
        return Proof.NONE

    def offered(self, name: str) -> bool:
        """Whether a capability holds now, by its first word."""
        return _has(self.offers, name)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The SASL mechanisms that hold now."""
        return mechanisms(self.offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What an earlier report said of the same service."""

    proof: Proof = Proof.NONE
    cause: str = ""
    messages: int | None = None
    uid_validity: int | None = None
    uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedFolder:
    """A folder that the settings name: its role, or ``fetch``, and its name."""

    role: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of a service from elsewhere than its connections.

    Attributes:
        now: the time of the check.
        before: what an earlier report said of it.
        pop3_readers: labels of the accounts that read the same mailbox by POP3.
        folders: the folders that the account's settings name.
        secret_error: why the password could not be read.
        secret_source: where it was looked for, such as ``env MAIL_PW``.
        proxies: the proxies of this machine, without logins, where the server was not reached.
        web_page: what a web server on port 80 answers, where every name of the domain leads there.
        no_trust_anchors: whether this machine has no trust anchors, where verification failed.
        trust_anchors: subjects of the trust anchors that were given, where verification failed.
        accepted_elsewhere: the account's other service that accepts the same login.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    before: Before | None = None
    pop3_readers: tuple[str, ...] = ()
    folders: tuple[NamedFolder, ...] = ()
    secret_error: str = ""
    secret_source: str = ""
    proxies: tuple[str, ...] = ()
    web_page: str = ""
    no_trust_anchors: bool = False
    trust_anchors: tuple[str, ...] = ()
    accepted_elsewhere: str = ""


def mechanisms(offers: tuple[str, ...]) -> tuple[str, ...]:
    """The SASL mechanisms in a list of capabilities, as SMTP, IMAP or POP3 write them."""
    found: list[str] = []
    for offer in offers:
        first, _, rest = offer.partition(" ")
        if first in ("AUTH", "SASL"):
            found += rest.split()
        elif first.startswith("AUTH="):
            found += [first[5:], *rest.split()]
    return tuple(dict.fromkeys(found))


def _has(offers: tuple[str, ...], name: str) -> bool:
    return any(offer.partition(" ")[0] == name for offer in offers)
