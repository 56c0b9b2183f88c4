"""The pieces of mail that moves by itself, without servers: senders, scripts, journals, receipts, letters."""

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.account import Account, Service
from mailkit.client.outcome import ACCEPTED, DEFERRED, REFUSED, DeliveryStatus
from mailkit.errors import SettingsError
from mailkit.flow.correspondents import History
from mailkit.flow.journal import Journal
from mailkit.flow.letters import write
from mailkit.flow.receipts import receipts_of
from mailkit.flow.scopes import default_sender
from mailkit.flow.scripts import run_script
from mailkit.flow.senders import field_of, fits, header_of, sender_of
from mailkit.flow.transports import QueuedMessage
from mailkit.flow.worker_lock import Worker
from mailkit.uses import OutgoingOptions


def parcel(name: str = "a", *recipients: str) -> QueuedMessage:
    return QueuedMessage(
        f"<{name}@x>", "kim@example.com", recipients or ("lee@example.com",), b"x\r\n"
    )


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("From: kim@example.com", "kim@example.com"),
        ("From: Kim Gray <kim@example.com>", "kim@example.com"),
        ("From: J. Gray <kim@example.com>", "kim@example.com"),
        ('From: "lee@example.org" <kim@example.com>', "kim@example.com"),
        ("From: kim@example.com <lee@example.org>", ""),
        ("From: kim@example.com, lee@example.org", ""),
        ("From: kim@example.com\r\nFrom: lee@example.org", ""),
        ("From: group: kim@example.com, lee@example.org;", ""),
        ("From: =?utf-8?q?kim=40example.com?=", ""),
        ("From: kim", ""),
        ("Subject: x", ""),
        ("From:", ""),
    ],
)
def test_a_sender_is_the_one_address_of_from_or_nobody(header: str, sender: str) -> None:
    assert sender_of(header_of(f"{header}\r\n\r\n".encode())) == sender


@given(st.binary(max_size=200))
def test_no_header_breaks_the_search_for_its_sender(value: bytes) -> None:
    message = header_of(b"From: " + value + b"\r\nSubject: " + value + b"\r\n\r\n")
    sender = sender_of(message)
    assert not sender or sender.count("@") >= 1
    field_of(message, "Subject").encode()


@pytest.mark.parametrize(
    ("address", "pattern", "same"),
    [
        ("kim@example.com", "KIM@EXAMPLE.COM", True),
        ("kim@example.com", "@example.com", True),
        ("kim@a.example.com", "example.com", False),
        ("kim@a.example.com", "*.example.com", True),
        ("kim@example.com", ".example.com", False),
        ("kim@badexample.com", "example.com", False),
        ("kim@example.com.", "example.com", True),
        ("kim@bücher.example", "xn--bcher-kva.example", True),
        ("kim@exаmple.com", "example.com", False),
        ("jo\u0308rg@example.com", "jörg@example.com", True),
        ("kim@example.com", "", False),
        ("", "example.com", False),
    ],
)
def test_an_address_fits_what_is_meant_and_nothing_else(
    address: str, pattern: str, same: bool
) -> None:
    assert fits(address, [pattern]) is same


def test_a_script_gets_paths_and_no_shell(tmp_path: Path) -> None:
    folder = tmp_path / "work $(touch evil)"
    folder.mkdir()
    message = tmp_path / "a message; touch evil"
    message.write_text("hello")
    script = tmp_path / "the script"
    script.write_text('#!/bin/sh\ncat "$1" > "$2/copy"; echo "$3"; exit "${4:-0}"\n')
    script.chmod(0o755)
    assert run_script(f"'{script}'", message, folder, within_s=20) == ""
    assert (folder / "copy").read_text() == "hello"
    assert not [*tmp_path.rglob("evil")]
    assert "No such file" in run_script("/nothing/there", message, folder, within_s=5)
    assert "cannot be read" in run_script("'half", message, folder, within_s=5)
    assert "status 3: oh no" in run_script(
        f"{sys.executable} -c 'print(\"oh no\"); raise SystemExit(3)'", message, folder, within_s=20
    )


def test_a_script_gets_no_variable_of_its_program_and_writes_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PW", "correct horse")
    script = tmp_path / "script"
    script.write_text('#!/bin/sh\nenv > "$2/variables"\n')
    script.chmod(0o755)
    assert run_script(str(script), tmp_path / "message", tmp_path, within_s=60) == ""
    written = tmp_path / "variables"
    assert "MAILKIT_MESSAGE" in written.read_text()
    assert "correct horse" not in written.read_text()
    assert written.stat().st_mode & 0o077 == 0


def test_a_script_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    script = tmp_path / "slow"
    script.write_text(f"#!/bin/sh\n(sleep 2; touch {tmp_path}/late) &\nwait\n")
    script.chmod(0o755)
    assert "did not end within 0.3 s" in run_script(str(script), folder, folder, within_s=0.3)
    subprocess.run(["sleep", "2.2"], check=True)
    assert not (tmp_path / "late").exists()


def test_a_worker_is_alive_while_it_holds_its_lock(tmp_path: Path) -> None:
    file = tmp_path / "outbox.sqlite"
    one, two = Worker(file), Worker(file)
    assert not one.gone(two.name)
    two.end()
    assert one.gone(two.name)
    assert one.gone("nobody")
    assert not one.gone(one.name)
    one.end()
    assert [*tmp_path.iterdir()] == []


def test_a_message_is_in_the_journal_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.sqlite")
    first = journal.add(parcel(), account="kim")
    assert journal.add(parcel(), account="other") == first
    assert [one.account for one in journal.entries()] == ["kim"]
    journal.close()


def test_what_was_accepted_is_not_sent_again_with_what_was_deferred(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.sqlite")
    journal.add(parcel("a", "a@x.example", "b@x.example", "c@x.example"), account="kim")
    (claim,) = journal.claim(10)
    assert journal.claim(10) == [], "nobody else has it"
    journal.sending(claim.id)
    fates = {
        "a@x.example": DeliveryStatus(ACCEPTED, 250),
        "b@x.example": DeliveryStatus(DEFERRED, 450),
    }
    journal.done(claim.id, fates | {"c@x.example": DeliveryStatus(REFUSED, 550)}, again_s=0)
    (again,) = journal.claim(10)
    assert again.message.recipients == ("b@x.example",)
    assert again.tries == 1
    journal.release()
    assert {one.recipient: one.state for one in journal.entries()} == {
        "a@x.example": "accepted",
        "b@x.example": "waiting",
        "c@x.example": "refused",
    }
    assert journal.cancel(claim.id, ["b@x.example"]) == 1
    assert journal.again(claim.id) == 2
    assert [one.recipient for one in journal.archive()] == ["a@x.example"]
    journal.close()


def test_of_a_worker_that_is_gone_claims_wait_and_sendings_are_unknown(tmp_path: Path) -> None:
    gone = Journal(tmp_path / "o.sqlite")
    for name in ("a", "b", "c"):
        gone.add(parcel(name), account="kim")
    first, second = gone.claim(2)
    gone.sending(second.id)
    other = Journal(tmp_path / "o.sqlite")
    other.recover()
    assert [one.state for one in other.entries()] == ["claimed", "sending", "waiting"]
    gone.close()  # lets go of its lock, as a process does that is killed
    other.recover()
    assert [one.state for one in other.entries()] == ["waiting", "unknown", "waiting"]
    assert sorted(one.id for one in other.claim(10)) == [first.id, 3]
    other.close()


def test_nobody_chooses_for_a_person() -> None:
    with pytest.raises(SettingsError, match="there are kim"):
        default_sender([Account(label="kim")], named="lee")
    with pytest.raises(SettingsError, match="neither the team a nor the system"):
        default_sender([Account(label="kim")], team="a")


def test_no_merge_field_begins_a_header() -> None:
    account = Account(
        label="kim", address="kim@example.com", delivery=OutgoingOptions(header="{{x}}")
    )
    letter = write(account, "lee@example.com", "s", "t", fields={"x": "a\r\nBcc: all@example.com"})
    assert "Bcc" not in letter.message
    with pytest.raises(SettingsError, match="line break"):
        write(account, "lee@example.com", "{{x}}", "t", fields={"x": "a\r\nBcc: b@example.com"})
    with pytest.raises(SettingsError, match="no address"):
        write(Account(label="kim"), "lee@example.com", "s", "t")


@given(st.binary(max_size=400))
def test_no_report_breaks_the_reader(value: bytes) -> None:
    head = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    message = message_from_bytes(head + value, policy=policy.default)
    assert isinstance(message, EmailMessage)
    for one in receipts_of(message):
        assert one.word


def test_a_history_takes_any_message(tmp_path: Path) -> None:
    history = History(tmp_path / "h.sqlite")
    for number, head in enumerate(
        (b"From: a@x.example\r\nDate: nonsense", b"From: \xff\xfe@x.example\r\nSubject: \xff", b"")
    ):
        message = header_of(head + b"\r\nMessage-ID: <broken\r\n\r\n")
        history.add(message, own=["kim@x.example"], account="k", folder="INBOX", file=str(number))
    assert [one.file for one in history.of("A@X.example")] == ["0"]
    history.close()


def test_the_only_account_is_the_one_to_send_by() -> None:
    server = Service(protocol="smtp", host="smtp.example.com")
    only = Account(label="kim", outgoing=server)
    assert default_sender([only]) is only
    assert default_sender([only], team="a") is only
    for others in (
        [only, replace(only, label="lee")],
        [replace(only, active=False)],
        [replace(only, scope="team:b")],
    ):
        with pytest.raises(SettingsError, match="default"):
            default_sender(others, team="a")


def test_a_message_that_waits_for_its_time_is_tried_now_if_a_person_says_so(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "o.sqlite")) as journal:
        number = journal.add(parcel(), account="kim")
        (claim,) = journal.claim(1)
        journal.done(claim.id, {"lee@example.com": DeliveryStatus(DEFERRED, 451, "later")}, 900.0)
        assert journal.claim(1) == []
        assert journal.again(number) == 1
        assert [one.id for one in journal.claim(1)] == [number]
