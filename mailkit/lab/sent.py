"""All mail submitted to a lab, to any address: parsed, with envelope and connection.

::

    with Lab(catch_all()) as lab:
        app.send(host=..., port=...)
        (message,) = lab.sent
        assert message.subject == "Your order"
        assert message.envelope.recipients == ("kim@example.org",)
"""

import html
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias, overload

from mailkit.errors import LabError
from mailkit.lab.message_html import table
from mailkit.lab.recording import MailEnvelope, Recording, SentMessage, Session
from mailkit.lab.waiting import awaited, refuse_in_loop

__all__ = ["MissingMailError", "SentLog", "SentMail", "described"]

KEPT = 10_000
"""The limit of stored messages and connections; the oldest are dropped first."""

ROOM = 512 * 1024 * 1024
"""The limit of stored messages and cleartext, in octets."""

_SWEPT_EVERY = 64
"""The number of connections between two checks of the size."""

_EARLIER = 200
"""The number of connections that are searched for a client's habits."""

Fits: TypeAlias = Callable[["SentMessage"], bool]


class MissingMailError(LabError, AssertionError):
    """No matching message arrived in time; the text lists those that did. It fails the test."""


class SentLog:
    """The record of a lab's mail and connections, with notifications.

    Args:
        folder: the folder for messages; by
    default they are in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.messages: deque[SentMessage] = deque()
        self.recordings: deque[Recording] = deque(maxlen=KEPT)
        self._changed = threading.Condition(self.lock)
        self._watchers: set[Callable[[], None]] = set()
        self._mail = self._connections = self._octets = 0
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.messages.extend(_kept(folder))
            self._mail = self.messages[-1].number if self.messages else 0
            self._octets = sum(len(message.content) for message in self.messages)

    @property
    def position(self) -> tuple[int, int]:
        """The numbers of the last message and the last connection."""
        return self._mail, self._connections

    def record(self, recording: Recording) -> Recording:
        """Record a connection; it gets its number."""
        with self.lock:
            self._connections += 1
            recording.number = self._connections
            recording.earlier = partial(self._before, recording.number)
            self.recordings.append(recording)
            if self._connections % _SWEPT_EVERY == 0:
                heard = sum(len(recording.in_clear) for recording in self.recordings)
                while heard > ROOM and len(self.recordings) > 1:
                    heard -= len(self.recordings.popleft().in_clear)
        return recording

    def _before(self, number: int) -> list[Recording]:
        """The connections before one, not all of them, the oldest first."""
        with self.lock:
            first = self.recordings[0].number if self.recordings else number
            return [*islice(self.recordings, max(number - first - _EARLIER, 0), number - first)]

    def add(
        self, envelope: MailEnvelope, content: bytes, user: str, recording: Recording | None
    ) -> SentMessage:
        """Record a message; it gets its number, and is added to its connection."""
        with self.lock:
            self._mail += 1
            message = SentMessage(self._mail, envelope, content, user=user, recording=recording)
            if self.folder is not None:
                _keep(self.folder, message)
            self.messages.append(message)
            self._octets += len(content)
            while len(self.messages) > KEPT or (self._octets > ROOM and len(self.messages) > 1):
                oldest = self.messages.popleft()
                self._octets -= len(oldest.content)
                if self.folder is not None:
                    _forget(self.folder, oldest)
            if recording is not None:
                recording.messages.append(message)
            self._changed.notify_all()
            watchers = [*self._watchers]
        for told in watchers:
            told()
        return message

    def delete(self, *numbers: int) -> None:
        """Forget these messages, here and in the folder."""
        wanted = set(numbers)
        with self.lock:
            there = [*self.messages]
            self.messages.clear()
            for message in there:
                if message.number not in wanted:
                    self.messages.append(message)
                    continue
                self._octets -= len(message.content)
                if self.folder is not None:
                    _forget(self.folder, message)

    def watch(self, told: Callable[[], None]) -> None:
        """Call a function after each message, until :meth:`unwatch`."""
        with self.lock:
            self._watchers.add(told)

    def unwatch(self, told: Callable[[], None]) -> None:
        """The end of :meth:`watch`."""
        with self.lock:
            self._watchers.discard(told)

    def wait(self, look: Callable[[], SentMessage | None], timeout: float) -> SentMessage | None:
        """Wait until a query, repeated after each message, has a result."""
        with self.lock:
            return self._changed.wait_for(look, timeout)


class SentMail(Sequence[SentMessage]):
    """The submitted messages, to any address, oldest first.

    The view is live and includes later ones. ``sessions`` are the connections of the same period.
    """

    def __init__(self, log: SentLog, after: tuple[int, int] = (0, 0)) -> None:
        self._log, self._after = log, after

    def _all(self) -> list[SentMessage]:
        with self._log.lock:
            return [message for message in self._log.messages if message.number > self._after[0]]

    @overload
    def __getitem__(self, index: int) -> SentMessage: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[SentMessage]: ...

    def __getitem__(self, index: int | slice) -> "SentMessage | Sequence[SentMessage]":
        __tracebackhide__ = True
        there = self._all()
        if isinstance(index, int) and not -len(there) <= index < len(there):
            raise IndexError(f"there is no message {index}; {_there(there)}")
        return there[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[SentMessage]:
        return iter(self._all())

    def __reversed__(self) -> Iterator[SentMessage]:
        return reversed(self._all())

    def __repr__(self) -> str:
        return f"<SentMail: {_there(self._all())}>"

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The connections, the oldest first, as they stand now."""
        with self._log.lock:
            return tuple(
                recording.session()
                for recording in self._log.recordings
                if recording.number > self._after[1]
            )

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subject of each message."""
        return tuple(message.subject for message in self)

    def clear(self) -> None:
        """Clear this view; other fixtures and the mailboxes are not affected."""
        self._after = self._log.position

    def delete(self, *numbers: int) -> None:
        """Remove the messages with these numbers from every view; the mailboxes are not affected."""
        self._log.delete(*numbers)

    def find(self, **wanted: str) -> tuple[SentMessage, ...]:
        """Return the matching messages; see :meth:`wait_for`."""
        fits = _fitting(wanted)
        return tuple(message for message in self if fits(message))

    def wait_for(
        self,
        *,
        to: str = "",
        sender: str = "",
        subject: str = "",
        text: str = "",
        timeout: float = 10.0,
    ) -> SentMessage:
        """Wait until there is a matching message; it may already be there.

        Args:
            to: one recipient of the envelope.
            sender: the sender of the envelope.
            subject: a part of its subject.
            text: a part of its text or HTML.
            timeout: how long to wait, in seconds.

        Raises:
            MissingMailError: no such message arrived in time.
            LabError: an event loop is running in this thread; use :meth:`arrives`.
        """
        __tracebackhide__ = True
        wanted = {"to": to, "sender": sender, "subject": subject, "text": text}
        found = self._first(wanted)
        if found is None:
            refuse_in_loop("sent_mail.arrives(...)")
            found = self._log.wait(lambda: self._first(wanted), timeout)
        if found is None:
            raise self._missing(wanted, timeout)
        return found

    async def arrives(
        self,
        *,
        to: str = "",
        sender: str = "",
        subject: str = "",
        text: str = "",
        timeout: float = 10.0,
    ) -> SentMessage:
        """:meth:`wait_for` for a running event loop."""
        __tracebackhide__ = True
        wanted = {"to": to, "sender": sender, "subject": subject, "text": text}
        found = await awaited(self._log, lambda: self._first(wanted), timeout)
        if found is None:
            raise self._missing(wanted, timeout)
        return found

    def _first(self, wanted: Mapping[str, str]) -> SentMessage | None:
        fits = _fitting(wanted)
        return next((message for message in self._all() if fits(message)), None)

    def _missing(self, wanted: Mapping[str, str], timeout: float) -> MissingMailError:
        asked = ", ".join(f"{key} {value!r}" for key, value in wanted.items() if value)
        there = self._all()
        return MissingMailError(
            f"no message with {asked or 'anything'} was sent within {timeout:g} s; {_there(there)}"
        )

    def _repr_html_(self) -> str:
        """The messages as a table for a notebook."""
        return table(message.summary for message in self)


def _keep(folder: Path, message: SentMessage) -> None:
    """Write a message and its envelope; a message without an envelope does not count."""
    import json

    name = f"{message.number:08d}"
    (folder / f"{name}.eml").write_bytes(message.content)
    envelope = {
        "sender": message.envelope.sender,
        "recipients": message.envelope.recipients,
        "user": message.user,
        "received": message.received.isoformat(),
    }
    (folder / f"{name}.json").write_text(json.dumps(envelope), "utf-8")


def _kept(folder: Path) -> Iterator[SentMessage]:
    """The messages of a folder; what cannot be read is left out."""
    import json

    for file in sorted(folder.glob("*.json"))[-KEPT:]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            found = json.loads(file.read_text("utf-8"))
            yield SentMessage(
                int(file.stem),
                MailEnvelope(str(found["sender"]), tuple(map(str, found["recipients"]))),
                file.with_suffix(".eml").read_bytes(),
                user=str(found["user"]),
                received=datetime.fromisoformat(found["received"]),
            )


def _forget(folder: Path, message: SentMessage) -> None:
    for suffix in (".json", ".eml"):
        (folder / f"{message.number:08d}{suffix}").unlink(missing_ok=True)


def described(message: SentMessage) -> str:
    """One line about a message, for an error."""
    recipients = ", ".join(message.envelope.recipients)
    return f"{message.subject!r} from {message.envelope.sender or '<>'} to {recipients}"


def _there(messages: Sequence[SentMessage]) -> str:
    if not messages:
        return "nothing was sent"
    shown = "\n".join(f"  {described(message)}" for message in messages[-20:])
    more = f"\n  and {len(messages) - 20} before" if len(messages) > 20 else ""
    return f"{len(messages)} sent:\n{shown}{more}"


def _fitting(wanted: Mapping[str, str]) -> Fits:
    if unknown := wanted.keys() - {"to", "sender", "subject", "text"}:
        raise TypeError(f"find() has no {', '.join(sorted(unknown))}")

    def fits(one: SentMessage) -> bool:
        to, sender = wanted.get("to", ""), wanted.get("sender", "")
        return (
            (not to or to.lower() in (address.lower() for address in one.envelope.recipients))
            and (not sender or sender.lower() == one.envelope.sender.lower())
            and wanted.get("subject", "") in one.subject
            and _in_text(wanted.get("text", ""), one)
        )

    return fits


def _in_text(text: str, one: SentMessage) -> bool:
    return not text or text in one.text or html.escape(text) in one.html or text in one.html
