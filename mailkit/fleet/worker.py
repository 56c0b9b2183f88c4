"""Diagnose a chunk of accounts in a thread, another process, or on another machine.

The reports of a worker that dies are lost, but its logins count. So each login is recorded before the password is
sent, in a folder shared by the run and its workers, and a retry has only the logins that are left. The record is
created exclusively, so a chunk that a cluster starts twice is rejected.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from mailkit.account import Account
from mailkit.diagnosis.allowance import MAX_LOGINS, Allowance
from mailkit.diagnosis.diagnose import diagnose
from mailkit.diagnosis.options import DiagnoseOptions, diagnose_options
from mailkit.errors import why_failed
from mailkit.fleet.executors import conversations
from mailkit.net.pacing import Pacer
from mailkit.report import UNEXPLAINED, AccountReport, Attempt, Report, ServiceReport
from mailkit.text import one_line

__all__ = [
    "AccountJob",
    "Chunk",
    "Done",
    "StartedTwice",
    "asks_for_pause",
    "diagnosed",
    "failed",
    "logins_left",
    "work",
]


_OVERLOADED = {"grt-421", "lim-connections", "lim-rate-smtp", "lim-throttled", "aut-temp"}
"""Causes after which a server is paused; limits of a single account are not among them."""


class StartedTwice(Exception):  # noqa: N818 - it is said to the run, not to people
    """Another worker has started the same chunk, and may have logged in."""


@dataclass(frozen=True, slots=True)
class AccountJob:
    """An account to diagnose: its position in the run, the logins left, and known reports.

    ``before`` is the part of an earlier document about it; ``shares_mailbox``: another account logs in to its mailbox.
    """

    position: int
    account: Account
    before: Mapping[str, Any] | None = None
    logins: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[str, ServiceReport] = field(default_factory=dict)
    shares_mailbox: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Accounts for one worker call.

    Attributes:
        name: unique in the run, for the record of logins.
        jobs: the accounts.
        related: other accounts that the rules compare with.
        options: of :func:`~mailkit.diagnose`.
        limits: this worker's share of connections at once and new ones per second for each server, and whether
            servers on this machine are limited.
        threads: the number of accounts at once.
        folder: where logins are recorded.
    """

    name: str
    jobs: tuple[AccountJob, ...]
    related: tuple[Account, ...]
    options: Mapping[str, Any]
    limits: tuple[int, float, bool] | None
    threads: int
    folder: str


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a chunk: reports, and the positions that were not started because a server needs a pause."""

    reports: tuple[Report, ...]
    undone: tuple[int, ...] = ()


def work(chunk: Chunk) -> Done:
    """Diagnose a chunk, several accounts in parallel.

    Raises:
        StartedTwice: another worker started it before.
    """
    record = _Logins(chunk)
    pacer = _pacer(chunk.limits) if chunk.limits is not None else None
    wanted = diagnose_options(dict(chunk.options) | {"accounts": chunk.related}).paced(pacer)
    waiting: SimpleQueue[AccountJob] = SimpleQueue()
    for job in chunk.jobs:
        waiting.put(job)
    reports: list[Report] = []
    paused = threading.Event()

    def run() -> None:
        while not paused.is_set():
            try:
                job = waiting.get_nowait()
            except Empty:
                return
            before_login = record.for_account(job.position)
            allowance = Allowance(
                pacer, job.logins, before_login, job.known, await_logout=job.shares_mailbox
            )
            report = diagnosed(job, wanted, allowance)
            if asks_for_pause(report):
                paused.set()
            reports.append(report)

    at_once = min(chunk.threads, len(chunk.jobs))
    engine = conversations(at_once)
    for over in [engine.submit(run) for _ in range(at_once)]:
        over.result()
    engine.shutdown(wait=False)
    record.close()
    done = {report.accounts[0].position for report in reports}
    small = tuple(_small(report) for report in reports)
    return Done(small, tuple(j.position for j in chunk.jobs if j.position not in done))


def diagnosed(job: AccountJob, wanted: DiagnoseOptions, allowance: Allowance) -> Report:
    """Return the report on one account; an internal error affects only this account."""
    try:
        report = diagnose(job.account, wanted.within(allowance, job.before))
        (account,) = report.accounts
    except Exception as error:  # noqa: BLE001 - one account that fails, for whatever reason, fails alone
        return failed(job, f"the diagnosis failed: {one_line(why_failed(error))}")
    return replace(report, accounts=(replace(account, position=job.position),))


def failed(job: AccountJob, why: str) -> Report:
    """Return the report on an account that could not be diagnosed."""
    services = tuple(
        job.known.get(service.role)
        or ServiceReport(
            service=service,
            ok=False,
            cause=UNEXPLAINED,
            attempts=(Attempt(service.endpoint, why, 0.0),),
        )
        for service in job.account.services
    )
    account = AccountReport(account=job.account, services=services, position=job.position)
    return Report((account,))


def asks_for_pause(report: Report) -> bool:
    """Return whether a server reported too many connections or logins, or overload."""
    services = (service for account in report.accounts for service in account.services)
    return any(service.cause in _OVERLOADED for service in services)


def _small(report: Report) -> Report:
    """Return the report to send back: everything that is shown, and of observations only how they ended."""
    accounts = tuple(
        replace(
            account,
            services=tuple(
                replace(
                    service,
                    seen=service.seen and replace(service.seen, transcript=(), chain=()),
                    others=() if service.ok else service.others,
                )
                for service in account.services
            ),
        )
        for account in report.accounts
    )
    return replace(report, accounts=accounts)


class _Logins:
    """The record of a chunk's logins: a line for each, written before the password is sent."""

    def __init__(self, chunk: Chunk) -> None:
        self._handle = -1
        if not chunk.folder:
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        try:
            self._handle = os.open(Path(chunk.folder) / chunk.name, flags, 0o600)
        except FileExistsError:
            raise StartedTwice(chunk.name) from None
        except OSError:
            return  # another machine, without this folder

    def for_account(self, position: int) -> Any:
        """Return the function to call before each login of an account."""

        def before_login(role: str) -> None:
            if self._handle >= 0:
                os.write(self._handle, f"{position} {role}\n".encode())

        return before_login

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)


def logins_left(folder: str, name: str, job: AccountJob, *, shared: bool) -> dict[str, int]:
    """Return the logins that an account has left after a lost worker, by role. Without a record no login was made, if
    the folder is certainly ``shared``; otherwise any number may have been made, and none is left.
    """
    roles = [service.role for service in job.account.services]
    left = {role: job.logins.get(role, MAX_LOGINS) for role in roles}
    try:
        lines = (Path(folder) / name).read_text("ascii").splitlines()
    except OSError:
        return left if shared else dict.fromkeys(roles, 0)
    for line in lines:
        position, _, role = line.partition(" ")
        if position == str(job.position) and role in left:
            left[role] = max(left[role] - 1, 0)
    return left


@cache
def _pacer(limits: tuple[int, float, bool]) -> Pacer:
    """One pacer for all chunks of a process, so that its rate applies across chunks."""
    connections, per_second, local = limits
    return Pacer(connections, per_second, local=local)
