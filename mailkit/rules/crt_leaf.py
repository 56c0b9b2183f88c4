"""CRT: the certificate itself: its dates, then its names, then its strength (RFC 7817 §3)."""

from collections.abc import Iterable
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address

from mailkit import providers
from mailkit.account import Account, is_address, is_host_name
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Certificate, Observation
from mailkit.rules.facts import certificate_failed, identity, leaf, shown_names, where
from mailkit.text import joined, plural


@rule(Severity.ERROR)
def crt_expired(seen: Observation, now: datetime) -> Hits:
    """The certificate has expired.

    It was valid until the date in the evidence, and was not renewed, or the service still shows
    the old one. A clock that is ahead shows the same.

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

    Its validity begins later. Most often this machine's clock is slow.

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
def crt_ip(seen: Observation, account: Account | None) -> Hits:
    """The host is an IP address, and the certificate names hosts.

    A name that only the certificate has is shown as a question, not as a fix: compare it with the provider's
    documentation first.

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
        if ip_address(host.strip("[]")) not in map(_address, mine.addresses):
            better = _question(seen, mine, account)
            yield Hit(
                f"The certificate names {_shown(mine)}, not the address {host}. "
                f"Write the host's name.{_asked(better)}",
                identity(mine),
                {"host": better} if better else {},
                "host",
            )
    elif certificate_failed(seen) == 64:
        yield Hit(f"The certificate does not name the address {host}.", (), {}, "host")


@rule(Severity.ERROR)
def crt_cn_only(seen: Observation) -> Hits:
    """The certificate names its host only in the common name.

    It has no subject alternative name, which every current program requires (RFC 9525 §2).

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate common name=imap.example.com
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
def crt_wildcard_depth(seen: Observation, account: Account | None) -> Hits:
    """The wildcard certificate does not cover this host name.

    ``*.example.com`` covers ``a.example.com``, but neither ``a.b.example.com`` nor ``example.com`` (RFC
    7817 §3).

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
            better = _question(seen, mine, account)
            yield Hit(
                f"{name} covers one level of names only, and {host} is not one of them. Use a "
                f"host name that it covers.{_asked(better)}",
                identity(mine),
                {"host": better} if better else {},
                "host",
            )
            return


@rule(Severity.ERROR)
def crt_host_mismatch(seen: Observation, account: Account | None) -> Hits:
    """The certificate is for another host.

    Often the settings have your own domain, and the certificate has the provider's host name. It may
    also be another server: on the wrong address, or on a network that redirects mail. So compare a name
    that only the certificate has with the provider's documentation before you use it. For the host of a
    known provider, mailkit offers no other name.

    Flagged::

        imap imap.customer.example:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.hoster.example
        == tls failed 62 hostname mismatch

    Flagged::

        smtp smtp.example.net:465 implicit-tls
        == connected 192.0.2.1
        == certificate names=*.example.org,example.org
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
    better = _question(seen, mine, account)
    theirs = providers.owner(host) is not None
    warning = "" if better or not _known(host, account) else _NOT_THEIRS if theirs else _NO_HOST
    yield Hit(
        f"The certificate is for {_shown(mine)}, and the settings say {host}."
        f"{_asked(better)}{warning or _asked_for(host, better)}",
        identity(mine),
        {"host": better} if better else {},
        "host",
    )


_NOT_THEIRS = (
    " This is not the provider's certificate: another server answers for it, or something on the "
    "network redirects mail. Keep the host and try another network."
)
_NO_HOST = (
    " The address is with a known provider, and this is none of its hosts: write the host that the "
    "provider documents."
)
_BAD_NAME = (62, 64)
"""OpenSSL's numbers for a trusted certificate with another name or address."""


def _question(seen: Observation, certificate: Certificate, account: Account | None) -> str:
    """The name on a certificate that a person may confirm; empty where none must be offered.

    The reference identity must not come from the peer (RFC 9525 §1.5). An untrusted certificate
    proves no name, and the names of a known provider's hosts are known.
    """
    host = seen.endpoint.host.lower()
    if certificate_failed(seen) not in _BAD_NAME or _known(host, account):
        return ""
    return _best_name(certificate, host, _LABELS[seen.endpoint.protocol])


def _known(host: str, account: Account | None) -> bool:
    """Whether the host, or the address, is a known provider's."""
    provider = account and providers.for_domain(account.domain)
    return provider is not None or providers.owner(host) is not None


def _asked(name: str) -> str:
    return f" Is {name} the name that your provider documents? Then write that." if name else ""


def _asked_for(host: str, better: str) -> str:
    """What to do where the host is right."""
    return f" {'If not' if better else 'If the host is right'}, ask its administrator for a certificate for {host}."


def _shown(certificate: Certificate) -> str:
    """The names on a certificate, in a sentence."""
    if certificate.names:
        return joined(shown_names(certificate.names))
    if certificate.addresses:
        return f"{joined(certificate.addresses)} (an address, no host name)"
    return "no host"


_LABELS = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}
"""The usual first label of a mail host, by protocol."""


def _best_name(certificate: Certificate, host: str, usual: str) -> str:
    """The name on a certificate that was most likely meant: nearest to the host.

    Of what a wildcard covers, the name with the host's own first label; the usual one where the
    host is an address or the wildcard's own domain.
    """
    first, _, site = host.partition(".")
    names = [
        name.lower() for name in certificate.names if is_host_name(name.lower().removeprefix("*."))
    ]
    bases = [name[2:] for name in names if name.startswith("*.")]
    plain = [name for name in names if not name.startswith("*.")]
    if is_address(host) or host in bases:
        first = usual
    covered = [f"{first}.{base}" for base in bases]
    near = [name for name in plain if name.partition(".")[2] == site]
    alike = [name for name in plain if name.startswith(f"{first}.")]
    return next((name for name in (*near, *alike, *covered, *plain) if name != host), "")


@rule(Severity.ERROR)
def crt_weak(seen: Observation) -> Hits:
    """A certificate in the chain falls short of what the program demands.

    It has a key below 2,048 bits of RSA, or a signature with SHA-1 or MD5. Strict programs (Python 3.13
    and later, rustls, Go) refuse more: a field that RFC 5280 demands, and that is missing or wrong.
    Where mailkit connects and such a program does not, ``crt-strict`` names the field.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == certificate subject=CN=Old CA; key=RSA 1024; key bits=1024
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
            f"The chain of {where(seen)} has a certificate that is too weak by today's standards. Its administrator needs a new one.",
            tuple(f"{c.subject}: {c.key}, {c.signature}" for c in weak),
        )


def names_host(seen: Observation) -> bool:
    """Whether the server's certificate was made for the host or address in the settings."""
    mine, host = leaf(seen), seen.endpoint.host.lower()
    return mine is not None and (matches(host, mine.names) or host in mine.addresses)


def matches(host: str, names: Iterable[str]) -> bool:
    """Return whether one of a certificate's names matches the host (RFC 7817 §3)."""
    host = host.lower().rstrip(".")
    for name in names:
        name = name.lower().rstrip(".")
        if name == host:
            return True
        if name.startswith("*.") and host.partition(".")[2] == name[2:]:
            return True
    return False


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _nameless(certificate: Certificate) -> bool:
    return not certificate.names and not certificate.addresses
