"""Static rules: what is wrong with an account before anybody dials."""

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
    """What is wrong with an account as it stands, without the network.

    Args:
        account: the account.
        accounts: all accounts it was loaded with, for what shows only side by side.

    Returns:
        The findings of all its services, worst first: a list that shows itself in a notebook.
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
    """What is wrong with one service of an account, in the order of the rules.

    No secret is read. ``password`` is one that the caller read; otherwise only a password that
    is written in the settings themselves is checked.
    """
    if password is None and service.secret is not None and service.secret.kind == "value":
        password = service.secret.reveal()
    together = indexed(accounts or (account,))
    return _static().ask(service, account, together, password)


def check_report(accounts: Iterable[Account]) -> Report:
    """The static findings of many accounts as one report, with nothing proved."""
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
