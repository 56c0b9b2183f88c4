"""SND: the message itself."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.protocol.smtp.transaction import size_limit
from mailkit.rules.facts import means, refused_at, stopped, words
from mailkit.text import joined


@rule(Severity.ERROR)
def snd_size(seen: Observation) -> Hits:
    """The message is larger than the server accepts.

    The limit is in the server's capabilities (SIZE, RFC 1870) and counts the encoded message: an
    attached file grows by a third.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        == offers SIZE 1000

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        == offers SIZE 20000000
        C: MAIL FROM:<kim@example.com> SIZE=10000
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: RSET
        S: 250 ok
    """
    size = size_limit(seen.offers)
    limit = f" ({size:,} octets)" if size else ""
    if means(seen, "snd-size") or refused_at(seen) == "SIZE":
        yield Hit(
            f"The message is larger than {seen.endpoint.host} accepts{limit}. Make it smaller, or send a link.",
            words(seen) if means(seen, "snd-size") else (f"it offers: SIZE {size}",),
        )


@rule(Severity.ERROR)
def snd_storage(seen: Observation) -> Hits:
    """The server has no space left.

    A temporary fault of the server; the message is not the cause.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 452 4.3.1 Insufficient system storage

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 452 4.2.2 mailbox full
    """
    if means(seen, "snd-storage"):
        yield Hit(
            f"{seen.endpoint.host} has no space left for messages. Try again later; its administrator has to free space.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_spam(seen: Observation) -> Hits:
    """The server rejects the message as unwanted.

    A filter rejected the content, its links, or the sender's reputation.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 554 DT:SPM 163 smtp5

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 554 5.6.0 refused
    """
    if means(seen, "snd-spam"):
        yield Hit(
            f"{seen.endpoint.host} rejects the message as spam. Check its links and attachments, and how the domain is signed (SPF, DKIM).",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_smtputf8(seen: Observation) -> Hits:
    """An address has characters that this server does not support.

    Addresses beyond ASCII need SMTPUTF8 (RFC 6531) on every server along the route.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in to=jörg@example.org
        == offers 8BITMIME

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in to=jörg@example.org
        == offers 8BITMIME, SMTPUTF8
        C: MAIL FROM:<kim@example.com> SMTPUTF8
        S: 250 ok
        C: RCPT TO:<jörg@example.org>
        S: 250 ok
        C: RSET
        S: 250 ok
    """
    if means(seen, "snd-smtputf8") or refused_at(seen) == "SMTPUTF8":
        yield Hit(
            f"{seen.endpoint.host} does not offer SMTPUTF8, which an address beyond ASCII needs. Use another address of the same person.",
            words(seen) or (f"it offers: {joined(seen.offers) or 'nothing'}",),
        )


@rule(Severity.ERROR)
def snd_8bit(seen: Observation) -> Hits:
    """The message has bytes that this server does not support.

    Without 8BITMIME (RFC 6152) a message has to be ASCII, encoded with quoted-printable or base64.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in eight-bit
        == offers SIZE 20000000

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in eight-bit
        == offers 8BITMIME
        C: MAIL FROM:<kim@example.com> BODY=8BITMIME
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 550 no
    """
    if refused_at(seen) == "8BITMIME" or means(seen, "snd-8bit"):
        yield Hit(
            f"The message has bytes beyond ASCII, which {seen.endpoint.host} does not accept. Let the program encode it: quoted-printable or base64.",
            words(seen) or (f"it offers: {joined(seen.offers) or 'nothing'}",),
        )


@rule(Severity.ERROR)
def snd_bare_lf(seen: Observation) -> Hits:
    """The lines of the message end with a bare LF.

    A line in SMTP ends with CR LF (RFC 5321 §2.3.8), and servers reject a bare LF because it can
    smuggle in a second message. The program sends the message with the line ends of a file on Unix.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 521 5.5.2 mail.example.com Error: bare <LF> received

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 521 5.5.2 Error: unexpected
    """
    if means(seen, "snd-bare-lf"):
        yield Hit(
            f"{seen.endpoint.host} refuses the message because its lines end with a bare LF. The program has to end them with CR LF.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_line_length(seen: Observation) -> Hits:
    """A line of the message is too long.

    The limit is 1,000 octets including the line end (RFC 5321 §4.5.3.1.6). HTML without line breaks is
    the usual cause; quoted-printable or base64 wraps it.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 500 5.5.2 Error: line too long

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 500 5.5.2 Error: command not recognized
    """
    if means(seen, "snd-line-length"):
        yield Hit(
            f"A line of the message is longer than {seen.endpoint.host} accepts. Let the program encode the text: quoted-printable or base64.",
            words(seen),
        )


@rule(Severity.ERROR)
def snd_data_stall(seen: Observation) -> Hits:
    """No reply came after the whole message was sent.

    It is unknown whether it was accepted: the server may be slow (it has ten minutes, RFC 5321
    §4.5.3.2.6), or the reply was lost. Sending it again may deliver it twice.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        == silence

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 250 kept
        C: QUIT
        S: 221 bye
    """
    if stopped(seen, StopReason.NO_STATUS) and seen.stop:
        yield Hit(
            f"{seen.endpoint.host} did not answer after the message ({seen.stop.text}). It may have been accepted: do not send it again before you know.",
            (),
        )


@rule(Severity.NOTE, healthy=True)
def snd_quit_error(seen: Observation) -> Hits:
    """The message was accepted, and then QUIT failed.

    It does not matter: the server is responsible from the moment it accepts (RFC 5321 §4.2.5). Programs
    that report an error here, and send again, deliver twice.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 250 kept
        C: QUIT
        S: 451 4.3.0 try later

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in send
        C: MAIL FROM:<kim@example.com>
        S: 250 ok
        C: RCPT TO:<lee@example.org>
        S: 250 ok
        C: DATA
        S: 354 go on
        C: *** a message of 24 octets
        S: 250 kept
        C: QUIT
        S: 221 bye
    """
    after = seen.facts.transaction.failed_after
    if after:
        yield Hit(
            f"{seen.endpoint.host} accepted the message, and then QUIT failed. The message will be delivered; do not send it again.",
            (f"after QUIT: {after}",),
        )
