"""Store new messages of a channel on disk.

A message that cannot be fetched or read stops no other, and is tried again at the next run.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from mailkit.account import Account
from mailkit.client.connection import connect
from mailkit.client.maildir_store import MaildirStore
from mailkit.errors import ClientError, RefusedError, StorageError
from mailkit.flow.inbox import ChannelInbox, drop_of
from mailkit.flow.jobs import Jobs
from mailkit.flow.senders import field_of, fits, header_of, sender_of
from mailkit.net.options import ConnectOptions
from mailkit.private import open_regular
from mailkit.text import clean
from mailkit.uses import ChannelOptions

__all__ = ["Taken", "take_new", "why_unwanted"]

_LOST_IN_A_ROW = 3


@dataclass(slots=True)
class Taken:
    """The number of stored messages, and the skipped and failed ones by identity, with subject and reason."""

    count: int = 0
    ignored: dict[str, tuple[str, str]] = field(default_factory=dict)
    failed: dict[str, tuple[str, str]] = field(default_factory=dict)


class _Dead(Exception):  # noqa: N818 - the connection is of no more use
    """A message broke the connection."""


def take_new(
    account: Account,
    folder: Path,
    jobs: Jobs,
    say: Callable[[str], None],
    options: ConnectOptions,
) -> Taken:
    """Store the messages of a channel on disk; other messages and all flags stay unchanged.

    Raises:
        ClientError: the mailbox cannot be read, or three connections in a row were lost.
    """
    taken, lost = Taken(), 0
    while True:
        before = taken.count
        try:
            with connect(account, options=options) as client:
                _take(account, folder, jobs, client, taken, say)
            return taken
        except _Dead as dead:
            lost = 1 if taken.count > before else lost + 1
            if lost == _LOST_IN_A_ROW:
                cause = dead.__cause__
                raise cause if isinstance(cause, ClientError) else ClientError(str(cause)) from None


def _take(
    account: Account,
    folder: Path,
    jobs: Jobs,
    client: Any,
    taken: Taken,
    say: Callable[[str], None],
) -> None:
    drop = drop_of(client)
    present = drop.present()
    known = jobs.identities(account.label)
    fresh = [uid for uid in present if uid not in known and uid not in taken.failed]
    wanted: list[tuple[str, str, str]] = []
    for identity, data in drop.headers(fresh):
        subject = ""
        try:
            if isinstance(data, Exception):
                raise data
            message = header_of(data)
            subject = field_of(message, "Subject")
            sender = sender_of(message)
            if why := why_unwanted(account.channel, sender, subject):
                taken.ignored[identity] = (subject or identity, why)
            else:
                wanted.append((identity, sender, subject))
        except Exception as error:  # noqa: BLE001 - a message fails alone, for whatever reason
            taken.failed[identity] = (subject or identity, _why(error))
    there = {*present}
    with MaildirStore(folder / "mail") as store:
        store.tidy()
        for identity, sender, subject in wanted:
            say(f"taking {subject or identity}")
            try:
                _keep(account.label, store, jobs, drop, (identity, sender, subject), there)
                taken.count += 1
            except StorageError:
                raise
            except Exception as error:
                taken.failed[identity] = (subject or identity, _why(error))
                if client.stream.closed or not isinstance(error, RefusedError):
                    raise _Dead from error


def _keep(
    source: str,
    store: MaildirStore,
    jobs: Jobs,
    drop: ChannelInbox,
    message: tuple[str, str, str],
    there: set[str],
) -> None:
    """Store one message on disk and in the record."""
    identity, sender, subject = message
    if store.record_of(source, identity) is None:
        pending = drop.content(
            identity, partial(store.write, identity), lambda name: store.drop([name])
        )
        store.keep(source, 0, [pending], present=there)
    record = store.record_of(source, identity)
    file = store.find(record) if record is not None else None
    if file is None:  # a person has removed it here
        return
    with open_regular(file) as kept_file:
        digest = hashlib.file_digest(kept_file, "sha256").hexdigest()
    jobs.take(source, identity, digest, sender, subject, str(file), there)


def why_unwanted(channel: ChannelOptions, sender: str, subject: str) -> str:
    """Return why a message does not belong to the channel, or an empty text."""
    if not channel.exclusive:
        keyword = " ".join(channel.keyword.split()).casefold()
        if not keyword:
            return "the mailbox is shared, and there is no keyword"
        if keyword not in " ".join(subject.split()).casefold():
            return f"the subject does not have {channel.keyword!r}"
    if channel.blocked and (not sender or fits(sender, channel.blocked)):
        return f"{sender or 'an unclear sender'} is blocked"
    if channel.allowed and not fits(sender, channel.allowed):
        return f"{sender or 'an unclear sender'} is not among those allowed"
    return ""


def _why(error: Exception) -> str:
    return clean(str(error), 300) or type(error).__name__
