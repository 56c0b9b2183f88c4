"""Messages in the server's order and in threads, and what Gmail has beside the standard."""

from collections.abc import Callable
from typing import Any

import pytest

from mailkit.client.gmail import add_labels, labelled, raw, remove_labels, thread_of
from mailkit.client.messages import fetch, search
from mailkit.client.ordering import sort, thread
from mailkit.client.query import seen, subject
from mailkit.errors import RefusedError, SettingsError

Make = Callable[..., Any]
SORTED = {"SORT", "THREAD=REFERENCES", "THREAD=ORDEREDSUBJECT", "LITERAL+"}


def test_messages_come_in_the_servers_order(imap_of: Make) -> None:
    imap, server = imap_of(b"* SORT 9 2 88\r\n", SORTED)

    assert sort(imap, "-date", "subject", query=~seen) == [9, 2, 88]
    assert b"UID SORT (REVERSE DATE SUBJECT) UTF-8 NOT ( SEEN )" in server.heard.replace(
        b"(SEEN)", b"( SEEN )"
    )
    assert sort(imap_of(b"* SORT\r\n", SORTED)[0]) == []
    with pytest.raises(SettingsError, match="'colour' is not a sort key"):
        sort(imap, "colour")


@pytest.mark.parametrize(
    ("said", "uids"),
    [
        (b"(2)(3 6 (4 23)(44 7 96))", [[2], [3, 6, 4, 23, 44, 7, 96]]),
        (b"((3)(5))", [[3, 5]]),
        (b"(1)", [[1]]),
        (b"", []),
        (b"(166)(167)(168)(169)(172)((170)(179))", [[166], [167], [168], [169], [172], [170, 179]]),
    ],
)
def test_threads_are_trees(said: bytes, uids: list[list[int]], imap_of: Make) -> None:
    """The examples of RFC 5256 §4."""
    imap, _ = imap_of(b"* THREAD " + said + b"\r\n", SORTED)
    assert [[*one.walk()] for one in thread(imap)] == uids


def test_answers_hang_below_what_they_answer(imap_of: Make) -> None:
    imap, _ = imap_of(b"* THREAD (3 6 (4 23)(44 7 96))\r\n", SORTED)
    (root,) = thread(imap, subject("offer"))
    (six,) = root.replies
    assert (root.uid, six.uid, [one.uid for one in six.replies]) == (3, 6, [4, 44])


def test_a_thread_of_ten_thousand_messages_is_read(imap_of: Make) -> None:
    row = b" ".join(b"%d" % n for n in range(1, 10_001))
    imap, _ = imap_of(b"* THREAD (%b)\r\n" % row, SORTED)
    assert sum(1 for _ in thread(imap)[0].walk()) == 10_000


def test_servers_without_them_are_named(imap_of: Make) -> None:
    imap, server = imap_of(b"", {"THREAD=REFS"})
    for work, why in ((sort, "no SORT"), (thread, "no THREAD=REFERENCES; it has REFS")):
        with pytest.raises(RefusedError, match=why):
            work(imap)
    with pytest.raises(RefusedError, match="no labels"):
        add_labels(imap, 7, "Paid")
    assert server.heard == b""


def test_gmails_search_and_labels(imap_of: Make) -> None:
    said = b'* 1 FETCH (UID 7 X-GM-LABELS (\\Inbox "&AOQ-hm") X-GM-THRID 1278455344230334865)\r\n'
    imap, server = imap_of(said, {"X-GM-EXT-1", "LITERAL+"})

    (row,) = fetch(imap, [7], "UID X-GM-LABELS X-GM-THRID")
    assert (row.labels, row.others["X-GM-THRID"]) == (("\\Inbox", "ähm"), "1278455344230334865")
    add_labels(imap, [7, 8], 'Paid "now"', "ähm", "\\Important")
    remove_labels(imap, [7], "Paid")
    assert (
        b'UID STORE 7:8 +X-GM-LABELS ("Paid \\"now\\"" "&AOQ-hm" \\Important)\r\n' in server.heard
    )
    assert b'UID STORE 7 -X-GM-LABELS ("Paid")\r\n' in server.heard

    search(imap, raw("has:attachment ähm") & labelled("Invoices") & thread_of(1278455344230334865))
    assert b"CHARSET UTF-8 X-GM-RAW {19+}\r\nhas:attachment \xc3\xa4hm" in server.heard
    assert b' X-GM-LABELS "Invoices" X-GM-THRID 1278455344230334865\r\n' in server.heard
    with pytest.raises(SettingsError, match="not a thread id"):
        thread_of("1 OR ALL")
