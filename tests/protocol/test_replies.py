"""One reader for each kind of reply: strict before the login, tolerant after it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.observation import StopReason
from mailkit.protocol import dots
from mailkit.protocol.pop3 import grammar as pop3
from mailkit.protocol.smtp.grammar import more_follows, refuses, reply_line
from mailkit.protocol.transcript import replay


@pytest.mark.parametrize(
    ("raw", "code", "text", "last"),
    [
        (b"250 fine", 250, b"fine", True),
        (b"250-SIZE 10\r\n", 250, b"SIZE 10", False),
        (b"250", 250, b"", True),
        (b"354go on\r\n", 354, b"go on", True),
    ],
)
def test_a_line_of_an_smtp_reply_has_code_text_and_place(
    raw: bytes, code: int, text: bytes, last: bool
) -> None:
    found = reply_line(raw, strict=True)

    assert found is not None
    assert (found.code, found.text, found.last) == (code, text, last)


@pytest.mark.parametrize("raw", [b"", b"25", b"hello", b"\xb2\xb2\xb2 x", b"-250 x"])
def test_what_has_no_code_is_no_reply(raw: bytes) -> None:
    assert reply_line(raw) is None


def test_only_the_strict_reader_minds_another_code_and_a_nul() -> None:
    before = reply_line(b"250-a")

    assert reply_line(b"550 b", before, strict=True) is None
    assert reply_line(b"250 b\0", before, strict=True) is None
    for raw in (b"550 b", b"250 b\0"):
        assert reply_line(raw, before) is not None


def test_the_places_of_a_reply_are_known_without_reading_it() -> None:
    assert [more_follows(raw) for raw in (b"250-x", b"250 x")] == [True, False]
    assert [refuses(raw) for raw in (b"450 x", b"550-x", b"250 x")] == [True, True, False]


@pytest.mark.parametrize(
    ("raw", "strict", "positive", "refused"),
    [
        (b"+OK", True, True, False),
        (b"+ok ready", True, True, False),
        (b"-err no", False, False, True),
        (b"+OKAY", None, True, False),
        (b"+OK \0", None, True, False),
        (b"OK", None, False, False),
        (b"+ challenge", None, False, False),
    ],
)
def test_a_pop3_status_line_is_read_by_both_policies(
    raw: bytes, strict: bool | None, positive: bool, refused: bool
) -> None:
    assert pop3.status(raw) is strict
    assert pop3.positive(raw) is positive
    assert pop3.refuses(raw) is refused


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"3 id-of-it", (3, b"id-of-it")),
        (b"  3   100 more words", (3, b"100")),
        (b"3", None),
        (b"three 100", None),
        (b"-3 100", None),
        (b"99999999999 1", None),
        (b"", None),
    ],
)
def test_a_row_of_numbers_is_read(raw: bytes, read: tuple[int, bytes] | None) -> None:
    assert pop3.row(raw) == read


def test_a_challenge_begins_with_a_plus_and_a_blank() -> None:
    assert pop3.challenge(b"+ abc") == "abc"
    assert pop3.challenge(b"+") == ""
    assert pop3.challenge(b"+OK") is None


@given(lines=st.lists(st.binary(max_size=8).map(lambda raw: raw.translate(None, b"\r\n"))))
def test_a_text_comes_out_as_it_went_in(lines: list[bytes]) -> None:
    content = b"".join(line + b"\r\n" for line in lines)
    sent = dots.stuffed(content) + dots.END

    came, rows = [], sent.split(b"\r\n")
    for row in rows:
        if (line := dots.unstuffed(row)) is None:
            break
        came.append(line)

    assert came == lines


def test_the_last_line_of_a_text_ends() -> None:
    assert dots.stuffed(b".a\r\n..b") == b"..a\r\n...b\r\n"
    assert dots.stuffed(b"") == b""


@pytest.mark.parametrize(
    "row",
    [
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN (",
        '* CAPABILITY "IMAP4rev1',
        "* CAPABILITY IMAP4rev1)",
        "* CAPABILITY BODY[",
    ],
)
def test_an_imap_reply_that_cannot_be_read_before_the_login_ends_the_conversation(row: str) -> None:
    (seen,) = replay(
        f"imap mail.example.com:143 starttls\n== connected\nS: * OK ready\n"
        f"C: a1 CAPABILITY\nS: {row}\nS: a1 OK done"
    )

    assert seen.stop is not None
    assert seen.stop.kind is StopReason.BROKEN
    assert seen.stop.data.decode() == row


@pytest.mark.parametrize(
    "row",
    [
        "* capability imap4rev1  starttls ",
        "*  CAPABILITY IMAP4rev1 STARTTLS",
        "* OK [capability IMAP4rev1 STARTTLS] x",
    ],
)
def test_case_and_blanks_never_matter(row: str) -> None:
    (seen,) = replay(
        f"imap mail.example.com:143 starttls\n== connected\nS: * OK ready\n"
        f"C: a1 CAPABILITY\nS: {row}\nS: a1 ok done\nC: a2 STARTTLS\nS: a2 BAD no"
    )

    assert seen.offers == ("IMAP4REV1", "STARTTLS")
    assert seen.stop is not None
    assert seen.stop.kind is StopReason.NOT_UPGRADED
