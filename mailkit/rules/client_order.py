"""Rules about the order and the form of a client's commands, as the server saw it."""

import re
from collections.abc import Iterator

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientLine, ClientSession
from mailkit.text import quoted

_NEEDS_FOLDER = frozenset(
    [
        "FETCH",
        "STORE",
        "SEARCH",
        "COPY",
        "MOVE",
        "EXPUNGE",
        "CLOSE",
        "CHECK",
        "UNSELECT",
        "SORT",
        "THREAD",
    ]
)
_NEEDS_LOGIN = frozenset(
    ["SELECT", "EXAMINE", "LIST", "LSUB", "STATUS", "CREATE", "DELETE", "RENAME", "APPEND", "IDLE"]
)
_NEEDS_PASS = frozenset(["STAT", "LIST", "RETR", "DELE", "UIDL", "TOP", "RSET"])

_Early = Iterator[tuple[ClientLine, str]]


def _tries(said: str, reply: str) -> bool:
    """Whether a client only tries EHLO, to say HELO where the server is old (RFC 5321 §3.2)."""
    return said[:4].upper() == "EHLO" and reply.startswith(("500", "502"))


_LAST = ("EHLO", "HELO", "LHLO", "DATA", "AUTH", "STARTTLS", "STLS", "VRFY", "QUIT")
"""After these a client waits, pipelining or not (RFC 2920 §3.1, RFC 3207 §4)."""


def _early_smtp(client: ClientSession) -> _Early:
    """Commands with a reply 503; what was sent along with a MAIL or RCPT that was refused is none (RFC 2920 §3.1)."""
    refused = False
    for line, reply in client.replies_to(r"\S"):
        word = line.text[:4].upper()
        along = client.offered("PIPELINING", tls=line.tls) and word in ("RCPT", "DATA")
        if reply.startswith("503") and not (refused and along):
            yield line, reply
        if word in ("MAIL", "RCPT"):
            refused = not reply.startswith("2") or (refused and word == "RCPT")


def _early_imap(client: ClientSession) -> _Early:
    """Commands that need a login or an open folder, and came before."""
    said = [line.text for line in client.lines if line.who == "S"]
    tagged = {text.split(" ")[0]: text for text in said if re.match(r"\S+ (OK|NO|BAD)\b", text)}
    inside = bool(said) and said[0].upper().startswith("* PREAUTH")
    opened = False
    for line in client.commands:
        tag, _, rest = line.text.partition(" ")
        words = rest.upper().split()
        word = words[1] if words[:1] == ["UID"] and len(words) > 1 else (words or [""])[0]
        reply = tagged.get(tag, "")
        fine = reply[len(tag) + 1 :].upper().startswith("OK")
        needs_login = word in _NEEDS_LOGIN or word in _NEEDS_FOLDER
        if (
            not fine
            and reply
            and ((needs_login and not inside) or (word in _NEEDS_FOLDER and not opened))
        ):
            yield line, reply
        inside = inside or (fine and word in ("LOGIN", "AUTHENTICATE"))
        opened = (
            fine if word in ("SELECT", "EXAMINE") else opened and word not in ("CLOSE", "UNSELECT")
        )


def _early_pop3(client: ClientSession) -> _Early:
    """Commands that need a login, and came before."""
    inside = False
    for line, reply in client.replies_to(r"\S"):
        word = line.text.split(" ")[0].upper()
        fine = reply.startswith("+OK")
        if word in _NEEDS_PASS and not inside and not fine:
            yield line, reply
        inside = (
            inside
            or (fine and word in ("PASS", "APOP"))
            or any(login.accepted for login in client.logins)
        )


@rule(Severity.ERROR)
def clt_sequence(client: ClientSession) -> Hits:
    """The client sends commands in the wrong order.

    The server rejected a command that came too early: MAIL before EHLO, RCPT before MAIL (RFC 5321 §4.1.4), FETCH before SELECT or
    SELECT before the login (RFC 9051 §3), STAT before PASS (RFC 1939 §5).

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: MAIL FROM:<kim@example.com>
        S: 503 5.5.1 send EHLO first

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 SELECT INBOX
        S: a1 BAD Command is not valid in this state.

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 PIPELINING
        C: MAIL FROM:<kim@example.com>
        S: 550 5.7.1 no
        C: RCPT TO:<lee@example.org>
        S: 503 5.5.1 need MAIL command

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * PREAUTH ready
        C: a1 SELECT INBOX
        S: a1 OK done
        C: a2 FETCH 1 FLAGS
        S: a2 BAD no such message
    """
    early = {"smtp": _early_smtp, "lmtp": _early_smtp, "imap": _early_imap, "pop3": _early_pop3}
    for line, reply in early.get(client.protocol, _early_smtp)(client):
        yield Hit(
            "The client sends a command too early. Send the commands before it first, and wait for their replies.",
            (f"it sent: {quoted(line.text)}", f"the server replied: {quoted(reply)}"),
        )
        return


@rule(Severity.WARNING)
def clt_syntax(client: ClientSession) -> Hits:
    """The client sends a command that the server cannot read.

    The command has a wrong form, such as an address without angle brackets or a string without its end (RFC 5321 §4.1.2, RFC 9051
    §9), or the server does not offer it.

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 AUTH PLAIN
        C: MAIL FROM: kim@example.com
        S: 501 5.5.4 Syntax: MAIL FROM:<address>

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 502 not implemented
        C: HELO app.example.com
        S: 250 ok
    """
    if client.protocol == "imap":
        lines = [
            (line, reply)
            for line, reply in client.tagged_replies()
            if reply.partition(" ")[2].upper().startswith("BAD")
            and not re.match(r"\S+ AUTHENTICATE\b", line.text, re.I)
        ]
        early = [line for line, _ in _early_imap(client)]
        lines = [(line, reply) for line, reply in lines if line not in early]
    else:
        lines = [
            (line, reply)
            for line, reply in client.replies_to(r"(?!AUTH\b|VRFY\b|EXPN\b|HELP\b|\*\*\*)\S")
            if reply.startswith(("500", "501", "502", "555")) and not _tries(line.text, reply)
        ]
    for line, reply in lines[:1]:
        yield Hit(
            "The client sends a command that the server cannot read. Correct its form, or use only what is offered.",
            (f"it sent: {quoted(line.text)}", f"the server replied: {quoted(reply)}"),
        )


@rule(Severity.WARNING)
def clt_pipelining(client: ClientSession) -> Hits:
    """The client sends commands before the reply to the one before.

    A server that does not offer PIPELINING may lose what comes early, and many reject it as the habit of spam programs (RFC 2920
    §3.1). After EHLO, AUTH, DATA and STARTTLS a client always waits. In IMAP a command with message numbers must not follow one
    that may renumber the messages (RFC 9051 §5.5).

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 SIZE 1000
        == hasty
        C: MAIL FROM:<kim@example.com>
        S: 250 2.1.0 OK
        C: RCPT TO:<lee@example.org>
        S: 250 2.1.5 OK

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        == hasty
        C: a1 NOOP
        C: a2 FETCH 1 FLAGS
        S: a1 OK
        S: a2 OK

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 PIPELINING
        == hasty
        C: MAIL FROM:<kim@example.com>
        S: 250 2.1.0 OK
        C: RCPT TO:<lee@example.org>
        S: 250 2.1.5 OK

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        == hasty
        C: a1 NOOP
        C: a2 UID FETCH 1 FLAGS
        S: a1 OK
        S: a2 OK
    """
    said = client.commands
    if said and re.match(r"[A-Z]+ \S+ HTTP/", said[0].text):
        return  # a web browser: clt-wrong-protocol
    for position, line in enumerate(said):
        after = said[position + 1].text if position + 1 < len(said) else ""
        if line.hasty and _may_not(client, line, after):
            yield Hit(
                "The client sends commands before the reply to the one before. Wait for each reply, or ask for PIPELINING first.",
                (f"it did not wait after: {quoted(line.text)}",),
            )
            return


def _may_not(client: ClientSession, line: ClientLine, after: str) -> bool:
    """Whether a client has to wait after a line."""
    if client.protocol == "imap":
        renumbers = re.match(r"\S+ (NOOP|CHECK|EXPUNGE|COPY|MOVE|UID \w+)\b", line.text, re.I)
        numbered = re.match(r"\S+ (FETCH|STORE|COPY|MOVE) [\d*]", after, re.I)
        return bool(renumbers and numbered)
    word = line.text.split(" ")[0].upper()
    return word in _LAST or not client.offered("PIPELINING", tls=line.tls)
