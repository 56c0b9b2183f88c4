"""What people meet first: suggestions, completion, the status line, narrow terminals, next steps."""

import io
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import mailkit
from mailkit.cli import live
from mailkit.cli.commands import command_parser
from mailkit.cli.live import LiveReport, StatusLine, next_step, waiting
from mailkit.cli.main import main
from mailkit.cli.parser import Listed
from mailkit.lab import Lab, standard
from mailkit.net.activity import activities, under_way
from mailkit.observation import ServerEndpoint, Step
from mailkit.protocol.dialogue import SessionState
from mailkit.report.terminal import report_text

ACCOUNT = """
[account.kim]
address = "kim@example.com"

[account.kim.incoming]
protocol = "imap"
host     = "mail.example.com"
port     = 993
security = "starttls"
user     = " kim@example.com"
secret   = { value = "open sesame 17" }

[account.kim.outgoing]
protocol = "smtp"
host     = "mail.example.com"
port     = 587
security = "starttls"
user     = "kim@example.com"
secret   = { value = "open sesame 17" }
"""


def test_a_command_that_was_not_given_is_a_parser_still() -> None:
    """argparse asks the parsers of commands for a formatter from 3.14 on."""
    assert "mailkit check" in Listed(prog="mailkit check").format_usage()


@pytest.mark.parametrize("width", [60, 80])
def test_the_help_of_every_command_fits(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    commands = next(a for a in command_parser()._actions if isinstance(a.choices, dict))
    assert commands.choices is not None

    for name, parser in commands.choices.items():
        too_long = [line for line in parser.format_help().splitlines() if len(line) > width]
        assert too_long == [], name


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["diagnos", "x"], "did you mean diagnose?"),
        (["expalin", "x"], "did you mean explain?"),
        (["check", "--acount", "kim", "x"], "did you mean --account?"),
        (["diagnose", "--deadlin3=5", "x"], "did you mean --deadline?"),
        (["check", "--format", "jsn", "x"], "did you mean json?"),
        (["lab", "upp"], "did you mean up?"),
        (["finding", "tls-plain-servr"], "did you mean tls-plain-server"),
    ],
)
def test_a_misspelt_word_is_answered_with_the_likely_one(
    words: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert meant in capsys.readouterr().err


def test_a_word_like_no_other_is_answered_with_what_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "--format", "zzz", "x"]) == 2
    assert "use text, json, markdown" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_an_address_in_place_of_a_file_is_answered_with_discover_and_its_likely_spelling(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([command, "kim@gmial.com"]) == 2
    shown = capsys.readouterr().err
    assert "Did you mean kim@gmail.com? Run: mailkit discover kim@gmail.com" in shown
    assert main([command, "kim@example.com"]) == 2
    assert "Did you mean" not in capsys.readouterr().err
    file = tmp_path / "kim@gmial.com"
    file.write_text(ACCOUNT)
    main(["check", str(file)])
    assert "Did you mean kim@" not in capsys.readouterr().err


def test_a_password_is_not_asked_for_without_a_terminal() -> None:
    command = [sys.executable, "-m", "mailkit", "diagnose", "--imap", "mail.example.com"]
    ended = subprocess.run(
        [*command, "--user", "kim", "--password-prompt"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        "mailkit: --password-prompt needs a terminal; use --password-env or --password-command\n"
    )


def test_a_full_disk_is_one_line_and_exit_2() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "mailkit", "findings"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr == "mailkit: cannot write the output: No space left on device\n"


@pytest.mark.parametrize("closed", ["closed", "full"])
@pytest.mark.parametrize(
    ("words", "status"), [("finding aut-bad", 0), ("check nowhere.env", 2), ("diagnos x", 2)]
)
def test_standard_error_that_takes_nothing_changes_no_exit_status(
    words: str, status: int, closed: str
) -> None:
    shell = shutil.which("sh")
    if shell is None or not Path("/dev/full").exists():
        pytest.skip("this system has no shell or no /dev/full")
    to = "2>&-" if closed == "closed" else "2>/dev/full"
    ended = subprocess.run(
        [shell, "-c", f"exec '{sys.executable}' -m mailkit {words} {to}"],
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    assert ended.returncode == status


def test_standard_output_that_is_closed_is_one_line_and_exit_2() -> None:
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("this system has no shell")
    ended = subprocess.run(
        [shell, "-c", f"exec '{sys.executable}' -m mailkit findings >&-"],
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == "mailkit: cannot write the output: Bad file descriptor\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["mailkit", "dia"], "diagnose"),
        (["mailkit", "diagnose", "--format", ""], "text json markdown html"),
        (["mailkit", "lab", "d"], "down"),
        (["mailkit", "check", "--outp"], "--output"),
    ],
)
def test_bash_completes_commands_options_and_values(
    words: list[str], offered: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    assert main(["completion", "bash"]) == 0
    quoted = " ".join(f"'{word}'" for word in words)
    script = tmp_path / "complete.bash"
    script.write_text(
        f"{capsys.readouterr().out}\nCOMP_WORDS=({quoted})\nCOMP_CWORD={len(words) - 1}\n"
        '_mailkit\necho "${COMPREPLY[@]}"\n'
    )
    ended = subprocess.run([bash, str(script)], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == offered
    assert not ended.stderr


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", ["channel", "diagnose", "lab", "outbox", "send", "sync"])
def test_help_fits_the_terminal_and_its_tables_keep_their_columns(
    name: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    main([name, "--help"])
    help_ = capsys.readouterr().out
    described = help_.partition("\n\n")[2].partition("positional arguments:")[0]
    rows = [line for line in help_.splitlines() if len(line) > width]
    assert [row for row in rows if not row.lstrip().startswith(("{", "--"))] == []
    for before, line in pairwise(described.splitlines()):
        if before.startswith("  ") and line:  # a table, or a command that goes on
            assert line.startswith("  ")


def test_fish_and_zsh_get_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for shell in ("zsh", "fish"):
        assert main(["completion", shell]) == 0
        script = capsys.readouterr().out
        assert all(name in script for name in ("diagnose", "explain", "fail-on"))
        assert shell in script.splitlines()[1 if shell == "zsh" else 0]


def test_the_status_line_says_who_is_waited_for_and_why() -> None:
    session = SessionState(step=Step.GREETING)
    with under_way(ServerEndpoint("imap", "mail.example.com", 993, "starttls"), session):
        assert str(activities()[-1]) == "imap mail.example.com:993, waiting for the greeting, 0 s"
        session.step = Step.LOGIN
        assert "waiting for the reply to the login" in waiting(0, 1)
        assert waiting(3, 200).startswith("3 of 200 accounts  imap mail.example.com:993")
    assert not [one for one in activities() if one.session is session]


COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


def drawn_by(text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the first status line that is drawn, after checking that it is cleared at the end."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(live, "_FIRST_S", 0.0)
    monkeypatch.setattr(live, "_EVERY_S", 0.001)
    asked = threading.Semaphore(0)
    line = StatusLine(lambda: asked.release() or text)  # type: ignore[func-returns-value]
    assert asked.acquire(timeout=60)
    assert asked.acquire(timeout=60)  # the first one is on the screen
    line.close()
    shown, end = screen.getvalue().rsplit("\r", 1)
    assert end == "\x1b[K"
    return shown.removeprefix("\r").split("\x1b[K")[0]


@pytest.fixture
def with_rich(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if request.param:
        pytest.importorskip("rich", reason="rich is not installed")
    else:
        monkeypatch.setitem(sys.modules, "rich.console", None)
    return bool(request.param)


@pytest.mark.parametrize("with_rich", [True, False], indirect=True, ids=["rich", "plain"])
def test_the_status_line_is_gone_before_anything_else_is_written(
    with_rich: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    visible = COLOURS.sub("", drawn_by("waiting " * 20, monkeypatch))
    assert visible.rstrip().endswith("…")
    assert len(visible) < 80


@pytest.mark.parametrize("with_rich", [True, False], indirect=True, ids=["rich", "plain"])
def test_rich_shows_the_status_in_colour_and_without_it_the_same_words_are_plain(
    with_rich: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "imap [bold]mail.example.com:993, waiting for the greeting, 4 s"
    drawn = drawn_by(text, monkeypatch)
    visible = COLOURS.sub("", drawn)
    assert text in visible  # nothing in it is markup
    assert (visible != drawn) == with_rich


@pytest.mark.parametrize("with_rich", [True], indirect=True, ids=["rich"])
def test_the_status_line_is_plain_where_no_colour_is_wanted(
    with_rich: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert drawn_by("waiting, 4 s", monkeypatch) == "waiting, 4 s"


def test_a_terminal_that_is_closed_ends_the_status_line_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed(Terminal):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    monkeypatch.setattr(sys, "stderr", Closed())
    monkeypatch.setattr(live, "_FIRST_S", 0.0)
    line = StatusLine(lambda: "waiting")
    line._thread.join(60)
    assert not line._thread.is_alive()
    line.close()
    assert not failed


def test_nothing_is_drawn_while_a_result_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(live, "_FIRST_S", 0.0)
    monkeypatch.setattr(live, "_EVERY_S", 0.001)
    asked = threading.Semaphore(0)
    line = StatusLine(lambda: asked.release() or "waiting")  # type: ignore[func-returns-value]
    assert asked.acquire(timeout=10)
    with line.hidden():
        before = screen.getvalue()
        while asked.acquire(blocking=False):
            pass
        asked.acquire(timeout=0.05)  # the thread has a text, and may not draw it
        assert screen.getvalue() == before
    line.close()


@pytest.fixture(scope="module")
def report() -> mailkit.Report:
    with Lab(standard("mail.example.com")) as lab:
        return mailkit.diagnose(
            mailkit.loads(ACCOUNT)[0], connect_to=lab.connect_to, ca=lab.ca_file, timeout=2
        )


@pytest.mark.parametrize("width", [60, 72, 80, 120])
def test_no_line_is_wider_than_the_terminal(report: mailkit.Report, width: int) -> None:
    lines = report_text(report, width=width).splitlines()
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(
    "words",
    [
        ["explain", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled"],
        ["explain", "SMTP connect() failed."],
        ["finding", "tls-plain-server"],
        ["findings"],
        ["formats"],
        ["providers"],
        ["check", "imaps://kim@imap.gmial.com:143"],
    ],
    ids=lambda words: words[0],
)
def test_no_command_writes_a_line_wider_than_the_terminal(
    words: list[str],
    width: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    main(words)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if len(line) > width and " " in line.strip()] == []


def test_a_text_is_pasted_without_quotes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = b"(535, b'5.7.8 it isn\\'t \"accepted\": Authentication failed')\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert main(["explain"]) == 0
    pasted = capsys.readouterr()
    assert pasted.out.startswith("aut-bad")
    assert not pasted.err  # a pipe is not asked to paste
    stdin = io.TextIOWrapper(io.BytesIO(text))
    monkeypatch.setattr(stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", stdin)
    assert main(["explain"]) == 0
    assert "paste the text" in capsys.readouterr().err


def test_many_possible_causes_are_a_list_with_how_to_tell_them_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "SMTP connect() failed."]) == 0
    shown = capsys.readouterr().out
    causes = mailkit.explain("SMTP connect() failed.")
    assert len(causes) > 2
    assert re.findall(r"^ *(\d+)\. (\S+)", shown, re.M) == [
        (str(number), cause.id) for number, cause in enumerate(causes, 1)
    ]
    assert shown.count("How to check: ") == len(causes)
    assert f"mailkit finding {causes[0].id}" in shown
    assert "What it means" not in shown


@pytest.mark.parametrize("width", range(60, 110, 3))
def test_a_blank_that_is_the_fault_is_never_lost_at_a_line_end(
    report: mailkit.Report, width: int
) -> None:
    text = report_text(report, width=width)
    assert text.count("“ kim@example.com”") == 1


def test_results_are_written_in_order_as_soon_as_those_before_are_there(
    report: mailkit.Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    shown = LiveReport(text=True)
    shown.show([None, report], None)
    assert not screen.getvalue()
    shown.show([report, report], None)
    assert screen.getvalue().count("kim  <kim@example.com>") == 2
    assert shown.written == 2
    whole = report_text(mailkit.Report.merged([report, report]), skip=shown.written)
    assert "kim@example.com" not in whole
    assert whole.strip().startswith("4 services")


def test_a_pipe_gets_the_report_whole(
    report: mailkit.Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stdout", pipe)
    LiveReport(text=True).show([report], None)
    assert not pipe.getvalue()


def test_a_failed_diagnosis_ends_with_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wire_of: Callable[[Lab], list[str]]
) -> None:
    file = tmp_path / "my accounts.toml"
    file.write_text(ACCOUNT)
    with Lab(standard("mail.example.com")) as lab:
        assert main(["diagnose", str(file), *wire_of(lab)]) == 1
        out = capsys.readouterr().out
        assert f"mailkit diagnose '{file}' --apply" in out
        assert "mailkit finding grt-silent-tls" in out
        main(["diagnose", str(file), "--apply", *wire_of(lab)])
        assert main(["diagnose", str(file), *wire_of(lab)]) == 0
    assert "Next:" not in capsys.readouterr().out.rpartition("services:")[2]


def test_nothing_is_next_where_all_is_well() -> None:
    class Fine:
        accounts: tuple[Any, ...] = ()

    assert next_step(Fine(), ["x"]) == ""  # type: ignore[arg-type]


@pytest.fixture
def wire_of() -> Callable[[Lab], list[str]]:
    def arguments(lab: Lab) -> list[str]:
        given = ["--ca", str(lab.ca_file), "--timeout", "2"]
        for (host, port), places in lab.connect_to.items():
            for address, real in places:
                given += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]
        return given

    return arguments
