"""Read any message, however malformed, as decoded subject, addresses, text and files."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from urllib.parse import unquote

from mailkit.client.addresses import people_in
from mailkit.client.bulk_fetch import Failed, fetch_contents
from mailkit.client.charsets import readable, text_of
from mailkit.client.connection import IMAP4
from mailkit.client.dates import date_of
from mailkit.client.encoded_words import decoded_words
from mailkit.client.messages import search
from mailkit.client.mime import Part, content_of, parsed, without_files
from mailkit.client.query import Query, anything
from mailkit.client.structure import Address
from mailkit.errors import SettingsError

__all__ = ["MailFile", "MailMessage", "fetch_messages", "messages_of", "read_message"]

_BATCH = 100
_SHOWN = re.compile(r"cid:([^\s\"'<>)]{1,300})", re.I)
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.I)
_LINE_END = re.compile(r"\r+\n|\r")
_UNSAFE = re.compile(r'[/\\:*?"<>|]')
_JOINERS = "\u200c\u200d"
"""Invisible characters that Persian and Indic words need."""
_NOT_A_FILE = re.compile(
    r"-|(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|\Z)", re.I
)
"""The beginning of a name that is a device in Windows, or an option of a command."""
_MOST_NUMBERED = 100


@dataclass(frozen=True, slots=True)
class MailFile:
    """A decoded file in a message. ``inline`` is one that the HTML shows, by ``cid``.

    ``wrapper`` is ``tnef``, ``smime-encrypted``, ``smime-signed``, ``smime-signature``, ``pgp-encrypted``, ``pgp-signature`` or
    ``pgp-keys`` if another program has to open the file; otherwise empty.
    """

    name: str
    kind: str
    content: bytes = field(repr=False)
    inline: bool = False
    cid: str = ""
    wrapper: str = ""

    def save(self, folder: Path | str) -> Path:
        """Write it into a folder, under a free name inside the folder; return the path.

        The name is one on every system: without invisible characters, and of no device of Windows.

        Raises:
            OSError: the folder or the file cannot be written.
        """
        name = "".join(c if c.isprintable() or c in _JOINERS else "_" for c in self.name)
        name = _UNSAFE.sub("_", name).strip(". ") or "attachment"
        if _NOT_A_FILE.match(name):
            name = f"_{name}"
        stem, dot, suffix = name.rpartition(".")
        stem, suffix = (stem, dot + suffix) if stem and len(suffix.encode()) < 20 else (name, "")
        stem = stem.encode()[:150].decode("utf-8", "ignore").strip() or "attachment"
        folder = Path(folder).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
        count = 1
        while True:
            more = "" if count == 1 else f" ({count if count <= _MOST_NUMBERED else token_hex(8)})"
            path = folder / f"{stem}{more}{suffix}"
            try:
                with path.open("xb") as file:
                    file.write(self.content)
                return path
            except FileExistsError:
                count += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MailMessage:
    """A decoded message. ``date`` may be ``None``; ``content`` is the raw message."""

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
    """Yield decoded messages of the selected folder. No flags are set.

    Args:
        imap: the connection.
        query: the messages, such as ``~seen`` or ``"UNSEEN"``.
        limit: the largest number.
        newest_first: the order, by UID.
        failed: called with the UID of a message that the server cannot return, and the reply.

    Raises:
        SettingsError: ``query`` is not a search, or ``limit`` no number.
        RefusedError: the server rejects the search or all messages; without ``failed`` also if it cannot return some, after the
            others of their hundred.
        LimitError: a message is larger than ``Limits.literal``.
        LostError: the connection was lost.
    """
    if limit is not None and (not isinstance(limit, int) or limit < 0):
        raise SettingsError(f"{limit!r} is not a number of messages")
    uids = sorted(search(imap, query), reverse=newest_first)[:limit]
    yield from messages_of(imap, uids, newest_first=newest_first, failed=failed)


def messages_of(
    imap: IMAP4, uids: list[int], *, newest_first: bool = False, failed: Failed | None = None
) -> Iterator[MailMessage]:
    """Yield decoded messages by their UIDs, which are in the order wanted; otherwise as :func:`fetch_messages`."""
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
    """Parse a message; nothing in it is an error (RFC 5322, RFC 2045).

    Args:
        content: the whole message.
        uid: the result's, as are ``flags`` and ``received``: what the server told.
    """
    whole = parsed(content)
    charset = next((p.parameters["charset"] for p in whole.walk() if "charset" in p.parameters), "")

    def field_of(name: str) -> str:
        return readable(whole.header(name), charset)

    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    files: list[MailFile] = []
    _walk(whole, texts, files, "")
    html = "\n".join(texts["text/html"])
    shown = {unquote(cid).lower() for cid in _SHOWN.findall(html)}
    return MailMessage(
        uid=uid,
        flags=flags,
        received=received,
        subject=_line(decoded_words(field_of("subject"))),
        from_=people_in(field_of("from")),
        to=people_in(field_of("to")),
        cc=people_in(field_of("cc")),
        reply_to=people_in(field_of("reply-to")),
        date=date_of(field_of("date")),
        message_id=_line(decoded_words(field_of("message-id"))),
        text="\n".join(texts["text/plain"]),
        html=html,
        attachments=tuple(
            replace(file, inline=True) if file.cid and file.cid.lower() in shown else file
            for file in files
        ),
        content=content,
    )


def _walk(part: Part, texts: dict[str, list[str]], files: list[MailFile], above: str) -> None:
    for inner in part.parts:
        _walk(inner, texts, files, part.kind)
    if part.parts:
        return
    content = content_of(part)
    alone = above in ("", "multipart/alternative") and not part.disposition
    if part.kind in texts and part.disposition != "attachment" and (alone or not part.filename):
        charset = part.parameters.get("charset", "")
        if not charset and part.kind == "text/html" and (meta := _META.search(content[:2000])):
            charset = meta[1].decode("ascii")
        inserted: list[tuple[str, bytes]] = []
        if part.kind == "text/plain":
            content, inserted = without_files(content)
        texts[part.kind].append(_LINE_END.sub("\n", text_of(content, charset, strict=True)))
        for name, data in inserted:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            files.append(MailFile(name, kind, data))
        return
    if above == "multipart/alternative" and part.kind in _SAME_TEXT and any(texts.values()):
        return
    cid = readable(part.header("content-id")).strip("<> ")
    inline = bool(cid) and above == "multipart/related" and part.disposition != "attachment"
    wrapper = _wrapper(part, above)
    name = part.filename or _default_name(part.kind, wrapper)
    files.append(MailFile(name, part.kind, content, inline, cid, wrapper))


_SAME_TEXT = {"text/enriched", "text/richtext", "text/x-amp-html", "text/watch-html"}
"""The text once more, in a form for few programs; it is no file."""

_WRAPPERS = {
    "application/ms-tnef": "tnef",
    "application/vnd.ms-tnef": "tnef",
    "application/pkcs7-mime": "smime-encrypted",
    "application/x-pkcs7-mime": "smime-encrypted",
    "application/pkcs7-signature": "smime-signature",
    "application/x-pkcs7-signature": "smime-signature",
    "application/pgp-encrypted": "pgp-encrypted",
    "application/pgp-signature": "pgp-signature",
    "application/pgp-keys": "pgp-keys",
}
_NAMES = {
    "tnef": "winmail.dat",
    "smime-encrypted": "smime.p7m",
    "smime-signed": "smime.p7m",
    "smime-signature": "smime.p7s",
    "pgp-encrypted": "encrypted.asc",
    "pgp-signature": "signature.asc",
    "pgp-keys": "keys.asc",
    "message/rfc822": "attachment.eml",
    "message/global": "attachment.eml",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "text/rfc822-headers": "headers.txt",
    "text/calendar": "invite.ics",
    "application/pgp-encrypted": "version.txt",
}


def _wrapper(part: Part, above: str) -> str:
    found = _WRAPPERS.get(part.kind, "")
    if found == "smime-encrypted" and part.parameters.get("smime-type", "").startswith("signed"):
        return "smime-signed"
    if above == "multipart/encrypted" and part.kind == "application/octet-stream":
        return "pgp-encrypted"
    return found or ("tnef" if part.filename.lower() == "winmail.dat" else "")


def _default_name(kind: str, wrapper: str) -> str:
    """Return a name for a file without one."""
    known = _NAMES.get(kind) or _NAMES.get(wrapper)
    return known or f"attachment{mimetypes.guess_extension(kind) or ''}"


def _line(text: str) -> str:
    return re.sub(r"[\r\n]+[ \t]?", " ", text).strip()
