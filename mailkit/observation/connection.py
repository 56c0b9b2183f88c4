"""The observation of one connection."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from mailkit.observation.facts import NO_FACTS, Facts, Request
from mailkit.observation.progress import Proof, Step, Stop, StopReason

__all__ = [
    "Certificate",
    "Login",
    "Observation",
    "Record",
    "SeenFolder",
    "SeenMailbox",
    "ServerEndpoint",
    "Tls",
    "mechanisms",
]


@dataclass(frozen=True, slots=True)
class ServerEndpoint:
    """The endpoint of a connection. ``protocol`` is imap, pop3, smtp, or http for a GET."""

    protocol: str
    host: str
    port: int
    security: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port} {self.security}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The facts about a certificate that rules need. Times are aware and in UTC."""

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
    """What strict programs reject in it, or in the issuers that the server sent."""

    @property
    def self_signed(self) -> bool:
        """Whether it is its own issuer."""
        return bool(self.subject) and self.subject == self.issuer


@dataclass(frozen=True, slots=True)
class Tls:
    """A successful TLS handshake."""

    version: str
    cipher: str = ""
    verified: bool = True
    chain: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True)
class Login:
    """A login attempt: mechanism, user name, and whether it was accepted."""

    mechanism: str
    user: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class SeenFolder:
    """A folder of a mailbox: its decoded name, its flags and roles in lower case."""

    name: str
    flags: tuple[str, ...] = ()
    subscribed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMailbox:
    """What a mailbox showed after the login; ``None`` or empty if it was not reported or not asked for.

    ``messages`` counts the inbox. ``uids`` are the unique ids of some of the first messages (POP3). ``prefix`` and
    ``delimiter`` are those of the personal namespace (RFC 2342). ``quota``
    has ``(resource, used, limit)``, storage in KiB (RFC 9208). ``rights`` are those on the inbox
    (RFC 4314).
    """

    messages: int | None = None
    uid_validity: int | None = None
    uids: tuple[str, ...] = ()
    folders: tuple[SeenFolder, ...] = ()
    prefix: str = ""
    delimiter: str = ""
    quota: tuple[tuple[str, int, int], ...] = ()
    rights: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A DNS answer, as a line of a zone: name, type, data.

    For a negative answer the type is NXDOMAIN, NODATA, SERVFAIL or TIMEOUT, and the data is the type that was asked
    for.
    """

    name: str
    type: str
    data: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.type} {self.data}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """Everything that one connection showed until it ended.

    ``offers`` are the capabilities at the end, ``offers_before`` those announced before TLS; each is one upper-case
    string such as ``AUTH PLAIN LOGIN`` or ``STARTTLS``. ``logins`` are the SASL mechanisms that were offered at the
    login. ``greeting_s``
    are the seconds from connection to greeting, ``ms`` the milliseconds of the whole.
    """

    endpoint: ServerEndpoint
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
    mailbox: SeenMailbox | None = None
    facts: Facts = NO_FACTS
    dns: tuple[Record, ...] = ()
    transcript: tuple[str, ...] = field(default=(), repr=False)
    spans: tuple[tuple[str, float, float], ...] = field(default=(), repr=False, compare=False)
    ms: float = 0.0

    @property
    def proof(self) -> Proof:
        """How far the connection verified the settings."""
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
        """Return whether a capability is offered, by its first word."""
        return _has(self.offers, name)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The SASL mechanisms that are offered."""
        return mechanisms(self.offers)


@lru_cache(512)
def mechanisms(offers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the SASL mechanisms in a list of capabilities of SMTP, IMAP or POP3."""
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
