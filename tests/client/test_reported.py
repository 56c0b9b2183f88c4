"""What people reported of mail libraries: odd messages, odd servers, and arguments that did not mean what was thought."""

from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest

from mailkit.client.answering import reply
from mailkit.client.compose import Attachment, compose
from mailkit.client.connection import POP3, SMTP, connect
from mailkit.client.mailboxes import folders, namespaces, open_folder
from mailkit.client.maildrop import entries
from mailkit.client.messages import copy, fetch, mark, move, search
from mailkit.client.reading import read_message
from mailkit.client.send import letter_of, send
from mailkit.client.stream import Limits, Stream
from mailkit.client.structure import envelope
from mailkit.errors import OpenError, ProtocolError, RefusedError, SettingsError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, imap
from mailkit.lab.script import Say
from mailkit.protocol.dialogue import Send, SessionState
from mailkit.protocol.imap.grammar import values

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("field", "name", "email"),
    [
        (b"=?utf-8?B?IktpbSIgPGtpbUBleGFtcGxlLmNvbT4=?=", "Kim", "kim@example.com"),
        (b"=?utf-8?Q?kim=40example=2Ecom?=", "", "kim@example.com"),
        (b"=?utf-8?Q?=3A.Good=20Test.=3A?= <a@example.com>", ":.Good Test.:", "a@example.com"),
        (b"=?iso-8859-1?Q?Doe=2C_John?= <a@example.com>", "Doe, John", "a@example.com"),
        ("ÁREA DE DEPORTES<a@example.com>".encode(), "ÁREA DE DEPORTES", "a@example.com"),
        (b"=?utf-8?Q?b=40example=2Eorg?= <a@example.com>", "b@example.org", "a@example.com"),
        (b"Big Bug bb@example.com", "Big Bug", "bb@example.com"),
        (b"Pete <pete(his account)@silly.example(his host)>", "Pete", "pete@silly.example"),
        (b"Mary <@a.example,@b.example:mary@example.net>", "Mary", "mary@example.net"),
        (b"jdoe@test   . example", "", "jdoe@test.example"),
        (b" , jdoe@example.com", "", "jdoe@example.com"),
        (b"Doe, John <a@example.com>", "Doe, John", "a@example.com"),
    ],
)
def test_a_person_is_read_however_the_field_is_encoded(field: bytes, name: str, email: str) -> None:
    (person,) = read_message(b"From: " + field + b"\r\n\r\nx").from_
    assert (person.name, person.email) == (name, email)


def test_an_address_without_a_host_ends_with_no_sign() -> None:
    found = envelope(values([b'(NIL NIL ((NIL NIL "Mail Delivery System" "")))'])[0])
    assert str(found.from_[0]) == "Mail Delivery System"


def test_everybody_is_named_where_a_field_is_there_twice() -> None:
    message = read_message(
        b"To: a@example.com\r\nTo: b@example.com\r\nFrom: x@x.test\r\nFrom: y@x.test\r\n\r\n"
    )
    assert [one.email for one in message.to] == ["a@example.com", "b@example.com"]
    assert [one.email for one in message.from_] == ["x@x.test"]


def test_a_parameter_that_is_not_indented_belongs_to_its_field() -> None:
    message = read_message(
        b'Subject: s\r\nContent-Type: multipart/alternative;\r\nboundary="=_N:1"\r\nX: y\r\n\r\n'
        b"--=_N:1\r\n\r\nplain\r\n--=_N:1\r\nContent-Type: text/html\r\n\r\n<p>\r\n--=_N:1--\r\n"
    )
    assert (message.text, message.html) == ("plain", "<p>")


@pytest.mark.parametrize("kind", [b"text/html", b"text/plain"])
def test_a_multipart_that_calls_itself_text_is_taken_apart(kind: bytes) -> None:
    message = read_message(
        b"Content-Type: " + kind + b';\r\n\tboundary="b"\r\n\r\nThis is a multipart message.\r\n'
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<p=3E=\r\nx\r\n--b--\r\n"
    )
    assert (message.text, message.html) == ("", "<p>x")


def test_a_text_with_a_boundary_that_is_not_in_it_stays_text() -> None:
    message = read_message(b'Content-Type: text/plain; boundary="b"\r\n\r\n-- b\r\nKim\r\n')
    assert message.text == "-- b\nKim\n"


def test_a_message_id_in_an_encoded_word_is_answered_to() -> None:
    message = read_message(
        b"From: a@example.com\r\nMessage-ID: =?utf-8?Q?=3C2=40example=2Ecom=3E?=\r\n"
        b"References: =?utf-8?Q?=3C1=40example=2Ecom=3E?=\r\n\r\nx"
    )
    answer = reply(message, "kim@example.com", "ok").message
    assert answer["In-Reply-To"] == "<2@example.com>"
    assert answer["References"] == "<1@example.com> <2@example.com>"


def test_a_field_of_ones_own_takes_the_place_of_the_one_that_is_made() -> None:
    more = {"message-id": "<7@example.com>", "Sender": "Jörg <j@example.com>"}
    content = compose("kim@example.com", "lee@example.com", "s", "x", more=more).content()
    assert content.lower().count(b"message-id:") == 1
    assert b"message-id: <7@example.com>\r\n" in content
    assert b"Sender: =?utf-8?" in content
    assert b"<j@example.com>" in content


@pytest.mark.parametrize("name", ["From", "to", "Subject", "Content-Type", "MIME-Version", "Bcc"])
def test_a_field_that_has_an_argument_is_not_set_twice(name: str) -> None:
    with pytest.raises(SettingsError, match="may be set"):
        compose("kim@example.com", "lee@example.com", "s", "x", more={name: "x"})


def test_no_flag_is_no_command(imap_of: Make) -> None:
    imap, server = imap_of(b"", words=b"STORE", status=b"BAD which flags?")
    mark(imap, 17)
    assert b"STORE" not in server.heard


def test_a_list_that_does_not_close_costs_no_other_message(imap_of: Make) -> None:
    broken = b'* 1 FETCH (UID 1 FLAGS (\\Seen) BODYSTRUCTURE ((("x" "y")\r\n'
    imap, _ = imap_of(broken + b"* 2 FETCH (UID 2 FLAGS ())\r\n", words=b"FETCH")
    rows = {row.uid: row for row in fetch(imap, [1, 2], "UID FLAGS BODYSTRUCTURE")}
    assert [*rows] == [1, 2]
    assert rows[1].flags == {"\\Seen"}


def test_an_answer_that_cannot_be_read_is_read_to_its_end(imap_of: Make) -> None:
    deep = b"* 1 FETCH " + b"(" * 300 + b"\r\n* SEARCH 7\r\n"
    imap, server = imap_of(deep, words=b"FETCH")
    with pytest.raises(ProtocolError, match="too many parentheses"):
        [*fetch(imap, [1])]
    server.said = b""
    assert search(imap) == []


def test_a_namespace_that_is_offered_and_refused_is_none(imap_of: Make) -> None:
    imap, _ = imap_of(b"", {"NAMESPACE"}, b"NAMESPACE", b"BAD command syntax error")
    assert [(one.kind, one.prefix) for one in namespaces(imap)] == [("personal", "")]


def test_what_arrived_since_the_last_command_is_found(imap_of: Make) -> None:
    """Servers tell of new messages at the end of SEARCH, and have not looked at them."""
    imap, server = imap_of(b"* SEARCH 1\r\n* 2 EXISTS\r\n", words=b"SEARCH")
    answer = server.answer

    def then(line: bytes) -> None:
        answer(line)
        server.said = b"* SEARCH 1 2\r\n"

    server.answer = then
    assert search(imap) == [1, 2]
    assert server.heard.count(b"SEARCH") == 2
    assert search(imap) == [1, 2]
    assert server.heard.count(b"SEARCH") == 3


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"", b"OK [COPYUID 7 3,1:2 10:12] done"),
        (b"* OK [COPYUID 7 3,1:2 10:12] moved\r\n* 3 EXPUNGE\r\n", b"OK done"),
    ],
)
@pytest.mark.parametrize("work", [copy, move])
def test_new_uids_are_told(
    imap_of: Make, said: bytes, status: bytes, work: Callable[..., Any]
) -> None:
    imap, _ = imap_of(said, {"MOVE", "UIDPLUS"}, b"UID", status)
    assert work(imap, [1, 2, 3], "Archive") == {3: 10, 1: 11, 2: 12}


@pytest.mark.parametrize("code", [b"COPYUID 7 1:2 9", b"COPYUID 7 1:* 1:*", b"COPYUID", b"X 1 1 1"])
def test_new_uids_that_make_no_sense_are_none(imap_of: Make, code: bytes) -> None:
    imap, _ = imap_of(b"", {"UIDPLUS"}, b"COPY", b"OK [" + code + b"] done")
    assert copy(imap, [1, 2], "Archive") == {}


@pytest.mark.parametrize(
    ("kind", "octets", "text"),
    [
        (b"text/plain", "お問い合わせ".encode("iso2022_jp"), "お問い合わせ"),
        (b"text/plain; charset=utf-8", "お問い合わせ".encode("iso2022_jp"), "お問い合わせ"),
        (b"text/plain; charset=iso-2022-jp", b"10\x1b$B-@I}\x1b(B", "10㍉幅"),
        (b"text/plain; charset=iso-2022-jp", "ほげ".encode(), "ほげ"),
        (b"text/plain", b"5 \x1b[1mbold\x1b[0m $B", "5 \x1b[1mbold\x1b[0m $B"),
    ],
)
def test_japanese_is_read_as_it_is_sent(kind: bytes, octets: bytes, text: str) -> None:
    assert read_message(b"Content-Type: " + kind + b"\r\n\r\n" + octets).text == text


def test_a_file_that_is_uuencoded_in_the_text_is_a_file() -> None:
    message = read_message(
        b"Subject: s\r\n\r\nbefore\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n"
    )
    assert message.text == "before\nafter\n"
    assert [(one.name, one.kind, one.content) for one in message.attachments] == [
        ("a.txt", "text/plain", b"Cat")
    ]


@pytest.mark.parametrize(
    "text",
    ["begin 644 a.txt\nnothing of the kind\nend\n", "begin the day\nend\n", "begin 644 x\n" * 9],
)
def test_a_text_about_beginnings_stays_text(text: str) -> None:
    message = read_message(b"Subject: s\r\n\r\n" + text.encode())
    assert (message.text, message.attachments) == (text, ())


def test_an_invitation_keeps_its_method() -> None:
    invite = Attachment("a.ics", b"BEGIN:VCALENDAR", "text/calendar; method=REQUEST; name=b.ics")
    content = compose(
        "kim@example.com", "lee@example.com", "s", "x", attachments=[invite]
    ).content()
    (part,) = message_from_bytes(content, policy=policy.default).iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part.get_filename() == "a.ics"


class Answers:
    """A server whose answers to POP3 or SMTP commands stand in a table."""

    reply_timeout_s = 5.0

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self.answers, self.said = answers, b""

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        """Nothing is open."""

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            for line in bytes(ask.data).splitlines():
                self.said += self.answers.get(line.split(b" ")[0] if line else b"", b"")
            return b""
        said, self.said = self.said, b""
        return said


def test_a_message_counts_that_only_one_list_has_or_that_has_no_size() -> None:
    server = Answers(
        {
            b"LIST": b"+OK\r\n1\r\n2 100\r\nabc\r\n.\r\n",
            b"UIDL": b"+OK\r\nabc def\r\n1 a\r\n2 b\r\n3 c\r\n4\r\n.\r\n",
        }
    )
    stream: Any = Stream(server, SessionState(), "pop3", Limits(), b"+OK\r\n")  # type: ignore[arg-type]
    found = [(one.number, one.size, one.identity) for one in entries(POP3(stream))]
    assert found == [(1, 0, "a"), (2, 100, "b"), (3, 0, "c")]


def test_empty_lines_between_replies_say_nothing() -> None:
    fine = b"\r\n250 ok\r\n\r\n"
    answers = {b"ehlo": b"250 x\r\n\r\n", b"MAIL": fine, b"RCPT": fine}
    server = Answers(answers | {b"DATA": b"\r\n354 go\r\n", b".": b"250 kept\r\n"})
    stream: Any = Stream(server, SessionState(), "smtp", Limits(), b"")  # type: ignore[arg-type]
    assert send(SMTP(stream), compose("kim@example.com", "lee@example.com", "s", "x")).ok


@pytest.mark.parametrize(
    "greeting", [b"421 Server is busy, try again later.\r\n", b"* WHAT busy\r\n"]
)
def test_what_a_server_said_instead_of_a_greeting_is_told(
    make_lab: Callable[..., Lab], greeting: bytes
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, greeting=[Say(greeting)]))
    account = loads(imap(993, "implicit-tls"))[0]
    with pytest.raises(OpenError, match="busy"):
        connect(account, ca=lab.ca_file, connect_to=lab.connect_to, timeout=30)


def test_parameters_after_other_fields_belong_to_the_field_that_is_unfinished() -> None:
    fields = (
        b"Content-Type: application/pdf;\r\nContent-Transfer-Encoding: 7bit\r\nX-Id: 1\r\n"
        b'name="one (ref: 2).pdf"\r\nfilename="one (ref: 2).pdf"\r\nContent-ID: <x>\r\n'
    )
    (file,) = read_message(fields + b"\r\ncontent\r\n").attachments
    assert (file.name, file.cid, file.content) == ("one (ref: 2).pdf", "x", b"content\r\n")


def test_a_body_that_begins_like_a_parameter_is_body() -> None:
    text = read_message(b"Content-Type: text/plain\r\nX-Id: 1\r\nname=value\r\n\r\nmore\r\n").text
    assert text == "name=value\n\nmore\n"


def test_a_list_behind_an_empty_string_is_the_value(imap_of: Make) -> None:
    said = b'* 1 FETCH (UID 7 BODYSTRUCTURE "" ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1) RFC822.SIZE 9)\r\n'
    imap, _ = imap_of(said, words=b"FETCH")
    (row,) = fetch(imap, [7])
    assert row.structure is not None
    assert (row.structure.kind, row.size) == ("text/plain", 9)


@pytest.mark.parametrize("message_id", ["<[abc==@example.com]>", "<a@b@c>", "<>", "no-brackets"])
def test_a_message_id_that_the_library_cannot_parse_is_kept(message_id: str) -> None:
    raw = f"From: a@example.com\r\nTo: b@example.com\r\nMessage-ID: {message_id}\r\n\r\nx\r\n".encode()
    for given in (raw, message_from_bytes(raw), message_from_bytes(raw, policy=policy.default)):
        assert letter_of(given).message_id == message_id
        assert f"Message-ID: {message_id}\r\n".encode() in letter_of(given).content()


@pytest.mark.parametrize(
    "kind", ["None/None", "image", "foo/bar", "message/partial", "multipart/x"]
)
def test_a_kind_that_no_file_has_is_sent_as_octets(kind: str) -> None:
    content = compose(
        "a@example.com", "b@example.com", "s", "x", attachments=[Attachment("snapshot", b"x", kind)]
    ).content()
    (file,) = read_message(content).attachments
    assert (file.kind, file.content) == ("application/octet-stream", b"x")


def test_a_folder_with_tabs_in_its_name_is_opened_by_it(imap_of: Make) -> None:
    imap, server = imap_of(b'* LIST () "/" a\tb\r\n', words=b"LIST")
    (folder,) = folders(imap)
    open_folder(imap, folder)
    assert b"EXAMINE {3+}\r\na\tb\r\n" in server.heard


def test_a_tagged_reply_without_text_is_a_reply(imap_of: Make) -> None:
    imap, _ = imap_of(b"* 4 EXISTS\r\n", words=b"NOOP", status=b"OK")
    assert imap.noop()[0] == "OK"
    with pytest.raises(RefusedError):
        imap_of(b"", words=b"NOOP", status=b"BAD")[0].noop()


def test_a_long_line_is_masked_only_as_far_as_it_is_shown(
    imap_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = b"* SEARCH " + b" ".join(b"%d" % n for n in range(10_000_001, 10_100_001)) + b"\r\n"
    imap, _ = imap_of(many, words=b"SEARCH")
    lengths: list[int] = []
    masked = SessionState.masked

    def counted(self: SessionState, data: bytes) -> bytes:
        lengths.append(len(data))
        return masked(self, data)

    monkeypatch.setattr(SessionState, "masked", counted)
    assert len(search(imap)) == 100_000
    assert "S: * SEARCH 10000001" in "".join(imap.transcript)
    assert max(lengths) < 20_000


def test_an_address_beyond_ascii_is_why_a_message_cannot_go() -> None:
    letter = compose("kim@example.com", "j\xf6rg@example.com", "s", "x")
    server = Answers({b"ehlo": b"250 x\r\n"})
    stream: Any = Stream(server, SessionState(), "smtp", Limits(), b"")  # type: ignore[arg-type]
    (status,) = send(SMTP(stream), letter).fates.values()
    assert "SMTPUTF8" in status.words


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (
            b"Content-Disposition: =?UTF-8?B?YXR0YWNobWVudDsNCiBmaWxlbmFtZQ==?=\r\n =?UTF-8?B?PSLjg4bjgrkudHh0IjsNCiBzaXplPTA=?=",
            "テス.txt",
        ),
        (b"Content-Type: =?utf-8?q?application/pdf=3B_name=3D=22a.pdf=22?=", "a.pdf"),
        (b'Content-Disposition: attachment; filename="=?utf-8?q?a=3Bb.txt?="', "a;b.txt"),
    ],
)
def test_a_field_that_is_encoded_as_a_whole_has_its_parameters(field: bytes, name: str) -> None:
    (file,) = read_message(field + b"\r\n\r\nx\r\n").attachments
    assert file.name == name
