"""Messages as people want them: subject, people, text and files, decoded, whatever is wrong with the message."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from mailkit.client.bulk_fetch import Failed, fetch_contents
from mailkit.client.connection import IMAP4
from mailkit.client.messages import search
from mailkit.client.outgoing import readable
from mailkit.client.query import Query, anything
from mailkit.client.structure import CHARSETS, Address

__all__ = ["MailFile", "MailMessage", "fetch_messages", "read_message"]

_BATCH = 50
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file in a message, decoded. ``inline`` are those that the HTML shows, by ``cid``."""

    name: str
    kind: str
    content: bytes = field(repr=False)
    inline: bool = False
    cid: str = ""

    def save(self, folder: Path | str) -> Path:
        """Write it into a folder, under a free name that stays inside the folder; returns where."""
        name = _UNSAFE.sub("_", self.name).strip(". ").encode()[:150].decode("utf-8", "ignore")
        stem, dot, suffix = (name or "attachment").rpartition(".")
        stem, suffix = (stem, dot + suffix) if stem else (suffix, "")
        Path(folder).mkdir(parents=True, exist_ok=True)
        count = 1
        while True:
            path = Path(folder) / f"{stem}{f' ({count})' if count > 1 else ''}{suffix}"
            try:
                with path.open("xb") as file:
                    file.write(self.content)
                return path
            except FileExistsError:
                count += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMessage:
    """A message, decoded. ``date`` is ``None`` where there is none; ``content`` is the whole as it came."""

    uid: int = 0
    flags: frozenset[str] = frozenset()
    received: datetime | None = None
    subject: str = ""
    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None
    message_id: str = ""
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    attachments: tuple[MailFile, ...] = ()
    content: bytes = field(default=b"", repr=False)

    @property
    def seen(self) -> bool:
        """Whether it is marked as read."""
        return "\\Seen" in self.flags


def fetch_messages(
    imap: IMAP4,
    query: Query | str = anything,
    *,
    limit: int | None = None,
    newest_first: bool = True,
    failed: Failed | None = None,
) -> Iterator[MailMessage]:
    """Messages of the folder that is open, decoded. Nothing is marked as read.

    Args:
        imap: the connection.
        query: which ones, such as ``~seen`` or ``"UNSEEN"``.
        limit: how many at most.
        newest_first: the order, by UID.
        failed: as for :func:`mailkit.client.bulk_fetch.fetch_raw`.
    """
    uids = sorted(search(imap, query), reverse=newest_first)[:limit]
    for at in range(0, len(uids), _BATCH):
        rows = [*fetch_contents(imap, uids[at : at + _BATCH], failed)]
        for row in sorted(rows, key=lambda row: row.uid, reverse=newest_first):
            yield read_message(row.content, row.uid, row.flags, row.date)


def read_message(
    content: bytes,
    uid: int = 0,
    flags: frozenset[str] = frozenset(),
    received: datetime | None = None,
) -> MailMessage:
    """A message from its octets."""
    message = message_from_bytes(content, policy=policy.compat32)
    values = {name.lower(): readable(str(value)) for name, value in [*message.raw_items()][::-1]}
    texts: dict[str, str] = {}
    files: list[MailFile] = []
    _walk(message_from_bytes(content, policy=policy.compat32), texts, files, 0)
    people = {name: _people(values.get(name, "")) for name in ("from", "to", "cc", "reply-to")}
    return MailMessage(
        uid=uid,
        flags=flags,
        received=received,
        subject=_line(decoded_words(_line(values.get("subject", "")))),
        from_=people["from"],
        to=people["to"],
        cc=people["cc"],
        reply_to=people["reply-to"],
        date=_date(values.get("date", "")),
        message_id=values.get("message-id", "").strip(),
        text=texts.get("text/plain", ""),
        html=texts.get("text/html", ""),
        attachments=tuple(files),
        content=content,
    )


def _walk(part: Message, texts: dict[str, str], files: list[MailFile], depth: int) -> None:
    kind = part.get_content_type()
    if kind != "message/rfc822" and part.is_multipart() and depth < 100:
        for inner in part.get_payload():
            if isinstance(inner, Message):
                _walk(inner, texts, files, depth + 1)
        return
    name = _file_name(part)
    disposition = str(part.get("Content-Disposition", "")).partition(";")[0].strip().lower()
    is_text = kind in ("text/plain", "text/html") and disposition != "attachment" and not name
    content = _octets(part)
    if is_text:
        texts[kind] = texts.get(kind, "") + _text(part, content)
        return
    cid = str(part.get("Content-ID", "")).strip().strip("<>")
    inline = bool(cid) and disposition != "attachment"
    files.append(MailFile(name or _default_name(kind), kind, content, inline, cid))


def _octets(part: Message) -> bytes:
    payload = part.get_payload()
    if part.is_multipart() and isinstance(payload, list):
        return b"".join(inner.as_bytes() for inner in payload if isinstance(inner, Message))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: Message, content: bytes) -> str:
    charset = (part.get_content_charset() or "utf-8").lower()
    for name in (CHARSETS.get(charset, charset), "utf-8", "cp1252"):
        try:
            return content.decode(name).replace("\r\n", "\n")
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1").replace("\r\n", "\n")


def _file_name(part: Message) -> str:
    try:
        return _line(decoded_words(readable(part.get_filename() or "")))
    except (ValueError, LookupError, TypeError, IndexError):
        return "attachment"


def _default_name(kind: str) -> str:
    known = {"message/rfc822": ".eml", "application/ms-tnef": ".dat"}
    return f"attachment{known.get(kind) or mimetypes.guess_extension(kind) or ''}"


def _people(text: str) -> tuple[Address, ...]:
    found = getaddresses([_line(text)[:20_000]])
    return tuple(
        Address(decoded_words(name), address) for name, address in found if name or address
    )


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _line(text: str) -> str:
    return re.sub(r"[\r\n]+[ \t]?", " ", text).strip()


def decoded_words(text: str) -> str:
    """Encoded words (RFC 2047) as text; what is none stays."""
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
    except Exception:  # noqa: BLE001 - whatever a stranger wrote there
        return text
    return "".join(
        part if isinstance(part, str) else _word(part, charset) for part, charset in parts
    )


def _word(data: bytes, charset: str | None) -> str:
    name = (charset or "latin-1").lower()
    try:
        return data.decode(CHARSETS.get(name, name), "replace")
    except LookupError:
        return data.decode("cp1252", "replace")
