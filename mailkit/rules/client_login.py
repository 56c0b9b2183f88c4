"""Rules about a client's login, as the server saw it."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.rules.client_upgrade import upgrade_offered
from mailkit.text import quoted

_LOGIN = r"(\S+ )?(AUTH|AUTHENTICATE|LOGIN|USER)\b"
_REFUSED = r"5\d\d[ -]|454[ -]|\S+ NO\b|-ERR"


@rule(Severity.ERROR)
def clt_cleartext_login(client: ClientSession) -> Hits:
    """The client sends its password without encryption although STARTTLS is offered.

    The password can be read on the network. Where STARTTLS is offered there is no reason for that.

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
    offered = upgrade_offered(client)
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

    It chose a mechanism without reading what the server offers, or the mechanism is fixed in its settings.

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


@rule(Severity.ERROR)
def clt_login_refused(client: ClientSession) -> Hits:
    """The client logs in with a wrong user name or password.

    The server rejected every login of this connection. Users of a lab are shown when it starts; many programs read the
    password from a variable that is not set, or with the quotes around it.

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
        == login refused-password kim@example.com

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
        C: AUTH LOGIN ***
        S: 235 2.7.0 welcome
        == login refused-password kim@example.com
        == login accepted kim@example.com
    """
    if not client.logins or any(login.accepted for login in client.logins) or client.not_base64:
        return
    last = client.logins[-1]
    if last.known is False:
        why = f"there is no user {quoted(last.user)}"
    elif last.known:
        why = f"the password or token of {quoted(last.user)} is wrong"
    else:
        why = "user name or password is wrong"
    replies = [line.text for line in client.lines if line.who == "S"]
    refused = [text for text in replies if re.match(_REFUSED, text)]
    yield Hit(
        f"The server rejects the client's login: {why}. Correct it in the client's settings.",
        (f"the server replied: {quoted(refused[-1])}",) if refused else (),
    )


@rule(Severity.ERROR)
def clt_no_login(client: ClientSession) -> Hits:
    """The client sends mail without a login, which the server requires.

    The server offers a login and takes no mail before it. The client did not try one: its settings have no user, or its login is
    switched off.

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: MAIL FROM:<kim@example.com>
        S: 530 5.7.0 Authentication required

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN LOGIN
        C: AUTH PLAIN ***
        S: 235 2.7.0 welcome
        C: MAIL FROM:<kim@example.com>
        S: 250 2.1.0 OK
        == login accepted kim@example.com
    """
    if client.logins or any(client.replies_to(r"AUTH\b")):
        return
    for line, reply in client.replies_to(r"MAIL\b"):
        if reply.startswith("530") and client.offered("AUTH", tls=line.tls):
            yield Hit(
                "The client sends mail without a login, which this port requires. Set user name and password in the client.",
                (f"it sent: {quoted(line.text)}", f"the server replied: {quoted(reply)}"),
            )
            return
