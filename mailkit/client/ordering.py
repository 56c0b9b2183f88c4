"""Sort and thread messages of the selected folder on the server (RFC 5256)."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailkit.client.commands import Value, ask
from mailkit.client.connection import IMAP4
from mailkit.client.query import Query, anything, query_of
from mailkit.errors import RefusedError, SettingsError
from mailkit.protocol.imap.values import LARGEST_UID
from mailkit.text import number

__all__ = ["Thread", "sort", "thread"]

_KEYS = {"arrival", "cc", "date", "from", "size", "subject", "to", "displayfrom", "displayto"}


@dataclass(frozen=True, slots=True)
class Thread:
    """A message and its answers. ``uid`` is 0 for one that is not in the folder."""

    uid: int
    replies: "tuple[Thread, ...]" = ()

    def walk(self) -> Iterator[int]:
        """Yield the UIDs of all messages in the thread, answers after the answered message."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            if one.uid:
                yield one.uid
            waiting += reversed(one.replies)


def sort(imap: IMAP4, *keys: str, query: Query | str = anything) -> list[int]:
    """Return the UIDs of messages, sorted by the server: ``sort(imap, "-date", query=~seen)``.

    Args:
        imap: the connection.
        keys: ``date``, ``arrival``, ``subject``, ``from``, ``to``, ``cc``, ``size``, ``displayfrom``, ``displayto``;
            a minus sign means descending. The first key is the primary one.
        query: the messages.

    Raises:
        RefusedError: the server has no SORT; ``fetch`` the envelopes and sort those.
        SettingsError: a key is unknown.
    """
    if "SORT" not in imap.offers:
        raise RefusedError(
            "the server has no SORT; fetch the envelopes and sort the rows", imap.transcript
        )
    words = []
    for key in keys or ("date",):
        name = key.removeprefix("-").lower()
        if name not in _KEYS:
            raise SettingsError(f"{key!r} is not a sort key; use {', '.join(sorted(_KEYS))}")
        words.append(f"REVERSE {name.upper()}" if key.startswith("-") else name.upper())
    found = query_of(query)
    reply = ask(imap, "UID SORT", f"({' '.join(words)})", "UTF-8", *found.parts)
    rows = (
        number(uid, LARGEST_UID)
        for row in reply.named(b"SORT")
        for uid in row
        if isinstance(uid, bytes)
    )
    return [uid for uid in rows if uid]


def thread(
    imap: IMAP4, query: Query | str = anything, *, algorithm: str = "REFERENCES"
) -> list[Thread]:
    """Return messages in threads, grouped by the server.

    Args:
        imap: the connection.
        query: which messages.
        algorithm: ``REFERENCES``, ``ORDEREDSUBJECT``, ``REFS`` …: what the server offers as ``THREAD=…``.

    Raises:
        RefusedError: the server does not have the algorithm.
    """
    name = algorithm.upper()
    if f"THREAD={name}" not in imap.offers:
        offered = sorted(o.partition("=")[2] for o in imap.offers if o.startswith("THREAD="))
        has = f"; it has {', '.join(offered)}" if offered else ""
        raise RefusedError(f"the server has no THREAD={name}{has}", imap.transcript)
    reply = ask(imap, "UID THREAD", name, "UTF-8", *query_of(query).parts)
    return [_thread(value) for row in reply.named(b"THREAD") for value in row if value]


def _thread(value: Value) -> Thread:
    """Parse a list: a chain of answers, followed by lists that all answer the last message."""
    row = value if isinstance(value, tuple) else (value,)
    uids = [number(item, LARGEST_UID) or 0 for item in row if isinstance(item, bytes)]
    made = tuple(_thread(item) for item in row if isinstance(item, tuple))
    if not uids:
        return made[0] if len(made) == 1 else Thread(0, made)
    for uid in reversed(uids):
        made = (Thread(uid, made),)
    return made[0]
