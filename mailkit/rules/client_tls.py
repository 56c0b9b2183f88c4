"""Rules about a client's encryption, as the server saw it."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.text import quoted

_MUST_REJECT = frozenset(
    [
        "expired",
        "not-yet",
        "future",
        "self-signed",
        "unknown-ca",
        "intercepted",
        "antivirus",
        "other-host",
        "sibling-host",
        "mess",
    ]
)
"""Certificates that every client rejects that verifies; whether it rejects the others is a matter of policy."""
PATIENCE_S = 2.0
"""A client that leaves earlier has not waited for a greeting: programs have time-outs of several seconds, and one whose
TLS library refuses to begin leaves at once, which takes a second for a Java program on a busy machine."""
_WRONG_VERSION = ("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "VERSION_TOO_LOW")


def waits_for_greeting(client: ClientSession) -> bool:
    """Whether the client was silent for so long that it waits for the server."""
    return client.waited >= PATIENCE_S


@rule(Severity.ERROR)
def clt_tls_on_starttls_port(client: ClientSession) -> Hits:
    """The client starts with TLS on a port that uses STARTTLS.

    It sent a TLS hello where the server had sent a greeting in cleartext. It is set to implicit TLS ("SSL", "SSL/TLS"), and
    the port starts in cleartext and upgrades by STARTTLS. Neither side understands the other.

    Flagged::

        == server smtp starttls
        == bytes 16 03 01 02 00 01 00
        S: 220 smtp.example.com ESMTP
        == closed client

    Clean::

        == server smtp starttls
        S: 220 smtp.example.com ESMTP
        C: EHLO app.example.com
        == closed client
    """
    if client.security != "implicit-tls" and client.first[:1] == b"\x16" and not client.tls:
        other = "uses STARTTLS" if client.security == "starttls" else "has no TLS"
        do = "STARTTLS" if client.security == "starttls" else "no encryption"
        yield Hit(
            f"The client sent a TLS hello to a port that {other}. Set it to {do}, or use the port with implicit TLS.",
            (f"its first bytes: {client.first[:8].hex(' ')}",),
        )


@rule(Severity.ERROR)
def clt_plain_on_tls_port(client: ClientSession) -> Hits:
    """The client speaks plain text on a port that uses implicit TLS.

    It sent no TLS hello: it waited for a greeting, or sent a command. It is set to STARTTLS, or to no encryption, and the port
    expects TLS from the first byte; so both wait, until one of them gives up.

    Flagged::

        == server imap implicit-tls
        == tls failed WRONG_VERSION_NUMBER
        == closed error

        == server smtp implicit-tls
        == closed timeout

        == server smtp implicit-tls
        == waited 10.0
        == closed client

    Clean::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 LOGOUT
        == closed client

        == server imap implicit-tls
        == closed client
    """
    if client.security != "implicit-tls" or client.tls:
        return
    spoke = any(
        word in client.tls_error for word in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD")
    )
    left = not client.tls_error or "EOF" in client.tls_error
    patient = client.closed == "client" and waits_for_greeting(client)
    if spoke or (left and (patient or client.closed == "timeout")):
        did = "sent plain text" if spoke else "waited for a greeting and sent no TLS hello"
        yield Hit(
            f"The client {did} on a port that uses implicit TLS. Set it to implicit TLS (“SSL/TLS”), or use the port with STARTTLS.",
            (client.tls_error or f"the connection was closed: {client.closed}",),
        )


@rule(Severity.ERROR)
def clt_unknown_ca(client: ClientSession) -> Hits:
    """The client does not trust the server's CA.

    It ended the handshake. The certificate is good, but its CA is unknown to the client. A lab has a CA
    of its own, and so have many companies; a program trusts it only if it is configured to.

    Flagged::

        == server imap implicit-tls
        == tls failed TLSV1_ALERT_UNKNOWN_CA
        == closed error

    Clean::

        == server imap implicit-tls
        == certificate unknown-ca
        == tls failed TLSV1_ALERT_UNKNOWN_CA
        == closed error
    """
    if "UNKNOWN_CA" in client.tls_error and client.certificate == "good":
        yield Hit(
            "The client does not trust the server's CA. Pass the CA's certificate to the client; do not switch verification off.",
            (f"alert: {client.tls_error}",),
        )


@rule(Severity.ERROR)
def clt_bad_certificate(client: ClientSession) -> Hits:
    """The client rejects the server's certificate.

    It ended the handshake when it had seen the certificate. Java reports "certificate unknown" both for
    an unknown CA and for a wrong host name, Go says "bad certificate", and Node.js leaves without an
    alert.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls failed SSLV3_ALERT_BAD_CERTIFICATE
        == closed error

        == server smtp implicit-tls
        == tls failed UNEXPECTED_EOF_WHILE_READING
        == closed error

    Clean::

        == server smtp starttls
        == certificate expired
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls failed SSLV3_ALERT_CERTIFICATE_EXPIRED
        == closed error

        == server smtp implicit-tls
        == tls failed UNEXPECTED_EOF_WHILE_READING
        == closed client
    """
    alert = client.tls_error
    left = client.closed == "error" and "EOF" in alert
    if client.certificate == "good" and (left or ("ALERT" in alert and "CERTIFICATE" in alert)):
        yield Hit(
            "The client rejects the server's certificate: it does not trust the CA, or connects by another host name. "
            "Pass the CA's certificate to the client, and use the host name that the certificate is for.",
            (f"{'it left' if left else 'alert'}: {alert}",),
        )


@rule(Severity.NOTE)
def clt_leaves_after_tls(client: ClientSession) -> Hits:
    """The client leaves right after the TLS handshake.

    It agreed on TLS and then closed the connection without a command. Most often it compares the host
    name with the certificate at this moment, and they differ. A monitor that only looks at the
    certificate does the same; then nothing is wrong.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls TLSv1.3 smtp.example.com
        == closed client

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls TLSv1.3 smtp.example.com
        C: EHLO app.example.com
        S: 250 AUTH PLAIN
        C: QUIT
        == closed client
    """
    left = client.closed in ("client", "error") and not any(line.tls for line in client.commands)
    if client.tls and client.certificate == "good" and left:
        yield Hit(
            "The client leaves right after the TLS handshake, without a command. Most often it rejects the certificate then: "
            "use the host name that it is for.",
            (f"{client.tls}, then the connection was closed",),
        )


@rule(Severity.ERROR)
def clt_no_verification(client: ClientSession) -> Hits:
    """The client accepts a certificate that it must reject.

    The server presented a bad certificate on purpose, and the client went on. Anyone between the client and its server can
    present such a certificate, and read its password and its mail.

    Flagged::

        == server imap implicit-tls
        == certificate other-host
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 LOGIN ***
        S: a1 OK

    Clean::

        == server imap implicit-tls
        == certificate other-host
        == tls failed SSLV3_ALERT_BAD_CERTIFICATE
        == closed error

        == server imap implicit-tls
        == certificate revoked
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 LOGOUT
    """
    after = [line for line in client.commands if line.tls]
    if client.certificate in _MUST_REJECT and client.tls and after:
        yield Hit(
            f"The client accepts a certificate that it must reject ({client.certificate}). Switch certificate verification on.",
            (f"after the handshake it sent: {quoted(after[0].text)}",),
        )


@rule(Severity.NOTE)
def clt_no_sni(client: ClientSession) -> Hits:
    """The client does not send the host name in the TLS handshake (no SNI).

    Servers with several host names present the wrong certificate then, or refuse the handshake (RFC 6066 §3). The client
    connects by IP address, its library is too old, or the name has no dot: Java sends none for ``localhost``.

    Flagged::

        == server imap implicit-tls
        == tls TLSv1.3
        S: * OK ready
        C: a1 LOGOUT

    Clean::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 LOGOUT
    """
    if client.tls and not client.server_name:
        yield Hit(
            "The client sends no host name in the TLS handshake (SNI). Connect by host name, or update its TLS library.",
            (f"{client.tls}, without a server name",),
        )


@rule(Severity.WARNING)
def clt_old_tls(client: ClientSession) -> Hits:
    """The client uses a TLS version that is no longer safe.

    TLS 1.0 and 1.1 are deprecated (RFC 8996), and most servers reject them. The client's TLS library is too old, or the
    program is set to an old version.

    Flagged::

        == server imap implicit-tls
        == tls TLSv1 imap.example.com
        S: * OK ready

        == server smtp implicit-tls
        == tls failed UNSUPPORTED_PROTOCOL
        == closed error

    Clean::

        == server imap implicit-tls
        == tls TLSv1.2 imap.example.com
        S: * OK ready
    """
    if client.tls in ("SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"):
        yield Hit(
            f"The client uses {client.tls}, which most servers reject. Let it use TLS 1.2 and 1.3.",
            (client.tls,),
        )
    elif any(word in client.tls_error for word in _WRONG_VERSION):
        yield Hit(
            "The client offers no TLS version that the server accepts; TLS 1.2 and 1.3 are. Let it use them.",
            (client.tls_error,),
        )


_SPOKEN = (
    ("http", r"(GET|POST|HEAD|PUT|OPTIONS|CONNECT) \S+ HTTP/"),
    ("smtp", r"(EHLO|HELO|LHLO|MAIL FROM:)"),
    ("imap", r"[A-Za-z0-9.]+ (CAPABILITY|LOGIN|ID|STARTTLS|AUTHENTICATE|NOOP|LOGOUT)\b"),
    ("pop3", r"(CAPA|USER|APOP|STLS)\b"),
)
"""First commands that only one protocol has."""


@rule(Severity.ERROR)
def clt_wrong_protocol(client: ClientSession) -> Hits:
    """The client speaks another protocol than the port.

    Its first command belongs to another one: SMTP on an IMAP port, a web browser on a mail port.

    Flagged::

        == server imap starttls
        S: * OK ready
        C: EHLO app.example.com
        S: EHLO BAD Unknown command.

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
    """
    first = client.commands[0].text if client.commands else ""
    named = (name for name, pattern in _SPOKEN if re.match(pattern, first, re.I))
    spoken = next(named, client.protocol)
    if spoken != client.protocol and client.protocol in ("imap", "pop3", "smtp"):
        yield Hit(
            f"The client speaks {spoken.upper()} on a port of {client.protocol.upper()}. Use the port of {spoken.upper()}.",
            (f"its first command: {quoted(first)}",),
        )
