"""The manual page of a rule is its test: what is flagged there is flagged, what is clean is clean."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from mailkit.checks import check_service
from mailkit.finding import Finding, Rule, Severity, apply_rules
from mailkit.formats import loads
from mailkit.lab.faults import NOT_SHOWN, SCENARIOS
from mailkit.observation.client import ClientSession
from mailkit.ports import Security
from mailkit.protocol import transcript
from mailkit.rules.catalogue import (
    CLIENT,
    INTERNAL,
    PROGRAM,
    RULES,
    STATIC,
    WIRE,
    case_findings,
    client_findings,
    program_findings,
)

EVERY = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def examine(rule: Rule, example: str) -> list[Finding]:
    """All findings that an example of a manual page gives."""
    if rule.id in STATIC:
        accounts = loads(example, "example.toml")
        if mode := re.match(r"# mode ([0-7]+)\n", example):
            accounts = [replace(a, modes={"example.toml": int(mode[1], 8)}) for a in accounts]
        return [f for a in accounts for s in a.services for f in check_service(s, a, accounts)]
    if rule.id in CLIENT:
        return client_findings(ClientSession.of(example.splitlines()))
    if rule.id in INTERNAL:
        return apply_rules(INTERNAL.values(), outcomes=example.splitlines())
    if rule.id in PROGRAM:
        return program_findings(example.splitlines())
    now = datetime.now(UTC)
    return case_findings(transcript.loads(_dated(example, now), now))


def _dated(example: str, now: datetime) -> str:
    """``@NOW+450@`` as the date in so many days, in the way of a mail server."""
    return re.sub(
        r"@NOW([+-]\d+)@",
        lambda match: format_datetime(now + timedelta(days=int(match[1]))),
        example,
    )


def parts(rule: Rule, heading: str) -> list[str]:
    """The examples under a heading; those about a client are sessions, with an empty line between them."""
    blocks = rule.examples(heading)
    return [
        one for block in blocks for one in (block.split("\n\n") if rule.id in CLIENT else [block])
    ]


@EVERY
def test_flags_what_its_page_calls_flagged(rule: Rule) -> None:
    examples = parts(rule, "Flagged")
    assert examples
    for example in examples:
        assert rule.id in [finding.id for finding in examine(rule, example)]


@EVERY
def test_leaves_alone_what_its_page_calls_clean(rule: Rule) -> None:
    examples = parts(rule, "Clean")
    assert examples
    for example in examples:
        assert rule.id not in [finding.id for finding in examine(rule, example)]


@pytest.mark.parametrize("rule", STATIC.values(), ids=STATIC)
def test_a_clean_account_is_clean_for_all_other_rules_too(rule: Rule) -> None:
    for example in rule.examples("Clean"):
        assert [f for f in examine(rule, example) if f.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("rule", WIRE.values(), ids=WIRE)
def test_is_the_first_cause_of_its_own_example(rule: Rule) -> None:
    if rule.severity is Severity.ERROR:
        for example in rule.examples("Flagged"):
            errors = [f.id for f in examine(rule, example) if f.severity is Severity.ERROR]
            assert errors[0] == rule.id


@EVERY
def test_says_what_it_is_in_one_sentence_and_more_on_its_page(rule: Rule) -> None:
    assert rule.title.endswith((".", "?"))
    assert len(rule.title) < 90
    assert rule.explains <= {*RULES, "unexplained"}


@EVERY
def test_never_repairs_by_less_security(rule: Rule) -> None:
    for example in rule.examples("Flagged"):
        for finding in examine(rule, example):
            assert finding.fix.get("security") != Security.CLEARTEXT
            assert set(finding.fix) <= {"protocol", "host", "port", "security", "user", "auth"}


def test_every_rule_has_a_scenario_or_a_reason() -> None:
    assert set(RULES) == set(SCENARIOS) | set(NOT_SHOWN)
    assert not set(SCENARIOS) & set(NOT_SHOWN)


def test_no_id_is_used_twice() -> None:
    assert len(RULES) == sum(map(len, (STATIC, WIRE, PROGRAM, CLIENT, INTERNAL)))
