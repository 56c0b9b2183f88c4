"""Fetch whole messages of the selected folder at full speed.

Several hundred are requested at once, and the next before these have arrived. Each is passed on as its octets come,
so at most one message is in memory, and none that goes to a file.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import datetime
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from mailkit.client.commands import ImapString, values
from mailkit.client.connection import IMAP4
from mailkit.client.messages import search
from mailkit.client.query import Query
from mailkit.client.rows import Row, internal_date, known_flags, row_of
from mailkit.client.stream import Stream
from mailkit.client.uids import Uids, sequence_sets, uid_list
from mailkit.errors import RefusedError
from mailkit.protocol.imap.values import ranges
from mailkit.text import decoded

__all__ = ["Whole", "fetch_contents", "fetch_raw", "still_there"]

T = TypeVar("T")
_BATCH, _AHEAD, _MOST_FAILURES = 250, 6, 1000
_NOT_NOW = re.compile(
    rb"\[(?:LIMIT|INUSE|THROTTLED|OVERQUOTA|CONTACTADMIN|EXPIRED|AUTH\w+)\b", re.I
)
"""Rejections about the session, not about a message: a retry would make them worse."""
_AWAY, _MOST_AWAY = re.compile(rb"\[UNAVAILABLE\b", re.I), 3
"""The storage of one message is away, or that of all: then it is so several times in a row."""
_ITEMS = b"(UID FLAGS INTERNALDATE BODY.PEEK[])"
_LITERAL, _ENDS = re.compile(rb"\{(\d{1,18})\+?\}\r?\n"), (b"}\r\n", b"}\n")
_USUAL = re.compile(
    rb'\* \d{1,10} FETCH \(UID (\d{1,10}) FLAGS \(([^()"\r\n]{0,200})\) INTERNALDATE "([^"\r\n]{0,40})" BODY\[\] \{(\d{1,18})\}\r\n'
)
"""The usual line before a message; other forms are parsed with the full grammar."""
_HERE = ImapString(b"")
"""Replaces the message in a response."""


class Whole(NamedTuple, Generic[T]):
    """A message, and the result for its content."""

    uid: int
    flags: frozenset[str]
    date: datetime | None
    content: T


Failed = Callable[[int, str], None]


def fetch_contents(imap: IMAP4, uids: Uids, failed: Failed | None = None) -> Iterator[Whole[bytes]]:
    """Yield whole messages as they come; see :func:`fetch_raw`. No flags are set."""
    return fetch_raw(imap, uids, imap.stream.read, lambda content: None, failed)


def fetch_raw(
    imap: IMAP4,
    uids: Uids,
    take: Callable[[int], T],
    drop: Callable[[T], None],
    failed: Failed | None = None,
) -> Iterator[Whole[T]]:
    """Yield messages in the server's order, with what ``take`` returned for their contents.

    Until the last one, no other command may be sent on this connection; if the iteration ends early, the connection
    is closed, because replies are outstanding. A server may answer several commands at once, so messages of the next
    one can come early.

    A message that the server cannot return stops no other: the rest of its group is requested one by one. So is one
    that the server leaves out although it still lists it.

    Args:
        imap: the connection.
        uids: which messages.
        take: reads so many octets from the stream, and returns a result.
        drop: discards the result for an unrequested message.
        failed: called with the UID of a message that the server cannot return, and the reply.

    Raises:
        RefusedError: the server rejects all, or, without ``failed``, some; then after all others.
        LimitError: a message is larger than the limit.
        LostError: the connection was lost.
    """
    asked = _Asked(imap, uid_list(uids))
    yield from _coming(asked, take, drop)
    if left_out := still_there(imap, asked.wanted):
        asked.one_by_one(left_out)
        yield from _coming(asked, take, drop)
        asked.failures |= dict.fromkeys(left_out & asked.wanted, "nothing, although it lists it")
    for uid, words in asked.failures.items():
        if failed is None:
            which = ", ".join(map(str, [*asked.failures][:20]))
            raise RefusedError(
                f"the server cannot return messages {which}: {words}", imap.transcript, _kind(words)
            )
        failed(uid, words)


def still_there(imap: IMAP4, uids: Set[int]) -> set[int]:
    """Return those of some messages that the folder still has."""
    found: set[int] = set()
    for part in sequence_sets(sorted(uids)):
        found.update(search(imap, Query(("UID", part))))
    return found & uids


def _coming(
    asked: "_Asked", take: Callable[[int], T], drop: Callable[[T], None]
) -> Iterator[Whole[T]]:
    """Yield what was asked for, as it comes."""
    stream = asked.imap.stream
    with stream.together():
        for _ in range(_AHEAD):
            asked.go_on()
        while asked.tags:
            usual = stream.usual_line(_USUAL)
            if usual is not None:
                line, number, flag_words, moment, size = usual
                content = take(int(size))
                if stream.skip(b")\r\n") or (end := stream.readline()) == b")\r\n":
                    uid, flags, date = int(number), _flags(flag_words), internal_date(moment)
                else:
                    pieces = [line.rpartition(b"{")[0], _HERE]
                    uid, flags, date = _told(_response(stream, take, end, pieces, (content,))[0])
            else:
                pieces, made = _response(stream, take, stream.readline(), [], None)
                if made is None:
                    asked.hear(pieces)
                    continue
                uid, flags, date = _told(pieces)
                content = made[0]
            if uid in asked.wanted:
                asked.wanted.discard(uid)  # a second one is not wanted
                yield Whole(uid, flags, date, content)
            else:
                drop(content)
    if asked.refusal is not None:
        raise asked.refusal


class _Asked:
    """The requested and rejected messages."""

    def __init__(self, imap: IMAP4, uids: list[int]) -> None:
        self.imap, self.wanted = imap, set(uids)
        self.tags: dict[bytes, list[int]] = {}
        self.failures: dict[int, str] = {}
        self.refusal: RefusedError | None = None
        self._away = 0
        self._empty: set[int] = set()
        self._waiting = deque(uids[at : at + _BATCH] for at in range(0, len(uids), _BATCH))
        self._count = 0

    def one_by_one(self, uids: Iterable[int]) -> None:
        """Request these once more, each alone."""
        self._waiting.extend([uid] for uid in sorted(uids))

    def go_on(self) -> None:
        """Request the next messages."""
        if self._waiting:
            part = self._waiting.popleft()
            self._count += 1
            tag = b"D%d" % self._count
            self.tags[tag] = part
            line = b"%b UID FETCH %b %b\r\n" % (tag, ranges(part).encode(), _ITEMS)
            self.imap.stream.send_commands(line, f"{tag.decode()} UID FETCH … BODY.PEEK[]")

    def hear(self, pieces: list[bytes]) -> None:
        """Handle a response without content: the end of a command, or a message without it."""
        tag, _, rest = pieces[0].partition(b" ")
        if tag not in self.tags:
            if b"BODY[] NIL" in pieces[0].upper() and (row := _row(pieces)) is not None:
                self._empty.add(row.uid)
            return
        part = self.tags.pop(tag)
        fine = rest.upper().startswith(b"OK")
        words = "no content" if fine else decoded(rest)
        self._away = self._away + 1 if not fine and _AWAY.search(rest) else 0
        if self._away >= _MOST_AWAY or (not fine and _NOT_NOW.search(rest)):
            self._stop(words)
        for uid in part:
            if uid in self.wanted and (not fine or uid in self._empty):
                if len(part) > 1:
                    self._waiting.append([uid])
                else:
                    self.wanted.discard(uid)
                    self.failures[uid] = words
        if len(self.failures) > _MOST_FAILURES:
            self._stop(words)
        while self.refusal is None and self._waiting and len(self.tags) < _AHEAD:
            self.go_on()

    def _stop(self, words: str) -> None:
        """Request nothing more; what is under way is still read, so that the connection can be used."""
        self.refusal = RefusedError(
            f"the server replied {words}", self.imap.transcript, _kind(words)
        )


def _kind(words: str) -> str:
    """Return the response code of a reply, in lower case."""
    code = re.match(r"(?:NO|BAD) \[([A-Za-z0-9-]+)", words)
    return code[1].lower() if code else ""


@lru_cache(maxsize=1000)
def _flags(text: bytes) -> frozenset[str]:
    return known_flags(text.split())


def _told(pieces: list[bytes]) -> tuple[int, frozenset[str], datetime | None]:
    """Parse the rest of a response."""
    row = _row(pieces)
    return (row.uid, row.flags, row.date) if row else (0, frozenset(), None)


def _row(pieces: list[bytes]) -> Row | None:
    told = values([pieces[0].partition(b" ")[2], *pieces[1:]])
    return row_of(0, told[2] if len(told) > 2 else None)


def _response(
    stream: Stream,
    take: Callable[[int], T],
    line: bytes,
    pieces: list[bytes],
    content: tuple[T] | None,
) -> tuple[list[bytes], tuple[T] | None]:
    """Read the rest of a response, and return the result for its message."""
    while True:
        at = line.rfind(b"{") if line.endswith(_ENDS) else -1
        literal = _LITERAL.fullmatch(line, at) if at >= 0 else None
        if literal is None:
            pieces.append(line.rstrip(b"\r\n"))
            break
        before, size = line[:at].removesuffix(b"~"), int(literal[1])
        if content is None and before[-7:].upper() == b"BODY[] ":
            pieces += [before, _HERE]
            content = (take(size),)
        else:
            pieces += [before, ImapString(stream.read(size))]
        line = stream.readline()
    if content is None and b'BODY[] "' in line.upper():  # a small one came as a quoted string
        row = _row(pieces)
        small = row.content if row else b""
        stream.put_back(small)
        content = (take(len(small)),)
    return pieces, content
