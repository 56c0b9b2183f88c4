"""Where a password comes from, and what is said when it does not."""

import os
import sys
from pathlib import Path

import pytest

from mailkit.errors import SecretError
from mailkit.secret import Secret


def test_comes_from_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALES_PW", "hunter2 ")

    assert Secret.env("SALES_PW").reveal() == "hunter2 "


def test_says_which_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALES_PW", raising=False)

    with pytest.raises(SecretError, match="SALES_PW is not set"):
        Secret.env("SALES_PW").reveal()


def test_comes_from_a_file_without_its_last_line_end(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"p\xc3\xa4ss\n\r\n")

    assert Secret("file", str(file)).reveal() == "päss\n"


def test_says_which_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="cannot read .*nothing.* No such file"):
        Secret("file", str(tmp_path / "nothing")).reveal()


def test_comes_from_a_command() -> None:
    secret = Secret("command", f"{sys.executable} -c 'print(\"hunter2\")'")

    assert secret.reveal() == "hunter2"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (f"{sys.executable} -c 'raise SystemExit(3)'", "status 3"),
        ("no-such-program-here", "No such file"),
        ('unbalanced "quote', "not a command line"),
        (f"{sys.executable} -c 'import os; os.write(1, bytes([255]))'", "UTF-8"),
    ],
)
def test_says_why_a_command_gave_no_password(command: str, why: str) -> None:
    with pytest.raises(SecretError, match=why):
        Secret("command", command).reveal()


def test_a_command_is_not_given_to_a_shell(tmp_path: Path) -> None:
    marker = tmp_path / "marker"

    Secret("command", f"echo x; touch {marker}").reveal()

    assert not marker.exists()


def test_the_message_of_a_failed_command_holds_nothing_it_printed() -> None:
    code = 'import sys; print("hunter2"); print("hunter2", file=sys.stderr); sys.exit(1)'

    with pytest.raises(SecretError) as caught:
        Secret("command", f"{sys.executable} -c '{code}'".replace("hunter2", 'hun" "ter2')).reveal()

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "table", [{}, {"env": "A", "file": "B"}, {"vault": "x"}, {"env": 5}, 7, ["x"], None]
)
def test_anything_else_is_no_secret(table: object) -> None:
    with pytest.raises(SecretError):
        Secret.read(table)


def test_two_values_are_not_told_apart_by_their_text() -> None:
    assert Secret.value("a") != Secret.value("a")
    assert Secret.env("A") == Secret.env("A")
    assert len({Secret.env("A"), Secret.env("A")}) == 1


def test_a_pipe_a_device_and_a_large_file_are_no_secret(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    large.write_bytes(b"x" * 65_537)
    for file, why in ((pipe, "not a regular"), ("/dev/zero", "not a regular"), (large, "larger")):
        with pytest.raises(SecretError, match=why):
            Secret("file", str(file)).reveal()
    large.write_bytes(b"x" * 65_536)
    assert len(Secret("file", str(large)).reveal()) == 65_536


def test_a_command_that_prints_without_end_is_ended() -> None:
    with pytest.raises(SecretError, match="printed more than"):
        Secret("command", "cat /dev/zero").reveal()


def test_a_command_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailkit.secret._COMMAND_S", 0.2)
    with pytest.raises(SecretError, match="gave no answer"):
        Secret("command", "sleep 60").reveal()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc to look into")
@pytest.mark.parametrize("ends", ["import time; time.sleep(60)", "pass", "print('x' * 70_000)"])
def test_what_a_command_that_is_ended_has_started_ends_with_it(
    ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.secret._COMMAND_S", 1.0)
    pipe, script = tmp_path / "pipe", tmp_path / "script.py"
    os.mkfifo(pipe)
    script.write_text(
        "import os, time\n"
        f"grown = os.open({str(pipe)!r}, os.O_WRONLY)\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    time.sleep(40)\n"
        f"{ends}\n"
    )
    end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(SecretError, match=r"gave no answer|printed more"):
            Secret("command", f"{sys.executable} {script}").reveal()
        os.set_blocking(end, True)
        assert os.read(end, 1) == b"", "the last process that holds the other end is gone"
    finally:
        os.close(end)


@pytest.mark.parametrize("kind", ["env", "file", "command"])
@pytest.mark.parametrize(
    "source",
    [
        "",
        " ",
        "\0",
        "a\0b",
        "\n",
        "=",
        "x" * 300,
        "/",
        "~no such user/x",
        '"',
        "\ud800",
        "-x",
    ],
)
def test_a_source_of_any_kind_is_an_error_of_ours(kind: str, source: str) -> None:
    with pytest.raises(SecretError):
        Secret(kind, source).reveal()
