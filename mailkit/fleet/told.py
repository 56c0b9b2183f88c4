"""The report on a service whose endpoint did not answer another account; it is not opened again."""

from dataclasses import replace

from mailkit.account import Account, Service, with_changes
from mailkit.checks import check_service
from mailkit.finding import Severity
from mailkit.observation import Proof
from mailkit.report import UNEXPLAINED, Attempt, Proposal, ServiceReport
from mailkit.rules.account_index import AccountIndex
from mailkit.rules.static import STATIC
from mailkit.text import quoted

__all__ = ["told"]


def told(
    service: Service, account: Account, everyone: AccountIndex, other: Account, seen: ServiceReport
) -> ServiceReport:
    """Return another account's result at the same endpoint, with this account's static findings.

    A change of host, port or encryption that reached a server there is suggested here too, but it was not
    verified with this account's login.
    """
    note = f"as {quoted(other.label)} found in this run; not connected to again"
    wire = tuple(
        replace(f, evidence=(*f.evidence, note), place=service.place() or f.place)
        for f in seen.findings
        if f.id not in STATIC
    )
    own = tuple(check_service(service, account, everyone))
    proposal = None
    if seen.proposal is not None and set(seen.proposal.changes) <= {"host", "port", "security"}:
        changes = seen.proposal.changes
        changed = with_changes(service, {key: pair[1] for key, pair in changes.items()})
        proposal = Proposal(changed, changes, min(seen.proposal.proof, Proof.CAPABLE))
    errors = [f.id for f in wire if f.severity is Severity.ERROR]
    there = {f.id for f in (*wire, *own)}
    cause = seen.cause if seen.cause in there else next(iter(errors), UNEXPLAINED)
    findings = sorted((*wire, *own), key=lambda f: (f.id != cause, [*Severity].index(f.severity)))
    return ServiceReport(
        service=service,
        ok=False,
        proof=Proof.NONE,
        cause=cause,
        findings=tuple(findings),
        proposal=proposal,
        attempts=(Attempt(service.endpoint, f"not tried: {note}", 0.0),),
    )
