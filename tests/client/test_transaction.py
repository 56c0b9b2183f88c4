"""A mail transaction by smtplib's object beside a server that has only its replies: what is sent, and what stops before."""

from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.client.compose import Attachment, compose
from mailkit.client.connection import SMTP
from mailkit.client.outcome import ACCEPTED, DEFERRED, REFUSED, UNKNOWN, notify_words
from mailkit.client.send import letter_of, send
from mailkit.client.stream import Limits, Stream
from mailkit.errors import LoginError, ProtocolError, SettingsError
from mailkit.protocol.dialogue import Send, SessionState


class Server:
    """A server that says the next of its replies to each command, and to the end of a message."""

    reply_timeout_s = 5.0

    def __init__(self, offers: str, replies: list[str]) -> None:
        shown = ["x", *offers.split()]
        lines = [f"250-{word}\r\n" for word in shown[:-1]] + [f"250 {shown[-1]}\r\n"]
        self.replies = ["".join(lines).encode(), *(f"{one}\r\n".encode() for one in replies)]
        self.sent: list[bytes] = []

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        """Nothing is open."""

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            self.sent.append(bytes(ask.data))
            return b""
        return self.replies.pop(0) if self.replies else b""


@dataclass
class Letter:
    raw: bytes
    sender: str = "kim@example.com"
    recipients: tuple[str, ...] = ("lee@example.com",)
    message_id: str = "<1@example.com>"

    def content(self) -> bytes:
        return self.raw


def smtp_of(offers: str, *replies: str) -> tuple[SMTP, Server]:
    server = Server(offers, [*replies])
    return SMTP(Stream(server, SessionState(), "smtp", Limits(), b"")), server  # type: ignore[arg-type]


FINE = ("250 ok", "250 ok", "354 go", "250 kept")


@pytest.mark.parametrize(
    ("offers", "letter", "parameters"),
    [
        ("", Letter(b"Subject: x\r\n\r\nx\r\n"), b""),
        ("SIZE", Letter(b"Subject: x\r\n\r\nx\r\n"), b" SIZE=17"),
        ("8BITMIME", Letter("Subject: x\r\n\r\nGrüße\r\n".encode()), b" BODY=8BITMIME"),
        (
            "8BITMIME SMTPUTF8",
            Letter(b"Subject: x\r\n\r\nx\r\n", recipients=("löwe@example.com",)),
            b" SMTPUTF8",
        ),
    ],
)
def test_the_sender_has_the_parameters_that_the_message_needs(
    offers: str, letter: Letter, parameters: bytes
) -> None:
    smtp, server = smtp_of(offers, *FINE)

    assert send(smtp, letter).ok
    assert server.sent[1] == b"MAIL FROM:<kim@example.com>" + parameters + b"\r\n"


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        (Letter(b"Subject: x\r\n\r\n", recipients=("löwe@example.com",)), "SMTPUTF8"),
        (Letter("Subject: ü\r\n\r\nx\r\n".encode(), message_id=""), "8BITMIME"),
        (Letter(b"X: " + b"x" * 2000 + b"\r\n\r\nx\r\n"), "998 are allowed"),
    ],
)
def test_what_the_server_cannot_take_is_refused_before_a_command(letter: Letter, why: str) -> None:
    smtp, server = smtp_of("")

    result = send(smtp, letter)

    assert [fate.state for fate in result.fates.values()] == [REFUSED]
    assert why in next(iter(result.fates.values())).words
    assert len(server.sent) == 1  # EHLO


def test_nothing_follows_a_sender_that_was_rejected() -> None:
    smtp, server = smtp_of("", "550 5.7.1 not you", "250 reset")

    result = send(smtp, Letter(b"Subject: x\r\n\r\n"))

    assert result.of(REFUSED) == ("lee@example.com",)
    assert server.sent[1:] == [b"MAIL FROM:<kim@example.com>\r\n", b"RSET\r\n"]


def test_a_reply_of_several_lines_counts_by_its_last() -> None:
    smtp, _ = smtp_of("", "250 ok", "250-first\r\n250 second", "354 go", "250 kept")
    (fate,) = send(smtp, Letter(b".\r\n..\r\n")).fates.values()
    assert fate.state == ACCEPTED


@pytest.mark.parametrize("said", ["what is this", "25 short", ""])
def test_a_reply_without_a_code_ends_the_connection(said: str) -> None:
    smtp, _ = smtp_of("", said)
    assert not send(smtp, Letter(b"Subject: x\r\n\r\n")).ok
    assert smtp.stream.closed


def test_dots_go_doubled_and_line_ends_whole() -> None:
    smtp, server = smtp_of("", *FINE)
    send(smtp, Letter(b".a\n.\n..b"))
    assert server.sent[-1] == b"..a\r\n..\r\n...b\r\n.\r\n"


def test_commands_that_hold_more_than_commands_do_not_go() -> None:
    smtp, server = smtp_of("")
    for send_them in (
        lambda: smtp.stream.send_commands(b"NOOP\nRSET\r\n"),
        lambda: smtp.stream.send_body(b"x\r\n.\r\n", b"QUIT\0\r\n"),
        lambda: smtp.stream.sendall(b"NOOP\r\nRSET\r\n"),
    ):
        with pytest.raises(ProtocolError):
            send_them()
    assert len(server.sent) == 1


def test_a_login_that_smtplib_makes_is_refused_in_the_same_tree() -> None:
    smtp, _ = smtp_of("AUTH=PLAIN AUTH", "535 5.7.8 no")
    with pytest.raises(LoginError):
        smtp.login("kim", "open sesame 17")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: letter_of(EmailMessage()), "no recipient"),
        (lambda: notify_words(["sometimes"]), "notify is success"),
        (lambda: compose("kim@example.com", (), "x", "x"), "recipient|somebody|goes to"),
    ],
)
def test_what_cannot_be_sent_is_said_where_it_is_made(make: Any, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        make()


def test_files_of_every_kind_go_along(tmp_path: Path) -> None:
    file = tmp_path / "invoice.pdf"
    file.write_bytes(b"%PDF")
    odd = Attachment("x.bin", b"x", "multipart/mixed")
    image = Attachment("a.png", b"png", cid="not a cid")

    letter = compose("kim@example.com", "lee@example.com", "x", "x", attachments=[file, odd])

    kinds = [part.get_content_type() for part in letter.message.iter_attachments()]
    assert kinds == ["application/pdf", "application/octet-stream"]
    with pytest.raises(SettingsError, match="content id"):
        compose("kim@example.com", "lee@example.com", "x", "x", html="<p>", attachments=[image])


@pytest.mark.parametrize(
    ("end", "state"),
    [
        ("250-kept\r\n550 no", UNKNOWN),
        ("450-wait\r\n250 kept", UNKNOWN),
        ("2500 kept", UNKNOWN),
        ("25 kept", UNKNOWN),
        ("\u0662\u0665\u0660 kept", UNKNOWN),
        ("354 go on", UNKNOWN),
        ("221 bye", UNKNOWN),
        ("999 kept", UNKNOWN),
        ("150 wait", UNKNOWN),
        ("250-kept\r\n250 really", ACCEPTED),
    ],
)
def test_only_one_plain_yes_to_the_end_of_a_message_is_one(end: str, state: str) -> None:
    smtp, _ = smtp_of("", *FINE[:3], end)
    result = send(smtp, Letter(b"Subject: x\r\n\r\n"))
    assert [fate.state for fate in result.fates.values()] == [state]


def test_a_yes_that_comes_before_the_message_is_not_one_to_it() -> None:
    smtp, server = smtp_of("", *FINE[:2], "354 go on\r\n250 kept", "554 no")
    result = send(smtp, Letter(b"Subject: x\r\n\r\n"))
    assert [fate.state for fate in result.fates.values()] == [DEFERRED]
    assert server.sent[-1] == b"DATA\r\n"
    assert smtp.stream.closed


@pytest.mark.parametrize("reply", ["250-ok\r\n550 no", "550-no\r\n250 ok"])
def test_a_recipient_with_a_yes_and_a_no_was_rejected(reply: str) -> None:
    smtp, server = smtp_of("", "250 ok", reply, "250 reset")
    result = send(smtp, Letter(b"Subject: x\r\n\r\n"))
    assert result.of(REFUSED) == ("lee@example.com",)
    assert b"DATA\r\n" not in server.sent


def test_a_yes_to_data_is_no_request_for_the_message() -> None:
    smtp, server = smtp_of("", "250 ok", "250 ok", "250 kept", "250 reset")
    result = send(smtp, Letter(b"Subject: x\r\n\r\nnever\r\n"))
    assert [fate.state for fate in result.fates.values()] == [DEFERRED]
    assert not any(b"never" in one for one in server.sent)
