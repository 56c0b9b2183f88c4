"""The search of the page: words, ``subject:``, ``from:``, ``to:`` and a few more, as Mailpit has them."""

import re
from collections.abc import Callable, Iterable, Mapping

from mailkit.lab.message_html import words
from mailkit.lab.recording import SentMessage
from mailkit.lab.web.shapes import BROKEN

__all__ = ["KEYS", "found"]

_TERM = re.compile(r'([-!]?)(?:([a-z-]+):)?("[^"]*"?|\S+)', re.I)


def _to(one: SentMessage) -> str:
    return " ".join((one["To"], *one.envelope.recipients))


def _from(one: SentMessage) -> str:
    return f"{one.from_} {one.envelope.sender}"


def _body(one: SentMessage) -> str:
    return f"{one.text} {words(one.html)}"


def _addressed(one: SentMessage) -> str:
    return " ".join((_from(one), _to(one), one["Cc"], one["Reply-To"]))


def _anywhere(one: SentMessage) -> str:
    files = " ".join(file.filename for file in one.attachments)
    return " ".join((one.subject, _addressed(one), _body(one), files))


KEYS: Mapping[str, Callable[[SentMessage], str]] = {
    "subject": lambda one: one.subject,
    "from": _from,
    "to": _to,
    "cc": lambda one: one["Cc"],
    "bcc": lambda one: " ".join(one.bcc),
    "reply-to": lambda one: one["Reply-To"],
    "addressed": _addressed,
    "message-id": lambda one: one["Message-ID"],
    "body": _body,
    "has": lambda one: "attachments" if one.attachments else "",
}
"""What can stand before a colon, and where it looks."""


def found(messages: Iterable[SentMessage], query: str) -> list[SentMessage]:
    """The messages that have every term of a query, in any case. ``-`` or ``!`` before a term excludes."""
    terms = []
    for sign, key, value in _TERM.findall(query):
        read = KEYS.get(key.lower(), _anywhere)
        wanted = value if read is not _anywhere or not key else f"{key}:{value}"
        terms.append((not sign, read, wanted.strip('"').lower()))
    return [one for one in messages if all(_has(one, *term) for term in terms)]


def _has(one: SentMessage, wanted: bool, read: Callable[[SentMessage], str], value: str) -> bool:
    try:
        return (value in read(one).lower()) is wanted
    except BROKEN:
        return (value in one.content.decode("utf-8", "replace").lower()) is wanted
