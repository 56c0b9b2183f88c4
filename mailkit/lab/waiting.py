"""Wait for data from another thread: blocking, or with ``await``."""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TypeVar

from mailkit.errors import LabError

__all__ = ["Watched", "awaited", "refuse_in_loop"]

T = TypeVar("T")


class Watched(Protocol):
    """Something that notifies its watchers after each change. Queries run under ``lock``."""

    lock: threading.RLock

    def watch(self, told: Callable[[], None]) -> None:
        """Call a function after each change, until :meth:`unwatch`."""

    def unwatch(self, told: Callable[[], None]) -> None:
        """The end of :meth:`watch`."""


async def awaited(watched: Watched, look: Callable[[], T | None], timeout: float) -> T | None:
    """Wait until a query has a result, without blocking the running event loop.

    Args:
        watched: the source of changes.
    look: the query; ``None`` means no result yet.
        timeout: in seconds.
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
    """Raise if blocking would stop an event loop in this thread. A notebook's loop may be blocked.

    Raises:
        LabError:
    a loop is running, and mail from its tasks could not arrive.
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
