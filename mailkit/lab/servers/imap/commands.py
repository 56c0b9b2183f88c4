"""Commands as they come: a line, literals in it, and a cursor that reads their arguments (RFC 3501 §9)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from mailkit.lab.script import Wire
from mailkit.protocol.imap.values import to_date_time, to_day

__all__ = ["Bad", "Cursor", "Sequence", "TooBig", "read_command"]

_LITERAL = re.compile(rb"(~?)\{(\d{1,20})(\+?)\}$")
_ATOM = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\]+")
_ASTRING = re.compile(rb"[^\x00-\x20\x7f(){%*\"\\]+")
_LIST = re.compile(rb"[^\x00-\x20\x7f(){\"\\]+")
_QUOTED = re.compile(rb'"((?:[^"\\\r\n\x00]|\\["\\])*)"')
_INSIDE = re.compile(rb"~?\{(\d+)\+?\}\r\n")
_SET = re.compile(rb"(?:\d+|\*)(?::(?:\d+|\*))?(?:,(?:\d+|\*)(?::(?:\d+|\*))?)*")
_DATE = re.compile(rb'"?(\s?\d{1,2}-\w{3}-\d{4})"?')
_DATE_TIME = re.compile(rb'"([ \d]\d-\w{3}-\d{4} [\d:]{8} [+-]\d{4})"')
_ROOM = 65_536


class Bad(Exception):  # noqa: N818 - an answer
    """The command cannot be understood; the words are the answer."""


class TooBig(Exception):  # noqa: N818 - an answer
    """A literal is longer than what is taken; carries the tag."""

    def __init__(self, tag: bytes) -> None:
        super().__init__("literal too big")
        self.tag = tag


def read_command(wire: Wire, largest: int) -> bytes:
    """The next command: its line and, where it has literals, these in their places.

    Raises:
        TooBig: a literal was refused; the client did not send it, or it was thrown away.
        Gone: the connection is over.
    """
    line = wire.line()
    match = _LITERAL.search(line)
    if match is None:
        return line
    whole = [line]
    while match is not None:
        size, waits = int(match[2]), not match[3]
        room = largest if _appends(whole[0]) else _ROOM
        if size > room or sum(map(len, whole)) + size > room + _ROOM:
            if not waits:
                wire.skip(size)
                _rest(wire)
            raise TooBig(line.partition(b" ")[0])
        if waits:
            wire.send(b"+ OK\r\n")
        whole += [b"\r\n", wire.octets(size)]
        following = wire.line(record=False)
        whole.append(following)
        match = _LITERAL.search(following)
    return b"".join(whole)


def _rest(wire: Wire) -> None:
    """Read a refused command to its end."""
    match = _LITERAL.search(wire.line(record=False))
    while match is not None and match[3]:
        wire.skip(int(match[2]))
        match = _LITERAL.search(wire.line(record=False))


def _appends(line: bytes) -> bool:
    return line.partition(b" ")[2][:6].upper() == b"APPEND"


@dataclass(frozen=True)
class Sequence:
    """A set of message numbers or UIDs; 0 means ``*``."""

    ranges: tuple[tuple[int, int], ...]

    def real(self, highest: int) -> list[tuple[int, int]]:
        """Ranges from low to high, in order and apart, where this is the highest number there is."""
        turned = sorted(
            (min(a or highest, b or highest), max(a or highest, b or highest))
            for a, b in self.ranges
        )
        merged = turned[:1]
        for low, high in turned[1:]:
            if low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return merged

    def top(self, highest: int) -> int:
        """The highest number that is named."""
        return max(max(a or highest, b or highest) for a, b in self.ranges)


_BLANKS = re.compile(rb"\A | {2}|\( | \)| \Z")
_PIECE = re.compile(rb'"(?:[^"\\]|\\.)*"?|(?:(?<=\()|\A) +| +(?=\)|\Z)|( ) *|[^" ]+')


def _plain(line: bytes) -> bytes:
    """A line with single blanks, and none inside of parentheses or at its ends; quoted strings are unchanged."""
    return b"".join(m[1] or (b"" if m[0][:1] == b" " else m[0]) for m in _PIECE.finditer(line))


class Cursor:
    """Reads the arguments of one command from left to right; what does not fit is :class:`Bad`.

    Blanks beyond those of the grammar are passed over up to the first literal, as Dovecot does.
    """

    def __init__(self, data: bytes) -> None:
        line, end, rest = data.partition(b"\r\n")
        self.data, self.at = (_plain(line) + end + rest if _BLANKS.search(line) else data), 0

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.data)

    def peek(self, text: bytes) -> bool:
        """Whether this comes next, in any case."""
        return self.data[self.at : self.at + len(text)].upper() == text

    def skip(self, text: bytes) -> bool:
        """Pass over this, if it comes next."""
        if not self.peek(text):
            return False
        self.at += len(text)
        return True

    def want(self, text: bytes) -> None:
        """Pass over this, which has to come next."""
        if not self.skip(text):
            raise Bad(f"expected {text.decode()!r}")

    def space(self) -> None:
        """One space."""
        self.want(b" ")

    def end(self) -> None:
        """Nothing more."""
        if not self.over:
            raise Bad("more than was expected")

    def match(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        """What a pattern matches here."""
        found = pattern.match(self.data, self.at)
        if found is None:
            raise Bad(f"expected {what}")
        self.at = found.end()
        return found

    def atom(self) -> bytes:
        """An atom."""
        return self.match(_ATOM, "an atom")[0]

    def word(self) -> str:
        """An atom in upper case."""
        return self.atom().decode("ascii").upper()

    def astring(self) -> bytes:
        """An atom, a quoted string or a literal."""
        return self._string(_ASTRING)

    def list_mailbox(self) -> bytes:
        """A pattern of LIST."""
        return self._string(_LIST)

    def string(self) -> bytes:
        """A quoted string or a literal."""
        if self.data[self.at : self.at + 1] not in (b'"', b"{", b"~"):
            raise Bad("expected a string")
        return self._string(_ASTRING)

    def number(self) -> int:
        """A number of at most 63 bits."""
        value = int(self.match(re.compile(rb"\d{1,19}"), "a number")[0])
        if value >= 1 << 63:
            raise Bad("a number that is too large")
        return value

    def sequence(self) -> Sequence:
        """A sequence set; 0 is no number of a message."""
        ranges = []
        for part in self.match(_SET, "a sequence set")[0].split(b","):
            first, _, last = part.partition(b":")
            pair = [0 if end == b"*" else int(end[:12]) for end in (first, last or first)]
            if any(end == b"0" for end in (first, last)) or max(pair) >= 1 << 32:
                raise Bad("a number that no message has")
            ranges.append((pair[0], pair[1]))
        return Sequence(tuple(ranges))

    def flags(self) -> list[str]:
        """A list of flags in parentheses."""
        self.want(b"(")
        found: list[str] = []
        while not self.skip(b")"):
            if found:
                self.space()
            found.append(self.flag())
        return found

    def flag(self) -> str:
        """A flag or a keyword."""
        mark = "\\" if self.skip(b"\\") else ""
        return mark + self.atom().decode("ascii")

    def date(self) -> date:
        """A day, as SEARCH has it."""
        match = self.match(_DATE, "a date")
        try:
            return to_day(match[1].decode("ascii", "replace"))
        except ValueError:
            raise Bad("no such day") from None

    def date_time(self) -> datetime:
        """A moment, as APPEND has it."""
        match = self.match(_DATE_TIME, "a date and time")
        try:
            return to_date_time(match[1].decode("ascii", "replace"))
        except ValueError:
            raise Bad("no such moment") from None

    def _string(self, plain: re.Pattern[bytes]) -> bytes:
        if self.peek(b'"'):
            return re.sub(rb"\\(.)", rb"\1", self.match(_QUOTED, "a quoted string")[1])
        literal = _INSIDE.match(self.data, self.at)
        if literal is not None:
            begin = literal.end()
            self.at = begin + int(literal[1])
            return self.data[begin : self.at]
        return self.match(plain, "a string")[0]
