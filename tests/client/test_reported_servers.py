"""Answers of servers that people reported as read wrongly, or not at all."""

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from mailkit.client import connect
from mailkit.client.commands import ask
from mailkit.client.compose import compose
from mailkit.client.mailboxes import (
    create,
    folders,
    open_folder,
    status,
    statuses,
    subscribed,
)
from mailkit.client.messages import append, fetch, idle, move, search
from mailkit.client.query import body, header, subject, text
from mailkit.client.reading import fetch_messages
from mailkit.errors import RefusedError
from mailkit.formats import loads
from mailkit.lab import Listener
from mailkit.lab.scenario import ADDRESS, HOST
from mailkit.lab.scenario import imap as account_of

Make = Callable[..., Any]


def structure_of(imap_of: Make, said: bytes) -> Any:
    imap, _ = imap_of(b"* 1 FETCH (UID 1 BODYSTRUCTURE " + said + b")\r\n", words=b"FETCH")
    (row,) = fetch(imap, [1], "UID BODYSTRUCTURE")
    return row.structure


@pytest.mark.parametrize(
    ("said", "kinds", "names"),
    [
        (
            b'((("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "base64" 5374 125 NIL NIL NIL)("TEXT" "HTML" ("CHARSET" "UTF-8") NIL NIL "base64" 28410 408 NIL NIL NIL)'
            b'("IMAGE" "PNG" ("NAME" "IMAGE002.PNG") "_com_1_2178_RAW@x" "image002.png" "base64" 14824 NIL ("INLINE" ("FILENAME" "image002.png" "size" "10831")) NIL)'
            b' "RELATIVE" ("BOUNDARY" "--_com") NIL NIL) "ALTERNATIVE" ("boundary" "--_c") NIL NIL)',
            ["text/plain", "text/html", "image/png"],
            ["image002.png"],
        ),
        (
            b'(("text" "html" ("charset" "UTF-8") NIL NIL "quoted-printable" 1224 16)("application" "octet-stream" ("name" "2154973550.pdf") NIL """" "base64" 65322) "MIXED")',
            ["text/html", "application/octet-stream"],
            ["2154973550.pdf"],
        ),
        (
            b'((("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "BASE64" 10418 133 NIL NIL NIL)("TEXT" "HTML" NIL NIL NIL "BASE64" 34544 442 NIL NIL NIL) "ALTERNATIVE" ("BOUNDARY" "9") NIL NIL)'
            b'("RELATED" NIL ("ATTACHMENT" NIL) NIL)("APPLICATION" "PDF" ("NAME" "a.pdf") NIL NIL "BASE64" 9) "MIXED" ("BOUNDARY" "8") NIL NIL)',
            ["text/plain", "text/html", "application/pdf"],
            ["a.pdf"],
        ),
        (
            b'(("TEXT" "PLAIN" ("CHARSET" "GB2312") NIL NIL NIL 0 0 ("BOUNDARY" "=002_") NIL NIL) "RELATED" ("BOUNDARY" "=002_") NIL NIL)',
            ["text/plain"],
            [],
        ),
        (
            b'(("multipart" "related" ("boundary" "-") NIL NIL "7BIT" 400 ("boundary" "-") NIL NIL NIL)("TEXT" "html" ("charset" "UTF8") NIL NIL "7BIT" 1115 70 NIL NIL NIL NIL)'
            b'("TEXT" "html" NIL NIL NIL "QUOTED-PRINTABLE" 16 2 NIL NIL NIL NIL) "mixed" ("boundary" "-") NIL NIL NIL)',
            ["text/html", "text/html"],
            [],
        ),
    ],
)
def test_a_structure_names_the_parts_whatever_is_wrong_with_it(
    imap_of: Make, said: bytes, kinds: list[str], names: list[str]
) -> None:
    found = structure_of(imap_of, said)
    leaves = [one.kind for one in found.walk() if not one.kind.startswith("multipart/")]
    assert leaves == kinds
    assert [one.filename for one in found.attachments] == names


@pytest.mark.parametrize(
    "said",
    [
        b'("APPLICATION" "PDF\r\n    NAME="ATT1-160708123935.PDF"" NIL NIL NIL "base64" 257328 NIL NIL NIL)',
        b'("text" "html" ("charset" "utf-8") NIL NIL "7bit" 1840 0 NIL NIL NIL NIL)(("text" "html" NIL NIL NIL "base64" 168 0 NIL',
    ],
)
def test_a_structure_that_cannot_be_read_costs_no_other_message(imap_of: Make, said: bytes) -> None:
    two = b"* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n"
    imap, _ = imap_of(b"* 1 FETCH (UID 1 BODYSTRUCTURE " + said + b")\r\n" + two, words=b"FETCH")
    rows = {row.uid: row for row in fetch(imap, [1, 2], "UID FLAGS BODYSTRUCTURE")}
    assert rows[2].flags == {"\\Seen"}


@pytest.mark.parametrize(
    ("said", "email", "subject"),
    [
        (
            b'("Wed, 7 Aug 2013 16:44:13 +0800" "=?GBK?B?UmU6ILnY09o=?=" (("=?GBK?B?1uw=?=" NIL "kim" "example.com")) NIL NIL NIL NIL NIL "<x@x.test>")',
            "kim@example.com",
            "Re: 关于",
        ),
        (
            b'("Tue, 24 Sep 2019 09:48:05 +0800" "s" (("n" NIL "kim" "example.com")) NIL NIL NIL NIL NIL)',
            "kim@example.com",
            "s",
        ),
        (
            b'("Thu, 29 Apr 2021 10:57:07 +0000" "s" (({38}\r\n'
            + 'Рецепция Офис сграда "Данаил Дечев" №6'.encode()
            + b' NIL "kim" "example.com")) NIL NIL (("Team" NIL "team" "example.com")) NIL NIL NIL "<d0@x.test>")',
            "kim@example.com",
            "s",
        ),
        (
            b'("Thu, 18 Jul 2019 01:29:32 -0300" "s" (NIL ({9}\r\n_?= =?iso NIL "kim" "example.com")) NIL NIL NIL NIL NIL NIL "<0A@x>")',
            "kim@example.com",
            "s",
        ),
        (
            b'(NIL "s" (("Calendar <kim@example.com>" NIL "Google" NIL)) NIL NIL NIL NIL NIL NIL NIL)',
            "kim@example.com",
            "s",
        ),
        (
            b'("Thu, 18 Jul 2019 01:29:32 -0300" "s" (("a \\"b\\" c" NIL "kim" "example.com")) ("" "" "kim" "example.com") NIL NIL NIL NIL NIL NIL)',
            "kim@example.com",
            "s",
        ),
    ],
)
def test_an_envelope_names_its_author_whatever_is_wrong_with_it(
    imap_of: Make, said: bytes, email: str, subject: str
) -> None:
    imap, _ = imap_of(
        b"* 1 FETCH (UID 1 ENVELOPE " + said + b" FLAGS (\\Seen))\r\n", words=b"FETCH"
    )
    (row,) = fetch(imap, [1], "UID ENVELOPE FLAGS")
    assert row.envelope is not None
    assert [one.email for one in row.envelope.from_] == [email]
    assert row.envelope.subject == subject


def test_quotes_that_are_not_escaped_cost_no_other_message(imap_of: Make) -> None:
    broken = b'* 1 FETCH (UID 1 ENVELOPE ("Thu, 18 Jul 2019 01:29:32 -0300" ""Fwd: "hello" there" NIL NIL NIL NIL NIL NIL NIL NIL))\r\n'
    imap, _ = imap_of(broken + b"* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n", words=b"FETCH")
    assert [row.uid for row in fetch(imap, [1, 2])] == [1, 2]


@pytest.mark.parametrize(
    ("said", "what", "value"),
    [
        (b"* 11487 FETCH (UID 7 )\r\n", "uid", 7),
        (b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello FLAGS (\\Seen))\r\n", "content", b"hello"),
        (b"* 1 FETCH (UID 7 BODY[] {5}\r\nhello FLAGS (\\Seen))\r\n", "flags", {"\\Seen"}),
        (b"* 3 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (FLAGS () UID 7)\r\n", "flags", set()),
        (
            b'* 64 FETCH (UID 7 INTERNALDATE "14-Oct-2012 17:49:28 +0000" FLAGS (\\Seen))\r\n',
            "flags",
            {"\\Seen"},
        ),
        (
            b"* 1 FETCH (UID 7 BODY[1.2] {0}\r\n BODY[1.1] {0}\r\n)\r\n",
            "sections",
            {"1.2": b"", "1.1": b""},
        ),
        (
            b"* 1 FETCH (UID 7 BODY[HEADER.FIELDS (FROM SUBJECT)] {4}\r\na: b BODY[TEXT] {2}\r\nhi)\r\n",
            "sections",
            {"HEADER.FIELDS (FROM SUBJECT)": b"a: b", "TEXT": b"hi"},
        ),
        (b'* 1 FETCH (UID 7 BODY[1] "" FLAGS (\\Seen))\r\n', "flags", {"\\Seen"}),
        (b"* 1 FETCH (UID 7 FLAGS (\\Seen $Forwarded [x]) MODSEQ (12))\r\n", "modseq", 12),
    ],
)
def test_a_row_has_what_the_server_told(
    imap_of: Make, said: bytes, what: str, value: object
) -> None:
    imap, _ = imap_of(said, words=b"FETCH")
    (row,) = fetch(imap, [7], "UID FLAGS")
    assert getattr(row, what) == value


@pytest.mark.parametrize(
    ("line", "name", "delimiter"),
    [
        (b'* LIST (\\HasNoChildren \\) "." "Argos"\r\n', "Argos", "."),
        (b'* LIST () "\x1c" "a\x1cb"\r\n', "a\x1cb", "\x1c"),
        (b'* LIST () "/" "&DiAOMg4pDjU-66_xF8FF_&DhsOAQ4qDgQ-"\r\n', "ภาษี66_xF8FF_ปกสค", "/"),
        (b'* LIST () "/" "VALERIA&-MATTEO"\r\n', "VALERIA&MATTEO", "/"),
        (b'* LIST () "/" INBOX/From\tSubject\t\r\n', "INBOX/From\tSubject\t", "/"),
        (b'* LIST () "/" Two  Words \r\n', "Two  Words", "/"),
        (b"* LIST () NIL One \r\n", "One", ""),
        (b'* LIST () "/" "2023/PAX_20_30_APR\'24"\r\n', "2023/PAX_20_30_APR'24", "/"),
    ],
)
def test_a_folder_has_its_name(imap_of: Make, line: bytes, name: str, delimiter: str) -> None:
    imap, _ = imap_of(line, words=b"LIST")
    (folder,) = folders(imap)
    assert (folder.name, folder.delimiter) == (name, delimiter)


@pytest.mark.parametrize("delimiter", [b'"//"', b"/./", b'""'])
def test_a_delimiter_that_is_no_character_is_none(imap_of: Make, delimiter: bytes) -> None:
    imap, _ = imap_of(b"* LIST () " + delimiter + b" x\r\n", words=b"LIST")
    (folder,) = folders(imap)
    assert folder.delimiter == ""


@pytest.mark.parametrize("uid", [b"0", b"4294967296", b"1099511627776", b"\xd9\xa1"])
def test_a_uid_has_32_bits(imap_of: Make, uid: bytes) -> None:
    imap, _ = imap_of(b"* SEARCH 7 " + uid + b"\r\n", words=b"SEARCH")
    assert search(imap) == [7]


@pytest.mark.parametrize(
    ("said", "messages"),
    [
        (b'* STATUS "INBOX" ()\r\n', None),
        (b'* STATUS {5}\r\nIN"OX (MESSAGES 3)\r\n', 3),
        (b"* STATUS Two Words (MESSAGES 3 UIDVALIDITY 7)\r\n", 3),
        (b"* STATUS INBOX (messages 3 )\r\n", 3),
    ],
)
def test_a_status_is_read(imap_of: Make, said: bytes, messages: int | None) -> None:
    imap, _ = imap_of(said, words=b"STATUS")
    assert status(imap, "INBOX").messages == messages


def test_the_counts_of_all_folders_are_asked_for_only_where_it_is_offered(imap_of: Make) -> None:
    imap, server = imap_of(b"", {"LIST-EXTENDED", "CONDSTORE"}, b"LIST", b"BAD Illegal arguments.")
    assert statuses(imap) == {}
    assert server.heard == b""


def test_a_code_on_a_line_of_its_own_is_no_end(imap_of: Make) -> None:
    imap, _ = imap_of(b"[COPYUID 124 10 233]\r\n", {"MOVE"}, b"MOVE")
    move(imap, 10, "Archive")
    assert search(imap) == []


@pytest.mark.parametrize(
    "name", ["sent & trash", 'a"b', "Fıstıkçı Şahap", "back\\slash", "100% [x] {3}", "(a) b"]
)
def test_a_folder_of_any_name_takes_messages(make_lab: Make, name: str) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))
    account = loads(account_of(993, "implicit-tls"))[0]
    message = EmailMessage()
    message["To"] = "Blåbær Ø Syltetøy <kim@example.com>"
    message["Subject"] = "Blåbær"
    message.set_content("æøå")
    with connect(account, ca=lab.ca_file, connect_to=lab.connect_to, timeout=30) as client:
        create(client, name)
        append(client, name, message)
        assert status(client, name).messages == 1
        open_folder(client, name)
        (found,) = fetch_messages(client)
    assert (found.to[0].name, found.subject, found.text.strip()) == (
        "Blåbær Ø Syltetøy",
        "Blåbær",
        "æøå",
    )


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        (
            b'((("text" "plain" ("charset" "utf-8") NIL NIL "8bit" 1721 0 NIL NIL NIL NIL)("text" "html" ("charset" "utf-8") NIL NIL "8bit" 31289 0 NIL NIL NIL NIL)'
            b' "alternative" ("boundary" NIL))("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 9 NIL NIL NIL) "mixed" ("boundary" NIL))',
            ["text/plain", "text/html", "application/pdf"],
        ),
        (
            b'(("TEXT" "PLAIN" ("CHARSET" "us-ascii") NIL NIL "7BIT" 0 0 NIL NIL NIL NIL) "MIXED" ("BOUNDARY" "MP_/Xw") NIL NIL NIL)',
            ["text/plain"],
        ),
    ],
)
def test_a_structure_without_a_boundary_names_its_parts(
    imap_of: Make, said: bytes, kinds: list[str]
) -> None:
    leaves = [
        one.kind
        for one in structure_of(imap_of, said).walk()
        if not one.kind.startswith("multipart/")
    ]
    assert leaves == kinds


def test_two_groups_are_two_groups(imap_of: Make) -> None:
    to = b'((NIL NIL "a" NIL)(NIL NIL "x" "e.com")(NIL NIL NIL NIL)(NIL NIL "b" NIL)(NIL NIL "y" "e.com")(NIL NIL NIL NIL))'
    imap, _ = imap_of(
        b"* 1 FETCH (UID 1 ENVELOPE (NIL NIL NIL NIL NIL " + to + b" NIL NIL NIL NIL))\r\n",
        words=b"FETCH",
    )
    (row,) = fetch(imap, [1])
    assert [(one.name, [member.email for member in one.members]) for one in row.envelope.to] == [
        ("a", ["x@e.com"]),
        ("b", ["y@e.com"]),
    ]


def test_news_between_two_rows_is_no_row(imap_of: Make) -> None:
    said = (
        b"* 1 FETCH (UID 1 FLAGS ())\r\n* 1 RECENT\r\n* 19 EXISTS\r\n* 2 FETCH (UID 2 FLAGS ())\r\n"
    )
    imap, _ = imap_of(said, words=b"FETCH")
    assert [row.uid for row in fetch(imap, [1, 2], "FLAGS")] == [1, 2]


def test_a_blank_at_the_end_of_a_list_costs_nothing(imap_of: Make) -> None:
    said = (
        b"* 1 EXISTS\r\n* 0 RECENT\r\n* OK [UNSEEN 1] first unseen message\r\n* OK [UIDVALIDITY 1754171061] Uid epoch\r\n* OK [UIDNEXT 2] next\r\n"
        b"* FLAGS (\\Answered \\Seen $Forwarded )\r\n* OK [PERMANENTFLAGS (\\Answered \\Seen $Forwarded )] Limited\r\n"
    )
    imap, _ = imap_of(said, words=b"EXAMINE", status=b"OK [READ-ONLY] done")
    found = open_folder(imap, "INBOX")
    assert (found.messages, found.uidvalidity, found.uidnext) == (1, 1754171061, 2)


def test_a_search_in_ascii_names_no_character_set(imap_of: Make) -> None:
    imap, server = imap_of(b"* SEARCH 7\r\n", words=b"SEARCH")
    assert search(imap, header("Message-Id", "<37cde6de@journal.example>")) == [7]
    assert b"CHARSET" not in server.heard


def test_a_search_beyond_ascii_names_utf_8_and_sends_a_literal(imap_of: Make) -> None:
    imap, server = imap_of(b"* SEARCH 7\r\n", words=b"SEARCH")
    assert search(imap, body("w57äöüw4b6")) == [7]
    assert b"CHARSET UTF-8" in server.heard
    assert b"{13+}\r\n" + "w57äöüw4b6".encode() in server.heard


def test_a_search_with_utf_8_enabled_names_no_character_set(imap_of: Make) -> None:
    imap, server = imap_of(b"* SEARCH 7\r\n", words=b"SEARCH")
    imap.utf8_enabled = True
    assert search(imap, subject("Comunicação")) == [7]
    assert b"CHARSET" not in server.heard


def test_a_character_set_that_the_server_lacks_is_named(imap_of: Make) -> None:
    refusal = b"NO [BADCHARSET (US-ASCII)] The specified charset is not supported."
    imap, _ = imap_of(b"", words=b"SEARCH", status=refusal)
    with pytest.raises(RefusedError, match="not supported") as caught:
        search(imap, subject("Pedido de adição"))
    assert caught.value.kind == "badcharset"


@pytest.mark.parametrize(
    "words",
    ["Đây là một email test 1=1;-", "L'été d'Anne", "上善若水", 'say "hi" \\ (now)', "100% *"],
)
def test_a_subject_with_any_sign_is_found(make_lab: Make, words: str) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))
    lab.box(ADDRESS).deliver(compose("lee@example.com", ADDRESS, f"Re: {words} 1", "x").content())
    lab.box(ADDRESS).deliver(compose("lee@example.com", ADDRESS, "other", "x").content())
    account = loads(account_of(993, "implicit-tls"))[0]
    with connect(
        account, ca=lab.ca_file, connect_to=lab.connect_to, timeout=30, folder="INBOX"
    ) as client:
        assert search(client, subject(words)) == [1]
        assert search(client, text(words)) == [1]


def test_two_blanks_before_a_number_are_read_as_one(imap_of: Make) -> None:
    said = b"*  1843 EXISTS\r\n* 0  RECENT\r\n"
    imap, _ = imap_of(said, words=b"EXAMINE")
    assert imap.select("INBOX", readonly=True) == ("OK", [b"1843"])
    assert open_folder(imap, "INBOX").messages == 1843
    imap, _ = imap_of(b"*  7 EXISTS\r\n", {"IDLE"}, words=b"NOOP")
    imap.noop()
    assert idle(imap, 5.0) == [(7, "EXISTS")]


def test_an_empty_line_between_responses_is_none(imap_of: Make) -> None:
    said = b'* LIST () "/" {3}\r\nfoo\r\n\r\n* LIST () "/" bar\r\n'
    imap, _ = imap_of(said, words=b"LIST")
    assert imap.list() == ("OK", [(b'() "/" {3}', b"foo"), b"", b'() "/" bar'])
    assert [folder.name for folder in folders(imap)] == ["foo", "bar"]


def test_a_server_with_imap4rev2_only_is_spoken_to_as_such(imap_of: Make) -> None:
    imap, server = imap_of(
        '* LIST (\\Subscribed) "/" "Entwürfe"\r\n'.encode(), {"IMAP4REV2", "LITERAL+"}, b"LIST"
    )
    (folder,) = folders(imap)
    assert folder.name == "Entwürfe"
    assert subscribed(imap) == ["Entwürfe"]
    open_folder(imap, "Entwürfe", read_only=False)
    move(imap, [3], "Archive")
    assert b"LIST (SUBSCRIBED)" in server.heard
    assert b"LSUB" not in server.heard
    assert "Entwürfe".encode() in server.heard.partition(b"SELECT")[2]
    assert b"UID MOVE 3" in server.heard
    assert not imap.offers & {"IMAP4REV1", "IMAP4"}


def test_what_vanished_is_news(imap_of: Make) -> None:
    imap, _ = imap_of(b"* VANISHED 405,407:408\r\n", {"IDLE"}, b"NOOP")
    ask(imap, "NOOP")
    assert idle(imap, 30.0) == [(405, "VANISHED"), (407, "VANISHED"), (408, "VANISHED")]


@pytest.mark.parametrize(
    "said", [b"* VANISHED (EARLIER) 1:4294967295\r\n", b"* VANISHED x\r\n", b"* VANISHED\r\n"]
)
def test_what_vanished_before_is_no_news(imap_of: Make, said: bytes) -> None:
    imap, _ = imap_of(said, {"IDLE"}, b"NOOP")
    ask(imap, "NOOP")
    assert imap.stream.news.take() == []


def test_a_range_of_all_that_vanished_is_cut(imap_of: Make) -> None:
    imap, _ = imap_of(b"* VANISHED 1:4294967295\r\n", {"IDLE"}, b"NOOP")
    ask(imap, "NOOP")
    assert 0 < len(imap.stream.news.take()) <= 20_000
