"""What to search for, as values that can be combined (RFC 9051 §6.4.4).

::

    wanted = subject("invoice") & since(date(2026, 11, 1)) & ~seen
    uids = search(imap, wanted | from_("kim@example.com"))
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from mailkit.client.commands import Text, string
from mailkit.protocol.imap.values import day as written
from mailkit.protocol.imap.values import ranges

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

Part: TypeAlias = "str | bytes | Text"


@dataclass(frozen=True, slots=True)
class Query:
    """A search; ``&``, ``|`` and ``~`` combine."""

    parts: tuple[Part, ...]

    def __and__(self, other: "Query") -> "Query":
        return Query((*self.parts, *other.parts))

    def __or__(self, other: "Query") -> "Query":
        return Query(("OR", "(", *self.parts, ")", "(", *other.parts, ")"))

    def __invert__(self) -> "Query":
        return Query(("NOT", "(", *self.parts, ")"))

    @property
    def beyond_ascii(self) -> bool:
        """Whether it needs a character set."""
        return any(isinstance(one, bytes) and not one.isascii() for one in self.parts)


anything = Query(("ALL",))
answered = Query(("ANSWERED",))
deleted = Query(("DELETED",))
draft = Query(("DRAFT",))
flagged = Query(("FLAGGED",))
recent = Query(("RECENT",))
seen = Query(("SEEN",))


def subject(words: str) -> Query:
    """Words in the subject."""
    return Query(("SUBJECT", string(words)))


def from_(words: str) -> Query:
    """Words in From: an address, a name, or a part of one."""
    return Query(("FROM", string(words)))


def to(words: str) -> Query:
    """Words in To."""
    return Query(("TO", string(words)))


def cc(words: str) -> Query:
    """Words in Cc."""
    return Query(("CC", string(words)))


def bcc(words: str) -> Query:
    """Words in Bcc."""
    return Query(("BCC", string(words)))


def header(name: str, words: str = "") -> Query:
    """Words in a header field, or that there is one."""
    return Query(("HEADER", string(name), string(words)))


def body(words: str) -> Query:
    """Words in the body."""
    return Query(("BODY", string(words)))


def text(words: str) -> Query:
    """Words anywhere."""
    return Query(("TEXT", string(words)))


def keyword(name: str) -> Query:
    """A keyword that a program gave."""
    return Query(("KEYWORD", string(name).strip(b'"')))


def since(day: date) -> Query:
    """Arrived on a day or later, by the server's clock."""
    return Query(("SINCE", written(day)))


def before(day: date) -> Query:
    """Arrived before a day."""
    return Query(("BEFORE", written(day)))


def on(day: date) -> Query:
    """Arrived on a day."""
    return Query(("ON", written(day)))


def sent_since(day: date) -> Query:
    """Written on a day or later, as the message says."""
    return Query(("SENTSINCE", written(day)))


def sent_before(day: date) -> Query:
    """Written before a day."""
    return Query(("SENTBEFORE", written(day)))


def sent_on(day: date) -> Query:
    """Written on a day."""
    return Query(("SENTON", written(day)))


def larger(octets: int) -> Query:
    """Longer than so many octets."""
    return Query(("LARGER", str(int(octets))))


def smaller(octets: int) -> Query:
    """Shorter than so many octets."""
    return Query(("SMALLER", str(int(octets))))


def modified_since(modseq: int) -> Query:
    """Changed since (RFC 7162 §3.1.5)."""
    return Query(("MODSEQ", str(int(modseq))))


def uids(numbers: Iterable[int]) -> Query:
    """Some messages; no number is no message."""
    return Query(("UID", numbered(numbers) or "4294967295"))


def numbered(numbers: Iterable[int]) -> str:
    """Numbers as a sequence set."""
    return ranges(sorted({int(one) for one in numbers}))
