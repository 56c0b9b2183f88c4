"""IMAP commands and replies on imaplib's connection, with literals in both directions and replies as values.

imaplib takes one literal in a command and returns replies in raw pieces. Here a reply is a tuple of values: numbers
and atoms as bytes, strings as ``Text``, lists as tuples, NIL as ``None``. Replies that violate the RFC are read if
possible (see ``tests/client/test_replies.py``).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from mailkit.client.connection import IMAP4
from mailkit.client.replies import refused, words_of
from mailkit.errors import LostError, ProtocolError
from mailkit.net.limits import literal_limit
from mailkit.private import open_regular
from mailkit.protocol.imap import grammar
from mailkit.protocol.imap.grammar import (
    ImapString,
    StatusResponse,
    Value,
    is_name,
    literal_size,
    status,
)
from mailkit.text import number

__all__ = ["CommandReply", "FileText", "ImapString", "Value", "ask", "string", "values"]


class FileText:
    """A file as a literal, sent in chunks with CR LF line ends; its size is counted first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = sum(map(len, self.pieces()))

    def pieces(self) -> Iterator[bytes]:
        """Yield the content; a CR at the end of a chunk is kept for the next."""
        held = b""
        with open_regular(self.path) as file:
            while data := file.read(262_144):
                data, held = held + data, b""
                if data.endswith(b"\r"):
                    data, held = data[:-1], b"\r"
                yield data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        yield held


@dataclass(frozen=True, slots=True)
class CommandReply:
    """The reply to a command: untagged responses as values, and the tagged one.

    ``code`` is the response code in upper case, such as ``APPENDUID``, with its ``arguments``.
    """

    untagged: tuple[tuple[Value, ...], ...]
    code: str = ""
    arguments: tuple[Value, ...] = ()
    words: str = ""
    codes: tuple[tuple[str, tuple[Value, ...]], ...] = field(default=())

    def named(self, name: bytes) -> list[tuple[Value, ...]]:
        """The untagged responses of a name, without it."""
        return [row[1:] for row in self.untagged if is_name(row, 0, name)]

    def numbered(self, name: bytes) -> list[tuple[int, tuple[Value, ...]]]:
        """The untagged responses of a name that begin with a number."""
        rows = (row for row in self.untagged if is_name(row, 1, name))
        told = ((number(row[0] or b""), row[2:]) for row in rows if not isinstance(row[0], tuple))
        return [(place, rest) for place, rest in told if place is not None]


_TAGS = count(1)


def string(value: str | bytes) -> bytes | ImapString:
    """Return a string for a command: quoted, or as :class:`Text` to send as a literal.

    Raises:
        ProtocolError: it has a NUL, which is not allowed.
    """
    data = value.encode() if isinstance(value, str) else bytes(value)
    if b"\0" in data:
        raise ProtocolError("a NUL in a string: not sent")
    if len(data) > 500 or not re.fullmatch(rb"[\x20-\x7e]*", data):
        return ImapString(data)
    return b'"%b"' % data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def ask(imap: IMAP4, *parts: str | bytes | ImapString | FileText) -> CommandReply:
    """Send one command and read the whole reply.

    Args:
        imap: the connection.
        parts: joined by spaces, except at ``(`` and ``)``. A ``Text`` is sent as a literal, everything else
            unchanged.

    Raises:
        RefusedError: the reply is NO or BAD.
        ProtocolError: the answer cannot be understood, or came before all of the command was sent.
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
        if not isinstance(part, ImapString | FileText):
            line += data if data == b")" or line.endswith(b"(") else b" " + data
            continue
        gap = b"" if line.endswith(b"(") else b" "
        stream.sendall(line + gap + b"{%d%b}\r\n" % (size, b"+" if quick else b""))
        if not quick and (
            _read(imap, tag, untagged, codes, go_on=True) is not None
            or any(row.startswith(tag + b" ") for row in stream.unread.split(b"\n"))
        ):
            stream.close()  # what it says was done cannot have been: nothing of it was sent
            raise ProtocolError("the server answered before the literal was sent")
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
) -> CommandReply | None:
    """Read to the tagged reply or the continuation request; an unreadable response in between is reported at the
    end.
    """
    unreadable: ProtocolError | None = None
    while True:
        pieces = _response(imap)
        first = pieces[0]
        if first.startswith(b"+") and go_on:
            return None
        if first.startswith(tag + b" "):
            said = status(first[len(tag) + 1 :]) or StatusResponse(
                "BAD", text=first[len(tag) + 1 :]
            )
            if said.kind != "OK":
                raise refused(imap.stream, said)
            if unreadable is not None:
                raise unreadable
            words = words_of(imap.stream, said.text)
            return CommandReply(tuple(untagged), said.code, said.arguments, words, tuple(codes))
        if not first.startswith(b"* "):
            continue  # a stray line, which some servers send
        pieces[0] = first[2:].lstrip()
        event = status(pieces[0])
        if event is None:
            try:
                untagged.append(values(pieces))
            except ProtocolError as error:
                unreadable = error
            continue
        if event.kind == "BYE":
            imap.stream.close()
            words = words_of(imap.stream, event.text)
            raise LostError(
                f"the server closes the connection (BYE): {words}", imap.transcript, "bye"
            )
        codes.append((event.code, event.arguments))


def _response(imap: IMAP4) -> list[bytes]:
    """Read one response: lines, and the literals between them."""
    pieces: list[bytes] = []
    while True:
        line = imap.stream.readline()
        size = literal_size(line)
        if size is None:
            pieces.append(line.rstrip(b"\r\n"))
            return pieces
        before = line[: line.rindex(b"{")].removesuffix(b"~")
        most = literal_limit(before, imap.stream.limits)
        pieces += [before, ImapString(imap.stream.read(size, most))]


def values(pieces: list[bytes]) -> tuple[Value, ...]:
    """Parse a response.

    Raises:
        ProtocolError: lists are nested too deeply.
    """
    try:
        return grammar.values(pieces)
    except grammar.GrammarError as error:
        raise ProtocolError(str(error)) from None
