"""A report as a :class:`pandas.DataFrame`: one row for each finding."""

from typing import Any

from mailkit.errors import needs
from mailkit.report import Report
from mailkit.text import inert

__all__ = ["report_frame"]

COLUMNS = [
    "account",
    "service",
    "protocol",
    "host",
    "port",
    "security",
    "ok",
    "proof",
    "cause",
    "finding",
    "severity",
    "message",
    "file",
    "line",
    "proposal",
    "proved",
]


def report_frame(report: Report) -> Any:
    """Return a row for each finding; a service without findings has one row, without a finding.

    Text that a spreadsheet would read as a formula begins with a quote.
    """
    try:
        import pandas as pd
    except ImportError:
        raise needs("notebook", "pandas") from None
    rows = []
    for account in report.accounts:
        for described in account.services:
            service, proposal = described.service, described.proposal
            common = {
                "account": account.account.label,
                "service": service.role,
                "protocol": str(service.protocol),
                "host": service.host,
                "port": service.port,
                "security": str(service.security),
                "ok": described.ok,
                "proof": described.proof.word,
                "cause": described.cause or None,
                "proposal": ", ".join(f"{k} = {pair[1]}" for k, pair in proposal.changes.items())
                if proposal
                else None,
                "proved": proposal.proof.word if proposal else None,
            }
            for finding in described.findings or (None,):
                rows.append(
                    common
                    if finding is None
                    else common
                    | {
                        "finding": finding.id,
                        "severity": str(finding.severity),
                        "message": finding.message,
                        "file": finding.place.file if finding.place else None,
                        "line": finding.place.line if finding.place else None,
                    }
                )
    made = [{key: inert(value) for key, value in row.items()} for row in rows]
    frame = pd.DataFrame(made, columns=COLUMNS)
    kinds = {"ok": "bool", "port": "Int64", "line": "Int64"}
    words = {"service", "protocol", "security", "proof", "severity"}
    return frame.astype(kinds | dict.fromkeys(words, "category"))
