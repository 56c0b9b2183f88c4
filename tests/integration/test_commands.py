"""send, outbox, channel and sync from the command line, against every make of the lab."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.cli.main import main
from mailkit.formats import native
from mailkit.uses import ChannelOptions, OutgoingOptions

Person = Callable[..., Account]
Inbox = Callable[..., list[EmailMessage]]
Command = Callable[..., int]
Capture = pytest.CaptureFixture[str]
HOST = "mail.example.com"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    """Accounts in a file, with their secrets."""

    def write(*accounts: Account) -> str:
        path = tmp_path / "accounts.toml"
        text = ""
        for account in accounts:
            one = native.written([account])
            for service in account.services:
                assert service.secret is not None
                secret = f'secret = {{ value = "{service.secret.reveal()}" }}'
                one = one.replace("# the secret was given as a value and is not written", secret, 1)
            text += one
        path.write_text(text)
        return str(path)

    return write


@pytest.fixture
def wire(stack: Any) -> list[str]:
    """The options by which the stack is reached."""
    arguments = ["--ca", str(stack.ca_file)]
    for port in (993, 995, 465):
        host, real = stack.where(HOST, port)
        arguments += ["--connect-to", f"{HOST}:{port}:{host}:{real}"]
    return arguments


@pytest.mark.system("B6", "B7")
def test_a_message_is_sent_now_or_later_and_stands_in_the_journals(
    person: Person,
    inbox: Inbox,
    file: Callable[..., str],
    wire: list[str],
    tmp_path: Path,
    capsys: Capture,
) -> None:
    reader = person("reader")
    accounts = file(
        person("kim", default=True, delivery=OutgoingOptions(footer="{{company}}")), person("lee")
    )
    box = ["--outbox", str(tmp_path / "outbox.sqlite")]
    letter = ["--to", reader.address, "--field", "company=Example", "--text", "Hello."]
    assert main(["send", accounts, *letter, "--subject", "now", *box, *wire]) == 0
    assert f"{reader.address}: accepted" in capsys.readouterr().out
    assert main(["send", accounts, *letter, "--subject", "later", "--later", *box, *wire]) == 0
    assert "message 2 is in the outbox" in capsys.readouterr().out
    assert main(["outbox", "list", *box]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[3:5] for row in rows] == [["✓", "accepted"], ["·", "waiting"]]
    assert main(["outbox", "work", accounts, *box, *wire]) == 0
    assert capsys.readouterr().out == "1 accepted\n"
    assert [one.get_content().splitlines()[-1] for one in inbox(reader)] == ["Example"] * 2
    assert main(["outbox", "again", "--id", "2", *box]) == 1, "what was accepted is not sent again"
    assert main(["send", accounts, *letter, "--subject", "x", "--by", "nobody", *box]) == 2
    assert "unknown account 'nobody'" in capsys.readouterr().err


@pytest.mark.system("E13")
@pytest.mark.parametrize("read", ["imap", "pop3"])
def test_receipts_that_came_back_are_noted_in_the_journal(
    stack: Any,
    person: Person,
    inbox: Inbox,
    file: Callable[..., str],
    wire: list[str],
    tmp_path: Path,
    capsys: Capture,
    read: str,
) -> None:
    reader = person("reader")
    kim = person("kim", read=read, default=True, delivery=OutgoingOptions(receipts=("read",)))
    accounts, box = file(kim), ["--outbox", str(tmp_path / "o.sqlite")]
    letter = ["--to", reader.address, "--subject", "order", "--text", "x"]
    assert main(["send", accounts, *letter, *box, *wire]) == 0
    (sent,) = inbox(reader)
    report = (
        f"From: {reader.address}\r\nSubject: Read\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Final-Recipient: rfc822; {reader.address}\r\nOriginal-Message-ID: {sent['Message-ID']}\r\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    )
    stack.deliver(reader.address, [kim.address], report.encode())
    stack.deliver(reader.address, [kim.address], b"Subject: other\r\n\r\nx\r\n")
    capsys.readouterr()
    assert main(["outbox", "receipts", accounts, *box, *wire]) == 0
    assert capsys.readouterr().out == "1 receipt noted\n"
    assert main(["outbox", "list", *box]) == 0
    assert " read " in capsys.readouterr().out
    if read == "imap":
        assert [str(one["X-Flags"]) for one in inbox(kim)] == ["", ""]


def test_a_worker_ends_in_order_when_it_is_told_to(
    person: Person, inbox: Inbox, file: Callable[..., str], wire: list[str], tmp_path: Path
) -> None:
    reader = person("reader")
    accounts, outbox = file(person("kim", default=True)), tmp_path / "outbox.sqlite"
    box = ["--outbox", str(outbox)]
    for subject in ("one", "two"):
        letter = ["--to", reader.address, "--subject", subject, "--text", "x", "--later"]
        assert main(["send", accounts, *letter, *box, *wire]) == 0
    command = [sys.executable, "-m", "mailkit", "outbox", "run", accounts, *box, *wire]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout is not None
        assert "2 accepted" in worker.stdout.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        worker.communicate()
    assert len(inbox(reader)) == 2
    assert not [*tmp_path.glob("*.worker-*")]


@pytest.mark.system("C5", "C6")
def test_a_channel_is_run_and_looked_at(
    stack: Any,
    person: Person,
    inbox: Inbox,
    file: Callable[..., str],
    wire: list[str],
    tmp_path: Path,
    capsys: Capture,
) -> None:
    partner = person("partner")
    account = person("letters", read="pop3", channel=ChannelOptions(exclusive=True))
    accounts = file(account)
    script = tmp_path / "count"
    script.write_text('#!/bin/sh\ngrep -q bad "$1" && exit 4\nwc -l < "$1" > "$2/lines.txt"\n')
    script.chmod(0o755)
    for subject in ("good", "bad"):
        text = f"From: {partner.address}\r\nSubject: {subject}\r\n\r\nx\r\n"
        stack.deliver(partner.address, [account.address], text.encode())
    places = ["--folder", str(tmp_path / "channel"), "--outbox", str(tmp_path / "o.sqlite")]
    run = ["channel", "run", accounts, "--process", str(script), *places, *wire]
    assert main(run) == 1
    said = capsys.readouterr().out
    assert "received 2, processed 1, deleted on the server 1" in said
    assert "failed: bad" in said
    assert "status 4" in said
    (answer,) = inbox(partner)
    assert str(answer["Subject"]) == "Re: good"
    assert main(["channel", "list", accounts, *places]) == 0
    assert [row.split()[1] for row in capsys.readouterr().out.splitlines()[:2]] == [
        "deleted",
        "failed",
    ]
    assert main(["channel", "settle", accounts, "--id", "2", *places]) == 0
    assert main(["channel", "run", accounts, *places, *wire]) == 0
    assert inbox(account) == []


@pytest.mark.system("E6", "E7", "E9", "E10", "E11", "E12")
def test_folders_are_kept_the_same_from_the_command_line(
    stack: Any,
    person: Person,
    file: Callable[..., str],
    wire: list[str],
    tmp_path: Path,
    capsys: Capture,
) -> None:
    account = person("kim")
    accounts = file(account)
    for number in range(3):
        text = f"From: a@example.com\r\nSubject: {number}\r\n\r\nx\r\n"
        stack.deliver("a@example.com", [account.address], text.encode())
    place = ["--into", str(tmp_path / "mail"), "--history", str(tmp_path / "h.sqlite")]

    def sync(action: str, *more: str) -> str:
        assert main(["sync", action, accounts, *more, *place, *wire]) == 0
        return capsys.readouterr().out

    assert "INBOX: 3 new" in sync("fetch")
    assert "INBOX: 0 new" in sync("fetch")
    tree = sync("tree")
    assert "Sent" in tree
    assert "no folder has the role archive" in tree
    assert "3 messages" in sync("cost")
    assert "INBOX: 3 new" in sync("reindex", "--folder", "INBOX")
    assert "fetched from now on" in sync("subscribe", "--folder", "Drafts")
    assert "Drafts: 0 new" in sync("download", "--folder", "Drafts")
    assert "INBOX: 0 removed" in sync("purge", "--folder", "INBOX")
    rows = sync("people", "--address", "A@example.com").splitlines()
    assert [row.split()[-1] for row in rows] == ["0", "1", "2"]
    assert all(" from " in row for row in rows)
    assert main(["sync", "purge", accounts, *place, *wire]) == 2
    assert "needs a folder" in capsys.readouterr().err


def test_settings_are_converted_to_the_form_of_another_product(
    capsys: Capture, tmp_path: Path
) -> None:
    example = Path(__file__).parents[2] / "examples" / "forms" / "lettershop.txt"
    assert main(["convert", str(example), "--to", "native"]) == 0
    (tmp_path / "a.toml").write_text(capsys.readouterr().out)
    assert main(["convert", str(tmp_path / "a.toml"), "--to", "lettershop"]) == 0
    assert capsys.readouterr().out.splitlines()[1:4] == example.read_text().splitlines()[1:4]
    assert main(["formats"]) == 0
    assert "24sevenoffice" in capsys.readouterr().out
    assert main(["convert", str(example), "--to", "nothing"]) == 2


def test_a_command_that_is_broken_off_goes_on_where_it_was(
    stack: Any, person: Person, file: Callable[..., str], wire: list[str], tmp_path: Path
) -> None:
    account = person("kim")
    accounts = file(account)
    for number in range(400):
        text = f"From: a@example.com\r\nSubject: {number}\r\n\r\n{'x' * 3000}\r\n"
        stack.deliver("a@example.com", [account.address], text.encode())
    command = [sys.executable, "-m", "mailkit", "sync", "fetch", accounts]
    command += ["--into", str(tmp_path / "mail"), *wire]
    one = subprocess.Popen(command, stderr=subprocess.PIPE)
    until = time.monotonic() + 20
    while not [*tmp_path.glob("mail/tmp/*")] and time.monotonic() < until and one.poll() is None:
        time.sleep(0.001)
    os.kill(one.pid, signal.SIGTERM)
    _, said = one.communicate(timeout=300)
    assert one.returncode in (0, 130), said
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "INBOX:" in done.stdout
    files = [*(tmp_path / "mail" / "cur").iterdir()]
    assert len(files) == 400
