"""Search the selected folder, whatever the number of results (RFC 9051 §6.4.4, RFC 9394)."""

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise

from mailkit.client.commands import CommandReply, ask
from mailkit.client.connection import IMAP4
from mailkit.client.query import Query, anything, query_of
from mailkit.client.uids import numbers_of
from mailkit.errors import LimitError, RefusedError, SettingsError
from mailkit.protocol.imap.values import LARGEST_UID
from mailkit.text import number

__all__ = ["search"]

_COMMAND = 7_500
_PAGE = 100_000
"""Results per reply, where the folder has more messages and the server returns a part of the results."""
_LARGEST = 4_294_967_295
_PAGED = {"PARTIAL", "CONTEXT=SEARCH"}
"""RFC 9394, and RFC 5267, which it was taken from."""


def search(imap: IMAP4, query: Query | str = anything) -> list[int]:
    """Return the UIDs of matching messages, ascending.

    A search that is too long for a command line is split. What arrived since the last command is found too. In a
    folder of more than 100,000 messages the results are requested in parts if the server can do it (RFC 9394).

    Args:
        imap: the connection.
        query: a search of :mod:`mailkit.client.query`, or one key without arguments, such as ``UNSEEN``.

    Raises:
        RefusedError: the server does not support this search.
        SettingsError: ``query`` is not a search.
    """
    return sorted(_search(imap, query_of(query)) - {0})


def _search(imap: IMAP4, query: Query) -> set[int]:
    if query.size > _COMMAND and query.operands:
        found = _search(imap, query.operands[0])
        if query.how == "not":
            return _search(imap, anything) - found
        others = _search(imap, query.operands[1])
        return found & others if query.how == "and" else found | others
    if (imap.stream.news.exists or 0) > _PAGE and imap.offers & _PAGED:
        with suppress(RefusedError):  # the whole may be allowed, or the reason is the search
            return _by_pages(imap, query)
    found, new = _found(imap, query, "ALL")
    if new:  # told at its end, and not looked at: servers search what was there before
        found, _ = _found(imap, query, "ALL")
    return found


def _by_pages(imap: IMAP4, query: Query) -> set[int]:
    """Return the results, so many at once. The next ones are asked for by UID: positions change with each message that
    is expunged meanwhile.
    """
    found: set[int] = set()
    last = 0
    while last < _LARGEST:
        key = query if not last else Query(("UID", f"{last + 1}:*")) & query
        page, new = _found(imap, key, f"PARTIAL 1:{_PAGE}")
        page = {uid for uid in page if uid > last}  # n:* always has the last message
        found |= page
        last = max(page, default=last)
        if len(page) < _PAGE and not (new and page):
            break
    return found


def _found(imap: IMAP4, query: Query, wanted: str) -> tuple[set[int], bool]:
    """Return the results of one command, and whether messages arrived meanwhile."""
    charset = ["CHARSET", "UTF-8"] if query.beyond_ascii and not _utf8(imap) else []
    short = [f"RETURN ({wanted})"] if imap.offers & {"ESEARCH", *_PAGED} else []
    reply = ask(imap, "UID SEARCH", *short, *charset, *query.parts)
    return {*_results(imap, reply)}, bool(reply.numbered(b"EXISTS"))


def _results(imap: IMAP4, reply: CommandReply) -> Iterable[int]:
    for row in reply.named(b"SEARCH"):
        yield from (number(uid, LARGEST_UID) or 0 for uid in row if isinstance(uid, bytes))
    for row in reply.named(b"ESEARCH"):
        for name, value in pairwise(row):
            if name == b"PARTIAL" and isinstance(value, tuple) and len(value) == 2:
                name, value = b"ALL", value[1]
            if name == b"ALL" and isinstance(value, bytes):
                yield from _numbers(imap, value)


def _numbers(imap: IMAP4, value: bytes) -> Iterable[int]:
    try:
        return [*numbers_of(value.decode("ascii", "replace"))]
    except SettingsError:
        imap.stream.close()
        raise LimitError(
            "the server found more messages than a folder has", imap.transcript
        ) from None


def _utf8(imap: IMAP4) -> bool:
    return bool(getattr(imap, "utf8_enabled", False))
