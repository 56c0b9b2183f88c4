"""Answers of IMAP servers as values: what is allowed, what is seen in the world, and anything at all."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.client import connect
from mailkit.client.commands import ImapString, ask, string, values
from mailkit.client.mailboxes import Folder, folders, quotas, status, with_roles
from mailkit.client.messages import Row, fetch, search
from mailkit.client.structure import body_part, envelope
from mailkit.client.uids import sequence_sets
from mailkit.errors import ClientError, LostError, ProtocolError, RefusedError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, imap
from mailkit.lab.script import Say

Make = Callable[..., Lab]


def told(make_lab: Make, command: str, said: bytes, offers: list[str] | None = None) -> Any:
    """A connection to a server that answers one command with these bytes."""
    usual = ["IMAP4rev1", "AUTH=PLAIN", "SASL-IR", *(offers or [])]
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            offers_tls=usual,
            replies_tls={
                command: [Say(said + (b"" if b"<tag>" in said else b"<tag> OK done\r\n"))]
            },
        )
    )
    account = loads(imap(993, "implicit-tls"))[0]
    return connect(account, ca=lab.ca_file, connect_to=lab.connect_to, timeout=30)


@pytest.mark.parametrize(
    ("line", "name", "delimiter"),
    [
        (b'* LIST () "/" {5}\r\nin (}\r\n', "in (}", "/"),
        (b"* LIST () NIL INBOX\r\n", "INBOX", ""),
        (b'* LIST () "/" 2026\r\n', "2026", "/"),
        (rb'* LIST () "\\" "a \"b\" \\c"' + b"\r\n", 'a "b" \\c', "\\"),
        (b'* LIST () "/" Two Words Here\r\n', "Two Words Here", "/"),
        (b'* LIST () "/" [Airmail]/Sent\r\n', "[Airmail]/Sent", "/"),
        (b'* LIST () "." inbox\r\n', "inbox", "."),
        (b'* LIST () "/" "Entw&APw-rfe"\r\n', "Entwürfe", "/"),
        (b'* LIST () "/" "Fish &- Chips"\r\n', "Fish & Chips", "/"),
        (b'* LIST () "/" "lone & amp"\r\n', "lone & amp", "/"),
        ('* LIST () "/" "schon utf-8 ü"\r\n'.encode(), "schon utf-8 ü", "/"),
        (b'* list (\\Sent) "/" NIL\r\n', "NIL", "/"),
        (b'* LIST (\\HasNoChildren) "/" "x" ("OLDNAME" ("y"))\r\n', "x", "/"),
    ],
)
def test_odd_names_of_folders(line: bytes, name: str, delimiter: str, make_lab: Make) -> None:
    with told(make_lab, "LIST", line) as client:
        (one,) = folders(client)
        assert (one.name, one.delimiter) == (name, delimiter)


def test_roles_come_from_the_server_then_from_names_and_first_from_people() -> None:
    many = [
        Folder("INBOX"),
        Folder("Gesendete Elemente"),
        Folder("[Gmail]/Sent Mail", "/", frozenset({"\\sent"})),
        Folder("Papierkorb"),
        Folder("Archiv/Papierkorb"),
        Folder("Корзина"),
        Folder("迷惑メール"),
    ]
    roles = {one.name: (one.role, one.guessed) for one in with_roles(many, {})}
    assert roles == {
        "INBOX": ("inbox", False),
        "Gesendete Elemente": ("", False),
        "[Gmail]/Sent Mail": ("sent", False),
        "Papierkorb": ("trash", True),
        "Archiv/Papierkorb": ("", False),
        "Корзина": ("", False),
        "迷惑メール": ("junk", True),
    }
    decided = {one.role: one.name for one in with_roles(many, {"sent": "Gesendete Elemente"})}
    assert decided["sent"] == "Gesendete Elemente"


FETCHED = [
    (b"* 1 FETCH (UID 7 FLAGS (\\seen odd[flag] NIL))\r\n", "flags", {"\\Seen", "odd[flag]"}),
    (
        b'* 1 FETCH (UID 7 INTERNALDATE " 2-Nov-2026 10:00:00 +0000")\r\n',
        "date",
        datetime(2026, 11, 2, 10, tzinfo=UTC),
    ),
    (b'* 1 FETCH (UID 7 INTERNALDATE "nonsense")\r\n', "date", None),
    (b"* 1 FETCH (UID 7 RFC822.SIZE -1)\r\n", "size", None),
    (b"* 1 FETCH (UID 7 RFC822.SIZE 00012)\r\n", "size", 12),
    (b"* 1 FETCH (FLAGS ())\r\n* 1 FETCH (UID 7 RFC822.SIZE 3)\r\n", "size", 3),
    (b"* 1 fetch (uid 7 rfc822.size 3)\r\n* 9 EXISTS\r\n* 2 EXPUNGE\r\n", "size", 3),
    (b"* 1 FETCH (UID 7 RFC822.SIZE 3)\r\n* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n", "size", 3),
    (
        b"* OK still here\r\n* ok [alert] hi\r\n* 1 FETCH (UID 7 RFC822.SIZE 3)\r\n<tag> OK\r\n",
        "size",
        3,
    ),
    (b"* 1 FETCH (UID 7 MODSEQ (12))\r\n", "modseq", 12),
    (b"garbage of nobody's\r\n* 1 FETCH (UID 7 RFC822.SIZE 3))\r\n", "size", 3),
]


@pytest.mark.parametrize(("said", "what", "value"), FETCHED)
def test_odd_rows(said: bytes, what: str, value: object, make_lab: Make) -> None:
    client = told(make_lab, "UID FETCH", said)
    client.state = "SELECTED"
    (row,) = fetch(client, [7], "UID")
    assert getattr(row, what) == value
    client.logout()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (b"* SEARCH 3 1 2 \r\n", [1, 2, 3]),
        (b"* SEARCH\r\n", []),
        (b"* SEARCH 1\r\n* SEARCH 2\r\n", [1, 2]),
        (b"", []),
        (b"* SEARCH 5 (MODSEQ 917)\r\n", [5]),
        (b"* SEARCH 4294967295\r\n", [4294967295]),
    ],
)
def test_odd_searches(said: bytes, found: list[int], make_lab: Make) -> None:
    with told(make_lab, "UID SEARCH", said) as client:
        assert search(client) == found


def test_a_status_that_lacks_things_and_a_quota_without_limits(make_lab: Make) -> None:
    with told(make_lab, "STATUS", b'* STATUS "INBOX" (MESSAGES 3 NONSENSE x UNSEEN)\r\n') as client:
        counts = status(client, "INBOX")
        assert (counts.messages, counts.unseen, counts.size) == (3, None, None)
    said = b'* QUOTAROOT INBOX ""\r\n* QUOTA "" ()\r\n* QUOTA "" (STORAGE 1 2 MESSAGE x y)\r\n'
    with told(make_lab, "GETQUOTAROOT", said, ["QUOTA"]) as client:
        assert [(one.resource, one.used, one.limit) for one in quotas(client)] == [
            ("STORAGE", 1, 2)
        ]


def test_a_refusal_has_its_code_and_a_goodbye_its_name(make_lab: Make) -> None:
    said = b"<tag> NO [OVERQUOTA] Quota exceeded\x1b[31m (mailbox full)\r\n"
    with told(make_lab, "STATUS", said) as client:
        with pytest.raises(RefusedError, match="Quota exceeded") as refused:
            status(client, "INBOX")
        assert refused.value.kind == "overquota"
        assert "\x1b" not in str(refused.value) + "".join(refused.value.transcript)
    client = told(make_lab, "STATUS", b"* BYE over\r\n<tag> OK\r\n")
    with pytest.raises(LostError, match=r"\(BYE\): over"):
        status(client, "INBOX")


def test_an_invalid_code_is_no_end(make_lab: Make) -> None:
    with told(make_lab, "NOOP", b"* OK [nonsense ((] what\r\n<tag> OK [x\r\n") as client:
        assert ask(client, "NOOP").code == "X"


ENVELOPES = [
    (b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)", "subject", ""),
    (b'("x" "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" NIL NIL NIL NIL NIL NIL NIL NIL)', "subject", "Grüße"),
    (b'(NIL "=?nonsense?q?x?=" NIL NIL NIL NIL NIL NIL NIL NIL)', "subject", "x"),
    (b'(NIL "raw \xfcber" NIL NIL NIL NIL NIL NIL NIL NIL)', "subject", "raw über"),
    (
        b'(NIL NIL NIL NIL NIL ((NIL NIL "undisclosed" NIL)(NIL NIL NIL NIL)))',
        "to",
        "undisclosed: ;",
    ),
    (
        b'(NIL NIL NIL NIL NIL ((NIL NIL "team" NIL)("A" NIL "a" "b.c")(NIL NIL NIL NIL)))',
        "to",
        "team: A <a@b.c>;",
    ),
    (b'(NIL NIL NIL NIL NIL (("R" "@x,@y" "a" "b.c")))', "to", "R <a@b.c>"),
    (b'("Mon, 2 Nov 2026 10:00:00 +0000" NIL)', "date", datetime(2026, 11, 2, 10, tzinfo=UTC)),
]


@pytest.mark.parametrize(("data", "what", "value"), ENVELOPES)
def test_odd_envelopes(data: bytes, what: str, value: object) -> None:
    found = getattr(envelope(values([data])[0]), what)
    if what == "to":
        (one,) = found
        assert str(one) == value or (one.name == "undisclosed" and one.members == ())
    else:
        assert found == value


STRUCTURES = [
    (b'("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 10 1)', [("1", "text/plain")]),
    (b'(NIL NIL "mixed")', [("", "multipart/mixed")]),
    (b'("ALTERNATIVE")', [("", "multipart/alternative")]),
    (
        b'(("text" "plain" NIL NIL NIL "7bit" 1 1)("text" NIL NIL NIL NIL "7bit" -1 1) "mixed")',
        [("", "multipart/mixed"), ("1", "text/plain"), ("2", "text/octet-stream")],
    ),
    (
        b'("application" "pdf" NIL NIL NIL "base64" 9 NIL "attachment" ("filename" "a.pdf"))',
        [("1", "application/pdf")],
    ),
    (
        b'("application" "pdf" NIL NIL NIL "base64" 9 NIL NIL ("attachment" ("filename" "a.pdf")) "x" "y" ("more"))',
        [("1", "application/pdf")],
    ),
    (
        b'("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "plain" NIL NIL NIL "7bit" 1 1) "mixed") 3)',
        [("1", "message/rfc822"), ("1", "multipart/mixed"), ("1.1", "text/plain")],
    ),
    (
        b'("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7bit" 1 1) 3)',
        [("1", "message/rfc822"), ("1.1", "text/plain")],
    ),
    (b"()", [("1", "application/octet-stream")]),
]


@pytest.mark.parametrize(("data", "parts"), STRUCTURES)
def test_odd_structures(data: bytes, parts: list[tuple[str, str]]) -> None:
    whole = body_part(values([data])[0])
    assert [(one.path, one.kind) for one in whole.walk()] == parts


def test_a_name_of_a_file_in_pieces_and_with_a_character_set() -> None:
    data = (
        b"""("application" "pdf" ("name*0*" "utf-8''%C3%84" "name*1" "b.pdf") NIL NIL "base64" 9)"""
    )
    assert body_part(values([data])[0]).filename == "Äb.pdf"


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from([b"(", b")", b'"', b"\\", b"NIL", b"BODY[1.2]<3>", b"FETCH", b"{3}", b"["]),
        st.binary(max_size=10).map(ImapString),
    ),
    max_size=20,
)


@given(PIECES)
def test_no_answer_crashes_the_parser(pieces: list[bytes]) -> None:
    try:
        found = values(pieces)
    except ProtocolError:
        return
    for one in found:
        body_part(one)
        envelope(one)


VALUES = st.recursive(
    st.one_of(st.none(), st.binary(max_size=20).map(ImapString)),
    lambda inside: st.lists(inside, max_size=6).map(tuple),
    max_leaves=20,
)


@given(VALUES)
def test_any_value_is_an_envelope_and_a_structure_of_sorts(value: Any) -> None:
    envelope(value)
    for one in body_part(value).walk():
        assert "/" in one.kind


@given(st.text(max_size=40))
def test_strings_go_there_and_back(text: str) -> None:
    if "\0" in text:
        with pytest.raises(ProtocolError):
            string(text)
        return
    data = string(text)
    (found,) = values([data]) if not isinstance(data, ImapString) else (data,)
    assert found == text.encode()


@given(st.sets(st.integers(1, 300), max_size=50))
def test_numbers_as_a_set_are_those_numbers(numbers: set[int]) -> None:
    found: set[int] = set()
    for one in filter(None, ",".join(sequence_sets(sorted(numbers))).split(",")):
        first, _, last = one.partition(":")
        found |= {*range(int(first), int(last or first) + 1)}
    assert found == numbers


def test_a_row_shows_no_content() -> None:
    assert "secret" not in repr(Row(uid=1, sections={"": b"secret"}))


def test_errors_survive_a_pickle() -> None:
    import pickle

    error = LostError("over", ("S: x",), "closed")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, ClientError)
    assert (str(again), again.transcript, again.kind) == ("over", ("S: x",), "closed")


def test_names_of_responses_are_understood_in_lower_case(make_lab: Make) -> None:
    said = Say(b"* capability imap4rev1 auth=plain sasl-ir\r\n<tag> ok done\r\n")
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            offers_tls=["IMAP4rev1", "AUTH=PLAIN", "SASL-IR"],
            replies_tls={
                "CAPABILITY": [said],
                "NOOP": [Say(b'* 3 exists\r\n* list () "/" "x"\r\n<tag> ok done\r\n')],
            },
        )
    )
    account = loads(imap(993, "implicit-tls"))[0]
    with connect(account, ca=lab.ca_file, connect_to=lab.connect_to, timeout=30) as client:
        assert "IMAP4REV1" in client.capabilities
        client.noop()
        assert client.response("EXISTS") == ("EXISTS", [b"3"])
