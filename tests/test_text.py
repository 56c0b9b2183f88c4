"""Text and numbers from outside."""

import pytest

from mailkit.text import number


@pytest.mark.parametrize("text", ["", "²", "١", "-1", "+1", " 1", "1_0", "9" * 5000, str(2**63)])
def test_what_is_no_bounded_ascii_number_is_none(text: str) -> None:
    assert number(text) is None
    assert number(text.encode()) is None


def test_a_number_has_an_upper_bound() -> None:
    assert number("65535", 65535) == 65535
    assert number(b"65536", 65535) is None
    assert number("00012") == 12
    assert number(str(2**63 - 1)) == 2**63 - 1
