"""Expressions are compiled only where a text has one of the words that they need: no match is lost by it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from mailkit import explanation
from mailkit.replies import found, plain, replies
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
    texts = [text.lower() for text in _SEEN]
    for pattern in _PATTERNS:
        ignoring = re.compile(pattern.source, re.IGNORECASE)
        # Case makes no difference where there is none; without it the search is several times as fast.
        exact = ignoring if re.search("[A-Z]", pattern.source) else re.compile(pattern.source)
        found = [text for text in texts if (exact if text.isascii() else ignoring).search(text)]
        matched += len(found)
        assert all(pattern.may_match(text) for text in found), pattern.source
    assert matched > len(_PATTERNS)


def _is_endless(items: Any) -> bool:
    """Whether a part of an expression can be repeated without an end, and can be given back."""
    for op, value in items:
        if op in (c.MAX_REPEAT, c.MIN_REPEAT) and (
            value[1] is c.MAXREPEAT or _is_endless(value[2])
        ):
            return True
        if op is c.SUBPATTERN and _is_endless(value[3]):
            return True
        if op is c.BRANCH and any(_is_endless(branch) for branch in value[1]):
            return True
    return False


@pytest.mark.parametrize("source", ["err\\w*x", "(?:a|b\\d+)", "x{2,}", "(?:ab)*", ".*?x"])
def test_a_repeat_without_an_end_is_seen(source: str) -> None:
    assert _is_endless(parser.parse(source))


def test_no_pattern_searches_to_the_end_of_a_text_from_each_of_its_places() -> None:
    for pattern in _PATTERNS:
        assert not _is_endless(parser.parse(pattern.compiled.pattern)), pattern.source


def test_no_pattern_matches_a_text_of_nothing() -> None:
    for pattern in _PATTERNS:
        assert re.search(pattern.source, "", pattern.flags) is None, pattern.source


def test_a_text_without_the_words_compiles_nothing() -> None:
    pattern = Pattern("connection (?:was )?refused")

    assert pattern.search("all is well", "all is well") is None
    assert "compiled" not in vars(pattern)
    assert pattern.search("Connection refused", "connection refused") is not None


def test_a_rule_found_by_its_id_is_the_rule_of_the_catalogue() -> None:
    assert all(rule_named(name) is rule for name, rule in RULES.items())
    with pytest.raises(KeyError):
        rule_named("aut-nothing")


def _crosses_lines(items: Any, dot: bool) -> bool:
    """Whether a part of an expression can match a line end."""
    for op, value in items:
        if op is c.SUBPATTERN and _crosses_lines(value[3], dot):
            return True
        if op in (c.MAX_REPEAT, c.MIN_REPEAT) and _crosses_lines(value[2], dot):
            return True
        if op is c.BRANCH and any(_crosses_lines(one, dot) for one in value[1]):
            return True
        if (op is c.LITERAL and value == 10) or (op is c.NOT_LITERAL and value != 10):
            return True
        if (op is c.ANY and dot) or (op is c.IN and _has_line_end(value)):
            return True
    return False


def _has_line_end(chars: Any) -> bool:
    spaces = (c.CATEGORY_SPACE, c.CATEGORY_NOT_WORD, c.CATEGORY_NOT_DIGIT)
    there = any(
        (op is c.LITERAL and value == 10)
        or (op is c.RANGE and value[0] <= 10 <= value[1])
        or (op is c.CATEGORY and value in spaces)
        for op, value in chars
    )
    return there != (chars[0][0] is c.NEGATE)


def _endless(items: Any, dot: bool) -> Iterator[bool]:
    """Repetitions without a limit of what can be a line end."""
    for op, value in items:
        if op in (c.MAX_REPEAT, c.MIN_REPEAT):
            yield value[1] == c.MAXREPEAT and _crosses_lines(value[2], dot)
            yield from _endless(value[2], dot)
        elif op is c.SUBPATTERN:
            yield from _endless(value[3], dot)
        elif op is c.BRANCH:
            for one in value[1]:
                yield from _endless(one, dot)
        elif op in (c.ASSERT, c.ASSERT_NOT):
            yield from _endless(value[1], dot)


def test_no_expression_repeats_line_ends_without_a_limit() -> None:
    """Such a search begins at each line and goes on to the end of the text: quadratic steps for a pasted log."""
    modules = {
        f"{module.__name__}.{name}": (one.pattern, one.flags & ~re.UNICODE)
        for module in (plain, found, explanation)
        for name, one in vars(module).items()
        if isinstance(one, re.Pattern)
        and name != "_CJK"  # it has to match the whole of a short text
    }
    rows = {one.source: (one.source, 0) for one in _PATTERNS}
    for name, (source, flags) in (modules | rows).items():
        parsed = parser.parse(source, flags)
        assert not any(_endless(parsed, bool(parsed.state.flags & re.DOTALL))), name
    assert any(_endless(parser.parse(r"^x|\s{2,}\d"), False))
    assert not any(_endless(parser.parse(r"[^\n]+|[ \t]*|\s{0,9}"), False))
