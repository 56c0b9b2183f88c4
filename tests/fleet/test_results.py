"""Results as tables and files: every service once, in the order of the input, whole after a kill."""

import csv
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mailkit
from mailkit.account import Account, Service
from mailkit.checks import check_report
from mailkit.cli.main import main
from mailkit.errors import FormatError, SettingsError
from mailkit.fleet.results import ResultFile, read_results, write_results
from mailkit.fleet.rows import COLUMNS, account_keys, rows_of
from mailkit.formats import loads
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import HOST, PASSWORD, imap
from mailkit.ports import Protocol
from mailkit.report import Report
from mailkit.text import one_line

KINDS = ["jsonl", "csv", "parquet", "xlsx"]


def account(number: int, port: int = 993, **more: Any) -> Account:
    incoming = Service(protocol=Protocol.IMAP, host="imap.gmail.com", port=port, user=f"u{number}")
    outgoing = Service(protocol=Protocol.SMTP, host="smtp.example.com", port=465, user=f"u{number}")
    return Account(label=f"a{number}", incoming=incoming, outgoing=outgoing, **more)


def reports(accounts: list[Account]) -> list[Report]:
    """A report for each account, with its place, in no order."""
    made = []
    for number, one in enumerate(accounts):
        (report,) = check_report([one]).accounts
        object.__setattr__(report, "position", number)
        made.append(Report((report,)))
    random.Random(7).shuffle(made)
    return made


def test_one_row_for_each_service_in_the_order_of_the_input() -> None:
    accounts = [account(n, 143 if n % 2 else 993) for n in range(5)]
    frame = mailkit.services_frame(reports(accounts))
    assert [*frame.columns] == [*COLUMNS]
    pairs = [(f"a{n}", role) for n in range(5) for role in ("incoming", "outgoing")]
    assert [*zip(frame["account"], frame["service"], strict=True)] == pairs
    assert frame["ok"].dtype == bool
    row = frame.iloc[2]
    assert (row["number"], row["provider"], row["cause"]) == (
        2,
        "Gmail",
        "cfg-provider-contradiction",
    )


def test_causes_are_counted_by_provider_with_an_example() -> None:
    accounts = [account(n, 143 if n % 2 else 993) for n in range(5)]
    frame = mailkit.causes_frame(reports(accounts))
    (row,) = frame.to_dict("records")
    assert (row["cause"], row["provider"], row["count"], row["account"]) == (
        "cfg-provider-contradiction",
        "Gmail",
        2,
        "a1",
    )


def test_every_table_is_made_of_reports_a_frame_or_a_file(tmp_path: Path) -> None:
    made = reports([account(n, 143) for n in range(3)])
    file = tmp_path / "r.parquet"
    write_results(file, [*rows_of(made)])
    frame = mailkit.services_frame(made)
    for view in (mailkit.causes_frame, mailkit.repairs_frame):
        assert view(made).equals(view(frame))
        assert view(made).equals(view(file))


def test_repairs_have_a_row_for_each_setting(tmp_path: Path) -> None:
    rows = [*rows_of(reports([account(1)]))]
    rows[0] |= {
        "changes": '{"port": [143, 993], "host": ["a", "b"]}',
        "proposal_proof": "logged-in",
    }
    frame = mailkit.repairs_frame(rows)
    assert frame[["setting", "before", "after", "proof"]].to_numpy().tolist() == [
        ["port", 143, 993, "logged-in"],
        ["host", "a", "b", "logged-in"],
    ]


def test_two_runs_are_compared() -> None:
    before = [account(0, 143), account(1, 993), account(2, 993), account(3, 143)]
    after = [account(0, 993), account(1, 143), account(2, 993), account(4, 993)]
    frame = mailkit.changes_frame(reports(before), reports(after))
    found = {(row.change, row.account) for row in frame.itertuples() if row.service == "incoming"}
    assert found == {("fixed", "a0"), ("failing", "a1"), ("gone", "a3"), ("new", "a4")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_was_stopped_goes_on(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"r.{kind}"
    accounts = [account(n, 143 if n % 3 else 993) for n in range(9)] + [account(1, 143)]
    made = reports(accounts)
    first = ResultFile(file, accounts)
    for report in made[:4]:
        first.add(report)
    first._file.close()  # killed: nothing is written any more
    if kind in ("jsonl", "csv"):
        with file.open("ab") as half:
            half.write(b'{"number": 1, "acc' if kind == "jsonl" else b"1,a1,")

    assert len(mailkit.services_frame(file)) == 8
    second = ResultFile(file, accounts, resume=True)
    done = {report.accounts[0].position for report in made[:4]}
    assert set(second.left()) == set(range(10)) - done
    for report in made[4:]:
        second.add(report)
    second.close(finished=True)

    rows = read_results(file)
    assert rows == [
        *rows_of(sorted(made, key=lambda r: r.accounts[0].position), account_keys(accounts))
    ]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_an_account_with_half_of_its_services_is_diagnosed_again(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    accounts = [account(n) for n in range(2)]
    one = ResultFile(file, accounts)
    for report in reports(accounts):
        one.add(report)
    one._file.close()
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:3]))
    again = ResultFile(file, accounts, resume=True)
    again.close(finished=False)
    assert len(again.left()) == 1


def test_a_part_of_an_interrupted_run_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "r.parquet"
    ResultFile(file, [account(1)]).close(finished=False)
    with pytest.raises(SettingsError, match="--resume"):
        ResultFile(file, [account(1)])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("text", ["=1+2", "+1", "-1", "@x", "\tx", "\rx", "＝1", "'=1"])
def test_no_cell_is_a_formula(tmp_path: Path, kind: str, text: str) -> None:
    file = tmp_path / f"r.{kind}"
    rows = [*rows_of(reports([account(1)]))]
    rows[0]["account"] = text
    write_results(file, rows)
    if kind == "csv":
        cell = next(csv.DictReader(io.StringIO(file.read_text(), newline="")))["account"]
    else:
        sheet = openpyxl.load_workbook(file).active
        assert sheet is not None
        cell = str(sheet.cell(2, [*COLUMNS].index("account") + 1).value)
        assert sheet.cell(2, [*COLUMNS].index("account") + 1).data_type == "s"
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert read_results(file)[0]["account"] == one_line(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_every_text_survives_a_file(text: str) -> None:
    import tempfile

    rows = [*rows_of(reports([account(1)]))]
    rows[0]["message"] = text
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("jsonl", "csv", "parquet"):
            file = Path(folder) / f"r.{kind}"
            write_results(file, rows)
            kept = one_line(text) if kind == "csv" else text
            assert read_results(file)[0]["message"] == kept


def test_a_file_that_holds_no_results_says_so(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(SettingsError, match="no results"):
        mailkit.services_frame(file)
    with pytest.raises(SettingsError, match="cannot be read"):
        mailkit.services_frame(tmp_path / "none.csv")
    with pytest.raises(SettingsError, match="column ok"):
        mailkit.causes_frame(pd.DataFrame({"account": ["a"], "service": ["incoming"]}))


# The command line


def wire(lab: Lab) -> list[str]:
    arguments = ["--ca", str(lab.ca_file)]
    for (host, port), places in lab.connect_to.items():
        for address, real in places:
            arguments += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]
    return arguments


def write_accounts(file: Path, count: int) -> None:
    lines = ["account,imap_host,imap_port,imap_security,user,password"]
    for n in range(count):
        port = 143 if n % 4 == 3 else 993
        lines.append(f"a{n},{HOST},{port},implicit-tls,kim@example.com,env:FLEET_PW")
    file.write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_writes_a_table(
    make_lab: Any, tmp_path: Path, kind: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLEET_PW", PASSWORD)
    write_accounts(tmp_path / "accounts.csv", 8)
    file = tmp_path / f"r.{kind}"
    lab = make_lab(*standard(HOST))
    status = main(["diagnose", str(tmp_path / "accounts.csv"), "-o", str(file), *wire(lab)])
    assert status == 1
    frame = mailkit.services_frame(file)
    assert [*frame["account"]] == [f"a{n}" for n in range(8)]
    assert [*frame["ok"]] == [True, True, True, False] * 2
    assert set(frame[~frame["ok"]]["proposal_proof"]) == {"logged-in"}
    out = capsys.readouterr().out
    assert "8 services, 2 failing" in out
    assert "2 fixes verified by login" in out

    main(["diagnose", str(tmp_path / "accounts.csv"), "-o", str(file), "--resume", *wire(lab)])
    err = capsys.readouterr().err
    assert "8 accounts are done, 0 left" in err
    assert "sends env FLEET_PW" not in err


def test_two_runs_are_compared_by_the_command(
    make_lab: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLEET_PW", PASSWORD)
    write_accounts(tmp_path / "accounts.csv", 4)
    lab = make_lab(*standard(HOST))
    command = ["diagnose", str(tmp_path / "accounts.csv"), *wire(lab)]
    main([*command, "-o", str(tmp_path / "first.csv")])
    text = (tmp_path / "accounts.csv").read_text()
    (tmp_path / "accounts.csv").write_text(text.replace(",143,", ",993,"))
    capsys.readouterr()
    before = ["--before", str(tmp_path / "first.csv")]
    assert main([*command, "-o", str(tmp_path / "second.parquet"), *before]) == 0
    out = capsys.readouterr().out
    assert "Since the earlier run: 1 fixed." in out
    assert "fixed    a3 incoming: " in out


def test_a_table_of_static_findings(tmp_path: Path, capsys: Any) -> None:
    write_accounts(tmp_path / "accounts.csv", 4)
    file = tmp_path / "r.csv"
    assert main(["check", str(tmp_path / "accounts.csv"), "-o", str(file)]) == 1
    assert [*mailkit.services_frame(file)["cause"]] == ["", "", "", "cfg-port-143-tls"]
    assert "1 failing" in capsys.readouterr().out


def test_killed_at_random_and_resumed_every_service_is_there_once(
    make_lab: Any, tmp_path: Path
) -> None:
    write_accounts(tmp_path / "accounts.csv", 120)
    file = tmp_path / "r.parquet"
    lab = make_lab(*standard(HOST))
    command = [sys.executable, "-m", "mailkit", "diagnose", str(tmp_path / "accounts.csv")]
    command += ["-o", str(file), "--resume", *wire(lab)]
    environment = os.environ | {"FLEET_PW": PASSWORD}
    kills = 0
    while True:
        with subprocess.Popen(
            command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        ) as run:
            begun = _size(file)
            while run.poll() is None and kills < 3 and _size(file) < begun + 5_000 * (kills + 1):
                time.sleep(0.005)
            if run.poll() is None and kills < 3:
                kills += 1
                run.send_signal(signal.SIGKILL)
                continue
            assert run.wait(60) == 1
            break
    assert kills == 3
    counts = Counter(row["account"] for row in read_results(file))
    assert counts == {f"a{n}": 1 for n in range(120)}


def test_several_processes_from_the_command_line(make_lab: Any, tmp_path: Path) -> None:
    write_accounts(tmp_path / "accounts.csv", 8)
    file = tmp_path / "r.jsonl"
    lab = make_lab(*standard(HOST))
    command = [sys.executable, "-m", "mailkit", "diagnose", str(tmp_path / "accounts.csv")]
    command += ["-o", str(file), "--jobs", "2", *wire(lab)]
    done = subprocess.run(
        command, env=os.environ | {"FLEET_PW": PASSWORD}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, done.stderr
    assert [row["ok"] for row in read_results(file)] == [True, True, True, False] * 2


def _size(file: Path) -> int:
    partial = file.with_name(f"{file.name}.partial")
    return partial.stat().st_size if partial.exists() else 0


def test_interrupted_it_keeps_what_is_finished_and_says_how_to_go_on(
    make_lab: Any, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLEET_PW", PASSWORD)
    write_accounts(tmp_path / "accounts.csv", 6)
    lab = make_lab(*standard(HOST))
    file = tmp_path / "r.parquet"
    real = ResultFile.add
    seen: list[Report] = []

    def add(self: ResultFile, report: Report) -> Any:
        seen.append(report)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return real(self, report)

    monkeypatch.setattr(ResultFile, "add", add)
    command = ["diagnose", str(tmp_path / "accounts.csv"), "-o", str(file), *wire(lab)]
    assert main(command) == 130
    assert "2 of 6 accounts are in" in (err := capsys.readouterr().err)
    assert "--resume" in err
    assert len(mailkit.services_frame(file)) == 2
    monkeypatch.setattr(ResultFile, "add", real)
    assert main([*command, "--resume"]) == 1
    assert "sends env FLEET_PW" in capsys.readouterr().err
    assert len(mailkit.services_frame(file)) == 6


def test_same_settings_are_still_two_accounts() -> None:
    one, two = loads(imap(993, "implicit-tls"))[0], loads(imap(993, "implicit-tls"))[0]
    assert len({*account_keys([one, two])}) == 2


ROW = '{"account": "a", "service": "incoming", "ok": true, "cause": "", "number": %s}\n'
HEAD = b"number,account,service,ok,cause\r\n"
BROKEN: list[tuple[str, bytes]] = [
    *(
        ("jsonl", (ROW % value).encode())
        for value in ('"one"', "[1]", "{}", "1e999", "NaN", "9" * 5000)
    ),
    ("jsonl", b'{"account": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"),
    ("json", b"[" * 100_000),
    ("jsonl", b"\xff\n"),
    ("csv", HEAD + b"1,a,incoming,true," + b"x" * 1_000_000 + b"\r\n"),
    ("csv", HEAD + b"one,a,incoming,true,\r\n"),
    ("parquet", b"PAR1" + bytes(100) + b"PAR1"),
    ("xlsx", b"PK\3\4"),
]


@pytest.mark.parametrize(("kind", "content"), BROKEN)
def test_a_broken_file_of_results_is_one_line(kind: str, content: bytes, tmp_path: Path) -> None:
    file = tmp_path / f"r.{kind}"
    file.write_bytes(content)
    with pytest.raises((SettingsError, FormatError)) as error:
        read_results(file)
    assert "\n" not in str(error.value)
    assert str(file) in str(error.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_a_pipe_and_a_device_are_no_results(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "r.jsonl")
    (tmp_path / "s.csv").symlink_to("/dev/zero")
    for name in ("r.jsonl", "s.csv"):
        with pytest.raises(SettingsError, match="not a regular file"):
            read_results(tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="a link needs rights there")
def test_a_part_is_never_written_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "r.xlsx.partial").symlink_to(tmp_path / "elsewhere")
    for resume in (False, True):
        with pytest.raises(SettingsError, match="symbolic link"):
            ResultFile(tmp_path / "r.xlsx", [account(1)], resume=resume)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="no such locks")
@pytest.mark.parametrize("kind", [".csv", ".jsonl", ".parquet", ".xlsx"])
@pytest.mark.parametrize("resume", [True, False])
def test_two_runs_do_not_write_the_same_file(kind: str, resume: bool, tmp_path: Path) -> None:
    file, accounts = tmp_path / f"r{kind}", [account(1)]
    first = ResultFile(file, accounts)
    with pytest.raises(SettingsError, match="another run is writing it|interrupted run"):
        ResultFile(file, accounts, resume=resume)
    first.close(finished=True)
    assert read_results(file) == []
    ResultFile(file, accounts, resume=resume).close(finished=True)


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_a_run_whose_file_was_replaced_says_so(kind: str, tmp_path: Path) -> None:
    run = ResultFile(tmp_path / f"r{kind}", [account(1)])
    run.journal.rename(tmp_path / "moved")
    run.journal.write_bytes(b"of another run")
    with pytest.raises(SettingsError, match="was replaced or removed"):
        run.close(finished=True)
    assert run.journal.read_bytes() == b"of another run"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_no_run_goes_on_with_a_file_of_another_user(kind: str, tmp_path: Path) -> None:
    run = ResultFile(tmp_path / f"r{kind}", [account(1)])
    run.close(finished=False)
    os.chown(run.journal, 1234, 1234)
    with pytest.raises(SettingsError, match="belongs to another user"):
        ResultFile(tmp_path / f"r{kind}", [account(1)], resume=True)
