"""A positive reply of a listener's script has the effect of its command."""

import smtplib

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.script import Say
from mailkit.ports import Security

SENDER, RECIPIENT = "kim@example.com", "lee@example.com"


def relay(command: str, reply: bytes) -> Listener:
    return Listener(
        protocol="smtp",
        host="relay.example.com",
        port=2525,
        security=Security.CLEARTEXT,
        open_relay=True,
        replies={command: [Say(reply)]},
    )


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("RCPT", b"251 2.1.5 User not local; will forward\r\n"),
        ("MAIL", b"250 2.1.0 Sender OK, as scripted\r\n"),
    ],
)
def test_a_message_goes_on_after_a_scripted_yes(command: str, reply: bytes) -> None:
    with Lab([relay(command, reply)]) as lab:
        with smtplib.SMTP(*lab.where("relay.example.com", 2525), timeout=5) as client:
            client.sendmail(SENDER, [RECIPIENT], b"Subject: hello\r\n\r\nx\r\n")

        (message,) = lab.sent
        assert (message.envelope.sender, message.envelope.recipients) == (SENDER, (RECIPIENT,))


def test_a_scripted_no_records_no_recipient() -> None:
    with (
        Lab([relay("RCPT", b"550 5.1.1 no such user\r\n")]) as lab,
        smtplib.SMTP(*lab.where("relay.example.com", 2525), timeout=5) as client,
    ):
        client.ehlo()
        client.mail(SENDER)

        assert client.rcpt(RECIPIENT)[0] == 550
        assert client.docmd("DATA")[0] == 503


def test_a_scripted_reset_forgets_the_message() -> None:
    with (
        Lab([relay("RSET", b"250 2.0.0 flushed\r\n")]) as lab,
        smtplib.SMTP(*lab.where("relay.example.com", 2525), timeout=5) as client,
    ):
        client.ehlo()
        client.mail(SENDER)
        client.rset()

        assert client.rcpt(RECIPIENT)[0] == 503
