"""Receipts that come back: that a message was delivered, or not (RFC 3464), and that it was read (RFC 8098)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr

from mailkit.client.connection import IMAP4, POP3, SMTP
from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import fetch, search
from mailkit.client.query import header
from mailkit.flow.inbox import drop_of

__all__ = ["Receipt", "receipts_in", "receipts_of"]

_DELIVERY = {
    "delivered": "delivered",
    "relayed": "relayed",
    "expanded": "relayed",
    "delayed": "delayed",
    "failed": "failed",
}
_READ = {"displayed": "read", "deleted": "deleted", "dispatched": "read", "processed": "read"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told of a message: ``delivered``, ``relayed``, ``delayed``, ``failed``, ``read`` or ``deleted``, for whom, in which words."""

    message_id: str
    recipient: str
    word: str
    words: str = ""


def receipts_of(message: EmailMessage) -> list[Receipt]:
    """The receipts in a message; none where it is no report."""
    if message.get_content_type() != "multipart/report":
        return []
    kind = str(message.get_param("report-type", "")).lower()
    parts = [one for one in message.walk() if one is not message]
    original = _original(parts)
    if kind == "delivery-status":
        return [*_delivery(parts, original)]
    if kind == "disposition-notification":
        return [*_disposition(parts, original)]
    return []


def receipts_in(client: IMAP4 | POP3 | SMTP) -> Iterator[Receipt]:
    """The receipts in the inbox behind a connection; nothing is marked as read by IMAP, and nothing deleted."""
    if isinstance(client, IMAP4):
        open_folder(client)
        reports = search(client, header("Content-Type", "multipart/report"))
        contents: Iterable[bytes] = (
            row.content for row in fetch(client, reports, "UID BODY.PEEK[]", batch=20)
        )
    else:
        drop = drop_of(client)
        found = [
            one for one, data in drop.headers(drop.present()) if b"multipart/report" in data.lower()
        ]
        contents = (drop.content(one, b"".join) for one in found)
    for content in contents:
        message = message_from_bytes(content, policy=policy.default)
        if isinstance(message, EmailMessage):
            yield from receipts_of(message)


def _delivery(parts: Sequence[Message], original: str) -> Iterator[Receipt]:
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message):
                continue
            word = _DELIVERY.get(str(block.get("Action", "")).strip().lower())
            whom = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
            if word and whom:
                said = str(block.get("Diagnostic-Code") or block.get("Status") or "")
                yield Receipt(original, _address(whom), word, " ".join(said.split())[:300])


def _disposition(parts: Sequence[Message], original: str) -> Iterator[Receipt]:
    for part in parts:
        if part.get_content_type() != "message/disposition-notification":
            continue
        payload = part.get_payload()
        block = payload[0] if isinstance(payload, list) and payload else None
        fields = block if isinstance(block, Message) else None
        if fields is None:
            from email import message_from_string

            fields = message_from_string(str(payload))
        how = str(fields.get("Disposition", "")).rpartition(";")[2].partition("/")[0]
        word = _READ.get(how.strip().lower())
        whom = str(fields.get("Original-Recipient") or fields.get("Final-Recipient") or "")
        if word and whom:
            told = str(fields.get("Original-Message-ID") or original).strip()
            yield Receipt(told, _address(whom), word)


def _original(parts: Sequence[Message]) -> str:
    """The Message-ID of the message that is reported on, from what came back of it."""
    for part in parts:
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                return str(payload[0].get("Message-ID", "")).strip()
            from email import message_from_string

            return str(message_from_string(str(payload)).get("Message-ID", "")).strip()
    return ""


def _address(text: str) -> str:
    return parseaddr(text.rpartition(";")[2].strip())[1]
