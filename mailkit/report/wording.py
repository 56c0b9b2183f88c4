"""Words that every way to present a report has in common."""

from mailkit.observation import Proof, StopReason
from mailkit.report import UNEXPLAINED, Report, ServiceReport, TestDelivery
from mailkit.text import plural, quoted

__all__ = ["PROVED", "advice", "delivered", "heading", "seconds", "summary", "verdict"]

PROVED = {
    Proof.NONE: "not proved",
    Proof.CONNECTED: "proved as far as a greeting",
    Proof.SECURED: "proved as far as verified TLS",
    Proof.CAPABLE: "proved as far as the offer of a login",
    Proof.LOGGED_IN: "proved by a login",
}


def advice(report: ServiceReport) -> str:
    """What to say where no finding is the cause: what was last seen, and who can read it."""
    seen = report.seen
    last = ""
    if seen is not None and seen.stop is not None:
        tried = "to the login" if seen.login is not None else ""
        last = {
            StopReason.SILENT: f"No answer came {tried}".rstrip() + ". ",
            StopReason.CLOSED: "The server hung up in the place of an answer. ",
            StopReason.RESET: "The connection was torn down in the place of an answer. ",
        }.get(seen.stop.kind, f"It said: {quoted(seen.stop.text)}. " if seen.stop.text else "")
    return f"{last}Nothing that was seen explains this; the transcript has every word of it."


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


def delivered(delivery: TestDelivery) -> list[str]:
    """What became of a test message, as sentences."""
    if delivery.fate == "refused":
        return [f"The test message to {delivery.to} was refused; nothing was sent."]
    told = [f"A test message to {delivery.to} was accepted."]
    if delivery.fate == "unknown":
        told = [f"Whether the test message to {delivery.to} was accepted is not known."]
    if delivery.found:
        told.append(f"It was found in {delivery.found} after {delivery.seconds:.1f} s.")
    elif delivery.looked:
        told.append("It had not arrived when the time was over.")
    else:
        told.append("Its recipient is not among the accounts, so nobody looked for it.")
    if delivery.copy is not None:
        kept = "lies" if delivery.copy else "does not lie"
        told.append(f"A copy {kept} among the sender's sent mail.")
    return told


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
