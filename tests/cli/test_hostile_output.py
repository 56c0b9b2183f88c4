"""What a command writes holds no control of a stranger: from names of files and columns, from settings and arguments."""

import json
import re
import threading
from pathlib import Path

import pytest

from mailkit.cli.live import status_line
from mailkit.cli.main import main
from mailkit.flow.journal import Journal
from mailkit.text import as_json

POISON = "\x1b]0;title\x07\u202e\x9b31m\u200b"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Settings whose names and values are hostile: one file is broken, one is wrong, and one is a table."""
    (tmp_path / f"a{POISON}.env").write_text(
        "MAIL_MAILER=smtp\nMAIL_HOST=smtp.example.com\nMAIL_PORT=587\nMAIL_ENCRYPTION=ssl\n"
    )
    (tmp_path / f"b{POISON}\nmailkit: all is well.toml").write_text("[account.a\n")
    keys = {key: json.dumps(f"{key}{POISON}") for key in ("label", "host", "user", "odd", "mode")}
    (tmp_path / "c.toml").write_text(
        "[account.{label}.incoming]\nprotocol = 'imap'\nhost = {host}\nuser = {user}\n{odd} = 1\n"
        "security = {mode}\n".format_map(keys)
    )
    (tmp_path / "d.csv").write_text(
        f"na{POISON}me,host,port,{POISON}\na{POISON},imap.example.com,99999,{POISON}\n"
    )
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "sarif", "github"])
def test_no_name_of_a_file_and_no_setting_reaches_the_terminal_as_a_control(
    form: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(folder), str(folder / "d.csv")]
    assert main(["check", *files, "--format", form]) == 2
    written, told = capsys.readouterr()
    assert not CONTROLS.search(written)
    assert not CONTROLS.search(told)
    assert all(line.startswith("mailkit: ") for line in told.splitlines())
    assert "\nmailkit: all is well" not in told


@pytest.mark.parametrize(
    "words",
    [
        ["check", f"missing{POISON}"],
        ["check", f"kim{POISON}@example.com"],
        ["check", f"imaps://kim:pw@host{POISON}"],
        ["check", "d.csv", "--column", f"{POISON}=host"],
        ["check", "d.csv", "--account", POISON],
        ["check", "d.csv", "--from", POISON],
        ["convert", "d.csv", "--to", POISON],
        ["diagnose", "d.csv", "--ca", POISON],
        ["diagnose", "d.csv", "--before", POISON],
        ["discover", f"kim{POISON}@example.invalid", "--timeout", "1", "--deadline", "1"],
        ["explain", f"nothing known {POISON}"],
        ["finding", POISON],
        ["providers", POISON],
        [POISON],
    ],
)
def test_no_argument_is_repeated_with_its_controls(
    words: list[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    main(words)
    assert not CONTROLS.search("".join(capsys.readouterr()))


@pytest.mark.parametrize("digits", ["9" * 5000, "0" * 5000, "\u0663", "\u00b2", "-1", "1" * 300])
def test_a_number_of_any_kind_is_no_crash(
    digits: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", digits)
    for host in (f"imap.example.com:{digits}", f"imaps://imap.example.com:{digits}", digits):
        (tmp_path / "a.toml").write_text(
            f'[account.a.incoming]\nprotocol = "imap"\nhost = "{host}"\n'
        )
        assert main(["check", str(tmp_path / "a.toml")]) in (0, 1)
    for option in (f"--dns=127.0.0.1:{digits}", f"--connect-to=a:{digits}:127.0.0.1:{digits}"):
        assert main(["diagnose", "--imap", "localhost:1", "--no-login", option]) == 2
    assert "defect" not in "".join(capsys.readouterr())


def test_a_damaged_file_of_mailkits_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "outbox.sqlite"

    def damaged(journal: Journal, *given: object) -> object:
        file.rename(tmp_path / "elsewhere")
        return journal.cancel(1)

    monkeypatch.setattr(Journal, "again", damaged)
    assert main(["outbox", "again", "--id", "1", "--outbox", str(file)]) == 2
    said = capsys.readouterr().err
    assert said == (
        f"mailkit: {file} was replaced or removed while it was open; nothing is written any more\n"
    )


def test_json_with_what_nobody_sees_is_the_same_json() -> None:
    value = {"a": POISON, "b": ["\u2028\ufeff\x7f", "é✓😀"]}
    text = as_json(value)
    assert json.loads(text) == value
    assert not CONTROLS.search(text)
    assert "é✓😀" in text
    assert as_json(value, ascii_only=True).isascii()


def test_the_status_line_shows_no_control(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    seen = threading.Event()

    class Screen:
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> None:
            drawn.append(text)
            seen.set()

        def flush(self) -> None:
            pass

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", Screen())
    monkeypatch.setattr("mailkit.cli.live.measured", lambda stream, unknown: 80)
    monkeypatch.setattr("mailkit.cli.live._FIRST_S", 0.0)
    with status_line(lambda: f"waiting for {POISON}"):
        assert seen.wait(60)
    ours = re.sub(r"\x1b\[(?:0|1|36|1;36)m|\x1b\[K|\r", "", "".join(drawn))  # rich's colours
    assert not CONTROLS.search(ours)
