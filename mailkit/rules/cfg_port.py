"""CFG: ports, and whether port and security say the same."""

from collections.abc import Iterable

from mailkit import providers
from mailkit.account import Service, is_local
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import OWNERS, STANDARD, Protocol, Security, default_port

_WORDS = {
    Security.IMPLICIT_TLS: "TLS from the first byte",
    Security.STARTTLS: "STARTTLS",
    Security.CLEARTEXT: "no encryption",
}


def _contradiction(
    service: Service, protocol: Protocol, ports: Iterable[int], right: Security
) -> Hits:
    """The hit for a port that goes with ``right`` where the settings say something else."""
    implicit = right is Security.IMPLICIT_TLS
    wrong = (service.security is Security.IMPLICIT_TLS) is not implicit
    if service.protocol is protocol and service.port in ports and wrong and not _by_right(service):
        begins = "begins with TLS" if implicit else "starts in cleartext and then upgrades"
        advice, fix = encrypted(service, right)
        other, how = next((p, s) for p, s in STANDARD[protocol] if s is not right)
        choice = f"; or take port {other} with {how}" if service.security is how else ""
        yield Hit(
            f"Port {service.port} {begins}, but the settings say {_WORDS[service.security]}. "
            f"{advice}{choice if fix == {'security': right} else ''}.",
            (service.shown("port"), service.shown("security")),
            fix,
            "security",
        )


def encrypted(service: Service, right: Security) -> tuple[str, dict[str, object]]:
    """How to set an encryption mode, as a sentence without its full stop and as settings.

    Where the file has no words for it, the other mode on its own port.
    """
    if not service.lacks(right):
        return f"Set {service.instruction('security', right)}", {"security": right}
    port, other = next((p, s) for p, s in STANDARD[service.protocol] if s is not right)
    sets = [service.instruction("port", port)]
    fix: dict[str, object] = {"port": port}
    if service.security is not other:
        sets.append(service.instruction("security", other))
        fix["security"] = other
    kind = "implicit TLS" if right is Security.IMPLICIT_TLS else "STARTTLS"
    product = service.wording.product if service.wording else "It"
    return f"{product} has no words for {kind} in this file. Set {' and '.join(sets)}", fix


def _by_right(service: Service) -> bool:
    """Whether the provider of the host is known to offer just this."""
    provider = providers.for_host(service.host.lower())
    offered = provider.service(service.protocol) if provider is not None else None
    return offered is not None and (service.port, service.security) in offered[1]


@rule(Severity.ERROR, suspicion=True)
def cfg_port_465_starttls(service: Service) -> Hits:
    """SMTP on port 465 without TLS from the first byte.

    Port 465 is submission with implicit TLS (RFC 8314 §3.3). A program that waits there for a greeting
    in cleartext times out: the server waits for the client's TLS hello.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 465
        security = "starttls"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 465
        security = "implicit-tls"
    """
    yield from _contradiction(service, Protocol.SMTP, (465,), Security.IMPLICIT_TLS)


@rule(Severity.ERROR, suspicion=True)
def cfg_port_587_tls(service: Service) -> Hits:
    """SMTP on port 587, 25 or 2525 with TLS from the first byte.

    These ports start in cleartext and upgrade by STARTTLS (RFC 6409, RFC 3207). A client that starts
    with TLS gets the server's greeting instead of a handshake: “wrong version number”, “first record
    does not look like a TLS handshake”.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "implicit-tls"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "starttls"
    """
    yield from _contradiction(service, Protocol.SMTP, (587, 25, 2525), Security.STARTTLS)


@rule(Severity.ERROR, suspicion=True)
def cfg_port_993_plain(service: Service) -> Hits:
    """IMAP on port 993 without TLS from the first byte.

    Port 993 is IMAP with implicit TLS (RFC 8314 §3.2). Waiting there for a greeting in cleartext ends
    in a timeout.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        port = 993
        security = "starttls"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        port = 993
        security = "implicit-tls"
    """
    yield from _contradiction(service, Protocol.IMAP, (993,), Security.IMPLICIT_TLS)


@rule(Severity.ERROR, suspicion=True)
def cfg_port_143_tls(service: Service) -> Hits:
    """IMAP on port 143 with TLS from the first byte.

    Port 143 starts in cleartext and upgrades by STARTTLS (RFC 9051 §6.2.1).

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        port = 143
        security = "implicit-tls"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        port = 143
        security = "starttls"
    """
    yield from _contradiction(service, Protocol.IMAP, (143,), Security.STARTTLS)


@rule(Severity.ERROR, suspicion=True)
def cfg_port_995_plain(service: Service) -> Hits:
    """POP3 on port 995 without TLS from the first byte.

    Port 995 is POP3 with implicit TLS (RFC 8314 §3.1). Waiting there for a greeting in cleartext ends
    in a timeout.

    Flagged::

        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        port = 995
        security = "starttls"

    Clean::

        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        port = 995
        security = "implicit-tls"
    """
    yield from _contradiction(service, Protocol.POP3, (995,), Security.IMPLICIT_TLS)


@rule(Severity.ERROR, suspicion=True)
def cfg_port_110_tls(service: Service) -> Hits:
    """POP3 on port 110 with TLS from the first byte.

    Port 110 starts in cleartext and upgrades by STLS (RFC 2595 §4).

    Flagged::

        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        port = 110
        security = "implicit-tls"

    Clean::

        [account.a.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        port = 110
        security = "starttls"
    """
    yield from _contradiction(service, Protocol.POP3, (110,), Security.STARTTLS)


_OPEN_EVERYWHERE = (80, 443)
"""Ports of the web, on which mail servers listen where networks block their own."""


@rule(Severity.ERROR, suspicion=True)
def cfg_port_foreign(service: Service) -> Hits:
    """The port belongs to another protocol.

    993 in the SMTP settings, or 995 in the IMAP settings: the program will reach a server that speaks
    another protocol, or none. Mail servers listen on the ports of the web, 80 and 443, on purpose:
    networks that block other ports let these through.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 993
        security = "implicit-tls"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 465
        security = "implicit-tls"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 443
        security = "implicit-tls"
    """
    owner = OWNERS.get(service.port)
    if owner is None or owner.lower() == service.protocol or service.port in _OPEN_EVERYWHERE:
        return
    if not _by_right(service):
        right = default_port(service.protocol, service.security)
        yield Hit(
            f"Port {service.port} belongs to {owner}, not to {service.protocol.upper()}. "
            f"With {service.security} the port is {right}.",
            (f"port = {service.port}", f"protocol = {service.protocol}"),
            {"port": right},
            "port",
        )


@rule(Severity.WARNING, explains=("cap-no-auth", "tcp-timeout", "tcp-refused", "grt-554"))
def cfg_port_25(service: Service) -> Hits:
    """Port 25 is used to send as a user.

    Port 25 is for mail between servers (RFC 6409 §3.1). Home, hotel and cloud networks block it, and
    many servers accept no login there. Mail programs use 465 or 587.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 25
        security = "starttls"
        user = "kim@example.com"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "starttls"
        user = "kim@example.com"
    """
    if (
        service.protocol is Protocol.SMTP
        and service.port == 25
        and service.user
        and not is_local(service.host)
        and not service.host.lower().endswith(".onion")
    ):
        yield Hit(
            "Port 25 is for mail between servers and is blocked in many networks. To send as a user, use port 587 with starttls or 465 with implicit-tls.",
            ("port = 25", f"user = {service.user}"),
            {"port": 587, "security": Security.STARTTLS},
            "port",
        )


@rule(Severity.ERROR)
def cfg_port_range(service: Service) -> Hits:
    """The port is not a valid TCP port.

    A port is a whole number from 1 to 65535, written without quotes.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        port = "993s"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        port = 993
    """
    if not 0 < service.port < 65536:
        found = service.written.get("port", service.port)
        right = default_port(service.protocol, service.security)
        digits = str(found).strip() if isinstance(found, str | float) else ""
        if digits.removesuffix(".0").isdecimal() and 0 < float(digits) < 65536:
            right = int(float(digits))
        yield Hit(
            f"{found!r} is not a valid TCP port: it is a whole number from 1 to 65535, without quotes. "
            f"For {service.protocol.upper()} with {service.security} it is usually {right}.",
            (f"port = {found!r}",),
            {"port": right},
            "port",
        )
