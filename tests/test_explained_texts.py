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


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:60])
def test_a_text_from_the_field_has_its_cause_first(case: dict[str, list[str]]) -> None:
    found = explain(str(case["text"]))

    assert (found[0].id if found else "none") in case["expect"]
