"""Automatic answers (RFC 3834): which messages get one, its recipient, and text from outside in one line."""

import re
from email.message import EmailMessage

from mailkit.flow.senders import fits, sender_of
from mailkit.uses import ChannelOptions

__all__ = ["address_for", "is_unread", "message_id_of", "plain", "why_automatic"]

_ROBOTS = re.compile(
    r"(mailer-daemon|listserv|majordomo|owner-.*|.*-request|.*-owner|microsoftexchange[0-9a-f]{32})\Z"
)
_UNREAD = re.compile(r"(no|do[-_.]?not)[-_.]?reply\Z")
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,120}@[\x21-\x3b\x3d\x3f-\x7e]{1,120}>")
_TO_MANY = {"bulk", "list", "junk", "auto_reply"}
_WANTS_NONE = ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "x-auto-generated")
_COMMENT = re.compile(r"\([^()]*\)")
_REPORTS = ("multipart/report", "message/delivery-status", "message/disposition-notification")


def why_automatic(message: EmailMessage) -> str:
    """Return why a message gets no automatic answer, or an empty text. All raw fields are checked."""
    fields: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        fields.setdefault(name.lower(), []).append(" ".join(str(value).split()).lower())
    if any(
        _COMMENT.sub("", value).replace(" ", "") in ("<>", "")
        for value in fields.get("return-path", ())
    ):
        return "its return path is empty"
    for value in fields.get("auto-submitted", ()):
        if _COMMENT.sub("", value).partition(";")[0].strip() != "no":
            return f"it was sent automatically (Auto-Submitted: {value[:40]})"
    if any(name.startswith("list-") for name in fields):
        return "it comes from a mailing list"
    for value in fields.get("precedence", ()):
        if _TO_MANY & {*re.findall(r"[a-z_-]+", _COMMENT.sub("", value))}:
            return f"it was sent to many (Precedence: {value[:40]})"
    if any(report in value for value in fields.get("content-type", ()) for report in _REPORTS):
        return "it is a delivery report or a receipt"
    if fields.get("x-failed-recipients"):
        return "it is a delivery report or a receipt"
    for name in _WANTS_NONE:
        if any(value not in ("", "no", "none") for value in fields.get(name, ())):
            return f"it wants no automatic answer ({name.title()})"
    local = sender_of(message).rpartition("@")[0].lower()
    if _ROBOTS.match(local):
        return f"{local} is the address of a program"
    return ""


def address_for(message: EmailMessage, sender: str, channel: ChannelOptions) -> str:
    """Return the recipient of an answer: the one address of Reply-To, if the channel says so and allows it, otherwise
    the sender.
    """
    other = sender_of(message, "Reply-To") if channel.answer_to == "reply-to" else ""
    if not other or fits(other, channel.blocked):
        return sender
    return other if not channel.allowed or fits(other, channel.allowed) else sender


def is_unread(address: str) -> bool:
    """Return whether an address says that no one reads what is sent to it: ``noreply@example.com``."""
    return _UNREAD.match(address.rpartition("@")[0].lower()) is not None


def message_id_of(message: EmailMessage) -> str:
    """Return the Message-ID if it is valid, otherwise an empty text."""
    found = [
        str(value).strip() for name, value in message.raw_items() if name.lower() == "message-id"
    ]
    fits_the_form = len(found) == 1 and _MESSAGE_ID.fullmatch(found[0]) and "=?" not in found[0]
    return found[0] if fits_the_form else ""


def plain(text: str, limit: int = 200) -> str:
    """Return text from outside in one line: line ends and control characters become blanks."""
    shown = "".join(char if char.isprintable() else " " for char in text[: 4 * limit])
    return " ".join(shown.split())[:limit]
