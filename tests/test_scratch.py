"""Temporary folders end with their process, whatever ends it, and nobody else's are touched."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mailkit import scratch
from mailkit.lab import Lab, standard
from mailkit.scratch import TemporaryFolder

LAB = """
import sys
from mailkit.lab import Lab, standard
with Lab(standard("mail.example.com")) as lab:
    print(lab.ca_file, flush=True)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(scratch, "_swept", set())
    return tmp_path


def started(place: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process with a lab, and the lab's folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", LAB],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(place)},
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip()).parent


def test_what_a_killed_process_has_left_is_removed_by_the_next(place: Path) -> None:
    process, folder = started(place)
    assert folder.parent == place
    assert folder.stat().st_mode & 0o777 == 0o700
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert (folder / "ca.pem").exists()
    with Lab(standard("mail.example.com")) as lab:
        assert [one for one in place.iterdir() if one.is_dir()] == [lab.folder]
    assert [*place.iterdir()] == []


def test_the_folder_of_a_process_that_lives_stays(place: Path) -> None:
    process, folder = started(place)
    TemporaryFolder("mailkit-lab-").remove()
    assert (folder / "ca.pem").exists()
    process.communicate()
    assert not folder.exists()


def test_nothing_else_is_removed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / ".lock").touch()
    (place / "mailkit-lab-link").symlink_to(place / "elsewhere")
    (place / "mailkit-lab-mine").mkdir()
    (place / "mailkit-lab-file").touch()
    (place / "mailkit-run-x").mkdir()
    (place / "mailkit-run-x" / ".lock").touch()
    before = {*place.iterdir()}
    TemporaryFolder("mailkit-lab-").remove()
    assert {*place.iterdir()} == before
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    TemporaryFolder("mailkit-run-").remove()
    assert {*place.iterdir()} == before


def test_a_folder_is_locked_before_others_see_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[list[str]] = []
    lock = scratch.lock

    def seen(file: object) -> bool:
        locked.append([one.name for one in place.iterdir()])
        return lock(file)  # type: ignore[arg-type]

    monkeypatch.setattr(scratch, "lock", seen)
    folder = TemporaryFolder("mailkit-lab-")
    assert [name.startswith(".") for name in locked[0]] == [True]
    assert folder.path.name.startswith("mailkit-lab-")
    folder.remove()
    folder.remove()
    assert [*place.iterdir()] == []


def test_without_locks_no_folder_of_another_process_is_removed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno
    import fcntl

    def unsupported(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unsupported)
    (place / "mailkit-lab-other").mkdir()
    (place / "mailkit-lab-other" / ".lock").touch()

    TemporaryFolder("mailkit-lab-").remove()

    assert [one.name for one in place.iterdir()] == ["mailkit-lab-other"]
