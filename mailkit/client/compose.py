"""Compose a message: header, text, footer, signature, merge fields, attachments; Bcc in the envelope only.

Merged values cannot add header lines.
"""

import mimetypes
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.utils import format_datetime, localtime, make_msgid, parseaddr
from html import escape
from pathlib import Path
from typing import Any, TypeAlias

from mailkit.client.encoded_words import decoded_words
from mailkit.client.header_text import address_field, text_field
from mailkit.client.outcome import path_of
from mailkit.client.outgoing import message_bytes
from mailkit.client.parameters import with_parameters
from mailkit.client.recipients import addresses_in
from mailkit.errors import SettingsError
from mailkit.message_policy import raw_field
from mailkit.private import read_regular
from mailkit.text import one_line

__all__ = ["Attachment", "ComposeOptions", "Letter", "To", "compose", "merged"]

_FIELD = re.compile(r"\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}")
_BREAKS = re.compile(r"[\r\n\0]")
_LIST = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|\([^()]*\)|[^,"<(]|["<(])+')
_ENCODED = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=(?:\s+=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=)*")
_TYPE = re.compile(r"application|audio|chemical|font|haptics|image|model|text|video|x-[a-z0-9.+-]+")
"""Types of a single file (RFC 2046 §3, RFC 6838 §4.2.7)."""
_OWN = ("from", "to", "cc", "bcc", "reply-to", "subject", "content-", "mime-version")
"""Header fields set by arguments or the body."""
_WITH_ADDRESSES = {"sender", "disposition-notification-to", "return-receipt-to", "errors-to"}
_LARGEST = 1024**3
"""Octets of an attached file."""

To: TypeAlias = "str | Address | Iterable[str | Address]"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send along; ``kind`` such as ``application/pdf`` or ``text/calendar; method=REQUEST``, from the name where nothing is said.

    With ``cid`` it is an image for the HTML, which shows it with ``<img src="cid:…">``.
    """

    name: str
    content: bytes
    kind: str = ""
    cid: str = ""

    @classmethod
    def of(cls, path: Path | str) -> "Attachment":
        """Return a file from disk; a device or a pipe is no attachment."""
        return cls(Path(path).name, read_regular(Path(path), _LARGEST))


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with its envelope: sender, and all recipients including Bcc. ``octets`` is the message as given, if
    it is sent unchanged.
    """

    message: EmailMessage
    sender: str
    recipients: tuple[str, ...]
    octets: bytes = field(default=b"", repr=False)

    @property
    def message_id(self) -> str:
        """The Message-ID."""
        return raw_field(self.message, "Message-ID")

    def content(self) -> bytes:
        """Return the message for the wire: CR LF line ends, header in ASCII."""
        return self.octets or message_bytes(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeOptions:
    """Options of a message beside sender, recipients, subject and text.

    Attributes:
        html: the text as HTML; merged values are escaped. Header, footer and signature are added as text.
        cc: one address or several, as is ``bcc``; ``bcc`` is hidden.
        reply_to: the address for answers.
        header: text before the body, ``footer`` after it; ``signature`` comes last, after ``-- ``.
        fields: values for ``{{name}}``.
        attachments: one file or several.
        in_reply_to: the Message-ID of the answered message; ``references`` those before it.
        more: other header fields, which replace generated ones such as Message-ID; not those with an argument.
        date: when it was written; by default now.
        charset: of the text; by default UTF-8, also if the text does not fit the given one.
    """

    html: str = ""
    cc: To = ()
    bcc: To = ()
    reply_to: str = ""
    header: str = ""
    footer: str = ""
    signature: str = ""
    fields: Mapping[str, object] | None = None
    attachments: "Attachment | Path | str | Iterable[Attachment | Path | str]" = ()
    in_reply_to: str = ""
    references: str = ""
    more: Mapping[str, str] | None = None
    date: datetime | None = None
    charset: str = ""


def compose(
    sender: str | Address,
    to: To,
    subject: str,
    text: str,
    options: ComposeOptions | None = None,
    **given: Any,
) -> Letter:
    """Compose a message.

    Args:
        sender: ``Kim <kim@example.com>``; the address is also the envelope's.
        to: one address or several, with or without names; also in one text with commas.
        subject: one line; merge fields are filled in, as in every text here.
        text: the body.
        options: further options.
        given: options by name, such as ``cc=…``: fields of :class:`ComposeOptions`, which override ``options``.

    Raises:
        SettingsError: an address is invalid, a header has a line break, or a merge field has no value.
        TypeError: an option is unknown.
    """
    wanted = replace(options or ComposeOptions(), **given)
    known = wanted.fields or {}
    message = EmailMessage(policy=policy.SMTP.clone(max_line_length=78, cte_type="7bit"))
    author = _address(sender)
    recipients = _set_recipients(message, author, _addresses(to), wanted)
    _set(message, "Subject", _line("the subject", merged(subject, known)))
    message["Date"] = format_datetime(wanted.date or localtime())
    message["Message-ID"] = make_msgid(domain=_domain(author))
    _set_more(message, wanted, known)
    _set_body(message, text, wanted, known)
    return Letter(message, author.addr_spec, recipients)


def _set_recipients(
    message: EmailMessage, author: Address, to: list[Address], wanted: ComposeOptions
) -> tuple[str, ...]:
    """Set the address fields; return the recipients of the envelope."""
    cc, bcc = _addresses(wanted.cc), _addresses(wanted.bcc)
    recipients = tuple(dict.fromkeys(address.addr_spec for address in (*to, *cc, *bcc)))
    if not recipients:
        raise SettingsError("a message needs a recipient")
    message.set_raw("From", address_field("From", [author]))
    for name, addresses in (("To", to), ("Cc", cc)):
        if addresses:
            message.set_raw(name, address_field(name, addresses))
    if not to:
        message.set_raw("To", "undisclosed-recipients:;")
    if wanted.reply_to:
        message.set_raw("Reply-To", address_field("Reply-To", [_address(wanted.reply_to)]))
    return recipients


def _set_more(message: EmailMessage, wanted: ComposeOptions, known: Mapping[str, object]) -> None:
    """Set the threading fields, and additional header fields."""
    before = wanted.references or wanted.in_reply_to
    for name, value in (("In-Reply-To", wanted.in_reply_to), ("References", before)):
        if value:
            _set(message, name, value)
    for name, value in (wanted.more or {}).items():
        small = name.lower()
        if not re.fullmatch(r"[\x21-\x39\x3b-\x7e]+", name) or small.startswith(_OWN):
            raise SettingsError(f"{name!r} is not a header field that may be set")
        del message[name]  # such as Message-ID: a message has one (RFC 5322 §3.6)
        filled = merged(value, known)
        if small in _WITH_ADDRESSES:
            message.set_raw(name, address_field(name, _addresses(filled)))
        else:
            _set(message, name, filled)


def _set_body(
    message: EmailMessage, text: str, wanted: ComposeOptions, known: Mapping[str, object]
) -> None:
    """Set the text, the HTML and the attachments."""
    header, footer, signature = (
        merged(part, known) for part in (wanted.header, wanted.footer, wanted.signature)
    )
    parts = [part.rstrip("\n") for part in (header, merged(text, known), footer) if part]
    body = "\n\n".join(parts)
    if signature:
        body += f"\n\n-- \n{signature.rstrip()}"
    message.set_content(body + "\n", charset=_charset(body, wanted.charset))
    if wanted.html:
        around = [f"<p>{escape(part)}</p>" if part else "" for part in (header, footer)]
        signed = f"<p>-- <br>{escape(signature)}</p>" if signature else ""
        filled = merged(wanted.html, {key: escape(str(value)) for key, value in known.items()})
        message.add_alternative(f"{around[0]}{filled}{around[1]}{signed}\n", subtype="html")
    page = message.get_body(("html",)) if wanted.html else None
    given = wanted.attachments
    files = [
        attachment if isinstance(attachment, Attachment) else Attachment.of(attachment)
        for attachment in ([given] if isinstance(given, Attachment | Path | str) else given)
    ]
    for file in sorted(
        files, key=lambda file: not file.cid
    ):  # images belong to the HTML, files to the message
        _attach(message, file, page)


def merged(text: str, fields: Mapping[str, object]) -> str:
    """Return a text with ``{{name}}`` filled in.

    Raises:
        SettingsError: a field has no value.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in fields:
            raise SettingsError(f"the merge field {match[1]} has no value")
        return str(fields[match[1]])

    return _FIELD.sub(value, text)


def _set(message: EmailMessage, name: str, text: str) -> None:
    """Set a field to text, which is encoded exactly once and never read as syntax."""
    message.set_raw(name, text_field(name, _line(name, text)))


def _attach(message: EmailMessage, file: Attachment, page: Message | None) -> None:
    if not isinstance(file.content, bytes | bytearray):
        raise SettingsError(f"the content of {file.name} is bytes: for text write text.encode()")
    name = Path(file.name).name
    if one_line(name) != name:
        raise SettingsError("a file's name holds a line break or a control character")
    given = file.kind or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if one_line(given) != given:
        raise SettingsError("a file's kind holds a line break or a control character")
    guessed, parameters = with_parameters(given)
    main, _, sub = guessed.partition("/")
    if guessed == "message/rfc822":
        message.add_attachment(
            message_from_bytes(file.content, policy=policy.default), filename=name
        )
        return
    if not _TYPE.fullmatch(main) or not re.fullmatch(r"[\w.+-]+", sub, re.ASCII):
        main, sub = "application", "octet-stream"
    if file.cid and isinstance(page, EmailMessage):
        cid = f"<{_cid(file.cid)}>"
        page.add_related(file.content, main, sub, cid=cid, filename=name, disposition="inline")
        return
    more = {key: value for key, value in parameters.items() if key not in ("name", "boundary")}
    message.add_attachment(file.content, maintype=main, subtype=sub, filename=name, params=more)


def _cid(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~@-]{1,60}", text):
        raise SettingsError(f"{text!r} is not a content id; use letters, digits, - . _ @")
    return text


def _addresses(given: To) -> list[Address]:
    found: list[Address] = []
    if isinstance(given, str | Address) or not isinstance(given, Iterable):
        given = [given]
    for address in given:
        if not isinstance(address, str):
            found.append(_address(address))
        else:
            _line("an address", address)
            parts = (part.strip() for part in _LIST.findall(address))
            found += [_address(part) for part in parts if part]
    return found


def _address(given: str | Address) -> Address:
    """Parse an address with its name. A name in encoded words, as ``email.utils.formataddr`` writes it, is
    decoded.
    """
    if isinstance(given, Address):
        _line("an address", f"{given.display_name}{given.addr_spec}")
        path_of(given.addr_spec)
        return given
    if not isinstance(given, str):
        raise SettingsError(f"{given!r} is not an address; write kim@example.com")
    _line("an address", given)
    try:
        name, spec = parseaddr(given)
    except RecursionError:
        raise SettingsError(f"{given[:80]!r} is not an address: it is nested too deep") from None
    local, _, domain = spec.rpartition("@")
    plain = "<" in given or "(" in given or spec == given.strip()
    if not (local and domain and plain) or not _is_one(given, spec):
        raise SettingsError(
            f"{given!r} is not an address; write kim@example.com or Kim <kim@example.com>"
        )
    if _ENCODED.fullmatch(name) and given.lstrip().startswith(
        "=?"
    ):  # in quotes it is text (RFC 2047 §5)
        name = _line("a name", decoded_words(name))
    try:
        return Address(name, local.strip('"'), domain)
    except (ValueError, IndexError):
        raise SettingsError(f"{given!r} is not an address") from None


def _is_one(given: str, spec: str) -> bool:
    """Return whether a text has this address, and nothing else that could be one."""
    try:
        return addresses_in(given) == [spec]
    except SettingsError:
        return False


def _domain(author: Address) -> str:
    import idna

    try:
        return idna.encode(author.domain, uts46=True).decode()
    except idna.IDNAError:
        return "localhost"


def _line(what: str, text: str) -> str:
    if _BREAKS.search(text):
        raise SettingsError(f"{what} holds a line break")
    return text


def _charset(text: str, wanted: str) -> str:
    try:
        text.encode(wanted)
    except (UnicodeEncodeError, LookupError):
        return "utf-8"
    return wanted
