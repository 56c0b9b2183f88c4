"""File copies of sent messages. One that fails stops no other, and is tried again."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mailkit.account import Account
from mailkit.client.connection import connect_imap
from mailkit.client.maildir_store import MaildirStore
from mailkit.client.send import file_sent
from mailkit.errors import MailError
from mailkit.flow.journal import Journal
from mailkit.net.options import ConnectOptions
from mailkit.ports import Protocol

__all__ = ["NO_FOLDER", "file_copies"]

NO_FOLDER = "no folder: the account has neither IMAP nor folders.keep"
"""The value of :attr:`Entry.filed` for a copy that cannot be filed anywhere."""


def file_copies(
    journal: Journal, account: Account, numbers: Iterable[int], options: ConnectOptions
) -> None:
    """File copies in the local mail directory, or in the folder with the sent role; without either they are not
    filed.

    Raises:
        MailError: the mailbox cannot be opened; the next batch tries again.
    """
    if account.folders.keep:
        with MaildirStore(Path(account.folders.keep) / ".Sent") as store:
            for number in numbers:
                with suppress(OSError, ValueError):
                    message = journal.message(number)
                    if store.record_of("sent", message.message_id) is None:
                        pending = store.write(message.message_id, [message.content()])
                        store.keep("sent", 0, [pending])
                    journal.filed(number, str(store.folder))
        return
    if account.incoming is None or account.incoming.protocol is not Protocol.IMAP:
        for number in numbers:
            journal.filed(number, NO_FOLDER)
        return
    with connect_imap(account, options=options) as imap:
        for number in numbers:
            with suppress(MailError, ValueError):
                if name := file_sent(imap, journal.message(number), roles=account.folders.roles):
                    journal.filed(number, name)
            if imap.stream.closed:
                return
