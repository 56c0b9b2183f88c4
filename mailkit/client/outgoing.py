"""Messages as octets that strict servers accept: CR LF line ends, short lines, encoded headers."""

import base64
import copy
import quopri
import re
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from typing import Any

from mailkit.client.charsets import readable
from mailkit.client.header_text import address_field, text_field
from mailkit.client.line_ends import crlf

__all__ = ["LINE", "has_long_line", "header_of", "mailable", "message_bytes"]

LINE = 998
"""The longest line without its end, in octets (RFC 5322 §2.1.1)."""
_LONG_LINE = re.compile(rb"\n[^\n]{%d}(?:[^\n]|\Z)" % (LINE + 1))
_LONG_WORD = re.compile(r"\S{900}")
_TEXTS = {"subject", "comments"}
_ADDRESSES = {
    *("from", "sender", "reply-to", "to", "cc", "bcc"),
    *(f"resent-{name}" for name in ("from", "sender", "to", "cc", "bcc")),
}


def message_bytes(message: Message) -> bytes:
    """Return a message for the wire. The message itself is not changed."""
    plain = copy.copy(message)
    for name in {*message.keys()}:
        del plain[name]
    fields = [(name, _field(name, value)) for name, value in message.raw_items()]
    utf8 = any(not value.isascii() for _, value in fields)
    old = not isinstance(message.policy, policy.EmailPolicy)
    for name, value in fields:
        if old and not value.isascii():  # the old policy only passes octets on
            value = value.encode().decode("ascii", "surrogateescape")
        plain.set_raw(name, value)
    known: dict[str, Any] = {"linesep": "\r\n", "cte_type": "8bit", "mangle_from_": False}
    known |= {"max_line_length": LINE} if old else {"refold_source": "none", "utf8": utf8}
    return crlf(plain.as_bytes(policy=message.policy.clone(**known)))


def mailable(content: bytes, *, eight_bit: bool) -> bytes:
    """Encode parts with lines that are too long, or with octets that the server does not accept.

    A signed message is not changed, because that would break the signature.
    """
    if _fits(content, eight_bit=eight_bit, header=len(header_of(content))):
        return content
    message = message_from_bytes(content, policy=policy.compat32)
    if not any(part.get_content_type() == "multipart/signed" for part in message.walk()):
        for part in message.walk():
            _encode(part, eight_bit=eight_bit)
    known: dict[str, Any] = {"linesep": "\r\n", "cte_type": "8bit", "max_line_length": LINE}
    return crlf(message.as_bytes(policy=policy.compat32.clone(mangle_from_=False, **known)))


def header_of(content: bytes) -> bytes:
    """Return the header of a message."""
    return content.partition(b"\r\n\r\n")[0]


def has_long_line(content: bytes) -> bool:
    """Return whether a line of a message with CR LF line ends is longer than :data:`LINE`."""
    long_first = len(content) > LINE and content.find(b"\n", 0, LINE + 2) < 0
    return long_first or _LONG_LINE.search(content) is not None  # each line is looked at once


def _fits(content: bytes, *, eight_bit: bool, header: int = 0) -> bool:
    """Return whether lines are short enough, and the body is ASCII if it has to be."""
    return (eight_bit or content[header:].isascii()) and not has_long_line(content)


def _encode(part: Message, *, eight_bit: bool) -> None:
    payload = part.get_payload()
    if part.is_multipart() or not isinstance(payload, str):
        return
    if _fits(crlf(payload.encode("utf-8", "surrogateescape")), eight_bit=eight_bit):
        return
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    text = part.get_content_maintype() == "text"
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "quoted-printable" if text else "base64"
    lines = quopri.encodestring(data.replace(b"\r\n", b"\n")) if text else base64.encodebytes(data)
    part.set_payload(lines.decode("ascii"))
    if "MIME-Version" not in part and "Content-Type" not in part:
        part["MIME-Version"] = "1.0"


def _field(name: str, value: Any) -> str:
    """Return a field's value in ASCII, except for local parts of addresses."""
    if isinstance(value, Header):
        return value.encode()
    kind = name.lower()
    if isinstance(value, str) and not hasattr(value, "fold"):
        if value.isascii() and not (kind in _TEXTS and _LONG_WORD.search(value)):
            return value  # raw, or generated
        value = readable(value)
        if kind in _ADDRESSES:
            value = policy.default.header_factory(name, re.sub(r"[\r\n]+", "", value))
    if kind in _ADDRESSES and hasattr(value, "groups"):
        return address_field(name, value.groups) if _readable_addresses(value) else _folded(value)
    if kind.startswith("content-") and hasattr(value, "fold"):
        return _folded(value)
    return text_field(name, re.sub(r"[\r\n]+", "", str(value)))


def _readable_addresses(value: Any) -> bool:
    return all(
        isinstance(address, Address) and address.addr_spec not in ("", "<>")
        for address in value.addresses
    )


def _folded(value: Any) -> str:
    text: str = value.fold(policy=policy.default)
    return text.partition(":")[2].strip()
