"""A rule, or a step of a diagnosis, that raises an exception loses its own findings only."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.checks import check
from mailkit.diagnosis import steps
from mailkit.finding import Hit, Hits, Rule, Severity, apply_rules, rule
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.scenario import HOST, imap
from mailkit.report import ServiceReport
from mailkit.rules.catalogue import WIRE
from mailkit.rules.remembered import Remembered

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]
PASSWORD = "open sesame 17"

RAISED = [
    ValueError("open sesame 17"),
    KeyError("seen"),
    IndexError("tuple index out of range"),
    AttributeError("port"),
    RecursionError("maximum recursion depth exceeded"),
    StopIteration(),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    OSError(5, "Input/output error"),
    AssertionError(),
]
EACH = pytest.mark.parametrize("error", RAISED, ids=[type(one).__name__ for one in RAISED])


def raising(broken: Rule, error: Exception) -> Rule:
    """A rule as it is, but for an exception after its first hit."""

    def check(*facts: Any) -> Iterator[Hit]:
        yield from broken.check(*facts)
        raise error

    check.__name__ = broken.check.__name__
    return replace(broken, check=check)


@rule(Severity.ERROR)
def cfg_before(account: Account) -> Hits:
    """Something."""
    yield Hit(f"before {account.label}")


@rule(Severity.ERROR)
def cfg_after(account: Account) -> Hits:
    """Something else."""
    yield Hit(f"after {account.label}")


@EACH
def test_a_rule_that_fails_loses_only_its_own_finding(error: Exception) -> None:
    found = apply_rules([raising(cfg_before, error), cfg_after], account=Account(label="kim"))

    assert [one.id for one in found] == ["internal-error", "cfg-after"]
    assert found[0].severity is Severity.WARNING
    assert "the rule cfg-before of mailkit failed" in found[0].message
    assert "Please report" in found[0].message
    assert PASSWORD not in str(found)


@EACH
def test_so_does_a_rule_of_which_answers_are_remembered(
    error: Exception, account_of: Callable[[str], Account]
) -> None:
    account = account_of(imap(993, "implicit-tls"))
    (service,) = account.services
    kept = Remembered([raising(cfg_before, error), cfg_after])

    for _ in range(2):
        found = kept.ask(service, account, (account,), None)
        assert [one.id for one in found] == ["internal-error", "cfg-after"]


def test_a_check_names_what_failed(
    account_of: Callable[[str], Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Remembered([raising(cfg_before, ValueError("x")), cfg_after])
    monkeypatch.setattr("mailkit.checks._static", lambda: kept)

    found = check(account_of(imap(143, "implicit-tls")))

    assert {one.id for one in found} == {"internal-error", "cfg-after"}


def test_a_diagnosis_names_a_rule_that_failed_and_all_that_the_others_found(
    make_lab: Make, diagnosis: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("tls-plain-server", "dns-nxdomain"):
        monkeypatch.setitem(WIRE, name, raising(WIRE[name], TypeError(PASSWORD)))
    lab = make_lab(*standard(HOST, "imap"))

    report = diagnosis(lab, imap(143, "implicit-tls"))

    assert report.cause == "cfg-port-143-tls"
    assert report.proposal is not None
    assert report.proposal.proof.word == "logged-in"
    (one, other) = (found for found in report.findings if found.id == "internal-error")
    assert "the rule dns-nxdomain of mailkit failed" in one.message
    assert "the rule tls-plain-server of mailkit failed" in other.message
    assert PASSWORD not in repr(report.findings)
    assert "== finding internal-error" not in report.transcript


def test_a_healthy_service_stays_healthy_where_a_rule_failed(
    make_lab: Make, diagnosis: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = raising(WIRE["crt-soon"], ZeroDivisionError())
    monkeypatch.setattr("mailkit.rules.wire._HEALTHY", [broken])
    lab = make_lab(*standard(HOST, "imap"))

    report = diagnosis(lab, imap(993, "implicit-tls"))

    assert report.ok
    assert [one.id for one in report.warnings] == ["internal-error"]


@pytest.mark.parametrize("at", range(len(steps.STEPS)))
def test_a_step_that_fails_leaves_a_report_of_what_is_known(
    at: int, make_lab: Make, diagnosis: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any) -> None:
        raise LookupError(PASSWORD)

    monkeypatch.setattr(steps, "STEPS", (*steps.STEPS[:at], break_down, *steps.STEPS[at + 1 :]))
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))

    report = diagnosis(lab, imap(143, "starttls"))

    assert not report.ok
    assert report.cause == ("tcp-refused" if at else "unexplained")
    assert [one.id for one in report.findings][-1] == "internal-error"
    assert "the step “break down” of mailkit failed" in report.findings[-1].message
    assert PASSWORD not in repr(report.findings)
    if at <= 5:
        assert lab.logins == []
