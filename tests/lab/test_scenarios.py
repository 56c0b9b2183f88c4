"""Each fault, shown by real servers: the cause and the proposal that must come out."""

from collections.abc import Callable, Iterator

import pytest

from mailkit.diagnosis.diagnose import diagnose
from mailkit.formats import loads
from mailkit.lab import Lab
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.scenario import PASSWORD, Scenario
from mailkit.report import ServiceReport
from mailkit.rules.catalogue import program_findings

WIRED = [one for one in SCENARIOS.values() if one.program is None]
WITH_PROGRAM = [one for one in SCENARIOS.values() if one.program is not None]

HARMLESS = {
    "GET",
    *("CAPABILITY", "STARTTLS", "LOGIN", "AUTHENTICATE", "LOGOUT"),
    *("CAPA", "STLS", "USER", "PASS", "AUTH", "QUIT"),
    *("EHLO", "HELO"),
    *("EXAMINE", "ID", "STAT"),
}
"""All that a diagnosis may ever say to a mail server without having been asked for more."""

ON_REQUEST = {
    "mailbox": {"NAMESPACE", "LIST", "LSUB", "GETQUOTAROOT", "MYRIGHTS", "UIDL"},
    "rehearse": {"MAIL", "RCPT", "RSET"},
    "send_test": {"MAIL", "RCPT", "DATA"},
}
"""What each errand may say, and nothing else: none of it changes anything."""


def commands_sent(lab: Lab) -> Iterator[str]:
    """Every command that reached a mail server, without tags; TLS hellos are no commands."""
    for session in lab.sessions:
        if session.in_clear.startswith(b"\x16"):
            continue
        for line in session.transcript:
            words = line.removeprefix("C: ").split(" ")
            if line.startswith("C: ") and words[0] not in ("", "***", "*"):
                yield words[1].upper() if words[0][1:].isdigit() else words[0].upper()


def run(scenario: Scenario, lab: Lab) -> ServiceReport:
    accounts = loads(scenario.account, "scenario.toml")
    options = {"timeout": 2.0, "connect_to": lab.connect_to} | dict(scenario.options)
    if scenario.anchors:
        options["ca"] = lab.ca_file
    if lab.dns is not None:
        options["dns"] = lab.dns
    report = diagnose(accounts[0], accounts=accounts, **options)
    services = report.accounts[0].services
    return next(one for one in services if scenario.role in ("", one.service.role))


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(one, id=one.id, marks=pytest.mark.fault(one.id)) for one in WIRED],
)
def test_is_named_and_repaired(
    scenario: Scenario,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: object,
    replayed: Callable[[ServiceReport], tuple[set[str], set[str]]],
) -> None:
    if not scenario.anchors:
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with Lab(scenario.listeners, scenario.users, scenario.zone) as lab:
        report = run(scenario, lab)

    found, again = replayed(report)
    assert again == found
    assert scenario.id in [finding.id for finding in report.findings]
    assert report.cause == scenario.cause
    assert report.ok is (not scenario.cause)
    proposal = report.proposal
    changes = {key: after for key, (_, after) in proposal.changes.items()} if proposal else {}
    assert changes == scenario.changes
    assert (proposal.proof.word if proposal else "") == scenario.proof

    assert report.attempts
    assert len(lab.logins) <= 3
    assert PASSWORD not in repr(report)
    assert PASSWORD not in "\n".join(report.transcript)
    if proposal is not None:
        assert proposal.service.security != "cleartext"
    asked = [ON_REQUEST.get(name, set()) for name in scenario.options]
    assert set(commands_sent(lab)) <= HARMLESS.union(*asked)


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(one, id=one.id, marks=pytest.mark.fault(one.id)) for one in WITH_PROGRAM],
)
def test_is_found_in_what_the_lab_recorded_of_another_program(scenario: Scenario) -> None:
    assert scenario.program is not None
    with Lab(scenario.listeners, scenario.users, scenario.zone) as lab:
        transcript = scenario.program(lab)

    assert scenario.id in [finding.id for finding in program_findings(transcript)]
    assert PASSWORD not in "\n".join(transcript)
