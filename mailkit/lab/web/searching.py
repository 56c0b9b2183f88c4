"""The search of the page: words, ``subject:``, ``from:``, ``to:`` and a few more, as Mailpit has them."""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping

from mailkit.lab.message_text import message_words
from mailkit.lab.recording import SentMessage
from mailkit.lab.web.shapes import BROKEN

__all__ = ["KEYS", "found"]

_TERM = re.compile(r'([-!]?)(?:([a-z-]+):)?("[^"]*"?|\S+)', re.I)


def _text(one: SentMessage) -> Mapping[str, str]:
    """The words of a message, worked out once."""
    if "words" not in one.memo:
        try:
            found = message_words(one.content)
        except BROKEN:
            found = {"body": one.content.decode("utf-8", "replace").lower()}
        envelope = one.envelope
        one.memo["words"] = defaultdict(str, found) | {
            "sender": envelope.sender.lower(),
            "recipients": " ".join(envelope.recipients).lower(),
        }
    text: Mapping[str, str] = one.memo["words"]
    return text


def _joined(*names: str) -> Callable[[SentMessage], str]:
    return lambda message: " ".join(_text(message)[name] for name in names)


_FROM, _TO = ("from", "sender"), ("to", "recipients")
_ADDRESSED = (*_FROM, *_TO, "cc", "reply-to")
_anywhere = _joined("subject", *_ADDRESSED, "body", "files")

KEYS: Mapping[str, Callable[[SentMessage], str]] = {
    "subject": _joined("subject"),
    "from": _joined(*_FROM),
    "to": _joined(*_TO),
    "cc": _joined("cc"),
    "bcc": lambda message: " ".join(message.bcc).lower(),
    "reply-to": _joined("reply-to"),
    "addressed": _joined(*_ADDRESSED),
    "message-id": _joined("message-id"),
    "body": _joined("body"),
    "has": lambda message: "attachments" if _text(message)["attached"] else "",
}
"""What can stand before a colon, and where it looks."""


def found(
    messages: Iterable[SentMessage], query: str, marks: Container[int] = ()
) -> list[SentMessage]:
    """The messages that have every term of a query, in any case. ``-`` or ``!`` before a term excludes.

    Args:
        messages: where to look.
        query: the terms.
        marks: the numbers of the messages that have been read, for ``is:read`` and ``is:unread``.
    """

    def state(one: SentMessage) -> str:
        return " read" if one.number in marks else " unread"

    terms = []
    for sign, key, value in _TERM.findall(query):
        read = KEYS.get(key.lower(), _anywhere)
        wanted = value if read is not _anywhere or not key else f"{key}:{value}"
        if key.lower() == "is":
            read, wanted = state, f" {value}"
        terms.append((not sign, read, wanted.strip('"').lower()))
    return [
        message
        for message in messages
        if all((value in read(message)) is wanted for wanted, read, value in terms)
    ]
