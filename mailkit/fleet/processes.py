"""Processes on this machine as an executor. Imported only when used."""

import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import active_children, get_context
from typing import Any

__all__ = ["Processes"]


class Processes(Executor):
    """Processes on this machine, each in its own pool, so that one that dies does not stop the others.

    The number of running calls is limited.
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
        """Stop the processes; busy ones are terminated."""
        children = [one for one in active_children() if one.pid not in self._before]
        for pool in self._free:
            pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()


def _quiet() -> None:
    """Ctrl-C in a terminal reaches every process of the group; the run decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
