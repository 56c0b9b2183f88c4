"""Dates and sequence sets of IMAP (RFC 9051 §9)."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

__all__ = ["LARGEST_UID", "date_time", "day", "ranges", "to_date_time", "to_day"]

LARGEST_UID = 2**32 - 1
"""UIDs and numbers of messages have 32 bits (RFC 9051 §9, nz-number)."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(r"\s?(\d{1,2})-([A-Za-z]{3})-(\d{4})")
_DATE_TIME = re.compile(
    r"\s?(\d{1,2}-[A-Za-z]{3}-\d{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})", re.ASCII
)


def day(one: date) -> str:
    """``5-Nov-2026``."""
    return f"{one.day}-{_MONTHS[one.month - 1]}-{one.year:04}"


def date_time(moment: datetime) -> str:
    """``05-Nov-2026 18:00:00 +0100``; a time without a zone is local time."""
    moment = moment if moment.tzinfo else moment.astimezone()
    return f"{moment.day:02}-{_MONTHS[moment.month - 1]}-{moment.year:04} {moment:%H:%M:%S %z}"


def to_day(text: str) -> date:
    """Parse a date.

    Raises:
        ValueError: it is invalid.
    """
    match = _matched(_DAY, text)
    return date(int(match[3]), _month(match[2]), int(match[1]))


@lru_cache(maxsize=1000)
def _iso_day(text: str) -> str:
    return to_day(text).isoformat()


def to_date_time(text: str) -> datetime:
    """Parse a date and time, with its zone.

    Raises:
        ValueError: it is invalid.
    """
    one, clock, zone = _matched(_DATE_TIME, text).groups()
    return datetime.fromisoformat(f"{_iso_day(one)}T{clock}{zone}")


def ranges(numbers: Iterable[int]) -> str:
    """Return numbers as a sequence set, in their order: ``1:3,7``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(f"{a}:{b}" if b > a else f"{a}" for a, b in parts)


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a date")
    return match


@lru_cache(maxsize=100)
def _month(name: str) -> int:
    try:
        return _MONTHS.index(name.capitalize()) + 1
    except ValueError:
        raise ValueError(f"{name!r} is not a month") from None
