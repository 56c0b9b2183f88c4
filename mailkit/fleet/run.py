"""Diagnose many accounts in threads, in processes, or on any executor, within limits for each server."""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from mailkit.account import Account, Service, is_address, is_local
from mailkit.diagnosis.allowance import Allowance
from mailkit.diagnosis.options import diagnose_options
from mailkit.errors import SettingsError
from mailkit.fleet.executors import Threads, conversations, executor_for, is_local_pool, workers_of
from mailkit.fleet.progress import Progress, progress_for
from mailkit.fleet.schedule import PAUSE_S, Schedule
from mailkit.fleet.told import told
from mailkit.fleet.worker import (
    AccountJob,
    Chunk,
    Done,
    asks_for_pause,
    diagnosed,
    failed,
    logins_left,
    work,
)
from mailkit.net.pacing import Pacer
from mailkit.net.trust import Trust
from mailkit.protocol.dialogue import Stopped
from mailkit.report import Report
from mailkit.report.json import by_account
from mailkit.rules.account_index import indexed
from mailkit.scratch import TemporaryFolder

__all__ = ["PER_HOST", "PER_HOST_RATE", "diagnose_all"]

PER_HOST, PER_HOST_RATE = 10, 20.0
"""The default limits for each server: connections at once, and new ones per second."""

_CHUNK_S, _LARGEST = 2.0, 1000
"""The target duration of a chunk in seconds, and its largest size."""


def diagnose_all(
    accounts: Iterable[Account],
    *,
    executor: Executor | str | None = None,
    workers: int | None = None,
    concurrency: int = 64,
    ordered: bool = False,
    progress: bool | Progress = False,
    per_host: int | None = None,
    per_host_rate: float | None = None,
    shared_folder: str | Path | None = None,
    ca: str | Path | Sequence[str | Path] = (),
    trust: Trust | None = None,
    known: Sequence[Account] = (),
    before: Mapping[str, Any] | None = None,
    **options: object,
) -> Iterator[Report]:
    """Diagnose many accounts at once; yield each report as it is finished.

    After an interrupt no further accounts are started.

    Args:
        accounts: the accounts to diagnose.
        executor: ``None`` for threads of this process; ``"processes"`` for processes of this machine; or
            an executor of :mod:`concurrent.futures`, such as Dask's (``client.get_executor()``). Accounts are sent
            with references to secrets, which are resolved on the worker.
        workers: the number of chunks that run at once, if the executor does not report it; for ``"processes"`` the
            number of processes.
        concurrency: the number of accounts at once in one process.
        ordered: yield in input order.
        progress: whether to show progress.
        per_host: the number of connections at once to one server address, for all workers together (10).
        per_host_rate: the number of new ones per second (20). Servers on this machine are limited only if one of the
            two is given.
        shared_folder: a folder shared by this process and all workers, for the record of logins. Without it, an
            account whose worker was lost on another machine may not log in again.
        ca: files in PEM with more trust anchors.
        trust: trust anchors made before; then ``ca`` is not read.
        known: all accounts, if only some of them are diagnosed.
        before: an earlier report on these accounts, as its JSON document.
        options: as for :func:`mailkit.diagnose`. Only one account can send a test message.

    Raises:
        SettingsError: see :func:`mailkit.diagnose`; or the account for a test message is ambiguous, or no account can
            send the message to be rehearsed or sent.
    """
    together = tuple(accounts)
    if not (per_host is None or per_host >= 1) or not (per_host_rate is None or per_host_rate > 0):
        raise SettingsError("per_host is 1 or more, and per_host_rate is above 0")
    run = _Run(
        together,
        tuple(known) or together,
        {"ca": ca, "trust": trust} | options,
        executor,
        workers,
        max(concurrency, 1),
        (per_host or PER_HOST, per_host_rate or PER_HOST_RATE, bool(per_host or per_host_rate)),
        str(shared_folder or ""),
        by_account(before) if before is not None else None,
    )
    shown = progress_for(progress, len(together))
    waiting: dict[int, Report] = {}
    place = 0
    try:
        _check_message(together, options, executor)
        for report in run.reports():
            shown.add(report)
            if not ordered:
                yield report
                continue
            waiting[report.accounts[0].position] = report
            while place in waiting:
                yield waiting.pop(place)
                place += 1
    finally:
        run.stop()
        shown.close()


def _check_message(
    accounts: Sequence[Account], options: Mapping[str, Any], executor: object
) -> None:
    senders = [account.label for account in accounts if account.outgoing is not None]
    sends, rehearses = options.get("send_test"), options.get("rehearse")
    if (sends or rehearses) and not senders:
        raise SettingsError("none of these accounts has an outgoing service")
    if sends and len(senders) > 1:
        raise SettingsError(
            f"send_test sends one message, from one account: {', '.join(senders[:9])}?"
        )
    if sends and executor is not None:
        raise SettingsError("a test message is sent from this process: leave out the executor")


class _Run:
    """A run: waiting, running and finished accounts. The workers' callbacks drive it."""

    def __init__(
        self,
        accounts: Sequence[Account],
        everyone: Sequence[Account],
        options: dict[str, Any],
        executor: object,
        workers: int | None,
        concurrency: int,
        limits: tuple[int, float, bool],
        folder: str,
        before: Mapping[str, Mapping[str, Any]] | None,
    ) -> None:
        self.accounts, self.everyone, self.before = accounts, indexed(everyone), before
        self.options, self.limits = options, limits
        self.wanted = diagnose_options(options | {"accounts": self.everyone})
        self.given = executor_for(executor)
        self.remote = executor is not None
        self.threads = concurrency
        self.engine: Executor
        if self.given is not None:
            self.engine, self.at_once = self.given, workers or workers_of(self.given)
        elif executor == "processes":
            from mailkit.fleet.processes import Processes

            self.at_once = workers or os.cpu_count() or 1
            self.engine = Processes(self.at_once)
        else:
            self.at_once, self.engine = concurrency, conversations(concurrency)
        self.shares = min(self.at_once, limits[0]) if self.remote else limits[0]
        self.addresses = self._resolved() if self.remote else {}
        self.schedule = Schedule(accounts, self.shares, self._server)
        alone = len(accounts) == 1 and not limits[2]  # its services need not wait for each other
        self.pacer = None if alone else Pacer(limits[0], limits[1], local=limits[2])
        self.wanted = self.wanted.paced(self.pacer)
        own = not folder and self.remote
        self.scratch = TemporaryFolder("mailkit-run-") if own else None
        self.folder = str(self.scratch.path) if self.scratch is not None else folder
        self.shared = bool(folder) or self.given is None or is_local_pool(self.given)
        self.lock = threading.RLock()
        self.finished: SimpleQueue[Report | BaseException] = SimpleQueue()
        self.flying = 0
        self.size, self.left = (16 if self.remote else 1), len(accounts)
        self.lost: dict[int, int] = {}
        self.logins: dict[int, dict[str, int]] = {}
        self.names = count(1)
        self.timers = 0
        self.over = self.pumping = False

    def reports(self) -> Iterator[Report]:
        """Yield the reports as they come."""
        self._pump()
        for _ in self.accounts:
            yield self._next()

    def stop(self) -> None:
        """Start nothing more, and clean up."""
        with self.lock:
            self.over = True
        if self.given is None:
            self.engine.shutdown(wait=False, cancel_futures=True)
        if self.scratch is not None:
            self.scratch.remove()

    def _next(self) -> Report:
        while True:
            try:
                result = self.finished.get(timeout=1.0)
            except Empty:
                self._pump()
                with self.lock:
                    if not self.flying and not self.timers and self.finished.empty():
                        raise RuntimeError("accounts wait for each other") from None
                continue
            if isinstance(result, BaseException):
                raise result
            return result

    def _pump(self) -> None:
        """Start as many chunks as may run."""
        with self.lock:
            if self.pumping:  # a call that was finished at once
                return
            self.pumping = True
            try:
                while not self.over and self.flying < self.at_once:
                    numbers = self.schedule.take(1 if self.schedule.urgent else self._chunk_size())
                    if not numbers:
                        break
                    self._begin(numbers)
            except BaseException as error:  # noqa: BLE001 - raised where the reports are waited for
                self.finished.put(error)
            finally:
                self.pumping = False

    def _chunk_size(self) -> int:
        if not self.remote:
            return 1
        fair = -(-self.left // (2 * self.at_once))
        return max(1, min(self.size, fair, _LARGEST))

    def _begin(self, numbers: Sequence[int]) -> None:
        jobs = tuple(self._job(number) for number in numbers)
        name = f"chunk-{next(self.names)}"
        self.flying += 1
        if self.remote:
            connections, per_second, local = self.limits
            share = (connections // self.shares, per_second / self.shares, local)
            related = tuple(self.everyone.related(job.account for job in jobs))
            chunk = Chunk(name, jobs, related, self.options, share, self.threads, self.folder)
            future = self.engine.submit(work, chunk)
        else:
            future = self.engine.submit(self._here, jobs[0])
        future.add_done_callback(partial(self._done, name, jobs, monotonic()))

    def _job(self, number: int) -> AccountJob:
        account = self.accounts[number]
        known = {}
        for service in account.services:
            if (silent := self.schedule.silent(service)) is not None:
                known[service.role] = told(service, account, self.everyone, *silent)
        before = self.before.get(account.label) if self.before is not None else None
        left, shares = self.logins.get(number, {}), self.schedule.shares_mailbox(number)
        return AccountJob(number, account, before, left, known, shares)

    def _here(self, job: AccountJob) -> Done:
        """Diagnose one account in a thread of this process."""
        allowance = Allowance(
            self.pacer, job.logins, known=job.known, await_logout=job.shares_mailbox
        )
        return Done((diagnosed(job, self.wanted, allowance),))

    def _done(
        self, name: str, jobs: Sequence[AccountJob], began: float, future: "Future[Done]"
    ) -> None:
        with self.lock:
            self.flying -= 1
            if self.over:
                return
            numbers = [job.position for job in jobs]
            refused = getattr(self.engine, "refused", None)
            error = refused or (None if future.cancelled() else future.exception())
            if error is not None and (refused or not isinstance(error, Exception)):
                self.finished.put(error)
            elif error is not None or future.cancelled():
                self.schedule.finished(numbers, ())
                for job in jobs:
                    self._retry(name, job)
            else:
                self._take_in(jobs, future.result(), monotonic() - began)
        self._pump()

    def _take_in(self, jobs: Sequence[AccountJob], done: Done, seconds: float) -> None:
        original = {job.position: job.account for job in jobs}
        reports = done.reports
        if self.remote:
            reports = tuple([_with_account(report, original) for report in reports])
        for report in reports:
            if asks_for_pause(report):
                self._pause(report.accounts[0].position)
        self.schedule.finished(original, [report.accounts[0] for report in reports])
        for number in done.undone:
            self.schedule.again(number)
        self.left -= len(reports)
        if self.remote and reports:
            rate = len(reports) / max(seconds, 0.001)
            self.size = max(min(self.threads, 16), int((self.size + rate * _CHUNK_S) / 2))
        for report in reports:
            self.finished.put(report)

    def _retry(self, name: str, job: AccountJob) -> None:
        """Retry after a lost worker, with the logins that are left."""
        left = logins_left(self.folder, name, job, shared=self.shared)
        begun = not self.shared or (Path(self.folder) / name).exists()
        number = job.position
        self.lost[number] = self.lost.get(number, 0) + begun
        if self.lost[number] > 1:
            self.left -= 1
            self.finished.put(failed(job, "the worker was lost twice during this diagnosis"))
            return
        self.logins[number] = left
        self.schedule.again(number, urgent=True)

    def _pause(self, number: int) -> None:
        seconds = self.schedule.pause(number, PAUSE_S)
        if seconds:
            self.timers += 1
            timer = threading.Timer(seconds, self._resume)
            timer.daemon = True
            timer.start()

    def _resume(self) -> None:
        with self.lock:
            self.timers -= 1
            self.schedule.wake_paused()
        self._pump()

    def _server(self, service: Service) -> str:
        """Return the name of a service's server; empty if it is not limited."""
        host = service.host.lower()
        place = self.wanted.connect.routes.leads_to(host, service.port) or self.addresses.get(
            host, host
        )
        local = place.startswith("/") or is_local(place)
        return "" if local and not self.limits[2] else place

    def _resolved(self) -> dict[str, str]:
        """Return the first address of each host: a server may have many names, which share its limits."""
        routes = self.wanted.connect.routes
        hosts = {
            (s.host.lower(), s.port)
            for account in self.accounts
            for s in account.services
            if s.host
        }
        found: dict[str, str] = {}

        def look_up(host: str, port: int) -> None:
            try:
                addresses = routes.addresses(host, port, 3.0)
            except Stopped:
                return
            found[host] = addresses[0][0] if addresses else host

        pool = Threads(32)
        asked = [
            pool.submit(look_up, host, port)
            for host, port in hosts
            if not (is_address(host) or is_local(host) or routes.leads_to(host, port))
        ]
        for future in asked:
            future.exception()
        pool.shutdown()
        return found


def _with_account(report: Report, original: Mapping[int, Account]) -> Report:
    """Return the report with the original account: the worker's copy lacks literal secrets."""
    (one,) = report.accounts
    return replace(report, accounts=(replace(one, account=original[one.position]),))
