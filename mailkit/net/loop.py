"""Hundreds of sessions in one thread: a selector wakes each when its socket is ready or its timeout has passed.

Each call runs in a greenlet, so the code of a diagnosis is the same as in a thread; instead of blocking,
:mod:`mailkit.net.waiting` switches to the next greenlet. Needs the package ``greenlet``.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count
from selectors import EVENT_READ, EVENT_WRITE, BaseSelector, DefaultSelector
from socket import socket, socketpair
from sys import exc_info
from time import monotonic
from typing import Any
from weakref import ref

from greenlet import getcurrent, greenlet

from mailkit.net.waiting import here, outcome

__all__ = ["SelectorLoop"]


class _Wait:
    """A wait of a greenlet; it ends when the greenlet continues."""

    __slots__ = ("greenlet",)

    def __init__(self) -> None:
        self.greenlet: greenlet | None = getcurrent()


class _Event:
    """An event for the greenlets of one loop; any thread may set it."""

    def __init__(self, loop: "SelectorLoop") -> None:
        self._loop, self._set = loop, False
        self._waiting: tuple[_Wait, ...] = ()

    def set(self) -> None:
        self._set = True
        for wait in self._waiting:
            self._loop.wake(wait)

    def is_set(self) -> bool:
        return self._set

    def wait(self, timeout: float | None = None) -> bool:
        wait = _Wait()
        self._waiting = (*self._waiting, wait)  # first, because another thread may set it now
        if not self._set:
            self._loop.switch(wait, timeout)
        return self._set


class _Task:
    """A call in its own greenlet."""

    def __init__(self, loop: "SelectorLoop", call: Callable[[], object]) -> None:
        self._over = _Event(loop)
        self._call = call

    def run(self) -> None:
        try:
            self._call()
        except Exception:  # noqa: BLE001 - as a thread does it
            kind, error, trace = exc_info()
            threading.excepthook(
                threading.ExceptHookArgs((kind, error, trace, threading.current_thread()))
            )
        finally:
            self._over.set()

    def join(self) -> None:
        self._over.wait()


class SelectorLoop(Executor):
    """An executor that runs all calls in one thread.

    Args:
        most: the number of calls at once; others are queued.
    """

    def __init__(self, most: int) -> None:
        self._most, self._under_way = most, 0
        self._calls: deque[Callable[[], Callable[[], None]]] = deque()
        self._outcomes: deque[Callable[[], None]] = deque()
        self._woken: deque[_Wait] = deque()
        self._tasks: deque[_Task] = deque()
        self._timers: list[tuple[float, int, _Wait]] = []
        self._numbers, self._stale = count(), 0
        self._sockets: dict[int, tuple[ref[socket], int]] = {}
        self._sleeping: dict[int, _Wait] = {}
        self._selector: BaseSelector
        self._bell: socket
        self._ringer: socket
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._ended = False

    # The executor's interface; called from any thread.

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self._calls.append(partial(outcome, future, partial(fn, *args, **kwargs)))
        with self._starting:
            if self._thread is None:
                self._selector = DefaultSelector()
                self._bell, self._ringer = socketpair()
                self._bell.setblocking(False)
                self._ringer.setblocking(False)
                self._selector.register(self._bell, EVENT_READ, None)
                self._thread = threading.Thread(
                    target=self._serve, daemon=True, name="mailkit-loop"
                )
                self._thread.start()
        self._ring()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the thread after the running calls."""
        if cancel_futures:
            self._calls.clear()
        self._ended = True
        self._ring()
        if wait and self._thread is not None:
            self._thread.join()

    # Called by sessions, in the loop's thread.

    def waits(self, sock: socket, seconds: float, *, write: bool) -> bool:
        """Wait for a socket; return whether it is ready.

        A socket stays registered until it is ready while no greenlet waits for it, so that a conversation costs a
        few system calls and not two for each wait.
        """
        wait, number = _Wait(), sock.fileno()
        events = EVENT_WRITE if write else EVENT_READ
        known = self._sockets.get(number)
        if known is None or known[0]() is not sock:
            if known is not None:  # of a closed socket, whose number this one has
                self._selector.unregister(number)
            self._selector.register(number, events, number)
            self._sockets[number] = ref(sock), events
        elif known[1] != events:
            self._selector.modify(number, events, number)
            self._sockets[number] = known[0], events
        if number in self._sleeping:
            raise RuntimeError("two greenlets wait for one socket")
        self._sleeping[number] = wait
        try:
            return self.switch(wait, seconds)
        finally:
            self._sleeping.pop(number, None)

    def pause(self, seconds: float) -> None:
        """Pause for so many seconds while others run."""
        self.switch(_Wait(), max(seconds, 0))

    def event(self) -> _Event:
        """An event for the greenlets of this loop."""
        return _Event(self)

    def started(self, call: Callable[[], object]) -> _Task:
        """Start a call in parallel."""
        task = _Task(self, call)
        self._tasks.append(task)
        return task

    def switch(self, wait: _Wait, seconds: float | None) -> bool:
        """Suspend until woken or timed out; return which."""
        if seconds is not None:
            heappush(self._timers, (monotonic() + seconds, next(self._numbers), wait))
        return bool(self._main.switch())

    def wake(self, wait: _Wait) -> None:
        """Resume a greenlet; called from any thread."""
        self._woken.append(wait)
        if here.loop is not self:
            self._ring()

    def _ring(self) -> None:
        if self._thread in (None, threading.current_thread()):
            return
        try:
            self._ringer.send(b"\0")
        except BlockingIOError:
            pass  # already signalled
        except OSError:
            pass  # the loop has ended

    # The thread itself.

    def _serve(self) -> None:
        here.loop = self
        self._main = getcurrent()
        try:
            while self._under_way or self._calls or not self._ended:
                self._turn()
        finally:
            self._selector.close()
            self._bell.close()
            self._ringer.close()

    def _work(self) -> None:
        """Run calls one after the other, in one greenlet: each takes memory for its stack."""
        while self._calls:
            self._outcomes.append(self._calls.popleft()())
        self._under_way -= 1

    def _turn(self) -> None:
        while self._woken:
            self._go_on(self._woken.popleft(), True)
        while self._tasks:
            greenlet(self._tasks.popleft().run).switch()
        while self._calls and self._under_way < self._most:
            self._under_way += 1
            greenlet(self._work).switch()
        # Work takes time, in which sockets become ready: a timer ends only if it was over before they were looked at.
        now = monotonic()
        for key, _ in self._selector.select(self._next_timer()):
            if key.data is None:
                self._bell.recv(4096)
            elif (wait := self._sleeping.pop(key.data, None)) is not None:
                self._go_on(wait, True)
            elif key.data in self._sockets:
                self._selector.unregister(key.data)
                del self._sockets[key.data]
        while self._timers and self._timers[0][0] <= now:
            self._go_on(heappop(self._timers)[2], False)
        while (
            self._outcomes
        ):  # together, because each wakes a thread that then wants the interpreter
            self._outcomes.popleft()()

    def _next_timer(self) -> float | None:
        """Return the seconds to the next timer, or None."""
        if self._woken or self._tasks or self._outcomes:
            return 0
        while self._timers and self._timers[0][2].greenlet is None:
            heappop(self._timers)
        return max(self._timers[0][0] - monotonic(), 0) if self._timers else None

    def _go_on(self, wait: _Wait, ready: bool) -> None:
        """Switch to a waiting greenlet, unless it has continued already."""
        waiting, wait.greenlet = wait.greenlet, None
        if waiting is None:
            return
        if ready:
            self._stale += 1
            if self._stale > 1000 + len(self._timers) // 2:  # of waits that have ended
                self._timers = [timer for timer in self._timers if timer[2].greenlet is not None]
                heapify(self._timers)
                self._stale = 0
        waiting.switch(ready)
