"""Parse dates of header fields (RFC 5322 §3.3), also as programs write them."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["date_of"]

_COLON = re.compile(r"([+-]\d\d):(\d\d)\b")
_COMMENT = re.compile(r"\([^()]*\)")
_DAY = re.compile(r"\A(?:[^\W\d]{2,12}\.?,\s*)?(\d{1,2}),?(?=\s)")
"""The day of the month, after a weekday in any language."""
_DOT = re.compile(r"(?<=[A-Za-z]{3})\.")
_ZONE = re.compile(r"\b([A-Z]{3,4})\Z")
_ZONES = {
    "WET": "+0000",
    **dict.fromkeys(("CET", "MEZ", "WEST", "BST"), "+0100"),
    **dict.fromkeys(("CEST", "MESZ", "EET"), "+0200"),
    **dict.fromkeys(("EEST", "MSK"), "+0300"),
    **dict.fromkeys(("HKT", "SGT"), "+0800"),
    **dict.fromkeys(("JST", "KST"), "+0900"),
    "AEST": "+1000",
    "AEDT": "+1100",
    "NZST": "+1200",
    "NZDT": "+1300",
}
"""Names of time zones with one meaning, beside those of RFC 5322 §4.3."""


def date_of(text: str) -> datetime | None:
    """Return the time with its zone, by default UTC; ``None`` if it is not a date."""
    plain = _DAY.sub(r"\1", _COMMENT.sub(" ", text[:200]).strip())
    plain = _ZONE.sub(lambda match: _ZONES.get(match[1], match[1]), _DOT.sub("", plain))
    try:
        found = parsedate_to_datetime(_COLON.sub(r"\1\2", plain))
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
