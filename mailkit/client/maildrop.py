"""A maildrop: what is in it, and how messages begin, without fetching them (RFC 1939)."""

import email
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage

from mailkit.client.connection import POP3
from mailkit.errors import RefusedError
from mailkit.protocol.pop3.grammar import positive
from mailkit.text import decoded, number

__all__ = [
    "Entry",
    "contents",
    "entries",
    "headers",
    "listed",
    "octets_of",
    "pipelining",
    "preview",
]

_LONGEST = 262_145
"""Octets of a header that are kept; there is no use for a longer one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a maildrop: its number in this session, its octets, and its identity (UIDL), or an empty one."""

    number: int
    size: int
    identity: str


def entries(pop3: POP3) -> list[Entry]:
    """What is in the maildrop, by number.

    Raises:
        RefusedError: the server does not tell.
    """
    sizes, identities = contents(pop3)
    return [
        Entry(number, octets_of(size), identities.get(number, ""))
        for number, size in sorted(sizes.items())
    ]


def contents(pop3: POP3) -> tuple[dict[int, str], dict[int, str]]:
    """Sizes and identities by number; a message that only one of LIST and UIDL names is there too.

    Raises:
        RefusedError: the server does not tell.
    """
    sizes, identities = listed(pop3, "LIST"), listed(pop3, "UIDL", optional=True)
    return dict.fromkeys(identities, "") | sizes, identities


def preview(pop3: POP3, number: int, lines: int = 20) -> EmailMessage:
    """The header of a message and its first lines (TOP); some servers mark it as read for that.

    Raises:
        RefusedError: there is no such message, or the server has no TOP.
    """
    with pop3.stream.together():
        pop3.stream.send_commands(b"TOP %d %d\r\n" % (number, lines))
        first = pop3.stream.readline()
        content = b"".join(pop3.stream.dotted()) if positive(first) else b""
    if not positive(first):
        raise RefusedError(first.decode("utf-8", "replace").strip(), pop3.transcript)
    found = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def headers(
    pop3: POP3, numbers: Iterable[int], failed: dict[int, str] | None = None
) -> Iterator[tuple[int, bytes]]:
    """The headers of messages (TOP), with their numbers; many under way at once where the server allows it.

    TOP is optional (RFC 1939 §7): where it is refused, the message is fetched, and its body thrown away.

    Args:
        pop3: the connection.
        numbers: which messages.
        failed: gets the numbers of messages that the server cannot return, with its words.

    Raises:
        RefusedError: the server cannot return one, and there is no ``failed``; after the others have come.
    """
    wanted, stream = [*numbers], pop3.stream
    size = 100 if len(wanted) > 1 and pipelining(pop3) else 1
    refused: list[int] = []
    with stream.together():
        for at in range(0, len(wanted), size):
            group = wanted[at : at + size]
            commands = b"".join(b"TOP %d 0\r\n" % number for number in group)
            stream.send_commands(commands, f"TOP {group[0]} … {group[-1]}")
            for number in group:
                if positive(stream.readline()):
                    yield number, b"".join(stream.dotted())
                else:
                    refused.append(number)
    lost: dict[int, str] = {}
    with stream.together():
        for number in refused:
            stream.send_commands(b"RETR %d\r\n" % number)
            first = stream.readline()
            if positive(first):
                yield number, _header(stream.dotted())
            else:
                lost[number] = decoded(first.rstrip())
    if failed is not None:
        failed |= lost
    elif lost:
        number, words = next(iter(lost.items()))
        raise RefusedError(f"message {number}: {words}", pop3.transcript)


def _header(pieces: Iterable[bytes]) -> bytes:
    """The header of a message; all of it is read, and no more kept than a header may have."""
    kept = bytearray()
    for piece in pieces:
        if len(kept) < _LONGEST:
            kept += piece[: _LONGEST - len(kept)]
    header, end, _ = bytes(kept).partition(b"\r\n\r\n")
    return header + end


def octets_of(text: str) -> int:
    """A size as LIST has it; 0 where it is not a number."""
    return number(text) or 0


def listed(pop3: POP3, command: str, *, optional: bool = False) -> dict[int, str]:
    """LIST or UIDL: what stands beside each number; lines that make no sense are passed over."""
    stream = pop3.stream
    stream.sendall(command.encode() + b"\r\n")
    first = stream.readline()
    if not positive(first):
        if optional:
            return {}
        raise RefusedError(first.decode("utf-8", "replace").strip(), pop3.transcript)
    rows = (line.split(None, 2) for line in b"".join(stream.dotted()).splitlines())
    named = ((number(words[0], 10**9), words[1:2]) for words in rows if words)
    found = {
        place: b"".join(words)[:200].decode("utf-8", "replace")
        for place, words in named
        if place is not None and (words or not optional)
    }
    if optional and len(set(found.values())) != len(found):
        return {}  # identities that do not tell messages apart are none
    return found


def pipelining(pop3: POP3) -> bool:
    """Whether the server takes several commands at once (RFC 2449 §6.6)."""
    stream = pop3.stream
    stream.sendall(b"CAPA\r\n")
    if not positive(stream.readline()):
        return False
    return b"PIPELINING" in b"".join(stream.dotted()).upper().split()
