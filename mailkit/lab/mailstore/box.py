"""The mail of one user: folders that are made, renamed and removed, and messages that come and go.

Every change is made under the store's lock, and told when it is done. A test may change everything behind a
client's back.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from mailkit.lab.mailstore.folder import INBOX, PUBLIC, SYSTEM, Folder, Message, Refused

__all__ = ["Owner", "UserMailbox"]


class Owner(Protocol):
    """What a mailbox needs of the store that it belongs to."""

    lock: Any
    largest: int
    maildir: Any

    @property
    def public(self) -> "UserMailbox": ...

    def validity(self) -> int: ...

    def changed(self) -> None: ...


class UserMailbox:
    """The mail of one user: folders, subscriptions, a quota, and the lock that POP3 takes."""

    def __init__(self, store: Owner, name: str, roles: Iterable[tuple[str, str]]) -> None:
        self.store, self.name = store, name
        self.quota_kib: int | None = None
        self.holder: object = None
        self.folders: dict[str, Folder] = {}
        self.subscribed: set[str] = set()
        for folder, role in ((INBOX, ""), *roles):
            self.folders[folder] = self.fresh(folder, role)
            if folder != INBOX:
                self.subscribed.add(folder)

    def folder(self, name: str = INBOX) -> Folder:
        """A folder by its name; INBOX in any case.

        Raises:
            Refused: there is none.
        """
        home, name = self._home(name)
        found = home.folders.get(name)
        if found is None or not found.selectable:
            raise Refused("NONEXISTENT", f"Mailbox doesn't exist: {name}")
        return found

    def all(self) -> dict[str, Folder]:
        """Every folder this user can see, by its full name."""
        shared = {f"{PUBLIC}/{name}": one for name, one in self.store.public.folders.items()}
        shared.pop(f"{PUBLIC}/{INBOX}")
        return self.folders | shared

    def messages(self, folder: str = INBOX) -> list[Message]:
        """What is in a folder now."""
        with self.store.lock:
            return [*self.folder(folder).messages]

    @property
    def used(self) -> int:
        """Octets of all messages."""
        return sum(one.octets for one in self.folders.values())

    def append(
        self,
        folder: str,
        content: bytes,
        flags: Iterable[str] = (),
        date: datetime | None = None,
    ) -> Message:
        """Put a message into a folder; bare line feeds become line ends.

        Raises:
            Refused: there is no such folder, no room, or the message is too long.
        """
        with self.store.lock:
            where = self.folder(folder)
            self._writable(where)
            content = _lines(content)
            self._room(where, len(content))
            message = self._put(where, content, frozenset(map(_flag, flags)), date)
        self.store.changed()
        return message

    def deliver(self, content: bytes) -> Message:
        """Put a message into the inbox, as a server does with new mail."""
        return self.append(INBOX, content)

    def flag(self, folder: str, uid: int, *flags: str) -> None:
        """Set the flags of a message to exactly these.

        Raises:
            KeyError: there is no such message.
        """
        with self.store.lock:
            where = self.folder(folder)
            self.reflag(where, where.find(uid), frozenset(map(_flag, flags)))
        self.store.changed()

    def reflag(self, where: Folder, message: Message, flags: frozenset[str]) -> None:
        """Change the flags of a message, without telling anybody yet."""
        message.flags = flags
        message.modseq = where.next_modseq()
        self._learn(where, flags)
        if self.store.maildir is not None:
            self.store.maildir.flagged(where, message)

    def expunge(self, folder: str, *uids: int) -> None:
        """Remove messages, all of a folder where none is named."""
        with self.store.lock:
            where = self.folder(folder)
            wanted = set(uids)
            self.remove(where, [m for m in where.messages if not uids or m.uid in wanted])
        self.store.changed()

    def remove(self, where: Folder, messages: Iterable[Message]) -> None:
        """Take messages out of a folder, without telling anybody yet."""
        wanted = set(messages)
        gone = [m for m in where.messages if m in wanted]
        if not gone:
            return
        where.messages = [m for m in where.messages if m not in wanted]
        where.octets -= sum(len(m.content) for m in gone)
        where.next_modseq()
        if self.store.maildir is not None:
            for message in gone:
                self.store.maildir.removed(message)

    def renumber(self, folder: str = INBOX) -> int:
        """Give a folder a new UIDVALIDITY and its messages new UIDs; sessions on it end."""
        with self.store.lock:
            old = self.folder(folder)
            home, name = self._home(folder)
            new = home.fresh(name, old.role, read_only=old.read_only)
            if self.store.maildir is not None:
                for message in old.messages:
                    self.store.maildir.removed(message)
            home.folders[name] = new
            old.gone = True
            for message in old.messages:
                self._put(new, message.content, message.flags, message.date)
        self.store.changed()
        return new.uidvalidity

    def fill(self, folder: str = "Trash") -> None:
        """Fill the quota to the last octet, with one message; without a limit there is one after it."""
        with self.store.lock:
            if self.quota_kib is None:
                self.quota_kib = self.used // 1024 + 1
            left = self.quota_kib * 1024 - self.used
            head = b"Subject: filling\r\n\r\n"
            self._put(self.folder(folder), head + b"x" * (left - len(head)), frozenset(), None)
        self.store.changed()

    def copy(self, source: Iterable[Message], folder: str) -> list[tuple[int, int]]:
        """Copy messages; returns pairs of UIDs, there and here. All of them, or none.

        Raises:
            Refused: there is no such folder, or no room.
        """
        with self.store.lock:
            where = self.folder(folder)
            self._writable(where)
            messages = [*source]
            self._room(where, sum(len(m.content) for m in messages))
            pairs = []
            for m in messages:
                pairs.append((m.uid, self._put(where, m.content, m.flags, m.date).uid))
        self.store.changed()
        return pairs

    def create(self, name: str, role: str = "") -> Folder:
        """Make a folder, and those above it.

        Raises:
            Refused: it is there already, or may not be made.
        """
        with self.store.lock:
            home, name = self._home(name.rstrip("/"))
            if home is not self:
                raise Refused("NOPERM", "Permission denied")
            if any(part == "" for part in name.split("/")) or "\r" in name or "\n" in name:
                raise Refused("CANNOT", "Invalid mailbox name")
            found = self.folders.get(name)
            if found is not None and found.selectable:
                raise Refused("ALREADYEXISTS", "Mailbox already exists")
            if role and any(one.role.lower() == role.lower() for one in self.folders.values()):
                raise Refused("USEATTR", "Another folder has this role")
            parts = name.split("/")
            for depth in range(1, len(parts)):
                above = "/".join(parts[:depth])
                if above not in self.folders:
                    self.folders[above] = self.fresh(above, selectable=False)
            folder = self.folders[name] = self.fresh(name, role)
            if self.store.maildir is not None:
                self.store.maildir.made(folder)
        self.store.changed()
        return folder

    def delete(self, name: str) -> None:
        """Remove a folder and its messages; one that has others below it stays as a name.

        Raises:
            Refused: there is none, or it may not be removed.
        """
        with self.store.lock:
            home, name = self._home(name)
            if home is not self:
                raise Refused("NOPERM", "Permission denied")
            if name == INBOX:
                raise Refused("", "This mailbox can't be deleted.")
            folder = self.folder(name)
            self.remove(folder, folder.messages)
            folder.gone = True
            if self.store.maildir is not None:
                self.store.maildir.unmade(folder)
            del self.folders[name]
            if any(one.startswith(f"{name}/") for one in self.folders):
                self.folders[name] = self.fresh(name, selectable=False)
            self._forget_empty(name)
        self.store.changed()

    def rename(self, old: str, new: str) -> None:
        """Give a folder, and those below it, another name. INBOX keeps its name and gives its mail away.

        Raises:
            Refused: there is no such folder, or the name is taken.
        """
        with self.store.lock:
            home, old = self._home(old)
            if home is not self or self._home(new)[0] is not self:
                raise Refused("NOPERM", "Permission denied")
            new = new.rstrip("/")
            if old == INBOX:
                messages = [*self.folder(INBOX).messages]
                self.create(new)
                self.copy(messages, new)
                self.remove(self.folder(INBOX), messages)
                self.store.changed()
                return
            if old not in self.folders:
                raise Refused("NONEXISTENT", f"Mailbox doesn't exist: {old}")
            if new in self.folders and self.folders[new].selectable:
                raise Refused("ALREADYEXISTS", "Target mailbox already exists")
            if new.startswith(f"{old}/"):
                raise Refused("CANNOT", "A mailbox cannot go below itself")
            parts = new.split("/")
            for depth in range(1, len(parts)):
                above = "/".join(parts[:depth])
                self.folders.setdefault(above, self.fresh(above, selectable=False))
            for name in [one for one in self.folders if one == old or one.startswith(f"{old}/")]:
                folder = self.folders.pop(name)
                if self.store.maildir is not None:
                    self.store.maildir.unmade(folder)
                folder.name = new + name.removeprefix(old)
                self.folders[folder.name] = folder
                if self.store.maildir is not None:
                    self.store.maildir.made(folder)
                    for message in folder.messages:
                        self.store.maildir.added(folder, message)
            self._forget_empty(old)
        self.store.changed()

    def subscribe(self, name: str, *, wanted: bool = True) -> None:
        """Note that a folder is subscribed, or no longer; one that is gone can be unsubscribed."""
        with self.store.lock:
            name = INBOX if name.upper() == INBOX else name
            (self.subscribed.add if wanted else self.subscribed.discard)(name)
            if self.store.maildir is not None:
                self.store.maildir.subscribed(self)

    def fresh(
        self, name: str, role: str = "", *, read_only: bool = False, selectable: bool = True
    ) -> Folder:
        """A new folder of this box, which is not in its place yet."""
        validity = self.store.validity()
        return Folder(name, validity, role, read_only, self.name, selectable=selectable)

    def _home(self, name: str) -> tuple["UserMailbox", str]:
        """The box that a full name leads into, and the name there."""
        if name.upper() == INBOX:
            return self, INBOX
        if name.startswith(f"{PUBLIC}/") and self is not self.store.public:
            return self.store.public, name.removeprefix(f"{PUBLIC}/")
        return self, name

    def _forget_empty(self, name: str) -> None:
        """Names that only stood above what is gone go with it."""
        parts = name.split("/")
        for depth in range(len(parts) - 1, 0, -1):
            above = "/".join(parts[:depth])
            one = self.folders.get(above)
            below = any(other.startswith(f"{above}/") for other in self.folders)
            if one is not None and not one.selectable and not below:
                del self.folders[above]

    def _put(
        self, where: Folder, content: bytes, flags: frozenset[str], date: datetime | None
    ) -> Message:
        date = date or datetime.now(UTC).astimezone()
        message = Message(where.uidnext, content, flags, date, where.next_modseq())
        where.uidnext += 1
        where.messages.append(message)
        where.octets += len(content)
        self._learn(where, flags)
        if self.store.maildir is not None:
            self.store.maildir.added(where, message)
        return message

    def _learn(self, where: Folder, flags: Iterable[str]) -> None:
        for flag in flags:
            if not flag.startswith("\\") and flag not in where.keywords:
                where.keywords.append(flag)

    def _room(self, where: Folder, octets: int) -> None:
        if octets > self.store.largest:
            raise Refused("TOOBIG", f"Message is longer than {self.store.largest} octets")
        if self.quota_kib is None or where.owner != self.name:
            return
        if self.used + octets > self.quota_kib * 1024:
            raise Refused("OVERQUOTA", "Quota exceeded (mailbox for user is full)")

    def _writable(self, where: Folder) -> None:
        if where.read_only:
            raise Refused("NOPERM", "Permission denied")


def _flag(name: str) -> str:
    return SYSTEM.get(name.lower(), name)


def _lines(content: bytes) -> bytes:
    if content.count(b"\n") == content.count(b"\r\n"):
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
