"""Unsolicited responses of an IMAP server about the selected folder (RFC 9051 §7.4, §7.5)."""

import re
from collections import deque

__all__ = ["News"]

_NEWS = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE|FETCH)(?: \([^{}\r\n]*\))?\r?\n", re.I)
_LONGEST = 400
_OPENS = {b"SELECT", b"EXAMINE", b"UNSELECT", b"CLOSE"}


class News:
    """Collects unsolicited responses of all commands. What a command itself asks for is not included."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, str]] = deque(maxlen=1000)
        self._asked: frozenset[str] = frozenset()

    def command(self, line: bytes) -> None:
        """Record that a command is sent, whose responses are expected."""
        words = line[:60].upper().split()[1:3]
        self._asked = frozenset()
        if words and words[0] in _OPENS:  # responses belong to one folder
            self._kept.clear()
            self._asked = frozenset(("EXISTS", "EXPUNGE", "FETCH"))
        elif {b"EXPUNGE", b"MOVE"} & {*words}:
            self._asked = frozenset(("EXPUNGE",))
        elif {b"FETCH", b"STORE"} & {*words}:  # flags of other clients look the same
            self._asked = frozenset(("FETCH",))

    def line(self, line: bytes) -> None:
        """A line came."""
        longest = 30 if "FETCH" in self._asked else _LONGEST
        if len(line) > longest or (match := _NEWS.fullmatch(line)) is None:
            return
        what = match[2].decode().upper()
        if what not in self._asked:
            self._kept.append((int(match[1]), what))

    def take(self) -> list[tuple[int, str]]:
        """Return the responses since the last call."""
        found = [*self._kept]
        self._kept.clear()
        return found
