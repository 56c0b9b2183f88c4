"""The ports of mail protocols, and what words for encryption mean."""

from enum import StrEnum

__all__ = [
    "AMBIGUOUS_WORDS",
    "CLEARTEXT_WORDS",
    "IMPLICIT_PORTS",
    "OPPORTUNISTIC_WORDS",
    "OWNERS",
    "SRV_LABELS",
    "STANDARD",
    "Protocol",
    "Security",
    "assumed_security",
    "decided_security",
    "default_port",
]


class Protocol(StrEnum):
    """The protocol of a service."""

    IMAP = "imap"
    POP3 = "pop3"
    SMTP = "smtp"


class Security(StrEnum):
    """The encryption modes of a connection (RFC 8314)."""

    IMPLICIT_TLS = "implicit-tls"
    STARTTLS = "starttls"
    CLEARTEXT = "cleartext"


_TLS, _UPGRADE, _CLEAR = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT

STANDARD: dict[Protocol, tuple[tuple[int, Security], ...]] = {
    Protocol.IMAP: ((993, _TLS), (143, _UPGRADE)),
    Protocol.POP3: ((995, _TLS), (110, _UPGRADE)),
    Protocol.SMTP: ((465, _TLS), (587, _UPGRADE), (25, _UPGRADE)),
}
"""The ports of each protocol for mail programs, best first (RFC 8314 §3, RFC 6409)."""

IMPLICIT_PORTS = {465: Protocol.SMTP, 993: Protocol.IMAP, 995: Protocol.POP3}
"""Ports with implicit TLS, and their protocol (RFC 8314 §7)."""

OWNERS = {
    21: "FTP",
    22: "SSH",
    25: "SMTP",
    53: "DNS",
    80: "HTTP",
    109: "POP2",
    110: "POP3",
    119: "NNTP",
    143: "IMAP",
    389: "LDAP",
    443: "HTTPS",
    465: "SMTP",
    563: "NNTP",
    587: "SMTP",
    636: "LDAP",
    993: "IMAP",
    995: "POP3",
    2082: "the cPanel web interface",
    2083: "the cPanel web interface",
    2095: "webmail",
    2096: "webmail",
    2525: "SMTP",
    3306: "MySQL",
    3389: "Remote Desktop",
    4190: "ManageSieve",
    5432: "PostgreSQL",
    8080: "HTTP",
    8443: "HTTPS",
}
"""The protocols of well-known ports."""

AMBIGUOUS_WORDS = frozenset(
    {"ssl", "tls", "secure", "auto", "ssl/tls", "tls/ssl", "encrypted", "yes", "true", "on"}
)
"""Words that mean implicit TLS in some products and STARTTLS in others."""

OPPORTUNISTIC_WORDS = frozenset(
    {
        "may",
        "try",
        "optional",
        "opportunistic",
        "if-available",
        "starttls-if-available",
        "starttls-if-offered",
        "when-available",
        "starttlswhenavailable",
        "opportunisticstarttls",
    }
)
"""Words for TLS if offered, cleartext otherwise."""

CLEARTEXT_WORDS = frozenset({"none", "plain", "clear", "off", "no", "false", "never", ""})
"""Words for no encryption."""


def decided_security(word: str, port: object) -> Security | None:
    """The encryption mode of a word that could be two, where the port goes with one of them.

    “SSL” on 993 is implicit TLS; on 143 it stays open whether STARTTLS is meant, or another port.
    """
    lower = "".join(word.lower().split())
    if lower not in ("ssl", "tls", "ssl/tls", "tls/ssl") or not isinstance(port, int):
        return None
    if port in IMPLICIT_PORTS:
        return _TLS
    return _UPGRADE if lower == "tls" and port in (25, 110, 143, 587, 2525) else None


def default_port(protocol: Protocol, security: Security) -> int:
    """Return the registered port for a protocol and an encryption mode."""
    for port, how in STANDARD[protocol]:
        if how is security:
            return port
    return 25 if protocol is Protocol.SMTP else default_port(protocol, Security.STARTTLS)


def assumed_security(port: int | None) -> Security:
    """Return the encryption mode to assume for a port, if the settings do not say; never cleartext."""
    return _TLS if port is None or port in IMPLICIT_PORTS else _UPGRADE


SRV_LABELS: dict[str, tuple[str, ...]] = {
    Protocol.IMAP: ("_imaps._tcp.", "_imap._tcp."),
    Protocol.POP3: ("_pop3s._tcp.", "_pop3._tcp."),
    Protocol.SMTP: ("_submissions._tcp.", "_submission._tcp."),
}
"""The service records of each protocol: implicit TLS first, then STARTTLS (RFC 6186, RFC 8314 §5.1)."""
