"""Reports of mail servers and automatic messages that programs of others did not recognise."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from mailkit.flow.answers import is_unread, why_automatic
from mailkit.flow.receipts import receipts_of


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def report(
    blocks: bytes, kind: bytes = b"multipart/report; report-type=delivery-status"
) -> EmailMessage:
    return read(
        b"From: MAILER-DAEMON@example.org\r\nContent-Type: " + kind + b"; boundary=b\r\n\r\n"
        b"--b\r\n\r\nsorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example.org\r\nArrival-Date: Mon, 03 Aug 2015 13:05:19 +0200\r\n\r\n"
        + blocks
        + b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <1@example.com>\r\nSubject: s\r\n\r\nx\r\n--b--\r\n"
    )


LEE = b"Final-Recipient: rfc822; lee@example.org\r\nAction: failed\r\nStatus: 5.0.0\r\n"


@pytest.mark.parametrize(
    ("blocks", "recipients", "words"),
    [
        (
            LEE + b"Diagnostic-Code: smtp; 550 This is not incoming server!\r\n",
            ["lee@example.org"],
            "550 This is not",
        ),
        (
            LEE + b"Diagnostic-Code: X-Postfix; Mailbox is full\r\n",
            ["lee@example.org"],
            "Mailbox is full",
        ),
        (LEE, ["lee@example.org"], "5.0.0"),
        (
            LEE + b"\r\n" + LEE.replace(b"lee", b"ann"),
            ["lee@example.org", "ann@example.org"],
            "5.0.0",
        ),
        (
            b"Final-Recipient: rfc822;<lee@example.org>\r\nAction: failed\r\nStatus: 5.0.0\r\n",
            ["lee@example.org"],
            "5.0.0",
        ),
        (
            b"Original-Recipient: rfc822;lee@example.org\r\nAction: failed\r\nStatus: 5.0.0\r\n",
            ["lee@example.org"],
            "5.0.0",
        ),
        (LEE.replace(b"failed", b"Failed (really)"), ["lee@example.org"], "5.0.0"),
    ],
)
def test_a_bounce_names_who_did_not_get_it_and_why(
    blocks: bytes, recipients: list[str], words: str
) -> None:
    found = receipts_of(report(blocks))
    assert [one.recipient for one in found] == recipients
    assert {(one.message_id, one.word) for one in found} == {("<1@example.com>", "failed")}
    assert words in found[0].words


@pytest.mark.parametrize("kind", [b"multipart/report", b"multipart/mixed"])
def test_a_bounce_that_does_not_call_itself_one_is_recognised(kind: bytes) -> None:
    assert [one.recipient for one in receipts_of(report(LEE, kind))] == ["lee@example.org"]


@pytest.mark.parametrize(
    "header",
    [
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@my.example.org",
        b"From: Mail Delivery System <mailer-daemon@example.org>",
        b"From: Mail Delivery Subsystem <postmaster@example.org>\r\nContent-Type: multipart/report; report-type=delivery-status",
        b"From: a@example.org\r\nX-Auto-Generated: ticket",
        b"From: a@example.org\r\nX-Autoreply: yes",
        b"From: a@example.org\r\nX-Mail-Autoreply: true",
        b"From: a@example.org\r\nX-Loop: desk@example.com",
        b"From: a@example.org\r\nX-Precedence: bulk",
        b"From: a@example.org\r\nX-Failed-Recipients: b@example.org",
        b"From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org",
    ],
)
def test_a_program_gets_no_answer(header: bytes) -> None:
    assert why_automatic(read(header + b"\r\nSubject: s\r\n\r\nx"))


@pytest.mark.parametrize(
    "header",
    [
        b"From: kim@example.org",
        b"Return-Path: <kim@example.org>\r\nFrom: Kim <kim@example.org>",
        b"From: reply@example.org\r\nAuto-Submitted: no",
        b"From: noreen@example.org\r\nX-Priority: 1",
    ],
)
def test_a_person_gets_an_answer(header: bytes) -> None:
    assert why_automatic(read(header + b"\r\nSubject: s\r\n\r\nx")) == ""


@pytest.mark.parametrize(
    "local",
    ["noreply", "no-reply", "No_Reply", "donotreply", "do-not-reply", "noreply+7f", "no-reply-42"],
)
def test_an_address_that_takes_no_mail_says_so(local: str) -> None:
    assert is_unread(f"{local}@example.org")


@pytest.mark.parametrize("local", ["reply", "noreply-team", "norbert", "notreply", "me"])
def test_an_address_that_takes_mail_is_answered(local: str) -> None:
    assert not is_unread(f"{local}@example.org")
