"""Mail on disk is its owner's alone, no planted link is followed, and a script's processes and output end with it."""

import os
import sqlite3
import stat
import sys
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mailkit.client.maildir_store import MaildirStore
from mailkit.errors import SettingsError
from mailkit.flow.correspondents import History
from mailkit.flow.jobs import Jobs
from mailkit.flow.journal import Journal
from mailkit.flow.scripts import run_script
from mailkit.flow.steps import steps_in
from mailkit.flow.worker_lock import Worker
from mailkit.private import private_file

JOURNALS = {"outbox": Journal, "jobs": Jobs, "history": History}


@pytest.fixture(autouse=True)
def open_umask() -> object:
    before = os.umask(0)
    yield
    os.umask(before)


def shared(folder: Path) -> list[Path]:
    """What others on the machine can use."""
    return [one for one in folder.rglob("*") if one.lstat().st_mode & 0o077]


def test_a_maildir_is_its_owners_alone(tmp_path: Path) -> None:
    with MaildirStore(tmp_path / "mail", durable=False) as store:
        pending = store.write("1", [b"x"])
        store.keep("s", 0, [pending])
        assert shared(tmp_path) == []


@pytest.mark.parametrize("kind", JOURNALS)
def test_a_journal_is_its_owners_alone(kind: str, tmp_path: Path) -> None:
    journal = JOURNALS[kind](tmp_path / "new" / "x.sqlite")
    assert shared(tmp_path) == []
    journal.close()


@pytest.mark.parametrize("name", ["x.sqlite", "x.sqlite-wal", "x.sqlite-shm", "x.sqlite-journal"])
@pytest.mark.parametrize("kind", JOURNALS)
def test_no_journal_is_kept_behind_a_link(kind: str, name: str, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(b"")
    (tmp_path / name).symlink_to(target)
    with pytest.raises(SettingsError, match="symbolic link"):
        JOURNALS[kind](tmp_path / "x.sqlite")
    assert target.read_bytes() == b""


def test_the_record_of_a_maildir_is_not_kept_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "mailkit.sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match="symbolic link"):
        MaildirStore(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_that_others_could_use_is_ones_own_again(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite"
    file.touch(mode=0o666)
    Journal(file).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_pipe_is_no_journal(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x")
    with pytest.raises(SettingsError, match="not a regular file"):
        private_file(tmp_path / "x")


def test_a_lock_is_never_made_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.flow.worker_lock.secrets.token_hex", lambda count: "known")
    monkeypatch.setattr("mailkit.flow.worker_lock._boot", lambda: "")
    (tmp_path / f"x.worker-{os.getpid()}-known").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        Worker(tmp_path / "x")
    assert not (tmp_path / "elsewhere").exists()


def script(tmp_path: Path, body: str) -> str:
    file = tmp_path / "script.py"
    file.write_text(body)
    return f"{sys.executable} {file}"


def ran(tmp_path: Path, body: str, within_s: float = 20.0) -> str:
    work = tmp_path / "work"
    work.mkdir(mode=0o700)
    return run_script(script(tmp_path, body), tmp_path / "message", work, within_s=within_s)


LEAVES = """
import os, sys, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    os.environ.clear()
    for number in (0, 1, 2):
        os.close(number)
    open(sys.argv[2] + "/pid", "w").write(str(os.getpid()))
    os.write(write, b"x")
    time.sleep(600)
os.read(read, 1)
{end}
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a subreaper")
@pytest.mark.parametrize("end", ["", "sys.exit(3)", "time.sleep(600)", "os.kill(os.getpid(), 9)"])
def test_a_scripts_descendants_end_with_it(end: str, tmp_path: Path) -> None:
    why = ran(tmp_path, LEAVES.format(end=end), 6.0 if "sleep" in end else 60.0)
    number = int((tmp_path / "work" / "pid").read_text())
    assert bool(why) == bool(end)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_scripts_output_takes_no_room(tmp_path: Path) -> None:
    body = "import sys\nfor _ in range(200): sys.stdout.write('word ' * 20_000)\nsys.exit(1)"
    tracemalloc.start()
    why = ran(tmp_path, body)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held < 5_000_000
    assert why.startswith(sys.executable)
    assert "ended with status 1: word word" in why
    assert len(why) < 500
    assert [*(tmp_path / "work").iterdir()] == []
    assert {one.name for one in tmp_path.iterdir()} == {"work", "script.py"}


def test_results_of_a_script_are_their_owners_alone(tmp_path: Path) -> None:
    ran(tmp_path, "import sys\nopen(sys.argv[2] + '/result', 'w').close()")
    assert shared(tmp_path / "work") == []


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_journal_that_others_could_read_is_closed_to_them(journal: str, tmp_path: Path) -> None:
    file = tmp_path / "o.sqlite"
    JOURNALS[journal](file).close()
    file.chmod(0o644)
    JOURNALS[journal](file).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.fixture
def shared_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every group has members besides the owner."""
    monkeypatch.setattr("mailkit.private._is_private", lambda group, users: False)


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
@pytest.mark.parametrize("store", [*JOURNALS.values(), lambda file: MaildirStore(file.parent)])
@pytest.mark.usefixtures("shared_group")
def test_no_mail_is_kept_in_a_folder_that_others_can_write(
    store: Callable[[Path], object], mode: int, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(SettingsError, match="others can write in"):
        store(folder / "x.sqlite")
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize("store", [*JOURNALS.values(), lambda file: MaildirStore(file.parent)])
def test_no_mail_is_kept_below_a_folder_that_others_can_write(
    store: Callable[[Path], object], tmp_path: Path
) -> None:
    (tmp_path / "shared" / "mine").mkdir(parents=True)
    (tmp_path / "link").symlink_to("shared/mine")
    (tmp_path / "shared").chmod(0o777)
    for folder in ("shared/mine", "shared/mine/below/more", "link/more"):
        with pytest.raises(SettingsError, match=r"others can write in .*shared; run: chmod"):
            store(tmp_path / folder / "x.sqlite")
    assert [*(tmp_path / "shared" / "mine").iterdir()] == []


def test_mail_is_kept_in_a_folder_whose_group_is_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.private._is_private", lambda group, users: True)
    tmp_path.chmod(0o770)
    Journal(tmp_path / "x.sqlite").close()


def test_in_a_folder_for_everybody_a_journal_is_kept_whose_files_are_ones_own(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o1777)
    Journal(tmp_path / "x.sqlite").close()
    assert shared(tmp_path) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_no_journal_takes_what_another_user_has_put_beside_it(suffix: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    planted = tmp_path / f"x.sqlite{suffix}"
    planted.write_bytes(b"")
    os.chown(planted, 1234, 1234)
    with pytest.raises(SettingsError, match="another user's"):
        Journal(tmp_path / "x.sqlite")


def test_new_folders_above_a_journal_are_writable_by_its_owner_alone(tmp_path: Path) -> None:
    Journal(tmp_path / "a" / "b" / "x.sqlite").close()
    assert [(tmp_path / name).stat().st_mode & 0o022 for name in ("a", "a/b")] == [0, 0]


@pytest.mark.parametrize("store", [*JOURNALS.values(), lambda file: MaildirStore(file.parent)])
@pytest.mark.parametrize("damage", ["version", "schema", "text", "end"])
def test_a_damaged_file_is_named(damage: str, store: Callable[[Path], Any], tmp_path: Path) -> None:
    file = tmp_path / "mailkit.sqlite"
    store(file).close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    data = bytearray(file.read_bytes())
    match damage:
        case "version":
            data[18:20] = b"\x09\x09"
        case "schema":
            data[100:108] = b"\xff" * 8
        case "text":
            data = data.replace(b"CREATE", b"\x99\x99\x99\x99\x99\x99")
        case _:
            data = data[: len(data) // 2]
    file.write_bytes(data)
    with pytest.raises(SettingsError, match=r"mailkit\.sqlite is not a file of mailkit's"):
        store(file)


def test_notes_of_a_worker_that_are_none_are_left_out() -> None:
    notes = [
        b"1",
        b"[2, []]",
        b"[]",
        b"[3]",
        b"[4, 5]",
        b"[6, [7]]",
        b'"x"',
        b"{}",
        b"null",
        b"\xff",
    ]
    notes += [b"9" * 5000, b"[" * 100_000, b"[[], []]"]
    assert steps_in(b"\n".join([*notes, b"8"])) == ({1}, [])


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_journal_is_named_and_stays_as_it_is(
    content: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "o.sqlite"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"o\.sqlite is not a file of mailkit's"):
        Journal(file)
    assert file.read_bytes() == content
