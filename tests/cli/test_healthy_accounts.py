"""Healthy accounts on the command line: no finding against themselves, and exit status 0."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.cli.main import main
from mailkit.lab import Lab, standard
from mailkit.lab.scenario import HOST, imap, pop3, smtp
from mailkit.observation import Proof
from mailkit.protocol.transcript import loads, transcripts_in
from mailkit.rules.catalogue import case_findings

Make = Callable[..., Lab]
Capture = pytest.CaptureFixture[str]

HEALTHY = {
    "imap by implicit TLS": imap(993, "implicit-tls"),
    "imap by STARTTLS": imap(143, "starttls"),
    "pop3 by implicit TLS": pop3(995, "implicit-tls"),
    "pop3 by STARTTLS": pop3(110, "starttls"),
    "smtp by implicit TLS": smtp(465, "implicit-tls"),
    "smtp by STARTTLS": smtp(587, "starttls"),
}


def wire(lab: Lab) -> list[str]:
    """The options that lead to a lab."""
    arguments = ["--ca", str(lab.ca_file), "--timeout", "2"]
    for (host, port), places in lab.connect_to.items():
        for address, real in places:
            arguments += ["--connect-to", f"{host}:{port or ''}:{address}:{real}"]
    return arguments


def private(file: Path, text: str) -> None:
    """Write a file that its owner alone can read, as one with a password has to be."""
    file.touch(0o600)
    file.write_text(text, "utf-8")


def document(capsys: Capture) -> dict[str, list[dict[str, list[dict[str, object]]]]]:
    """The JSON document that was written."""
    found: dict[str, list[dict[str, list[dict[str, object]]]]] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("text", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_account_is_diagnosed_without_a_finding(
    make_lab: Make, tmp_path: Path, capsys: Capture, text: str
) -> None:
    lab = make_lab(*standard(HOST))
    file = tmp_path / "accounts.toml"
    private(file, text)

    status = main(["diagnose", str(file), "--format", "json", *wire(lab)])

    (service,) = document(capsys)["accounts"][0]["services"]
    assert (status, service["ok"], service["findings"]) == (0, True, [])


def test_a_report_in_markdown_is_a_case_as_it_is(make_lab: Make, tmp_path: Path) -> None:
    lab = make_lab(*standard(HOST))
    file, written = tmp_path / "accounts.toml", tmp_path / "report.md"
    wrong = smtp(587, "implicit-tls").partition("\n\n")[2]
    private(file, imap(993, "implicit-tls") + wrong)

    command = ["diagnose", str(file), "--format", "markdown", "--output", str(written)]
    status = main([*command, *wire(lab)])

    incoming, outgoing = map(loads, transcripts_in(written.read_text("utf-8")))
    assert status == 1
    assert (incoming.findings, case_findings(incoming)) == ((), [])
    assert "tls-plain-server" in outgoing.findings
    assert {finding.id for finding in case_findings(outgoing)} == set(outgoing.findings)
    assert outgoing.fixed is not None
    assert outgoing.fixed.proof is Proof.LOGGED_IN


@pytest.mark.parametrize("chosen", [[], ["--account", "one"]])
def test_an_account_is_not_compared_with_itself_but_with_the_others(
    make_lab: Make, tmp_path: Path, capsys: Capture, chosen: list[str]
) -> None:
    lab = make_lab(*standard(HOST))
    file = tmp_path / "accounts.toml"
    pair = pop3(995, "implicit-tls", label="one") + pop3(995, "implicit-tls", label="two")
    private(file, pair)

    main(["diagnose", str(file), "--format", "json", *chosen, *wire(lab)])

    for account in document(capsys)["accounts"]:
        (service,) = account["services"]
        assert [finding["id"] for finding in service["findings"]] == ["cfg-pop3-two-pollers"]
        other = "two" if account["account"] == "one" else "one"
        assert other in str(service["findings"][0]["message"])


def test_standard_input_is_read_once(
    make_lab: Make, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    import io
    import sys

    lab = make_lab(*standard(HOST))
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(pop3(995, "implicit-tls").encode()))
    )

    assert main(["diagnose", "-", "--format", "json", *wire(lab)]) == 0
    (service,) = document(capsys)["accounts"][0]["services"]
    assert service["findings"] == []
