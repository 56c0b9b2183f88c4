"""Shares the silence of a server between the services of an account, so that only one of them waits."""

from collections.abc import Callable

from mailkit.net.waiting import ConditionVariable

__all__ = ["Silences"]


class Silences:
    """The addresses that answer nothing, shared by services that are diagnosed in parallel.

    An SMTP server may pause before its greeting for longer than a dead one is worth waiting for. An IMAP or POP3
    server does not pause: if it is silent, to TLS and HTTP too, the whole machine is silent.
    """

    def __init__(self) -> None:
        self._changes = ConditionVariable()
        self._silent: set[str] = set()

    def add(self, address: str) -> None:
        """Mark an address as silent, and wake the threads that wait for it."""
        with self._changes.lock:
            self._silent.add(address)
        self._changes.notify_all()

    def wait(self, address: str, over: Callable[[], bool], seconds: float) -> None:
        """Wait until an address is marked as silent or the conversation is over, for at most so many seconds."""
        self._changes.wait_for(lambda: over() or address in self._silent, seconds)

    def wake(self) -> None:
        """Wake all waiting threads, because a conversation is over."""
        self._changes.notify_all()

    def __contains__(self, address: str) -> bool:
        with self._changes.lock:
            return address in self._silent
