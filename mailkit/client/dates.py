"""Parse dates of header fields (RFC 5322 §3.3), also as programs write them."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["date_of"]

_COLON = re.compile(r"([+-]\d\d):(\d\d)\b")
_COMMENT = re.compile(r"\([^()]*\)")
_DAY = re.compile(r"\A(?:[^\W\d]{2,12}\.?,\s*)?(\d{1,2}),?(?=\s)")
"""The day of the month, after a weekday in any language."""
_CLOCK = re.compile(r"\b(\d{1,2})((?::\d\d){1,2})\s*([ap])\.?m\b\.?", re.I)
_REST = re.compile(r"(:\d\d\s*[+-]\d{4}).*", re.S)
"""What some programs write after the zone, such as the date once more."""
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
        plain_zone = _COLON.sub(r"\1\2", _CLOCK.sub(_of_24_hours, plain))
        found = parsedate_to_datetime(_REST.sub(r"\1", plain_zone))
    except (ValueError, TypeError, IndexError, OverflowError):
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _of_24_hours(match: re.Match[str]) -> str:
    afternoon = match[3] in "pP"
    return f"{int(match[1]) % 12 + 12 * afternoon}{match[2]}"
