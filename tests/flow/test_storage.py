"""A file with mail that is damaged, replaced or full while it is open: one error that names it, and nothing is lost unnoticed."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from mailkit.client.compose import compose
from mailkit.client.database import database
from mailkit.client.maildir_store import MaildirStore
from mailkit.errors import StorageError
from mailkit.flow.correspondents import History
from mailkit.flow.jobs import Jobs
from mailkit.flow.journal import Journal
from mailkit.flow.senders import header_in, header_of
from mailkit.flow.transports import QueuedMessage


def add(journal: Journal, name: str) -> None:
    journal.add(compose("kim@example.com", "bob@example.com", name, "text"), account="a")


def take(jobs: Jobs, name: str) -> None:
    jobs.take("a", name, name, "kim@example.com", name, name, set())


def link(history: History, name: str) -> None:
    header = header_of(b"From: kim@example.com\r\n\r\n")
    with history.together():
        history.add(header, own=[], account="a", folder="f", file=name)


def keep(store: MaildirStore, name: str) -> None:
    store.keep("a", 0, [store.write(name, [b"x"])])


KINDS: dict[str, tuple[Callable[[Path], Any], Callable[[Any, str], None]]] = {
    "outbox": (Journal, add),
    "jobs": (Jobs, take),
    "history": (History, link),
    "maildir": (lambda file: MaildirStore(file.parent, durable=False), keep),
}


@pytest.fixture(params=KINDS)
def kept(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Path, Any, Callable[[str], None]]]:
    """A file, the store that has it open, and what puts something into it."""
    opened, put = KINDS[request.param]
    store = opened(tmp_path / "mailkit.sqlite")
    put(store, "before")
    yield tmp_path / "mailkit.sqlite", store, lambda name: put(store, name)
    store.close()


def replaced(file: Path) -> None:
    copyfile(file, f"{file}.copy")
    os.replace(f"{file}.copy", file)


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced")
@pytest.mark.parametrize("change", [Path.unlink, replaced, folder_instead])
def test_nothing_is_put_into_a_file_that_nobody_reads_again(
    change: Callable[[Path], None], kept: tuple[Path, Any, Callable[[str], None]]
) -> None:
    file, _, put = kept
    change(file)
    for _ in range(2):
        with pytest.raises(StorageError, match=r"mailkit\.sqlite was replaced or removed"):
            put("after")


@pytest.mark.parametrize("content", [b"", b"no database" * 1000])
def test_a_file_that_is_damaged_while_it_is_open_is_named(
    content: bytes, kept: tuple[Path, Any, Callable[[str], None]]
) -> None:
    file, store, put = kept
    db = store.record if isinstance(store, MaildirStore) else store._db
    for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE"):
        db.execute(statement).fetchall()
    with file.open("r+b") as opened:
        opened.truncate(0)
        opened.write(content)
    with pytest.raises(StorageError, match=r"mailkit\.sqlite cannot be used"):
        put("after")


def test_a_file_that_another_program_holds_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite"
    db = database(file, "CREATE TABLE a (b)", timeout=0, isolation_level=None)
    with closing(db), closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match=r"x\.sqlite cannot be used: database is locked"):
            db.execute("INSERT INTO a VALUES (1)")
        with pytest.raises(StorageError, match="is locked"):
            database(file, "CREATE TABLE c (d)", timeout=0)
        other.execute("ROLLBACK")
        db.execute("INSERT INTO a VALUES (1)")
        assert db.execute("SELECT b FROM a").fetchall() == [(1,)]


def test_a_change_that_cannot_be_completed_leaves_no_trace_and_no_lock(tmp_path: Path) -> None:
    script = "PRAGMA max_page_count = 20; CREATE TABLE a (b)"
    db = database(tmp_path / "x.sqlite", script, timeout=0, isolation_level=None)
    with closing(db):
        for _ in range(2):
            with pytest.raises(StorageError, match="full"), db.change():
                db.execute("INSERT INTO a VALUES (1)")
                db.execute("INSERT INTO a VALUES (zeroblob(1000000))")
        with pytest.raises(ZeroDivisionError), db.change():
            db.execute(f"INSERT INTO a VALUES ({1 / 0})")
        with db.change():
            db.execute("INSERT INTO a VALUES (2)")
        assert [*db.execute("SELECT b FROM a")] == [(2,)]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "outbox.sqlite")
    made.add(QueuedMessage("a", "k@x", ("a@x",), b"x"), account="one")
    yield made
    made.close()


def left_by(journal: Journal, *, notes: bool = True) -> None:
    """As if the worker had been killed with a message that was ready, and its file had vanished, or not."""
    numbers = [number for number, _ in journal.take(9)]
    if not journal.ready(numbers):
        pytest.skip("the system does not tell its runs apart")
    name = f"1-dead-{journal.worker.boot}"
    if notes:
        Path(f"{journal.file}.worker-{name}").touch()
    journal._db.execute("UPDATE copy SET worker = ?", (name,))


@pytest.mark.parametrize(("notes", "state"), [(True, "waiting"), (False, "unknown")])
def test_a_worker_whose_file_was_removed_may_have_sent_what_was_ready(
    notes: bool, state: str, journal: Journal
) -> None:
    left_by(journal, notes=notes)
    journal.recover()
    assert [entry.state for entry in journal.entries()] == [state]


def test_a_worker_whose_file_cannot_be_opened_counts_as_alive(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_by(journal)

    def refused(path: Path, mode: str = "r") -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    journal.recover()
    assert [entry.state for entry in journal.entries()] == ["ready"]


def test_what_a_full_disk_did_not_let_go_waits(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not journal.ready([number for number, _ in journal.take(9)]):
        pytest.skip("the system does not tell its runs apart")
    journal.close()  # without release, which failed
    again = Journal(journal.file)
    again.recover()
    assert [entry.state for entry in again.entries()] == ["waiting"]
    again.close()
    monkeypatch.setattr(journal, "close", lambda: None)


@pytest.mark.skipif(os.name == "nt", reason="needs pipes")
@pytest.mark.timeout(60)
def test_what_is_no_file_in_a_maildir_is_left_alone(tmp_path: Path) -> None:
    with MaildirStore(tmp_path, durable=False) as store:
        keep(store, "1")
    left = [tmp_path / "new" / "1.P5Q5.host", tmp_path / "cur" / "2.P6Q6.host:2,S"]
    for pipe in left:
        os.mkfifo(pipe)
    (tmp_path / "cur" / "3.P7Q7.host:2,").mkdir()
    with MaildirStore(tmp_path, durable=False) as store:
        store.tidy()
        keep(store, "2")
        assert [*store.known("a")] == ["1", "2"]
    with pytest.raises(OSError, match="not a regular file"):
        header_in(left[0])


KILLED_IN_A_WRITE = """
import os, resource, signal, sys
from mailkit.flow.journal import Journal
from mailkit.flow.transports import QueuedMessage

signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
journal = Journal(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for number in range(20):
    journal.add(QueuedMessage(f"m{number}", "k@x", ("a@x",), b"x" * 9000), account="one")
    os.write(1, f"m{number}\\n".encode())
"""


@pytest.mark.skipif(os.name == "nt", reason="needs limits of the system")
@pytest.mark.parametrize("size", [33_000, 50_001, 77_777, 120_003])
def test_a_process_that_is_killed_within_a_write_loses_nothing(size: int, tmp_path: Path) -> None:
    file = tmp_path / "outbox.sqlite"
    words = [sys.executable, "-c", KILLED_IN_A_WRITE, str(file), str(size)]
    ended = subprocess.run(words, capture_output=True, timeout=100, check=False)
    assert ended.returncode == -signal.SIGXFSZ, ended.stderr
    put = ended.stdout.decode().split()
    journal = Journal(file)
    try:
        assert journal._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        journal.recover()
        kept = [claim.message.message_id for claim in journal.claim(50)]
        assert kept[: len(put)] == put
        assert len(kept) - len(put) in (0, 1), "it may be killed before it can say so"
    finally:
        journal.close()
