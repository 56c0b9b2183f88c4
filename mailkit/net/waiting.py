"""How a conversation waits: in a thread of its own, or as one of many on a loop.

Everything that waits in a diagnosis waits here. In a thread it blocks. On a :class:`~mailkit.net.loop.Loop`
the others go on meanwhile, and who calls does not notice.
"""

import math
import select
import socket
import threading
from collections.abc import Callable, Iterable
from time import monotonic, sleep
from typing import Protocol, TypeVar

__all__ = ["Changes", "Event", "Loop", "Task", "apart", "in_parallel", "pause", "started", "waits"]

T = TypeVar("T")


class Event(Protocol):
    """Something that happens once, as :class:`threading.Event` has it; any thread may set it."""

    def set(self) -> None: ...
    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None) -> bool: ...


class Task(Protocol):
    """A call that runs beside the caller, as :class:`threading.Thread` has it."""

    def join(self) -> None: ...


class Loop(Protocol):
    """What waits for all conversations of one thread."""

    def waits(self, sock: socket.socket, seconds: float, *, write: bool) -> bool: ...
    def pause(self, seconds: float) -> None: ...
    def event(self) -> Event: ...
    def started(self, call: Callable[[], object]) -> Task: ...


class _Here(threading.local):
    """The loop that runs in this thread."""

    loop: Loop | None = None


here = _Here()


def waits(sock: socket.socket, seconds: float, *, write: bool = False) -> bool:
    """Wait until a socket has something to read, or room to write; select() itself ends at the 1,024th open file."""
    seconds = max(seconds, 0)
    if here.loop is not None:
        return here.loop.waits(sock, seconds, write=write)
    if not hasattr(
        select, "poll"
    ):  # Windows, where a failed connection is an exceptional condition
        sides = ([], [sock]) if write else ([sock], [])
        return any(select.select(*sides, [sock], seconds))
    poll = select.poll()
    poll.register(sock, select.POLLOUT if write else select.POLLIN)
    return bool(poll.poll(math.ceil(min(seconds, 86_400) * 1000)))


def pause(seconds: float) -> None:
    """Wait so many seconds."""
    if here.loop is not None:
        here.loop.pause(seconds)
    else:
        sleep(max(seconds, 0))


def event() -> Event:
    """An event that the caller may wait for."""
    return here.loop.event() if here.loop is not None else threading.Event()


def started(call: Callable[[], object]) -> Task:
    """Run a call beside the caller."""
    if here.loop is not None:
        return here.loop.started(call)
    thread = threading.Thread(target=call, daemon=True, name="mailkit-look")
    thread.start()
    return thread


def apart(call: Callable[[], T], within_s: float | None = None) -> T:
    """Run a call that blocks, in a thread of its own where others would have to wait for it.

    Args:
        call: what cannot be interrupted.
        within_s: after how many seconds it is waited for no longer.

    Raises:
        TimeoutError: it is not over by then; it goes on in its thread.
        BaseException: what the call raised.
    """
    if here.loop is None and within_s is None:
        return call()
    over = event()
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)
        finally:
            over.set()

    threading.Thread(target=run, daemon=True, name="mailkit-apart").start()
    if not over.wait(within_s):
        raise TimeoutError("timed out")
    if failures:
        raise failures[0]
    return results[0]


def in_parallel(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Run some calls side by side; their results in order.

    What one of them raises is raised here, when all are done.
    """
    waiting = [*calls]
    if len(waiting) < 2:
        return [call() for call in waiting]
    results: dict[int, T] = {}
    failures: list[BaseException] = []

    def run(number: int, call: Callable[[], T]) -> None:
        try:
            results[number] = call()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    def bound(number: int, call: Callable[[], T]) -> Callable[[], None]:
        return lambda: run(number, call)

    tasks = [started(bound(number, call)) for number, call in enumerate(waiting)]
    for task in tasks:
        task.join()
    if failures:
        raise failures[0]
    return [results[number] for number in sorted(results)]


class Changes:
    """A condition, as :class:`threading.Condition` has it, that threads and loops can wait for together.

    ``lock`` guards what the condition is about.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._waiting: list[Event] = []

    def wait_for(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until a condition holds, for so many seconds at most; returns whether it does.

        It is asked under the lock, at the beginning and after each change, and may change what the lock guards.
        """
        until = monotonic() + seconds
        while True:
            with self.lock:
                if holds():
                    return True
                changed = event()
                self._waiting.append(changed)
            left = until - monotonic()
            if left <= 0 or not changed.wait(left):
                with self.lock:
                    if changed in self._waiting:
                        self._waiting.remove(changed)
                    return holds()

    def notify_all(self) -> None:
        """Wake whoever waits; called without the lock."""
        with self.lock:
            waiting, self._waiting = self._waiting, []
        for changed in waiting:
            changed.set()
