"""All the mail of a lab: one store for all protocols, one lock, and notifications of each change."""

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
    """All boxes of a lab. A box is created on first use.

    Args:
        quota_kib: the quota of a box, in KiB; by default none.
        largest: the longest message, in octets.
        maildir: the
            folder for mail on disk; by default it is in memory.
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
        """Return the box of a user or an address, in any case."""
        key = name.lower()
        with self.lock:
            if key not in self._boxes:
                box = self._boxes[key] = UserMailbox(self, key, ROLES.items())
                box.quota_kib = self.quota_kib
                if self.maildir is not None:
                    self.maildir.load(box)
            return self._boxes[key]

    def boxes(self) -> list[UserMailbox]:
        """Return every existing box, by name."""
        with self.lock:
            return [self._boxes[name] for name in sorted(self._boxes)]

    def deliver(
        self,
        sender: str,
        recipients: Iterable[str],
        content: bytes,
        owner: Callable[[str], str] = str,
    ) -> dict[str, str]:
        """Deliver a message into the inbox of each recipient; return the reply for each (RFC 2033)."""
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
        """Return whether a user's last login is too recent; otherwise record this one."""
        now = time.monotonic()
        if now - self._logins.get(user, -delay_s) < delay_s:
            return True
        self._logins[user] = now
        return False

    def validity(self) -> int:
        """Return a UIDVALIDITY that was not used before."""
        self._validity += 1
        return self._validity

    def watch(self, told: Callable[[], None]) -> None:
        """Call a function after every change, until :meth:`unwatch`."""
        with self.lock:
            self._watchers.add(told)

    def unwatch(self, told: Callable[[], None]) -> None:
        """Undo :meth:`watch`."""
        with self.lock:
            self._watchers.discard(told)

    def changed(self) -> None:
        """Notify of a change."""
        with self.lock:
            self._changed.notify_all()
            watchers = [*self._watchers]
        for told in watchers:
            with suppress(OSError):
                told()

    def wait(self, until: Callable[[], object], timeout: float) -> object:
        """Wait until a query, repeated after each change, returns something true.

        Returns: The result; something
        false after the timeout.
        """
        with self.lock:
            return self._changed.wait_for(until, timeout)
