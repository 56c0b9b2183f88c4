"""Rejected messages: rehearsed if that shows the fault, sent if only the content does."""

import imaplib
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from mailkit.lab.listener import Listener
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, Scenario, imap, smtp
from mailkit.lab.script import Act, Close, Say

if TYPE_CHECKING:
    from mailkit.lab.servers.core import Lab

_TLS = "implicit-tls"
_TO = "lee@example.org"
_OFFERS = ("AUTH PLAIN LOGIN", "SIZE 35882577", "8BITMIME")


def _server(answers: Mapping[str, Sequence[Act]], offers: Sequence[str] = _OFFERS) -> Listener:
    return Listener(protocol="smtp", host=HOST, port=465, replies_tls=answers, offers_tls=offers)


def _rehearsed(
    name: str,
    command: str,
    reply: str,
    sender: str = ADDRESS,
    to: str = _TO,
    user: str | None = ADDRESS,
    offers: Sequence[str] = _OFFERS,
) -> Scenario:
    """A transaction that ends with this reply to a command."""
    answers = {command: [Say(reply.encode() + b"\r\n")]} if command else {}
    return Scenario(
        id=name,
        account=smtp(465, _TLS, user=user),
        listeners=[_server(answers, offers)],
        options={"rehearse": (sender, to)},
        cause=name,
    )


def _sent(name: str, acts: Sequence[Act], cause: str = "", command: str = ".") -> Scenario:
    """A message that is sent, and the reply to its end."""
    return Scenario(
        id=name,
        account=smtp(465, _TLS),
        listeners=[_server({command: acts})],
        options={"send_test": _TO, "timeout": 0.6},
        cause=cause,
    )


def _append(*answers: str) -> Mapping[str, Sequence[Act]]:
    return {"APPEND": [Say(b"<tag> " + answer.encode() + b"\r\n") for answer in answers]}


def _keeps_a_copy(lab: "Lab") -> Sequence[str]:
    """A program that puts what it sent into the folder Sent."""
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    host, port = lab.where(HOST, 993)
    context.check_hostname = False
    with imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=5) as client:
        client.login(ADDRESS, PASSWORD)
        with suppress(imaplib.IMAP4.error):
            client.append("Sent", "(\\Seen)", None, b"Subject: hello\r\n\r\nHello.\r\n")
    return lab.sessions[-1].transcript


def _copied(name: str, reply: str) -> Scenario:
    return Scenario(
        id=name,
        account=imap(993, _TLS),
        listeners=[Listener(protocol="imap", host=HOST, port=993, replies_tls=_append(reply))],
        program=_keeps_a_copy,
    )


SCENARIOS = [
    _rehearsed("snd-not-logged-in", "", "", user=None),
    _rehearsed(
        "snd-sender-not-owned",
        "MAIL",
        f"553 5.7.1 <{ADDRESS}>: Sender address rejected: not owned by user lee",
    ),
    _rehearsed(
        "snd-sender-unverified",
        "RCPT",
        "554 Message rejected: Email address is not verified. The following identities failed",
    ),
    _rehearsed(
        "snd-sender-not-logged-in",
        "MAIL",
        f"553 5.7.1 <{ADDRESS}>: Sender address rejected: not logged in",
    ),
    _rehearsed(
        "snd-sender-domain",
        "MAIL",
        "550 5.1.8 <kim@example.invalid>: Sender address rejected: Domain not found",
        sender="kim@example.invalid",
    ),
    _rehearsed(
        "snd-sender-syntax",
        "MAIL",
        "501 5.5.4 Syntax: MAIL FROM:<address>",
        sender=f"Kim <{ADDRESS}>",
    ),
    _rehearsed(
        "snd-helo",
        "RCPT",
        "504 5.5.2 <laptop>: Helo command rejected: need fully-qualified hostname",
    ),
    _rehearsed(
        "snd-pop-before-smtp",
        "MAIL",
        "550 5.7.1 You must check for new mail before sending mail",
    ),
    _rehearsed("snd-relay-denied", "RCPT", f"554 5.7.1 <{_TO}>: Relay access denied"),
    _rehearsed(
        "snd-rcpt-unknown", "RCPT", f"550 5.1.1 <{_TO}>: Recipient address rejected: User unknown"
    ),
    _rehearsed(
        "snd-rcpt-syntax", "RCPT", "501 5.1.3 Bad recipient address syntax", to=f"Lee <{_TO}>"
    ),
    _rehearsed(
        "snd-greylist",
        "RCPT",
        f"450 4.2.0 <{_TO}>: Recipient address rejected: Greylisted, see http://postgrey.example/",
    ),
    _rehearsed(
        "snd-rcpt-full", "RCPT", f"452 4.2.2 <{_TO}>: The recipient's mailbox is over quota"
    ),
    _rehearsed("snd-temp", "MAIL", "451 4.3.0 Error: queue file write error"),
    _rehearsed("snd-too-many-rcpt", "RCPT", "452 4.5.3 Error: too many recipients"),
    _rehearsed("snd-loop", "RCPT", "554 5.4.6 Too many hops, mail loop detected"),
    _rehearsed(
        "snd-ip-blocked",
        "RCPT",
        "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org",
    ),
    _rehearsed(
        "snd-ptr",
        "RCPT",
        "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.9]",
    ),
    _rehearsed("snd-size", "", "", offers=("AUTH PLAIN", "SIZE 1000")),
    _rehearsed("snd-storage", "MAIL", "452 4.3.1 Insufficient system storage"),
    _rehearsed("snd-smtputf8", "", "", to="jörg@example.org"),
    _rehearsed("lim-daily", "MAIL", "550 5.4.5 Daily user sending limit exceeded."),
    _sent("snd-spam", [Say(b"554 DT:SPM 163 smtp5\r\n")], "snd-spam"),
    _sent(
        "snd-bare-lf",
        [Say(b"521 5.5.2 mail.example.com Error: bare <LF> received\r\n")],
        "snd-bare-lf",
    ),
    _sent("snd-line-length", [Say(b"500 5.5.2 Error: line too long\r\n")], "snd-line-length"),
    _sent("snd-8bit", [Say(b"554 5.6.3 Conversion required but not supported\r\n")], "snd-8bit"),
    _sent("snd-data-stall", [Close()], "snd-data-stall"),
    _sent("snd-quit-error", [Say(b"451 4.3.0 try again later\r\n")], command="QUIT"),
    _copied("snd-sent-copy", "NO [OVERQUOTA] Quota exceeded (mailbox for user is full)"),
    _copied("mbx-append-big", "NO [TOOBIG] Message too large"),
    _copied("mbx-trycreate", "NO [TRYCREATE] Mailbox doesn't exist: Sent"),
]
