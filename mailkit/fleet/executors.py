"""Where chunks run: on a loop or in threads of this process, or on any executor. Processes are in :mod:`~mailkit.fleet.processes`."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any

from mailkit.errors import SettingsError

__all__ = ["Threads", "conversations", "executor_for", "is_local_pool", "workers_of"]


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


def conversations(most: int) -> Executor:
    """What runs so many diagnoses at once in this process: one loop, or threads where ``greenlet`` is not installed."""
    try:
        from mailkit.net.loop import SelectorLoop
    except ImportError:
        return Threads(most)
    return SelectorLoop(most)


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


def is_local_pool(executor: Executor) -> bool:
    """Whether an executor runs its calls on this machine, as far as that can be known."""
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

    return isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor)
