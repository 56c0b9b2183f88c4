"""Where chunks run: in threads of this process, in processes of this machine, or on any executor."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import active_children, get_context
from queue import SimpleQueue
from typing import Any

from mailkit.errors import SettingsError

__all__ = ["Processes", "Threads", "executor_for", "workers_of"]


class Threads(Executor):
    """Threads that an interpreter does not wait for at its end, so that an interrupt is one."""

    def __init__(self, most: int) -> None:
        self._most, self._count = most, 0
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                future.set_exception(error)
            else:
                future.set_result(result)

        self._calls.put(call)
        if not self._idle.acquire(blocking=False) and self._count < self._most:
            self._count += 1
            threading.Thread(target=self._serve, daemon=True, name="mailkit-fleet").start()
        return future

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
            self._idle.release()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads when they have done what they do."""
        for _ in range(self._count):
            self._calls.put(None)


class Processes(Executor):
    """Processes of this machine, each a pool of its own, so that one that dies takes no other along.

    At most so many calls may be under way.
    """

    def __init__(self, most: int) -> None:
        self._max_workers = most
        self._before = {child.pid for child in active_children()}
        self._free = deque(self._pool() for _ in range(most))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        pool = self._free.popleft()
        try:
            future = pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            pool = self._pool()
            future = pool.submit(fn, *args, **kwargs)

        def over(future: "Future[Any]") -> None:
            lost = not future.cancelled() and isinstance(future.exception(), BrokenExecutor)
            self._free.append(self._pool() if lost else pool)

        future.add_done_callback(over)
        return future

    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, get_context("spawn"), initializer=_quiet)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes; those that still do something are terminated."""
        children = [one for one in active_children() if one.pid not in self._before]
        for pool in self._free:
            pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()


def _quiet() -> None:
    """Ctrl-C in a terminal reaches every process of the group; the run decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def executor_for(executor: object) -> Executor | None:
    """What was given as ``executor``, checked.

    Raises:
        SettingsError: it is nothing that runs calls.
    """
    if executor is None or executor == "processes":
        return None
    if not callable(getattr(executor, "submit", None)):
        raise SettingsError(
            'executor is None, "processes", or an executor of concurrent.futures '
            f"(with Dask: client.get_executor()), not {executor!r}"
        )
    return executor  # type: ignore[return-value]


def workers_of(executor: object) -> int:
    """How many chunks an executor runs at once; the cores of this machine where it does not say."""
    most = getattr(executor, "_max_workers", None)
    if isinstance(most, int):
        return most
    client = getattr(executor, "_client", None)  # Dask's
    if client is not None:
        return max(int(sum(client.nthreads().values())), 1)
    return os.cpu_count() or 1
