"""Messages from strangers, read by the standard library without its failures and its quadratic time.

It parses a field when it is asked for, and takes seconds for some of 100 KB, and an exception for others. Here a field
that is too long or cannot be parsed is its text, or the harmless value of a MIME field.
"""

import re
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import EmailPolicy
from typing import Any

__all__ = ["BOUNDED", "LONGEST_FIELD", "message_of", "raw_field"]

LONGEST_FIELD = 8_192
"""The longest field that is parsed, in characters."""

_MIME = {
    "content-type": "text/plain",
    "content-disposition": "attachment",
    "content-transfer-encoding": "8bit",
    "mime-version": "1.0",
}


class _Bounded(EmailPolicy):
    def header_fetch_parse(self, name: str, value: Any) -> Any:
        if hasattr(value, "name"):
            return value
        if len(value) <= LONGEST_FIELD:
            with suppress(Exception):  # some headers are beyond the library
                return super().header_fetch_parse(name, value)
        if name.lower() in _MIME:
            return self.header_factory(name, _MIME[name.lower()])
        return re.sub(r"[\r\n]+", "", value).encode("utf-8", "replace").decode()


def raw_field(message: Message, name: str) -> str:
    """Return the first field of a name as it was written, unfolded and without parsing it; empty if it is missing."""
    found = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return re.sub(r"[\r\n]+", "", str(next(found, ""))).strip()


BOUNDED = _Bounded()
"""The policy of :func:`message_of`."""


def message_of(content: bytes) -> EmailMessage:
    """Return a message; of one that nests deeper than the library goes, the header and the body as text."""
    try:
        message = message_from_bytes(content, policy=BOUNDED)
    except Exception:  # noqa: BLE001 - whatever the library says of a broken message
        message = BytesHeaderParser(policy=BOUNDED).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message
