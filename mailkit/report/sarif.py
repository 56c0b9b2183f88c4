"""Reports for pipelines: SARIF 2.1.0 (OASIS), and the annotations of GitHub Actions."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mailkit.account import Place
from mailkit.finding import Finding, Severity
from mailkit.report import Report
from mailkit.text import as_json, clean

__all__ = ["report_github", "report_sarif"]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def report_sarif(report: Report) -> str:
    """Return the findings of a report as one SARIF run; paths are relative if the inputs were."""
    found = [*_placed(report)]
    ids = list(dict.fromkeys(finding.id for finding, _ in found))
    run = {
        "tool": {
            "driver": {
                "name": "mailkit",
                "informationUri": "https://pypi.org/project/mailkit-lab/",
                "rules": [_rule(name) for name in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, place, ids) for finding, place in found],
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return as_json(document, indent=2) + "\n"


def _placed(report: Report) -> Iterator[tuple[Finding, Place | None]]:
    for account in report.accounts:
        for service in account.services:
            for finding in service.findings:
                yield finding, finding.place or service.service.place()


def _rule(id_: str) -> dict[str, Any]:
    from mailkit.rules.catalogue import RULES

    known = RULES.get(id_)
    title = known.title if known else id_
    return {"id": id_, "shortDescription": {"text": title}}


def _result(finding: Finding, place: Place | None, ids: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": ids.index(finding.id),
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(finding.message)},
    }
    if place is not None:
        path = Path(place.file)
        uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
        location: dict[str, Any] = {"artifactLocation": {"uri": uri}}
        if place.line > 0:
            location["region"] = {"startLine": place.line}
        result["locations"] = [{"physicalLocation": location}]
    return result


def _plain(text: str) -> str:
    """Text of a message in which nothing is a link or a placeholder (SARIF 2.1.0 §3.11.5, §3.11.6)."""
    shown = re.sub(r"([\\\[\]])", r"\\\1", clean(text, 4_000))
    return shown.replace("{", "{{").replace("}", "}}")


def report_github(report: Report) -> str:
    """Return a workflow command for each finding: ``::error file=…,line=…,title=…::message``."""
    lines = []
    for finding, place in _placed(report):
        where = f"file={_property(clean(place.file, 4_000))},line={place.line}," if place else ""
        title = _property(finding.id)
        message = _data(clean(finding.message, 4_000))
        lines.append(f"::{_COMMANDS[finding.severity]} {where}title={title}::{message}")
    return "".join(f"{line}\n" for line in lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
