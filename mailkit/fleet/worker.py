"""Some accounts of a run, diagnosed wherever this is called: in a thread, another process, another machine.

A worker that dies takes its reports along, but not what it did. So every login is written down before the
password is sent, in a folder that the run and its workers share, and a second try has only the logins that are
left. The first line of such a file is made exclusively: a cluster that starts the same work twice is refused.
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
from mailkit.fleet.executors import conversations
from mailkit.net.pacing import Pacer
from mailkit.report import UNEXPLAINED, AccountReport, Attempt, Report, ServiceReport

__all__ = [
    "Chunk",
    "Done",
    "Job",
    "StartedTwice",
    "asks_for_pause",
    "diagnosed",
    "failed",
    "logins_left",
    "work",
]


_OVERLOADED = {"grt-421", "lim-connections", "lim-rate-smtp", "lim-throttled", "aut-temp"}
"""The causes after which a server is left alone for a while; the limits of one account are none of them."""


class StartedTwice(Exception):  # noqa: N818 - it is said to the run, not to people
    """The same work was started by another worker before, and may have logged in already."""


@dataclass(frozen=True, slots=True)
class Job:
    """One account to diagnose: its place in the run, the logins it has left, and what is known already.

    ``before`` is what an earlier report says of it, as a document of its own.
    """

    position: int
    account: Account
    before: Mapping[str, Any] | None = None
    logins: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[str, ServiceReport] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Accounts that go to a worker together.

    Attributes:
        name: unique in the run, for the record of logins.
        jobs: the accounts.
        related: the accounts that the rules look at beside them.
        options: of :func:`~mailkit.diagnose`.
        limits: connections at once and new ones a second for each server, this worker's share; and whether
            servers of this machine are limited.
        threads: how many accounts at once.
        folder: where logins are recorded.
    """

    name: str
    jobs: tuple[Job, ...]
    related: tuple[Account, ...]
    options: Mapping[str, Any]
    limits: tuple[int, float, bool] | None
    threads: int
    folder: str


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a chunk: the reports, and the positions that were not begun because a server asked for a pause."""

    reports: tuple[Report, ...]
    undone: tuple[int, ...] = ()


def work(chunk: Chunk) -> Done:
    """Diagnose a chunk, several accounts side by side.

    Raises:
        StartedTwice: another worker began it before.
    """
    record = _Logins(chunk)
    pacer = _pacer(chunk.limits) if chunk.limits is not None else None
    wanted = diagnose_options(dict(chunk.options) | {"accounts": chunk.related})
    waiting: SimpleQueue[Job] = SimpleQueue()
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
            allowance = Allowance(pacer, job.logins, before_login, job.known)
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


def diagnosed(job: Job, wanted: DiagnoseOptions, allowance: Allowance) -> Report:
    """The report on one account; a failure of mailkit itself is its result, and no other's."""
    try:
        report = diagnose(job.account, replace(wanted.within(allowance), before=job.before))
        (account,) = report.accounts
    except Exception as error:  # noqa: BLE001 - one account that fails, for whatever reason, fails alone
        return failed(job, f"the diagnosis failed: {type(error).__name__}")
    return replace(report, accounts=(replace(account, position=job.position),))


def failed(job: Job, why: str) -> Report:
    """The report on an account that could not be diagnosed."""
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
    """Whether a server said that there are too many connections or logins, or that it is overloaded."""
    services = (service for account in report.accounts for service in account.services)
    return any(service.cause in _OVERLOADED for service in services)


def _small(report: Report) -> Report:
    """What travels back: everything that a report shows, and of what was seen only how it ended."""
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
        """What is called before a login of one account."""

        def before_login(role: str) -> None:
            if self._handle >= 0:
                os.write(self._handle, f"{position} {role}\n".encode())

        return before_login

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)


def logins_left(folder: str, name: str, job: Job, *, shared: bool) -> dict[str, int]:
    """By role, how many logins an account has left after a worker was lost.

    Where nothing was recorded, nothing was begun, if the folder is certainly ``shared``; else any number of
    logins may have been made, and none is left.
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
    """One for all chunks of a process, so that its rate holds from one to the next."""
    connections, per_second, local = limits
    return Pacer(connections, per_second, local=local)
