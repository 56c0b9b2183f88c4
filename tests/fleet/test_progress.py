"""How far a run is: rate, time left and causes, wherever the program runs."""

import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import mailkit.fleet.progress as progress
from mailkit.account import Account, Service
from mailkit.ports import Protocol
from mailkit.report import AccountReport, Report, ServiceReport


def report(cause: str) -> Report:
    service = Service(protocol=Protocol.IMAP, host="h")
    one = ServiceReport(service=service, ok=not cause, cause=cause)
    return Report((AccountReport(account=Account(label="a", incoming=service), services=(one,)),))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(shown: Any) -> None:
    for cause in ("", "", "tcp-refused", "aut-bad"):
        shown.add(report(cause))
    shown.close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_EVERY_S", 0.0)


def test_the_line_says_rate_time_left_and_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = progress.Tally(8)
    monkeypatch.setattr(progress, "monotonic", lambda: tally.began + 2.0)
    for cause in ("", "", "tcp-refused", "aut-bad"):
        tally.add(report(cause))
    text = tally.line()
    assert text.startswith("4/8 accounts, 2/s, 2 s left; OK 2, ")
    assert "tcp-refused 1" in text


def test_a_slow_start_promises_no_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = progress.Tally(50)
    monkeypatch.setattr(progress, "monotonic", lambda: tally.began + 10.0)
    tally.add(report(""))
    assert tally.line() == "1/50 accounts, 0.1/s; OK 1"


def test_a_pipe_gets_whole_lines_and_no_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    run(progress.progress_for(True, 4))
    assert err.getvalue().endswith("\n")
    assert "\r" not in err.getvalue()
    assert "4/4 accounts" in err.getvalue()


@pytest.mark.parametrize("rich", [True, False])
def test_a_terminal_is_clean_afterwards(monkeypatch: pytest.MonkeyPatch, rich: bool) -> None:
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(progress, "_installed", lambda package: rich)
    monkeypatch.setenv("TERM", "xterm")
    run(progress.progress_for(True, 4))
    assert "/4 accounts" in err.getvalue()
    last = err.getvalue().rpartition("\n" if rich else "\r")[2]
    assert "accounts" not in last


def test_a_notebook_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython

    shown: list[Any] = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=True))
    monkeypatch.setattr(IPython.display, "display", shown.append)
    run(progress.progress_for(True, 4))
    bar, text = shown[0].children
    assert (bar.value, bar.max, bar.bar_style) == (4, 4, "success")
    assert "OK 2" in text.value


def test_nothing_is_shown_where_nothing_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    err = Terminal()
    monkeypatch.setattr(sys, "stderr", err)
    run(progress.progress_for(False, 4))
    assert err.getvalue() == ""


def test_a_run_shows_its_reports_to_what_was_given() -> None:
    import mailkit

    seen: list[Report] = []
    own = SimpleNamespace(add=seen.append, close=lambda: seen.append(Report()))
    accounts = [
        Account(label="a", incoming=Service(protocol=Protocol.IMAP, host="kim@example.com"))
    ]
    reports = [*mailkit.diagnose_all(accounts, progress=own)]
    assert seen == [*reports, Report()]
