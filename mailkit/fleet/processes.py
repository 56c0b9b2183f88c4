"""Processes on this machine as an executor. Imported only when used."""

import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import active_children, current_process, get_context
from multiprocessing.process import BaseProcess
from typing import Any

from mailkit.errors import SettingsError

__all__ = ["Processes"]

_UNGUARDED = 78
"""The exit code of a process that reads the main script, and is asked to start processes itself."""


class Processes(Executor):
    """Processes on this machine, each in its own pool, so that one that dies does not stop the others.

    The number of running calls is limited.

    Attributes:
        refused: the error for the run, if no process can start because of the main script.
    """

    def __init__(self, most: int) -> None:
        if getattr(current_process(), "_inheriting", False):
            raise SystemExit(_UNGUARDED)
        self.refused: SettingsError | None = None
        self._max_workers = most
        self._before = {child.pid for child in active_children()}
        self._free = deque(self._pool() for _ in range(most))
        self._lost: list[ProcessPoolExecutor] = []
        """Kept: a pool whose last reference goes in its own thread waits for itself (Python 3.13)."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        pool, earlier = self._free.popleft(), active_children()
        try:
            future = pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._lost.append(pool)
            pool = self._pool()
            future = pool.submit(fn, *args, **kwargs)
        started = [child for child in active_children() if child not in earlier]

        def over(future: "Future[Any]") -> None:
            lost = not future.cancelled() and isinstance(future.exception(), BrokenExecutor)
            if lost and any(_unguarded(child) for child in started):
                self.refused = SettingsError(
                    'executor="processes" starts Python again, which reads the main script again. '
                    'Put what the script does under `if __name__ == "__main__":`, or leave out the executor.'
                )
            if lost:
                self._lost.append(pool)
            self._free.append(self._pool() if lost else pool)

        future.add_done_callback(over)
        return future

    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, get_context("spawn"), initializer=_quiet)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop the processes; busy ones are terminated."""
        children = [process for process in active_children() if process.pid not in self._before]
        for pool in self._free:
            pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()


def _unguarded(child: BaseProcess) -> bool:
    child.join(1)  # the pool may notice its end first
    return child.exitcode == _UNGUARDED


def _quiet() -> None:
    """Ctrl-C in a terminal reaches every process of the group; the run decides what it means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
