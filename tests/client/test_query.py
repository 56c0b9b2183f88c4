"""What goes over the wire for a search, and what is no search."""

from datetime import date
from typing import Any

import pytest

from mailkit.client import query
from mailkit.client.query import Query, query_of
from mailkit.errors import SettingsError

DAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("made", "wire"),
    [
        (query.from_("kim"), 'FROM "kim"'),
        (query.to('a "b" \\c'), 'TO "a \\"b\\" \\\\c"'),
        (query.cc("x"), 'CC "x"'),
        (query.bcc("x"), 'BCC "x"'),
        (query.subject("x"), 'SUBJECT "x"'),
        (query.body("x"), 'BODY "x"'),
        (query.text("x"), 'TEXT "x"'),
        (query.header("List-Id"), 'HEADER "List-Id" ""'),
        (query.keyword("$Work"), "KEYWORD $Work"),
        (query.since(DAY), "SINCE 5-Nov-2026"),
        (query.before("2026-11-05"), "BEFORE 5-Nov-2026"),
        (query.on(DAY), "ON 5-Nov-2026"),
        (query.sent_since(DAY), "SENTSINCE 5-Nov-2026"),
        (query.sent_before(DAY), "SENTBEFORE 5-Nov-2026"),
        (query.sent_on(" 2026-11-05T10:00 "), "SENTON 5-Nov-2026"),
        (query.larger(10), "LARGER 10"),
        (query.smaller(10), "SMALLER 10"),
        (query.modified_since(7), "MODSEQ 7"),
        (query.uids([1, 2, 3, 9]), "UID 1:3,9"),
        (query.uids([]), "UID 4294967295"),
        (query.seen & ~query.flagged, "SEEN NOT ( FLAGGED )"),
        (query.seen | query.draft, "OR ( SEEN ) ( DRAFT )"),
        (query_of(" unseen "), "NOT ( SEEN )"),
    ],
)
def test_a_search_is_written_as_the_standard_has_it(made: Query, wire: str) -> None:
    parts = (part if isinstance(part, str) else part.decode() for part in made.parts)
    assert " ".join(parts) == wire


@pytest.mark.parametrize(
    "make",
    [
        lambda: query_of("SUBJECT x"),
        lambda: query_of('ALL\r\na1 DELETE "INBOX"'),
        lambda: query_of(7),  # type: ignore[arg-type]
        lambda: query.subject(7),  # type: ignore[arg-type]
        lambda: query.since("yesterday"),
        lambda: query.since(20261105),  # type: ignore[arg-type]
        lambda: query.keyword("two words"),
        lambda: query.keyword("\\Seen"),
        lambda: query.larger(-1),
        lambda: query.larger("many"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_search_is_refused_before_anything_is_sent(make: Any) -> None:
    with pytest.raises(SettingsError):
        make()


def test_and_or_not_lose_no_condition() -> None:
    with pytest.raises(TypeError, match="lose conditions"):
        bool(query.seen)
    with pytest.raises(TypeError, match="combines with a search"):
        query.seen & "DRAFT"
