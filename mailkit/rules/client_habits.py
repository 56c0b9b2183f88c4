"""Rules about what only time or several connections of a client show."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.text import quoted

_AT_ONCE = {"imap": 10, "pop3": 10, "smtp": 50}
"""Connections that servers take by default: Dovecot of a user and address, Postfix of an address."""
_SINGLE, _SINGLE_EVERY_S = 10, 10.0
_POLLS, _POLL_EVERY_S, _ASK_EVERY_S = 10, 60.0, 10.0
_LONGEST_WAIT_S = 600.0
"""The longest time-out of RFC 5321 §4.5.3.2: ten minutes for the reply to a message."""


@rule(Severity.WARNING)
def clt_connections(client: ClientSession) -> Hits:
    """The client has too many connections at the same time.

    Servers limit them: by default Dovecot accepts 10 of one user from one address, Postfix 50 from one
    address; providers accept fewer. Beyond that they refuse connections, and other programs of the same
    user are locked out too.

    Flagged::

        == server imap implicit-tls
        == habit at-once 11
        == tls TLSv1.3 imap.example.com
        S: * OK ready

    Clean::

        == server imap implicit-tls
        == habit at-once 5
        == tls TLSv1.3 imap.example.com
        S: * OK ready
    """
    most = _AT_ONCE.get(client.protocol, 50)
    if client.habits.at_once > most:
        yield Hit(
            f"The client has {client.habits.at_once} connections at the same time; servers take {most} or fewer. Use fewer, and use them again.",
            (f"this is connection {client.habits.at_once} that is open",),
        )


@rule(Severity.NOTE)
def clt_reconnects(client: ClientSession) -> Hits:
    """The client makes a new connection for each message.

    Each one costs a connection, a TLS handshake and a login, which takes longer than the message, and servers limit
    connections by time. One connection carries many messages (RFC 5321 §3.3).

    Flagged::

        == server smtp implicit-tls
        == habit single 10 4.5
        == tls TLSv1.3 smtp.example.com
        S: 220 ready

    Clean::

        == server smtp implicit-tls
        == habit single 10 600.0
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
    """
    habits = client.habits
    if habits.single >= _SINGLE and habits.single_s <= _SINGLE_EVERY_S * (habits.single - 1):
        yield Hit(
            f"The client made {habits.single} connections for {habits.single} messages. Send the messages of a batch over one connection.",
            (f"{habits.single} connections with one message each in {habits.single_s:.1f} s",),
        )


@rule(Severity.NOTE)
def clt_polling(client: ClientSession) -> Hits:
    """The client asks for new mail too often.

    Providers limit logins and commands by time, and lock an account that asks too often. IMAP servers
    announce new mail by themselves to a client that sends IDLE (RFC 2177); by POP3 every few minutes is
    enough.

    Flagged::

        == server imap implicit-tls
        == habit polls login 10 9.0
        == tls TLSv1.3 imap.example.com
        S: * OK ready

        == server imap implicit-tls
        == habit polls NOOP 12 11.0
        == tls TLSv1.3 imap.example.com
        S: * OK ready

    Clean::

        == server imap implicit-tls
        == habit polls login 10 3600.0
        == tls TLSv1.3 imap.example.com
        S: * OK ready

        == server imap implicit-tls
        == habit polls NOOP 12 660.0
        == tls TLSv1.3 imap.example.com
        S: * OK ready
    """
    habits = client.habits
    every = _POLL_EVERY_S if habits.polled_by == "login" else _ASK_EVERY_S
    if habits.polls >= _POLLS and habits.polls_s <= every * (habits.polls - 1):
        by = "a login" if habits.polled_by == "login" else habits.polled_by
        pause = habits.polls_s / (habits.polls - 1)
        do = (
            "Use IDLE, or ask less often."
            if client.protocol == "imap"
            else "Ask every few minutes."
        )
        yield Hit(
            f"The client asks for new mail by {by} every {pause:.1f} s. {do}",
            (f"{habits.polls} times in {habits.polls_s:.1f} s, without anything new",),
        )


@rule(Severity.WARNING)
def clt_uidvalidity(client: ClientSession) -> Hits:
    """The client uses message UIDs that are no longer valid.

    The folder's UIDVALIDITY has changed since an earlier connection, so every UID that the client has
    kept may now belong to another message (RFC 9051 §2.3.1.1). The client used such a UID without
    checking which exist: it reads, marks or deletes the wrong message.

    Flagged::

        == server imap implicit-tls
        == habit uidvalidity 1 2 INBOX a3 UID FETCH 7 (BODY.PEEK[])
        == tls TLSv1.3 imap.example.com
        S: * OK ready

    Clean::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 SELECT INBOX
        S: * OK [UIDVALIDITY 2] UIDs valid
        S: a1 OK
        C: a2 UID SEARCH ALL
        S: a2 OK
        C: a3 UID FETCH 7 (BODY.PEEK[])
        S: a3 OK
    """
    habits = client.habits
    if habits.folder:
        before, now = habits.validity
        yield Hit(
            f"The client uses UIDs of {quoted(habits.folder)} from before its UIDVALIDITY changed. Compare UIDVALIDITY after each SELECT, and forget the UIDs where it differs.",
            (f"UIDVALIDITY was {before} and is {now}", f"it sent: {quoted(habits.used)}"),
        )


@rule(Severity.WARNING)
def clt_no_timeout(client: ClientSession) -> Hits:
    """The client has no time-out: it waits for a reply indefinitely.

    The server is silent, and the client still waits after more than ten minutes, the longest that RFC 5321 §4.5.3.2 names. It
    has no time-out: a server that hangs would hang the program too.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        == waited 660.0

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        == waited 290.0
        == closed client
    """
    if client.waited > _LONGEST_WAIT_S:
        yield Hit(
            f"The client has been waiting for a reply for {client.waited / 60:.0f} minutes. Set a time-out in the client.",
            (f"no reply for {client.waited:.0f} s, and it did not give up",),
        )
