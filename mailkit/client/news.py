"""Unsolicited responses of an IMAP server about the selected folder (RFC 9051 §7.4, §7.5)."""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from itertools import islice

__all__ = ["News", "event_in"]

_NEWS = re.compile(
    rb"\* +(?:(\d{1,10}) +(EXISTS|EXPUNGE|FETCH)(?: \(([^{}\r\n]*)\))?|VANISHED .*)\r?\n", re.I
)
_EVENT = re.compile(rb"\* +(?:(\d{1,10}) +(EXISTS|EXPUNGE|FETCH)\b|VANISHED +([\d,:]+))", re.I)
_FLAGS_ONLY = re.compile(
    rb"(?:(?:UID (\d{1,10})|MODSEQ \(\d{1,20}\)|(FLAGS) \([^()]*\))(?: (?!\Z)|\Z))+\Z", re.I
)
_ASKS_FOR_FLAGS = re.compile(rb"\(?(?:(?:UID|FLAGS|MODSEQ)\b ?)+\)?(?: \(.*)?\r\n\Z")
_MARKS_AS_READ = re.compile(rb"\b(?:BODY|BINARY)\[|\bRFC822(?:\.TEXT)?(?![.\w])")
_COMMAND = re.compile(rb"[0-9A-Z]\S* ((?:UID )?)(\S+)(?: (\S+))?(?: ([^\r\n]*\r\n))?")
_RANGE = re.compile(rb"(\d{1,10})(?::(\d{1,10}|\*))?")
_OPENS = {b"SELECT", b"EXAMINE", b"UNSELECT", b"CLOSE"}
_LONGEST, _MOST = 4000, 20_000
_LARGEST = 2**32


def event_in(line: bytes) -> list[tuple[int, str]]:
    """Return what an unsolicited response tells: ``[(3, "EXISTS")]``; for VANISHED one event for each UID."""
    match = _EVENT.match(line)
    if match is None:
        return []
    if match[1]:
        return [(int(match[1]), match[2].decode().upper())]
    return [(uid, "VANISHED") for uid in islice(_uids(match[3]), _MOST)]


def _uids(numbers: bytes) -> Iterator[int]:
    for low, high in _ranges(numbers):
        yield from range(low, high + 1)


class News:
    """Collects unsolicited responses of all commands. What a command itself asks for is not included.

    ``exists`` is the number of messages in the folder, if known.
    """

    def __init__(self) -> None:
        self._kept: deque[tuple[int, str]] = deque(maxlen=_MOST)
        self._answers: bytes = b""
        self._asked: _FlagsAskedFor | None = None
        self.exists: int | None = None

    def command(self, line: bytes) -> None:
        """Record that a command is sent, whose responses are expected."""
        match = _COMMAND.match(line.upper())
        if match is None:  # the rest of one, after a literal
            return
        by_uid, self._answers, numbers, items = match.groups()
        self._asked = None
        if self._answers in _OPENS:  # responses belong to one folder
            self._kept.clear()
            self.exists = None
        elif self._answers == b"STORE" and b"FLAGS.SILENT" not in (items or b""):
            self._asked = _FlagsAskedFor(numbers or b"", by_uid=bool(by_uid))
        elif self._answers == b"FETCH":
            items = items or b""
            if _ASKS_FOR_FLAGS.match(items) or _MARKS_AS_READ.search(items):
                self._asked = _FlagsAskedFor(numbers or b"", by_uid=bool(by_uid))

    def line(self, line: bytes) -> None:
        """A line came."""
        if (
            len(line) > _LONGEST
            or line.endswith(b"}\r\n")
            or (match := _NEWS.fullmatch(line)) is None
        ):
            return
        if match[1] is None:  # these have UIDs instead of numbers: the count is not known any more
            self.exists = None
            if self._answers not in (b"EXPUNGE", b"MOVE", *_OPENS):
                self._kept.extend(event_in(line))
            return
        number, what = int(match[1]), match[2].decode().upper()
        if what == "EXISTS":
            known, self.exists = self.exists, number
            is_news = known != number and self._answers not in _OPENS
        elif what == "EXPUNGE":
            self.exists = self.exists - 1 if self.exists else None
            is_news = self._answers not in (b"EXPUNGE", b"MOVE", *_OPENS)
        else:
            is_news = self._flags_of_others(number, match[3] or b"")
        if is_news and not (self._kept and self._kept[-1] == (number, what)):
            self._kept.append((number, what))

    def _flags_of_others(self, number: int, items: bytes) -> bool:
        """Return whether a FETCH response tells what another client did. In a command that asks for flags, or changes
        them, the first response for each of its messages is the answer.
        """
        if self._answers not in (b"FETCH", b"STORE"):
            return self._answers not in _OPENS
        match = _FLAGS_ONLY.match(items)
        if match is None or match[2] is None:
            return False
        uid = int(match[1]) if match[1] else None
        return self._asked is None or not self._asked.first(number, uid)

    def take(self) -> list[tuple[int, str]]:
        """Return the responses since the last call."""
        found = [*self._kept]
        self._kept.clear()
        return found


class _FlagsAskedFor:
    """The messages whose flags a command asks for or changes."""

    def __init__(self, numbers: bytes, *, by_uid: bool) -> None:
        self._numbers, self._by_uid = numbers, by_uid
        self._ranges: list[tuple[int, int]] | None = None
        self._told: set[int] = set()

    def first(self, number: int, uid: int | None) -> bool:
        """Return whether it is the first response for one of them (RFC 9051 §6.4.9: with its UID in a UID command)."""
        which = uid if self._by_uid else number
        if which is None or which in self._told or not self._has(which):
            return False
        self._told.add(which)
        return True

    def _has(self, which: int) -> bool:
        if self._ranges is None:
            self._ranges = _ranges(self._numbers)
        at = bisect_right(self._ranges, (which, _LARGEST)) - 1
        return at >= 0 and which <= self._ranges[at][1]


def _ranges(numbers: bytes) -> list[tuple[int, int]]:
    """Return the ranges of a sequence set, in order and apart; all numbers for one that only the server knows."""
    found: list[tuple[int, int]] = []
    for part in numbers.split(b","):
        match = _RANGE.fullmatch(part)
        if match is None:  # such as $, a saved result, and a lone *
            return [(0, _LARGEST)]
        first, last = int(match[1]), int((match[2] or match[1]).replace(b"*", b"%d" % _LARGEST))
        found.append((min(first, last), max(first, last)))
    apart: list[tuple[int, int]] = []
    for low, high in sorted(found):
        if apart and low <= apart[-1][1]:
            low, high = apart[-1][0], max(high, apart.pop()[1])
        apart.append((low, high))
    return apart
