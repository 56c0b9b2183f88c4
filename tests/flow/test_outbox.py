"""The outbox and its receipts: what is a message of its own, whose word counts, and what a wrong clock cannot do."""

import time
from collections.abc import Callable
from copy import deepcopy
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import EmailPolicy
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account, Service
from mailkit.client import connect
from mailkit.client.compose import Letter
from mailkit.client.outcome import ACCEPTED, DEFERRED, DeliveryStatus
from mailkit.errors import SettingsError, StorageError
from mailkit.flow import Outbox
from mailkit.flow.journal import LONGEST_DELAY_S, Journal
from mailkit.flow.receipts import Receipt, receipts_in, receipts_of
from mailkit.flow.transports import QueuedMessage
from mailkit.formats import loads
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.scenario import ADDRESS, HOST, imap, pop3, smtp
from mailkit.message_policy import message_of
from mailkit.ports import Protocol, Security

KIM = Account(
    label="kim",
    address="kim@example.com",
    outgoing=Service(protocol=Protocol.SMTP, host="127.0.0.1", port=1),
)


def letter(subject: str = "x", *recipients: str, message_id: str = "") -> Letter:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "kim@example.com",
        "lee@example.com",
        subject,
    )
    if message_id:
        message["Message-ID"] = message_id
    message.set_content("text")
    return Letter(message, "kim@example.com", recipients or ("lee@example.com",))


def queued(*recipients: str, message_id: str = "<a@x>") -> QueuedMessage:
    return QueuedMessage(message_id, "kim@example.com", recipients, b"x\r\n")


@pytest.mark.parametrize("message_id", ["", "   "])
def test_two_messages_without_a_message_id_are_two(message_id: str, tmp_path: Path) -> None:
    with Outbox(tmp_path / "o.sqlite", [KIM]) as box:
        first = letter("one", message_id=message_id)
        before = deepcopy(first.message)
        numbers = [box.put(one, account="kim", mode="daemon") for one in (first, letter("two"))]
        identities = {one.message_id for one in box.due()}
        contents = [one.message.content() for one in box.journal.claim(9)]

    assert len({*numbers}) == 2
    assert len(identities) == 2
    assert all(identity.endswith("@example.com>") for identity in identities)
    assert all(content.count(b"Message-ID: <") == 1 for content in contents)
    assert first.message.items() == before.items()


def test_a_journal_refuses_a_message_without_an_identity(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.sqlite")
    with pytest.raises(SettingsError, match="Message-ID"):
        journal.add(queued("a@x", message_id=" "), account="kim")
    journal.close()


def test_a_recipient_that_was_left_out_is_added_and_no_other_gets_it_twice(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.sqlite")
    number = journal.add(queued("to@x"), account="kim", claimed=True)
    journal.done(number, {"to@x": DeliveryStatus(ACCEPTED, 250, "ok")}, None)
    assert journal.add(queued("to@x", "bcc@x"), account="kim") == number
    assert [one.message.recipients for one in journal.claim(9)] == [("bcc@x",)]
    journal.close()


def test_a_clock_that_was_ahead_delays_no_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    journal = Journal(tmp_path / "o.sqlite")
    with monkeypatch.context() as ahead:
        ahead.setattr("mailkit.flow.journal.time.time", lambda: now() + 365 * 86_400)
        journal.add(queued("a@x"), account="kim")
    (claim,) = journal.claim(9)
    journal.done(claim.id, {"a@x": DeliveryStatus(DEFERRED, 450, "later")}, LONGEST_DELAY_S)
    assert journal.claim(9) == []
    journal.close()


def test_messages_are_claimed_by_the_time_they_are_due(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.sqlite")
    numbers = [
        journal.add(queued("a@x", "b@x", message_id=f"<{n}@x>"), account="kim") for n in range(5)
    ]
    assert [one.id for one in journal.claim(2)] == numbers[:2]
    assert [one.message.recipients for one in journal.claim(9)] == [("a@x", "b@x")] * 3
    journal.close()


def test_the_journals_are_read_by_state(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.sqlite")
    number = journal.add(queued("a@x", "b@x", "c@x"), account="kim", claimed=True, file_copy=True)
    assert journal.to_file() == []
    fates = {"a@x": DeliveryStatus(ACCEPTED, 250, "ok"), "b@x": DeliveryStatus("unknown", 0, "?")}
    journal.done(number, fates, None)
    assert [one.recipient for one in journal.archive()] == ["a@x"]
    assert [one.recipient for one in journal.due()] == ["b@x", "c@x"]
    assert [one.recipient for one in journal.unknown()] == ["b@x"]
    assert [one[0] for one in journal.to_file()] == [number]
    journal.close()


def receipt(sender: str, final: str, original: str = "", told: str = "<a@x>") -> EmailMessage:
    named = f"Original-Recipient: rfc822;{original}\r\n" if original else ""
    text = (
        f"From: {sender}\r\nContent-Type: multipart/report; report-type=disposition-notification;"
        " boundary=b\r\n\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"{named}Final-Recipient: rfc822;{final}\r\nOriginal-Message-ID: {told}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n"
    )
    message = message_from_bytes(text.encode(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize(
    ("message", "noted"),
    [
        (receipt("Bob <BOB@example.com>", "bob@example.com"), True),
        (receipt("bob@example.com", "bob@example.com", "info@example.com"), True),
        (receipt("evil@example.net", "evil@example.net", "bob@example.com"), False),
        (receipt("evil@example.net", "bob@example.com", "evil@example.net"), False),
        (receipt("evil@example.net", "bob@example.com"), False),
        (receipt("evil@example.net", "evil@example.net"), False),
        (receipt("bob@example.com, evil@example.net", "bob@example.com"), False),
        (receipt("bob@example.com", "bob@example.com", told=""), False),
    ],
)
def test_a_receipt_counts_for_the_recipient_that_sent_it(
    message: EmailMessage, noted: bool, tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "o.sqlite")
    journal.add(queued("bob@example.com"), account="kim")
    found = [
        journal.receipt(one.message_id, one.recipient, one.word) for one in receipts_of(message)
    ]
    assert any(found) == noted
    assert [one.receipt for one in journal.entries()] == ["read" if noted else ""]
    journal.close()


def test_a_report_with_a_long_field_is_read_without_parsing_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[int] = []
    parse = EmailPolicy.header_fetch_parse

    def counted(policy: Any, name: str, value: str) -> Any:
        parsed.append(len(value))
        return parse(policy, name, value)

    monkeypatch.setattr(EmailPolicy, "header_fetch_parse", counted)
    report = receipt("bob@example.com", "bob@example.com").as_bytes()
    for name in (b"From", b"Subject", b"Reply-To", b"Content-Type"):
        content = name + b": " + b'"a" ' * 100_000 + b"\r\n" + report
        receipts_of(message_of(content))
    assert max(parsed) <= 8_192


BAD = ["<" * 60, "<", "(" * 900, "=?utf-8?q?=3C?=", "\x0b", "<@"]


@pytest.mark.parametrize("field", ["Message-ID", "From", "Content-Type", "Final-Recipient"])
@pytest.mark.parametrize(("protocol", "port"), [("imap", 143), ("pop3", 110)])
def test_no_report_stops_the_others(
    field: str, protocol: str, port: int, make_lab: Callable[..., Lab]
) -> None:
    lab = make_lab(
        Listener(protocol=protocol, host="localhost", port=port, security=Security.CLEARTEXT)
    )
    for value in BAD:
        text = (
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
            f"{field}: {value}\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns;x\r\n\r\nAction: failed\r\n{field}: {value}\r\n\r\n"
            f"--b\r\nContent-Type: message/rfc822\r\n\r\n{field}: {value}\r\n\r\nx\r\n--b--\r\n"
        )
        lab.box(ADDRESS).deliver(text.encode())
    lab.box(ADDRESS).deliver(receipt("bob@x.example", "bob@x.example").as_bytes())
    text = {"imap": imap, "pop3": pop3}[protocol]
    account = loads(text(lab.where("localhost", port)[1], "cleartext", host="localhost"))[0]
    failed: list[str] = []
    with connect(account) as client:
        found = [*receipts_in(client, failed.append)]
    assert found[-1] == Receipt("<a@x>", "bob@x.example", "read")
    assert all("cannot be read" in why for why in failed)


def test_a_message_is_not_sent_to_the_recipients_it_was_taken_back_for(tmp_path: Path) -> None:
    with Outbox(tmp_path / "o.sqlite", [KIM]) as box:
        number = box.put(letter("x", "a@x.example", "b@x.example"), account="kim", mode="daemon")

        assert box.cancel(number, "a@x.example") == 1
        (waiting,) = box.journal.claim(9)
        assert waiting.message.recipients == ("b@x.example",)


def test_a_message_whose_account_is_gone_waits_and_says_so(tmp_path: Path) -> None:
    with Outbox(tmp_path / "o.sqlite", [KIM]) as box:
        box.put(letter(), account="kim", mode="daemon")
    with Outbox(tmp_path / "o.sqlite", []) as box:
        counted = box.work()
        (waiting,) = box.due()

    assert counted == {DEFERRED: 1}
    assert "kim" in waiting.words


def test_a_full_disk_refuses_no_message(
    make_lab: Callable[..., Lab], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab(*standard(HOST))
    (kim,) = loads(smtp(465, "implicit-tls"), "a.toml")
    wire: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 2}
    sending = Journal.sending
    full = [True]

    def written(journal: Journal, *given: Any, **more: Any) -> Any:
        if full:
            raise StorageError("database or disk is full")
        return sending(journal, *given, **more)

    monkeypatch.setattr(Journal, "sending", written)
    with Outbox(tmp_path / "o.sqlite", [kim], **wire) as box:
        for name in ("one", "two"):
            box.put(letter(name), account="kim", mode="daemon")
        with pytest.raises(StorageError):
            box.work()
        assert len(lab.sent) == 0
        assert [one.state for one in box.journal.entries()] == ["waiting"] * 2
        full.clear()
        assert box.work()["accepted"] == 2
    assert len(lab.sent) == 2
