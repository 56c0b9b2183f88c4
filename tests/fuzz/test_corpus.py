"""No input that ever crashed a parser does so again, and a few random ones don't either; ``make fuzz`` tries more."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
try:
    from targets import TARGETS, corpus_of
finally:
    sys.path.pop(0)

PIECES = st.sampled_from(
    [*b"\r\n\t\0 ()[]{}<>\"'\\$#=:;,.@%&*+-/!?|~^`aA9", *(bytes([n]) for n in (0x85, 0xC2, 0xFF))]
).map(lambda one: bytes([one]) if isinstance(one, int) else one)


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_in_the_corpus_crashes_a_parser(name: str) -> None:
    for data in corpus_of(name):
        TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=15)
@given(data=st.data())
def test_no_change_to_the_corpus_crashes_a_parser(name: str, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(corpus_of(name)))
    at = data.draw(st.integers(0, len(start)))
    middle = b"".join(data.draw(st.lists(PIECES, max_size=20)))
    TARGETS[name](start[:at] + middle + start[at + data.draw(st.integers(0, 5)) :])
