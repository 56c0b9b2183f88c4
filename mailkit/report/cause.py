"""What the cause of a failure includes, so that a report names each fault once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailkit.finding import Finding
from mailkit.report import ServiceReport
from mailkit.rules.lookup import rule_named
from mailkit.rules.static import STATIC

__all__ = ["included_in", "presented"]


def included_in(report: ServiceReport) -> tuple[Finding, ...]:
    """Return the findings that are the same fault as the cause of a service's failure.

    The cause explains them, or they want the change that it wants: what was seen, and what the settings made suspect
    before, are two views of one mistake. What would be wrong with the settings also if the service worked is a fault
    of its own.
    """
    reason = report.reason
    if reason is None:
        return ()
    explained, wanted = rule_named(reason.id).explains, _as_text(reason.fix)

    def is_same(finding: Finding) -> bool:
        fix = _as_text(finding.fix)
        own = finding.id in STATIC and not STATIC[finding.id].suspicion
        agrees = bool(fix and wanted) and (fix <= wanted or wanted <= fix)
        return finding.id in explained or (agrees and not own)

    return tuple(f for f in report.findings if f.id != reason.id and is_same(f))


def presented(report: ServiceReport) -> Finding | None:
    """Return the cause, for a presentation: its evidence has what was seen of the faults that it includes, too."""
    reason = report.reason
    if reason is None:
        return None
    seen = (text for f in included_in(report) if f.id not in STATIC for text in f.evidence)
    return replace(reason, evidence=tuple(dict.fromkeys((*reason.evidence, *seen))))


def _as_text(fix: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(key, str(value)) for key, value in fix.items()}
