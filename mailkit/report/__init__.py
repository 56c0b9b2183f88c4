"""Proposals and reports, and the ways to present them.

The dataclasses are here; each presentation has its own module.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from mailkit.account import Account, Service
from mailkit.finding import Finding, Severity
from mailkit.observation import Proof
from mailkit.report.endpoints import ConnectionPath, paths_of

if TYPE_CHECKING:
    from mailkit.observation import Observation

__all__ = [
    "UNEXPLAINED",
    "AccountReport",
    "Attempt",
    "Proposal",
    "Report",
    "ServiceReport",
    "TestDelivery",
]

UNEXPLAINED = "unexplained"
"""The cause of a failure that nothing explains: an honest unknown."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changed settings for a service, and how far they were verified.

    ``changes`` maps a setting to ``(before, after)``.
    """

    service: Service
    changes: Mapping[str, tuple[Any, Any]]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: what was tried, its outcome, and the milliseconds it took."""

    what: str
    outcome: str
    ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TestDelivery:
    """The delivery status of a test message.

    ``fate`` is ``accepted``, ``refused``, or ``unknown`` if no reply came after it was sent.
    ``found`` is the folder it arrived in, ``seconds`` the delay. It is ``looked`` for only in the accounts that were
    passed. ``copy`` is whether the sender's sent mail has it, ``None`` if that is unknown.
    """

    __test__: ClassVar[bool] = False  # for pytest: the name begins with Test

    to: str
    message_id: str
    fate: str
    looked: bool = False
    found: str = ""
    seconds: float | None = None
    copy: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """The report on one service. ``cause`` is a finding's id, ``unexplained`` or empty.

    ``ok`` means that the service works and has no finding of severity error. ``may_log_in`` is whether a login with
    the
    account's secret was allowed.
    """

    service: Service
    ok: bool
    proof: Proof = Proof.NONE
    cause: str = ""
    findings: tuple[Finding, ...] = ()
    proposal: Proposal | None = None
    attempts: tuple[Attempt, ...] = ()
    transcript: Sequence[str] = field(default=(), repr=False)
    delivery: TestDelivery | None = None
    may_log_in: bool = False
    seen: "Observation | None" = field(default=None, repr=False)
    others: "tuple[Observation, ...]" = field(default=(), repr=False)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings of severity warning."""
        return tuple(f for f in self.named if f.severity is Severity.WARNING)

    @property
    def named(self) -> tuple[Finding, ...]:
        """The findings to show to people: each fault once, while ``findings`` also has what the cause includes."""
        return tuple(f for f in self.findings if f.id == self.cause or f not in self.included)

    @property
    def included(self) -> tuple[Finding, ...]:
        """The findings that are the same fault as the cause: what it explains, and what wants the same change."""
        from mailkit.report.cause import included_in

        return included_in(self)

    @property
    def reason(self) -> Finding | None:
        """The finding that is the cause, if it is known."""
        return next((f for f in self.findings if f.id == self.cause), None)

    def _repr_html_(self) -> str:
        from mailkit.report.html import service_html

        return service_html(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """The report on one account. ``position`` is its index among the accounts of a run."""

    account: Account
    services: tuple[ServiceReport, ...]
    position: int = field(default=-1, compare=False)

    @property
    def ok(self) -> bool:
        """Whether all its services are OK."""
        return all(service.ok for service in self.services)

    @property
    def paths(self) -> tuple[ConnectionPath, ...]:
        """The routes to the account's hosts, if they differ in certificate or in whether they open."""
        seen = [service.seen for service in self.services if service.seen is not None]
        return paths_of([*seen, *(look for service in self.services for look in service.others)])


@dataclass(frozen=True, slots=True)
class Report:
    """The report on any number of accounts; a notebook shows it as HTML."""

    accounts: tuple[AccountReport, ...] = ()
    checked_at: datetime | None = None

    @property
    def ok(self) -> bool:
        """Whether every service is OK; warnings and notes are allowed."""
        return all(account.ok for account in self.accounts)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all services."""
        return tuple(f for a in self.accounts for s in a.services for f in s.findings)

    def fails(self, level: str = "error") -> bool:
        """Whether any finding has at least this severity: ``error``, ``warning``, ``note``, or ``never``."""
        if level == "never":
            return False
        levels = [*Severity][: [*Severity].index(Severity(level)) + 1]
        return not self.ok or any(finding.severity in levels for finding in self.findings)

    @staticmethod
    def merged(reports: Iterable["Report"]) -> "Report":
        """Merge several reports into one, in order."""
        many = tuple(reports)
        accounts = tuple(account for report in many for account in report.accounts)
        return Report(accounts, many[0].checked_at if many else None)

    def to_json(self, indent: int | None = 2, *, ascii_only: bool = False) -> str:
        """The report as a JSON document of the schema ``mailkit.report/1``."""
        from mailkit.report.json import report_json

        return report_json(self, indent, ascii_only=ascii_only)

    def to_frame(self) -> Any:
        """One row per finding as a :class:`pandas.DataFrame`; healthy services have one row too.

        Raises:
            SettingsError: pandas is not installed.
        """
        from mailkit.report.dataframe import report_frame

        return report_frame(self)

    def to_text(self, width: int = 100) -> str:
        """The report as plain text for people."""
        from mailkit.report.terminal import report_text

        return report_text(self, width=width)

    def __repr__(self) -> str:
        wrong = sum(not s.ok for a in self.accounts for s in a.services)
        total = sum(len(a.services) for a in self.accounts)
        return f"<Report: {wrong} of {total} services failing>"

    def _repr_html_(self) -> str:
        from mailkit.report.html import report_html

        return report_html(self)
