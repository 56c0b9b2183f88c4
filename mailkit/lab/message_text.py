"""Extract the searchable text of any message, quickly."""

import email
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from mailkit.lab.message_html import words

__all__ = ["message_words"]

_LONGEST = 1_000_000
"""The limit of a part, in octets."""


def message_words(content: bytes) -> dict[str, str]:
    """The header fields in lower case, by name; the text as ``body``, and the names of files as ``files``.

    The parser of the standard library takes milliseconds for a message with its own policy for e-mail, and most of
    that for headers that are not searched. This one takes a tenth.
    """
    message = email.message_from_bytes(content)
    found = dict.fromkeys(("subject", "from", "to", "cc", "reply-to", "message-id"), "")
    for name, value in message.raw_items():
        if name.lower() in found:
            found[name.lower()] += f" {_decoded(value)}".lower()
    files = [one for part in message.walk() if (one := _name(part))]
    return found | {
        "body": "\n".join(_texts(message)).lower(),
        "files": " ".join(files).lower(),
        "attached": "yes" if any(map(_is_file, message.walk())) else "",
    }


def _decoded(value: object) -> str:
    text = str(value)
    if "=?" not in text:
        return " ".join(text.split())
    try:
        return " ".join(str(make_header(decode_header(text))).split())
    except (ValueError, LookupError, TypeError, MessageError):
        return text


def _name(part: Message) -> str:
    try:
        return _decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        return ""


def _is_file(part: Message) -> bool:
    return not part.is_multipart() and (
        part.get_content_disposition() == "attachment"
        or (
            part.get_content_maintype() not in ("text", "multipart", "message")
            and not part["Content-ID"]
        )
    )


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
            continue
        payload = part.get_payload(decode=True)
        raw = payload[:_LONGEST] if isinstance(payload, bytes) else b""
        try:
            charset = part.get_content_charset("utf-8")
            text = raw.decode(charset if charset.isascii() else "utf-8", "replace")
        except (LookupError, ValueError):
            text = raw.decode("utf-8", "replace")
        yield words(text) if part.get_content_subtype() == "html" else text
