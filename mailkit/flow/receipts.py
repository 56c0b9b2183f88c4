"""Receipts: a message was delivered or not (RFC 3464), or was read (RFC 8098)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.utils import parseaddr

from mailkit.client.connection import IMAP4, POP3, SMTP
from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import fetch, search
from mailkit.client.query import from_, header
from mailkit.errors import RefusedError
from mailkit.flow.inbox import drop_of
from mailkit.flow.senders import sender_of
from mailkit.message_policy import message_of

__all__ = ["Receipt", "receipts_in", "receipts_of"]

_DELIVERY = {
    "delivered": "delivered",
    "relayed": "relayed",
    "expanded": "relayed",
    "delayed": "delayed",
    "failed": "failed",
}
_LARGEST = 1_048_576
"""Octets of a report that are read."""
_READ = {"displayed": "read", "deleted": "deleted", "dispatched": "read", "processed": "read"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A report on a message: ``delivered``, ``relayed``, ``delayed``, ``failed``, ``read`` or ``deleted``, its
    recipient, and its text.
    """

    message_id: str
    recipient: str
    word: str
    words: str = ""


def receipts_of(message: EmailMessage) -> list[Receipt]:
    """Return the receipts in a message; none if it is not a readable report.

    A read receipt counts only if the recipient it names has sent it.
    """
    try:
        return _receipts_of(message)
    except Exception:  # noqa: BLE001 - some reports are beyond the library
        return []


def receipts_in(
    client: IMAP4 | POP3 | SMTP, failed: Callable[[str], None] = lambda why: None
) -> Iterator[Receipt]:
    """Return the receipts in the inbox behind a connection; IMAP sets no flags, and nothing is deleted. ``failed``
    gets the reason for each message that cannot be read.
    """
    for content in _reports(client, failed):
        try:
            found = _receipts_of(message_of(content))
        except Exception as error:  # noqa: BLE001 - a message fails alone, for whatever reason
            failed(f"a report cannot be read: {type(error).__name__}")
            continue
        yield from found


def _reports(client: IMAP4 | POP3 | SMTP, failed: Callable[[str], None]) -> Iterator[bytes]:
    """Return the messages in an inbox that are reports."""
    if isinstance(client, IMAP4):
        open_folder(client)
        bounced = header("Content-Type", "multipart/") & from_("mailer-daemon")
        reports = search(client, header("Content-Type", "multipart/report") | bounced)
        for row in fetch(client, reports, "UID BODY.PEEK[]", batch=20):
            yield row.content
        return
    drop = drop_of(client)
    found = []
    for identity, data in drop.headers(drop.present()):
        if isinstance(data, Exception):
            failed(str(data))
        elif b"multipart/report" in (small := data.lower()) or b"mailer-daemon" in small:
            found.append(identity)
    for identity in found:
        try:
            content = drop.content(identity, _beginning)
        except RefusedError as error:
            failed(str(error))
            continue
        yield content


def _beginning(pieces: Iterable[bytes]) -> bytes:
    """Return a report up to the limit; the rest is read and dropped."""
    kept = bytearray()
    for piece in pieces:
        if len(kept) < _LARGEST:
            kept += piece[: _LARGEST - len(kept)]
    return bytes(kept)


def _receipts_of(message: EmailMessage) -> list[Receipt]:
    parts = list(message.iter_parts()) if message.is_multipart() else []
    kinds = {part.get_content_type() for part in parts}
    original = _original(parts)
    if "message/delivery-status" in kinds:  # also where the message does not call itself a report
        return [*_delivery(parts, original)]
    if message.get_content_type() == "multipart/report":
        sender = sender_of(message).lower()
        return [*_disposition(parts, original, sender)] if sender else []
    return []


def _delivery(parts: Sequence[Message], original: str) -> Iterator[Receipt]:
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else []:
            if not isinstance(block, Message):
                continue
            word = _DELIVERY.get(_field(block, "Action").partition("(")[0].strip().lower())
            said = _field(block, "Diagnostic-Code") or _field(block, "Status")
            if word:
                for whom in _named(block):
                    yield Receipt(original, whom, word, " ".join(said.split())[:300])


def _disposition(parts: Sequence[Message], original: str, sender: str) -> Iterator[Receipt]:
    """What reports say of the mailbox that sent them; others could be forged (RFC 8098 §3.2.4)."""
    for part in parts:
        if part.get_content_type() != "message/disposition-notification":
            continue
        payload = part.get_payload()
        block = payload[0] if isinstance(payload, list) and payload else None
        fields = block if isinstance(block, Message) else None
        if fields is None:
            from email import message_from_string

            fields = message_from_string(str(payload))
        how = _field(fields, "Disposition").rpartition(";")[2].partition("/")[0]
        word = _READ.get(how.strip().lower())
        told = _field(fields, "Original-Message-ID") or original
        if word:
            for whom in _named(fields):
                if whom.lower() == sender:
                    yield Receipt(told, whom, word)


def _original(parts: Sequence[Message]) -> str:
    """Return the Message-ID of the reported message, from the returned part."""
    for part in parts:
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                return _field(payload[0], "Message-ID")
            from email import message_from_string

            return _field(message_from_string(str(payload)), "Message-ID")
    return ""


def _named(block: Message) -> list[str]:
    """Return the recipients in a report: original and final."""
    fields = (_field(block, name) for name in ("Original-Recipient", "Final-Recipient"))
    found = (parseaddr(field.rpartition(";")[2].strip())[1] for field in fields if field)
    return [*dict.fromkeys(address for address in found if address)]


def _field(message: Message, name: str) -> str:
    """Return the raw text of a field, without decoding or parsing."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return " ".join(str(value)[:2000].split())
    return ""
