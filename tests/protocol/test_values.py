"""Dates and sets of numbers go out and come back the same."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.protocol.imap.values import date_time, day, ranges, to_date_time, to_day

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=ZONES))  # noqa: DTZ001 - a bound
def test_a_moment_is_the_same_moment_in_the_same_zone(moment: datetime) -> None:
    back = to_date_time(date_time(moment))
    assert back == moment.replace(microsecond=0)
    assert back.utcoffset() == moment.utcoffset()


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_the_same_day(one: date) -> None:
    assert to_day(day(one)) == one


def test_a_moment_keeps_the_day_of_its_own_zone() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-11)))
    assert date_time(late) == "31-Dec-2026 23:30:00 -1100"
    assert to_date_time(" 1-jan-2026 00:00:00 +0000") == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "31-Feb-2026", "1-Foo-2026", "1-Jan-26", "1-Jan-2026 x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        to_day(text)


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_exactly_the_numbers(numbers: set[int]) -> None:
    found = set()
    for one in filter(None, ranges(sorted(numbers)).split(",")):
        first, _, last = one.partition(":")
        found |= {*range(int(first), int(last or first) + 1)}
    assert found == numbers
