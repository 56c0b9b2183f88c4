"""A report as a JSON document of the schema ``mailkit.report/1``."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC
from typing import Any

from mailkit.account import Account, secret_use, settings
from mailkit.errors import SettingsError
from mailkit.finding import Finding
from mailkit.formats import edits_of, edits_of_each
from mailkit.observation import Before, Proof
from mailkit.report import AccountReport, Proposal, Report, ServiceReport
from mailkit.report.wording import to_confirm
from mailkit.text import as_json

__all__ = ["SCHEMA", "by_account", "earlier", "report_document", "report_json"]

SCHEMA = "mailkit.report/1"


def report_json(report: Report, indent: int | None = 2, *, ascii_only: bool = False) -> str:
    """Return the document as text."""
    return as_json(report_document(report), indent=indent, ascii_only=ascii_only)


def report_document(report: Report) -> dict[str, Any]:
    """Return the document as plain data."""
    from importlib.metadata import version

    when, edits = report.checked_at, _edits(report)
    return {
        "schema": SCHEMA,
        "generated_at": f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if when else None,
        "mailkit": version("mailkit-lab"),
        "accounts": [_account(account, edits) for account in report.accounts],
    }


Edits = dict[int, list[dict[str, Any]]]
"""The edits of a finding's fix, by the identity of the finding."""


def _edits(report: Report) -> Edits:
    """Return the edits of each finding's fix in its settings file; each file is read once."""
    files: dict[str, list[tuple[Finding, tuple[Account, str, Mapping[str, Any]]]]] = {}
    for account in report.accounts:
        for service in account.services:
            place = service.service.place()
            for finding in service.findings if place else ():
                if finding.fix and place:
                    change = (account.account, service.service.role, finding.fix)
                    files.setdefault(place.file, []).append((finding, change))
    return {
        id(finding): edits
        for file, fixes in files.items()
        for (finding, _), edits in zip(
            fixes, edits_of_each(file, [[change] for _, change in fixes]), strict=True
        )
        if edits
    }


def _account(report: AccountReport, edits: Edits) -> dict[str, Any]:
    return {
        "account": report.account.label,
        "ok": report.ok,
        "services": [_service(service, report.account, edits) for service in report.services],
    } | ({"paths": [asdict(path) for path in report.paths]} if report.paths else {})


def _service(report: ServiceReport, account: Account, edits: Edits) -> dict[str, Any]:
    return (
        {
            "service": report.service.role,
            "ok": report.ok,
            "proof": report.proof.word,
            "settings": settings(report.service),
            "cause": report.cause or None,
            "findings": [_finding(finding, edits) for finding in report.findings],
            "proposal": _proposal(report.proposal, account, report) if report.proposal else None,
            "attempts": [
                {"what": attempt.what, "outcome": attempt.outcome, "ms": attempt.ms}
                for attempt in report.attempts
            ],
            "transcript": [*report.transcript],
            "sends": _sends(report),
        }
        | _inside(report)
        | _delivery(report)
    )


def _sends(report: ServiceReport) -> dict[str, Any] | None:
    """Return which secret a login sends where; ``None`` if no login was allowed or there is no secret."""
    service = report.service
    if not report.may_log_in or not secret_use(service):
        return None
    assert service.secret is not None
    return {
        "secret": f"{service.secret.kind} {service.secret.source}",
        "host": service.host,
        "port": service.port,
        "user": service.user,
    }


def _delivery(report: ServiceReport) -> dict[str, Any]:
    """Return the delivery status of a test message, if one was sent."""
    return {} if report.delivery is None else {"delivery": asdict(report.delivery)}


def _inside(report: ServiceReport) -> dict[str, Any]:
    """Return what a later run is compared with, if the mailbox was examined."""
    mailbox = report.seen.mailbox if report.seen else None
    if mailbox is None:
        return {}
    return {
        "mailbox": {
            "messages": mailbox.messages,
            "uid_validity": mailbox.uid_validity,
            "uids": [*mailbox.uids],
        }
    }


def by_account(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Split an earlier document into one for each account, by label.

    Raises:
        SettingsError: it is no document of this schema.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise SettingsError(f"not a report of the schema {SCHEMA}")
    found: dict[str, dict[str, Any]] = {}
    try:
        for account in document["accounts"]:
            own = found.setdefault(account["account"], {"schema": SCHEMA, "accounts": []})
            own["accounts"].append(account)
            for service in account["services"]:
                earlier(own, account["account"], service["service"])
    except (KeyError, TypeError) as error:
        raise SettingsError(f"not a whole report: {error}") from None
    return found


def earlier(document: Mapping[str, Any], account: str, role: str) -> Before | None:
    """Return what an earlier document reports about a service, or ``None``.

    Raises:
        SettingsError: it is not a document of this schema.
    """
    if not isinstance(document, Mapping) or document.get("schema") != SCHEMA:
        raise SettingsError(f"not a report with the schema {SCHEMA}")
    try:
        for entry in document["accounts"]:
            for service in entry["services"]:
                if (entry["account"], service["service"]) == (account, role):
                    inside = service.get("mailbox") or {}
                    return Before(
                        proof=Proof[service["proof"].upper().replace("-", "_")],
                        cause=service["cause"] or "",
                        messages=inside.get("messages"),
                        uid_validity=inside.get("uid_validity"),
                        uids=tuple(map(str, inside.get("uids", ()))),
                    )
    except (KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"not a complete report: {error}") from None
    return None


def _finding(finding: Finding, edits: Edits) -> dict[str, Any]:
    document: dict[str, Any] = {
        "id": finding.id,
        "severity": str(finding.severity),
        "message": finding.message,
        "evidence": [*finding.evidence],
        "fix": {key: _plain(value) for key, value in finding.fix.items()},
    }
    if id(finding) in edits:
        document["edits"] = edits[id(finding)]
    if finding.place is not None:
        document["place"] = {
            "file": finding.place.file,
            "line": finding.place.line,
            "key": finding.place.key,
        }
    return document


def _proposal(proposal: Proposal, account: Account, report: ServiceReport) -> dict[str, Any]:
    service = report.service
    place = service.place()
    changes = {key: pair[1] for key, pair in proposal.changes.items()}
    return {
        "settings": settings(proposal.service),
        "changes": {key: [*pair] for key, pair in proposal.changes.items()},
        "edits": edits_of(place.file, [(account, service.role, changes)]) if place else [],
        "proof": proposal.proof.word,
        "confirm": to_confirm(report),
    }


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)
