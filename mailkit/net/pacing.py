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

_ASK_AGAIN_S = 0.5

_APART = 1.05
"""How far connections are apart, in parts of a second divided by their number in it. Each leaves a moment after it
was admitted, one later than the other, and a server that counts a second must not find one more.
"""


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

    def enter(self, address: str, cancelled: Callable[[], bool]) -> bool:
        """Wait until a connection may be opened, and count it as open; return False if it was cancelled before."""
        if not self.limits(address):
            return True
        left, entered = 0.0, False

        def settled() -> bool:
            nonlocal left, entered
            if cancelled():
                return True
            left = min(self.admit(address, monotonic()), _ASK_AGAIN_S)
            entered = left <= 0
            return entered

        while not self._changes.wait_for(settled, left):
            pass
        return entered

    def admit(self, address: str, now: float) -> float:
        """Count a connection as open if it may be opened now; otherwise return the seconds until it is worth asking
        again.
        """
        left = self._next.get(address, now) - now
        if self._open[address] >= self.connections:
            left = _ASK_AGAIN_S
        if left <= 0:
            self._next[address] = now + _APART / self.per_second
            self._open[address] += 1
        return left

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

    def enter(self, address: str, cancelled: Callable[[], bool]) -> float | None:
        """Wait for the pacer; return the seconds it took, or ``None`` if the session was cancelled meanwhile."""
        began = monotonic()
        entered = self.pacer.enter(address, cancelled)
        took = monotonic() - began
        with self._lock:
            self.waited += took
        return took if entered else None
