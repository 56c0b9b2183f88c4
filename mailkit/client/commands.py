"""IMAP commands and their answers, beside imaplib on the same connection: literals both ways, answers as values.

imaplib takes one literal in a command and gives answers back in the pieces they came in. Here an answer is
a tuple of values: numbers and atoms as bytes, strings as ``Text``, lists as tuples, NIL as ``None``; what servers send
that no RFC allows, and what can be understood, is (see ``tests/client/test_replies.py``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from mailkit.client.connection import IMAP4
from mailkit.errors import LostError, ProtocolError, RefusedError
from mailkit.text import clean, decoded

__all__ = ["FileText", "Reply", "Text", "Value", "ask", "string", "values"]

Value: TypeAlias = "bytes | Text | tuple[Any, ...] | None"


class Text(bytes):
    """A quoted string or a literal; an atom is plain bytes."""


class FileText:
    """A file as a literal: its size is counted first, and it is sent in pieces, with line ends of CR LF."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = sum(map(len, self.pieces()))

    def pieces(self) -> Iterator[bytes]:
        """The content; a CR at the end of a piece waits for the next."""
        held = b""
        with self.path.open("rb") as file:
            while data := file.read(262_144):
                data, held = held + data, b""
                if data.endswith(b"\r"):
                    data, held = data[:-1], b"\r"
                yield data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        yield held


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command: untagged responses as values, and the tagged one.

    ``code`` is the response code in upper case, such as ``APPENDUID``, ``arguments`` what it has with it.
    """

    untagged: tuple[tuple[Value, ...], ...]
    code: str = ""
    arguments: tuple[Value, ...] = ()
    words: str = ""
    codes: tuple[tuple[str, tuple[Value, ...]], ...] = field(default=())

    def named(self, name: bytes) -> list[tuple[Value, ...]]:
        """The untagged responses of a name, without it."""
        return [one[1:] for one in self.untagged if _is(one, 0, name)]

    def numbered(self, name: bytes) -> list[tuple[int, tuple[Value, ...]]]:
        """The untagged responses of a name that begin with a number."""
        found = []
        for one in self.untagged:
            number = one[0] if one else None
            if _is(one, 1, name) and isinstance(number, bytes) and number[:12].isdigit():
                found.append((int(number[:12]), one[2:]))
        return found


def _is(one: tuple[Value, ...], place: int, name: bytes) -> bool:
    word = one[place] if len(one) > place else None
    return isinstance(word, bytes) and word.upper() == name


_TAGS = count(1)
_LITERAL = re.compile(rb"~?\{(\d+)\+?\}\r?\n\Z")
_STATUS = re.compile(rb"(OK|NO|BAD|BYE|PREAUTH)\b ?(?:\[([^\]\r\n]*)\]?)? ?(.*)", re.I | re.S)


def string(value: str | bytes) -> bytes | Text:
    """A string as a command carries it: quoted, or, as :class:`Text`, to be sent as a literal.

    Raises:
        ProtocolError: it holds a NUL, which no string can.
    """
    data = value.encode() if isinstance(value, str) else bytes(value)
    if b"\0" in data:
        raise ProtocolError("a NUL in a string: not sent")
    if len(data) > 500 or not re.fullmatch(rb"[\x20-\x7e]*", data):
        return Text(data)
    return b'"%b"' % data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def ask(imap: IMAP4, *parts: str | bytes | Text | FileText) -> Reply:
    """Send one command and read the whole answer.

    Args:
        imap: the connection.
        parts: joined by spaces, but for ``(`` and ``)``. A ``Text`` is sent as a literal; everything else as it is.

    Raises:
        RefusedError: the answer is NO or BAD.
        ProtocolError: the answer cannot be understood.
        LostError: the connection is gone.
    """
    stream = imap.stream
    tag = b"M%d" % next(_TAGS)
    line = tag
    quick = "LITERAL+" in imap.offers
    untagged: list[tuple[Value, ...]] = []
    codes: list[tuple[str, tuple[Value, ...]]] = []
    for part in parts:
        if isinstance(part, FileText):
            data, size, pieces = b"", part.size, part.pieces()
        else:
            data = part.encode("ascii") if isinstance(part, str) else bytes(part)
            size, pieces = len(data), iter((data,))
        if not isinstance(part, Text | FileText):
            line += data if data == b")" or line.endswith(b"(") else b" " + data
            continue
        gap = b"" if line.endswith(b"(") else b" "
        stream.sendall(line + gap + b"{%d%b}\r\n" % (size, b"+" if quick else b""))
        if not quick:
            reply = _read(imap, tag, untagged, codes, go_on=True)
            if reply is not None:
                return reply
        stream.send_literal(pieces)
        line = b""
    stream.sendall(line + b"\r\n")
    found = _read(imap, tag, untagged, codes)
    assert found is not None
    return found


def _read(
    imap: IMAP4,
    tag: bytes,
    untagged: list[tuple[Value, ...]],
    codes: list[tuple[str, tuple[Value, ...]]],
    *,
    go_on: bool = False,
) -> Reply | None:
    """Read to the tagged answer, or to the word to go on."""
    while True:
        pieces = _response(imap)
        first = pieces[0]
        if first.startswith(b"+") and go_on:
            return None
        if first.startswith(tag + b" "):
            kind, code, words = _status(first[len(tag) + 1 :])
            name, arguments = _code(code)
            if kind == "OK":
                return Reply(tuple(untagged), name, arguments, words, tuple(codes))
            raise RefusedError(
                f"the server said {kind}{f' [{name}]' if name else ''}: {words or 'no reason'}",
                imap.transcript,
                name.lower(),
            )
        if not first.startswith(b"* "):
            continue  # a line of nobody's: some servers send them
        match = _STATUS.match(first[2:])
        if match is not None:
            kind, code, words = _status(first[2:])
            if kind == "BYE":
                imap.stream.close()
                raise LostError(f"the server says goodbye: {words}", imap.transcript, "bye")
            codes.append(_code(code))
            continue
        pieces[0] = first[2:]
        untagged.append(values(pieces))


def _response(imap: IMAP4) -> list[bytes]:
    """One response: lines, and literals between them."""
    pieces: list[bytes] = []
    while True:
        line = imap.stream.readline()
        literal = _LITERAL.search(line)
        if literal is None:
            pieces.append(line.rstrip(b"\r\n"))
            return pieces
        size = int(literal[1][:20])
        pieces.append(line[: literal.start()])
        pieces.append(Text(imap.stream.read(size)))


def _status(data: bytes) -> tuple[str, bytes, str]:
    match = _STATUS.match(data)
    if match is None:
        return "BAD", b"", clean(decoded(data), 300)
    return match[1].decode().upper(), match[2] or b"", clean(decoded(match[3]), 300)


def _code(data: bytes) -> tuple[str, tuple[Value, ...]]:
    name, _, rest = data.partition(b" ")
    try:
        return name.decode("ascii", "replace").upper(), values([rest]) if rest else ()
    except ProtocolError:
        return name.decode("ascii", "replace").upper(), (rest,)


_WORD = re.compile(
    rb'\s+|"((?:[^"\\]|\\.)*)"|(\()|(\))|((?:[A-Za-z0-9.]*\[(?:[^\]"]|"[^"]*")*\][^\s()"]*)|[^\s()"]+|")',
    re.S,
)


def values(pieces: list[bytes]) -> tuple[Value, ...]:
    """A response as values.

    Raises:
        ProtocolError: parentheses that do not match, or too deep.
    """
    stack: list[list[Value]] = [[]]
    for piece in pieces:
        if isinstance(piece, Text):
            stack[-1].append(piece)
            continue
        for match in _WORD.finditer(piece):
            if match[1] is not None:
                stack[-1].append(Text(re.sub(rb"\\(.)", rb"\1", match[1], flags=re.S)))
            elif match[2]:
                if len(stack) > 200:
                    raise ProtocolError("an answer with too many parentheses")
                stack.append([])
            elif match[3]:
                if len(stack) == 1:
                    continue  # one too many: Exchange and others
                done = tuple(stack.pop())
                stack[-1].append(done)
            elif match[4] is not None:
                stack[-1].append(None if match[4].upper() == b"NIL" else match[4])
    if len(stack) != 1:
        raise ProtocolError("an answer whose parentheses do not close")
    return tuple(stack[0])
