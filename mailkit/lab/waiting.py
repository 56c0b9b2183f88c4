"""Waiting for something that another thread brings: blocking, or with ``await``."""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from mailkit.errors import LabError

__all__ = ["Watched", "awaited", "refuse_in_loop"]

Found = TypeVar("Found")


class Watched(Protocol):
    """What changes, and calls those who watch after each change. A question is asked under ``lock``."""

    lock: threading.RLock

    def watch(self, told: Callable[[], None]) -> None:
        """Call a function after each change, until :meth:`unwatch`."""

    def unwatch(self, told: Callable[[], None]) -> None:
        """The end of :meth:`watch`."""


async def awaited(
    watched: Watched, look: Callable[[], Found | None], timeout: float
) -> Found | None:
    """Wait until a question has an answer, without blocking the running event loop.

    Args:
        watched: what the answer comes from.
        look: asks; ``None`` is no answer yet.
        timeout: how long to wait, in seconds.
    """
    import asyncio

    loop = asyncio.get_running_loop()
    changed = asyncio.Event()

    def told() -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(changed.set)

    watched.watch(told)
    try:
        until = time.monotonic() + timeout
        while True:
            changed.clear()
            with watched.lock:
                found = look()
            left = until - time.monotonic()
            if found is not None or left <= 0:
                return found
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), left)
    finally:
        watched.unwatch(told)


def refuse_in_loop(instead: str) -> None:
    """Refuse to block an event loop that runs in this thread. A notebook's own loop may be blocked.

    Raises:
        LabError: a loop is running here; nothing that its tasks send could arrive.
    """
    __tracebackhide__ = True
    asyncio, ipython = sys.modules.get("asyncio"), sys.modules.get("IPython")
    if asyncio is None or (ipython is not None and ipython.get_ipython() is not None):
        return
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise LabError(
        "wait_for blocks the event loop that is running in this thread, so nothing that its "
        f"tasks send can arrive. Write: await {instead}"
    )
