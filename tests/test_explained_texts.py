"""Error texts with the cause that RFCs and vendors give.

Part of them are posts in public, with hosts and names changed; part are rebuilt from the wordings of
libraries and vendors.
"""

import json
from pathlib import Path

import pytest

from mailkit import explain

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("explained_texts.jsonl").read_text("utf-8").splitlines()
]


PARTS = 8
"""Tests for them all, so that several workers share them."""


@pytest.mark.parametrize("part", range(PARTS))
def test_texts_from_the_field_have_their_cause_first(part: int) -> None:
    wrong = []
    for case in CASES[part::PARTS]:
        found = explain(case["text"])
        if (found[0].id if found else "none") not in case["expect"]:
            wrong.append((case["text"], case["expect"], [cause.id for cause in found]))

    assert wrong == []
