"""Expressions are compiled only where a text has one of the words that they need: no match is lost by it."""

import json
import re
from pathlib import Path

import pytest

from mailkit.replies import replies
from mailkit.replies.clients import TEXTS
from mailkit.replies.pattern import Pattern, needed
from mailkit.replies.wordings import GENERAL, SPECIAL
from mailkit.replies.wrappers import FRAMES
from mailkit.rules.catalogue import RULES
from mailkit.rules.lookup import rule_named

_SEEN = [
    json.loads(line)["text"]
    for line in Path(__file__).with_name("explained_texts.jsonl").read_text("utf-8").splitlines()
] + [row.example for row in replies()]

_PATTERNS = [
    *(row.pattern for row in TEXTS),
    *(row.pattern for row in (*SPECIAL, *GENERAL)),
    *(pattern for pattern, _, _ in FRAMES),
]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("connection refused", {"connection refused"}),
        ("colou?r of money", {"r of money"}),
        ("abc(?:def|ghij)?", {"abc"}),
        ("(?:refused|reset) by", {"refused", "reset"}),
        ("ab(?:c|timeout)", None),
        ("(?:timeout)+x", {"timeout"}),
        ("(?:timeout){0,2}x", None),
        ("(?!never)some|(?<=never)other", {"some", "other"}),
        (r"\bone\.two\b", {"one.two"}),
        ("[abc]def{2}", None),
        ("x|yes it is", None),
    ],
)
def test_the_words_that_a_match_needs(source: str, words: set[str] | None) -> None:
    assert needed(source) == words


def test_no_row_loses_a_match_by_its_words() -> None:
    matched = 0
    for pattern in _PATTERNS:
        for text in _SEEN:
            found = re.search(pattern.source, text.lower(), re.IGNORECASE)
            matched += found is not None
            assert found is None or pattern.may_match(text.lower()), (pattern.source, text)
    assert matched > len(_PATTERNS)


def test_a_text_without_the_words_compiles_nothing() -> None:
    pattern = Pattern("connection (?:was )?refused")

    assert pattern.search("all is well", "all is well") is None
    assert "compiled" not in vars(pattern)
    assert pattern.search("Connection refused", "connection refused") is not None


def test_a_rule_found_by_its_id_is_the_rule_of_the_catalogue() -> None:
    assert all(rule_named(name) is rule for name, rule in RULES.items())
    with pytest.raises(KeyError):
        rule_named("aut-nothing")
