"""The command line, as people and scripts meet it."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.cli.commands import command_parser
from mailkit.cli.main import main
from mailkit.cli.parser import Parser
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
from mailkit.lab.scenario import HOST, PASSWORD, imap, smtp
from mailkit.lab.script import Silence
from mailkit.rules.catalogue import BEYOND, RULES

ROOT = Path(__file__).parents[2]

Make = Callable[..., Lab]
Capture = pytest.CaptureFixture[str]

GOOD = imap(993, "implicit-tls")
BAD = imap(143, "implicit-tls", label="bad")


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., str]:
    def write(*texts: str) -> str:
        path = tmp_path / "accounts.toml"
        path.touch(0o600)
        path.write_text("\n".join(texts), "utf-8")
        return str(path)

    return write


def wire(lab: Lab) -> list[str]:
    arguments = ["--ca", str(lab.ca_file), "--timeout", "2"]
    for (host, port), places in lab.connect_to.items():
        for address, real in places:
            arguments += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]
    return arguments


def test_check_says_what_is_wrong_and_ends_with_1(
    files: Callable[..., str], capsys: Capture
) -> None:
    assert main(["check", files(GOOD, BAD)]) == 1

    out = capsys.readouterr().out
    assert "cfg-port-143-tls" in out
    assert "nothing wrong found" in out
    assert "2 services: 1 failing." in out


def test_check_of_healthy_accounts_ends_with_0(files: Callable[..., str], capsys: Capture) -> None:
    assert main(["check", files(GOOD)]) == 0
    assert "all OK" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "wrong_from"),
    [
        (imap(143, "implicit-tls"), ("error", "warning", "note")),
        (smtp(587, "tls"), ("warning", "note")),
        (imap(143, "starttls", host="localhost"), ("note",)),
        (GOOD, ()),
    ],
    ids=["error", "warning", "note", "healthy"],
)
def test_fail_on_names_the_severity_that_ends_with_1(
    files: Callable[..., str], text: str, wrong_from: tuple[str, ...]
) -> None:
    for level in ("error", "warning", "note", "never"):
        assert main(["check", files(text), "--fail-on", level]) == (level in wrong_from)
    assert main(["check", files(text)]) == ("error" in wrong_from)


def test_a_service_with_warnings_only_is_ok_in_every_place(
    files: Callable[..., str], capsys: Capture
) -> None:
    file = files(smtp(587, "tls"))

    assert main(["check", file]) == 0
    text = capsys.readouterr().out
    assert main(["check", file, "--format", "json"]) == 0
    (account,) = json.loads(capsys.readouterr().out)["accounts"]

    assert "✓ outgoing" in text
    assert "OK, 1 warning" in text
    assert "1 service: all OK, 1 warning." in text
    assert [account["ok"], account["services"][0]["ok"]] == [True, True]


def test_mailkit_alone_shows_its_help(capsys: Capture) -> None:
    assert main([]) == 0
    assert "diagnose" in capsys.readouterr().out


def test_output_is_written_to_a_file_whole_or_not_at_all(
    files: Callable[..., str], tmp_path: Path, capsys: Capture
) -> None:
    report = tmp_path / "report.html"
    report.write_text("before", "utf-8")

    assert main(["check", str(tmp_path / "missing.toml"), "--output", str(report)]) == 2
    assert report.read_text("utf-8") == "before"
    assert main(["check", files(BAD), "--format", "html", "--output", str(report)]) == 1
    assert report.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert capsys.readouterr().out == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accounts.toml", "report.html"]
    assert main(["check", files(BAD), "--output", str(tmp_path / "no" / "report")]) == 2


@pytest.mark.parametrize(
    ("color", "painted"), [("auto", False), ("always", True), ("never", False)]
)
def test_colour_can_be_asked_for_and_refused(
    files: Callable[..., str], capsys: Capture, color: str, painted: bool
) -> None:
    main(["check", files(BAD), "--color", color])
    assert ("\x1b[" in capsys.readouterr().out) is painted


def test_diagnose_names_repairs_and_proves(
    make_lab: Make, files: Callable[..., str], capsys: Capture
) -> None:
    lab = make_lab(*standard(HOST))

    assert main(["diagnose", files(BAD, GOOD), *wire(lab)]) == 1

    out = capsys.readouterr().out
    assert "tls-plain-server" in out
    assert "Fix, verified by login:" in out
    assert '- security = "implicit-tls"' in out
    assert '+ security = "starttls"' in out
    assert "OK, logged in" in out
    assert out.index("bad") < out.index("OK, logged in")


def test_one_account_of_many_can_be_chosen(
    make_lab: Make, files: Callable[..., str], capsys: Capture
) -> None:
    lab = make_lab(*standard(HOST))

    assert main(["diagnose", files(GOOD, BAD), "--account", "kim", *wire(lab)]) == 0
    assert "bad" not in capsys.readouterr().out
    assert main(["check", files(GOOD), "--account", "nobody"]) == 2


def test_the_json_document_is_as_agreed(
    make_lab: Make, files: Callable[..., str], capsys: Capture
) -> None:
    lab = make_lab(*standard(HOST))

    main(["diagnose", files(BAD), "--format", "json", *wire(lab)])

    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "mailkit.report/1"
    (account,) = document["accounts"]
    assert (account["account"], account["ok"]) == ("bad", False)
    (service,) = account["services"]
    assert service["service"] == "incoming"
    assert service["proof"] == "none"
    assert service["settings"] == {
        "protocol": "imap",
        "host": HOST,
        "port": 143,
        "security": "implicit-tls",
        "user": "kim@example.com",
        "auth": "password",
    }
    assert service["cause"] == "tls-plain-server"
    first = service["findings"][0]
    assert set(first) == {"id", "severity", "message", "evidence", "fix", "place", "edits"}
    assert (first["id"], first["severity"]) == ("tls-plain-server", "error")
    assert first["fix"] == {"security": "starttls"}
    assert service["proposal"]["changes"] == {"security": ["implicit-tls", "starttls"]}
    assert service["proposal"]["proof"] == "logged-in"
    assert service["proposal"]["settings"] == service["settings"] | {"security": "starttls"}
    assert service["attempts"][0]["what"] == f"{HOST}:143 implicit-tls"
    assert service["attempts"][0]["outcome"] == "tls-plain-server"
    assert all(isinstance(line, str) for line in service["transcript"])


def test_check_writes_the_same_document_with_nothing_proved(
    files: Callable[..., str], capsys: Capture
) -> None:
    main(["check", files(BAD), "--format", "json"])

    service = json.loads(capsys.readouterr().out)["accounts"][0]["services"][0]
    assert (service["proof"], service["attempts"], service["transcript"]) == ("none", [], [])
    assert service["proposal"] is None


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_other_formats_say_the_same(
    form: str, make_lab: Make, files: Callable[..., str], capsys: Capture
) -> None:
    lab = make_lab(*standard(HOST))

    main(["diagnose", files(BAD), "--format", form, *wire(lab)])

    out = capsys.readouterr().out
    assert "tls-plain-server" in out
    assert "starttls" in out
    assert PASSWORD not in out


def test_apply_writes_the_repair_into_the_file(
    make_lab: Make, files: Callable[..., str], capsys: Capture
) -> None:
    lab = make_lab(*standard(HOST))
    file = files("# keep me\n" + BAD)

    assert main(["diagnose", file, "--apply", *wire(lab)]) == 1
    assert "1 fixed" in capsys.readouterr().err

    text = Path(file).read_text("utf-8")
    assert text.startswith("# keep me\n")
    assert 'security = "starttls"' in text
    assert main(["diagnose", file, *wire(lab)]) == 0


def test_without_apply_no_file_is_touched(make_lab: Make, files: Callable[..., str]) -> None:
    lab = make_lab(*standard(HOST))
    file = files(BAD)
    before = Path(file).read_bytes(), Path(file).stat().st_mtime_ns

    main(["diagnose", file, *wire(lab)])

    assert (Path(file).read_bytes(), Path(file).stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["check"],
        ["check", "/nowhere/accounts.toml"],
        ["diagnose", "--timeout", "soon", "x.toml"],
        ["finding", "no-such-finding"],
        ["lab", "sideways"],
    ],
)
def test_bad_usage_ends_with_2_and_one_clear_line(arguments: list[str], capsys: Capture) -> None:
    assert main(arguments) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("mailkit: ")
    assert "Traceback" not in said.err


@pytest.mark.parametrize("route", ["h", "h:1:a", "h:1:a:b", "h:1:a:99999", "h:x:a:2"])
def test_a_route_that_is_none_is_refused(
    route: str, files: Callable[..., str], capsys: Capture
) -> None:
    assert main(["diagnose", files(GOOD), "--connect-to", route]) == 2
    assert "HOST:PORT:ADDR:PORT" in capsys.readouterr().err


@pytest.mark.parametrize(
    "route", ["mail.example.com:993:{}:{}", "mail.example.com::{}:{}", ":993:{}:{}", "::{}:{}"]
)
def test_a_part_of_a_route_may_be_empty(
    route: str, files: Callable[..., str], make_lab: Make, capsys: Capture
) -> None:
    lab = make_lab(Listener(protocol="imap", host="mail.example.com", port=993))
    to = route.format(*lab.where("mail.example.com", 993))

    assert main(["diagnose", files(GOOD), "--ca", str(lab.ca_file), "--connect-to", to]) == 0
    assert "logged in" in capsys.readouterr().out


def test_a_route_without_an_address_leads_to_another_port_of_the_host(
    files: Callable[..., str], make_lab: Make, capsys: Capture
) -> None:
    lab = make_lab(Listener(protocol="imap", host="localhost", port=993))
    _, port = lab.where("localhost", 993)
    settings = files(imap(993, "implicit-tls", host="localhost"))

    given = ["--ca", str(lab.ca_file), "--connect-to", f"localhost:993::{port}"]
    assert main(["diagnose", settings, *given]) == 0
    assert "logged in" in capsys.readouterr().out


def test_an_unreadable_file_is_named_and_the_good_one_beside_it_is_checked(
    files: Callable[..., str], tmp_path: Path, capsys: Capture
) -> None:
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\0\xff\xfe")

    assert main(["check", files(GOOD), str(binary)]) == 2
    said = capsys.readouterr()
    assert "accounts.toml" in said.out
    assert "binary.toml:1: is a binary file" in said.err


def test_the_version_is_that_of_the_project(capsys: Capture) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert main(["--version"]) == 0

    assert capsys.readouterr().out == f"mailkit {project['version']}\n"


def test_every_finding_has_a_page(capsys: Capture) -> None:
    for name in RULES:
        assert main(["finding", name.upper()]) == 0
        page = capsys.readouterr().out
        assert page.startswith(name)
        headings = [
            page.find(f"\n{part}\n") for part in ("What it means", "What to do", "How to check")
        ]
        assert 0 < headings[0] < headings[1] < headings[2], name
        do = " ".join(page[headings[1] : headings[2]].partition("What to do")[2].split())
        assert do != RULES[name].title, name
        assert "Example" not in page
        assert main(["finding", name, "--examples"]) == 0
        assert "Not this" in capsys.readouterr().out


def test_the_table_has_every_finding(capsys: Capture) -> None:
    main(["findings", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)
    assert {row["id"] for row in rows if "severity" in row} == set(RULES)
    assert {row["id"] for row in rows if "beyond" in row} == set(BEYOND)
    main(["findings", "--format", "markdown"])
    assert capsys.readouterr().out.count("\n| `") == len(RULES) + len(BEYOND)
    main(["findings"])
    assert len(capsys.readouterr().out.splitlines()) == len(RULES) + len(BEYOND)


def test_the_lab_lists_what_it_can_show(capsys: Capture) -> None:
    main(["lab", "faults"])
    out = capsys.readouterr().out
    assert all(name in out for name in (*SCENARIOS, *NOT_SHOWN))


def test_the_demo_repairs_everything(capsys: Capture) -> None:
    assert main(["demo"]) == 0

    out = capsys.readouterr().out
    assert "Every fix was verified." in out
    assert "9 fixes verified by login" in out
    assert "no repair" not in out


def test_the_demo_fails_where_a_repair_does_not_hold(tmp_path: Path, capsys: Capture) -> None:
    text = imap(993, "implicit-tls", host="mail.example.com", user="nobody")
    (tmp_path / "a.toml").write_text(text, "utf-8")

    assert main(["demo", str(tmp_path)]) == 1
    assert "Not every fix was verified." in capsys.readouterr().out


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mailkit", *arguments]
    return subprocess.run(
        command, text=True, capture_output=True, timeout=60, check=False, **options
    )


def test_output_that_nobody_reads_is_no_error(files: Callable[..., str]) -> None:
    command = f"{sys.executable} -m mailkit findings | head -n 1"

    done = subprocess.run(
        command, shell=True, text=True, capture_output=True, timeout=60, check=False
    )

    assert done.returncode == 0
    assert done.stderr == ""


def test_a_terminal_without_unicode_gets_plain_signs(files: Callable[..., str]) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}

    done = run("check", files(BAD), env=environment)

    assert done.returncode == 1
    assert "x incoming" in done.stdout
    assert done.stdout.isascii()


@pytest.mark.parametrize("columns", ["40", "72", "200"])
def test_lines_fit_the_terminal(columns: str, files: Callable[..., str]) -> None:
    path = Path(files(BAD, smtp(587, "tls")))
    root = Path(__file__).parents[2]

    done = run(
        "check",
        path.name,
        cwd=path.parent,
        env=os.environ | {"COLUMNS": columns, "PYTHONPATH": str(root)},
    )

    assert max(len(line) for line in done.stdout.splitlines()) <= max(int(columns), 55)


def test_no_colour_where_nobody_sees_it(files: Callable[..., str]) -> None:
    assert "\x1b" not in run("check", files(BAD)).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("variables", "painted"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colour_unless_it_asks_for_none(
    variables: dict[str, str], painted: bool, files: Callable[..., str]
) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    environment |= {"TERM": "xterm", "COLUMNS": "100"} | variables
    with subprocess.Popen(
        [sys.executable, "-m", "mailkit", "check", files(BAD)],
        stdout=theirs,
        stderr=theirs,
        env=environment,
    ) as process:
        process.wait(timeout=30)
        shown = os.read(ours, 65_536).decode()
    os.close(ours)
    os.close(theirs)

    assert ("\x1b[31m" in shown) is painted
    assert "✗ incoming" in shown.replace("\x1b[31m", "").replace("\x1b[0m", "")


SAYS_WHEN = """
import sys
from mailkit.cli.main import main
from mailkit.fleet import run
def diagnose_all(*accounts, made=run.diagnose_all, **options):
    for report in made(*accounts, **options):
        yield report
        print("a report is there", file=sys.stderr, flush=True)
run.diagnose_all = diagnose_all
sys.exit(main(sys.argv[1:]))
"""
"""The command, which says that it has taken a report when it asks for the next one."""


def test_an_interrupt_reports_what_was_finished(make_lab: Make, files: Callable[..., str]) -> None:
    lab = make_lab(
        *standard(HOST),
        Listener(protocol="raw", host="slow.example.com", port=143, script=[Silence()]),
    )
    slow = imap(143, "starttls", host="slow.example.com", label="slow")
    arguments = [*wire(lab), "--timeout", "30", "--deadline", "60", "--format", "json"]
    process = subprocess.Popen(
        [sys.executable, "-c", SAYS_WHEN, "diagnose", files(GOOD, slow), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "a report is there\n" in iter(process.stderr.readline, "")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert [one["account"] for one in json.loads(out)["accounts"]] == ["kim"]
    assert "interrupted; 1 of 2 not finished; a run with --output" in err


def test_a_diagnosis_dials_before_it_loads_what_comes_later() -> None:
    code = (
        "import sys, mailkit.cli.fleet, mailkit.fleet.results, mailkit.fleet.run; "
        "later = {'mailkit.rules.wire', 'multiprocessing', 'concurrent.futures.process', "
        "'email.message', 'tempfile', 'shutil', 'cryptography', 'dns'}; "
        "print(*sorted(later & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)

    assert done.stdout.strip() == ""


def test_a_check_loads_nothing_of_connections_and_archives() -> None:
    text = imap(993, "implicit-tls")
    code = (
        "import sys; from mailkit.formats import loads; from mailkit.checks import check_report; "
        "from mailkit.cli.commands import command_parser; "
        "from mailkit.report.terminal import report_text; command_parser(); "
        f"check_report(loads({text!r}, 'a.toml')); "
        "unused = {'mailkit.observation.connection', 'zipfile', 'shutil', 'bz2', 'html', 'ssl'}; "
        "print(*sorted(unused & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)

    assert done.stdout.strip() == ""


def test_a_check_loads_no_reader_that_its_file_does_not_need(tmp_path: Path) -> None:
    kinds = {
        "a.toml": imap(993, "implicit-tls"),
        ".env": "SMTP_HOST=smtp.example.com\nSMTP_PORT=587\n",
    }
    for name, text in kinds.items():
        (tmp_path / name).write_text(text)
        code = (
            f"import sys; from mailkit.cli.main import main; main(['check', {str(tmp_path / name)!r}]); "
            "unused = {'mailkit.formats.form', 'mailkit.formats.tables.cells', 'csv'}; "
            "unused |= {'mailkit.formats.syntax'} if sys.argv[1] == 'a.toml' else set(); "
            "sys.stderr.write(','.join(sorted(unused & set(sys.modules))))"
        )

        done = subprocess.run(
            [sys.executable, "-c", code, name], text=True, capture_output=True, check=True
        )

        assert done.stderr == ""


def test_only_the_command_that_was_given_has_its_options_built() -> None:
    given = command_parser("check")
    whole = command_parser()

    assert given.parse_args(["check", "--known-only", "a.toml"]).known_only
    assert given.format_help() == whole.format_help()
    assert [len(made._actions) for made in choices(given) if type(made) is Parser] == [
        len(choices(whole)[0]._actions)
    ]


def choices(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """The parsers of the commands."""
    (action,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return [*action.choices.values()]


def test_help_and_check_load_no_network_code() -> None:
    code = (
        "import sys; from mailkit.cli.main import main; main(['--help']); main(['findings']); "
        "heavy = {'ssl', 'asyncio', 'cryptography', 'tomlkit', 'pandas', 'aiosmtpd', 'smtplib'}; "
        "sys.stderr.write(','.join(sorted(heavy & set(sys.modules))))"
    )

    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=False)

    assert done.stderr == ""
