"""Messages that programs write: names, character sets, dates and parts, each as it was reported somewhere."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.utils import formataddr
from pathlib import Path

import pytest

from mailkit.client import mime
from mailkit.client.compose import Attachment, compose
from mailkit.client.parameters import with_parameters
from mailkit.client.reading import MailFile, read_message
from mailkit.errors import SettingsError


def mixed(*parts: bytes, kind: bytes = b"multipart/mixed") -> bytes:
    text = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return b"Subject: s\r\nContent-Type: " + kind + b'; boundary="b"\r\n\r\n' + text + b"--b--\r\n"


def file_of(head: bytes, body: bytes = b"eA==", encoding: bytes = b"base64") -> MailFile:
    part = head + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    (found,) = read_message(mixed(b"Content-Type: text/plain\r\n\r\nhello", part)).attachments
    return found


class Counted(str):
    """A text that counts the characters that are copied when it is added to another."""

    copied = 0

    def __add__(self, other: str) -> "Counted":
        Counted.copied += len(self) + len(other)
        return Counted(str(self) + str(other))

    def __radd__(self, other: str) -> "Counted":
        return Counted(other) + self


@pytest.mark.parametrize("head", [b"Subject: a", b"Cc: a", b"Content-Type: text/plain;"])
@pytest.mark.parametrize("more", [b"\r\n b", b"\r\nTo: b", b"\r\na=b;"])
def test_a_field_of_many_lines_is_read_in_linear_time(
    head: bytes, more: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = mime._text
    monkeypatch.setattr(Counted, "copied", 0)
    monkeypatch.setattr(mime, "_text", lambda data: Counted(text(data)))
    content = head + more * 3000 + b"\r\n\r\n"
    mime.parsed(content)
    assert Counted.copied < 3 * len(content)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('filename="0 дней.xls"'.encode(), "0 дней.xls"),
        (b'filename="Stra\xdfe.pdf"', "Straße.pdf"),
        (b'filename="=?utf-8?Q?Contract_?=27 04 20.docx"', "Contract 27 04 20.docx"),
        (b"filename*0*=UTF-8''%47%72%C3%BC;\r\n filename*1*=%C3%9F%65.pdf", "Grüße.pdf"),
        (b'filename="=?UTF-8?Q?ur=C4=8D?=\r\n\t=?UTF-8?Q?a=2C.pdf?="', "urča,.pdf"),
        (b"filename=\"plain.txt\"; filename*=UTF-8''na%C3%AFve.txt", "naïve.txt"),
        (b"filename=report 2024.pdf", "report 2024.pdf"),
        (b'filename="a;b.pdf"', "a;b.pdf"),
        (b'filename*0="very long na"; filename*1="me.pdf"', "very long name.pdf"),
        (b"filename*=ISO-8859-1''Stra%DFe.pdf", "Straße.pdf"),
        (b'filename="a \\"b\\" c.pdf"', 'a "b" c.pdf'),
        (b'FILENAME = "A.PDF" (comment)', "A.PDF"),
        (b'filename="unterminated.pdf', "unterminated.pdf"),
    ],
)
def test_files_have_the_name_that_was_meant(field: bytes, name: str) -> None:
    found = file_of(b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + field)
    assert (found.name, found.content) == (name, b"x")


@pytest.mark.parametrize(
    "text", ['x="' * 30_000, ";" * 90_000, "a=" * 40_000, 'n="' + "\\" * 90_000]
)
def test_parameters_of_any_size_are_read_in_pieces(text: str) -> None:
    assert len(with_parameters(f"a/b; {text}")[1]) <= 200


@pytest.mark.parametrize(
    ("head", "name", "wrapper"),
    [
        (b"Content-Type: application/ms-tnef", "winmail.dat", "tnef"),
        (b"Content-Type: application/octet-stream; name=WINMAIL.DAT", "WINMAIL.DAT", "tnef"),
        (b"Content-Type: application/x-pkcs7-mime", "smime.p7m", "smime-encrypted"),
        (
            b"Content-Type: application/pkcs7-mime; smime-type=signed-data",
            "smime.p7m",
            "smime-signed",
        ),
        (b"Content-Type: application/pkcs7-signature", "smime.p7s", "smime-signature"),
        (b"Content-Type: application/pgp-signature", "signature.asc", "pgp-signature"),
        (b"Content-Type: application/pgp-keys", "keys.asc", "pgp-keys"),
        (b"Content-Type: text/calendar; method=REQUEST", "invite.ics", ""),
        (b"Content-Type: message/delivery-status", "delivery-status.txt", ""),
    ],
)
def test_what_another_program_opens_is_named(head: bytes, name: str, wrapper: str) -> None:
    found = file_of(head)
    assert (found.name, found.wrapper) == (name, wrapper)


def test_a_message_in_pgp_mime_has_its_two_parts() -> None:
    found = read_message(
        mixed(
            b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
            b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----",
            kind=b'multipart/encrypted; protocol="application/pgp-encrypted"',
        )
    )
    assert [file.name for file in found.attachments] == ["version.txt", "encrypted.asc"]
    assert {file.wrapper for file in found.attachments} == {"pgp-encrypted"}


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("%CHARSET", "utf-8", "grüße"),
        ("us-ascii", "utf-8", "grüße"),
        ("iso-8859-1", "cp1252", "“x” €"),
        ("iso-8859-8-i", "iso-8859-8", "שלום"),
        ("ks_c_5601-1987", "cp949", "안녕 똠"),
        ("x-sjis", "cp932", "日本語①"),
        ("windows-874", "cp874", "สวัสดี"),
        ("'utf-8'", "utf-8", "grüße"),
        ('"utf-8;format=flowed"', "utf-8", "grüße"),
        ("unicode-1-1-utf-7", "utf-7", "grüße"),
        ("base64", "utf-8", "grüße"),
    ],
)
def test_texts_are_read_whatever_their_character_set_is_called(
    charset: str, codec: str, text: str
) -> None:
    head = (
        f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    assert read_message(head.encode() + base64.encodebytes(text.encode(codec))).text == text


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        (
            b"Subject: " + "Десятка".encode("koi8-r") + b"\r\nContent-Type: a/b; charset=koi8-r",
            "Десятка",
        ),
        (
            b"Content-Type: text/html; charset=gbk\r\nSubject: " + "邮件成功".encode("gbk"),
            "邮件成功",
        ),
        ("Subject: Новая".encode(), "Новая"),
        (b"Subject: =?utf-8*en?Q?hello_=C3=A4?=", "hello ä"),
        (b"Subject: =?utf-8?Q?a?==?utf-8?Q?b?= c", "ab c"),
        (b"Subject: =?utf-8?B?5Lit5g==?= =?utf-8?B?lofor5U=?=", "中文试"),
        (b"Subject: =?utf-8?B?Z3LDvMOfZQ?=", "grüße"),
        (b"Subject: one =?x?y?z?= two", "one =?x?y?z?= two"),
        (b"From kim@example.com Mon Jan  1 00:00:00 2026\r\nSubject: x", "x"),
        (b"Subject: first\r\nSubject: second", "first"),
    ],
)
def test_subjects_are_read(head: bytes, subject: str) -> None:
    assert read_message(head + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("field", "people"),
    [
        ("=?utf-8?Q?M=C3=BCller=2C_Jan?= <j@example.com>", [("Müller, Jan", "j@example.com")]),
        (
            "Müller, Jan <j@example.com>, a@example.com",
            [("Müller, Jan", "j@example.com"), ("", "a@example.com")],
        ),
        ("j@example.com (Jan M)", [("Jan M", "j@example.com")]),
        ('"a@b" <j@example.com>', [("a@b", "j@example.com")]),
        (
            '"Doe, John" <j@example.com>; b@example.com',
            [("Doe, John", "j@example.com"), ("", "b@example.com")],
        ),
        (
            "team: a@example.com, B <b@example.com>;",
            [("", "a@example.com"), ("B", "b@example.com")],
        ),
        ("undisclosed-recipients:;", []),
        ('"', []),
        ("(c):", []),
    ],
)
def test_people_are_read_however_they_were_written(
    field: str, people: list[tuple[str, str]]
) -> None:
    found = read_message(f"To: {field}\r\n\r\n".encode()).to
    assert [(one.name, one.email) for one in found if "@" in one.email] == people


@pytest.mark.parametrize(
    "text",
    [
        "Thu, 1 Oct 2015 14:40:57 +0200 (Mitteleuropäische Sommerzeit)",
        "Thu, 01 Oct 2015 14:40:57 +02:00",
        "Thu Oct  1 12:40:57 2015",
        "Thu, 1 Oct 2015 12:40:57 -0000",
        "2015-10-01T14:40:57+02:00",
    ],
)
def test_dates_are_read_and_have_a_zone(text: str) -> None:
    found = read_message(f"Date: {text}\r\n\r\n".encode("latin-1")).date
    assert found == datetime(2015, 10, 1, 12, 40, 57, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body", "encoding", "content"),
    [
        (b"Content-Type: a/b", b"eA==", b"base64 ", b"x"),
        (b"Content-Type: a/b", b"aGVsbG8gd29ybGQ\r\n!!! footer", b"base64", b"hello world"),
        (b"Content-Type: a/b", b"eA==\r\neQ==", b"base64", b"xy"),
        (b"Content-Type: a/b", b"<p>Hello</p>", b"base64", b"<p>Hello</p>"),
        (b"Content-Type: a/b", b"Hello, you", b"base64", b"Hello, you"),
        (
            b"Content-Type: message/rfc822",
            b"MIME-Version: 1.0\r\nSubject: in\r\n\r\nx",
            b"base64",
            b"MIME-Version: 1.0\r\nSubject: in\r\n\r\nx",
        ),
        (b"Content-Type: a/b", b"begin 644 x\r\n#>'EZ\r\n`\r\nend", b"x-uuencode", b"xyz"),
        (
            *(b"Content-Type: a/b", b"begin 644 x\r\n#\x80ab\r\n#>'EZ\r\nend", b"x-uuencode"),
            b"xyz",
        ),
        (
            b"Content-Type: message/rfc822",
            base64.encodebytes(b"Subject: in\r\n\r\n"),
            b"base64",
            b"Subject: in\r\n\r\n",
        ),
        (
            b"Content-Type: message/rfc822",
            b"X-A:   b  \r\nSubject: in\r\n\r\nx",
            b"7bit",
            b"X-A:   b  \r\nSubject: in\r\n\r\nx",
        ),
    ],
)
def test_files_are_decoded_and_messages_are_kept_to_the_octet(
    head: bytes, body: bytes, encoding: bytes, content: bytes
) -> None:
    assert file_of(head, body, encoding).content == content


def test_texts_around_a_picture_stay_apart() -> None:
    picture = b"Content-Type: image/png; name=a.png\r\nContent-Disposition: inline\r\n\r\nx"
    found = read_message(mixed(b"\r\none", picture, b"\r\ntwo"))
    assert (found.text, [file.name for file in found.attachments]) == ("one\ntwo", ["a.png"])


def test_a_digest_has_messages_and_a_message_without_its_end_has_all_parts() -> None:
    digest = read_message(mixed(b"\r\nSubject: one\r\n\r\nx", kind=b"multipart/digest"))
    assert [file.kind for file in digest.attachments] == ["message/rfc822"]
    cut = read_message(
        mixed(b"\r\nhello", b"Content-Type: a/b\r\n\r\nfile").rpartition(b"\r\n--b--")[0]
    )
    assert (cut.text, cut.attachments[0].content) == ("hello", b"file")
    assert read_message(b"Content-Type: multipart/mixed\r\n\r\nx").text == "x"


def test_names_of_files_are_safe_on_disk(tmp_path: Path) -> None:
    for name in ("../../etc/passwd", "a" * 300 + ".pdf", "..", "", "a\r\nb.txt", "x/"):
        path = MailFile(name, "a/b", b"x").save(tmp_path)
        assert path.parent == tmp_path
    assert MailFile("a" * 300 + ".pdf", "a/b", b"x").save(tmp_path).suffix == ".pdf"


@pytest.mark.parametrize("name", ["Jan, Müller", 'a "b" c', "J. R.", "😀 x", "ü" * 80, "Kim"])
@pytest.mark.parametrize("write", [formataddr, lambda pair: Address(pair[0], addr_spec=pair[1])])
def test_senders_are_taken_as_the_standard_library_writes_them(
    name: str, write: Callable[[tuple[str, str]], str]
) -> None:
    letter = compose(write((name, "kim@example.com")), "lee@example.com", "s", "t")
    (person,) = read_message(letter.content()).from_
    assert (person.name, person.email, letter.sender) == (
        name,
        "kim@example.com",
        "kim@example.com",
    )


def test_recipients_may_stand_in_one_text() -> None:
    people = '"Lee, L" <lee@example.com>, ann@example.com'
    assert compose("k@example.com", people, "s", "t").recipients == (
        "lee@example.com",
        "ann@example.com",
    )
    for bad in ("lee", "lee@", "a b@c.example", "a@b@c", "<>"):
        with pytest.raises(SettingsError, match="write kim@example.com"):
            compose("k@example.com", bad, "s", "t")
    assert compose("k@example.com", '"a b"@c.example', "s", "t").recipients == ('"a b"@c.example',)


@pytest.mark.parametrize("subject", ["x" * 5000, "ü" * 2000, "a  b"])
def test_no_line_of_a_header_is_too_long(subject: str) -> None:
    content = compose(f'"{subject}" <k@example.com>', "lee@example.com", subject, "t").content()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert read_message(content).subject == subject
    assert read_message(content).from_[0].name == subject


def test_files_of_every_kind_come_back() -> None:
    files = {
        "a.csv": b"a;\xff\n",
        "b.html": b"<p>",
        "c.eml": b"Subject: in\r\n\r\nx",
        "noext": b"\0",
    }
    letter = compose(
        "k@example.com",
        "l@example.com",
        "s",
        "t",
        attachments=[Attachment(*one) for one in files.items()],
    )
    found = read_message(letter.content())
    assert found.text == "t\n"
    assert [file.name for file in found.attachments] == [*files]
    assert found.attachments[0].content == b"a;\xff\n"


@pytest.mark.parametrize(
    ("above", "disposition", "html", "inline"),
    [
        (b"multipart/related", b"attachment", b'<img src="cid:chart@1">', True),
        (b"multipart/related", b"inline", b"<p>", True),
        (b"multipart/mixed", b"inline", b"<p>", False),
        (b"multipart/mixed", b"attachment", b"<p>", False),
        (b"multipart/mixed", b"inline", b"<img src=CID:chart%401>", True),
    ],
)
def test_a_file_is_inline_where_the_html_shows_it(
    above: bytes, disposition: bytes, html: bytes, inline: bool
) -> None:
    picture = (
        b"Content-Type: image/png\r\nContent-ID: <chart@1>\r\nContent-Disposition: " + disposition
    )
    found = read_message(
        mixed(b"Content-Type: text/html\r\n\r\n" + html, picture + b"\r\n\r\nx", kind=above)
    )
    assert found.attachments[0].inline is inline


@pytest.mark.parametrize("boundary", ["=_(a+b)?", "a.b*c", "----=_Part_1 2", "'x'", "b:/,"])
def test_a_boundary_may_be_any_text(boundary: str) -> None:
    head = f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\nbefore\r\n'
    parts = f"--{boundary}\r\n\r\none\r\n--{boundary}\r\nContent-Type: a/b\r\n\r\nfile\r\n"
    found = read_message(f"{head}{parts}--{boundary}--\r\nafter".encode())
    assert (found.text, found.attachments[0].content) == ("one", b"file")


def test_a_header_without_the_empty_line_behind_it_is_read() -> None:
    raw = b'Content-Type: multipart/mixed; boundary="L"\nSubject: Test\nThis has several parts.\n--L\nContent-Type: text/plain\nHello\n--L\nContent-Type: a/b; name=f\nContent-Transfer-Encoding: base64\ndGV4dA==\n--L--\n'
    found = read_message(raw)
    assert (found.subject, found.text, found.attachments[0].content) == ("Test", "Hello", b"text")


@pytest.mark.parametrize("depth", [3, 200])
def test_parts_in_parts_end_somewhere(depth: int) -> None:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    assert read_message(head + b"\r\nx").text.endswith("x")


@pytest.mark.parametrize("charset", ["gb2312", "utf-8", "iso-8859-1"])
def test_html_may_name_its_character_set_itself(charset: str) -> None:
    text = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    text += "中文" if charset == "gb2312" else "grüße"
    raw = b"Content-Type: text/html\r\n\r\n" + text.encode(charset)
    assert read_message(raw).html == text


def test_what_outlook_sends_is_taken_apart() -> None:
    picture = b"Content-Type: image/png; name=a.png\r\nContent-Disposition: inline\r\nContent-ID: <a@1>\r\n\r\nx"
    alternative = (
        mixed(
            b"Content-Type: text/plain; charset=Windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe =96",
            b"Content-Type: text/html\r\n\r\n<img src='cid:a@1'>",
            kind=b"multipart/alternative",
        )
        .replace(b'b"', b'c"')
        .replace(b"--b", b"--c")
    )
    related = (
        mixed(alternative, picture, kind=b"multipart/related")
        .replace(b'"b"', b'"d"')
        .replace(b"--b", b"--d")
    )
    name = b'Content-Type: a/b; name="=?Windows-1252?Q?=DCbersicht.docx?="\r\n\r\ny'
    found = read_message(mixed(related, name))
    assert found.text == "Grüße –"
    assert [(file.name, file.inline) for file in found.attachments] == [
        ("a.png", True),
        ("Übersicht.docx", False),
    ]
