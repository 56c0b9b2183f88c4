"""End work in order when a signal arrives."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue

__all__ = ["told_by"]


@contextmanager
def told_by(*numbers: int, raises: bool = False) -> Iterator[threading.Event]:
    """Return an event that these signals set. Where work can be interrupted anywhere and resumed, they also raise
    KeyboardInterrupt.

    A handler interrupts the main thread anywhere, also inside a method of the event, which then holds its lock: so
    another thread sets it.
    """
    stop = threading.Event()
    orders: SimpleQueue[None] = SimpleQueue()

    def handle(_number: int, _frame: object) -> None:
        orders.put(None)  # which may interrupt itself
        if raises:
            raise KeyboardInterrupt

    def obey() -> None:
        orders.get()
        stop.set()

    before = {}
    with suppress(ValueError):  # not in the main thread
        before = {number: signal.signal(number, handle) for number in numbers}
    threading.Thread(target=obey, daemon=True, name="mailkit-signals").start()
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
        orders.put(None)
