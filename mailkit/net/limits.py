"""How much of a server's answer is taken, by the kind of reply.

Only the contents of messages may be as large, and come as slowly, as :class:`Limits` allows. Every
other reply is bounded in octets, lines and time, so that a server can neither fill the memory nor
keep a client waiting by sending a little now and then.
"""

import re
from dataclasses import dataclass

__all__ = [
    "CONTENT",
    "HEADERS",
    "LISTING",
    "SMTP_REPLY",
    "STATUS",
    "Limits",
    "ReplyKind",
    "kind_of",
    "literal_limit",
]

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is taken of a server.

    ``line`` and ``literal`` are octets, ``lines`` and ``octets`` count for one command. ``rate`` is how many octets a
    second a reply must have beyond its time. ``search`` is a line of the answer to SEARCH, which may have every UID of a folder. These bound the contents of messages; for other replies the smaller
    limits of their kind hold as well.
    """

    line: int = 1_000_000
    literal: int = 256 * _MIB
    lines: int = 2_000_000
    octets: int = 8 * 1024**3
    rate: int = 1024
    search: int = 16 * _MIB


@dataclass(frozen=True, slots=True)
class ReplyKind:
    """The bounds of a kind of reply.

    ``octets`` and ``lines`` count for all of it, ``text`` for a text that ends with a full stop. ``line`` 0 is
    ``Limits.search``. ``patience`` is how many reply timeouts it may take beyond the first, as long as octets come.
    """

    octets: int
    line: int
    lines: int
    patience: float
    text: int


STATUS = ReplyKind(8 * _MIB, 1_000_000, 200_000, 1.0, _MIB)
"""Everything else; news of other sessions' work may come with it."""
LISTING = ReplyKind(64 * _MIB, 0, 1_000_000, 20.0, 64 * _MIB)
"""Rows of folders, messages or numbers; SEARCH tells a million UIDs in one line."""
HEADERS = ReplyKind(2**62, 1_000_000, 2**62, 20.0, 2 * _MIB)
"""Headers by TOP, several under way at once; each of them is bounded."""
CONTENT = ReplyKind(2**62, 1_000_000, 2**62, float("inf"), 2**62)
"""Contents of messages: bounded by :class:`Limits` alone."""
SMTP_REPLY = ReplyKind(65_536, 65_536, 65_536, 1.0, 65_536)
"""One reply of SMTP, all its lines."""

_LITERAL = _MIB
_POP3 = {b"LIST": LISTING, b"UIDL": LISTING, b"TOP": HEADERS, b"RETR": CONTENT}
_LISTINGS = {
    *(b"SEARCH", b"SORT", b"THREAD", b"LIST", b"LSUB", b"XLIST", b"STORE", b"EXPUNGE", b"ESEARCH"),
    *(b"SELECT", b"EXAMINE"),
}
_CONTENTS = re.compile(rb"\b(?:BODY|BODY\.PEEK|BINARY|BINARY\.PEEK)\[|\bRFC822(?!\.SIZE)", re.I)
_CONTENT_LITERAL = re.compile(
    rb"(?:(?:BODY|BINARY)\[[0-9.]*(?:TEXT)?\](?:<[0-9]*>)?|RFC822(?:\.TEXT)?) ?~?\Z", re.I
)


def kind_of(protocol: str, command: bytes) -> ReplyKind:
    """The kind of the reply to a command."""
    words = command[:200].upper().split()
    if protocol == "smtp":
        return SMTP_REPLY
    if protocol == "pop3":
        return _POP3.get(words[0], STATUS) if words else STATUS
    verb = words[2:3] if words[1:2] == [b"UID"] else words[1:2]
    if verb == [b"FETCH"]:
        return CONTENT if _CONTENTS.search(command) else LISTING
    return LISTING if verb and verb[0] in _LISTINGS else STATUS


def literal_limit(line: bytes, limits: Limits) -> int:
    """The octets of the literal that ends a line: contents may be large, headers, names and subjects may not."""
    return limits.literal if _CONTENT_LITERAL.search(line[-80:]) else min(_LITERAL, limits.literal)
