"""What a server's reply means by its place in a session: a table of replies that many servers give."""

from pathlib import Path

import pytest

from mailkit.replies import SessionPlace, read

_TABLE = Path(__file__).parent / "replies_by_place.txt"
ROWS = [
    line.split("|")
    for line in _TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(
    ("place", "protocol", "reply", "findings"), [pytest.param(*row, id=row[2][:60]) for row in ROWS]
)
def test_a_reply_has_the_meaning_of_its_place(
    place: str, protocol: str, reply: str, findings: str
) -> None:
    found = read(protocol, (reply,), place=SessionPlace(place))

    assert (found.finding if found else "none") in findings.split()
