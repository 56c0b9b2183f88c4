"""Mail of a lab: everything that was submitted, or the contents of a mailbox."""

import re
from collections.abc import Iterator, Sequence
from typing import overload

from mailkit.lab.mailstore.box import UserMailbox
from mailkit.lab.message_html import table
from mailkit.lab.recording import MailEnvelope, SentMessage

__all__ = ["Inbox", "box_messages"]


class Inbox(Sequence[SentMessage]):
    """Messages; a notebook shows them as a table."""

    def __init__(self, messages: Sequence[SentMessage]) -> None:
        self._messages = tuple(messages)

    @overload
    def __getitem__(self, index: int) -> SentMessage: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[SentMessage]: ...

    def __getitem__(self, index: int | slice) -> "SentMessage | Sequence[SentMessage]":
        count = len(self)
        if isinstance(index, int) and not -count <= index < count:
            held = "there are none" if not count else f"the last one is {count - 1}"
            raise IndexError(f"there is no message {index}; {held}")
        return self._messages[index]

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[SentMessage]:
        return iter(self._messages)

    def __reversed__(self) -> Iterator[SentMessage]:
        return reversed(self._messages)

    def __repr__(self) -> str:
        rows = ("  ".join((str(n), *message.summary)) for n, message in enumerate(self))
        return "\n".join(rows) or "no messages"

    def _repr_html_(self) -> str:
        return table(message.summary for message in self)


def box_messages(box: UserMailbox, folder: str) -> Inbox:
    """Return the messages of a folder, with the envelopes recorded at delivery."""
    shown = []
    for message in box.messages(folder):
        sender, recipient = "", ""
        if found := re.match(
            rb"Return-Path: <([^>\r\n]*)>\r\nDelivered-To: ([^\r\n]*)\r\n", message.content
        ):
            sender, recipient = (part.decode("utf-8", "replace") for part in found.groups())
        envelope = MailEnvelope(sender, (recipient,) if recipient else ())
        shown.append(SentMessage(message.uid, envelope, message.content, received=message.date))
    return Inbox(shown)
