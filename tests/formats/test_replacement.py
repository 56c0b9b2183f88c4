"""Two processes that change one file at the same time: one succeeds, and none undoes what the other did."""

import os
from pathlib import Path
from typing import IO, Any

import pytest

from mailkit.errors import FormatError
from mailkit.formats import replacement
from mailkit.formats.replacement import replace_file

pytestmark = pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")

OLD, FIRST, SECOND = b"port = 25\n", b"port = 465\n", b"port = 587\n"


def test_of_two_changes_at_the_same_time_one_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.ini"
    file.write_bytes(OLD)
    real = replacement._replaced

    def while_another_does(target: Path, new: bytes, state: Any) -> bool:
        monkeypatch.setattr(replacement, "_replaced", real)
        with pytest.raises(FormatError, match="changed while it was being repaired"):
            replace_file(file, OLD, SECOND)
        return real(target, new, state)

    monkeypatch.setattr(replacement, "_replaced", while_another_does)
    replace_file(file, OLD, FIRST)
    assert file.read_bytes() == FIRST
    replace_file(file, FIRST, SECOND)
    assert file.read_bytes() == SECOND


def test_a_file_that_another_process_has_just_replaced_is_not_replaced_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "a.ini", tmp_path / "other"
    file.write_bytes(OLD)
    other.write_bytes(OLD)
    real = replacement.lock

    def after_another_did(opened: IO[bytes]) -> bool:
        other.replace(file)
        return real(opened)

    monkeypatch.setattr(replacement, "lock", after_another_did)
    with pytest.raises(FormatError, match="changed while it was being repaired"):
        replace_file(file, OLD, FIRST)
    assert file.read_bytes() == OLD


def test_a_file_system_without_locks_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.ini"
    file.write_bytes(OLD)

    def none(opened: IO[bytes]) -> bool:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(replacement, "lock", none)
    replace_file(file, OLD, FIRST)
    assert file.read_bytes() == FIRST
