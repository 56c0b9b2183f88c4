"""Directories for folders that a server names: one component below the Maildir, whatever the name."""

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.protocol.imap.utf7 import from_maildir, to_maildir

HOSTILE = [
    *(
        ("/", "/"),
        (".", "."),
        ("a", "a"),
        ("", "/"),
        ("", ""),
        ("..", "/"),
        ("..", "."),
        (".", "/"),
    ),
    *(
        ("../..", "/"),
        ("/etc", "/"),
        ("//", "/"),
        ("a//b", "/"),
        ("a/", "/"),
        ("\0", "/"),
        ("&", "&"),
    ),
    *(("x" * 300, "/"), ("ü" * 200, "/"), ("a/" * 200, "/"), ("\\..\\..", "\\"), ("a\r\nb", "/")),
]
names = st.text(st.sampled_from("/.&-~ab\0\\ü\ud800,"), max_size=12) | st.text(max_size=300)


@pytest.mark.parametrize(("name", "delimiter"), HOSTILE)
def test_no_name_leads_above_the_maildir(name: str, delimiter: str) -> None:
    place = to_maildir(name, delimiter)
    assert place.startswith(".")
    assert place not in (".", "..")
    assert not {"/", "\0"} & {*place}
    assert len(os.fsencode(place)) <= 255


@given(names, names, st.sampled_from(["/", ".", "", "a", "\\", "&", "-"]))
@example("a", "a/", "/")
@example("", "/", "/")
@example("x" * 300, "x" * 299, "/")
@example("ınbox", "INBOX", "/")
def test_two_names_have_two_directories(first: str, second: str, delimiter: str) -> None:
    places = to_maildir(first, delimiter), to_maildir(second, delimiter)
    inboxes = [name.isascii() and name.upper() == "INBOX" for name in (first, second)]
    assert (places[0] == places[1]) == (first == second or all(inboxes))
    for place, inbox in zip(places, inboxes, strict=True):
        assert (place == "") == inbox
        assert inbox or (place[0] == "." and place.strip(".") and len(place) <= 255)
        assert "/" not in place


@pytest.mark.parametrize(
    "name", ["INBOX", "Sent", "a/b", "/", "a//b", "a/", "Entwürfe", "a.b", "."]
)
def test_the_name_comes_back_from_the_directory(name: str) -> None:
    assert from_maildir(to_maildir(name)) == name
