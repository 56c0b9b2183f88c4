"""HST: servers without bounds, and servers outside their protocol."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.rules.facts import (
    all_bad,
    known_reply,
    means,
    stopped,
    unanswered_upgrade,
    where,
    words,
)
from mailkit.text import decoded, quoted


@rule(Severity.ERROR)
def hst_flood(seen: Observation) -> Hits:
    """The server sends far more than the protocol allows.

    A line without end, lines without end, or a literal of gigabytes. mailkit stopped reading.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        == too much: a line of more than 16,384 bytes

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    if stopped(seen, StopReason.FLOOD) and seen.stop is not None:
        yield Hit(
            f"{where(seen)} sent {seen.stop.text}; mailkit stopped reading. No mail server does that.",
            (f"it began: {quoted(decoded(seen.first_bytes))}",) if seen.first_bytes else (),
        )


@rule(Severity.ERROR)
def hst_drip(seen: Observation) -> Hits:
    """Bytes keep coming, but the reply never ends.

    Per-read timeouts never fire in this case; mailkit limits the whole reply.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        == dripping

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        == silence
    """
    if stopped(seen, StopReason.DRIP):
        got = seen.stop.data if seen.stop else b""
        yield Hit(
            f"{where(seen)} began a reply and had not ended it when the time was up: it sends byte by byte, or stopped in the middle.",
            (f"so far: {quoted(decoded(got))}",) if got else (),
        )


@rule(Severity.ERROR, healthy=True)
def hst_referral(seen: Observation) -> Hits:
    """The server refers to another server.

    A login referral (RFC 2221), or a reply that says that the mailbox has moved. Following it would send the password
    to the host named there; mailkit does not.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [REFERRAL imap://kim@other.example/] try there

    Flagged::

        pop3 pop.example.com:995 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: .
        C: USER kim@example.com
        S: +OK
        C: PASS ***
        S: -ERR This mailbox has been moved to pop2.example.com

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO no
    """
    text = " ".join((*seen.greeting, *seen.reply))
    if (found := re.search(r"\[REFERRAL ([^\]]*)\]", text, re.I)) is not None:
        yield Hit(
            f"{where(seen)} refers to {quoted(found[1])}. The password was not sent there. Ask "
            "the provider whether that is your server now.",
            (f"it said: {quoted(text)}",),
            {},
            "host",
        )
    elif means(seen, "hst-referral"):
        yield Hit(
            f"{where(seen)} says that this mailbox is on another server. The password was not sent to any other server. Ask the provider which server is yours now.",
            words(seen),
            {},
            "host",
        )


@rule(Severity.ERROR)
def hst_broken_reply(seen: Observation) -> Hits:
    """The server's reply violates its protocol, or never comes.

    The program and the server no longer understand each other. The cause is a faulty server,
    something in between, or a connection that was cut.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
        C: a1 CAPABILITY
        S: zz9 OK done

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
        C: a1 CAPABILITY
        S: a1 BAD unknown command
        C: a2 STARTTLS
        S: a2 BAD unknown command

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
        C: a1 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: a1 OK done

    Clean::

        imap imap.example.com:993 implicit-tls
        == user: kim@example.com
        == login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 BAD User is authenticated but not connected.
        C: a2 AUTHENTICATE PLAIN
        S: a2 BAD User is authenticated but not connected.
    """
    broken = seen.stop if stopped(seen, StopReason.BROKEN) else None
    unknown = known_reply(seen) is None  # a BAD in known words has a reason of its own
    if unknown and (all_bad(seen) or (broken and broken.data.upper().startswith(b"BAD"))):
        which = "every command" if all_bad(seen) else "a command that it should know"
        yield Hit(
            f"{where(seen)} greets as IMAP and answers BAD to {which}. It is an old or broken server, or a device in between changes the commands: ask its administrator.",
            words(seen),
        )
    elif broken:
        yield Hit(
            f"{where(seen)} sent a reply that is not {seen.endpoint.protocol.upper()}. The server, or a device in between, is broken.",
            (f"it said: {quoted(decoded(broken.data))}",),
        )
    elif seen.login is not None or not unknown or unanswered_upgrade(seen):
        return  # no answer to a login or to STARTTLS says nothing about the grammar
    elif stopped(seen, StopReason.CLOSED) and seen.greeting:
        yield Hit(
            f"{where(seen)} closed the connection in the middle of the conversation.",
            (f"it said: {quoted(seen.stop.text)}",) if seen.stop and seen.stop.text else (),
        )
    elif stopped(seen, StopReason.SILENT) and seen.greeting:
        yield Hit(f"{where(seen)} stopped replying in the middle of the conversation.")


@rule(Severity.ERROR)
def hst_no_reply(seen: Observation) -> Hits:
    """The server closes the connection or falls silent instead of answering the login.

    It gave no reason; the same counts for a later command. Some servers do that to a wrong password, or to an address with too many failed
    logins; in others the process behind the login crashes; a firewall, an antivirus program or a proxy
    can cut the connection too.

    What to do: Check the password in the web mail, wait half an hour without a login, and try from another
    network. If it persists, give the server's administrator the time: the log has the reason.

    How to check: mailkit diagnose from another network: if the login works there, a ban or a device in
    between is the cause; if not, the server is.

    Flagged::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        == closed

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        == silence

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 421 4.7.0 Too many failed login attempts
    """
    farewell = stopped(seen, StopReason.NOT_DECIDED) and " ".join(seen.reply).startswith("* B")
    if (
        seen.login is None
        or known_reply(seen) is not None
        or not (farewell or stopped(seen, StopReason.CLOSED, StopReason.SILENT))
    ):
        return
    what = "falls silent" if stopped(seen, StopReason.SILENT) else "closes the connection"
    if seen.login.accepted:
        yield Hit(
            f"{where(seen)} accepts the login, and then {what} instead of answering the next command. Possible causes: the server fails to open the mailbox or to check the sender, or a device in between cuts the connection.",
            words(seen),
        )
    else:
        yield Hit(
            f"{where(seen)} {what} instead of answering the login. Possible causes: it rejects the password without a word, has banned this address after failed logins, or fails itself; or a device in between cuts the connection.",
            words(seen),
        )
