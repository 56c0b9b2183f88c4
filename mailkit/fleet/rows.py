"""Reports as rows of plain values, one for each service, for all tables and files of results."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from mailkit import providers
from mailkit.account import Account, settings
from mailkit.errors import SettingsError
from mailkit.finding import Severity
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.report.json import SCHEMA

__all__ = [
    "COLUMNS",
    "ResultRow",
    "account_keys",
    "document_rows",
    "rows_document",
    "rows_of",
    "sorted_rows",
]

ResultRow = dict[str, Any]

COLUMNS: dict[str, type] = {
    "number": int,
    "account": str,
    "address": str,
    "service": str,
    "protocol": str,
    "host": str,
    "port": int,
    "security": str,
    "user": str,
    "auth": str,
    "provider": str,
    "ok": bool,
    "proof": str,
    "cause": str,
    "severity": str,
    "message": str,
    "errors": int,
    "warnings": int,
    "notes": int,
    "findings": str,
    "proposal": str,
    "proposal_proof": str,
    "changes": str,
    "ms": float,
    "checked_at": str,
    "file": str,
    "line": int,
    "id": str,
}
"""The columns of a result, with their types; a missing text is empty, a missing number ``None``.

``number`` is the position of the account in the input, from 1. ``changes`` is the suggested fix as JSON:
``{"port": [993, 143]}``, before and after. ``id`` identifies an account of a run.
"""


def account_keys(accounts: Iterable[Account]) -> list[str]:
    """Return a key for each account: its settings, and a number among accounts with the same."""
    seen: Counter[str] = Counter()
    keys = []
    for account in accounts:
        key = _key(account)
        seen[key] += 1
        keys.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return keys


def _key(account: Account) -> str:
    parts = [account.label, account.address, *(settings(s) for s in account.services)]
    text = json.dumps(parts, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rows_of(reports: "Report | Iterable[Report]", keys: Sequence[str] = ()) -> Iterator[ResultRow]:
    """Return the rows of reports, in order.

    Args:
        reports: the reports.
        keys: the key of each account of the run, by position.
    """
    number = 0
    for report in (reports,) if isinstance(reports, Report) else reports:
        when = report.checked_at
        checked = f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if when else ""
        for account in report.accounts:
            number += 1
            place = account.position + 1 if account.position >= 0 else number
            key = keys[account.position] if keys else _key(account.account)
            for service in account.services:
                yield _row(account, service) | {"number": place, "checked_at": checked, "id": key}


def _row(account: AccountReport, report: ServiceReport) -> ResultRow:
    service, proposal, reason = report.service, report.proposal, report.reason
    place = (reason and reason.place) or service.place() or account.account.place()
    provider = providers.owner(service.host)
    severities = Counter(finding.severity for finding in report.named)
    changes = {
        k: [_plain(v) for v in pair] for k, pair in (proposal.changes if proposal else {}).items()
    }
    return {
        "number": None,
        "account": account.account.label,
        "address": account.account.address,
        "service": service.role,
        "protocol": str(service.protocol),
        "host": service.host,
        "port": service.port,
        "security": str(service.security),
        "user": service.user,
        "auth": service.auth,
        "provider": provider.name if provider else "",
        "ok": report.ok,
        "proof": report.proof.word,
        "cause": report.cause,
        "severity": str(reason.severity) if reason else "",
        "message": _message(report),
        "errors": severities[Severity.ERROR],
        "warnings": severities[Severity.WARNING],
        "notes": severities[Severity.NOTE],
        "findings": " ".join(dict.fromkeys(finding.id for finding in report.findings)),
        "proposal": ", ".join(f"{key} = {pair[1]}" for key, pair in changes.items()),
        "proposal_proof": proposal.proof.word if proposal else "",
        "changes": json.dumps(changes, ensure_ascii=False) if changes else "",
        "ms": round(sum(attempt.ms for attempt in report.attempts), 1),
        "checked_at": "",
        "file": place.file if place else "",
        "line": place.line if place else None,
        "id": "",
    }


def _message(report: ServiceReport) -> str:
    """Return why a service fails, in one sentence; without a known cause, how the last attempt ended."""
    if report.reason is not None:
        return report.reason.message
    if report.ok or not report.attempts:
        return ""
    return report.attempts[0].outcome


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | bool) else str(value)


def sorted_rows(rows: Iterable[ResultRow]) -> list[ResultRow]:
    """Sort rows in input order; the order of an account's services is kept."""
    return sorted(rows, key=lambda row: row["number"] if row["number"] is not None else 2**62)


def rows_document(rows: Iterable[ResultRow]) -> dict[str, Any]:
    """Return rows of an earlier run as a report document to compare a later diagnosis with."""
    accounts: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = accounts.setdefault(row["account"], {"account": row["account"], "services": []})
        one["services"].append(
            {"service": row["service"], "proof": row["proof"], "cause": row["cause"]}
        )
    return {"schema": SCHEMA, "accounts": [*accounts.values()]}


def document_rows(document: Mapping[str, Any]) -> list[ResultRow]:
    """Return the rows of a report document.

    Raises:
        SettingsError: it is not a report.
    """
    if document.get("schema") != SCHEMA:
        raise SettingsError(f"not a report of the schema {SCHEMA}")
    empty: ResultRow = {name: "" if kind is str else None for name, kind in COLUMNS.items()}
    rows = []
    try:
        for number, account in enumerate(document["accounts"], 1):
            for service in account["services"]:
                found = {"number": number, "account": account["account"]}
                found |= {k: v for k, v in service.get("settings", {}).items() if k in COLUMNS}
                found |= {k: service[k] for k in ("service", "proof")}
                found |= {
                    "cause": service["cause"] or "",
                    "ok": service.get("ok", not service["cause"]),
                }
                rows.append(empty | found)
    except (KeyError, TypeError, AttributeError) as error:
        raise SettingsError(f"not a whole report: {error}") from None
    return rows
