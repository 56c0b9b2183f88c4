"""Gmail's IMAP extensions: its own search, and labels (X-GM-EXT-1).

::

    search(imap, raw("has:attachment older_than:1y") & labelled("Invoices"))
    add_labels(imap, uids, "Paid")
    rows = fetch(imap, uids, "UID X-GM-LABELS X-GM-THRID")   # row.labels, row.others["X-GM-THRID"]
"""

import re

from mailkit.client.commands import ImapString, ask, string
from mailkit.client.connection import IMAP4
from mailkit.client.mailboxes import refuse_read_only
from mailkit.client.query import Query
from mailkit.client.uids import Uids, sequence_sets, uid_list
from mailkit.errors import RefusedError, SettingsError
from mailkit.protocol.imap.utf7 import to_utf7

__all__ = ["add_labels", "labelled", "raw", "remove_labels", "thread_of"]


def raw(words: str) -> Query:
    """Return a search in the syntax of Gmail's search box; only Gmail supports it."""
    return Query(("X-GM-RAW", string(words)))


def labelled(name: str) -> Query:
    """Messages with a label, such as ``Invoices`` or ``\\Important``."""
    return Query(("X-GM-LABELS", _label(name)))


def thread_of(number: int | str) -> Query:
    """Return a search for messages of one conversation, by its X-GM-THRID.

    Raises:
        SettingsError: it is not a number.
    """
    text = str(number)
    if not re.fullmatch(r"[0-9]{1,20}", text):
        raise SettingsError(f"{number!r} is not a thread id")
    return Query(("X-GM-THRID", text))


def add_labels(imap: IMAP4, uids: Uids, *names: str) -> None:
    """Add labels to messages.

    Raises:
        RefusedError: the server is not Gmail, or the folder is open read-only.
        SettingsError: ``uids`` are not UIDs.
    """
    _store(imap, uids, "+X-GM-LABELS", names)


def remove_labels(imap: IMAP4, uids: Uids, *names: str) -> None:
    """Remove labels from messages; raises as :func:`add_labels`."""
    _store(imap, uids, "-X-GM-LABELS", names)


def _store(imap: IMAP4, uids: Uids, how: str, names: tuple[str, ...]) -> None:
    wanted, labels = uid_list(uids), [_label(name) for name in names]
    if not names:
        return
    if "X-GM-EXT-1" not in imap.offers:
        raise RefusedError("the server has no labels (X-GM-EXT-1)", imap.transcript)
    refuse_read_only(imap)
    for some in sequence_sets(wanted):
        ask(imap, "UID STORE", some, how, "(", *labels, ")")


def _label(name: str) -> bytes | ImapString:
    """System labels are atoms, others strings in modified UTF-7."""
    if re.fullmatch(r"\\[A-Za-z]+", name):
        return name.encode()
    return string(to_utf7(name))
