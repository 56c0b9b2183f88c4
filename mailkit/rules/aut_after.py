"""AUT and CAP: logins that were accepted and what is odd about them, and logins that the server cannot follow."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.rules.facts import Observations, all_bad, means, stopped, where, words
from mailkit.text import quoted


@rule(Severity.ERROR)
def aut_not_connected(seen: Observation) -> Hits:
    """The login is accepted, but the mailbox cannot be opened.

    Microsoft replies so when IMAP is switched off for the mailbox, the user name is an alias or a
    shared mailbox, the mailbox was moved or is throttled, or the licence does not include it.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 BAD User is authenticated but not connected.

    Flagged::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO [NONEXISTENT] Mailbox does not exist

    Clean::

        imap imap.example.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 BAD Command Argument Error. 11
    """
    if stopped(seen, StopReason.NOT_OPENED) and means(seen, "mbx-trycreate"):
        yield Hit(
            f"{seen.endpoint.host} accepts the login and then says that the inbox cannot be selected. Ask its administrator whether the mailbox was created and IMAP is switched on for it; if the user name is an alias, use the primary address.",
            words(seen),
            {},
            "user",
        )
    elif means(seen, "aut-not-connected"):
        yield Hit(
            f"{seen.endpoint.host} accepts the login but cannot open the mailbox. Use the primary address as the user name, and ask an administrator to check that IMAP is switched on for this mailbox.",
            words(seen),
            {},
            "user",
        )


@rule(Severity.WARNING, healthy=True)
def aut_id_required(seen: Observation) -> Hits:
    """The server opens the mailbox only to clients that identify themselves (IMAP ID).

    After the login it requires the command ID (RFC 2971) and refuses every folder without it. mailkit
    sends it; a program that cannot send it gets no access.

    Flagged::

        imap imap.163.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO EXAMINE Unsafe Login. Please contact kefu@188.com for help
        C: a2 ID ("name" "mailkit")
        S: a2 OK done
        C: a3 EXAMINE INBOX
        S: * 3 EXISTS
        S: a3 OK done

    Clean::

        imap imap.163.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: * 3 EXISTS
        S: a1 OK done
    """
    if seen.facts.id_required:
        helped = (
            "With it the mailbox opens." if seen.stop is None else "Even with it, nothing opens."
        )
        yield Hit(
            f"{seen.endpoint.host} opens no folder for a client that does not send the command ID. {helped}",
            seen.reply,
        )


@rule(Severity.ERROR)
def aut_id_refused(seen: Observation) -> Hits:
    """The server opens no mailbox even for a client that identifies itself (IMAP ID).

    It considers the login unsafe, although the command ID (RFC 2971) was sent: the account or this
    network is under suspicion.

    What to do: Log in to the web mail from this network, confirm what it asks, and create a new authorization
    code there. If that does not help, write to the address in the reply.

    How to check: mailkit diagnose --mailbox opens the folders.

    Flagged::

        imap imap.163.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO EXAMINE Unsafe Login. Please contact kefu@188.com for help
        C: a2 ID ("name" "mailkit")
        S: a2 OK done
        C: a3 EXAMINE INBOX
        S: a3 NO EXAMINE Unsafe Login. Please contact kefu@188.com for help

    Clean::

        imap imap.163.com:993 implicit-tls logged-in
        C: a1 EXAMINE INBOX
        S: a1 NO EXAMINE Unsafe Login. Please contact kefu@188.com for help
        C: a2 ID ("name" "mailkit")
        S: a2 OK done
        C: a3 EXAMINE INBOX
        S: * 3 EXISTS
        S: a3 OK done
    """
    if seen.facts.id_required and means(seen, "aut-id-required"):
        yield Hit(
            f"{seen.endpoint.host} opens no folder, although mailkit sent the command ID. It considers this login unsafe: log in to the web mail once, and confirm what it asks.",
            words(seen),
        )


@rule(Severity.WARNING, healthy=True)
def cap_sasl_ir(seen: Observation) -> Hits:
    """The server offers the short form of the login (SASL-IR) but rejects it.

    SASL-IR (RFC 4959) sends the first message along with the command; this server announces it and
    answers BAD. Programs that use it cannot log in. Without the short form the login works.

    Flagged::

        imap imap.example.com:993 implicit-tls login plain
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 BAD Parse command error
        C: a2 AUTHENTICATE PLAIN
        S: +
        C: ***
        S: a2 OK welcome
        C: a3 EXAMINE INBOX
        S: a3 OK done

    Clean::

        imap imap.example.com:993 implicit-tls login plain
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK welcome
        C: a2 EXAMINE INBOX
        S: a2 OK done

    Clean::

        imap imap.example.com:993 implicit-tls login plain
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 BAD User is authenticated but not connected.
        C: a2 AUTHENTICATE PLAIN
        S: a2 BAD User is authenticated but not connected.
    """
    if seen.facts.initial_response_refused and not all_bad(seen):
        yield Hit(
            f"{where(seen)} offers SASL-IR but rejects it. mailkit logs in without it; a program needs its setting for that, or the command LOGIN.",
            (f"it said: {quoted(seen.facts.initial_response_refused)}",),
        )


@rule(Severity.WARNING, healthy=True)
def aut_server_accepts_all(seen: Observation, others: Observations) -> Hits:
    """The server accepts any password.

    A wrong password, tried on purpose (``--wrong-password``), was accepted too, so a login proves
    nothing here. Test servers do that; a real server must not.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK welcome
        C: a2 EXAMINE INBOX
        S: a2 OK done

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        == wrong password
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK welcome
        C: a2 EXAMINE INBOX
        S: a2 OK done

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK welcome
        C: a2 EXAMINE INBOX
        S: a2 OK done

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        == wrong password
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    for observation in others:
        if observation.request.wrong_password and observation.login and observation.login.accepted:
            yield Hit(
                f"{where(seen)} accepts a wrong password too: this account's login proves nothing about its password.",
                ("a password made up for this was accepted",),
            )


@rule(Severity.ERROR)
def aut_sequence(seen: Observation) -> Hits:
    """The server says that the commands come in the wrong order.

    It expects EHLO first, or believes that a login already happened; or it cannot read the login. mailkit
    sends the commands in the right order and form: a proxy in between, or the server, has lost track.

    Flagged::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 503 5.5.1 Error: send HELO/EHLO first

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
    if means(seen, "aut-sequence"):
        unread = seen.stop is not None and _UNREAD.search(seen.stop.text)
        what = (
            "cannot read what the login sent, although it is well formed. A proxy in between changed it, or the server wants it in another form"
            if unread
            else "says that the commands come in the wrong order, which they do not. A proxy in between, or the server, has lost track"
        )
        accepted = seen.login is not None and seen.login.accepted
        checked = "" if accepted else " The password was not checked."
        yield Hit(f"{where(seen)} {what}.{checked}", words(seen))


_UNREAD = re.compile(r"decod|base ?64|initial response|malformed|encoding", re.I)
"""Words about the form of a login, and not about its place."""
