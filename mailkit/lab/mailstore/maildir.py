"""Mail of the lab on disk: a Maildir for each user, in the layout called Maildir++.

The file name has the UID (``…,U=5:2,S``), so a reopened folder has the same messages; keywords have letters, listed
in ``dovecot-keywords``.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from mailkit.protocol.imap.utf7 import from_maildir, to_maildir
from mailkit.text import number

if TYPE_CHECKING:
    from mailkit.lab.mailstore.box import UserMailbox
    from mailkit.lab.mailstore.folder import Message, StoredFolder

__all__ = ["Maildir"]

_LETTERS = {
    "\\Draft": "D",
    "\\Flagged": "F",
    "\\Answered": "R",
    "\\Seen": "S",
    "\\Deleted": "T",
}
_FLAGS = {submitted: flag for flag, submitted in _LETTERS.items()}


class Maildir:
    """Stores the mail of a store in a folder: ``ROOT/USER/cur``, ``ROOT/USER/.Sent/cur`` …"""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[Message, Path] = {}
        self._count = 0

    def load(self, box: "UserMailbox") -> None:
        """Load the mail of a user."""
        from mailkit.lab.mailstore.folder import Message, StoredFolder

        home = self._home(box.name)
        folders = [INBOX_FOLDER, *(path.name for path in sorted(home.glob(".*")) if path.is_dir())]
        for place in folders if home.is_dir() else ():
            name = from_maildir(place)
            folder = box.folders.setdefault(
                name, StoredFolder(name, box.store.validity(), owner=box.name)
            )
            where = home / place
            keywords = _keywords(where)
            folder.keywords = [*keywords]
            state = where / "mailkit-uids"
            if state.is_file():
                numbers = state.read_text("ascii").split()
                folder.uidvalidity, folder.uidnext = map(int, numbers[:2])
                folder.role = numbers[2] if len(numbers) > 2 else ""
            found = []
            for sub in ("cur", "new"):
                for path in (where / sub).glob("*"):
                    found.append((_uid(path), path))
            for uid, path in sorted(
                found, key=lambda entry: (entry[0] == 0, entry[0], entry[1].name)
            ):
                number = uid or folder.uidnext
                folder.uidnext = max(folder.uidnext, number + 1)
                date = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone()
                content = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                flags = _flags(path, keywords)
                message = Message(number, content, flags, date, folder.next_modseq(number))
                folder.messages.append(message)
                folder.mark(message)
                folder.octets += len(content)
                self._files[message] = path
            folder.recent_from = folder.uidnext
        if (home / "mailkit-uids").is_file():  # ours: what is not there was deleted
            for name in [
                folder for folder in box.folders if not self._place(box.folders[folder]).is_dir()
            ]:
                del box.folders[name]
        if (home / "subscriptions").is_file():
            box.subscribed = {*(home / "subscriptions").read_text("utf-8").splitlines()}
        for name in [*box.folders]:
            self.made(box.folders[name])
            parts = name.split("/")
            for above in ("/".join(parts[:depth]) for depth in range(1, len(parts))):
                if above not in box.folders:
                    box.folders[above] = box.fresh(above, selectable=False)

    def made(self, folder: "StoredFolder") -> None:
        """A folder was created; one that is only a name is not stored."""
        if not folder.selectable:
            return
        place = self._place(folder)
        for sub in ("cur", "new", "tmp"):
            (place / sub).mkdir(parents=True, exist_ok=True)
        self._note(folder)

    def subscribed(self, box: "UserMailbox") -> None:
        """The subscriptions have changed."""
        rows = "".join(f"{name}\n" for name in sorted(box.subscribed))
        (self._home(box.name) / "subscriptions").write_text(rows, "utf-8")

    def unmade(self, folder: "StoredFolder") -> None:
        """A folder was deleted with its messages."""
        import shutil

        shutil.rmtree(self._place(folder), ignore_errors=True)

    def added(self, folder: "StoredFolder", message: "Message") -> None:
        """A message was added; it is written to ``tmp`` and moved."""
        place = self._place(folder)
        self._count += 1
        name = f"{int(time.time())}.M{self._count}P{os.getpid()}.lab,U={message.uid}"
        beside = place / "tmp" / name
        beside.write_bytes(message.content.replace(b"\r\n", b"\n"))
        stamp = message.date.timestamp()
        os.utime(beside, (stamp, stamp))
        path = place / "cur" / (name + self._info(place, folder, message))
        beside.replace(path)
        self._files[message] = path
        self._note(folder)

    def flagged(self, folder: "StoredFolder", message: "Message") -> None:
        """The flags of a message have changed."""
        old = self._files.get(message)
        if old is None:  # another program has removed it
            return
        place = self._place(folder)
        new = place / "cur" / (old.name.partition(":2,")[0] + self._info(place, folder, message))
        self._files[message] = old.replace(new)

    def removed(self, message: "Message") -> None:
        """A message was removed."""
        self._files.pop(message).unlink(missing_ok=True)

    def _home(self, owner: str) -> Path:
        safe = quote(owner, safe="@+ ")
        return self.root / (f"%2E{safe[1:]}" if safe.startswith(".") else safe)

    def _place(self, folder: "StoredFolder") -> Path:
        return self._home(folder.owner) / to_maildir(folder.name)

    def _note(self, folder: "StoredFolder") -> None:
        state = self._place(folder) / "mailkit-uids"
        role = f" {folder.role}" if folder.role else ""
        state.write_text(f"{folder.uidvalidity} {folder.uidnext}{role}\n", "ascii")

    def _info(self, place: Path, folder: "StoredFolder", message: "Message") -> str:
        letters = {_LETTERS[flag] for flag in message.flags if flag in _LETTERS}
        named = [flag for flag in message.flags if flag in folder.keywords[:26]]
        letters |= {chr(ord("a") + folder.keywords.index(flag)) for flag in named}
        if named:
            rows = [f"{number} {keyword}\n" for number, keyword in enumerate(folder.keywords[:26])]
            (place / "dovecot-keywords").write_text("".join(rows), "utf-8")
        return f":2,{''.join(sorted(letters))}"


INBOX_FOLDER = ""


def _uid(path: Path) -> int:
    tail = path.name.partition(":2,")[0].partition(",U=")[2]
    return number(tail, 2**32 - 1) or 0


def _keywords(place: Path) -> list[str]:
    file = place / "dovecot-keywords"
    rows = file.read_text("utf-8").splitlines() if file.is_file() else []
    return [row.partition(" ")[2] for row in rows]


def _flags(path: Path, keywords: list[str]) -> frozenset[str]:
    letters = path.name.partition(":2,")[2]
    known = {_FLAGS[submitted] for submitted in letters if submitted in _FLAGS}
    places = [ord(submitted) - ord("a") for submitted in letters if submitted.islower()]
    return frozenset(known | {keywords[n] for n in places if n < len(keywords)})
