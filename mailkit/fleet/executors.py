"""Executors for chunks: a loop or threads of this process, or any other executor.

Processes are in :mod:`~mailkit.fleet.processes`.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from typing import Any

from mailkit.errors import SettingsError
from mailkit.net.waiting import outcome

__all__ = ["Threads", "conversations", "executor_for", "is_local_pool", "workers_of"]


class Threads(Executor):
    """Daemon threads, so that an interrupt ends the process at once."""

    def __init__(self, most: int) -> None:
        self._most, self._count = most, 0
        self._calls: SimpleQueue[Callable[[], Callable[[], None]] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()

        self._calls.put(partial(outcome, future, partial(fn, *args, **kwargs)))
        if not self._idle.acquire(blocking=False) and self._count < self._most:
            self._count += 1
            threading.Thread(target=self._serve, daemon=True, name="mailkit-fleet").start()
        return future

    def _serve(self) -> None:
        while (call := self._calls.get()) is not None:
            call()()
            self._idle.release()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the threads after their current calls."""
        for _ in range(self._count):
            self._calls.put(None)


def conversations(most: int) -> Executor:
    """Return the executor for this process: a loop, or threads if ``greenlet`` is not installed."""
    try:
        from mailkit.net.loop import SelectorLoop
    except ImportError:
        return Threads(most)
    return SelectorLoop(most)


def executor_for(executor: object) -> Executor | None:
    """Check the argument ``executor``.

    Raises:
        SettingsError: it is not an executor.
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
    """Return how many chunks an executor runs at once; by default the number of cores."""
    most = getattr(executor, "_max_workers", None)
    if isinstance(most, int):
        return most
    client = getattr(executor, "_client", None)  # Dask's
    if client is not None:
        return max(int(sum(client.nthreads().values())), 1)
    return os.cpu_count() or 1


def is_local_pool(executor: Executor) -> bool:
    """Return whether an executor runs its calls on this machine, if that can be known."""
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

    return isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor)
