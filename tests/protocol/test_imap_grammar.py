"""The grammar of IMAP: what servers send is read, in linear time, also what no RFC allows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.protocol.imap import grammar
from mailkit.protocol.imap.grammar import (
    GrammarError,
    ImapString,
    StatusResponse,
    literal_size,
    status,
    upper_case_names,
    values,
)
from mailkit.protocol.imap.responses import fetch_items, list_row, section_key

ENDLESS = ["[ ", '"\\"', "a[b ", '[" ', "BODY[ ", 'BODY["', '" ', "BODY[x ", 'BODY["a" ', "\\", "("]


class Counting:
    """A pattern that counts the octets it was given to look at."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self.pattern, self.octets = pattern, 0

    def finditer(self, piece: bytes) -> Iterator[re.Match[bytes]]:
        self.octets += len(piece)
        end = 0
        for match in self.pattern.finditer(piece):
            assert match.start() == end, "an octet that no token holds was looked at before"
            end = match.end()
            yield match


@pytest.mark.parametrize("block", ENDLESS)
def test_a_megabyte_is_looked_at_twice_at_most(block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counters = [Counting(grammar._TOKEN), Counting(grammar._PLAIN_TOKEN)]
    monkeypatch.setattr(grammar, "_TOKEN", counters[0])
    monkeypatch.setattr(grammar, "_PLAIN_TOKEN", counters[1])
    line = block.encode() * (1_000_000 // len(block))

    if block == "(":
        with pytest.raises(GrammarError):
            values([line])
    else:
        values([line])

    assert sum(counter.octets for counter in counters) <= 2 * len(line)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (rb'a NIL nil "NIL" "a \"b\" \\c"', (b"a", None, None, b"NIL", b'a "b" \\c')),
        (b"(a[b) BODY[TEXT]", ((b"a[b",), b"BODY[TEXT]")),
        (b'BODY[HEADER.FIELDS ("X Y" Z)]<0>  3', (b'BODY[HEADER.FIELDS ("X Y" Z)]<0>', b"3")),
        (b"x ) y", (b"x", b"y")),
        (b'("5" disk" (z))', ((b"5", b"disk", b'"', (b"z",)),)),
        (b'5 "never ends', (b"5", b'"never', b"ends")),
        (b"\\Seen [x]y $Work", (b"\\Seen", b"[x]y", b"$Work")),
    ],
)
def test_odd_lines_are_read(line: bytes, read: tuple[Any, ...]) -> None:
    assert values([line]) == read


@pytest.mark.parametrize("line", [b"x )", b'"open', b"(open", b"BODY[open"])
def test_a_strict_reader_takes_none_of_them(line: bytes) -> None:
    with pytest.raises(GrammarError):
        values([line], strict=True)


@given(pieces=st.lists(st.binary(max_size=30) | st.binary(max_size=30).map(ImapString)))
def test_no_bytes_crash_the_tokenizer(pieces: list[bytes]) -> None:
    try:
        read = values(pieces)
    except GrammarError:
        return
    assert sum(isinstance(piece, ImapString) for piece in pieces) <= str(read).count("b")


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b'() "/" "Sent" ("OLDNAME" ("sent-mail"))', (b"Sent", (), "/")),
        (b"(\\Sent) / Sent", (b"Sent", ("\\sent",), "/")),
        (b'()  "/"  "Sent"', (b"Sent", (), "/")),
        (b'() "" "Sent"', (b"Sent", (), "")),
        (b'() "/" "Sent")', (b"Sent", (), "/")),
        (b"() NIL Sent", (b"Sent", (), "")),
        (b'() "/" NIL', (b"NIL", (), "/")),
        (b'() "/" Sent Items', (b"Sent Items", (), "/")),
        (b'"/" Sent', None),
        (b"()", None),
    ],
)
def test_rows_of_list_are_read(line: bytes, row: object) -> None:
    assert list_row(values([line])) == row


@pytest.mark.parametrize(
    ("line", "items"),
    [
        (b"(UID 7 FLAGS (x))", {"UID": b"7", "FLAGS": (b"x",)}),
        (
            b"(UID 7 (ENVELOPE (NIL)) RFC822.SIZE 3)",
            {"UID": b"7", "ENVELOPE": (None,), "RFC822.SIZE": b"3"},
        ),
        (b"(X-NEW UID 7 FLAGS)", {"UID": b"7"}),
        (b"(X-NEW (UID 8) UID 7)", {"UID": b"7"}),
        (b"(RFC822.SIZE UID 7)", {"UID": b"7"}),
        (b"(1 2 UID 7)", {"UID": b"7"}),
        (b'(rfc822.header "a" uid 7)', {"BODY[HEADER]": b"a", "UID": b"7"}),
        (b'(BODY[Header.Fields ("Subject")]<0> "a")', {"BODY[HEADER.FIELDS (SUBJECT)]": b"a"}),
        (b'(BINARY[1.2] "a" BINARY.SIZE[1] 9)', {"BODY[1.2]": b"a", "BINARY.SIZE[1]": b"9"}),
        (b"(BODY[] NIL)", {"BODY[]": None}),
        (b"7", {}),
    ],
)
def test_a_fetch_out_of_step_is_read_on_from_the_next_known_item(
    line: bytes, items: dict[str, object]
) -> None:
    assert dict(fetch_items(values([line])[0])) == items


def test_a_section_has_one_spelling() -> None:
    spellings = [
        'header.fields ("Subject" Date)',
        "HEADER.FIELDS  ( subject  DATE )",
        "HEADER.FIELDS(SUBJECT DATE)",
    ]
    assert {section_key(text) for text in spellings} == {"HEADER.FIELDS (SUBJECT DATE)"}


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (b"ok [uidvalidity 7] fine", StatusResponse("OK", "UIDVALIDITY", (b"7",), b"fine")),
        (b"NO", StatusResponse("NO")),
        (b"BYE gone", StatusResponse("BYE", text=b"gone")),
        (b"OKAY no", None),
        (b"7 EXISTS", None),
    ],
)
def test_status_lines_are_read(line: bytes, read: StatusResponse | None) -> None:
    assert status(line) == read


@pytest.mark.parametrize(
    ("line", "size"),
    [
        (b"x {5}\r\n", 5),
        (b"~{5+}", 5),
        (b"{5} x", None),
        ("{²}".encode(), None),
        (b"{%b}" % (b"9" * 30), None),
    ],
)
def test_a_literal_is_announced_in_ascii_digits(line: bytes, size: int | None) -> None:
    assert literal_size(line) == size


@pytest.mark.parametrize(
    ("line", "upper"),
    [
        (b"* capability imap4rev1\r\n", b"* CAPABILITY imap4rev1\r\n"),
        (b"* 3 fetch (uid 3)\r\n", b"* 3 FETCH (uid 3)\r\n"),
        (b"a1 ok done\r\n", b"a1 OK done\r\n"),
        (b"a1 whatever\r\n", b"a1 whatever\r\n"),
        (b" flags (x))\r\n", b" flags (x))\r\n"),
    ],
)
def test_names_of_responses_are_the_same_in_any_case(line: bytes, upper: bytes) -> None:
    assert upper_case_names(line) == upper
