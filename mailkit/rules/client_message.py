"""Rules about what a client sends, as the server saw it."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation.client import ClientSession
from mailkit.text import joined, quoted

_LONGEST = 998
"""Octets of a line without its end (RFC 5322 §2.1.1)."""


@rule(Severity.ERROR)
def clt_bare_lf(client: ClientSession) -> Hits:
    """The client ends lines with a bare LF.

    Lines of a message, and commands, end with CR LF (RFC 5321 §2.3.8). Many servers reject a message with a bare LF, since it lets others smuggle in a second one.

    Flagged::

        == server smtp implicit-tls
        == message longest=70 bare-lf

        == server smtp implicit-tls
        == bare LF

    Clean::

        == server smtp implicit-tls
        == message longest=70
    """
    within = any(message.bare_lf for message in client.messages)
    if within or client.bare_lf:
        what = "lines of the message" if within else "commands, or its message,"
        yield Hit(
            f"The client ends {what} with a bare LF. End them with CR LF.",
            ("a line end without CR",),
        )


@rule(Severity.ERROR)
def clt_line_length(client: ClientSession) -> Hits:
    """The client sends a line that is too long.

    A line has at most 998 octets (RFC 5322 §2.1.1); servers cut longer ones, which breaks the text and its signature, or
    reject the message.

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
    missing = list(dict.fromkeys(name for message in client.messages for name in message.missing))
    if missing:
        yield Hit(
            f"The message has no {joined(missing)}. Add it.", (f"missing: {joined(missing)}",)
        )


@rule(Severity.NOTE)
def clt_8bit(client: ClientSession) -> Hits:
    """The client sends 8-bit text without announcing it.

    MAIL must announce such text with ``BODY=8BITMIME`` (RFC 6152). Most servers accept it anyway; one
    that does not may cut the eighth bit or reject the message. Django and PHPMailer do that by default.

    Flagged::

        == server smtp implicit-tls
        == message longest=70 8bit

    Clean::

        == server smtp implicit-tls
        == message longest=70 8bit body=8BITMIME
    """
    if any(
        message.eight_bit and message.body not in ("8BITMIME", "BINARYMIME")
        for message in client.messages
    ):
        yield Hit(
            "The client sends 8-bit text without BODY=8BITMIME. Declare it, or encode the text.",
            ("octets above 127 in the message",),
        )


@rule(Severity.WARNING)
def clt_raw_header(client: ClientSession) -> Hits:
    """The client's message has unencoded characters in a header field.

    A header field is ASCII; other characters are written as encoded words (RFC 2047), unless MAIL said SMTPUTF8 (RFC 6532).
    Mail programs show wrong characters, and some servers reject the message.

    Flagged::

        == server smtp implicit-tls
        == message longest=70 raw-header

    Clean::

        == server smtp implicit-tls
        == message longest=70 8bit body=8BITMIME
    """
    if any(message.raw_header for message in client.messages):
        yield Hit(
            "The message has unencoded characters beyond ASCII in a header field. Let the mail library write the header.",
            ("octets above 127 in the header",),
        )


@rule(Severity.WARNING)
def clt_smtputf8(client: ClientSession) -> Hits:
    """The client sends an address beyond ASCII without SMTPUTF8.

    Such an address needs SMTPUTF8 in MAIL (RFC 6531 §3.4). The server may reject it, or deliver to someone else.

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 SMTPUTF8
        C: MAIL FROM:<kim@example.com>
        S: 250 2.1.0 OK
        C: RCPT TO:<jürgen@example.org>
        S: 250 2.1.5 OK

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: EHLO app.example.com
        S: 250 SMTPUTF8
        C: MAIL FROM:<kim@example.com> SMTPUTF8
        S: 250 2.1.0 OK
        C: RCPT TO:<jürgen@example.org>
        S: 250 2.1.5 OK
    """
    asked = False
    for line, _ in client.replies_to(r"(MAIL|RCPT)\b"):
        if line.text[:4].upper() == "MAIL":
            asked = "SMTPUTF8" in line.text.upper().split()
        if not line.text.isascii() and not asked:
            yield Hit(
                "The client sends an address beyond ASCII without SMTPUTF8. Add it to MAIL where it is offered, or use an ASCII address.",
                (f"it sent: {quoted(line.text)}",),
            )
            return


@rule(Severity.ERROR)
def clt_unfinished_message(client: ClientSession) -> Hits:
    """The client ends its connection in the middle of a message.

    After DATA a message ends with a line that has only a dot (RFC 5321 §4.1.1.4). That line never came, so nothing was
    delivered. The program ended, or its connection did, while it was sending.

    Flagged::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: DATA
        S: 354 go ahead
        == closed client

    Clean::

        == server smtp implicit-tls
        == tls TLSv1.3 smtp.example.com
        S: 220 ready
        C: DATA
        S: 354 go ahead
        S: 250 2.0.0 kept
        == closed client
    """
    last = client.lines[-1] if client.lines else None
    waits = last is not None and last.who == "S" and last.text.startswith("354")
    if (
        client.protocol in ("smtp", "lmtp")
        and last
        and waits
        and client.closed not in ("", "server")
    ):
        yield Hit(
            "The client ended the connection in the middle of a message, and nothing was delivered. "
            "End the message with CR LF . CR LF, and wait for the reply.",
            (f"the last reply: {quoted(last.text)}",),
        )
