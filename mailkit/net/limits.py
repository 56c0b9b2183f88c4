"""Limits on a server's replies, by kind of reply.

Only message contents may be as large and as slow as :class:`Limits` allows. Every other reply is limited in octets,
lines and time, so a server cannot fill the memory or stall the client.
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
    """The limits on message contents.

    ``line`` and ``literal`` are in octets, ``lines`` and ``octets`` are per command. ``rate`` is the minimum speed
    after the timeout, in octets per second. ``search`` is the limit for a line of a SEARCH reply, which may have
    every UID of a folder. Other replies also have the smaller limits of their kind.
    """

    line: int = 1_000_000
    literal: int = 256 * _MIB
    lines: int = 2_000_000
    octets: int = 8 * 1024**3
    rate: int = 1024
    search: int = 16 * _MIB


@dataclass(frozen=True, slots=True)
class ReplyKind:
    """The limits of a kind of reply. ``octets`` and ``lines`` are for the whole reply, ``text`` for a multi-line text
    that ends with a full stop. ``line`` 0 is
    ``Limits.search``. ``patience`` is the number of additional reply timeouts while octets keep coming.
    """

    octets: int
    line: int
    lines: int
    patience: float
    text: int


STATUS = ReplyKind(8 * _MIB, 1_000_000, 200_000, 1.0, _MIB)
"""All other replies, including notifications about other sessions."""
LISTING = ReplyKind(64 * _MIB, 0, 1_000_000, 20.0, 64 * _MIB)
"""Lists of folders, messages or numbers; SEARCH can return a million UIDs in one line."""
HEADERS = ReplyKind(2**62, 1_000_000, 2**62, 20.0, 2 * _MIB)
"""Headers by TOP, several requests at once; each is limited."""
CONTENT = ReplyKind(2**62, 1_000_000, 2**62, float("inf"), 2**62)
"""Message contents: limited only by :class:`Limits`."""
SMTP_REPLY = ReplyKind(65_536, 65_536, 65_536, 1.0, 65_536)
"""An SMTP reply with all its lines."""

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
    """Return the kind of the reply to a command."""
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
    """Return the size of the literal that a line announces, within its limit: contents may be large, headers and
    names may not.
    """
    return limits.literal if _CONTENT_LITERAL.search(line[-80:]) else min(_LITERAL, limits.literal)
