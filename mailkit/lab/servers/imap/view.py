"""A client's view of the selected folder, and pending notifications."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from operator import attrgetter

from mailkit.lab.mailstore.box import UserMailbox
from mailkit.lab.mailstore.folder import FEW, SYSTEM, Message, StoredFolder
from mailkit.lab.servers.imap.commands import Sequence

__all__ = ["View"]

_uid = attrgetter("uid")


@dataclass
class View:
    """A folder as one client sees it.

    ``known`` are the messages in the order of their numbers; numbers change only when the client is notified.
    ``told`` has the modification sequence of the last reported flags of each.
    """

    box: UserMailbox
    folder: StoredFolder
    read_only: bool
    known: list[Message] = field(default_factory=list)
    told: dict[Message, int] = field(default_factory=dict)
    recent: set[Message] = field(default_factory=set)
    version: int = -1
    keywords: int = 0
    recents: int = 0

    def open(self) -> None:
        """Look at everything for the first time."""
        self.known = [*self.folder.messages]
        self.told = {m: m.modseq for m in self.known}
        self.version = self.folder.version
        self.keywords = len(self.folder.keywords)
        self._claim(self.known)
        self.recents = len(self.recent)

    def _claim(self, messages: list[Message]) -> None:
        self.recent |= {m for m in messages if m.uid >= self.folder.recent_from}
        if not self.read_only:
            self.folder.recent_from = self.folder.uidnext

    def flags(self, message: Message) -> bytes:
        """The flags of a message, with \\Recent where it is so for this client."""
        names = [flag for flag in SYSTEM.values() if flag in message.flags]
        names += [flag for flag in self.folder.keywords if flag in message.flags]
        if message in self.recent:
            names.append("\\Recent")
        return f"({' '.join(names)})".encode()

    def news(self, *, expunges: bool, uids: bool, modseq: bool) -> Iterator[bytes]:
        """Yield changes since the last notification; numbers change only if that is allowed."""
        folder = self.folder
        if folder.version == self.version:
            return
        changed = folder.changed_since(self.version)
        there: Callable[[Message], bool] = folder.has
        if changed is None or len(changed) * FEW > len(self.known):
            changed, there = None, set(folder.messages).__contains__
        if expunges:
            gone = [n for n in self._numbers(changed) if not there(self.known[n - 1])]
            for number in reversed(gone):
                message = self.known.pop(number - 1)
                self.told.pop(message, None)
                self.recent.discard(message)
                yield b"* %d EXPUNGE\r\n" % number
            self.version = folder.version
        last = self.known[-1].uid if self.known else 0
        newest = takewhile(lambda m: m.uid > last, reversed(folder.messages))
        fresh = [m for m in newest if m not in self.told][::-1]
        yield from self.new_keywords()
        for number in self._numbers(changed):
            m = self.known[number - 1]
            if self.told[m] != m.modseq and there(m):
                self.told[m] = m.modseq
                yield self.fetch_flags(number, m, uids=uids, modseq=modseq)
        if fresh:
            self.known += fresh
            self.told |= {m: m.modseq for m in fresh}
            self._claim(fresh)
            yield b"* %d EXISTS\r\n" % len(self.known)
        if len(self.recent) != self.recents:
            self.recents = len(self.recent)
            yield b"* %d RECENT\r\n" % self.recents

    def _numbers(self, uids: set[int] | None) -> Iterable[int]:
        """The numbers of the messages with these UIDs, or of all, in order."""
        if uids is None:
            return range(1, len(self.known) + 1)
        places = ((bisect_left(self.known, uid, key=_uid), uid) for uid in sorted(uids))
        return [n + 1 for n, uid in places if n < len(self.known) and self.known[n].uid == uid]

    def deleted(self) -> list[Message]:
        """The messages that the client knows of and that are marked as deleted."""
        return [self.known[number - 1] for number in self._numbers(self.folder.deleted)]

    def new_keywords(self) -> list[bytes]:
        """FLAGS where there are keywords that the client was not told of."""
        if len(self.folder.keywords) == self.keywords:
            return []
        self.keywords = len(self.folder.keywords)
        return [self.flags_line()]

    def fetch_flags(self, number: int, m: Message, *, uids: bool, modseq: bool) -> bytes:
        """A FETCH that tells the flags of one message."""
        items = [b"UID %d" % m.uid] if uids else []
        items += [b"MODSEQ (%d)" % m.modseq] if modseq else []
        items.append(b"FLAGS " + self.flags(m))
        return b"* %d FETCH (%b)\r\n" % (number, b" ".join(items))

    def flags_line(self) -> bytes:
        """FLAGS, and those that are kept (PERMANENTFLAGS)."""
        names = [*SYSTEM.values(), *self.folder.keywords]
        kept = [] if self.read_only else [*names, "\\*"]
        text = f"* FLAGS ({' '.join(names)})\r\n* OK [PERMANENTFLAGS ({' '.join(kept)})] "
        return (
            f"{text}{'Read-only mailbox.' if self.read_only else 'Flags permitted.'}\r\n".encode()
        )

    def pick(self, wanted: Sequence, *, by_uid: bool) -> list[tuple[int, Message]] | None:
        """Return the messages of a set, with their numbers; ``None`` if a number is invalid."""
        if by_uid:
            highest = self.known[-1].uid if self.known else 0
            places = [
                (bisect_left(self.known, low, key=_uid), bisect_right(self.known, high, key=_uid))
                for low, high in wanted.real(highest)
            ]
        elif wanted.top(len(self.known)) > len(self.known) or not self.known:
            return None
        else:
            places = [(low - 1, high) for low, high in wanted.real(len(self.known))]
        return [(n + 1, self.known[n]) for low, high in places for n in range(low, high)]
