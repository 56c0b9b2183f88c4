"""Rules about a client that does not begin TLS where it could, or stops on the way."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.rules.client_tls import waits_for_greeting
from mailkit.text import quoted

_UPGRADE = r"(\S+ )?(STARTTLS|STLS)\b"
_OPENING = r"(\S+ )?(EHLO|HELO|LHLO|CAPA|CAPABILITY|ID|STARTTLS|STLS|NOOP|RSET|QUIT|LOGOUT)\b"


def _only_read(client: ClientSession) -> bool:
    """Whether a client on a server that needs a login went after it had read the offers."""
    said = [line.text for line in client.commands]
    over = client.closed in ("client", "server") and not client.tls_error
    needs_login = client.security != "cleartext" and not client.logins
    return (
        bool(said) and over and needs_login and all(re.match(_OPENING, line, re.I) for line in said)
    )


def upgrade_offered(client: ClientSession) -> bool:
    return client.offered("STARTTLS", tls=False) or client.offered("STLS", tls=False)


@rule(Severity.ERROR)
def clt_no_starttls(client: ClientSession) -> Hits:
    """The client does not use STARTTLS, which the server requires.

    The server offers STARTTLS and takes neither a login nor mail before it. The client went on in cleartext and was refused.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: MAIL FROM:<kim@example.com>
        S: 530 5.7.0 Must issue a STARTTLS command first

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls TLSv1.3 smtp.example.com
        C: MAIL FROM:<kim@example.com>
        S: 530 5.7.0 Authentication required
    """
    for line, reply in client.replies_to(r"(MAIL|AUTH)\b"):
        if not line.tls and reply.startswith("530") and upgrade_offered(client):
            yield Hit(
                "The client does not use STARTTLS, which this port requires. Turn STARTTLS on in the client.",
                (
                    f"without TLS it sent: {quoted(line.text)}",
                    f"the server replied: {quoted(reply)}",
                ),
            )
            return


@rule(Severity.NOTE)
def clt_clear_mail(client: ClientSession) -> Hits:
    """The client sends mail without encryption although STARTTLS is offered.

    The message can be read on the network. The server takes it either way, so nothing seems wrong.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: MAIL FROM:<kim@example.com>
        S: 250 2.1.0 OK

    Clean::

        == server smtp cleartext
        S: 220 ready
        C: EHLO app.example.com
        S: 250 SIZE 1000
        C: MAIL FROM:<kim@example.com>
        S: 250 2.1.0 OK
    """
    for line, reply in client.replies_to(r"MAIL\b"):
        if not line.tls and reply.startswith("250") and upgrade_offered(client):
            yield Hit(
                "The client sends mail without encryption although STARTTLS is offered. Turn STARTTLS on in the client.",
                (f"without TLS it sent: {quoted(line.text)}",),
            )
            return


@rule(Severity.NOTE)
def clt_no_hello(client: ClientSession) -> Hits:
    """The client leaves where TLS should begin, without a TLS hello.

    It connected to a port with implicit TLS, or said STARTTLS, and hung up at once. A check that the
    port is open does that. If it is a program, its TLS library refused to start: the TLS versions or
    ciphers in its settings are disabled in the library.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls failed UNEXPECTED_EOF_WHILE_READING
        == closed client

        == server smtp implicit-tls
        == closed client

    Clean::

        == server smtp implicit-tls
        == waited 10.0
        == closed client

        == server smtp starttls
        S: 220 ready
        == closed client
    """
    begins = client.security == "implicit-tls" and not client.lines
    asked = bool(client.commands) and re.match(_UPGRADE, client.commands[-1].text, re.I)
    if (
        client.closed == "client"
        and not client.tls
        and (asked or begins)
        and not waits_for_greeting(client)
    ):
        yield Hit(
            "The client left where TLS should begin, without a TLS hello. If it was not just a check of the port, let its TLS library use TLS 1.2 and 1.3.",
            ("not one byte of TLS came",),
        )


@rule(Severity.NOTE)
def clt_left_before_starttls(client: ClientSession) -> Hits:
    """The client leaves without STARTTLS, which the server offers.

    It read what the server offers before TLS, and left. A check of the connection does that. A program
    that wanted to log in found no login: this server offers one only after STARTTLS.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS
        C: QUIT
        S: 221 bye
        == closed server

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
        == closed server

        == server smtp cleartext
        S: 220 ready
        C: EHLO app.example.com
        S: 250 SIZE 1000
        C: QUIT
        S: 221 bye
        == closed server
    """
    asked = any(re.match(_UPGRADE, line.text, re.I) for line in client.commands)
    if _only_read(client) and not client.tls and not asked and upgrade_offered(client):
        yield Hit(
            "The client left without STARTTLS; this server offers a login only after it. Turn STARTTLS on in the client.",
            (f"its last command: {quoted(client.commands[-1].text)}",),
        )


@rule(Severity.NOTE)
def clt_gave_up(client: ClientSession) -> Hits:
    """The client leaves after it read what the server offers.

    It neither logged in nor sent anything. A check of the connection does that. A program that wanted to log in did not find the
    mechanism that it is set to, or has no user and password.

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        == closed client

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH PLAIN ***
        S: 235 welcome
        == login accepted kim@example.com
        == closed client

        == server smtp cleartext
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN
        C: QUIT
        S: 221 bye
        == closed server
    """
    if _only_read(client) and client.tls and any(line.tls for line in client.commands):
        yield Hit(
            "The client left after it read what the server offers. If it wanted to log in, check which mechanism it is set to, and its user and password.",
            (f"its last command: {quoted(client.commands[-1].text)}",),
        )
