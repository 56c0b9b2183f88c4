"""CRT: what is worth knowing of certificates that were accepted."""

from datetime import datetime, timedelta

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation
from mailkit.rules.facts import leaf, secured, where
from mailkit.text import joined, plural


@rule(Severity.NOTE, healthy=True)
def crt_strict(seen: Observation) -> Hits:
    """Strict programs refuse this chain, others accept it.

    The certificates are trusted, but lack something that RFC 5280 demands. OpenSSL accepts them by
    default, and so does mailkit. Python 3.13 and later (VERIFY_X509_STRICT) and rustls do not: there
    the connection fails (``crt-weak``) with “Missing Authority Key Identifier” or “CaUsedAsEndEntity”.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; informal=the server's certificate has no authority key identifier
        == tls TLSv1.3
        S: * OK ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com
        == tls TLSv1.3
        S: * OK ready
    """
    if secured(seen) is None:
        return
    mine = leaf(seen)
    if mine is not None and mine.informal:
        yield Hit(
            f"Strict programs (Python 3.13 and later, rustls) refuse the certificates of {where(seen)}: {joined(mine.informal)}. A certificate that follows RFC 5280 works with all.",
        )


@rule(Severity.WARNING, healthy=True)
def crt_soon(seen: Observation, now: datetime) -> Hits:
    """The certificate expires within two weeks.

    It should have been renewed by now; automatic renewal may have failed.

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
            f"The certificate of {where(seen)} expires in {days}. Notify its administrator.",
            (f"valid until {mine.not_after:%Y-%m-%d}",),
        )
