"""Decides which account is diagnosed next, within the limits for each server, for all workers of a run.

An account holds several resources while it is diagnosed. It starts when all of them are free; otherwise it is queued
for the first that is not:

* its **servers**: a limited number of accounts (or workers) at once; none while a server that reported overload is
left alone;
* its **mailboxes**: a user does not log in twice at the same time;
* its **endpoints**: at a new endpoint, one account is diagnosed first. If it doesn't answer, the others get that
result instead of waiting too.

The accounts of a server are spread evenly over the run. All methods are called under one lock of the caller.
"""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic

from mailkit.account import Account, Service
from mailkit.observation import StopReason
from mailkit.report import AccountReport, ServiceReport
from mailkit.rules.account_index import mailbox_of

__all__ = ["Needs", "Schedule", "endpoint_key"]

Key = tuple[str, ...]

_NO_ANSWER = {
    StopReason.TIMED_OUT,
    StopReason.UNREACHABLE,
    StopReason.REFUSED,
    StopReason.NO_NAME,
    StopReason.NO_ADDRESS,
    StopReason.SILENT,
}
"""Stops that any other user would see too: the server did not answer."""

_SLOW = {StopReason.TIMED_OUT, StopReason.UNREACHABLE}
"""Those that take a whole timeout."""

PAUSE_S, _MOST_PAUSES = 30.0, 4


def endpoint_key(service: Service) -> Key:
    """The endpoint of a service, and how to connect to it."""
    return (
        "endpoint",
        str(service.protocol),
        service.host.lower(),
        str(service.port),
        str(service.security),
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """The resources that an account holds while it is diagnosed."""

    servers: tuple[Key, ...]
    mailboxes: tuple[Key, ...]
    endpoints: tuple[Key, ...]

    @property
    def held(self) -> tuple[Key, ...]:
        """What is counted."""
        return (*self.servers, *self.mailboxes)


def _needs(account: Account, server_of: Callable[[Service], str]) -> Needs:
    services = account.services
    return Needs(
        tuple({("server", name) for s in services if (name := server_of(s))}),
        tuple({("mailbox", *mailbox_of(s, account)) for s in services if s.user}),
        tuple(dict.fromkeys(endpoint_key(s) for s in services if s.host)),
    )


def _repeated(every: Iterable[Needs]) -> set[Key]:
    """Return the mailboxes of several accounts."""
    counts = Counter(key for needs in every for key in needs.mailboxes)
    return {key for key, count in counts.items() if count > 1}


class Schedule:
    """The waiting accounts, and the resources of the running ones.

    Args:
        accounts: all of them.
        at_once: the limit of each server, by its key; ``None`` for no limit.
        server_of: the name of a service's server; empty for one without limits.
    """

    def __init__(
        self,
        accounts: Sequence[Account],
        at_once: int | None,
        server_of: Callable[[Service], str],
    ) -> None:
        self.at_once = at_once
        self.needs = [_needs(account, server_of) for account in accounts]
        self._shared = _repeated(self.needs)
        self._order = self._spread()
        self._ready = [(self._order[number], number) for number in range(len(accounts))]
        heapq.heapify(self._ready)
        self._waiting: dict[Key, deque[int]] = defaultdict(deque)
        self._held: Counter[Key] = Counter()
        self._asking: set[Key] = set()
        self._answers: set[Key] = set()
        self._silent: dict[Key, tuple[Account, ServiceReport]] = {}
        self._until: dict[Key, tuple[float, float, int]] = {}

    def _spread(self) -> list[float]:
        """Return the position of each account in the run: the third of a server's ten accounts comes after a quarter
        of it.
        """
        sizes = Counter(needs.servers or needs.endpoints[:1] for needs in self.needs)
        seen: Counter[tuple[Key, ...]] = Counter()
        order = []
        for needs in self.needs:
            group = needs.servers or needs.endpoints[:1]
            order.append((seen[group] + 0.5) / sizes[group])
            seen[group] += 1
        return order

    def shares_mailbox(self, number: int) -> bool:
        """Return whether another account logs in to one of this account's mailboxes."""
        return not self._shared.isdisjoint(self.needs[number].mailboxes)

    def take(self, most: int) -> list[int]:
        """Return the next accounts for one chunk. They hold a server once, and run at the same time, so each has a
        mailbox of its own.
        """
        taken: list[int] = []
        holding: set[Key] = set()
        while self._ready and len(taken) < most:
            _, number = heapq.heappop(self._ready)
            needs = self.needs[number]
            missing = self._missing(needs, holding)
            if missing is not None:
                self._waiting[missing].append(number)
                self._wake_others(needs, missing)
                continue
            self._asking.update(
                key
                for key in needs.endpoints
                if key not in self._answers and key not in self._silent
            )
            for key in needs.held:
                if key not in holding:
                    holding.add(key)
                    self._held[key] += 1
            taken.append(number)
        return taken

    def _missing(self, needs: Needs, holding: set[Key]) -> Key | None:
        """Return the first resource that is not free for an account in a chunk."""
        for key in needs.held:
            if self._taken(key, beside=key[0] == "server" and key in holding):
                return key
        return next((key for key in needs.endpoints if key in self._asking), None)

    def _taken(self, key: Key, *, beside: bool = False) -> bool:
        if self._until.get(key, (0.0, 0.0, 0))[0] > monotonic():
            return True
        most = self.at_once if key[0] == "server" else 1
        return not beside and most is not None and self._held[key] >= most

    def _wake_others(self, needs: Needs, missing: Key) -> None:
        """Pass a free resource that this account does not take to the next in the queue."""
        for key in needs.held:
            if key != missing and not self._taken(key):
                self._wake(key, 1)

    def _wake(self, key: Key, most: int) -> None:
        line = self._waiting.get(key)
        while line and most > 0:
            number = line.popleft()
            heapq.heappush(self._ready, (self._order[number], number))
            most -= 1

    def finished(self, numbers: Iterable[int], reports: Iterable[AccountReport]) -> None:
        """Release the accounts of a chunk; those without a report were not diagnosed."""
        numbers = [*numbers]
        for report in reports:
            self._works(report)
            for service in report.services:
                self._learn(report.account, service)
        keys = {key for number in numbers for key in self.needs[number].held}
        for key in keys:
            self._held[key] -= 1
            self._wake(key, len(numbers))
        for number in numbers:
            for key in self.needs[number].endpoints:
                if key in self._asking:  # nothing was learned: the next one asks again
                    self._asking.discard(key)
                    self._wake(key, 1)

    def again(self, number: int, *, urgent: bool = False) -> None:
        """Queue an account again; an urgent one comes first, in its own chunk."""
        if urgent:
            self._order[number] = -1.0
        heapq.heappush(self._ready, (self._order[number], number))

    @property
    def urgent(self) -> bool:
        """Return whether the next account gets its own chunk."""
        return bool(self._ready) and self._ready[0][0] < 0

    def _learn(self, account: Account, report: ServiceReport) -> None:
        key = endpoint_key(report.service)
        if key not in self._asking:
            return
        self._asking.discard(key)
        if _nobody_there(report):
            self._silent[key] = (account, report)
        else:
            self._answers.add(key)
        self._wake(key, len(self._waiting.get(key, ())))

    def silent(self, service: Service) -> tuple[Account, ServiceReport] | None:
        """Return the account that got no answer at a service's endpoint, with its report."""
        return self._silent.get(endpoint_key(service))

    def pause(self, number: int, seconds: float = PAUSE_S) -> float:
        """Pause the servers of an account, longer each time; return the seconds.

        After several pauses in a row the server is not waited for any more.
        """
        longest = 0.0
        for key in self.needs[number].servers:
            until, last, times = self._until.get(key, (0.0, 0.0, 0))
            if until > monotonic() or times >= _MOST_PAUSES:
                continue
            pause = max(2 * last, seconds)
            self._until[key] = (monotonic() + pause, pause, times + 1)
            longest = max(longest, pause)
        return longest

    def _works(self, report: AccountReport) -> None:
        """After a success the server's next pause is short again."""
        if any(service.ok for service in report.services) and self._until:
            for key in self.needs[report.position].servers:
                if self._until.get(key, (0.0, 0.0, 0))[0] <= monotonic():
                    self._until.pop(key, None)

    def wake_paused(self) -> None:
        """Wake the accounts that waited for the end of a pause."""
        now = monotonic()
        for key, (until, _, _) in self._until.items():
            if until <= now:
                self._wake(key, len(self._waiting.get(key, ())))


def _nobody_there(report: ServiceReport) -> bool:
    """Return whether the next account would only repeat the same wait.

    If other settings work, each account verifies them with its own login, unless it would have to wait for a timeout
    first.
    """
    seen = report.seen
    if seen is None or seen.stop is None or seen.greeting or seen.stop.kind not in _NO_ANSWER:
        return False
    return report.proposal is None or seen.stop.kind in _SLOW
