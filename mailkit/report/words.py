"""Words that every way to present a report has in common."""

from mailkit.finding import Severity
from mailkit.observation import Proof
from mailkit.report import UNEXPLAINED, Report, ServiceReport
from mailkit.text import plural

__all__ = ["ADVICE", "MARKS", "PROVED", "heading", "seconds", "summary", "verdict"]

MARKS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}

PROVED = {
    Proof.NONE: "not proved",
    Proof.CONNECTED: "proved as far as a greeting",
    Proof.SECURED: "proved as far as verified TLS",
    Proof.CAPABLE: "proved as far as the offer of a login",
    Proof.LOGGED_IN: "proved by a login",
}

ADVICE = (
    "Nothing that was seen explains this. The transcript has the server's own words; its "
    "administrator can read them."
)


def verdict(report: ServiceReport) -> str:
    """``in order, logged in``, or the cause."""
    if not report.ok:
        return report.cause or UNEXPLAINED
    return {
        Proof.NONE: "nothing wrong found",
        Proof.CONNECTED: "in order, connected",
        Proof.SECURED: "in order, TLS verified",
        Proof.CAPABLE: "in order, login offered",
        Proof.LOGGED_IN: "in order, logged in",
    }[report.proof]


def heading(report: ServiceReport) -> str:
    """``imap imap.example.com:993 implicit-tls``."""
    return f"{report.service.protocol} {report.service.endpoint}"


def seconds(ms: float) -> str:
    """Milliseconds for people."""
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"


def summary(report: Report) -> str:
    """One line for the end: how many, how many not in order, how many repairs."""
    services = [service for account in report.accounts for service in account.services]
    wrong = [service for service in services if not service.ok]
    if not services:
        return "No services."
    if not wrong:
        return f"{plural(len(services), 'service')}: all in order."
    proved = sum(1 for s in wrong if s.proposal is not None and s.proposal.proof is Proof.LOGGED_IN)
    found = sum(1 for s in wrong if s.proposal is not None) - proved
    parts = [f"{len(wrong)} not in order"]
    if proved:
        parts.append(f"{plural(proved, 'repair')} proved by a login")
    if found:
        parts.append(f"{plural(found, 'repair')} found without a login")
    return f"{plural(len(services), 'service')}: {', '.join(parts)}."
