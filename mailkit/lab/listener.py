"""The endpoints of a lab, and how they differ from healthy servers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.script import Act
from mailkit.ports import Security

__all__ = ["Listener", "Users"]

Users = Mapping[str, str]
"""Passwords by user name, in the only accepted form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """An endpoint: by default a healthy server, with an option for each difference.

    ``host`` and ``port`` are the logical ones; the lab chooses the real address.
    ``security`` is implicit-tls, starttls (offered, and required for a login), or cleartext (no TLS). ``script``
    replaces the whole server, with ``secure_script`` after a TLS handshake; ``greeting`` replaces only the greeting.
    Before and after TLS, ``replies`` and ``replies_tls`` replace the replies to commands, ``offers`` and
    ``offers_tls`` the capabilities; a positive reply has the effect of its command, except that a message is not
    delivered if there is a script for its end (``"."``);
    ``cannot`` are mechanisms that are offered and always fail. With ``no_initial_response`` IMAP offers SASL-IR and answers BAD to
    it; one that ``wants_id`` opens no folder before the command ID; one that ``accepts_all`` accepts any password;
    one that ``bans`` closes the connection after a failed login. ``same_as`` is another logical host
    on the same address; ``at`` is the address that the lab's name server has for the host, if names are looked up.
    ``node`` distinguishes the addresses of one host. With a ``backlog`` of 0 no connection is answered. With the
    protocol http it is a web server: ``pages`` has the
    content by path; one that begins with ``HTTP/`` is sent as it is.

    ``address`` and ``real_port`` are its real address, if the lab does not choose it.
    ``profile`` uses the replies of a provider (:data:`~mailkit.lab.provider_profiles.PROFILES`); ``mechanisms`` are
    the offered ones, if not the default, and ``mechanisms_clear`` those that IMAP and POP3 also accept before TLS.
    ``connections`` is the limit for one user. With ``apop`` a POP3 greeting has a timestamp; ``login_delay`` is the
    minimum of seconds between two logins. ``rules`` are the acceptance policy of an SMTP server; ``open_relay``
    accepts mail without a login.
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
    profile: str = ""
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
        """Return the script that answers a command instead of the server."""
        return (self.replies_tls if tls else self.replies).get(command)
