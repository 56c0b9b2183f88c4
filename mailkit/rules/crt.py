"""CRT: the certificate: its issuer, and whether it is the same everywhere."""

from datetime import datetime, timedelta

from mailkit import providers
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Context, Observation
from mailkit.rules.facts import Observations, certificate_failed, identity, leaf, secured, where
from mailkit.text import joined, plural, quoted

_NO_PATH = (2, 7, 18, 19, 20, 21)
"""OpenSSL's numbers for a chain that leads to no trust anchor."""


@rule(Severity.ERROR)
def crt_clock(seen: Observation, others: Observations, now: datetime) -> Hits:
    """The clock of this machine is wrong.

    By the server's own time, its certificate is valid.

    Flagged::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == certificate names=smtp.example.com; from=400; until=500
        == tls failed 9 certificate is not yet valid

        smtp smtp.example.com:465 implicit-tls
        == certificate not verified: no login on this connection
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
    for observation in others:
        told = _told_time(observation.greeting)
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
def crt_local_store(seen: Observation, context: Context) -> Hits:
    """This machine has no trust anchors (CA certificates).

    Without them no server's certificate can be verified.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == no trust anchors
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed 20 unable to get local issuer certificate
    """
    if certificate_failed(seen) in _NO_PATH and context.no_trust_anchors:
        yield Hit(
            "This machine has no trust anchors (CA certificates), so no server can be verified. Install ca-certificates, or point SSL_CERT_FILE to a bundle.",
            ("0 trust anchors",),
        )


@rule(Severity.ERROR)
def crt_revoked(seen: Observation) -> Hits:
    """The certificate was revoked.

    Its CA has withdrawn it; someone else may have the key.

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
            f"The certificate of {where(seen)} was revoked by its CA. Do not log in there; notify its administrator.",
            (seen.stop.text,),
        )


@rule(Severity.ERROR)
def crt_per_port(seen: Observation, others: Observations) -> Hits:
    """Two ports of one host have different certificates, and only one is good.

    Most often the certificate was renewed, and one of the services was not reloaded; or one of them never got it.

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
    for observation in others:
        theirs = leaf(observation)
        if (
            secured(observation) is not None
            and theirs is not None
            and observation.endpoint.host == seen.endpoint.host
            and observation.endpoint.port != seen.endpoint.port
            and theirs.fingerprint != mine.fingerprint
        ):
            port, other = seen.endpoint.port, observation.endpoint.port
            expired = certificate_failed(seen) == _EXPIRED
            advice = "Reload" if expired else f"Give the certificate of port {other} to"
            yield Hit(
                f"Port {port} has another certificate than port {other}, which has a good one. {advice} the service behind port {port}.",
                (
                    f"port {port}: valid until {mine.not_after:%Y-%m-%d}",
                    f"port {other}: valid until {theirs.not_after:%Y-%m-%d}",
                ),
            )
            return


_EXPIRED = 10
"""OpenSSL's number for a certificate that has expired."""


@rule(Severity.ERROR)
def crt_per_address(seen: Observation, others: Observations) -> Hits:
    """The addresses of one host have different certificates, and not all are good.

    One machine behind the name was forgotten at the renewal. The failure comes and goes with the
    address that is used.

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
        (observation.address, not certificate_failed(observation))
        for observation in (seen, *others)
        if observation.endpoint == seen.endpoint
        and observation.address
        and (observation.tls or certificate_failed(observation))
    ]
    bad = sorted({address for address, good in rows if not good})
    good = sorted({address for address, good in rows if good} - set(bad))
    if good and bad:
        yield Hit(
            f"{len(bad)} of {plural(len(good) + len(bad), 'address', 'addresses')} of {seen.endpoint.host} has a bad certificate: {joined(bad)}. Its administrator has to renew it there too.",
            (*(f"{a}: not good" for a in bad), *(f"{a}: good" for a in good)),
        )


@rule(Severity.ERROR)
def crt_self_signed(seen: Observation) -> Hits:
    """The certificate is self-signed.

    No CA confirms who the server is.

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

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate subject=CN=lan; issuer=CN=lan; names=server.lan
        == tls failed 62 hostname mismatch
    """
    mine = leaf(seen)
    number = certificate_failed(seen)
    if number == 18 or (number in _NO_PATH and mine is not None and mine.self_signed):
        yours = "If the server is yours, compare the fingerprint there and pass its certificate "
        advice = f"{yours}with --ca."
        if providers.owner(seen.endpoint.host) is not None:
            advice = (
                "This provider's certificates never are: another server answers for it, or "
                "something on the network intercepts TLS. Do not log in on this network."
            )
        yield Hit(
            f"The certificate of {where(seen)} is self-signed, so anyone could have made it. "
            f"{advice}",
            identity(mine),
        )


@rule(Severity.ERROR)
def crt_missing_intermediate(seen: Observation, context: Context) -> Hits:
    """The server does not send the intermediate certificate.

    It sends its own certificate only, and not the intermediate one that links it to a known root.
    Browsers fetch the missing one themselves and hide the mistake; mail programs do not.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer url=http://ca.example/r3.der
        == tls failed 20 unable to get local issuer certificate

    Flagged::

        imap imap.example.com:993 implicit-tls
        == trust anchors: CN=Acme Root
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer=CN=Acme Issuing 2
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == trust anchors: CN=Other Root
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer=CN=Acme Issuing 2
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls failed 20 unable to get local issuer certificate
    """
    mine = leaf(seen)
    if _forgets_intermediate(seen, context) and mine is not None:
        there = f"the missing one is at {mine.issuer_url}" if mine.issuer_url else ""
        roots = (
            [f"trusted by --ca: {name}" for name in context.trust_anchors] if not there else [there]
        )
        yield Hit(
            f"{where(seen)} sends its own certificate without the intermediate one. Its "
            "administrator has to configure the full chain.",
            ("1 certificate sent", f"issuer: {mine.issuer}", *roots),
        )


@rule(Severity.ERROR)
def crt_unknown_ca(seen: Observation, context: Context) -> Hits:
    """The certificate comes from an unknown CA.

    It may be a company's private CA, or an interception.

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
        and not _forgets_intermediate(seen, context)
        and not (mine is not None and mine.self_signed)
    ):
        issuer = f": {quoted(mine.issuer)}" if mine else ""
        given = context.trust_anchors
        advice = "If it is yours, pass its root certificate with --ca."
        if seen.chain and seen.chain[-1].issuer in given:
            advice = "--ca was passed, but is another CA of the same name: compare the fingerprints, and pass the root that issued this certificate."
        elif given:
            advice = f"--ca was passed, but has {joined(given[:3])} only."
        yield Hit(
            f"The certificate of {where(seen)} comes from a CA that this machine does not know{issuer}. {advice}",
            identity(mine),
        )


def _forgets_intermediate(seen: Observation, context: Context) -> bool:
    mine = leaf(seen)
    return (
        certificate_failed(seen) in (20, 21)
        and len(seen.chain) == 1
        and mine is not None
        and not mine.self_signed
        and (
            bool(mine.issuer_url) or any(_kin(name, mine.issuer) for name in context.trust_anchors)
        )
    )


def _kin(root: str, issuer: str) -> bool:
    """Whether two authorities with different names look like one organisation's."""
    return root != issuer and bool(_organisation(root) & _organisation(issuer))


def _organisation(name: str) -> set[str]:
    """The organisation in a subject, and the first word of its common name."""
    parts = (part.strip().partition("=") for part in name.split(","))
    rows = [(key.upper(), value.casefold()) for key, _, value in parts]
    first = {value.split()[0] for key, value in rows if key == "CN" and " " in value}
    return first | {value for key, value in rows if key == "O"}


def _told_time(greeting: tuple[str, ...]) -> datetime | None:
    """The time in a greeting such as ``220 host ESMTP; Sat, 21 Nov 2026 18:40:00 +0000``."""
    from email.utils import parsedate_to_datetime

    for text in greeting:
        _, found, date = text.partition("; ")
        if found:
            try:
                told = parsedate_to_datetime(date)
            except (ValueError, OverflowError):
                continue
            if told.tzinfo is not None:
                return told
    return None
