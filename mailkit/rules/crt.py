"""CRT: the certificate. Trust first, then dates, then the name (RFC 7817 §3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_address

from mailkit.account import Account
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Certificate, Observation
from mailkit.rules.facts import Looks, certificate_failed, leaf, secured, where
from mailkit.text import joined, plural, quoted

_NO_PATH = (2, 18, 19, 20, 21)
"""OpenSSL's numbers for a chain that leads to no trust anchor."""


@rule(Severity.ERROR)
def crt_clock(seen: Observation, looks: Looks, now: datetime) -> Hits:
    """The clock of this machine is wrong.

    The server's own time says that its certificate is valid. Set the clock, best by NTP.

    Flagged::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == certificate names=smtp.example.com; from=400; until=500
        == tls failed 9 certificate is not yet valid

        smtp smtp.example.com:465 implicit-tls
        == unverified
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP; @NOW+450@

    Clean::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == certificate names=smtp.example.com; from=400; until=500
        == tls failed 9 certificate is not yet valid
    """
    mine = leaf(seen)
    if certificate_failed(seen) not in (9, 10) or mine is None:
        return
    for look in looks:
        told = _told_time(look.greeting)
        if (
            told is not None
            and abs(told - now) > timedelta(hours=20)
            and mine.not_before <= told <= mine.not_after
        ):
            days = round((told - now).total_seconds() / 86400)
            slow = "slow" if days > 0 else "fast"
            yield Hit(
                f"This machine's clock is {plural(abs(days), 'day')} {slow}, if the server is "
                "right: by its time the certificate is valid. Set the clock.",
                (f"here: {now:%Y-%m-%d %H:%M}", f"the server says: {told:%Y-%m-%d %H:%M}"),
            )
            return


@rule(Severity.ERROR)
def crt_local_store(seen: Observation) -> Hits:
    """This machine has no trust anchors.

    Without them no certificate of any server can be verified. Install the system's bundle
    (ca-certificates), or let the program use its own (certifi).

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == note no trust anchors
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed 20 unable to get local issuer certificate
    """
    if certificate_failed(seen) in _NO_PATH and "no trust anchors" in seen.notes:
        yield Hit(
            "This machine has no trust anchors, so that no server can be verified. Install "
            "ca-certificates, or point SSL_CERT_FILE to a bundle.",
            ("0 trust anchors",),
        )


@rule(Severity.ERROR)
def crt_revoked(seen: Observation) -> Hits:
    """The certificate was revoked.

    Its authority no longer stands for it; the key may be in other hands. Do not log in.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed 23 certificate revoked on 2026-01-02

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed 10 certificate has expired
    """
    if certificate_failed(seen) == 23 and seen.stop is not None:
        yield Hit(
            f"The certificate of {where(seen)} was revoked by its authority. Do not log in there; "
            "tell its administrator.",
            (seen.stop.text,),
        )


@rule(Severity.ERROR)
def crt_per_port(seen: Observation, looks: Looks) -> Hits:
    """Two ports of one host show different certificates, and only one of them is good.

    Most often the certificate was renewed, and one of the services was not reloaded.

    Flagged::

        smtp mail.example.com:465 implicit-tls
        == connected 192.0.2.1
        == certificate names=mail.example.com; until=-3; fingerprint=01
        == tls failed 10 certificate has expired

        smtp mail.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 mail.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-mail.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == certificate names=mail.example.com; until=80; fingerprint=02
        == tls TLSv1.3
        C: EHLO [127.0.0.1]
        S: 250 mail.example.com

    Clean::

        smtp mail.example.com:465 implicit-tls
        == connected 192.0.2.1
        == certificate names=mail.example.com; until=-3; fingerprint=01
        == tls failed 10 certificate has expired
    """
    mine = leaf(seen)
    if not certificate_failed(seen) or mine is None:
        return
    for look in looks:
        theirs = leaf(look)
        if (
            secured(look) is not None
            and theirs is not None
            and look.endpoint.host == seen.endpoint.host
            and look.endpoint.port != seen.endpoint.port
            and theirs.fingerprint != mine.fingerprint
        ):
            yield Hit(
                f"Port {seen.endpoint.port} shows another certificate than port "
                f"{look.endpoint.port}, whose one is good. The service behind port "
                f"{seen.endpoint.port} needs a reload.",
                (
                    f"port {seen.endpoint.port}: valid until {mine.not_after:%Y-%m-%d}",
                    f"port {look.endpoint.port}: valid until {theirs.not_after:%Y-%m-%d}",
                ),
            )
            return


@rule(Severity.ERROR)
def crt_per_address(seen: Observation, looks: Looks) -> Hits:
    """The addresses of one host show different certificates, and not all of them are good.

    One machine behind the name was forgotten at the renewal. The failure comes and goes with the
    address that is dialled.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; until=-3; fingerprint=01
        == tls failed 10 certificate has expired

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.2
        == certificate names=imap.example.com; until=80; fingerprint=02
        == tls TLSv1.3
        S: * OK ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; until=-3; fingerprint=01
        == tls failed 10 certificate has expired
    """
    rows = [
        (one.address, not certificate_failed(one))
        for one in (seen, *looks)
        if one.endpoint == seen.endpoint and one.address and (one.tls or certificate_failed(one))
    ]
    bad = sorted({address for address, good in rows if not good})
    good = sorted({address for address, good in rows if good} - set(bad))
    if good and bad:
        yield Hit(
            f"{len(bad)} of {plural(len(good) + len(bad), 'address', 'addresses')} of "
            f"{seen.endpoint.host} shows a certificate that is not good: {joined(bad)}. Its "
            "administrator has to renew it there too.",
            (*(f"{a}: not good" for a in bad), *(f"{a}: good" for a in good)),
        )


@rule(Severity.ERROR)
def crt_self_signed(seen: Observation) -> Hits:
    """The certificate is its own issuer.

    Nobody but the server itself says who it is. For a server of one's own: install its certificate
    as a trust anchor (``--ca FILE``), or get one from a public authority.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate subject=CN=imap.example.com; issuer=CN=imap.example.com; names=imap.example.com
        == tls failed 18 self-signed certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls failed 20 unable to get local issuer certificate
    """
    mine = leaf(seen)
    if certificate_failed(seen) and (
        certificate_failed(seen) == 18 or (mine is not None and mine.self_signed)
    ):
        yield Hit(
            f"The certificate of {where(seen)} is signed by itself, so that anyone could have "
            "made it. If the server is yours, compare the fingerprint there and hand its "
            "certificate over with --ca.",
            _identity(mine),
        )


@rule(Severity.ERROR)
def crt_missing_intermediate(seen: Observation) -> Hits:
    """The server leaves out a certificate of its chain.

    It sends its own certificate only, and not the intermediate one that links it to a known root.
    Browsers fetch the missing one by themselves and hide the mistake; mail programs do not. Its
    administrator configures the full chain.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer-url=http://ca.example/r3.der
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls failed 20 unable to get local issuer certificate
    """
    mine = leaf(seen)
    if _forgets_intermediate(seen) and mine is not None:
        yield Hit(
            f"{where(seen)} sends its own certificate without the intermediate one. Its "
            "administrator has to configure the full chain.",
            (
                "1 certificate sent",
                f"issuer: {mine.issuer}",
                f"the missing one is at {mine.issuer_url}",
            ),
        )


@rule(Severity.ERROR)
def crt_unknown_ca(seen: Observation) -> Hits:
    """The certificate comes from an authority that is not known here.

    A company's private authority, or someone in between. If it is yours, hand its root certificate
    over with ``--ca FILE`` or install it.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer=CN=Private CA
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate subject=CN=x; issuer=CN=x; names=imap.example.com
        == tls failed 18 self-signed certificate
    """
    mine = leaf(seen)
    if (
        certificate_failed(seen) in _NO_PATH
        and certificate_failed(seen) != 18
        and not _forgets_intermediate(seen)
        and not (mine is not None and mine.self_signed)
    ):
        issuer = f" {quoted(mine.issuer)}" if mine else ""
        yield Hit(
            f"The certificate of {where(seen)} comes from an authority that this machine does not "
            f"know:{issuer}. If it is yours, hand its root over with --ca.",
            _identity(mine),
        )


def _forgets_intermediate(seen: Observation) -> bool:
    mine = leaf(seen)
    return (
        certificate_failed(seen) in (20, 21)
        and len(seen.chain) == 1
        and mine is not None
        and bool(mine.issuer_url)
        and not mine.self_signed
    )


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
            (f"valid until {mine.not_after:%Y-%m-%d}", *_identity(mine)),
        )
    elif certificate_failed(seen) == 10:
        yield Hit(
            f"A certificate in the chain of {where(seen)} has expired. Its administrator has to "
            "renew it.",
            _identity(mine),
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
            (f"valid from {mine.not_before:%Y-%m-%d}", *_identity(mine)),
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
    if certificate_failed(seen) and mine is not None and _is_ip(host):
        if host not in mine.addresses:
            better = _best_name(mine, host, None)
            yield Hit(
                f"The certificate names {joined(mine.names) or 'no host'}, not the address "
                f"{host}. Write the host's name.",
                _identity(mine),
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
            _identity(mine),
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
                _identity(mine),
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
    if not certificate_failed(seen) or _is_ip(host):
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
        _identity(mine),
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


@rule(Severity.WARNING)
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


def _identity(certificate: Certificate | None) -> tuple[str, ...]:
    if certificate is None:
        return ()
    shown = ":".join(certificate.fingerprint[i : i + 2] for i in range(0, 16, 2)).upper()
    return (
        f"subject: {certificate.subject}",
        f"issuer: {certificate.issuer}",
        f"names: {', '.join((*certificate.names, *certificate.addresses)) or 'none'}",
        f"SHA-256 begins {shown}",
    )


def _told_time(greeting: tuple[str, ...]) -> datetime | None:
    """The time in a greeting such as ``220 host ESMTP; Sat, 21 Nov 2026 18:40:00 +0000``."""
    from email.utils import parsedate_to_datetime

    for text in greeting:
        _, found, date = text.partition("; ")
        if found:
            try:
                told = parsedate_to_datetime(date)
            except ValueError:
                continue
            if told.tzinfo is not None:
                return told
    return None


def _is_ip(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
