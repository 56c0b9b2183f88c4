"""The wording that all presentations of a report share."""

from datetime import UTC

from mailkit.observation import Proof, StopReason
from mailkit.report import UNEXPLAINED, Report, ServiceReport, TestDelivery
from mailkit.text import plural, quoted

__all__ = [
    "FROM_PEER",
    "advice",
    "delivered",
    "heading",
    "made_by",
    "outcome",
    "proposed",
    "seconds",
    "summary",
    "to_confirm",
]

_PROVED = {
    Proof.NONE: "Suggested fix (not tested)",
    Proof.CONNECTED: "Suggested fix (server reached; not tested further)",
    Proof.SECURED: "Suggested fix (TLS verified; not tested with a password)",
    Proof.CAPABLE: "Suggested fix (server reached and offers login; not tested with a password)",
    Proof.LOGGED_IN: "Fix, verified by login",
}

_WITHOUT_LOGIN = _PROVED | {
    Proof.SECURED: "Suggested fix (TLS verified; these settings have no login to test)",
    Proof.CAPABLE: "Suggested fix (TLS verified; these settings have no login to test)",
}

_ASKED = "Only if your provider documents this host (its name is from the certificate)"
_REHEARSED = "Fix, verified by a rehearsed message without a login"

FROM_PEER = ("crt-host-mismatch", "crt-ip", "crt-wildcard-depth")
"""Findings whose fix takes the host from the server's certificate."""


def to_confirm(report: ServiceReport) -> list[str]:
    """Return the changes that a person has to confirm: a host that only the server named (RFC 9525 §1.5)."""
    proposal = report.proposal
    if proposal is None or "host" not in proposal.changes:
        return []
    host = proposal.service.host
    named = any(f.id in FROM_PEER and f.fix.get("host") == host for f in report.findings)
    return ["host"] if named else []


def made_by(report: Report) -> str:
    """Return when a report was made, and by which version. The machine's name is not in it."""
    from importlib.metadata import version

    when = f"{report.checked_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, " if report.checked_at else ""
    return f"{when}mailkit {version('mailkit-lab')}"


def proposed(report: ServiceReport) -> str:
    """Return the heading of the proposal: how far it was verified, or what to confirm first."""
    proposal = report.proposal
    if proposal is None:
        return ""
    if to_confirm(report):
        return _ASKED
    rehearsed = "user" in proposal.changes and not proposal.service.user
    if rehearsed:
        return _REHEARSED
    return (_PROVED if proposal.service.user else _WITHOUT_LOGIN)[proposal.proof]


def advice(report: ServiceReport) -> str:
    """Return the advice for a failure without a cause: what was last seen, and whom to ask."""
    seen = report.seen
    last = ""
    if seen is not None and seen.stop is not None:
        tried = " to the login" if seen.login is not None else ""
        last = {
            StopReason.SILENT: f"There was no reply{tried}. ",
            StopReason.CLOSED: "The server closed the connection without a reply. ",
            StopReason.RESET: "The connection was reset before a reply. ",
        }.get(seen.stop.kind, f"It replied: {quoted(seen.stop.text)}. " if seen.stop.text else "")
    return f"{last}No known cause explains this. The transcript (--format json or markdown) has the whole session."


def outcome(report: ServiceReport) -> str:
    """``OK, logged in``, ``OK, 2 warnings (logged in)``, or the cause."""
    if not report.ok:
        return report.cause or UNEXPLAINED
    reached = {
        Proof.NONE: "",
        Proof.CONNECTED: "connected",
        Proof.SECURED: "TLS verified",
        Proof.CAPABLE: "login offered",
        Proof.LOGGED_IN: "logged in",
    }[report.proof]
    if count := len(report.warnings):
        return f"OK, {plural(count, 'warning')}" + (f" ({reached})" if reached else "")
    if not reached and (source := report.service.elsewhere("host")) and not report.service.host:
        return (
            f"nothing wrong found; the host is not in this file ({source.removeprefix('other ')})"
        )
    return f"OK, {reached}" if reached else "OK, nothing wrong found"


def heading(report: ServiceReport) -> str:
    """``imap imap.example.com:993 implicit-tls``."""
    return f"{report.service.protocol} {report.service.endpoint}"


def delivered(delivery: TestDelivery) -> list[str]:
    """Return the delivery status of a test message, as sentences."""
    if delivery.fate == "refused":
        return [f"The test message to {delivery.to} was refused; nothing was sent."]
    parts = [f"A test message to {delivery.to} was accepted."]
    if delivery.fate == "unknown":
        parts = [f"It is unknown whether the test message to {delivery.to} was accepted."]
    if delivery.found:
        parts.append(f"It was found in {delivery.found} after {delivery.seconds:.1f} s.")
    elif delivery.looked:
        parts.append("It had not arrived when the time was up.")
    else:
        parts.append("Its recipient is not one of the accounts, so its arrival was not checked.")
    if delivery.copy is not None:
        kept = "is" if delivery.copy else "is not"
        parts.append(f"A copy {kept} in the sender's Sent folder.")
    return parts


def seconds(ms: float) -> str:
    """Format milliseconds."""
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"


def summary(report: Report) -> str:
    """Return the summary line: services, failures, fixes and warnings."""
    services = [service for account in report.accounts for service in account.services]
    wrong = [service for service in services if not service.ok]
    if not services:
        return "No services."
    warned = sum(len(service.warnings) for service in services)
    warnings = [plural(warned, "warning")] if warned else []
    if not wrong:
        return f"{plural(len(services), 'service')}: {', '.join(['all OK', *warnings])}."
    proved = sum(1 for s in wrong if s.proposal is not None and s.proposal.proof is Proof.LOGGED_IN)
    found = sum(1 for s in wrong if s.proposal is not None) - proved
    parts = [f"{len(wrong)} failing"]
    if proved:
        parts.append(f"{_fixes(proved)} verified by login")
    if found:
        parts.append(f"{found} untested {'fix' if found == 1 else 'fixes'}")
    return f"{plural(len(services), 'service')}: {', '.join([*parts, *warnings])}."


def _fixes(count: int) -> str:
    return "1 fix" if count == 1 else f"{count} fixes"
