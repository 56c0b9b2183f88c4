"""Replies and forwarded messages, with threading (RFC 5322 §3.6.4)."""

import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.headerregistry import Address as EmailAddress
from typing import Any

from mailkit.client.addresses import people_in
from mailkit.client.compose import Attachment, Letter, compose
from mailkit.client.encoded_words import decoded_words
from mailkit.client.reading import MailMessage
from mailkit.client.structure import Address
from mailkit.errors import SettingsError
from mailkit.protocol.smtp.path import is_path

__all__ = ["forward", "reply"]

_ID = re.compile(r"<[\x21-\x3b=\x3f-\x7e]+@[\x21-\x3b=\x3f-\x7e]+>")


def reply(
    message: MailMessage, sender: str, text: str, *, to_all: bool = False, **options: Any
) -> Letter:
    """Return an answer to a message; ``options`` are those of :func:`mailkit.client.compose.compose`.

    It goes to Reply-To, else to the author; with ``to_all`` the other recipients get a copy. An answer to your own
    message goes to its recipients.

    Raises:
        SettingsError: the message has no address to answer to.
    """
    own = {person.email.lower() for person in people_in(sender)}
    to = _emails(message.reply_to) or _emails(message.from_)
    if own.issuperset(
        address.lower() for address in to
    ):  # an answer to your own message goes to the same recipients
        to = _emails(message.to) or to
    if not to:
        raise SettingsError("the message has no address to reply to")
    known = {address.lower() for address in to}
    others = _emails((*message.to, *message.cc))
    once = {other.lower(): other for other in reversed(others)}
    if to_all:
        given = options.get("cc", ())
        options["cc"] = [
            *(
                address
                for small, address in reversed(once.items())
                if small not in known and small not in own
            ),
            *([given] if isinstance(given, str | EmailAddress) else given),
        ]
    header = message_from_bytes(message.content, policy=policy.compat32)
    named = str(header.get("References") or header.get("In-Reply-To") or "")
    before = _ID.findall(decoded_words(named))
    this = _ID.findall(message.message_id)[:1]
    if this:
        options |= {
            "in_reply_to": this[0],
            "references": " ".join([*before[:1], *before[1:][-20:], *this]),
        }
    return _letter(sender, to, "Re", message, text, options)


def _emails(people: Iterable[Address]) -> list[str]:
    """Return the addresses that mail can be sent to; what a stranger wrote may be none."""
    return [person.email for person in people if "@" in person.email and is_path(person.email)]


def forward(
    message: MailMessage, sender: str, to: str | Iterable[str], text: str = "", **options: Any
) -> Letter:
    """Return a message that forwards another as ``message/rfc822``; ``options`` are those of
    :func:`mailkit.client.compose.compose`.

    Raises:
        SettingsError: an address or an option is not valid.
    """
    whole = Attachment("message.eml", message.content, "message/rfc822")
    options["attachments"] = [whole, *options.get("attachments", ())]
    return _letter(sender, to, "Fwd", message, text, options)


def _letter(
    sender: str,
    to: str | Iterable[str],
    word: str,
    message: MailMessage,
    text: str,
    options: dict[str, Any],
) -> Letter:
    """Escape a subject from outside: it is a value, never a template."""
    subject = re.sub(r"[\x00-\x1f\x7f]+", " ", message.subject).strip()
    if not subject.lower().startswith(f"{word.lower()}:"):
        subject = f"{word}: {subject}"
    options["fields"] = {**(options.get("fields") or {}), "original_subject": subject}
    return compose(sender, to, "{{original_subject}}", text, **options)
