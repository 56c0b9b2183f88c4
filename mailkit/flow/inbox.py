"""A channel's mailbox by POP3 or IMAP: list, headers, contents, deletion. Reading sets no flags."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar, cast

from mailkit.client.bulk_fetch import fetch_raw, still_there
from mailkit.client.connection import IMAP4, POP3, SMTP
from mailkit.client.mailboxes import open_folder
from mailkit.client.maildrop import headers, listed
from mailkit.client.messages import fetch, purge, search
from mailkit.errors import MailError, RefusedError, SettingsError
from mailkit.protocol.pop3.grammar import positive
from mailkit.text import decoded

__all__ = ["ChannelInbox", "drop_of"]

T = TypeVar("T")
_TOGETHER = 100


class ChannelInbox(Protocol):
    """Messages by an identity that is stable across sessions."""

    def present(self) -> list[str]: ...

    def headers(self, identities: Iterable[str]) -> Iterator[tuple[str, bytes | MailError]]:
        """Return the headers of messages, or the reason for one that the server rejects."""
        ...

    def content(
        self,
        identity: str,
        take: Callable[[Iterable[bytes]], T],
        drop: Callable[[T], None] = lambda made: None,
    ) -> T: ...

    def delete(self, identities: Iterable[str]) -> dict[str, str]:
        """Delete messages; return those that the server does not delete, with its reply."""
        ...


def drop_of(client: IMAP4 | POP3 | SMTP, *, change: bool = False) -> ChannelInbox:
    """Return the inbox behind a connection, read-only or to ``change`` it.

    Raises:
        SettingsError: it is not a connection for reading.
        RefusedError: the server has no stable identities (no UIDL).
    """
    if isinstance(client, IMAP4):
        return _Inbox(client, change=change)
    if isinstance(client, POP3):
        return _Maildrop(client)
    raise SettingsError("a channel reads by IMAP or POP3")


class _Maildrop:
    def __init__(self, pop3: POP3) -> None:
        self._pop3 = pop3
        self._numbers = {
            identity: number for number, identity in listed(pop3, "UIDL", optional=True).items()
        }
        if not self._numbers and listed(pop3, "LIST"):
            raise RefusedError("the server has no UIDL: messages cannot be recognised")

    def present(self) -> list[str]:
        return [*self._numbers]

    def headers(self, identities: Iterable[str]) -> Iterator[tuple[str, bytes | MailError]]:
        """Uses TOP, which sets no flags; RETR if the server has no TOP (RFC 1939 §7) or rejects it."""
        asked = {self._numbers[identity]: identity for identity in identities}
        failed: dict[int, str] = {}
        for number, header in headers(self._pop3, asked, failed):
            yield asked[number], header
        for number, words in failed.items():
            yield asked[number], RefusedError(f"the server replied {words}", self._pop3.transcript)

    def content(
        self,
        identity: str,
        take: Callable[[Iterable[bytes]], T],
        drop: Callable[[T], None] = lambda made: None,
    ) -> T:
        """Return what ``make`` builds from a message, chunk by chunk."""
        stream = self._pop3.stream
        with stream.together():  # unread octets would be taken for the next reply
            stream.send_commands(b"RETR %d\r\n" % self._numbers[identity])
            answer = stream.readline()
            made = take(stream.dotted()) if positive(answer) else None
        if made is None:
            self._refuse(answer)
        return cast(T, made)

    def delete(self, identities: Iterable[str]) -> dict[str, str]:
        """Takes effect when the session ends with QUIT (RFC 1939 §6). One that is refused costs no other."""
        refused = {}
        for identity in identities:
            self._pop3.stream.sendall(b"DELE %d\r\n" % self._numbers[identity])
            answer = self._pop3.stream.readline()
            if not positive(answer):
                refused[identity] = decoded(answer.rstrip())
        return refused

    def _refuse(self, answer: bytes) -> None:
        words = answer.decode("utf-8", "replace").strip()
        raise RefusedError(f"the server replied {words}", self._pop3.transcript)


class _Inbox:
    def __init__(self, imap: IMAP4, *, change: bool) -> None:
        self._imap = imap
        state = open_folder(imap, read_only=not change)
        self._validity = state.uidvalidity or 0

    def _uid(self, identity: str) -> int:
        return int(identity.rpartition(":")[2])

    def present(self) -> list[str]:
        return [f"{self._validity}:{uid}" for uid in search(self._imap)]

    def headers(self, identities: Iterable[str]) -> Iterator[tuple[str, bytes | MailError]]:
        """Fetch in groups; if a group is rejected, one by one."""
        wanted = [*identities]
        for at in range(0, len(wanted), _TOGETHER):
            yield from self._headers(wanted[at : at + _TOGETHER])

    def _headers(self, group: list[str]) -> Iterator[tuple[str, bytes | MailError]]:
        asked = {self._uid(message): message for message in group}
        try:
            rows = [*fetch(self._imap, [*asked], "UID BODY.PEEK[HEADER]")]
        except RefusedError as error:
            if len(group) == 1 or self._imap.stream.closed:
                yield from ((message, error) for message in group)
                return
            for message in group:
                yield from self._headers([message])
            return
        for row in rows:
            header = row.sections.get("HEADER", b"")
            if header and row.uid in asked:
                yield asked.pop(row.uid), header
        for uid in still_there(self._imap, asked.keys()):
            if len(group) > 1:
                yield from self._headers([asked[uid]])
            else:
                why = f"the server returned no header of message {uid}"
                yield asked[uid], RefusedError(why, self._imap.transcript)

    def content(
        self,
        identity: str,
        take: Callable[[Iterable[bytes]], T],
        drop: Callable[[T], None] = lambda made: None,
    ) -> T:
        """What is made of a message, piece by piece; and of one that came without being asked for, to ``drop`` it."""
        stream, uids = self._imap.stream, [self._uid(identity)]
        came = [
            *fetch_raw(self._imap, uids, lambda size: take(map(bytes, stream.pieces(size))), drop)
        ]
        if came:
            return came[0].content
        raise RefusedError(f"the message {identity} is no longer there", self._imap.transcript)

    def delete(self, identities: Iterable[str]) -> dict[str, str]:
        purge(self._imap, [self._uid(identity) for identity in identities])
        return {}
