"""Parse dates of header fields (RFC 5322 §3.3), also as programs write them."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["date_of"]

_COLON = re.compile(r"([+-]\d\d):(\d\d)\b")
_COMMENT = re.compile(r"\([^()]*\)")


def date_of(text: str) -> datetime | None:
    """Return the time with its zone, by default UTC; ``None`` if it is not a date."""
    plain = _COMMENT.sub(" ", text[:200]).strip()
    try:
        found = parsedate_to_datetime(_COLON.sub(r"\1\2", plain))
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
