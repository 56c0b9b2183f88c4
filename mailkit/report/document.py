"""A report as a JSON document of the schema ``mailkit.report/1``."""

import json
from typing import Any

from mailkit.account import settings
from mailkit.finding import Finding
from mailkit.report import AccountReport, Proposal, Report, ServiceReport

__all__ = ["SCHEMA", "report_document", "report_json"]

SCHEMA = "mailkit.report/1"


def report_json(report: Report, indent: int | None = 2, *, ascii_only: bool = False) -> str:
    """The document as text."""
    return json.dumps(report_document(report), indent=indent, ensure_ascii=ascii_only)


def report_document(report: Report) -> dict[str, Any]:
    """The document as plain data."""
    return {"schema": SCHEMA, "accounts": [_account(one) for one in report.accounts]}


def _account(report: AccountReport) -> dict[str, Any]:
    return {
        "account": report.account.label,
        "ok": report.ok,
        "services": [_service(one) for one in report.services],
    }


def _service(report: ServiceReport) -> dict[str, Any]:
    return {
        "service": report.service.role,
        "ok": report.ok,
        "proof": report.proof.word,
        "settings": settings(report.service),
        "cause": report.cause or None,
        "findings": [_finding(one) for one in report.findings],
        "proposal": _proposal(report.proposal) if report.proposal else None,
        "attempts": [
            {"what": one.what, "outcome": one.outcome, "ms": one.ms} for one in report.attempts
        ],
        "transcript": [*report.transcript],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": finding.id,
        "severity": str(finding.severity),
        "message": finding.message,
        "evidence": [*finding.evidence],
        "fix": {key: _plain(value) for key, value in finding.fix.items()},
    }
    if finding.place is not None:
        document["place"] = {
            "file": finding.place.file,
            "line": finding.place.line,
            "key": finding.place.key,
        }
    return document


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "settings": settings(proposal.service),
        "changes": {key: [*pair] for key, pair in proposal.changes.items()},
        "proof": proposal.proof.word,
    }


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)
