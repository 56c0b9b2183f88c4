"""TLS: what the two sides cannot agree on, apart from the certificate."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Step, StopReason
from mailkit.ports import Security
from mailkit.protocol.banner import identify
from mailkit.rules.facts import (
    Observations,
    certificate_failed,
    leaf,
    said,
    same_port,
    stopped,
    tls_alert,
    where,
)
from mailkit.rules.speakers import speaker


@rule(Severity.ERROR)
def tls_plain_server(seen: Observation, others: Observations) -> Hits:
    """The client starts with TLS, but the server speaks plain text.

    The server's greeting arrives instead of a TLS handshake: “wrong version number”, “first record does
    not look like a TLS handshake”, “not an SSL/TLS record”. The port upgrades by STARTTLS.

    Flagged::

        imap imap.example.com:143 implicit-tls
        == connected 192.0.2.1
        == bytes * OK IMAP4rev1 ready
        == tls failed WRONG_VERSION_NUMBER

    Flagged::

        imap imap.example.com:143 implicit-tls
        == connected 192.0.2.1
        == bytes * OK IMAP4rev1 ready
        == tls failed WRONG_VERSION_NUMBER

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK IMAP4rev1 ready
        C: a1 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: a1 OK done
        == no STARTTLS offered

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    if seen.step is not Step.TLS or not tls_alert(seen) or seen.stop is None:
        return
    if speaker(seen, others) not in ("", seen.endpoint.protocol):
        return
    evidence = said(seen) if identify(seen.stop.data) == seen.endpoint.protocol else ()
    if not evidence:
        plain = same_port(seen, others, Security.CLEARTEXT)
        evidence = next((said(observation) for observation in plain if observation.greeting), ())
    if evidence and any(
        stopped(other, StopReason.NOT_OFFERED)
        for other in same_port(seen, others, Security.STARTTLS)
    ):
        yield Hit(
            f"{where(seen)} speaks plain text first, and offers no STARTTLS either: nothing is encrypted on this port.",
            evidence,
            {},
            "port",
        )
    elif evidence:
        yield Hit(
            f"{where(seen)} speaks plain text first; this port uses STARTTLS, not implicit TLS.",
            evidence,
            {"security": Security.STARTTLS},
            "security",
        )


@rule(Severity.ERROR)
def tls_version(seen: Observation) -> Hits:
    """Client and server have no TLS version in common.

    The server offers TLS 1.0 or 1.1 only; the minimum is 1.2 (RFC 8997).

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed TLSV1_ALERT_PROTOCOL_VERSION

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if tls_alert(seen, "PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW"):
        yield Hit(
            f"{where(seen)} supports no TLS version from 1.2 on. Its administrator has to update it.",
            _reason(seen),
        )


@rule(Severity.ERROR)
def tls_cipher(seen: Observation) -> Hits:
    """Client and server have no TLS cipher in common.

    One list is too old for the other, or the server has no certificate that a cipher of the client
    could use: both end in the same alert. The server's log says which.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed SSLV3_ALERT_HANDSHAKE_FAILURE

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if tls_alert(seen, "HANDSHAKE_FAILURE", "NO_SHARED_CIPHER", "INSUFFICIENT_SECURITY"):
        yield Hit(
            f"{where(seen)} rejects the TLS handshake: it has no cipher in common with this program, or no certificate to use. Its log says which; its administrator has to update the cipher list or install the certificate.",
            _reason(seen),
        )


@rule(Severity.ERROR)
def tls_weak_dh(seen: Observation) -> Hits:
    """The server's Diffie-Hellman group is too small.

    The handshake ends because the group can be broken. Current programs want 2,048 bits or more.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed DH_KEY_TOO_SMALL

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if tls_alert(seen, "DH_KEY_TOO_SMALL"):
        yield Hit(
            f"{where(seen)} uses a Diffie-Hellman group too small to be safe. Its administrator "
            "has to configure one of 2,048 bits or more, or elliptic curves.",
            _reason(seen),
        )


@rule(Severity.ERROR, explains=("crt-weak",))
def tls_weak_key(seen: Observation) -> Hits:
    """The key of the server's certificate is too short.

    Current programs want RSA keys of 2,048 bits or more, or an elliptic curve.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed 66 EE certificate key too weak

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if certificate_failed(seen) == 66 or tls_alert(seen, "EE_KEY_TOO_SMALL"):
        mine = leaf(seen)
        yield Hit(
            f"The certificate of {where(seen)} has a key too short to be safe. Its administrator "
            "needs a new certificate.",
            (*_reason(seen), *((f"key: {mine.key}",) if mine and mine.key else ())),
        )


@rule(Severity.ERROR, explains=("crt-weak",))
def tls_weak_sig(seen: Observation) -> Hits:
    """The server's certificate is signed with an algorithm that is broken.

    Certificates signed with SHA-1 or MD5 can be forged, so current programs reject them.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed 68 CA signature digest algorithm too weak

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if certificate_failed(seen) == 68 or tls_alert(seen, "MD_TOO_WEAK"):
        mine = leaf(seen)
        yield Hit(
            f"The certificate of {where(seen)} is signed with an algorithm that is no longer "
            "safe. Its administrator needs a new certificate.",
            (*_reason(seen), *((f"signature: {mine.signature}",) if mine else ())),
        )


def _reason(seen: Observation) -> tuple[str, ...]:
    return (f"OpenSSL: {seen.stop.text}",) if seen.stop and seen.stop.text else ()
