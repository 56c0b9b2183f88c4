"""All the mail of a lab: one store for all protocols, one lock, and everybody who waits is told of each change."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from mailkit.lab.mailstore.box import UserMailbox
from mailkit.lab.mailstore.folder import PUBLIC, ROLES, Refused

if TYPE_CHECKING:
    from mailkit.lab.mailstore.maildir import Maildir

__all__ = ["Store"]


class Store:
    """All boxes of a lab. A box comes into being when somebody asks for it.

    Args:
        quota_kib: how much mail a box may hold, in KiB; without it there is no limit.
        largest: the longest message that is taken, in octets.
        maildir: where mail is kept on disk; without it in memory only.
    """

    def __init__(
        self,
        *,
        quota_kib: int | None = None,
        largest: int = 64 * 1024 * 1024,
        maildir: "Maildir | None" = None,
    ) -> None:
        self.quota_kib, self.largest, self.maildir = quota_kib, largest, maildir
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._watchers: set[Callable[[], None]] = set()
        self._boxes: dict[str, UserMailbox] = {}
        self._validity = int(time.time())
        self._logins: dict[str, float] = {}
        self.public = UserMailbox(self, PUBLIC, ())
        for name in ("News", "Team"):
            self.public.folders[name] = self.public.fresh(name, read_only=name == "News")
        if maildir is not None:
            maildir.load(self.public)

    def box(self, name: str) -> UserMailbox:
        """The box of a user or an address; upper and lower case are the same."""
        key = name.lower()
        with self.lock:
            if key not in self._boxes:
                box = self._boxes[key] = UserMailbox(self, key, ROLES.items())
                box.quota_kib = self.quota_kib
                if self.maildir is not None:
                    self.maildir.load(box)
            return self._boxes[key]

    def boxes(self) -> list[UserMailbox]:
        """Every box that there is by now, by name."""
        with self.lock:
            return [self._boxes[name] for name in sorted(self._boxes)]

    def deliver(
        self,
        sender: str,
        recipients: Iterable[str],
        content: bytes,
        owner: Callable[[str], str] = str,
    ) -> dict[str, str]:
        """Put a message into the inbox of each recipient; returns the reply for each (RFC 2033)."""
        replies = {}
        for address in recipients:
            head = f"Return-Path: <{sender}>\r\nDelivered-To: {address}\r\n".encode()
            try:
                self.box(owner(address)).deliver(head + content)
            except Refused as refused:
                code = {"OVERQUOTA": "452 4.2.2", "TOOBIG": "552 5.3.4"}.get(
                    refused.code, "451 4.2.0"
                )
                replies[address] = f"{code} <{address}> {refused}"
            else:
                replies[address] = f"250 2.0.0 <{address}> delivered"
        return replies

    def too_soon(self, user: str, delay_s: float) -> bool:
        """Whether a user's last login is not long enough ago; notes this one otherwise."""
        now = time.monotonic()
        if now - self._logins.get(user, -delay_s) < delay_s:
            return True
        self._logins[user] = now
        return False

    def validity(self) -> int:
        """A UIDVALIDITY that was never given before."""
        self._validity += 1
        return self._validity

    def watch(self, told: Callable[[], None]) -> None:
        """Have somebody told of every change, until :meth:`unwatch`."""
        with self.lock:
            self._watchers.add(told)

    def unwatch(self, told: Callable[[], None]) -> None:
        """The end of :meth:`watch`."""
        with self.lock:
            self._watchers.discard(told)

    def changed(self) -> None:
        """Tell of a change."""
        with self.lock:
            self._changed.notify_all()
            watchers = [*self._watchers]
        for told in watchers:
            with suppress(OSError):
                told()

    def wait(self, until: Callable[[], object], timeout: float) -> object:
        """Wait until something true comes out of a question that is asked after each change.

        Returns:
            What came out; something false when the time was over.
        """
        with self.lock:
            return self._changed.wait_for(until, timeout)
