"""The mail of one user: create, rename and delete folders, add and remove messages.

Every change is made under the store's lock, and sessions are notified. A test may change anything while a client is
connected.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from mailkit.lab.mailstore.folder import FEW, INBOX, PUBLIC, SYSTEM, Message, Refused, StoredFolder

__all__ = ["Owner", "UserMailbox"]


class Owner(Protocol):
    """The part of the store that a mailbox needs."""

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
        self.folders: dict[str, StoredFolder] = {}
        self.subscribed: set[str] = set()
        for folder, role in ((INBOX, ""), *roles):
            self.folders[folder] = self.fresh(folder, role)
            if folder != INBOX:
                self.subscribed.add(folder)

    def folder(self, name: str = INBOX) -> StoredFolder:
        """Return a folder by its name; INBOX in any case.

        Raises:
            Refused: it does not exist.
        """
        home, name = self._home(name)
        found = home.folders.get(name)
        if found is None or not found.selectable:
            raise Refused("NONEXISTENT", f"Mailbox doesn't exist: {name}")
        return found

    def all(self) -> dict[str, StoredFolder]:
        """Return every folder that this user can see, by its full name."""
        shared = {f"{PUBLIC}/{name}": folder for name, folder in self.store.public.folders.items()}
        shared.pop(f"{PUBLIC}/{INBOX}")
        return self.folders | shared

    def messages(self, folder: str = INBOX) -> list[Message]:
        """Return the messages of a folder."""
        with self.store.lock:
            return [*self.folder(folder).messages]

    def containing(self, octets: bytes) -> Message | None:
        """Return the first message with these octets in it, whatever its folder."""
        everywhere = (message for folder in self.folders.values() for message in folder.messages)
        return next((message for message in everywhere if octets in message.content), None)

    @property
    def used(self) -> int:
        """Return the size of all messages, in octets."""
        return sum(folder.octets for folder in self.folders.values())

    def append(
        self,
        folder: str,
        content: bytes,
        flags: Iterable[str] = (),
        date: datetime | None = None,
    ) -> Message:
        """Append a message to a folder; bare line feeds become CR LF.

        Raises:
            Refused: the folder does not exist, the
        quota is exceeded, or the message is too long.
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
        """Deliver a message into the inbox."""
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

    def reflag(self, where: StoredFolder, message: Message, flags: frozenset[str]) -> None:
        """Change the flags of a message, without a notification yet."""
        message.flags = flags
        where.mark(message)
        message.modseq = where.next_modseq(message.uid)
        self._learn(where, flags)
        if self.store.maildir is not None:
            self.store.maildir.flagged(where, message)

    def expunge(self, folder: str, *uids: int) -> None:
        """Remove messages, by default all of a folder."""
        with self.store.lock:
            where = self.folder(folder)
            wanted = set(uids)
            self.remove(where, [m for m in where.messages if not uids or m.uid in wanted])
        self.store.changed()

    def remove(self, where: StoredFolder, messages: Iterable[Message]) -> None:
        """Remove messages from a folder, without a notification yet."""
        wanted = {m for m in messages if where.has(m)}
        gone = sorted(wanted, key=lambda m: m.uid)
        if not gone:
            return
        if len(gone) * FEW < len(where.messages):
            for message in gone:
                where.remove(message)
        else:
            where.messages = [m for m in where.messages if m not in wanted]
        where.deleted.difference_update(m.uid for m in gone)
        where.octets -= sum(len(m.content) for m in gone)
        where.next_modseq(*(m.uid for m in gone))
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
        """Fill the quota exactly, with one message; without a quota, one is set."""
        with self.store.lock:
            if self.quota_kib is None:
                self.quota_kib = self.used // 1024 + 1
            left = self.quota_kib * 1024 - self.used
            head = b"Subject: filling\r\n\r\n"
            self._put(self.folder(folder), head + b"x" * (left - len(head)), frozenset(), None)
        self.store.changed()

    def copy(self, source: Iterable[Message], folder: str) -> list[tuple[int, int]]:
        """Copy all messages or none; return pairs of old and new UIDs.

        Raises:
            Refused: the folder does not exist, or
        the quota is exceeded.
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

    def create(self, name: str, role: str = "") -> StoredFolder:
        """Create a folder, and those above it.

        Raises:
            Refused: it exists, or may not be created.
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
            if role and any(
                folder.role.lower() == role.lower() for folder in self.folders.values()
            ):
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
        """Delete a folder and its messages; one with subfolders stays as a name.

        Raises:
            Refused: it does not exist,
        or may not be deleted.
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
            if any(folder.startswith(f"{name}/") for folder in self.folders):
                self.folders[name] = self.fresh(name, selectable=False)
            self._forget_empty(name)
        self.store.changed()

    def rename(self, old: str, new: str) -> None:
        """Rename a folder and those below it. INBOX keeps its name, and its mail moves.

        Raises:
            Refused: the folder
        does not exist, or the name is in use.
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
            for name in [
                folder for folder in self.folders if folder == old or folder.startswith(f"{old}/")
            ]:
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
        """Subscribe or unsubscribe a folder; a deleted one can be unsubscribed."""
        with self.store.lock:
            name = INBOX if name.upper() == INBOX else name
            (self.subscribed.add if wanted else self.subscribed.discard)(name)
            if self.store.maildir is not None:
                self.store.maildir.subscribed(self)

    def fresh(
        self, name: str, role: str = "", *, read_only: bool = False, selectable: bool = True
    ) -> StoredFolder:
        """Return a new folder of this box, not added yet."""
        validity = self.store.validity()
        return StoredFolder(name, validity, role, read_only, self.name, selectable=selectable)

    def _home(self, name: str) -> tuple["UserMailbox", str]:
        """Return the box of a full name, and the name in it."""
        if name.upper() == INBOX:
            return self, INBOX
        if name.startswith(f"{PUBLIC}/") and self is not self.store.public:
            return self.store.public, name.removeprefix(f"{PUBLIC}/")
        return self, name

    def _forget_empty(self, name: str) -> None:
        """Remove parent names that no longer have subfolders."""
        parts = name.split("/")
        for depth in range(len(parts) - 1, 0, -1):
            above = "/".join(parts[:depth])
            one = self.folders.get(above)
            below = any(other.startswith(f"{above}/") for other in self.folders)
            if one is not None and not one.selectable and not below:
                del self.folders[above]

    def _put(
        self, where: StoredFolder, content: bytes, flags: frozenset[str], date: datetime | None
    ) -> Message:
        date = date or datetime.now(UTC).astimezone()
        message = Message(where.uidnext, content, flags, date, where.next_modseq(where.uidnext))
        where.uidnext += 1
        where.messages.append(message)
        where.mark(message)
        where.octets += len(content)
        self._learn(where, flags)
        if self.store.maildir is not None:
            self.store.maildir.added(where, message)
        return message

    def _learn(self, where: StoredFolder, flags: Iterable[str]) -> None:
        for flag in flags:
            if not flag.startswith("\\") and flag not in where.keywords:
                where.keywords.append(flag)

    def _room(self, where: StoredFolder, octets: int) -> None:
        if octets > self.store.largest:
            raise Refused("TOOBIG", f"Message is longer than {self.store.largest} octets")
        if self.quota_kib is None or where.owner != self.name:
            return
        if self.used + octets > self.quota_kib * 1024:
            raise Refused("OVERQUOTA", "Quota exceeded (mailbox for user is full)")

    def _writable(self, where: StoredFolder) -> None:
        if where.read_only:
            raise Refused("NOPERM", "Permission denied")


def _flag(name: str) -> str:
    return SYSTEM.get(name.lower(), name)


def _lines(content: bytes) -> bytes:
    if content.count(b"\n") == content.count(b"\r\n"):
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
