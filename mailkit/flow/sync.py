"""Folder sync: local copies of server folders, once or at every fetch.

The account lists the folders (``folders.fetch``); by default they are the subscribed ones, as in other mail programs.
Each folder is a Maildir below the account's, with its record beside it.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from mailkit.account import Account
from mailkit.client import mailboxes, messages
from mailkit.client.connection import IMAP4, connect_imap, connect_pop3
from mailkit.client.download import Leave, Summary, download_drop, download_folder
from mailkit.client.maildir_store import MaildirStore
from mailkit.client.query import deleted
from mailkit.errors import RefusedError, SettingsError, StorageError
from mailkit.flow.correspondents import History
from mailkit.flow.senders import field_of, fits, header_in, header_of, sender_of
from mailkit.net.options import connect_options
from mailkit.net.times import CLIENT
from mailkit.ports import Protocol
from mailkit.private import private_folder
from mailkit.protocol.imap.utf7 import to_maildir

__all__ = ["WANTED_ROLES", "FolderSync"]

WANTED_ROLES = ("sent", "drafts", "trash", "junk", "archive")
_LOST_IN_A_ROW = 3
OnFolderProgress = Callable[[str, int, int], None]


class FolderSync:
    """The synced mail of one account.

    Args:
        account: the account whose incoming service is read.
        folder: the local folder; by default the account's ``folders.keep``.
        history: the file for links to correspondents, unless the account turns links off.
        options: connection options, as for :func:`mailkit.client.connect_imap`.

    Raises:
        SettingsError: there is no incoming service or no local folder, or rules are not possible.
    """

    def __init__(
        self,
        account: Account,
        folder: Path | str = "",
        *,
        history: History | None = None,
        **options: Any,
    ) -> None:
        self._options = connect_options(CLIENT, options)
        if account.incoming is None:
            raise SettingsError(f"{account.label} has no incoming service to read")
        place = folder or account.folders.keep
        if not place:
            raise SettingsError(
                f"{account.label} has no folder to keep mail in: say where (--into), or set folders.keep"
            )
        self.by_imap = account.incoming.protocol is Protocol.IMAP
        if self.by_imap and account.folders.rules:
            raise SettingsError(
                f"{account.label} is read by IMAP: rules run for POP3 accounts only, where mail is kept here"
            )
        self.account, self.folder = account, Path(place).expanduser()
        self._history = history if account.folders.link else None
        self._delimiters: dict[str, str] = {}

    def connect(self) -> IMAP4:
        """Connect to the server; pass the connection to several methods to share it."""
        return connect_imap(self.account, options=self._options)

    def tree(self, imap: IMAP4) -> list[mailboxes.Folder]:
        """Return the server's folders, with their roles."""
        found = mailboxes.folders(imap, roles=self.account.folders.roles)
        self._delimiters = {folder.name: folder.delimiter or "/" for folder in found}
        return found

    def missing(self, imap: IMAP4) -> list[str]:
        """Return the roles without a folder; assign them with ``folders.roles``."""
        there = {folder.role for folder in self.tree(imap)}
        return [role for role in WANTED_ROLES if role not in there]

    def chosen(self, imap: IMAP4) -> list[str]:
        """Return the folders to fetch: those in the account, else the inbox and the subscribed ones."""
        there = {folder.name for folder in self.tree(imap) if folder.selectable}
        wanted = self.account.folders.fetch or ("INBOX", *mailboxes.subscribed(imap))
        return [name for name in dict.fromkeys(wanted) if name in there]

    def fetch(self, imap: IMAP4, told: OnFolderProgress | None = None) -> dict[str, Summary]:
        """Sync every chosen folder.

        A folder that fails has the reason in ``Summary.error`` and stops no other. After a lost connection the next
        folder gets a new one.

        Raises:
            ClientError: three connections in a row were lost, or the server cannot be reached again.
        """
        found: dict[str, Summary] = {}
        lost = 0
        places: dict[Path, str] = {}
        with ExitStack() as stack:
            chosen = self.chosen(imap)
            states = mailboxes.statuses(imap) if len(chosen) > 1 else {}
            for name in chosen:
                try:
                    other = places.setdefault(self.place(imap, name), name)
                    if other != name:
                        raise RefusedError(f"it would be kept in the directory of {other!r}")
                    found[name] = self._download(imap, name, told, states.get(name))
                    lost = 0
                except Exception as error:
                    found[name] = Summary(error=str(error) or type(error).__name__)
                    if isinstance(error, RefusedError | OSError | StorageError):
                        continue  # the connection is still usable
                    lost += 1
                    if lost == _LOST_IN_A_ROW:
                        raise
                    imap = stack.enter_context(self.connect())
        return found

    def download(self, imap: IMAP4, name: str, told: OnFolderProgress | None = None) -> Summary:
        """Sync one folder once.

        Raises:
            RefusedError: there is no such folder.
        """
        return self._download(imap, name, told)

    def _download(
        self,
        imap: IMAP4,
        name: str,
        told: OnFolderProgress | None,
        state: mailboxes.Status | None = None,
    ) -> Summary:
        place = self.place(imap, name)
        summary = download_folder(
            imap,
            name,
            place,
            exact=True,
            progress=None if told is None else lambda done, of: told(name, done, of),
            told=state,
        )
        self._link(name, place)
        return summary

    def subscribe(self, imap: IMAP4, name: str) -> None:
        """Subscribe a folder, so that it is fetched from now on.

        Raises:
            RefusedError: the folder does not exist.
        """
        mailboxes.status(imap, name)
        mailboxes.subscribe(imap, name)

    def unsubscribe(self, imap: IMAP4, name: str) -> None:
        """Unsubscribe a folder; the local copy stays."""
        mailboxes.unsubscribe(imap, name)

    def reindex(self, imap: IMAP4, name: str, told: OnFolderProgress | None = None) -> Summary:
        """Drop the local copy of a folder, and fetch it again, with links to correspondents."""
        mailboxes.status(imap, name)  # before anything is dropped
        place = self.place(imap, name)
        if self._history is not None:
            self._history.forget(
                self.account.label, name, self._history.files(self.account.label, name)
            )
        for sub in ("cur", "new", "tmp"):
            shutil.rmtree(place / sub, ignore_errors=True)
        for file in place.glob("mailkit.sqlite*"):
            file.unlink()
        return self.download(imap, name, told)

    def delete(self, imap: IMAP4, name: str, uids: Iterable[int]) -> None:
        """Mark messages as deleted; they stay in the folder until it is purged."""
        mailboxes.open_folder(imap, name, read_only=False)
        messages.mark(imap, uids, "\\Deleted")

    def archive(self, imap: IMAP4, name: str, uids: Iterable[int]) -> str:
        """Copy messages into the archive folder, and mark them as deleted here; return the folder's name.

        Raises:
            RefusedError: no folder has the role.
        """
        where = mailboxes.folder_for(imap, "archive", roles=self.account.folders.roles)
        if where is None:
            raise RefusedError("no folder has the role archive: give it to one in folders.roles")
        chosen = [*uids]
        mailboxes.open_folder(imap, name, read_only=False)
        messages.copy(imap, chosen, where.name)
        messages.mark(imap, chosen, "\\Deleted")
        return where.name

    def purge(self, imap: IMAP4, name: str) -> int:
        """Expunge the messages of this folder that are marked as deleted now, and no others; return how many."""
        mailboxes.open_folder(imap, name, read_only=False)
        marked = messages.search(imap, deleted)
        messages.purge(imap, marked)
        return len(marked)

    def collect(self, leave: Leave | None = None, told: OnFolderProgress | None = None) -> Summary:
        """Fetch new messages by POP3, and file them by the rules. Messages from blocked senders are skipped.

        Raises:
            OpenError: there is no connection.
            LoginError: the login was rejected.
            LostError: the connection was lost; what came before is kept.
        """
        blocked = self.account.channel.blocked

        def wanted(header: bytes) -> bool:
            sender = sender_of(header_of(header))
            return not fits(sender, blocked)

        with connect_pop3(self.account, options=self._options) as pop3:
            summary = download_drop(
                pop3,
                self.folder,
                leave=leave or Leave(),
                wanted=wanted if blocked else None,
                progress=None if told is None else lambda done, of: told("INBOX", done, of),
            )
        self._file_by_rules(self.account.folders.rules)
        self._link("INBOX", self.folder)
        return summary

    def place(self, imap: IMAP4, name: str) -> Path:
        """Return the local path of a folder."""
        if name not in self._delimiters:
            self.tree(imap)
        return self.folder / to_maildir(name, self._delimiters.get(name, "/"))

    def _file_by_rules(self, rules: Mapping[str, str]) -> None:
        """Move new messages that match a rule in subject or sender to its folder; the first match counts."""
        if not rules:
            return
        with MaildirStore(self.folder) as store:
            for path in sorted((self.folder / "new").iterdir()):
                try:
                    header = header_in(path)
                except OSError:  # no message
                    continue
                text = f"{field_of(header, 'Subject')}\n{field_of(header, 'From')}".casefold()
                folder = next((f for words, f in rules.items() if words.casefold() in text), "")
                if folder:
                    place = self.folder / to_maildir(folder)
                    for sub in ("", "cur", "new", "tmp"):
                        private_folder(place / sub)
                    store.moved(path, place / "new" / path.name)
        for folder in dict.fromkeys(rules.values()):
            place = self.folder / to_maildir(folder)
            if place.is_dir():
                self._link(folder, place)

    def _link(self, name: str, place: Path) -> None:
        """Link the new messages of a folder, and remove links of deleted ones."""
        if self._history is None:
            return
        label = self.account.label
        files: dict[str, str] = {}
        for sub in ("cur", "new"):
            with os.scandir(place / sub) as entries:
                files |= {entry.name.partition(":2,")[0]: entry.path for entry in entries}
        linked = self._history.files(label, name)
        own = [
            address for address in (self.account.address, self.account.delivery.reply_to) if address
        ]
        with self._history.together():
            self._history.forget(label, name, linked - files.keys())
            for base in files.keys() - linked:
                with suppress(OSError):  # another program has moved or removed it
                    header = header_in(Path(files[base]))
                    self._history.add(header, own=own, account=label, folder=name, file=base)
