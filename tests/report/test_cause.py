"""A report names each fault once; the document has everything that was found."""

import json
from collections.abc import Callable

import pytest

from mailkit.account import Account
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.scenario import ADDRESS, HOST, imap, pop3, smtp
from mailkit.lab.script import Close, Say
from mailkit.ports import Security
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.report.html import report_html
from mailkit.report.json import report_document
from mailkit.report.markdown import report_markdown

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]


def shown(report: ServiceReport) -> list[str]:
    """The report as people see it, in each way, without what was tried and the transcript."""
    whole = Report((AccountReport(account=Account(label="kim"), services=(report,)),))
    return [
        whole.to_text(width=200).partition("Tried")[0],
        report_markdown(whole).partition("| tried")[0],
        report_html(whole).partition("<details>")[0],
    ]


def in_document(report: ServiceReport) -> list[str]:
    whole = Report((AccountReport(account=Account(label="kim"), services=(report,)),))
    (service,) = report_document(whole)["accounts"][0]["services"]
    json.dumps(service)
    return [finding["id"] for finding in service["findings"]]


@pytest.mark.parametrize(
    ("text", "protocol", "cause", "suspicion"),
    [
        (imap(143, "implicit-tls"), "imap", "tls-plain-server", "cfg-port-143-tls"),
        (smtp(587, "implicit-tls"), "smtp", "tls-plain-server", "cfg-port-587-tls"),
        (pop3(995, "starttls"), "pop3", "grt-silent-tls", "cfg-port-995-plain"),
        (smtp(465, "starttls"), "smtp", "grt-silent-tls", "cfg-port-465-starttls"),
    ],
)
def test_a_port_that_contradicts_the_encryption_is_named_once(
    text: str, protocol: str, cause: str, suspicion: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST, protocol))

    report = diagnosis(lab, text, timeout=30, deadline=90)

    assert report.cause == cause
    assert [found.id for found in report.named] == [cause]
    assert in_document(report) == [cause, suspicion]
    for text in shown(report):
        assert cause in text
        assert suspicion not in text


def test_a_server_that_is_no_mail_server_is_named_once(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(
        Listener(
            protocol="raw",
            host=HOST,
            port=22,
            security=Security.STARTTLS,
            script=[Say(b"SSH-2.0-OpenSSH_9.2\r\n"), Close()],
        ),
        Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS),
    )

    report = diagnosis(lab, imap(22, "starttls"))

    assert [found.id for found in report.named] == ["pid-ssh"]
    assert in_document(report) == ["pid-ssh", "cfg-port-foreign"]
    assert report.proposal is not None
    assert report.proposal.service.port == 143


def test_what_the_cause_explains_is_its_evidence(make_lab: Make, diagnosis: Diagnose) -> None:
    refusal = "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6"
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=465,
            replies_tls={"AUTH": [Say(f"{refusal}\r\n".encode())]},
        )
    )

    report = diagnosis(lab, smtp(465, "implicit-tls", secret={"value": '"open sesame 17"'}))

    assert report.cause == "cfg-password-dirty"
    assert [found.id for found in report.included] == ["aut-bad"]
    for text in shown(report):
        assert "authentication failed" in text
        assert "aut-bad" not in text


def test_a_fault_that_would_stand_without_the_failure_is_named_beside_the_cause(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST, "pop3"))

    report = diagnosis(lab, pop3(995, "cleartext"), timeout=30, deadline=90)

    assert report.cause == "grt-silent-tls"
    assert [found.id for found in report.named] == ["grt-silent-tls", "cfg-cleartext"]


def test_two_faults_that_one_proposal_cures_are_both_named(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST, "imap"))

    report = diagnosis(lab, imap(143, "implicit-tls", user=f" {ADDRESS}"))

    assert report.proposal is not None
    assert {*report.proposal.changes} == {"security", "user"}
    assert [found.id for found in report.named] == ["tls-plain-server", "cfg-username-dirty"]
