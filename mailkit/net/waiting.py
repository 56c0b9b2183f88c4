"""How a session waits: in its own thread, or as one of many on a loop.

All waits of a diagnosis are here. In a thread they block. On a :class:`~mailkit.net.loop.Loop` other sessions run
meanwhile; the caller sees no difference.
"""

import math
import select
import socket
import threading
from collections.abc import Callable, Iterable
from functools import partial
from time import monotonic, sleep
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = [
    "ConditionVariable",
    "Event",
    "Loop",
    "Task",
    "apart",
    "in_parallel",
    "outcome",
    "pause",
    "started",
    "waits",
]

T = TypeVar("T")


class Event(Protocol):
    """An event like :class:`threading.Event`; any thread may set it."""

    def set(self) -> None: ...
    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None) -> bool: ...


class Task(Protocol):
    """A parallel call, like :class:`threading.Thread`."""

    def join(self) -> None: ...


class Loop(Protocol):
    """The interface of a loop: the waits for all sessions of one thread."""

    def waits(self, sock: socket.socket, seconds: float, *, write: bool) -> bool: ...
    def pause(self, seconds: float) -> None: ...
    def event(self) -> Event: ...
    def started(self, call: Callable[[], object]) -> Task: ...


class _Here(threading.local):
    """Return the loop of this thread."""

    loop: Loop | None = None


here = _Here()


def waits(sock: socket.socket, seconds: float, *, write: bool = False) -> bool:
    """Wait until a socket is readable or writable; select() fails from the 1,024th open file on."""
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
    """Sleep."""
    if here.loop is not None:
        here.loop.pause(seconds)
    else:
        sleep(max(seconds, 0))


def event() -> Event:
    """Return an event that the caller can wait for."""
    return here.loop.event() if here.loop is not None else threading.Event()


def started(call: Callable[[], object]) -> Task:
    """Start a call in parallel."""
    if here.loop is not None:
        return here.loop.started(call)
    thread = threading.Thread(target=call, daemon=True, name="mailkit-look")
    thread.start()
    return thread


def apart(call: Callable[[], T], within_s: float | None = None) -> T:
    """Run a blocking call; on a loop it runs in its own thread.

    Args:
        call: the call, which cannot be interrupted.
        within_s: timeout in seconds.

    Raises:
        TimeoutError: it timed out; it continues in its thread.
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
    """Run calls in parallel, the last one here; return their results in order. An exception is raised when all are
    done.
    """
    every = [*calls]
    if len(every) < 2:
        return [call() for call in every]
    results: dict[int, T] = {}
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            results[number] = every[number]()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    *beside, last = [partial(run, number) for number in range(len(every))]
    tasks = [started(call) for call in beside]
    last()
    for task in tasks:
        task.join()
    if failures:
        raise failures[0]
    return [results[number] for number in sorted(results)]


def outcome(future: "Future[T]", call: Callable[[], T]) -> Callable[[], None]:
    """Run a call, unless it was cancelled; return what gives its future the result, or what the call raised."""
    if not future.set_running_or_notify_cancel():
        return lambda: None
    try:
        return partial(future.set_result, call())
    except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
        return partial(future.set_exception, error)


class ConditionVariable:
    """A condition like :class:`threading.Condition`, for threads and loops together.

    ``lock`` guards the state of the condition.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._waiting: list[Event] = []

    def wait_for(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait until a condition is true, at most so many seconds; return whether it is. It is evaluated under the
        lock, at the start and after each change, and may change the guarded state.
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
        """Wake all waiters; called without the lock."""
        with self.lock:
            waiting, self._waiting = self._waiting, []
        for changed in waiting:
            changed.set()
