"""How many connections a server is asked for: at most so many at once, and so many new ones a second.

One :class:`Pacer` is shared by all conversations of a run. It counts by the address that is really connected
to, so that a thousand names of one server are one server. The time that a conversation waits for its turn is
no part of its deadline (:class:`Turn`).
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from time import monotonic

from mailkit.account import is_local
from mailkit.net.waiting import Changes

__all__ = ["Pacer", "Turn"]


class Pacer:
    """The limits for each server address, for all threads of a process.

    Args:
        connections: how many at once.
        per_second: how many new ones a second.
        local: whether servers of this machine are limited too.
    """

    def __init__(self, connections: int, per_second: float, *, local: bool = False) -> None:
        self.connections, self.per_second, self.local = connections, per_second, local
        self._changes = Changes()
        self._open: dict[str, int] = defaultdict(int)
        self._next: dict[str, float] = {}

    def limits(self, address: str) -> bool:
        """Whether connections to an address are counted."""
        return self.local or not (address.startswith("/") or is_local(address))

    def enter(self, address: str, cancelled: Callable[[], bool]) -> None:
        """Wait until a connection may be opened; it then counts as open."""
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
        """A connection is over."""
        if not self.limits(address):
            return
        with self._changes.lock:
            self._open[address] -= 1
        self._changes.notify_all()


class Turn:
    """One conversation's, or one service's, use of a pacer: how long it waited in all."""

    def __init__(self, pacer: Pacer) -> None:
        self.pacer, self.waited = pacer, 0.0
        self._lock = threading.Lock()

    def enter(self, address: str, cancelled: Callable[[], bool]) -> float:
        """Wait for the turn; returns the seconds it took."""
        began = monotonic()
        self.pacer.enter(address, cancelled)
        took = monotonic() - began
        with self._lock:
            self.waited += took
        return took
