"""CRT: the certificate itself: its dates, then its names, then its strength (RFC 7817 §3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mailkit.account import Account, is_address
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Certificate, Observation
from mailkit.rules.facts import certificate_failed, identity, leaf, secured, where
from mailkit.text import joined, plural


@rule(Severity.ERROR)
def crt_expired(seen: Observation, now: datetime) -> Hits:
    """The certificate has expired.

    The server's administrator has to renew it, and reload the service.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; until=-12
        == tls failed 10 certificate has expired

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls TLSv1.3
        S: * OK ready
    """
    mine = leaf(seen)
    if not certificate_failed(seen):
        return
    if mine is not None and mine.not_after < now:
        days = plural((now - mine.not_after).days, "day")
        yield Hit(
            f"The certificate of {where(seen)} expired {days} ago. Its administrator has to "
            "renew it.",
            (f"valid until {mine.not_after:%Y-%m-%d}", *identity(mine)),
        )
    elif certificate_failed(seen) == 10:
        yield Hit(
            f"A certificate in the chain of {where(seen)} has expired. Its administrator has to "
            "renew it.",
            identity(mine),
        )


@rule(Severity.ERROR)
def crt_not_yet(seen: Observation, now: datetime) -> Hits:
    """The certificate is not valid yet.

    Or this machine's clock is slow: look at it first.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; from=5
        == tls failed 9 certificate is not yet valid

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls TLSv1.3
        S: * OK ready
    """
    mine = leaf(seen)
    if certificate_failed(seen) and mine is not None and mine.not_before > now:
        yield Hit(
            f"The certificate of {where(seen)} is valid from {mine.not_before:%Y-%m-%d} on. Is "
            f"the clock here right ({now:%Y-%m-%d})?",
            (f"valid from {mine.not_before:%Y-%m-%d}", *identity(mine)),
        )


@rule(Severity.ERROR)
def crt_ip(seen: Observation) -> Hits:
    """The host is an IP address, and the certificate names hosts.

    Flagged::

        imap 192.0.2.7:993 implicit-tls
        == connected 192.0.2.7
        == certificate names=imap.example.com
        == tls failed 64 IP address mismatch

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls TLSv1.3
        S: * OK ready
    """
    mine = leaf(seen)
    host = seen.endpoint.host
    if certificate_failed(seen) and mine is not None and is_address(host):
        if host not in mine.addresses:
            better = _best_name(mine, host, None)
            yield Hit(
                f"The certificate names {joined(mine.names) or 'no host'}, not the address "
                f"{host}. Write the host's name.",
                identity(mine),
                {"host": better} if better else {},
                "host",
            )
    elif certificate_failed(seen) == 64:
        yield Hit(f"The certificate does not name the address {host}.", (), {}, "host")


@rule(Severity.ERROR)
def crt_cn_only(seen: Observation) -> Hits:
    """The certificate names its host in the old way only.

    It has a common name and no subject alternative name, which no current program accepts
    (RFC 9525 §2). A new certificate is needed.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate cn=imap.example.com
        == tls failed 62 hostname mismatch

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=mail.example.net
        == tls failed 62 hostname mismatch
    """
    mine = leaf(seen)
    if certificate_failed(seen) and mine is not None and _nameless(mine) and mine.common_name:
        yield Hit(
            f"The certificate of {where(seen)} has a common name ({mine.common_name}) but no "
            "subject alternative name. Its administrator needs a new one.",
            identity(mine),
        )


@rule(Severity.ERROR)
def crt_wildcard_depth(seen: Observation) -> Hits:
    """The wildcard does not reach as deep as the host's name.

    ``*.example.com`` stands for ``a.example.com``, not for ``a.b.example.com`` nor for
    ``example.com`` (RFC 7817 §3).

    Flagged::

        imap imap.mail.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=*.example.com
        == tls failed 62 hostname mismatch

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=*.example.com
        == tls TLSv1.3
        S: * OK ready
    """
    mine = leaf(seen)
    host = seen.endpoint.host.lower()
    if not certificate_failed(seen) or mine is None or matches(host, mine.names):
        return
    for name in mine.names:
        base = name[2:].lower() if name.startswith("*.") else ""
        if base and (host == base or host.endswith("." + base)):
            yield Hit(
                f"{name} covers one level of names only, and {host} is not one of them. Use a "
                "host name that it covers.",
                identity(mine),
                {},
                "host",
            )
            return


@rule(Severity.ERROR)
def crt_host_mismatch(seen: Observation, account: Account | None) -> Hits:
    """The certificate is for another host.

    Often the provider's own name belongs into the settings in the place of one's own domain. It
    may also be somebody else's server.

    Flagged::

        imap imap.customer.example:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.hoster.example
        == tls failed 62 hostname mismatch

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls TLSv1.3
        S: * OK ready
    """
    mine = leaf(seen)
    host = seen.endpoint.host.lower()
    if not certificate_failed(seen) or is_address(host):
        return
    if mine is None:
        if certificate_failed(seen) == 62:
            yield Hit(f"The certificate of {where(seen)} is for another host.", (), {}, "host")
        return
    wild = any(n.startswith("*.") and host.endswith(n[1:].lower()) for n in mine.names)
    apex = any(n.lower() == f"*.{host}" for n in mine.names)
    if matches(host, mine.names) or _nameless(mine) or wild or apex:
        return
    better = _best_name(mine, host, account)
    hint = f" If {better} is the same server, write that." if better else ""
    yield Hit(
        f"The certificate is for {joined(mine.names)}, and the settings say {host}.{hint}",
        identity(mine),
        {"host": better} if better else {},
        "host",
    )


def _best_name(certificate: Certificate, host: str, account: Account | None) -> str:
    """The name on a certificate that was most likely meant: nearest to the host."""
    names = [name for name in certificate.names if not name.startswith("*.")]
    site = host.partition(".")[2]
    near = [name for name in names if name.partition(".")[2] == site]
    return next(iter([*near, *names]), "")


@rule(Severity.ERROR)
def crt_weak(seen: Observation) -> Hits:
    """The certificate, or one in its chain, is made with too little.

    A key below 2,048 bits of RSA, or a signature with SHA-1 or MD5.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == certificate subject=CN=Old CA; key=RSA 1024; bits=1024
        == tls failed 67 CA certificate key too weak

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls failed 10 certificate has expired
    """
    if not certificate_failed(seen):
        return
    weak = [c for c in seen.chain if 0 < c.key_bits < 2048 or c.signature in ("sha1", "md5")]
    if weak or certificate_failed(seen) == 67:
        yield Hit(
            f"The chain of {where(seen)} has a certificate below today's strength. Its "
            "administrator needs a new one.",
            tuple(f"{c.subject}: {c.key}, {c.signature}" for c in weak),
        )


@rule(Severity.WARNING, healthy=True)
def crt_soon(seen: Observation, now: datetime) -> Hits:
    """The certificate expires within two weeks.

    It should have been renewed by now; automatic renewal may be broken.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; until=6
        == tls TLSv1.3
        S: * OK ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; until=60
        == tls TLSv1.3
        S: * OK ready
    """
    mine = leaf(seen)
    if secured(seen) is not None and mine is not None and mine.not_after - now < timedelta(days=14):
        days = plural(max((mine.not_after - now).days, 0), "day")
        yield Hit(
            f"The certificate of {where(seen)} expires in {days}. Tell its administrator.",
            (f"valid until {mine.not_after:%Y-%m-%d}",),
        )


def matches(host: str, names: Iterable[str]) -> bool:
    """Whether one of a certificate's names stands for the host (RFC 7817 §3)."""
    host = host.lower().rstrip(".")
    for name in names:
        name = name.lower().rstrip(".")
        if name == host:
            return True
        if name.startswith("*.") and host.partition(".")[2] == name[2:]:
            return True
    return False


def _nameless(certificate: Certificate) -> bool:
    return not certificate.names and not certificate.addresses
