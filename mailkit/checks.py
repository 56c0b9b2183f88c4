"""Static checks: what is wrong with an account, without the network."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from mailkit.account import Account, Service
from mailkit.finding import Finding, Findings, Severity
from mailkit.report import AccountReport, Report, ServiceReport
from mailkit.rules.account_index import indexed
from mailkit.rules.remembered import Remembered
from mailkit.rules.static import STATIC

__all__ = ["check", "check_report", "check_service"]


@cache
def _static() -> Remembered:
    return Remembered(STATIC.values())


def check(account: Account, accounts: Sequence[Account] = ()) -> Findings:
    """Check an account without the network.

    Args:
        account: the account.
        accounts: all accounts that were loaded together, for rules that compare accounts.

    Returns:
        The findings of all its services, worst first; a notebook shows the list as a table.
    """
    found = [f for s in account.services for f in check_service(s, account, accounts)]
    return Findings(sorted(found, key=lambda finding: [*Severity].index(finding.severity)))


def check_service(
    service: Service,
    account: Account,
    accounts: Sequence[Account] = (),
    *,
    password: str | None = None,
) -> list[Finding]:
    """Check one service of an account; the findings are in the order of the rules.

    No secret is read. ``password`` is one that the caller has read; otherwise only a password in the settings is
    checked.
    """
    if password is None and service.secret is not None and service.secret.kind == "value":
        password = service.secret.reveal()
    together = indexed(accounts or (account,))
    return _static().ask(service, account, together, password)


def check_report(accounts: Iterable[Account]) -> Report:
    """Return the static findings of many accounts as one report; nothing is verified."""
    together = indexed(accounts)
    reports = []
    for account in together:
        services = []
        for service in account.services:
            found = check_service(service, account, together)
            errors = [f for f in found if f.severity is Severity.ERROR]
            services.append(
                ServiceReport(
                    service=service,
                    ok=not errors,
                    cause=errors[0].id if errors else "",
                    findings=tuple(found),
                )
            )
        reports.append(AccountReport(account=account, services=tuple(services)))
    return Report(tuple(reports), datetime.now(UTC))
