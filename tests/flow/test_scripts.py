"""A channel's scripts: what one that fails leaves behind is a reason, and nothing that still runs."""

import os
import sys
import time
from pathlib import Path

import pytest

from mailkit.flow.scripts import run_script


def run(tmp_path: Path, program: str, within_s: float = 20) -> str:
    message = tmp_path / "message"
    message.write_bytes(b"Subject: x\r\n\r\n")
    return run_script(program, message, tmp_path, within_s=within_s)


def python(tmp_path: Path, text: str) -> str:
    script = tmp_path / "script.py"
    script.write_text(text)
    return f"{sys.executable} -S {script}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("print('fine')", ""),
        ("import sys\nprint('no', 'disk')\nsys.exit(3)", "ended with status 3: no disk"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "was ended by signal 9"),
        ("import sys\nprint('x' * 100_000)\nsys.exit(1)", "xxx"),
    ],
)
def test_why_a_script_failed_is_said_in_its_own_words(text: str, why: str, tmp_path: Path) -> None:
    said = run(tmp_path, python(tmp_path, text))

    assert why in said
    assert bool(why) is bool(said)
    assert len(said) < 500


def test_what_cannot_be_run_or_read_is_said(tmp_path: Path) -> None:
    assert "cannot be run" in run(tmp_path, str(tmp_path / "missing"))
    assert "cannot be read" in run(tmp_path, "prog 'open")
    assert "cannot be run" in run(tmp_path, "a\0b")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are ended on Unix only")
def test_a_script_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    text = (
        "import os, sys, time\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        f"    open({str(tmp_path / 'child')!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    began = time.monotonic()

    said = run(tmp_path, python(tmp_path, text), within_s=2)

    assert "did not end within 2 s" in said
    assert time.monotonic() - began < 50
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "child").read_text()), 0)


def test_nothing_of_ours_is_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "open sesame 17")
    text = "import os, sys\nprint(sorted(os.environ))\nsys.exit('MAIL_PASSWORD' in os.environ)"

    assert run(tmp_path, python(tmp_path, text)) == ""
