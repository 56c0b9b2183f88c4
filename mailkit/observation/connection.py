"""What was seen on one connection."""

from dataclasses import dataclass, field
from datetime import datetime

from mailkit.observation.facts import Facts, Request
from mailkit.observation.progress import Proof, Step, Stop, StopReason

__all__ = [
    "Certificate",
    "Endpoint",
    "Folder",
    "Login",
    "Mailbox",
    "Observation",
    "Record",
    "Tls",
    "mechanisms",
]


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
    informal: tuple[str, ...] = ()
    """What strict programs refuse in it and in those above it that the server sent with it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything one connection showed, up to the point where it ended.

    ``offers`` are the capabilities that hold at the end, ``offers_before`` those told before TLS;
    each is one upper-case string such as ``AUTH PLAIN LOGIN`` or ``STARTTLS``. ``logins`` are the
    SASL mechanisms that were offered when it came to the login. ``greeting_s``
    are the seconds from connection to greeting, ``ms`` the milliseconds of the whole.
    """

    endpoint: Endpoint
    request: Request = field(default=Request())
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
    facts: Facts = field(default=Facts())
    dns: tuple[Record, ...] = ()
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
