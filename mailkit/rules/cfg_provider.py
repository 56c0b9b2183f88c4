"""CFG: hosts, and what is known of the providers behind them."""

import re

from mailkit import providers
from mailkit.account import Account, Service, is_local
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import Protocol, Security
from mailkit.rules.cfg_host import SILENT, UNREACHED
from mailkit.text import joined

_FIRST = {
    Protocol.IMAP: ("imap", "imaps", "imap4"),
    Protocol.POP3: ("pop", "pop3", "pops", "pop3s"),
    Protocol.SMTP: ("smtp", "smtps", "mailout", "smtpout"),
}


@rule(Severity.NOTE, explains=(*UNREACHED, *SILENT), suspicion=True)
def cfg_host_swapped(service: Service) -> Hits:
    """The host looks like the server for the other direction.

    imap.DOMAIN in the settings for sending, or smtp.DOMAIN in those for reading; or mx.DOMAIN for
    sending, which often is where other servers deliver. Some providers serve everything under one
    name; where it works, nothing is wrong.

    Flagged::

        [account.a.outgoing]
        host = "imap.example.com"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
    """
    if service.published:
        return
    host = service.host.lower()
    provider = providers.for_host(host)
    if provider is not None:
        mine = provider.service(service.protocol)
        theirs = {s[0] for s in (provider.imap, provider.pop3, provider.smtp) if s}
        if mine is not None and host in theirs and host != mine[0]:
            why = f"{provider.name} serves it on {mine[0]}"
            yield _swapped(service, mine[0], why, provider.stated())
        return
    first, dot, rest = host.partition(".")
    if service.protocol is Protocol.SMTP and "." in rest and re.fullmatch(r"mx\d*", first):
        yield _swapped(service, f"smtp.{rest}", "such a name is often for other servers")
    for protocol, names in _FIRST.items():
        if dot and "." in rest and first in names and protocol is not service.protocol:
            better = f"{_FIRST[service.protocol][0]}.{rest}"
            yield _swapped(service, better, f"it is often {better}")


def _swapped(service: Service, better: str, why: str, *more: str) -> Hit:
    return Hit(
        f"{service.host} does not look like a server for {service.protocol.upper()}: {why}.",
        (f"host = {service.host}", *more),
        {"host": better},
        "host",
    )


@rule(
    Severity.WARNING,
    explains=(*UNREACHED, "cap-no-auth", "cap-no-auth-yet", "grt-554", "stt-not-offered"),
    suspicion=True,
)
def cfg_host_mx(service: Service) -> Hits:
    """The host is a provider's MX, which receives mail from other servers.

    An MX host accepts no logins; users send and read through another host. Known from the provider's
    published records: a name such as ``mx.example.com`` alone says nothing.

    Flagged::

        [account.a.outgoing]
        host = "example-com.mail.protection.outlook.com"

    Clean::

        [account.a.outgoing]
        host = "smtp.office365.com"
        port = 587
        security = "starttls"

    Clean::

        [account.a.incoming]
        host = "mx.example.com"
    """
    if service.published:
        return
    host = service.host.lower()
    if providers.for_host(host) is not None:
        return
    known = providers.for_mx(host)
    if known is None:
        return
    right = known.service(service.protocol)
    yield Hit(
        f"{host} receives mail from other servers, and accepts no logins."
        + (f" Users of {known.name} connect to {right[0]}." if right else ""),
        (f"host = {host}", known.stated()),
        {"host": right[0]} if right else {},
        "host",
    )


@rule(Severity.WARNING, explains=(*UNREACHED, *SILENT), suspicion=True)
def cfg_host_webmail(service: Service) -> Hits:
    """The host is a web site.

    Browsers go there; mail programs connect to another host.

    Flagged::

        [account.a.incoming]
        host = "mail.google.com"

    Clean::

        [account.a.incoming]
        host = "imap.gmail.com"
    """
    host = service.host.lower()
    known = providers.for_web(host)
    first = host.partition(".")[0]
    if known is not None and known.login == "none":
        return
    if known is not None or (
        first in ("webmail", "owa", "roundcube", "autodiscover", "autoconfig")
        and providers.for_host(host) is None
    ):
        right = known.service(service.protocol) if known else None
        yield Hit(
            f"{host} is a web site for browsers."
            + (f" Mail programs connect to {right[0]}." if right else ""),
            (f"host = {host}", *([known.stated()] if known else [])),
            {"host": right[0]} if right else {},
            "host",
        )


@rule(
    Severity.ERROR,
    explains=(*UNREACHED, "stt-not-offered", "tls-plain-server", "grt-silent-tls"),
    suspicion=True,
)
def cfg_provider_contradiction(service: Service) -> Hits:
    """The provider does not offer this port with this encryption.

    Reported only for providers whose whole offer is known.

    Flagged::

        [account.a.outgoing]
        host = "smtp.office365.com"
        port = 465
        security = "implicit-tls"

    Clean::

        [account.a.outgoing]
        host = "smtp.office365.com"
        port = 587
        security = "starttls"
    """
    provider = providers.for_host(service.host.lower())
    offered = provider.service(service.protocol) if provider else None
    if provider is None or not provider.exact:
        return
    if offered is None or offered[0] != service.host.lower():
        return
    pairs = offered[1]
    if (service.port, service.security) in pairs or service.security is Security.CLEARTEXT:
        return
    port, security = next((pair for pair in pairs if pair[0] == service.port), pairs[0])
    told = joined([f"{p} with {s}" for p, s in pairs], "or")
    yield Hit(
        f"{provider.name} does not offer {service.security} on port {service.port}: use {told}.",
        (f"port = {service.port}", f"security = {service.security}", provider.stated()),
        {"port": port, "security": security},
        "port",
    )


@rule(Severity.ERROR, explains=(*UNREACHED, *SILENT, "cap-no-auth", "aut-bad"), suspicion=True)
def cfg_no_protocol(service: Service, account: Account) -> Hits:
    """The provider offers no IMAP, POP3 or SMTP.

    Its mail can be read in its own app or web mail only, or by a bridge program of its own.

    Flagged::

        [account.a]
        address = "kim@tuta.com"

        [account.a.incoming]
        host = "imap.tuta.com"

    Clean::

        [account.a]
        address = "kim@proton.me"

        [account.a.incoming]
        host = "127.0.0.1"
        port = 1143
        security = "starttls"
    """
    host = service.host.lower()
    provider, parent = providers.for_host(host), host
    while provider is None and "." in parent:
        provider, parent = providers.for_domain(parent), parent.partition(".")[2]
    if provider is not None and provider.login == "none" and not is_local(host):
        yield Hit(
            f"{provider.name} has no server for mail programs. {provider.advice}.",
            (f"host = {service.host}", f"address = {account.address}", provider.stated()),
            {},
            "host",
        )
