"""The endpoints of a lab: what each one is, and how it differs from a healthy server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.script import Act
from mailkit.ports import Security

__all__ = ["Listener", "Users"]

Users = Mapping[str, str]
"""From user name, in the one form that is accepted, to password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """One endpoint: a healthy server where nothing else is said, and a knob for each difference.

    ``host`` and ``port`` are the logical ones; the real address is the lab's to choose.
    ``security`` is implicit-tls, starttls (offered, and required for a login), or cleartext (no
    TLS to be had). ``script`` replaces the whole server, and ``secure_script`` has it shake hands
    first; ``greeting`` replaces only the first words. Before and after TLS, ``replies`` and
    ``replies_tls`` replace the answers to commands, ``offers`` and ``offers_tls`` the capabilities;
    ``cannot`` are mechanisms that are offered and always fail. With ``no_initial_response`` IMAP offers SASL-IR and answers BAD to
    it; one that ``wants_id`` opens nothing before the command ID; one that ``accepts_all`` takes any
    password; one that ``bans`` hangs up at once after a login that failed. ``same_as`` is another logical host
    on the same address; ``at`` is the address that the lab's name server has for the host, where
    names are looked up. ``node`` tells the addresses of one host apart. A ``backlog`` of 0 leaves
    every connection without an answer. With the protocol http it is a web server: ``pages`` has the
    content by path; one that begins with ``HTTP/`` is sent as it is.

    ``address`` and ``real_port`` are where it really listens, where that is not the lab's to choose.
    ``manners`` speaks in the words of a provider (:data:`~mailkit.lab.provider_profiles.MANNERS`); ``mechanisms`` are
    those that are offered, where not the usual ones, and ``mechanisms_clear`` those that IMAP and POP3 also take
    before TLS. ``connections`` is how
    many one user may have. With ``apop`` a POP3 server greets with a stamp; ``login_delay`` is the
    seconds between two logins there. ``rules`` say which mail an SMTP server takes; ``open_relay`` takes
    it without a login.
    """

    protocol: str
    host: str
    port: int
    security: Security = Security.IMPLICIT_TLS
    certificate: str = "good"
    tls: str = ""
    script: Sequence[Act] = ()
    greeting: Sequence[Act] = ()
    replies: Mapping[str, Sequence[Act]] = field(default_factory=dict)
    replies_tls: Mapping[str, Sequence[Act]] = field(default_factory=dict)
    offers: Sequence[str] | None = None
    offers_tls: Sequence[str] | None = None
    users: Users | None = None
    clear_login: bool = False
    cannot: Sequence[str] = ()
    no_initial_response: bool = False
    wants_id: bool = False
    accepts_all: bool = False
    secure_script: bool = False
    bans: bool = False
    same_as: str = ""
    at: str = ""
    node: int = 0
    backlog: int = 128
    address: str = ""
    real_port: int = 0
    pages: Mapping[str, bytes] = field(default_factory=dict)
    manners: str = ""
    mechanisms: Sequence[str] = ()
    mechanisms_clear: Sequence[str] = ()
    connections: int = 1000
    apop: bool = False
    login_delay: int = 0
    rules: AcceptancePolicy = field(default_factory=AcceptancePolicy)
    open_relay: bool = False

    @property
    def endpoint(self) -> str:
        """``imap.example.com:993 implicit-tls``."""
        return f"{self.host}:{self.port} {self.security}"

    def action(self, command: str, *, tls: bool) -> Sequence[Act] | None:
        """The script that answers a command instead of the server."""
        return (self.replies_tls if tls else self.replies).get(command)
