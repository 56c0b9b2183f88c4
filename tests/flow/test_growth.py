"""Cost grows with what is asked for, not with what is there: steps of SQLite are counted, no clock is looked at."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailkit.client import maildir_store
from mailkit.client.maildir_store import MaildirStore
from mailkit.client.outcome import ACCEPTED, DeliveryStatus
from mailkit.flow.correspondents import History
from mailkit.flow.jobs import DONE, TAKEN, Jobs
from mailkit.flow.journal import Journal
from mailkit.flow.senders import header_of
from mailkit.flow.transports import QueuedMessage

FEW, MANY = 200, 3_200


def steps(db: sqlite3.Connection, work: Callable[[], object]) -> int:
    """How many steps SQLite's machine takes, in tens."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    db.set_progress_handler(count, 10)
    try:
        work()
    finally:
        db.set_progress_handler(None, 10)
    return counted[0]


def flat(few: int, many: int) -> bool:
    """Whether sixteen times as many rows cost about the same."""
    return many <= 2 * few + 20


def journal_of(folder: Path, size: int) -> Journal:
    journal = Journal(folder / f"{size}.sqlite")
    now = 1_800_000_000.0
    with journal._change() as db:
        db.executemany(
            "INSERT INTO letter (id, message_id, account, kind, subject, sender, content, notify, made, filed)"
            " VALUES (?, ?, 'a', '', '', 's@example.com', ?, '', ?, '')",
            [(n, f"<{n}@example.com>", b"x", now) for n in range(1, size + 1)],
        )
        db.executemany(
            "INSERT INTO copy (letter, recipient, state, due, changed) VALUES (?, 'r@example.com', ?, ?, 0)",
            [(n, "waiting" if n % 2 else ACCEPTED, n) for n in range(1, size + 1)],
        )
    return journal


Made = tuple[Any, sqlite3.Connection, Callable[[], object]]


def costs(make: Callable[[int], Made]) -> list[int]:
    counted = []
    for size in (FEW, MANY):
        owner, db, work = make(size)
        with closing(owner):
            counted.append(steps(db, work))
    return counted


def test_taking_a_batch_does_not_look_at_all_that_waits(tmp_path: Path) -> None:
    def make(size: int) -> Made:
        journal = journal_of(tmp_path, size)
        return journal, journal._db, lambda: journal.take(20)

    assert flat(*costs(make))


@pytest.mark.parametrize("what", ["recover", "release", "unknown"])
def test_what_no_worker_has_costs_a_worker_nothing(what: str, tmp_path: Path) -> None:
    def make(size: int) -> Made:
        journal = journal_of(tmp_path, size)
        return journal, journal._db, getattr(journal, what)

    assert flat(*costs(make))


def test_a_step_of_a_message_moves_no_entry_of_an_index_but_its_own(tmp_path: Path) -> None:
    """What waits is in an index; what is under way, or was sent, is in none that its state changes."""
    with closing(journal_of(tmp_path, FEW)) as journal:
        indexes = journal._db.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'copy' AND sql NOT NULL"
        )
        columns = [row[0].partition(" ON copy ")[2].partition(")")[0] for row in indexes]
        assert columns
        assert not any("state" in one for one in columns)


def test_nothing_to_file_costs_nothing(tmp_path: Path) -> None:
    def make(size: int) -> Made:
        journal = journal_of(tmp_path, size)
        return journal, journal._db, journal.to_file

    assert flat(*costs(make))


def test_a_receipt_of_a_message_to_many_looks_at_one_recipient(tmp_path: Path) -> None:
    def make(size: int) -> Made:
        journal = Journal(tmp_path / f"receipts-{size}.sqlite")
        people = tuple(f"r{n}@example.com" for n in range(size))
        parcel = QueuedMessage("<m@example.com>", "s@example.com", people, b"x")
        number = journal.add(parcel, account="a", claimed=True)
        journal.done(number, dict.fromkeys(people, DeliveryStatus(ACCEPTED)), None)
        return (
            journal,
            journal._db,
            lambda: journal.receipt("<m@example.com>", "R7@example.com", "read"),
        )

    assert flat(*costs(make))


@pytest.mark.parametrize("ask", ["all", "broken_off", "take"])
def test_a_channel_does_not_look_at_the_jobs_that_are_done(ask: str, tmp_path: Path) -> None:
    def make(size: int) -> Made:
        jobs = Jobs(tmp_path / f"{ask}-{size}.sqlite")
        jobs._db.execute("BEGIN")
        jobs._db.executemany(
            "INSERT INTO job (source, identity, digest, state, sender, subject, file, changed)"
            " VALUES ('s', ?, ?, ?, '', '', '', 0)",
            [(f"1:{n}", f"d{n}", DONE if n else TAKEN) for n in range(size)],
        )
        jobs._db.execute("COMMIT")
        work: dict[str, Callable[[], object]] = {
            "all": lambda: jobs.all("s", TAKEN),
            "broken_off": lambda: jobs.broken_off("s"),
            "take": lambda: jobs.take("s", "1:new", "new", "", "", "", ()),
        }
        return jobs, jobs._db, work[ask]

    assert flat(*costs(make))


def store_of(folder: Path, size: int) -> MaildirStore:
    store = MaildirStore(folder / f"store-{size}", durable=False)
    drafts = [store.write(str(n), [f"message {n}".encode()]) for n in range(size)]
    store.keep("s", 1, drafts)
    return store


def test_keeping_a_batch_looks_up_its_own_contents(tmp_path: Path) -> None:
    def make(size: int) -> Made:
        store = store_of(tmp_path, size)
        drafts = [store.write(f"new {n}", [f"other {n}".encode()]) for n in range(10)]
        return store, store.record, lambda: store.keep("s", 1, drafts)

    assert flat(*costs(make))


def test_moving_a_message_finds_its_row_by_the_file(tmp_path: Path) -> None:
    def make(size: int) -> Made:
        store = store_of(tmp_path, size)
        path = next(iter(store))
        return (
            store,
            store.record,
            lambda: store.moved(path, path.parent.parent / "new" / path.name),
        )

    assert flat(*costs(make))


def test_tidying_opens_only_what_has_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    usual = maildir_store._digest

    def counted(path: Path) -> str:
        opened.append(path)
        return usual(path)

    monkeypatch.setattr(maildir_store, "_digest", counted)
    looked_at: list[int] = []
    for size in (FEW, MANY):
        with closing(store_of(tmp_path, size)) as store:
            stray = next(iter(store))
            store.record.execute("DELETE FROM message WHERE file LIKE ?", (f"%{stray.name}%",))
            looked_at.append(steps(store.record, store.tidy))
            assert [path.name for path in opened] == [stray.name]
            opened.clear()
    few, many = looked_at
    assert many <= 20 * few, "sixteen times as many rows: each is read once"


def test_flags_of_renamed_files_list_the_folder_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    store = store_of(tmp_path, 60)
    request.addfinalizer(store.close)
    for path in store:  # a mail program has marked them as read
        path.rename(path.with_name(f"{path.name}S"))
    listed: list[int] = []
    usual = MaildirStore.__iter__

    def counted(self: MaildirStore) -> object:
        listed.append(1)
        return usual(self)

    monkeypatch.setattr(MaildirStore, "__iter__", counted)
    changes = {str(n): frozenset({"\\Flagged"}) for n in range(60)}
    assert store.reflag("s", 1, changes) == 60
    assert len(listed) == 1
    assert all(path.name.endswith(":2,F") for path in usual(store))
    assert {one.flags for one in store.known("s", 1).values()} == {"\\Flagged"}


def test_links_of_a_folder_are_one_transaction(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    history = History(tmp_path / "people.sqlite")
    request.addfinalizer(history.close)
    commits: list[str] = []
    history._db.set_trace_callback(lambda text: commits.append(text))
    with history.together():
        for n in range(50):
            message = header_of(f"From: p{n}@example.com\r\nSubject: x\r\n\r\n".encode())
            history.add(message, own=["me@example.com"], account="a", folder="f", file=str(n))
    assert sum(text.startswith("COMMIT") for text in commits) == 1
    assert len(history.files("a", "f")) == 50
