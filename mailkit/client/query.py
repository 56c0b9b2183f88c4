"""Searches, as values that can be combined (RFC 9051 §6.4.4).

::

    wanted = subject("invoice") & since(date(2026, 11, 1)) & ~seen
    uids = search(imap, wanted | from_("kim@example.com"))
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from mailkit.client.commands import ImapString, string
from mailkit.client.uids import Uids, sequence_sets, uid_list
from mailkit.errors import SettingsError
from mailkit.protocol.imap.values import day as written

__all__ = [
    *(
        "Query",
        "answered",
        "anything",
        "bcc",
        "before",
        "body",
        "cc",
        "deleted",
        "draft",
        "flagged",
    ),
    *(
        "from_",
        "header",
        "keyword",
        "larger",
        "modified_since",
        "on",
        "recent",
        "seen",
        "sent_before",
    ),
    *("sent_on", "sent_since", "since", "smaller", "subject", "text", "to", "uids"),
]

QueryPart: TypeAlias = "str | bytes | ImapString"


@dataclass(frozen=True, slots=True)
class Query:
    """A search; ``&``, ``|`` and ``~`` combine.

    ``how`` and ``operands`` record the combination, so that a long search can be split.
    """

    parts: tuple[QueryPart, ...]
    how: str = ""
    operands: "tuple[Query, ...]" = ()

    def __and__(self, other: "Query") -> "Query":
        return Query((*self.parts, *_query(other).parts), "and", (self, other))

    def __or__(self, other: "Query") -> "Query":
        parts = ("OR", "(", *self.parts, ")", "(", *_query(other).parts, ")")
        return Query(parts, "or", (self, other))

    def __invert__(self) -> "Query":
        return Query(("NOT", "(", *self.parts, ")"), "not", (self,))

    def __bool__(self) -> bool:
        raise TypeError("combine searches with &, | and ~; and, or and not lose conditions")

    @property
    def beyond_ascii(self) -> bool:
        """Whether it needs a character set."""
        return any(isinstance(part, bytes) and not part.isascii() for part in self.parts)

    @property
    def size(self) -> int:
        """The approximate length on the command line, in octets, without literals."""
        return sum(len(part) + 1 for part in self.parts if not isinstance(part, ImapString))


def _query(given: object) -> Query:
    if not isinstance(given, Query):
        raise TypeError(f"a search combines with a search, not with {given!r}")
    return given


anything = Query(("ALL",))
answered = Query(("ANSWERED",))
deleted = Query(("DELETED",))
draft = Query(("DRAFT",))
flagged = Query(("FLAGGED",))
recent = Query(("RECENT",))
seen = Query(("SEEN",))


def subject(words: str) -> Query:
    """Text in the subject."""
    return Query(("SUBJECT", _words(words)))


def from_(words: str) -> Query:
    """Text in From: an address, a name, or a part of one."""
    return Query(("FROM", _words(words)))


def to(words: str) -> Query:
    """Words in To."""
    return Query(("TO", _words(words)))


def cc(words: str) -> Query:
    """Words in Cc."""
    return Query(("CC", _words(words)))


def bcc(words: str) -> Query:
    """Text in Bcc."""
    return Query(("BCC", _words(words)))


def header(name: str, words: str = "") -> Query:
    """Text in a header field, or whether the field exists."""
    return Query(("HEADER", _words(name), _words(words)))


def body(words: str) -> Query:
    """Text in the body."""
    return Query(("BODY", _words(words)))


def text(words: str) -> Query:
    """Text anywhere."""
    return Query(("TEXT", _words(words)))


def keyword(name: str) -> Query:
    """A keyword."""
    return Query(("KEYWORD", _keyword(name)))


def since(day: date | str) -> Query:
    """Arrived on a day or later, by the server's clock."""
    return Query(("SINCE", _day(day)))


def before(day: date | str) -> Query:
    """Arrived before a day."""
    return Query(("BEFORE", _day(day)))


def on(day: date | str) -> Query:
    """Arrived on a day."""
    return Query(("ON", _day(day)))


def sent_since(day: date | str) -> Query:
    """Written on a day or later, by the Date field."""
    return Query(("SENTSINCE", _day(day)))


def sent_before(day: date | str) -> Query:
    """Written before a day."""
    return Query(("SENTBEFORE", _day(day)))


def sent_on(day: date | str) -> Query:
    """Written on a day."""
    return Query(("SENTON", _day(day)))


def larger(octets: int) -> Query:
    """Larger than so many octets."""
    return Query(("LARGER", _number(octets)))


def smaller(octets: int) -> Query:
    """Smaller than so many octets."""
    return Query(("SMALLER", _number(octets)))


def modified_since(modseq: int) -> Query:
    """Changed since (RFC 7162 §3.1.5)."""
    return Query(("MODSEQ", _number(modseq)))


def uids(numbers: Uids) -> Query:
    """Messages by UID; an empty set matches nothing."""
    sets = [*sequence_sets(uid_list(numbers))]
    found = Query(("UID", sets[0] if sets else "4294967295"))
    for more in sets[1:]:
        found = found | Query(("UID", more))
    return found


_SINGLE = {
    "ALL": anything,
    "SEEN": seen,
    "ANSWERED": answered,
    "FLAGGED": flagged,
    "DELETED": deleted,
    "DRAFT": draft,
    **{f"UN{name}": ~flag for name, flag in [("SEEN", seen), ("ANSWERED", answered)]},
    **{f"UN{name}": ~flag for name, flag in [("FLAGGED", flagged), ("DELETED", deleted)]},
    "UNDRAFT": ~draft,
    "RECENT": recent,
    "NEW": recent & ~seen,
    "OLD": ~recent,
}


def query_of(given: "Query | str") -> Query:
    """Return a query for a query or a single search key without arguments such as ``UNSEEN``.

    Raises:
        SettingsError: it is anything else; text with arguments is never passed on as search syntax.
    """
    if isinstance(given, Query):
        return given
    known = _SINGLE.get(given.strip().upper()) if isinstance(given, str) else None
    if known is None:
        raise SettingsError(
            f"{given!r} is not a search; combine those of mailkit.client.query, for example "
            'subject("invoice") & since("2026-11-01") & ~seen'
        )
    return known


def _words(words: str) -> "bytes | ImapString":
    if not isinstance(words, str | bytes):
        raise SettingsError(f"{words!r} is not text to search for")
    return string(words)


def _day(day: date | str) -> str:
    if isinstance(day, str):
        try:
            day = date.fromisoformat(day.strip()[:10])
        except ValueError:
            raise SettingsError(f"{day!r} is not a date; write it as 2026-11-01") from None
    if not isinstance(day, date):
        raise SettingsError(f"{day!r} is not a date; use datetime.date or text such as 2026-11-01")
    return written(day)


def _keyword(name: str) -> bytes:
    if not isinstance(name, str) or not re.fullmatch(
        r"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+", name
    ):
        raise SettingsError(f"{name!r} is not a keyword")
    return name.encode()


def _number(octets: int) -> str:
    try:
        number = int(octets)
    except (TypeError, ValueError):
        number = -1
    if number < 0:
        raise SettingsError(f"{octets!r} is not a number of octets, or of a change")
    return str(number)
