"""What one service of an account learns of a silent server, the other one need not wait for."""

import threading

from mailkit.net.waiting import Changes

__all__ = ["Silences"]


class Silences:
    """The addresses that answer nothing at all, shared by services that are diagnosed side by side.

    An SMTP server may pause before its greeting for longer than a dead one is worth waiting for. An
    IMAP or POP3 server does not: where it is silent, and silent to TLS and HTTP too, so is the
    machine at that address.
    """

    def __init__(self) -> None:
        self._changes = Changes()
        self._silent: set[str] = set()

    def add(self, address: str) -> None:
        """An address is known to be silent; whoever waits for it is woken."""
        with self._changes.lock:
            self._silent.add(address)
        self._changes.notify_all()

    def wait(self, address: str, over: threading.Event, seconds: float) -> None:
        """Wait until an address is known to be silent, or for so many seconds, or until it is over."""
        self._changes.wait_for(lambda: over.is_set() or address in self._silent, seconds)

    def end(self, over: threading.Event) -> None:
        """Nobody waits for this any more."""
        over.set()
        self._changes.notify_all()

    def __contains__(self, address: str) -> bool:
        with self._changes.lock:
            return address in self._silent
