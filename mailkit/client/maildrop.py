"""A POP3 maildrop: list its messages, and read headers without fetching whole messages (RFC 1939)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from mailkit.client.connection import POP3
from mailkit.errors import RefusedError
from mailkit.message_policy import message_of
from mailkit.protocol.pop3.grammar import positive
from mailkit.text import decoded, number

__all__ = [
    "MaildropEntry",
    "contents",
    "entries",
    "headers",
    "listed",
    "octets_of",
    "pipelining",
    "preview",
]

_LONGEST = 262_145
"""The limit of a header, in octets; the rest is dropped."""


@dataclass(frozen=True, slots=True)
class MaildropEntry:
    """A message of a maildrop: its number in this session, its size in octets, and its identity (UIDL) or an empty
    text.
    """

    number: int
    size: int
    identity: str


def entries(pop3: POP3) -> list[MaildropEntry]:
    """List the maildrop, by number.

    Raises:
        RefusedError: the server does not tell.
    """
    sizes, identities = contents(pop3)
    return [
        MaildropEntry(number, octets_of(size), identities.get(number, ""))
        for number, size in sorted(sizes.items())
    ]


def contents(pop3: POP3) -> tuple[dict[int, str], dict[int, str]]:
    """Return sizes and identities by number, also of a message in only one of LIST and UIDL.

    Raises:
        RefusedError: the server rejects the command.
    """
    sizes, identities = listed(pop3, "LIST"), listed(pop3, "UIDL", optional=True)
    return dict.fromkeys(identities, "") | sizes, identities


def preview(pop3: POP3, number: int, lines: int = 20) -> EmailMessage:
    """Return the header and first lines of a message (TOP); some servers mark it as read.

    Raises:
        RefusedError: the message does not exist, or the server has no TOP.
    """
    with pop3.stream.together():
        pop3.stream.send_commands(b"TOP %d %d\r\n" % (number, lines))
        first = pop3.stream.readline()
        content = b"".join(pop3.stream.dotted()) if positive(first) else b""
    if not positive(first):
        raise RefusedError(first.decode("utf-8", "replace").strip(), pop3.transcript)
    return message_of(content)


def headers(
    pop3: POP3, numbers: Iterable[int], failed: dict[int, str] | None = None
) -> Iterator[tuple[int, bytes]]:
    """Yield the headers of messages (TOP) with their numbers, pipelined if the server allows it.

    TOP is optional (RFC 1939 §7): if it is rejected, the whole message is fetched and its body dropped.

    Args:
        pop3: the connection.
        numbers: which messages.
        failed: gets the numbers of messages that the server cannot return, with the reply.

    Raises:
        RefusedError: the server cannot return one, and there is no ``failed``; raised after the others.
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
                    yield number, _header(stream.dotted())  # some servers ignore the 0
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
    """Return the header of a message; everything is read, and the part beyond the limit dropped."""
    kept = bytearray()
    for piece in pieces:
        if len(kept) < _LONGEST:
            kept += piece[: _LONGEST - len(kept)]
    header, end, _ = bytes(kept).partition(b"\r\n\r\n")
    return header + end


def octets_of(text: str) -> int:
    """Return a size in LIST; 0 if it is not a number."""
    return number(text) or 0


def listed(pop3: POP3, command: str, *, optional: bool = False) -> dict[int, str]:
    """Parse LIST or UIDL: the word after each number; invalid lines are skipped."""
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
        return {}  # identities that are not unique are useless
    return found


def pipelining(pop3: POP3) -> bool:
    """Return whether the server supports pipelining (RFC 2449 §6.6)."""
    stream = pop3.stream
    stream.sendall(b"CAPA\r\n")
    if not positive(stream.readline()):
        return False
    return b"PIPELINING" in b"".join(stream.dotted()).upper().split()
