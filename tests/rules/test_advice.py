"""Each page says what a finding means, what to do, and how to check it: three different things."""

import re
from itertools import combinations

import pytest

from mailkit.finding import Rule
from mailkit.rules.advice import STEPS, advised
from mailkit.rules.catalogue import RULES

PAGES = [*RULES.values()]


def test_every_finding_has_its_own_steps_in_one_place_and_no_other_name_has() -> None:
    in_pages = [rule.id for rule in PAGES if rule.advice("What to do:")]

    assert sorted([*STEPS, *in_pages]) == sorted(rule.id for rule in PAGES)


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.id)
def test_no_part_of_a_page_is_empty_or_says_what_another_says(rule: Rule) -> None:
    do, check = advised(rule, "", "")
    parts = [rule.title, " ".join(rule.prose), do, check]

    assert all(part.strip() for part in parts)
    for one, other in combinations(map(sentences, parts), 2):
        assert not one & other


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.id)
def test_steps_are_short_sentences_for_a_person(rule: Rule) -> None:
    do, check = advised(rule, "", "")

    for part in (do, check):
        assert part.endswith(".")
        assert len(part) <= 240
        assert "``" not in part


def sentences(text: str) -> set[str]:
    """The sentences of a text, without regard to case and marks."""
    found = re.split(r"(?<=[.:;])\s", text)
    return {re.sub(r"\W+", " ", one).strip().lower() for one in found if len(one) > 12}
