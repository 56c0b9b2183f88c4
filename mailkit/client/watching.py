"""Watch a folder for new messages, across lost connections, servers without IDLE, and recreated folders."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from mailkit.account import Account, Service
from mailkit.client.commands import ask
from mailkit.client.connection import IMAP4, connect_imap
from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import search
from mailkit.client.query import Query
from mailkit.client.reading import MailMessage, messages_of
from mailkit.client.waiting import idle
from mailkit.errors import LimitError, LostError, OpenError, RefusedError

__all__ = ["watch"]

_LONGEST_PAUSE_S = 300.0
_LARGEST = 4_294_967_295
"""The largest UID (RFC 9051 §2.3.1.1)."""


def watch(
    account: Account | Service,
    folder: str = "INBOX",
    *,
    after: int | None = None,
    poll_s: float = 60.0,
    sleep: Callable[[float], None] = time.sleep,
    **options: Any,
) -> Iterator[MailMessage]:
    """Yield new messages, oldest first, as they arrive; it ends only with a permanent error.

    A lost connection is opened again, after a pause that grows to five minutes and is short again after a connection that lasted longer. In a folder that was recreated (a new
    UIDVALIDITY) messages count as new from then on.

    Args:
        account: an account with an IMAP service.
        folder: its name.
        after: the last known UID; by default messages are new that arrive from now on.
        poll_s: polling interval in seconds, if the server has no IDLE.
        sleep: waits so many seconds.
        options: as for :func:`mailkit.client.connect_imap`.

    Raises:
        LoginError: the login was rejected; it is not tried again.
        RefusedError: the folder cannot be opened.
    """
    validity: int | None = None
    pause = 1.0
    while True:
        began = time.monotonic()
        try:
            with connect_imap(account, **options) as imap:
                state = open_folder(imap, folder)
                if after is None or (validity is not None and state.uidvalidity != validity):
                    after = _last(imap, state.uidnext)
                validity = state.uidvalidity
                if state.uidnext == after + 1:
                    _wait(imap, poll_s, sleep)  # the server reports what comes from now on
                while True:
                    found = search(imap, Query(("UID", f"{min(after + 1, _LARGEST)}:*")))
                    # n:* always has the last message
                    for message in messages_of(imap, [uid for uid in found if uid > after]):
                        after = message.uid
                        yield message
                    _wait(imap, poll_s, sleep)
        except (LostError, LimitError, OpenError):  # the limit has closed the connection
            if time.monotonic() - began > _LONGEST_PAUSE_S:
                pause = 1.0
            sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)


def _last(imap: IMAP4, uidnext: int | None) -> int:
    """Return the highest UID of the folder."""
    return uidnext - 1 if uidnext else max(search(imap), default=0)


def _wait(imap: IMAP4, poll_s: float, sleep: Callable[[float], None]) -> None:
    """Wait for new messages; other news, such as flags, is no reason to search again.

    Some servers offer IDLE and refuse it, for a while or for this user: then it is asked for again with each poll.
    """
    if "IDLE" in imap.offers:
        try:
            while (events := idle(imap)) and not _new(events):
                pass
        except RefusedError:
            pass
        else:
            return
    if not _new(imap.stream.news.take()):
        sleep(poll_s)
        ask(imap, "NOOP")


def _new(events: list[tuple[int, str]]) -> bool:
    return any(what == "EXISTS" for _, what in events)
