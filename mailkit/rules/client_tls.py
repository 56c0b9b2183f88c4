"""Rules about a client's encryption and login, as the server saw it."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.text import quoted

_MUST_REJECT = frozenset(
    {
        *("expired", "not-yet", "future", "self-signed", "unknown-ca", "intercepted", "antivirus"),
        *("missing-intermediate", "other-host", "wrong-host", "sibling-host", "wildcard", "mess"),
    }
)
"""Certificates that every client rejects that verifies; whether it rejects the others is a matter of policy."""

_LOGIN = r"(\S+ )?(AUTH|AUTHENTICATE|LOGIN|USER)\b"


@rule(Severity.ERROR)
def clt_tls_on_starttls_port(client: ClientSession) -> Hits:
    """The client starts with TLS on a port that uses STARTTLS.

    It sent a TLS hello where the server had sent a greeting in cleartext. Set the client to STARTTLS, or to
    the port with implicit TLS.

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
        yield Hit(
            "The client sent a TLS hello to a port that uses STARTTLS. Set it to STARTTLS, or use the port with implicit TLS.",
            (f"its first bytes: {client.first[:8].hex(' ')}",),
        )


@rule(Severity.ERROR)
def clt_plain_on_tls_port(client: ClientSession) -> Hits:
    """The client speaks plain text on a port that uses implicit TLS.

    It sent no TLS hello: it waited for a greeting, or sent a command. Set the client to implicit TLS
    (“SSL/TLS”), or to the port with STARTTLS.

    Flagged::

        == server imap implicit-tls
        == tls failed WRONG_VERSION_NUMBER
        == closed error

        == server smtp implicit-tls
        == closed timeout

    Clean::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 LOGOUT
        == closed client
    """
    if client.security != "implicit-tls" or client.tls:
        return
    spoke = any(
        word in client.tls_error for word in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD")
    )
    left = not client.tls_error or "EOF" in client.tls_error
    waited = left and client.closed in ("timeout", "client")
    if spoke or waited:
        did = (
            "sent plain text"
            if spoke
            else "ended without a TLS handshake, perhaps waiting for a greeting,"
        )
        yield Hit(
            f"The client {did} on a port that uses implicit TLS. Set it to implicit TLS (“SSL/TLS”), or use the port with STARTTLS.",
            (client.tls_error or f"the connection was closed: {client.closed}",),
        )


@rule(Severity.ERROR)
def clt_unknown_ca(client: ClientSession) -> Hits:
    """The client does not trust the server's CA.

    It ended the handshake with an alert. That is right if the certificate is bad on purpose. Otherwise give the
    client the CA's certificate: the lab's is in ``ca_file``.

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

    Its name, its dates or its chain do not suit the client. Use the host name that the certificate is for, and give the
    client the CA's certificate.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls failed SSLV3_ALERT_BAD_CERTIFICATE
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
    """
    alert = client.tls_error
    if client.certificate == "good" and "ALERT" in alert and "CERTIFICATE" in alert:
        yield Hit(
            "The client rejects the server's certificate. Use the host name that it is for, and pass the CA's certificate to the client.",
            (f"alert: {alert}",),
        )


@rule(Severity.ERROR)
def clt_no_verification(client: ClientSession) -> Hits:
    """The client accepts a certificate that it must reject.

    The server presented a bad certificate on purpose, and the client went on. Anyone on the network could read its
    password. Switch certificate verification on.

    Flagged::

        == server imap implicit-tls
        == certificate wrong-host
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 LOGIN ***
        S: a1 OK

    Clean::

        == server imap implicit-tls
        == certificate wrong-host
        == tls failed SSLV3_ALERT_BAD_CERTIFICATE
        == closed error
    """
    after = [line for line in client.commands if line.tls]
    if client.certificate in _MUST_REJECT and client.tls and after:
        yield Hit(
            f"The client accepts a certificate that it must reject ({client.certificate}). Switch certificate verification on.",
            (f"after the handshake it sent: {quoted(after[0].text)}",),
        )


@rule(Severity.WARNING)
def clt_no_sni(client: ClientSession) -> Hits:
    """The client does not send the host name in the TLS handshake (no SNI).

    Servers with several host names present the wrong certificate then, or refuse the handshake (RFC 6066 §3). The client
    connects by IP address, or its library is too old.

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

    TLS 1.0 and 1.1 are deprecated (RFC 8996), and most servers reject them. Update the client's TLS library.

    Flagged::

        == server imap implicit-tls
        == tls TLSv1 imap.example.com
        S: * OK ready

    Clean::

        == server imap implicit-tls
        == tls TLSv1.2 imap.example.com
        S: * OK ready
    """
    if client.tls in ("SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"):
        yield Hit(
            f"The client uses {client.tls}, which most servers reject. Update its TLS library.",
            (client.tls,),
        )


@rule(Severity.ERROR)
def clt_cleartext_login(client: ClientSession) -> Hits:
    """The client sends its password without encryption although STARTTLS is offered.

    The password can be read on the network. Set the client to require STARTTLS.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250-STARTTLS
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 235 welcome

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
        C: AUTH PLAIN ***
        S: 235 welcome
    """
    offered = client.offered("STARTTLS", tls=False) or client.offered("STLS", tls=False)
    for line, _ in client.replies_to(_LOGIN):
        if not line.tls and (offered or client.security == "starttls"):
            yield Hit(
                "The client sends its password without encryption although STARTTLS is offered. Set it to require STARTTLS.",
                (f"in cleartext: {quoted(line.text)}",),
            )
            return


@rule(Severity.ERROR)
def clt_mechanism(client: ClientSession) -> Hits:
    """The client asks for a login mechanism that the server does not offer.

    It chose a mechanism without reading the capabilities. Choose one of those that are offered.

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH CRAM-MD5
        S: 504 5.5.4 unrecognized mechanism

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 no
    """
    for line, reply in client.replies_to(r"(\S+ )?AUTH(ENTICATE)? "):
        words = line.text.split()
        mechanism = words[words.index(next(w for w in words if w.upper().startswith("AUTH"))) + 1]
        wanted = f"AUTH={mechanism}" if client.protocol == "imap" else mechanism
        if not client.offered(wanted, tls=line.tls) and not reply.startswith(("235", "334", "+")):
            yield Hit(
                f"The client asks for the mechanism {mechanism}, which is not offered. Choose one that is.",
                (f"the server replied: {quoted(reply)}",),
            )
            return


@rule(Severity.ERROR)
def clt_broken_base64(client: ClientSession) -> Hits:
    """The client sends a login that is not valid base64.

    User name and password are sent in base64 (RFC 4954 §4, RFC 4648 §4), without line breaks. The client sends them as
    they are, or breaks the line.

    Flagged::

        == server smtp implicit-tls
        == not base64
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: ***
        S: 501 5.5.2 Cannot decode base64

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: ***
        S: 535 5.7.8 no
    """
    if client.not_base64:
        yield Hit(
            "The client sends a login that is not valid base64. Encode user name and password, without line breaks.",
            ("a reply to a challenge that is not base64",),
        )
