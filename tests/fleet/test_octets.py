"""Tests on whole columns of texts: what they say of each row is what a regular expression says of it."""

import re
from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailkit import providers
from mailkit.fleet import octets, ordinary
from mailkit.fleet.octets import by_piece, repeated

ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9.-]{1,120}", re.A)
LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+@-]{0,99}[A-Za-z0-9]|[A-Za-z0-9]", re.A)
SOURCE = r"[A-Za-z0-9_./ -]"
KINDS = ["env", "keyring", "file", "command"]
WORDS = {provider.user for provider in providers.PROVIDERS} - {"address"}

texts = st.lists(
    st.one_of(
        st.text("aA9@._+-: \n/é\0", max_size=12),
        st.sampled_from(
            [
                "kim@example.com",
                "KIM@example.com",
                "kim@ex_ample.com",
                "k+i_m@example.com",
                "apikey@example.com",
                "apikey2@example.com",
                "AKIA7@example.com",
                "a" * 64 + "@example.com",
                "a" * 65 + "@example.com",
                "a@" + "b" * 120,
                "a@" + "b" * 121,
                "a" * 101,
                "a" * 102,
                "c" * 70 + "1",
                "c" * 70 + "2",
                "env:PW_1",
                "env:",
                "ENV:PW",
                "file:/run/x y",
                "command:pass show a:b",
                "keyring:" + "s" * 120,
                "keyring:" + "s" * 121,
            ]
        ),
    ),
    max_size=12,
)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octets, "_ROWS", 3)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, st.integers(0, 3))
def test_every_row_is_ordinary_where_the_expression_matches(rows: list[str], skipped: int) -> None:
    column = pa.array(rows, pa.string()).slice(skipped)
    rows = rows[skipped:]
    assert ordinary.labels(column).tolist() == [bool(LABEL.fullmatch(row)) for row in rows]
    assert ordinary.addresses(column).tolist() == [address(row) for row in rows]
    assert ordinary.reference_kinds(column).tolist() == [kind(row) for row in rows]
    assert ordinary.sources(column).tolist() == [
        bool(re.fullmatch(f"{SOURCE}{{0,120}}", row)) for row in rows
    ]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, st.integers(0, 3), st.booleans())
def test_a_repeated_text_is_found_in_any_piece(rows: list[str], first: int, lower: bool) -> None:
    column = pa.array(rows, pa.string())
    chunks = pa.chunked_array([column.slice(0, first), column.slice(first)])
    keys = [lowered(row) if lower else row for row in rows]
    counts = Counter(keys)
    assert repeated(chunks, lower=lower).tolist() == [counts[key] > 1 for key in keys]


def test_the_parts_of_addresses() -> None:
    column = pa.array(["kim@example.com", "x", "", "lee@example.org", "a@b@c"], pa.string())
    assert ordinary.local_parts(column).to_pylist() == ["kim", "x", "", "lee", "a@b@c"]
    assert ordinary.domains(column).to_pylist() == ["@example.com", "", "", "@example.org", ""]


def test_equal_numbers_are_no_equal_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octets, "_COMPARED", 0)
    column = pa.array(["ab", "cd", "ab", "e"], pa.string())
    assert len(set(by_piece(column, lambda piece: piece.hashed(0)).tolist())) == 2
    assert repeated(column).tolist() == [True, False, True, False]


def address(text: str) -> bool:
    local = text.partition("@")[0]
    return bool(ADDRESS.fullmatch(text)) and local not in WORDS and not local.startswith("AKIA")


def kind(text: str) -> int:
    if not text:
        return 0
    word, _, rest = text.partition(":")
    return (
        KINDS.index(word) + 1 if word in KINDS and re.fullmatch(f"{SOURCE}{{1,120}}", rest) else -1
    )


def lowered(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
