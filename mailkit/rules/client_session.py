"""Rules about how a client uses its session and what it sends, as the server saw it."""

import re

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.text import joined, quoted

_LONGEST = 998
"""Octets of a line without its end (RFC 5322 §2.1.1)."""
_CHANGES = r"\S+ (UID )?(STORE|APPEND|COPY|MOVE|EXPUNGE|CREATE|DELETE|RENAME|CLOSE)\b"
_MARKS = r"\S+ (UID )?FETCH .*(BODY\[|RFC822(\.TEXT)?\b(?!\.))"


@rule(Severity.WARNING)
def clt_helo(client: ClientSession) -> Hits:
    """The client introduces itself with a name that servers reject.

    The name in EHLO must be a full host name or an address in brackets (RFC 5321 §4.1.1.1). Set it in the program, or give the
    machine a full host name.

    Flagged::

        == server smtp starttls
        S: 220 ready
        C: EHLO localhost
        S: 250 STARTTLS

    Clean::

        == server smtp starttls
        S: 220 ready
        C: EHLO app.example.com
        S: 250 STARTTLS

        == server smtp starttls
        S: 220 ready
        C: EHLO [192.0.2.1]
        S: 250 STARTTLS
    """
    for line, _ in client.replies_to(r"(EHLO|HELO)\b"):
        name = line.text.partition(" ")[2].strip()
        literal = re.fullmatch(r"\[(\d+\.){3}\d+\]|\[IPv6:[0-9a-fA-F:.]+\]", name)
        host = re.fullmatch(
            r"([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*", name
        )
        if not literal and not host:
            yield Hit(
                f"The client introduces itself as {quoted(name)}, which many servers reject. Set a full host name.",
                (line.text,),
            )
            return


@rule(Severity.ERROR)
def clt_sequence(client: ClientSession) -> Hits:
    """The client sends commands in the wrong order.

    The server rejected a command that came too early, such as MAIL before the login or RCPT before MAIL (RFC 5321 §4.1.4).

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: MAIL FROM:<kim@example.com>
        S: 503 5.5.1 send EHLO first

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 ok
    """
    for line, reply in client.replies_to(r"\S"):
        if client.protocol == "smtp" and reply.startswith("503"):
            yield Hit(
                "The client sends a command too early.",
                (f"it sent: {quoted(line.text)}", f"the server replied: {quoted(reply)}"),
            )
            return


@rule(Severity.NOTE)
def clt_no_quit(client: ClientSession) -> Hits:
    """The client disconnects without QUIT or LOGOUT.

    Servers log that as a lost connection, and some count it against the client. With POP3, deletions are lost (RFC 1939 §6).

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 ok
        == closed client

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 ok
        C: QUIT
        S: 221 bye
        == closed client
    """
    said = client.commands
    ended = any(re.match(r"(\S+ )?(QUIT|LOGOUT)\b", line.text, re.I) for line in said)
    if client.closed == "client" and said and not ended:
        yield Hit(
            "The client disconnects without QUIT or LOGOUT.",
            (f"its last command: {quoted(said[-1].text)}",),
        )


@rule(Severity.NOTE)
def clt_select(client: ClientSession) -> Hits:
    """The client opens a folder for writing only to read it.

    SELECT, with FETCH of a message's content, marks messages as read for everyone. EXAMINE, or ``BODY.PEEK[]``, does not
    (RFC 9051 §6.3.3, §6.4.5).

    Flagged::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 SELECT INBOX
        S: a1 OK
        C: a2 UID FETCH 1:* (UID BODY[])
        S: a2 OK

    Clean::

        == server imap implicit-tls
        == tls TLSv1.3 imap.example.com
        S: * OK ready
        C: a1 SELECT INBOX
        S: a1 OK
        C: a2 UID FETCH 1:* (UID BODY.PEEK[])
        S: a2 OK
    """
    said = [line.text for line in client.commands]
    selects = [text for text in said if re.match(r"\S+ SELECT\b", text, re.I)]
    marks = [text for text in said if re.match(_MARKS, text, re.I) and ".PEEK[" not in text.upper()]
    changes = any(re.match(_CHANGES, text, re.I) for text in said)
    if selects and marks and not changes:
        yield Hit(
            "The client marks messages as read by fetching them. Use EXAMINE or BODY.PEEK[] to only read.",
            (f"it sent: {quoted(selects[0])}", f"then: {quoted(marks[0])}"),
        )


@rule(Severity.ERROR)
def clt_bare_lf(client: ClientSession) -> Hits:
    """The client ends lines of a message with a bare LF.

    Lines end with CR LF (RFC 5321 §2.3.8). Many servers reject such a message.

    Flagged::

        == server smtp implicit-tls
        == message longest=70 bare-lf

    Clean::

        == server smtp implicit-tls
        == message longest=70
    """
    if any(message.bare_lf for message in client.messages):
        yield Hit(
            "The client ends lines of the message with a bare LF. End them with CR LF.",
            ("a line end without CR",),
        )


@rule(Severity.ERROR)
def clt_line_length(client: ClientSession) -> Hits:
    """The client sends a line that is too long.

    A line has at most 998 octets (RFC 5322 §2.1.1); servers cut longer ones or reject the message. Encode the text as
    quoted-printable or base64.

    Flagged::

        == server smtp implicit-tls
        == message longest=2400

    Clean::

        == server smtp implicit-tls
        == message longest=998
    """
    longest = max((message.longest for message in client.messages), default=0)
    if longest > _LONGEST:
        yield Hit(
            f"The client sends a line of {longest:,} octets; {_LONGEST} are allowed. Encode the text as quoted-printable or base64.",
            (f"longest line: {longest:,} octets",),
        )


@rule(Severity.WARNING)
def clt_missing_header(client: ClientSession) -> Hits:
    """The client's message lacks a header field.

    Date and From are required, and a Message-ID is expected (RFC 5322 §3.6). Messages without them are often treated as
    spam, and replies cannot be threaded.

    Flagged::

        == server smtp implicit-tls
        == message longest=70 missing=Date,Message-ID

    Clean::

        == server smtp implicit-tls
        == message longest=70
    """
    missing = list(dict.fromkeys(name for one in client.messages for name in one.missing))
    if missing:
        yield Hit(
            f"The message has no {joined(missing)}. Add it.", (f"missing: {joined(missing)}",)
        )


@rule(Severity.WARNING)
def clt_8bit(client: ClientSession) -> Hits:
    """The client sends 8-bit text without saying so.

    The server may change or reject it. Add ``BODY=8BITMIME`` to MAIL where it is offered (RFC 6152), or encode the text as
    quoted-printable or base64.

    Flagged::

        == server smtp implicit-tls
        == message longest=70 8bit

    Clean::

        == server smtp implicit-tls
        == message longest=70 8bit body=8BITMIME
    """
    if any(one.eight_bit and one.body not in ("8BITMIME", "BINARYMIME") for one in client.messages):
        yield Hit(
            "The client sends 8-bit text without BODY=8BITMIME. Declare it, or encode the text.",
            ("octets above 127 in the message",),
        )
