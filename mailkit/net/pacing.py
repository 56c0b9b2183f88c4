"""Limits on connections to each server: at once, and new ones per second.

All sessions of a run share one :class:`Pacer`. It counts by the connected address, so a thousand names of one server
count as one. Time spent waiting for it does not count against the deadline (:class:`Turn`).
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from time import monotonic

from mailkit.account import is_local
from mailkit.net.waiting import ConditionVariable

__all__ = ["Pacer", "Turn"]


class Pacer:
    """The limits for each server address, for all threads of a process.

    Args:
        connections: the number at once.
        per_second: the number of new ones per second.
        local: whether servers on this machine are limited too.
    """

    def __init__(self, connections: int, per_second: float, *, local: bool = False) -> None:
        self.connections, self.per_second, self.local = connections, per_second, local
        self._changes = ConditionVariable()
        self._open: dict[str, int] = defaultdict(int)
        self._next: dict[str, float] = {}

    def limits(self, address: str) -> bool:
        """Return whether connections to an address are counted."""
        return self.local or not (address.startswith("/") or is_local(address))

    def enter(self, address: str, cancelled: Callable[[], bool]) -> None:
        """Wait until a connection may be opened, and count it as open."""
        if not self.limits(address):
            return
        wait = 0.0

        def entered() -> bool:
            nonlocal wait
            if not cancelled():
                now = monotonic()
                wait = self._next.get(address, now) - now
                if self._open[address] >= self.connections:
                    wait = 0.5
                if wait > 0:
                    wait = min(wait, 0.5)
                    return False
                self._next[address] = now + 1 / self.per_second
            self._open[address] += 1
            return True

        while not self._changes.wait_for(entered, wait):
            pass

    def leave(self, address: str) -> None:
        """A connection has ended."""
        if not self.limits(address):
            return
        with self._changes.lock:
            self._open[address] -= 1
        self._changes.notify_all()


class Turn:
    """The use of a pacer by one session or service: how long it waited in total."""

    def __init__(self, pacer: Pacer) -> None:
        self.pacer, self.waited = pacer, 0.0
        self._lock = threading.Lock()

    def enter(self, address: str, cancelled: Callable[[], bool]) -> float:
        """Wait for the pacer; return the seconds it took."""
        began = monotonic()
        self.pacer.enter(address, cancelled)
        took = monotonic() - began
        with self._lock:
            self.waited += took
        return took
