"""AUT: logins refused for the state of the account, of the place, or of the conversation."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.ports import Security
from mailkit.protocol.sasl import TOKENS
from mailkit.replies import Certainty
from mailkit.rules.facts import known_reply, means, stopped, where, words
from mailkit.text import joined, quoted


@rule(Severity.ERROR)
def aut_locked(seen: Observation) -> Hits:
    """The account is locked for some time.

    There were too many failed logins, or too many logins. Every further attempt makes the lock
    longer.

    Flagged::

        smtp smtp.gmail.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.gmail.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.gmail.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 454 4.7.0 Too many login attempts, please try again later.

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-locked"):
        yield Hit(
            f"{seen.endpoint.host} has locked logins to this account, or from this address, for a while. Do not try again now; stop other programs that still use an old password, and wait.",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_suspended(seen: Observation) -> Hits:
    """The account is disabled.

    The provider or an administrator disabled it. Only they can say why and enable it again.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [CONTACTADMIN] Login disabled for this user

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    reply = known_reply(seen)
    if reply is not None and reply.finding == "aut-suspended":
        accepted = seen.login is not None and seen.login.accepted
        disabled = "accepts the login but no mail: the account is disabled for sending, or not activated yet"
        what = f"{seen.endpoint.host} {disabled}" if accepted else "This account is disabled"
        if reply.by_code and not accepted:
            what = f"{seen.endpoint.host} sends this user to its administrator. Most often the account is disabled"
        elif reply.certainty is not Certainty.SURE and not accepted:
            what = f"{seen.endpoint.host} rejects this account, and most likely not for its password: the account is disabled or locked, or not part of the server's licence; the server's words say which"
        yield Hit(
            f"{what}. Only its provider or administrator can enable it again.",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_expired(seen: Observation) -> Hits:
    """The password has expired.

    It was correct, but is now too old.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [EXPIRED] Password expired

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "aut-expired"):
        yield Hit(
            "The password has expired. Change it, and put the new one into the settings.",
            words(seen),
            {},
            "secret",
        )


@rule(Severity.ERROR)
def aut_ip_denied(seen: Observation) -> Hits:
    """Logins from this IP address are not allowed.

    The server accepts logins from certain addresses or countries only.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] Login not allowed from this IP

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "aut-ip-denied"):
        yield Hit(
            f"{seen.endpoint.host} accepts no logins from this network's IP address. Connect from another network, or have its administrator allow this one.",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_too_weak(seen: Observation) -> Hits:
    """The server rejects this login mechanism as too weak.

    It wants another mechanism (RFC 4954 §6). The password was not checked.

    Flagged::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 534 5.7.9 Authentication mechanism is too weak

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-too-weak"):
        yield Hit(
            f"{where(seen)} rejects this mechanism as too weak. Choose another one that it offers: {joined(seen.mechanisms)}.",
            words(seen),
            {},
            "auth",
        )


@rule(Severity.ERROR)
def aut_encryption_required(seen: Observation) -> Hits:
    """The server requires encryption before this login.

    Flagged where a login was tried in cleartext on this machine; elsewhere mailkit never does that.

    Flagged::

        smtp localhost:587 cleartext login
        == connected 127.0.0.1
        S: 220 localhost ESMTP
        C: EHLO [127.0.0.1]
        S: 250-localhost
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 538 5.7.11 Encryption required for requested authentication mechanism

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-encryption-required"):
        yield Hit(
            f"{where(seen)} requires encryption before a login. Set security to starttls.",
            words(seen),
            {"security": Security.STARTTLS},
            "security",
        )


@rule(Severity.ERROR)
def aut_mech_unknown(seen: Observation) -> Hits:
    """The server rejects this way to log in, and not the password.

    Where it offers the mechanism itself, logins are often switched off on this server; others want another way, such as
    APOP. The password was not checked.

    Flagged::

        smtp smtp.office365.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.office365.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.office365.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 504 5.7.4 Unrecognized authentication type

    Flagged::

        pop3 pop.example.com:995 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK POP3 <1896.697170952@pop.example.com>
        C: CAPA
        S: -ERR Unknown command
        C: USER kim@example.com
        S: -ERR USER not allowed, use APOP

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-mech-unknown"):
        mechanism = seen.login.mechanism if seen.login else ""
        offered = mechanism in seen.mechanisms
        yield Hit(
            f"{where(seen)} rejects a mechanism that it offers itself; logins are probably switched off here. The password was not checked."
            if offered
            else f"{where(seen)} does not accept this way to log in{f' ({mechanism})' if mechanism else ''}. The password was not checked. "
            "Its administrator knows which way it accepts.",
            words(seen),
        )


@rule(Severity.ERROR)
def aut_transition(seen: Observation) -> Hits:
    """The server needs one login with PLAIN before it can offer this mechanism.

    It keeps the password in a form that this mechanism cannot use yet (RFC 4954 §6). The password
    was not checked.

    Flagged::

        smtp smtp.example.com:465 implicit-tls login cram-md5
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH CRAM-MD5 PLAIN
        C: AUTH CRAM-MD5
        S: 432 4.7.12 A password transition is needed

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "aut-transition"):
        yield Hit(
            f"{where(seen)} needs one login with PLAIN before it can use this mechanism. Set auth to plain for one login; the password was not checked.",
            words(seen),
            {"auth": "plain"},
            "auth",
        )


@rule(Severity.ERROR)
def aut_token(seen: Observation) -> Hits:
    """The OAuth token is rejected.

    It has expired, has the wrong scope, or belongs to another user. The server says which in a JSON
    reply (RFC 7628 §3.2.2), shown in the evidence.

    Flagged::

        imap imap.example.com:993 implicit-tls login xoauth2
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready
        C: a1 AUTHENTICATE XOAUTH2 ***
        S: + eyJzdGF0dXMiOiI0MDEiLCJzY29wZSI6Im1haWwifQ==
        C: ***
        S: a1 NO [AUTHENTICATIONFAILED] AUTHENTICATE failed.

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    error = seen.facts.token_error
    by_token = seen.login is not None and seen.login.mechanism in TOKENS
    if error or (by_token and stopped(seen, StopReason.REJECTED)) or means(seen, "aut-token"):
        yield Hit(
            f"{seen.endpoint.host} rejects the token: it has expired, has the wrong scope, or belongs to another user. Get a fresh one.",
            (*([f"it says: {quoted(error)}"] if error else []), *words(seen)),
            {},
            "secret",
        )
