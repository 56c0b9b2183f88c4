"""A positive reply of a listener's script has the effect of its command, in every protocol."""

import base64
import imaplib
import poplib
import smtplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.script import Act, Close, Listen, Say
from mailkit.ports import Security

HOST, USER, PASSWORD = "mail.example.com", "kim@example.com", "right"
SENDER, RECIPIENT = USER, "lee@example.com"
PLAIN = base64.b64encode(f"\0{USER}\0wrong".encode()).decode()
MESSAGE = b"Subject: hello\r\n\r\nx\r\n"


@contextmanager
def lab_of(protocol: str, replies: dict[str, Sequence[Act]], **more: Any) -> Iterator[Lab]:
    listener = Listener(
        protocol=protocol,
        host=HOST,
        port=2525,
        security=Security.CLEARTEXT,
        users={USER: PASSWORD},
        replies=replies,
        **more,
    )
    with Lab([listener]) as lab:
        lab.deliver(SENDER, [USER], MESSAGE)
        yield lab


@contextmanager
def smtp(replies: dict[str, Sequence[Act]], **more: Any) -> Iterator[tuple[Lab, smtplib.SMTP]]:
    with lab_of("smtp", replies, **more) as lab:
        client = smtplib.SMTP(*lab.where(HOST, 2525), timeout=30)
        try:
            yield lab, client
        finally:
            client.close()


@contextmanager
def pop3(replies: dict[str, Sequence[Act]]) -> Iterator[tuple[Lab, poplib.POP3]]:
    with lab_of("pop3", replies) as lab:
        client = poplib.POP3(*lab.where(HOST, 2525), timeout=30)
        try:
            yield lab, client
        finally:
            client.close()


@contextmanager
def imap(replies: dict[str, Sequence[Act]]) -> Iterator[tuple[Lab, imaplib.IMAP4]]:
    with lab_of("imap", replies) as lab:
        client = imaplib.IMAP4(*lab.where(HOST, 2525), timeout=30)
        try:
            yield lab, client
        finally:
            client.shutdown()


YES_LATER = [Say(b"334 \r\n"), Listen(), Say(b"235 2.7.0 as scripted\r\n")]


@pytest.mark.parametrize(
    ("acts", "said", "user"),
    [
        ([Say(b"235 2.7.0 as scripted\r\n")], [f"PLAIN {PLAIN}"], USER),
        (YES_LATER, ["PLAIN", PLAIN], USER),
        ([Say(b"235 2.7.0 as scripted\r\n")], ["XYZZY"], "anonymous"),
    ],
    ids=["with a name", "a name later", "no name"],
)
def test_a_scripted_yes_to_auth_logs_in(acts: list[Act], said: list[str], user: str) -> None:
    with smtp({"AUTH": acts}) as (lab, client):
        client.ehlo()
        assert [client.docmd(f"AUTH {said[0]}"), *map(client.docmd, said[1:])][-1][0] == 235

        assert client.sendmail(SENDER, [RECIPIENT], MESSAGE) == {}
        (message,) = lab.sent
        assert message.envelope.recipients == (RECIPIENT,)
        assert lab.logins == [(user, True)]


def test_a_script_for_the_content_delivers_nothing() -> None:
    with smtp({".": [Say(b"250 2.0.0 kept\r\n"), Close()]}, open_relay=True) as (lab, client):
        client.sendmail(SENDER, [RECIPIENT], MESSAGE)

        assert [*lab.sent] == []


def test_content_follows_a_scripted_yes_to_data() -> None:
    with smtp({"DATA": [Say(b"354 as scripted\r\n")]}, open_relay=True) as (lab, client):
        client.sendmail(SENDER, [RECIPIENT], MESSAGE)
        (message,) = lab.sent
        assert message.subject == "hello"

        client.docmd("DATA")
        assert client.docmd(".")[0] == 554  # there was no recipient


@pytest.mark.parametrize("reply", [b"250 2.0.0 ok\r\n", b"221 2.0.0 bye\r\n"])
def test_no_content_follows_another_reply_to_data(reply: bytes) -> None:
    with smtp({"DATA": [Say(reply)]}, open_relay=True) as (lab, client):
        client.ehlo()
        client.mail(SENDER)
        client.rcpt(RECIPIENT)
        assert client.docmd("DATA")[0] == int(reply[:3])

        assert client.docmd("NOOP")[0] == 250
        assert [*lab.sent] == []


def test_a_scripted_yes_to_quit_ends_the_session() -> None:
    with smtp({"QUIT": [Say(b"221 2.0.0 as scripted\r\n")]}) as (_, client):
        client.docmd("QUIT")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.docmd("NOOP")


def test_a_scripted_yes_logs_in_and_deletes_by_pop3() -> None:
    replies = {name: [Say(b"+OK as scripted\r\n")] for name in ("PASS", "DELE", "QUIT")}
    with pop3(replies) as (lab, client):
        client.user(USER)
        client.pass_("wrong")
        client.dele(1)

        assert client.stat()[0] == 0
        client.quit()
        assert len(lab.box(USER).folder().messages) == 0


def test_a_scripted_no_to_quit_deletes_nothing() -> None:
    with pop3({"QUIT": [Say(b"-ERR [SYS/TEMP] not now\r\n")]}) as (lab, client):
        client.user(USER)
        client.pass_(PASSWORD)
        client.dele(1)
        with pytest.raises(poplib.error_proto):
            client.quit()

        assert len(lab.box(USER).folder().messages) == 1


def test_a_scripted_yes_opens_a_folder_and_changes_it_by_imap() -> None:
    opened = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n<tag> OK [READ-WRITE] as scripted\r\n"
    yes = [Say(b"<tag> OK as scripted\r\n")]
    replies = {"SELECT": [Say(opened)], "LOGIN": yes, "UID STORE": yes, "CREATE": yes}
    with imap(replies) as (lab, client):
        client.login(USER, "wrong")
        client.select("INBOX")
        (uid,) = client.uid("SEARCH", "ALL")[1]
        client.uid("STORE", uid.decode(), "+FLAGS", "(\\Flagged)")
        client.create("Plans")

        assert b"\\Flagged" in client.uid("FETCH", uid.decode(), "(FLAGS)")[1][0]
        assert b"Plans" in b"".join(client.list()[1])
        assert lab.logins == [(USER, True)]


def test_a_scripted_authenticate_takes_the_name_that_it_listened_to() -> None:
    yes = [Say(b"+ \r\n"), Listen(), Say(b"<tag> OK as scripted\r\n")]
    with imap({"AUTHENTICATE": yes}) as (lab, client):
        client.authenticate("PLAIN", lambda _: f"\0{USER}\0wrong".encode())

        assert client.select("INBOX")[1] == [b"1"]
        assert lab.logins == [(USER, True)]


def test_a_scripted_noop_leaves_the_news_for_the_next_command() -> None:
    with imap({"NOOP": [Say(b"<tag> OK as scripted\r\n")]}) as (lab, client):
        client.login(USER, PASSWORD)
        client.select("INBOX")
        lab.deliver(SENDER, [USER], MESSAGE)
        client.noop()
        client.check()

        assert client.response("EXISTS")[1][-1] == b"2"


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("RCPT", b"251 2.1.5 User not local; will forward\r\n"),
        ("MAIL", b"250 2.1.0 Sender OK, as scripted\r\n"),
    ],
)
def test_a_message_goes_on_after_a_scripted_yes(command: str, reply: bytes) -> None:
    with smtp({command: [Say(reply)]}, open_relay=True) as (lab, client):
        client.sendmail(SENDER, [RECIPIENT], MESSAGE)

        (message,) = lab.sent
        assert (message.envelope.sender, message.envelope.recipients) == (SENDER, (RECIPIENT,))


def test_a_scripted_no_records_no_recipient() -> None:
    with smtp({"RCPT": [Say(b"550 5.1.1 no such user\r\n")]}, open_relay=True) as (_, client):
        client.ehlo()
        client.mail(SENDER)

        assert client.rcpt(RECIPIENT)[0] == 550
        assert client.docmd("DATA")[0] == 503


def test_a_scripted_reset_forgets_the_message() -> None:
    with smtp({"RSET": [Say(b"250 2.0.0 flushed\r\n")]}, open_relay=True) as (_, client):
        client.ehlo()
        client.mail(SENDER)
        client.rset()

        assert client.rcpt(RECIPIENT)[0] == 503
