"""UIDs and searches as people write them: understood, or refused before anything is sent."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from mailkit.client import query
from mailkit.client.commands import values
from mailkit.client.news import News
from mailkit.client.rows import facts_of, row_of
from mailkit.client.uids import sequence_sets, uid_list
from mailkit.errors import SettingsError


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("17", [17]),
        (17, [17]),
        (b"1 2 9", [1, 2, 9]),
        ("3:5,9", [3, 4, 5, 9]),
        (["25", b"7"], [7, 25]),
        ([SimpleNamespace(uid=4), 4], [4]),
        (range(2, 4), [2, 3]),
        ([], []),
    ],
)
def test_uids_are_read_as_numbers_and_never_letter_by_letter(given: Any, meant: list[int]) -> None:
    assert uid_list(given) == meant


@pytest.mark.parametrize(
    "given", ["1:*", "", "x", 0, -1, True, 1.5, None, [None], 2**32, "²", "1:4294967295", {"a"}]
)
def test_what_is_not_a_uid_is_refused(given: Any) -> None:
    with pytest.raises(SettingsError):
        uid_list(given)


def test_sets_stay_below_what_a_command_line_may_have() -> None:
    numbers = [*range(1_000_000, 1_040_000, 2)]
    sets = [*sequence_sets(numbers)]
    assert max(map(len, sets)) <= 7_000
    assert ",".join(sets) == ",".join(map(str, numbers))


def test_conditions_joined_by_and_or_not_are_refused() -> None:
    for use in (lambda: query.seen and query.draft, lambda: not query.seen):
        with pytest.raises(TypeError, match="&"):
            use()


@pytest.mark.parametrize("given", ["SUBJECT x", 7, None, "UID 1:*", ""])
def test_what_is_not_a_search_is_refused(given: Any) -> None:
    with pytest.raises(SettingsError):
        query.query_of(given)


def test_dates_and_single_keys_may_be_text() -> None:
    assert query.query_of("unseen") == ~query.seen
    assert query.since("2026-11-01") == query.since(date(2026, 11, 1))
    with pytest.raises(SettingsError):
        query.since("yesterday")
    with pytest.raises(SettingsError):
        query.subject(7)  # type: ignore[arg-type]


def test_news_is_kept_until_it_is_taken_and_an_answer_is_no_news() -> None:
    news = News()
    news.command(b"M1 EXAMINE INBOX\r\n")
    news.line(b"* 3 EXISTS\r\n")
    news.command(b"M2 UID SEARCH ALL\r\n")
    news.line(b"* 4 exists\r\n")
    news.command(b"M3 UID EXPUNGE 1\r\n")
    news.line(b"* 1 EXPUNGE\r\n")
    assert news.take() == [(4, "EXISTS")]
    assert news.take() == []


_FLAGS = b"* 2 FETCH (FLAGS (\\Flagged))\r\n"
_FLAGS_OF_7 = b"* 2 FETCH (FLAGS (\\Flagged) UID 7 MODSEQ (12))\r\n"
_LONG = b"* 2 FETCH (UID 7 FLAGS (" + b" ".join(b"$keyword%d" % n for n in range(60)) + b"))\r\n"


@pytest.mark.parametrize("items", ["(UID FLAGS)", "FLAGS", "(FLAGS MODSEQ) (CHANGEDSINCE 5)"])
@pytest.mark.parametrize(
    ("numbers", "lines", "news"),
    [
        ("7", [_FLAGS_OF_7], 0),
        ("5:9,12", [_FLAGS_OF_7], 0),
        ("9:5", [_FLAGS_OF_7], 0),
        ("1:*,12", [_FLAGS_OF_7], 0),
        ("$", [_FLAGS_OF_7], 0),
        ("7", [_FLAGS_OF_7, _FLAGS_OF_7], 1),  # the answer, and what came after it
        ("7", [_FLAGS], 1),  # the answer to a UID command has the UID
        ("8:20", [_FLAGS_OF_7], 1),
        ("1:6,8:20", [_FLAGS_OF_7], 1),
    ],
)
def test_flags_that_a_fetch_of_flags_did_not_ask_for_are_news(
    items: str, numbers: str, lines: list[bytes], news: int
) -> None:
    seen = News()
    seen.command(f"M1 UID FETCH {numbers} {items}\r\n".encode())
    for line in lines:
        seen.line(line)
    assert seen.take() == [(2, "FETCH")] * news


@pytest.mark.parametrize(
    ("command", "line", "news"),
    [
        (b"M1 UID FETCH 1:9 (UID FLAGS BODY.PEEK[])\r\n", _FLAGS_OF_7, True),
        (b"M1 UID FETCH 1:9 (UID FLAGS BODY.PEEK[])\r\n", _LONG, True),
        (b"M1 UID FETCH 1:9 ENVELOPE\r\n", _FLAGS, True),
        (b"M1 UID FETCH 1:9 ENVELOPE\r\n", b"* 2 FETCH (UID 7 ENVELOPE NIL)\r\n", False),
        (
            b"M1 UID FETCH 1:9 (UID FLAGS RFC822.SIZE)\r\n",
            b"* 2 FETCH (UID 7 FLAGS () RFC822.SIZE 1)\r\n",
            False,
        ),
        (b"M1 FETCH 2 (BODY[])\r\n", b"* 2 FETCH (FLAGS (\\Seen))\r\n", False),  # its own doing
        (b"M1 FETCH 2 RFC822\r\n", b"* 2 FETCH (FLAGS (\\Seen))\r\n", False),
        (b"M1 FETCH 2 RFC822.SIZE\r\n", b"* 2 FETCH (FLAGS (\\Seen))\r\n", True),
        (b"M1 FETCH 2 FLAGS\r\n", _FLAGS, False),
        (b"M1 FETCH 3 FLAGS\r\n", _FLAGS, True),
        (b"M1 STORE 2 +FLAGS (\\Flagged)\r\n", _FLAGS, False),
        (b"M1 UID STORE 7 +FLAGS (\\Flagged)\r\n", _FLAGS_OF_7, False),
        (b"M1 UID STORE 8 +FLAGS (\\Flagged)\r\n", _FLAGS_OF_7, True),
        (b"M1 UID STORE 7 +FLAGS.SILENT (\\Seen)\r\n", _FLAGS_OF_7, True),
        (b"M1 UID STORE 7 +FLAGS.SILENT (\\Seen)\r\n", b"* 2 FETCH (UID 7 MODSEQ (9))\r\n", False),
        (b"M1 UID STORE 7 +FLAGS.SILENT (\\Seen)\r\n", b"* 2 FETCH (UID 7 FLAGS {3}\r\n", False),
    ],
)
def test_what_another_client_did_is_news_during_a_fetch_or_store(
    command: bytes, line: bytes, news: bool
) -> None:
    seen = News()
    seen.command(command)
    seen.line(line)
    assert seen.take() == [(2, "FETCH")] * news


def test_a_count_that_a_server_repeats_is_no_news() -> None:
    news = News()
    news.command(b"M1 SELECT INBOX\r\n")
    news.line(b"* 3 EXISTS\r\n")
    news.command(b"M2 NOOP\r\n")
    for line in (b"* 3 EXISTS\r\n", b"* 3 EXPUNGE\r\n", b"* 2 EXISTS\r\n", b"* 3 EXISTS\r\n"):
        news.line(line)
    assert news.take() == [(3, "EXPUNGE"), (3, "EXISTS")]
    news.line(b"* VANISHED 41\r\n")  # of two messages one is gone, and one is new
    news.line(b"* 3 EXISTS\r\n")
    assert news.take() == [(41, "VANISHED"), (3, "EXISTS")]
    assert news.exists == 3


def test_the_rest_of_a_command_after_a_literal_changes_nothing() -> None:
    news = News()
    news.command(b"M1 UID FETCH 7 (FLAGS BODY.PEEK[HEADER.FIELDS ({4}\r\n")
    news.command(b")])\r\n")
    news.line(b"* 2 FETCH (UID 7 FLAGS () BODY[HEADER.FIELDS (DATE)] NIL)\r\n")
    assert news.take() == []


def told(text: bytes) -> Any:
    return row_of(1, values([text])[0])


def test_items_out_of_place_cost_no_other() -> None:
    row = told(b'(UID 7 (ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL)) RFC822.SIZE 5)')
    assert (row.uid, row.envelope.subject, row.size) == (7, "s", 5)


@pytest.mark.parametrize(
    ("item", "section"),
    [
        (b'BODY[HEADER.FIELDS ("Subject")] "x"', "HEADER.FIELDS (SUBJECT)"),
        (b'BODY[HEADER.FIELDS (Subject  To)] "x"', "HEADER.FIELDS (SUBJECT TO)"),
        (b'body[1.mime]<0> "x"', "1.MIME"),
        (b'RFC822.HEADER "x"', "HEADER"),
        (b'BINARY[1] "x"', "1"),
    ],
)
def test_a_section_has_one_name_however_a_server_spells_it(item: bytes, section: str) -> None:
    assert told(b"(UID 7 " + item + b")").sections == {section: b"x"}


def test_what_extensions_report_is_in_the_row() -> None:
    row = told(b'(UID 5 X-GM-THRID 12668 X-GM-LABELS (\\Inbox "Arbeit &AOQ-"))')
    assert row.others["X-GM-THRID"] == "12668"
    assert row.labels == ("\\Inbox", "Arbeit ä")


def test_numbers_beyond_63_bits_are_none() -> None:
    assert facts_of(1, values([b"(UID 99999999999999999999 RFC822.SIZE 3)"])[0])["uid"] is None
