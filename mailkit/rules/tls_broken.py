"""TLS: handshakes that break off or are intercepted, and connections that end without close_notify."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Step
from mailkit.ports import Security
from mailkit.rules.crt_leaf import names_host
from mailkit.rules.facts import (
    Observations,
    answers_tls,
    certificate_failed,
    same_port,
    tls_alert,
    wants_certificate,
    where,
    words,
)
from mailkit.text import quoted

_INTERCEPTORS = re.compile(
    r"fortinet|fortigate|zscaler|sophos|palo alto|blue ?coat|netskope|cisco umbrella|untangle|"
    r"barracuda|check point|watchguard|mitmproxy|charles proxy|fiddler",
    re.I,
)


@rule(Severity.ERROR)
def tls_sni(seen: Observation) -> Hits:
    """The server does not know this host name.

    The TLS hello carries the host name (SNI), and the server rejects it: it serves other names only.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed TLSV1_UNRECOGNIZED_NAME

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if tls_alert(seen, "UNRECOGNIZED_NAME"):
        yield Hit(
            f"The server behind {where(seen)} does not know the host name {quoted(seen.endpoint.host)}. Use the name that its provider documents.",
            _reason(seen),
            {},
            "host",
        )


@rule(Severity.ERROR)
def tls_client_cert(seen: Observation) -> Hits:
    """The server demands a certificate from the client.

    The server knows its clients by their certificates. A password alone is not enough here.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        == tls failed TLSV13_ALERT_CERTIFICATE_REQUIRED

    Flagged::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 421 4.7.1 smtp.example.com Error: No client certificate presented

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK ready
    """
    alert = tls_alert(seen, "CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE")
    if alert or wants_certificate(seen):
        yield Hit(
            f"{where(seen)} accepts only clients with a certificate of their own, which a password does not replace. Ask its administrator for one, or for another port.",
            _reason(seen) if alert else words(seen),
        )


@rule(Severity.ERROR)
def tls_legacy_reneg(seen: Observation) -> Hits:
    """The server's TLS is too old to renegotiate safely.

    The server does not support RFC 5746, and OpenSSL 3 then ends the handshake by default: “unsafe
    legacy renegotiation disabled”.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed UNSAFE_LEGACY_RENEGOTIATION_DISABLED

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if tls_alert(seen, "UNSAFE_LEGACY_RENEGOTIATION"):
        yield Hit(
            f"{where(seen)} runs a TLS library without safe renegotiation (RFC 5746). Its "
            "administrator has to update it.",
            _reason(seen),
        )


@rule(Severity.ERROR)
def tls_cut(seen: Observation) -> Hits:
    """The connection is closed in the middle of the TLS handshake.

    The server closes it because it limits the connections of one address or has banned it, or a device
    in between blocks the name or TLS.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed EOF

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    if seen.step is Step.TLS and tls_alert(seen, "EOF", "RESET"):
        yield Hit(
            f"{where(seen)} closes the connection in the middle of the TLS handshake. Either the server limits connections from this address or has banned it (close other programs, wait), or a firewall closes it (try another network).",
            ("cut after the TLS hello" + (" by a reset" if tls_alert(seen, "RESET") else ""),),
        )


_NAMED = (
    *("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "VERSION_TOO_LOW", "HANDSHAKE_FAILURE"),
    *("NO_SHARED_CIPHER", "INSUFFICIENT_SECURITY", "DH_KEY_TOO_SMALL", "EE_KEY_TOO_SMALL"),
    *("MD_TOO_WEAK", "UNRECOGNIZED_NAME", "CERTIFICATE_REQUIRED", "BAD_CERTIFICATE"),
    *("UNSAFE_LEGACY_RENEGOTIATION", "EOF", "RESET"),
)
"""Reasons of OpenSSL that have a finding of their own."""


@rule(Severity.ERROR)
def tls_handshake(seen: Observation) -> Hits:
    """The server answers the TLS hello, and then the handshake fails.

    Most often the server's TLS is misconfigured: a certificate without its key, or a key that it cannot use. A device
    in between that changes TLS shows the same.

    What to do: Give the server's administrator the time and the reason below; the server's log has its own. Another
    port of the same host may work.

    How to check: mailkit diagnose from another network: if the handshake fails there too, it is the server.

    Flagged::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == bytes \\x15\\x03\\x03\\x00\\x02\\x02P
        == tls failed TLSV1_ALERT_INTERNAL_ERROR

    Clean::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == bytes \\x15\\x03\\x03\\x00\\x02\\x02(
        == tls failed SSLV3_ALERT_HANDSHAKE_FAILURE
    """
    if (
        seen.step is Step.TLS
        and tls_alert(seen)
        and answers_tls(seen)
        and not tls_alert(seen, *_NAMED)
    ):
        yield Hit(
            f"{where(seen)} answers the TLS hello, and then the handshake fails: its TLS is misconfigured, or a device in between changes it. Ask its administrator; the server's log has the reason.",
            _reason(seen),
        )


@rule(Severity.ERROR)
def tls_stall(seen: Observation, others: Observations) -> Hits:
    """The TLS hello gets no answer.

    The server behind the port hangs, or the network drops large packets.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls failed NO_ANSWER

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.2
        S: * OK ready
    """
    greeted = [
        observation
        for observation in same_port(seen, others, Security.CLEARTEXT)
        if observation.greeting
    ]
    web = [*same_port(seen, others, Security.CLEARTEXT, http=True)]
    if (
        seen.step is Step.TLS
        and tls_alert(seen, "NO_ANSWER", "STALLED")
        and not greeted
        and not any(observation.greeting for observation in web)
    ):
        yield Hit(
            f"{where(seen)} accepts the connection but does not answer the TLS hello, nor does it send a greeting in cleartext. The server behind it hangs, or large packets are lost on the network.",
        )


@rule(Severity.ERROR, explains=("crt-unknown-ca", "crt-self-signed", "crt-per-port"))
def tls_intercept(seen: Observation) -> Hits:
    """Something on the network intercepts TLS.

    The certificate comes from a company's proxy, which made it for this host. Whether to trust it is up to
    the network's owner, who can exempt mail in its settings.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer=CN=Zscaler Root CA
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=imap.example.com; issuer=CN=Private CA
        == tls failed 20 unable to get local issuer certificate

    Clean::

        imap mail.example.com:993 implicit-tls
        == connected 192.0.2.1
        == certificate names=FVVM01.local; issuer=CN=Fortinet CA
        == tls failed 20 unable to get local issuer certificate
    """
    if not (certificate_failed(seen) and names_host(seen)):
        return  # a device's own certificate is from its maker, too, and names the device
    for certificate in seen.chain:
        if found := _INTERCEPTORS.search(certificate.issuer):
            yield Hit(
                f"{quoted(certificate.issuer)} issued this certificate, not {seen.endpoint.host}: a proxy on the network intercepts TLS. Exempt mail from it, or install its certificate if that is intended.",
                (f"issuer: {certificate.issuer}", f"recognised by: {found[0]}"),
            )
            return


@rule(Severity.NOTE, healthy=True)
def tls_no_close_notify(seen: Observation) -> Hits:
    """The server ends TLS without close_notify.

    Strict libraries report “no close_notify alert received”. After the last reply it is harmless.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK ready
        C: a1 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: a1 OK done
        C: a2 LOGOUT
        == no close notify

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK ready
    """
    if seen.facts.no_close_notify:
        yield Hit(
            f"{where(seen)} closes the connection without ending TLS. Strict programs complain; after the last reply it is harmless."
        )


def _reason(seen: Observation) -> tuple[str, ...]:
    return (f"OpenSSL: {seen.stop.text}",) if seen.stop and seen.stop.text else ()
