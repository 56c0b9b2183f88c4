"""Downloads that are interrupted: nothing lost, nothing twice, and what was not safe is not deleted."""

import errno
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import connect
from mailkit.client.connection import POP3
from mailkit.client.download import Leave, download_drop, download_folder
from mailkit.client.maildir_store import MaildirStore
from mailkit.client.stream import Stream
from mailkit.errors import ClientError, LostError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.relay import Relay, Trigger
from mailkit.lab.scenario import ADDRESS, PASSWORD, imap, pop3
from mailkit.lab.script import Close, Reset, Say
from mailkit.ports import Security

Make = Callable[..., Lab]
COUNT = 40
CLEAR = {
    one: Listener(protocol=one, host="localhost", port=port, security=Security.CLEARTEXT)
    for one, port in (("imap", 143), ("pop3", 110))
}


def written(number: int, size: int = 0) -> bytes:
    lines = b"".join(b".%d line\r\n" % n for n in range(number % 50 + size // 10))
    return b"Message-ID: <%d@example.com>\r\n\r\n%b" % (number, lines)


@pytest.fixture
def lab(make_lab: Make) -> Lab:
    lab = make_lab(*CLEAR.values())
    for number in range(COUNT):
        lab.box(ADDRESS).deliver(written(number))
    return lab


def account(protocol: str, port: int) -> Account:
    text = {"imap": imap, "pop3": pop3}[protocol](port, "cleartext", host="localhost")
    return loads(text)[0]


def fetch(protocol: str, port: int, folder: Path, **options: Any) -> Any:
    with connect(account(protocol, port), timeout=30) as client:
        if protocol == "imap":
            return download_folder(client, "INBOX", folder, durable=False)
        return download_drop(client, folder, durable=False, **options)


def contents(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for sub in ("new", "cur") for path in (folder / sub).iterdir())


def test_a_folder_as_it_was_left_costs_one_command(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    send = Stream.sendall

    def counted(stream: Stream, data: bytes) -> None:
        sent.append(data)
        send(stream, data)

    monkeypatch.setattr(Stream, "sendall", counted)
    port = lab.where("localhost", 143)[1]
    with connect(account("imap", port), timeout=30) as client:
        assert "CONDSTORE" in client.offers

        def commands() -> int:
            sent.clear()
            download_folder(client, "INBOX", tmp_path / "mail", durable=False, exact=True)
            return len(sent)

        assert commands() > 1
        assert commands() == 1
        lab.box(ADDRESS).deliver(written(COUNT))
        assert commands() > 1
        assert commands() == 1
        client.select("INBOX")
        client.store("1", "+FLAGS", "\\Flagged")
        assert commands() > 1
        client.select("INBOX")
        client.store("2", "+FLAGS", "\\Deleted")
        client.expunge()
        assert commands() > 1
        assert commands() == 1

    assert len(contents(tmp_path / "mail")) == COUNT


@pytest.mark.parametrize("protocol", CLEAR)
def test_a_connection_that_breaks_anywhere_loses_and_doubles_nothing(
    protocol: str, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.client.download._BATCH_OCTETS", 2000)
    target = lab.where("localhost", CLEAR[protocol].port)
    chance = random.Random(7)
    broken = 0
    for _ in range(25):
        act = chance.choice([Close(), Reset()])
        with Relay(target, cues=[Trigger(after=chance.randrange(300, 6000), do=[act])]) as relay:
            try:
                fetch(protocol, relay.address[1], tmp_path)
            except ClientError:
                broken += 1
        before = contents(tmp_path)
        assert len(before) == len(set(before))
    fetch(protocol, target[1], tmp_path)

    assert broken > 5
    assert contents(tmp_path) == sorted(m.content for m in lab.box(ADDRESS).messages())
    assert [*(tmp_path / "tmp").iterdir()] == []
    assert fetch(protocol, target[1], tmp_path).new == 0


WORKER = """
import sys
from mailkit.client import connect, download
from mailkit.formats import loads
download._BATCH_OCTETS = 3000
account = loads(open(sys.argv[1]).read())[0]
print("ready", flush=True)
with connect(account, timeout=30) as client:
    if sys.argv[3] == "imap":
        download.download_folder(client, "INBOX", sys.argv[2])
    else:
        download.download_drop(client, sys.argv[2], leave=download.Leave(days=0))
"""


@pytest.mark.parametrize("protocol", CLEAR)
def test_a_process_that_is_killed_anywhere_loses_and_doubles_nothing(
    protocol: str, lab: Lab, tmp_path: Path
) -> None:
    everything = sorted(m.content for m in lab.box(ADDRESS).messages())
    port = lab.where("localhost", CLEAR[protocol].port)[1]
    file = tmp_path / "account.toml"
    file.write_text(
        {"imap": imap, "pop3": pop3}[protocol](port, "cleartext", host="localhost"), "utf-8"
    )
    chance = random.Random(3)
    folder = tmp_path / "mail"
    for _ in range(12):
        command = [sys.executable, "-c", WORKER, str(file), str(folder), protocol]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.random() * 0.12)
            process.send_signal(signal.SIGKILL)
        if not (folder / "new").is_dir():
            continue
        kept = contents(folder)
        there = [m.content for m in lab.box(ADDRESS).messages()]
        assert len(kept) == len(set(kept))
        assert sorted({*kept, *there}) == everything  # what is gone there is here
    fetch(protocol, port, folder)

    assert contents(folder) == everything


def test_nothing_is_deleted_that_is_not_on_disk(lab: Lab, tmp_path: Path) -> None:
    target = lab.where("localhost", 110)
    with Relay(target, cues=[Trigger(after=9000, do=[Close()])]) as relay, pytest.raises(LostError):
        fetch("pop3", relay.address[1], tmp_path, leave=Leave(days=0))

    assert len(lab.box(ADDRESS).messages()) == COUNT


def test_a_new_uidvalidity_is_no_new_mail(lab: Lab, tmp_path: Path) -> None:
    port = lab.where("localhost", 143)[1]
    assert fetch("imap", port, tmp_path).new == COUNT
    lab.box(ADDRESS).renumber()
    lab.box(ADDRESS).deliver(written(COUNT))

    again = fetch("imap", port, tmp_path)

    assert again.new == 1
    assert len(contents(tmp_path)) == COUNT + 1


def digests(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / "mailkit.sqlite")) as record:
        return [row[0] for row in record.execute("SELECT length(digest) FROM message ORDER BY 1")]


def test_a_message_is_hashed_only_where_it_may_be_stored_already(lab: Lab, tmp_path: Path) -> None:
    port = lab.where("localhost", 143)[1]
    fetch("imap", port, tmp_path)
    assert digests(tmp_path) == [0] * COUNT
    lab.box(ADDRESS).folder("INBOX").uidvalidity += 1
    fetch("imap", port, tmp_path)
    assert digests(tmp_path) == [64] * COUNT


def test_a_message_of_a_maildrop_is_hashed_only_where_it_may_be_stored_already(
    lab: Lab, tmp_path: Path
) -> None:
    port = lab.where("localhost", 110)[1]
    fetch("pop3", port, tmp_path)
    assert digests(tmp_path) == [0] * COUNT
    lab.box(ADDRESS).deliver(written(COUNT))
    fetch("pop3", port, tmp_path)
    assert digests(tmp_path) == [0] * (COUNT + 1)  # all are still listed
    lab.box(ADDRESS).renumber()
    fetch("pop3", port, tmp_path)
    assert digests(tmp_path) == [64] * (COUNT + 1)


def test_messages_that_leave_a_maildrop_are_hashed_while_they_come(
    lab: Lab, tmp_path: Path
) -> None:
    port = lab.where("localhost", 110)[1]
    fetch("pop3", port, tmp_path, leave=Leave(days=0))
    assert digests(tmp_path) == [64] * COUNT


def test_new_identities_in_a_maildrop_are_no_new_mail(lab: Lab, tmp_path: Path) -> None:
    port = lab.where("localhost", 110)[1]
    twice = written(3)
    lab.box(ADDRESS).deliver(twice)  # the same content, and another message
    assert fetch("pop3", port, tmp_path).new == COUNT + 1
    lab.box(ADDRESS).renumber()

    assert fetch("pop3", port, tmp_path).new == 0
    assert contents(tmp_path).count(twice) == 2


def test_a_maildrop_without_identities_goes_by_content(make_lab: Make, tmp_path: Path) -> None:
    refuses = Listener(
        protocol="pop3",
        host="localhost",
        port=110,
        security=Security.CLEARTEXT,
        replies={"UIDL": [Say(b"-ERR what\r\n")], "CAPA": [Say(b"-ERR what\r\n")]},
    )
    lab = make_lab(refuses)
    for number in range(5):
        lab.box(ADDRESS).deliver(written(number))
    port = lab.where("localhost", 110)[1]

    assert fetch("pop3", port, tmp_path).new == 5
    assert fetch("pop3", port, tmp_path).new == 0
    assert len(contents(tmp_path)) == 5


@pytest.mark.parametrize(
    "said",
    [
        b"+OK\r\n1 a\r\n\r\n2\r\nx y\r\n3   c\r\n99999999999 z\r\n.\r\n",
        b"+OK\r\n1 same\r\n2 same\r\n3 same\r\n.\r\n",
    ],
)
def test_a_list_with_odd_lines_kills_no_run(said: bytes, make_lab: Make, tmp_path: Path) -> None:
    knobs: dict[str, Any] = {"replies": {"UIDL": [Say(said)]}, "security": Security.CLEARTEXT}
    lab = make_lab(Listener(protocol="pop3", host="localhost", port=110, **knobs))
    for number in range(3):
        lab.box(ADDRESS).deliver(written(number))
    port = lab.where("localhost", 110)[1]

    assert fetch("pop3", port, tmp_path).new == 3
    fetch("pop3", port, tmp_path)
    assert len(contents(tmp_path)) == 3


def test_messages_that_pop3_cannot_return_are_named_and_end_nothing(
    make_lab: Make, tmp_path: Path
) -> None:
    knobs: dict[str, Any] = {"replies": {"RETR": [Say(b"-ERR [SYS/TEMP] broken\r\n")]}}
    lab = make_lab(
        Listener(protocol="pop3", host="localhost", port=110, security=Security.CLEARTEXT, **knobs)
    )
    for number in range(3):
        lab.box(ADDRESS).deliver(written(number))

    with connect(account("pop3", lab.where("localhost", 110)[1]), timeout=30) as client:
        assert isinstance(client, POP3)
        summary = download_drop(client, tmp_path)
        assert (summary.new, len(summary.failed)) == (0, 3)
        assert {words for _, words in summary.failed} == {"-ERR [SYS/TEMP] broken"}
        assert client.stat()[0] == 3  # every answer was read


def test_a_message_that_cannot_be_deleted_is_named_and_keeps_no_other(
    lab: Lab, tmp_path: Path
) -> None:
    locked = Trigger(said=b"DELE 2\r\n", do=[Say(b"-ERR message is locked\r\n")])
    with Relay(lab.where("localhost", 110), cues=[locked]) as relay:
        summary = fetch("pop3", relay.address[1], tmp_path, leave=Leave(days=0))
    assert len(summary.deleted) == COUNT - 1
    assert [words for _, words in summary.failed] == ["not deleted: -ERR message is locked"]
    assert len(lab.box(ADDRESS).messages()) == 1


@pytest.mark.parametrize("protocol", CLEAR)
def test_a_large_message_costs_little_memory(protocol: str, make_lab: Make, tmp_path: Path) -> None:
    lab = make_lab(*CLEAR.values())
    big = b"Subject: big\r\n\r\n" + (b"x" * 998 + b"\r\n") * 30_000
    lab.box(ADDRESS).deliver(big)
    port = lab.where("localhost", CLEAR[protocol].port)[1]
    script = (
        "import sys, tracemalloc\n"
        "from mailkit.client import connect, download\n"
        "from mailkit.formats import loads\n"
        "account = loads(sys.stdin.read())[0]\n"
        "with connect(account) as client:\n"
        "    work = download.download_folder if sys.argv[2] == 'imap' else download.download_drop\n"
        "    where = ('INBOX', sys.argv[1]) if sys.argv[2] == 'imap' else (sys.argv[1],)\n"
        "    tracemalloc.start()\n"
        "    work(client, *where, durable=False)\n"
        "    print(tracemalloc.get_traced_memory()[1])\n"
    )
    text = {"imap": imap, "pop3": pop3}[protocol](port, "cleartext", host="localhost")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), protocol],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert int(done.stdout) < 8 * 1024 * 1024
    assert contents(tmp_path) == [big]


def test_an_old_file_in_tmp_goes_and_a_young_one_of_another_stays(tmp_path: Path) -> None:
    with MaildirStore(tmp_path):
        pass
    old, young = tmp_path / "tmp" / "1.old", tmp_path / "tmp" / "2.young"
    for path in (old, young):
        path.write_bytes(b"x")
    os.utime(old, (1, 1))
    with MaildirStore(tmp_path) as shelf:
        shelf.tidy()
    assert [one.name for one in (tmp_path / "tmp").iterdir()] == ["2.young"]
    assert PASSWORD not in (tmp_path / "mailkit.sqlite").read_bytes().decode("latin-1")


@pytest.mark.parametrize("protocol", CLEAR)
def test_a_disk_that_fails_is_told_and_nothing_is_taken_for_kept(
    protocol: str, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.client.download._BATCH_OCTETS", 2000)
    port = lab.where("localhost", CLEAR[protocol].port)[1]
    names = 0

    def full(old: str, new: str) -> None:
        nonlocal names
        names += 1
        if names > 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        Path(old).rename(new)

    with monkeypatch.context() as patch:
        patch.setattr("mailkit.client.maildir_store.os.rename", full)
        options = {"leave": Leave(days=0)} if protocol == "pop3" else {}
        with pytest.raises(OSError, match="No space left"):
            fetch(protocol, port, tmp_path, **options)

    assert len(lab.box(ADDRESS).messages()) == COUNT
    with MaildirStore(tmp_path) as shelf:
        assert (
            len(shelf.known("INBOX" if protocol == "imap" else "pop3", validity(lab, protocol)))
            <= 5
        )
    fetch(protocol, port, tmp_path)
    assert contents(tmp_path) == sorted(m.content for m in lab.box(ADDRESS).messages())


def validity(lab: Lab, protocol: str) -> int:
    return lab.box(ADDRESS).folder("INBOX").uidvalidity if protocol == "imap" else 0


def test_a_record_of_an_earlier_version_goes_on(lab: Lab, tmp_path: Path) -> None:
    port = lab.where("localhost", 143)[1]
    assert fetch("imap", port, tmp_path).new == COUNT
    with closing(sqlite3.connect(tmp_path / "mailkit.sqlite")) as record:
        record.executescript(
            "DROP INDEX by_hash; CREATE INDEX by_digest ON message (source, digest);"
            "CREATE INDEX by_content ON message (substr(digest, 1, 8));"
        )
    assert fetch("imap", port, tmp_path).new == 0
    with closing(sqlite3.connect(tmp_path / "mailkit.sqlite")) as record:
        names = {name for (name,) in record.execute("SELECT name FROM sqlite_master")}
    assert "by_hash" in names
    assert not names & {"by_content", "by_digest"}


def test_a_message_that_a_clock_kept_in_the_future_goes_after_its_days(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, real = lab.where("localhost", CLEAR["pop3"].port)[1], time.time

    def at(days: float) -> Any:
        with monkeypatch.context() as clock:
            clock.setattr("time.time", lambda: real() + days * 86_400)
            return fetch("pop3", port, tmp_path, leave=Leave(days=7))

    assert at(365).new == COUNT
    assert at(0).deleted == ()
    assert at(6).deleted == ()
    assert len(at(8).deleted) == COUNT
