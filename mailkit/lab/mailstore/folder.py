"""Messages with UIDs, flags and modification sequences, and their folders."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any

__all__ = ["FEW", "INBOX", "PUBLIC", "ROLES", "SYSTEM", "Message", "Refused", "StoredFolder"]

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


FEW = 20
"""Where one message in so many changes, each is looked for; where more do, the whole folder is walked."""
_LOGGED = 4_096
_uid = attrgetter("uid")


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
    """One folder: messages in the order of their UIDs. ``deleted`` has the UIDs of those marked as deleted, ``log``
    those of the last changes, one row for each version.
    """

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
    deleted: set[int] = field(default_factory=set, repr=False)
    version: int = 0
    gone: bool = False
    selectable: bool = True
    log: deque[tuple[int, ...]] = field(default_factory=lambda: deque(maxlen=_LOGGED), repr=False)

    def find(self, uid: int) -> Message:
        """Return the message with a UID.

        Raises:
            KeyError: it does not exist.
        """
        place = bisect_left(self.messages, uid, key=_uid)
        if place < len(self.messages) and self.messages[place].uid == uid:
            return self.messages[place]
        raise KeyError(uid)

    def mark(self, message: Message) -> None:
        """Note whether a message is marked as deleted, so that EXPUNGE does not look at all of them.

        Another session may have removed it, before this one knows of it.
        """
        if "\\Deleted" in message.flags and self.has(message):
            self.deleted.add(message.uid)
        else:
            self.deleted.discard(message.uid)

    def has(self, message: Message) -> bool:
        """Return whether a message is in the folder."""
        place = bisect_left(self.messages, message.uid, key=_uid)
        return place < len(self.messages) and self.messages[place] is message

    def remove(self, message: Message) -> None:
        """Remove a message that is in the folder."""
        del self.messages[bisect_left(self.messages, message.uid, key=_uid)]

    def changed_since(self, version: int) -> set[int] | None:
        """Return the UIDs that changed after a version; ``None`` if that was too long ago."""
        behind = self.version - version
        if behind > len(self.log):
            return None
        return {uid for row in islice(reversed(self.log), behind) for uid in row}

    def next_modseq(self, *uids: int) -> int:
        """Return a new, higher modification sequence for a change of these messages."""
        self.modseq += 1
        self.version += 1
        self.log.append(uids)
        return self.modseq
