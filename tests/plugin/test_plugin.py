"""The pytest plugin as a project of somebody else uses it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mailkit.lab.backends.docker import engine_missing
from mailkit.lab.backends.dovecot import find_dovecot

PROJECT = Path(__file__).parent / "project"


def run(
    folder: Path, *options: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a project's own tests, in a process of their own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=clean | (env or {}),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def possible(make: str) -> None:
    if make == "dovecot" and (os.environ.get("DOVECOT") == "skip" or not find_dovecot()):
        pytest.skip("Dovecot is not installed: dovecot-imapd dovecot-pop3d dovecot-lmtpd")
    if make == "docker" and (os.environ.get("DOCKER") == "skip" or engine_missing()):
        pytest.skip(f"no Docker: {engine_missing() or 'DOCKER=skip'}")


@pytest.mark.parametrize("make", ["embedded", "dovecot", "docker"])
def test_a_project_passes_with_each_make_and_sees_what_it_costs(make: str) -> None:
    possible(make)

    done = run(PROJECT, f"--mail-lab={make}")

    assert done.returncode == 0, done.stdout
    assert "12 passed" in done.stdout
    header = next(line for line in done.stdout.splitlines() if line.startswith("mail lab:"))
    assert header.startswith(f"mail lab: {make}, up in ")


def test_workers_have_a_lab_each() -> None:
    done = run(PROJECT, "-n", "2")

    assert done.returncode == 0, done.stdout
    told = [line for line in done.stdout.splitlines() if "mail lab: embedded, up in" in line]
    assert [line.split()[0] for line in told] == ["gw0", "gw1"]


def test_nothing_starts_where_no_test_asks(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n\n\ndef test_it():\n    assert 'mailkit.lab' not in sys.modules\n", "utf-8"
    )
    done = run(tmp_path)

    assert done.returncode == 0, done.stdout
    assert "mail lab: embedded, not started before a test asks for it" in done.stdout


def test_a_make_that_cannot_be_had_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(mailbox):\n    pass\n", "utf-8")
    done = run(tmp_path, "--mail-lab=docker", env={"PATH": "/nowhere"})

    assert done.returncode == 4
    assert "no mail lab (docker): no Docker: neither docker compose nor" in done.stderr
    (tmp_path / "pytest.ini").write_text("[pytest]\nmail_lab = docker\n", "utf-8")
    done = run(tmp_path, "-rs", env={"PATH": "/nowhere"})
    assert "1 skipped" in done.stdout
    assert "no mail lab (docker)" in done.stdout


def test_an_unknown_fault_says_where_the_list_is(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(mail_fault):\n    mail_fault('nonsense')\n", "utf-8"
    )
    done = run(tmp_path)

    assert done.returncode == 1
    assert "nonsense: there is no such fault; mailkit lab faults lists them" in done.stdout


def test_a_message_that_does_not_come_is_told_with_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(mailbox):\n"
        "    mailbox.deliver('Subject: another\\n\\nx\\n')\n"
        "    mailbox.wait_for(subject='wanted', timeout=0.01)\n",
        "utf-8",
    )
    for make in ("embedded", "dovecot"):
        possible(make)
        done = run(tmp_path, f"--mail-lab={make}")
        assert done.returncode == 1
        assert "no message with subject 'wanted' came into INBOX of" in done.stdout
        assert "there is ['another']" in done.stdout


def test_the_example_of_the_readme_passes(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    (code,) = [one for one in re.findall(r"```python\n(.*?)```", text, re.S) if "def test_" in one]
    (tmp_path / "test_readme.py").write_text(code, "utf-8")

    done = run(tmp_path)

    assert "2 passed" in done.stdout, done.stdout
