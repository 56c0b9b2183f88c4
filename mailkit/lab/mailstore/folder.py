"""Messages with UIDs, flags and modification sequences, and their folders."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["INBOX", "PUBLIC", "ROLES", "SYSTEM", "Message", "Refused", "StoredFolder"]

INBOX = "INBOX"
PUBLIC = "Public"
"""The namespace of the folders that all users share."""

ROLES = {
    "Drafts": "\\Drafts",
    "Junk": "\\Junk",
    "Sent": "\\Sent",
    "Trash": "\\Trash",
}
SYSTEM = {
    name.lower(): name for name in ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
}


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The store rejects an operation, with a response code (RFC 5530) or an empty one, and a text."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(eq=False, slots=True)
class Message:
    """One message. ``content`` never changes; its lines end with CR LF. ``modseq`` is RFC 7162's."""

    uid: int
    content: bytes
    flags: frozenset[str]
    date: datetime
    modseq: int
    _known: dict[str, Any] = field(default_factory=dict, repr=False)

    def once(self, what: str, read: Callable[[bytes], Any]) -> Any:
        """Derived data of the content, computed once."""
        if what not in self._known:
            self._known[what] = read(self.content)
        return self._known[what]


@dataclass(eq=False)
class StoredFolder:
    """One folder: messages in the order of their UIDs."""

    name: str
    uidvalidity: int
    role: str = ""
    read_only: bool = False
    owner: str = ""
    uidnext: int = 1
    modseq: int = 1
    recent_from: int = 1
    messages: list[Message] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    octets: int = 0
    version: int = 0
    gone: bool = False
    selectable: bool = True

    def find(self, uid: int) -> Message:
        """Return the message with a UID.

        Raises:
            KeyError: it does not exist.
        """
        low, high = 0, len(self.messages)
        while low < high:
            middle = (low + high) // 2
            if self.messages[middle].uid < uid:
                low = middle + 1
            else:
                high = middle
        if low < len(self.messages) and self.messages[low].uid == uid:
            return self.messages[low]
        raise KeyError(uid)

    def next_modseq(self) -> int:
        """Return a new, higher modification sequence."""
        self.modseq += 1
        self.version += 1
        return self.modseq
