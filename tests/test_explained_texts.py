"""Texts that people posted in public, with the cause that RFCs and vendors give; hosts and names are changed."""

import json
from pathlib import Path

import pytest

from mailkit import explain

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("explained_texts.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:60])
def test_a_text_from_the_field_has_its_cause_first(case: dict[str, list[str]]) -> None:
    found = explain(str(case["text"]))

    assert (found[0].id if found else "none") in case["expect"]
