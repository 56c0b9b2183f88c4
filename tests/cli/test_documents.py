"""What people run is what is tested: each fault of the lab on the command line, against the published schemas."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mailkit.cli.main import main
from mailkit.lab import Lab, standard
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.scenario import ADDRESS, HOST, Scenario, imap, pop3, smtp

DOCS = Path(__file__).parents[2] / "docs"
WIRED = [scenario for scenario in SCENARIOS.values() if scenario.program is None]
Capture = pytest.CaptureFixture[str]


def valid(text: str, schema: str) -> Any:
    """A document that was written, after validation."""
    document = json.loads(text)
    checker = Draft202012Validator(json.loads((DOCS / f"{schema}.schema.json").read_text("utf-8")))
    assert [error.message for error in checker.iter_errors(document)] == []
    return document


def arguments(lab: Lab, scenario: Scenario, folder: Path) -> Iterator[str]:
    """The options of a scenario, as people write them."""
    yield from ("--timeout", str(scenario.options.get("timeout", 2.0)))
    if scenario.anchors:
        yield from ("--ca", str(lab.ca_file))
    for (host, port), places in lab.connect_to.items():
        for address, real in places:
            at = f"[{address}]" if ":" in address else address
            name = f"[{host}]" if ":" in host else host
            yield from ("--connect-to", f"{name}:{port or ''}:{at}:{real}")
    if lab.dns is not None:
        yield from ("--dns", f"{lab.dns[0]}:{lab.dns[1]}")
    for option, value in scenario.options.items():
        name = f"--{option.replace('_', '-')}"
        if option == "timeout":
            continue
        if option == "login":
            yield from () if value else ("--no-login",)
        elif option == "before":
            file = folder / "before.json"
            file.write_text(json.dumps(value), "utf-8")
            yield from (name, str(file))
        elif value is True:
            yield name
        elif isinstance(value, tuple | list):
            yield from (name, *map(str, value))
        elif value is not False:
            yield from (name, str(value))


@pytest.mark.parametrize(
    "scenario",
    [pytest.param(one, id=one.id, marks=pytest.mark.fault(one.id)) for one in WIRED],
)
def test_a_fault_is_reported_alike_by_the_command(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Capture
) -> None:
    if not scenario.anchors:
        monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    file = tmp_path / "scenario.toml"
    file.write_text(scenario.account, "utf-8")
    with Lab(scenario.listeners, scenario.users, scenario.zone) as lab:
        given = [*arguments(lab, scenario, tmp_path), "--format", "json"]
        status = main(["diagnose", str(file), *given])

    document = valid(capsys.readouterr().out, "report")
    account = document["accounts"][0]
    service = next(s for s in account["services"] if scenario.role in ("", s["service"]))
    assert scenario.id in [finding["id"] for finding in service["findings"]]
    assert (service["cause"] or "") == scenario.cause
    proposal = service["proposal"] or {"changes": {}, "proof": ""}
    changes = {key: after for key, (_, after) in proposal["changes"].items()}
    assert (changes, proposal["proof"]) == (dict(scenario.changes), scenario.proof)
    services = [s for one in document["accounts"] for s in one["services"]]
    errors = [f for s in services for f in s["findings"] if f["severity"] == "error"]
    assert status == (not all(s["ok"] for s in services))
    assert not errors or status == 1


HEALTHY = {
    "imap": (imap(993, "implicit-tls"), imap(143, "starttls")),
    "pop3": (pop3(995, "implicit-tls"), pop3(110, "starttls")),
    "smtp": (smtp(465, "implicit-tls"), smtp(587, "starttls")),
}


@pytest.mark.parametrize("protocol", HEALTHY)
@pytest.mark.parametrize("command", ["check", "diagnose"])
def test_healthy_accounts_are_ok_in_the_document(
    make_lab: Callable[..., Lab], tmp_path: Path, capsys: Capture, protocol: str, command: str
) -> None:
    lab = make_lab(*standard(HOST))
    empty = Scenario(id="healthy", account="", listeners=())
    for text in HEALTHY[protocol]:
        file = tmp_path / "accounts.toml"
        file.touch(0o600)
        file.write_text(text, "utf-8")
        wire = [*arguments(lab, empty, tmp_path)] if command == "diagnose" else []
        assert main([command, str(file), "--format", "json", *wire]) == 0
        (account,) = valid(capsys.readouterr().out, "report")["accounts"]
        (service,) = account["services"]
        assert (account["ok"], service["ok"], service["findings"]) == (True, True, [])


def test_the_other_documents_follow_their_schemas(
    make_lab: Callable[..., Lab], capsys: Capture
) -> None:
    lab = make_lab(*standard(HOST))
    empty = Scenario(id="discover", account="", listeners=())
    wire = [*arguments(lab, empty, Path())]

    main(["discover", ADDRESS, "--format", "json", "--deadline", "3", *wire])
    valid(capsys.readouterr().out, "discovery")
    assert main(["explain", "535 5.7.8 Authentication failed", "--format", "json"]) == 0
    assert valid(capsys.readouterr().out, "explanation")["findings"]
    assert main(["explain", "colourless green ideas", "--format", "json"]) == 1
    assert valid(capsys.readouterr().out, "explanation")["findings"] == []
