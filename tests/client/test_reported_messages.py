"""Messages that people reported as read wrongly: names of files, texts, headers, people, dates."""

from base64 import b64encode
from datetime import UTC, timedelta

import pytest

from mailkit.client.addresses import people_in
from mailkit.client.reading import MailMessage, read_message

PDF = b"%PDF\x00\xff\xe9"
PNG = b"\x89PNG\r\n\x1a\n\x00"
BASE64 = b"Content-Transfer-Encoding: base64\r\n"


def part(fields: bytes, content: bytes = PDF) -> MailMessage:
    """A message with a text and one part that has these fields."""
    return read_message(
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n'
        + BASE64
        + fields
        + b"\r\n\r\n"
        + b64encode(content)
        + b"\r\n--b--\r\n"
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (
            b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; \r\n filename="=?utf-8?Q?Contract_?=27 04 20.docx"',
            "Contract 27 04 20.docx",
        ),
        (
            'Content-Type: application/vnd.ms-excel; name="0 дней.xls"\r\nContent-Disposition: attachment; filename="0 дней.xls"'.encode(),
            "0 дней.xls",
        ),
        (
            b'Content-Type: application/pdf; \r\n\tname="=?UTF-8?Q?Testovacie_meranie_ur=C4=8Den=C3=A1_na_hocijak=C3=A9_=2D_hodnoty_=2D_dokol?=\r\n'
            b'\t=?UTF-8?Q?a=2C_tretier_s_nami=2Epdf?="',
            "Testovacie meranie určená na hocijaké - hodnoty - dokola, tretier s nami.pdf",
        ),
        (
            b"Content-Type: application/pdf;\r\n\tname=________________.pdf;\r\n\tx-apple-part-url=D7BA66D5\r\nContent-Disposition: attachment;\r\n"
            b"\tfilename*=utf-8''%E3%82%A6%E3%82%A3%E3%82%B5%E3%82%99%E3%83%BC.pdf",
            "ウィサ\u3099ー.pdf",
        ),
        (
            b'Content-Type: application/pdf;\r\n name="=?UTF-8?Q?Grundma=c3=9f_Haus_Steido=2epdf?="\r\nContent-Disposition: attachment;\r\n'
            b" filename*0*=UTF-8''%47%72%75%6E%64%6D%61%C3%9F%20%48%61%75%73%20%53%74%65;\r\n filename*1*=%69%64%6F%2E%70%64%66",
            "Grundmaß Haus Steido.pdf",
        ),
        (
            b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=\"utf-8''%E4%B8%AD%E6%96%87.pdf\"",
            "中文.pdf",
        ),
        (
            b'Content-Type: application/pdf; charset=null; name="SALES ORDER.pdf";\r\n name="SALES ORDER.pdf"\r\n'
            b'Content-Disposition: attachment; filename="SALES ORDER.pdf"',
            "SALES ORDER.pdf",
        ),
        (
            b"Content-Type: application/octet-stream;\r\n name*0=report.example.com!17458848!1745971200.xm;\r\n name*1=l.gz",
            "report.example.com!17458848!1745971200.xml.gz",
        ),
        (
            b'Content-Disposition: attachment; filename="=?UTF-8?B?0J/RgNC40LvQvtC20LXQvdC4INC00L7QutGD0LzQtdC90YLQuC5wZGY=?="',
            "Приложени документи.pdf",
        ),
        (
            b'Content-Disposition: inline; filename="04EBD_A546BB.zip"\r\n'
            b'Content-Type: application/x-rar-compressed; x-unix-mode=0600;\r\n name="04EBD_A546BB.zip"',
            "04EBD_A546BB.zip",
        ),
        (
            b"Content-Type: application/msword\r\nContent-Disposition: attachment;\r\n"
            b" filename*0*=UTF-8''%D0%9A%D0%B0%D0%BA%20%D0%B4%D0%BE%D0%B1%D1%80%D0%B0;\r\n"
            b" filename*1*=%D1%82%D1%8C%D1%81%D1%8F;\r\n filename*2*=%2E%64%6F%63%78",
            "Как добраться.docx",
        ),
        (b'Content-Type: application/pdf\r\nContent-Disposition: ; filename="a.pdf"', "a.pdf"),
        (b'Content-Type: image/png; charset=binary; name="logo.png"', "logo.png"),
        (b'Content-Type: application/pdf; charset=US-ASCII; name="a.pdf"', "a.pdf"),
        (b"Content-Type: application/pdf; name=two words.pdf", "two words.pdf"),
        (b'Content-Type: application/pdf; x-unix-mode=0600\r\n\tname="a.pdf"', "a.pdf"),
        (b"Content-Type: application/pdf; charset=\"utf-8\" name*=utf-8''%C3%A4.pdf", "ä.pdf"),
    ],
)
def test_a_file_has_the_name_that_its_sender_gave_it(fields: bytes, name: str) -> None:
    message = part(fields)
    assert [(file.name, file.content) for file in message.attachments] == [(name, PDF)]
    assert message.text == "hello"


def test_what_comes_after_an_attached_message_belongs_to_the_outer_one() -> None:
    message = read_message(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Subject: inner\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ninner\r\n--c--\r\n"
        b"--b\r\nContent-Type: application/pdf; name=after.pdf\r\n\r\nx\r\n--b--\r\n"
    )
    assert [file.name for file in message.attachments] == ["attachment.eml", "after.pdf"]


@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable", b"7bit"])
def test_an_attached_message_is_decoded_however_it_is_encoded(encoding: bytes) -> None:
    inner = b"Subject: in\r\n\r\nx = 1\r\n"
    encoded = {
        b"base64": b64encode(inner),
        b"quoted-printable": inner.replace(b"=", b"=3D"),
        b"7bit": inner,
    }[encoding]
    message = read_message(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
        b"Content-Disposition: attachment\r\nContent-Transfer-Encoding: "
        + encoding
        + b"\r\n\r\n"
        + encoded
        + b"\r\n--b--\r\n"
    )
    (file,) = message.attachments
    assert read_message(file.content).subject == "in"
    assert read_message(file.content).text.strip() == "x = 1"


RELATED = (
    b"Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nplain\r\n--a\r\nContent-Type: multipart/related; boundary=r\r\n\r\n"
    b'--r\r\nContent-Type: text/html\r\n\r\n<img src="cid:one@x"><img src="cid:two@x">\r\n'
    b'--r\r\nContent-Type: image/png; name="1.png"\r\nContent-Disposition: inline; filename="1.png"\r\nContent-Id: <one@x>\r\n\r\n1\r\n'
    b"--r\r\nContent-Type: image/png\r\nContent-ID: <two@x>\r\n\r\n2\r\n--r--\r\n--a--\r\n"
)


def test_images_in_the_html_are_there_and_inline_with_their_content_ids() -> None:
    message = read_message(RELATED)
    assert message.text == "plain"
    assert message.html.count("cid:") == 2
    assert [(file.cid, file.inline) for file in message.attachments] == [
        ("one@x", True),
        ("two@x", True),
    ]


def test_a_file_beside_the_images_is_not_inline() -> None:
    message = read_message(
        b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        + RELATED
        + b'\r\n--m\r\nContent-Type: application/zip; name=x.zip\r\nContent-Disposition: attachment; filename="x.zip"\r\n\r\nz\r\n--m--\r\n'
    )
    assert [file.inline for file in message.attachments] == [True, True, False]


def test_files_marked_inline_without_a_content_id_are_files() -> None:
    one = b'--b\r\nContent-Disposition: inline;\r\n\tfilename="A 12.pdf"\r\nContent-Type: application/pdf;\r\n\tx-unix-mode=0644;\r\n\tname="A 12.pdf"\r\n\r\nx\r\n'
    message = read_message(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + one + one + b"--b--"
    )
    assert [(file.name, file.inline) for file in message.attachments] == [("A 12.pdf", False)] * 2


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"Content-Type: text/plain; charset=WINDOWS-1252\r\n\r\nhaven\x92t", "haven’t"),
        (
            "Content-Type: plain/text; charset=UTF-8\r\n\r\nHello Sébastien".encode(),
            "Hello Sébastien",
        ),
        (b"Content-Transfer-Encoding: 8bit\r\n\r\nhttps://x.test/?t=637", "https://x.test/?t=637"),
        (
            b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe",
            "Grüße",
        ),
        (
            b"Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
            + "こんにちは".encode("iso-2022-jp"),
            "こんにちは",
        ),
        (
            b"Content-Transfer-Encoding: Quoted-Printable\r\n\r\n<a href=http://x.test> 100% = all",
            "<a href=http://x.test> 100% = all",
        ),
        (b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=41,abc,a=b,b", "A,abc,a=b,b"),
        (
            b"Just a text, sent by telnet.\r\nNothing else.\r\n",
            "Just a text, sent by telnet.\nNothing else.\n",
        ),
        (b"Content-Type: text/plain; charset=utf-8; format\r\n\r\nx", "x"),
        (b"Content-Type: text/plain; name*\r\n\r\nx", "x"),
        (b"Content-Type: text\r\n\r\nx", "x"),
        (b"X-KeepSent: XXXX:XXXX; type=4; name=$KeepSent\r\n\r\nx", "x"),
        (b"From alice@x.test Sat Nov 28 00:00:00 2026\r\nSubject: s\r\n\r\nx", "x"),
    ],
)
def test_the_text_is_what_was_written(content: bytes, text: str) -> None:
    message = read_message(content)
    assert message.text == text
    assert message.attachments == ()


@pytest.mark.parametrize(
    ("content", "html"),
    [
        (
            b'Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html\r\n\r\n<meta http-equiv=3D"Content-Type" content=3D"text/html; charset=\r\n'
            b'=3Diso-8859-1">S=F8n',
            '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">Søn',
        ),
        (
            b'Content-Type: text/html; charset="us-ascii"\r\nContent-ID: <C7C2F6D0@x.test>\r\nMIME-Version: 1.0\r\n'
            + BASE64
            + b"\r\n"
            + b64encode(b"<b>"),
            "<b>",
        ),
        (
            b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n</tr>=0D\r\n</td>=0D\r\n",
            "</tr>\n</td>\n",
        ),
        (b"Content-Type: text/html charset=utf-8\r\n\r\n<b>", "<b>"),
        (
            b"Content-Type: text/html; charset=utf8\r\n<!DOCTYPE html>\r\n<html>",
            "<!DOCTYPE html>\n<html>",
        ),
        (b"Content-Type: text/html\r\nContent-Disposition: inline\r\n\r\n<b>", "<b>"),
    ],
)
def test_the_html_is_what_was_written(content: bytes, html: str) -> None:
    message = read_message(content)
    assert message.html == html
    assert message.attachments == ()


def test_texts_marked_inline_are_no_files() -> None:
    message = read_message(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: inline\r\n\r\nx\r\n"
        b"--b\r\nContent-Type: text/html\r\nContent-Disposition: inline\r\n\r\n<b>\r\n--b--"
    )
    assert (message.text, message.html, message.attachments) == ("x", "<b>", ())


def test_a_boundary_that_begins_like_the_outer_one_ends_nothing() -> None:
    message = read_message(
        b'Content-Type: multipart/mixed;\r\n\tboundary="--b.165233"\r\n\r\n----b.165233\r\nContent-Type: multipart/alternative;\r\n'
        b'\tboundary="--b.165233-1"\r\n\r\n----b.165233-1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsometext\r\n'
        b"----b.165233-1\r\nContent-Type: text/html\r\n\r\n<html>\r\n----b.165233-1--\r\n----b.165233\r\n"
        b'Content-Type: application/pdf;\r\n\tname="test.pdf"\r\n\r\nx\r\n----b.165233--\r\n'
    )
    assert (message.text, message.html) == ("sometext", "<html>")
    assert [file.name for file in message.attachments] == ["test.pdf"]


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Type: text/calendar; charset=utf-8; method=REQUEST",
        b"Content-Type: text/calendar; charset=utf-8; method=REQUEST; name=invite.ics",
    ],
)
@pytest.mark.parametrize("kind", [b"mixed", b"alternative"])
def test_an_invitation_is_a_file(fields: bytes, kind: bytes) -> None:
    event = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Büro\r\n".encode()
    message = read_message(
        b"Content-Type: multipart/%b; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n" % kind
        + fields
        + b"\r\n"
        + BASE64
        + b"\r\n"
        + b64encode(event)
        + b"\r\n--b--"
    )
    assert [(file.name, file.kind, file.content) for file in message.attachments] == [
        ("invite.ics", "text/calendar", event)
    ]
    assert message.text == "x"


@pytest.mark.parametrize("kind", [b"text/x-amp-html", b"text/enriched", b"text/watch-html"])
def test_the_text_in_another_form_is_no_file(kind: bytes) -> None:
    head = b"Content-Type: multipart/alternative; boundary=a\r\n\r\n"
    other = b"--a\r\nContent-Type: " + kind + b"\r\n\r\n<x>hello</x>\r\n"
    plain = b"--a\r\n\r\nhello\r\n"
    assert read_message(head + plain + other + b"--a--\r\n").attachments == ()
    (only,) = read_message(head + other + b"--a--\r\n").attachments
    assert only.content == b"<x>hello</x>"


def test_a_nameless_tnef_part_is_winmail_dat() -> None:
    (file,) = part(b"Content-Type: application/ms-tnef").attachments
    assert (file.name, file.wrapper) == ("winmail.dat", "tnef")


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Lorem ipsum\x85 ", "Lorem ipsum…"),
        ("Non-escaped subject with eviäl umlaut".encode(), "Non-escaped subject with eviäl umlaut"),
        (b"Alerte de =?UTF-8?Q?s=C3=A9curit=C3=A9?= critique", "Alerte de sécurité critique"),
        (b"=?ISO-8859-1?Q?Test_verschl=FCsselt_?=", "Test verschlüsselt"),
        (b"=?UTF-8?Q?a?=\r\n =?utf-8?B?Yg==?=", "ab"),
        (b"=?GBK?B?UmU6ILnY09o=?=", "Re: 关于"),
    ],
)
def test_the_subject_is_what_was_written(raw: bytes, subject: str) -> None:
    assert read_message(b"Subject: " + raw + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: a\r\r\nFrom: kim@example.com\r\r\n\r\r\nbody",
        b"X-Provags-ID: V03:K0:ONKNgotCRN\r\nbFCoPnjQHA37xZ8d\r\nv5N+ziWg6+\r\nSubject: a\r\nFrom: kim@example.com\r\n\r\nbody",
        b"AdMgkmhqf2IeNew7j+gA8L5jAnl/edix==\r\nReceived: from x\r\n by y\r\nSubject: a\r\nFrom: kim@example.com\r\n\r\nbody",
        b"From kim@example.com  Sat Nov 28 2026\nSubject: a\nFrom: kim@example.com\n\nbody",
        b"\xef\xbb\xbfSubject: a\r\nFrom: kim@example.com\r\n\r\nbody",
    ],
)
def test_a_line_that_is_no_field_does_not_end_the_header(content: bytes) -> None:
    message = read_message(content)
    assert (message.subject, message.text) == ("a", "body")
    assert [one.email for one in message.from_] == ["kim@example.com"]


def test_a_notice_that_was_put_into_the_header_of_a_part_is_text() -> None:
    message = read_message(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"CAUTION: Do not click =\r\nlinks or open attachments unless you recognize the sender and know the cont=\r\nent is safe.\r\n\r\nHello\r\n--b--"
    )
    assert "recognize the sender and know the content is safe." in message.text
    assert "Hello" in message.text


@pytest.mark.parametrize(
    ("field", "emails"),
    [
        (b"example@example.com,", ["example@example.com"]),
        (b"foo <foo@example.com>, ", ["foo@example.com"]),
        (b'"', []),
        (b"(c):", []),
        (b"(x): a@example.com;", ["a@example.com"]),
        (b":Foo <foo@example.com> <bar@example.com>", ["foo@example.com"]),
        (b'"a@" <example.com a@example.com>', ["a@example.com"]),
        (b"Kim < kim @ example.com >", ["kim@example.com"]),
        (
            b"a@example.com, B <b@example.com>,\r\n\tc@example.com",
            ["a@example.com", "b@example.com", "c@example.com"],
        ),
        (
            b"=?iso-8859-1?Q?K=F6nok=2C_Danny_=5BFake_=26_Co=2E_K?=\r\n =?iso-8859-1?Q?G=5D?= <t@example.com>",
            ["t@example.com"],
        ),
    ],
)
def test_people_are_found_in_a_broken_list(field: bytes, emails: list[str]) -> None:
    found = [one.email for one in read_message(b"To: " + field + b"\r\n\r\nx").to if one.email]
    assert found[: len(emails)] == emails
    assert bool(found) == bool(emails)


def test_a_name_in_windows_1252_is_read() -> None:
    (person,) = read_message(b'From: "Let\x92s Keto" <kim@example.com>\r\n\r\nx').from_
    assert (person.name, person.email) == ("Let’s Keto", "kim@example.com")


def test_a_message_id_in_brackets_is_kept_as_it_is() -> None:
    odd = "<[83c48dddbea7492e873224a5ae1c04be-JFBVALKQ=@example.com]>"
    assert read_message(f"Message-ID: {odd}\r\n\r\nx".encode()).message_id == odd


@pytest.mark.parametrize(
    ("raw", "hours", "day"),
    [
        (b"Sat, 10, Dec 2022 09:35:19 +0100", 1, 10),
        (b"Thu, 20 Feb 2025 15:54:41 +0000, Thu, 20 Feb 2025 15:54:41 +0000", 0, 20),
        (b"Thu, 1 Oct 2015 14:40:57 +0200 (Mitteleurop\xe4ische Sommerzeit)", 2, 1),
        (b"Thu, 6 Oct 2022 12:27:13 +0200 (GMT+02:00)", 2, 6),
        (b"Tue Jul 24 18:55:07 2007", 0, 24),
        (b"Tue, 28 Sep 2021 10:00:00 CEST", 2, 28),
        (b"Thu, 15 May 2014 11:53:30 EEST", 3, 15),
        (b"Thu, 17 Jul 2014 10:31:49", 0, 17),
        (b"Mi., 23 Apr. 2025 09:48:37 +0200 (MESZ)", 2, 23),
        (b"2022-12-10 09:35:19", 0, 10),
    ],
)
def test_a_date_is_read_as_programs_write_it(raw: bytes, hours: int, day: int) -> None:
    date = read_message(b"Date: " + raw + b"\r\n\r\nx").date
    assert date is not None
    assert (date.utcoffset(), date.day) == (timedelta(hours=hours), day)


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        (b"22 Jun 18 03:56:36 PM -05:00 (GMT -05:00)", 20),
        (b"Fri, 22 Jun 2018 12:56:36 a.m. +0000", 0),
        (b"Fri, 22 Jun 2018 12:56 PM", 12),
        (b"fr., 22 jun. 2018 06:56:36 +0100/fr., 22 jun. 2018 06:56:36 +0100", 5),
        (b"Fri, 22 Jun 2018 06:56:36 +0000 14:03:33 +0000", 6),
    ],
)
def test_the_hour_of_a_date_is_read_as_programs_write_it(raw: bytes, hour: int) -> None:
    date = read_message(b"Date: " + raw + b"\r\n\r\nx").date
    assert date is not None
    date = date.astimezone(UTC)
    assert (date.year, date.month, date.day, date.hour, date.minute) == (2018, 6, 22, hour, 56)


@pytest.mark.parametrize("raw", [b"", b"0000-00-00", b"Fri, 99 Jul 2015 20:36:59", b"0"])
def test_what_is_no_date_is_none(raw: bytes) -> None:
    assert read_message(b"Date: " + raw + b"\r\n\r\nx").date is None


def test_a_date_of_a_part_is_not_the_date_of_the_message() -> None:
    message = read_message(
        b"Date: Wed, 23 Apr 2025 09:48:35 +0200\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n"
        b"--b\r\nDate: Mi., 1 Apr. 2024 09:48:37 +0200 (MESZ)\r\n\r\nx\r\n--b--"
    )
    assert message.date is not None
    assert message.date.day == 23


@pytest.mark.parametrize(
    ("field", "boundary"),
    [
        (b'multipart/mixed; boundary="-"', b"-"),
        (b'multipart/mixed; boundary="<<001-3e1dcd5a-119e>>"', b"<<001-3e1dcd5a-119e>>"),
        (b'multipart/related;\r\n\ttype="text/html";\r\n\tboundary="b1_e8"', b"b1_e8"),
        (b"multipart/mixed;\r\n boundary=--boundary_0_8ab0\r\n ", b"--boundary_0_8ab0"),
        (
            b'multipart/report; \r\n\tboundary="----=_Part_1.2"; \r\n\treport-type=delivery-status',
            b"----=_Part_1.2",
        ),
        (
            b"multipart/alternative; boundary*0*=us-ascii''%3D_7666%3D25-b5f;\r\n boundary*1*=7-f6_%3D",
            b"=_7666=25-b5f7-f6_=",
        ),
        (
            b'multipart/encrypted; boundary="wM+4IwYl=R0CsTG\r\n =Y1yNY=BZJEnO"; protocol="application/pgp-encrypted"',
            b"wM+4IwYl=R0CsTG=Y1yNY=BZJEnO",
        ),
        (b'multipart/mixed;boundary="-----=_Next_0"', b"-----=_Next_0"),
    ],
)
def test_parts_are_found_whatever_divides_them(field: bytes, boundary: bytes) -> None:
    message = read_message(
        b"Content-Type:"
        + field
        + b"\r\nSubject: s\r\n\r\nno part\r\n--"
        + boundary
        + b"\r\n\r\nx\r\n--"
        + boundary
        + b"\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\ny\r\n--"
        + boundary
        + b"--\r\n"
    )
    assert (message.subject, message.text) == ("s", "x")
    assert [file.name for file in message.attachments] == ["a.pdf"]


def test_parts_without_an_end_and_without_names_are_there() -> None:
    message = read_message(
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related;boundary=dummy\r\n\r\n--dummy\r\nContent-Type: text/xml;charset="UTF-8"\r\n'
        b"Content-ID: ACORD\r\n\r\n<ACORD></ACORD>\r\n\r\n--dummy\r\nContent-Type: application/pdf\r\nContent-ID: dummy.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0x\r\n"
    )
    assert [(file.cid, file.content.strip()) for file in message.attachments] == [
        ("ACORD", b"<ACORD></ACORD>"),
        ("dummy.pdf", b"%PDF-1"),
    ]


def test_a_multipart_whose_content_type_stands_below_the_header_is_read() -> None:
    message = read_message(
        b'MIME-Version: 1.0\r\nSubject: s\r\n\r\n\r\n\r\nContent-type: multipart/alternative; \r\n\tBoundary="1__=4E"\r\n\r\n'
        b"--1__=4E\r\nContent-type: text/plain\r\n\r\ntest\r\n--1__=4E\r\nContent-type: text/html\r\n\r\n<p>\r\n--1__=4E--\r\n"
    )
    assert (message.text.strip(), message.html) == ("test", "<p>")


def test_a_multipart_without_parts_is_text() -> None:
    message = read_message(
        b'Content-Type: multipart/alternative;\r\n        boundary="Apple-Mail=_D"\r\n\r\nsometext\r\n'
    )
    assert (message.text, message.attachments) == ("sometext\n", ())


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (
            b'Content-Type: PDF; name="a.pdf"\r\nContent-Disposition: attachment; filename="a.pdf"',
            "a.pdf",
        ),
        (b'Content-Type: PDF\r\nContent-Disposition: attachment; filename="a.pdf"', "a.pdf"),
        (
            b'Content-Type: ;\r\n\tname=""\r\nContent-Disposition: attachment;\r\n\tfilename=""',
            None,
        ),
        (
            b'Content-Type: =?utf-8?Q?application/pdf?=; name="x.pdf"\r\nContent-Disposition: attachment',
            "x.pdf",
        ),
        (b'Content-Type: application/pdf; name="\xeaxyz.pdf"', "êxyz.pdf"),
        (
            b"Content-Type: application/pdf;\r\n name*0*=UTF-8''%%E4%B8%AA%E4%BA%BA%B5%AE%A2%E6%88%B7%E5;\r\n name*1*=%8A%A1.pdf",
            None,
        ),
        (
            b'Content-Type:image/jpeg; name="Resized_20240427_200026(1).jpeg"\r\nContent-Location:Resized_20240427_200026(1).jpeg\r\nContent-ID:<R1>',
            "Resized_20240427_200026(1).jpeg",
        ),
        (
            b'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="a=?b?.txt"',
            "a=?b?.txt",
        ),
    ],
)
def test_a_file_is_there_whatever_its_type_is_called(fields: bytes, name: str | None) -> None:
    (file,) = part(fields).attachments
    assert file.content == PDF
    assert file.name
    assert name in (None, file.name)


def test_a_file_that_is_the_whole_message_is_a_file() -> None:
    name = b"example.com!example.org!1468281600!1468367999.zip"
    message = read_message(
        b'Content-Type: application/zip; \r\n\tname="'
        + name
        + b'"\r\nContent-Disposition: attachment; \r\n\tfilename="'
        + name
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + b64encode(PDF)
    )
    assert message.text == message.html == ""
    assert [(file.name.encode(), file.content) for file in message.attachments] == [(name, PDF)]


def test_a_file_whose_content_follows_its_header_at_once_is_read() -> None:
    message = read_message(
        b'Content-Type: multipart/mixed; boundary="u"\r\n\r\n--u\r\nContent-Type: text/html; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<b>\r\n'
        b'--u\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="a.pdf"\r\nJVBERi0x\r\n--u--'
    )
    assert [(file.name, file.content) for file in message.attachments] == [("a.pdf", b"%PDF-1")]


@pytest.mark.parametrize(
    ("field", "found"),
    [
        (
            b"foo <foo@example.org>,=?UTF-8?B?Zm9v8J+Qm2Jhcg==?= <bar@example.org>",
            [("foo", "foo@example.org"), ("foo🐛bar", "bar@example.org")],
        ),
        (
            b"=?windows-1252?Q?Action_fran=E7aise_?=<contact@example.org>",
            [("Action française", "contact@example.org")],
        ),
        (b"a: x@example.org; b: y@example.org;", [("", "x@example.org"), ("", "y@example.org")]),
        (
            b"=?utf-8?B?"
            + b64encode("Nаmе - Suрроrt <inf".encode())
            + b"?=\r\n =?utf-8?B?"
            + b64encode(b"o@example.org>")
            + b"?=",
            [("Nаmе - Suрроrt", "info@example.org")],
        ),
        (
            b'"Fotololo.ru -" =?utf-8?b?0JjQvdGC0LXRgNC90LXRgg==?=\r\n\t<f@example.org>',
            [("Fotololo.ru - Интернет", "f@example.org")],
        ),
        (
            b'=?utf-8?q?D=C3=A9partement?= "Formation, Recherche et Support"\r\n\t<f@example.org>',
            [("Département Formation, Recherche et Support", "f@example.org")],
        ),
        (b'"=?utf-8?q?G=C3=B6ran?=" <g@example.org>', [("Göran", "g@example.org")]),
        (
            b'"Amway =?utf-8?q?=C3=96sterreich"?= <amway@example.org>',
            [("Amway Österreich", "amway@example.org")],
        ),
        (b'"M\xfcller" <m@example.org>', [("Müller", "m@example.org")]),
        ("腾讯企业<10000@example.org>".encode("gb18030"), [(None, "10000@example.org")]),
    ],
)
def test_a_name_is_read_however_it_is_quoted(
    field: bytes, found: list[tuple[str | None, str]]
) -> None:
    people = read_message(b"To: " + field + b"\r\n\r\nx").to
    assert [one.email for one in people] == [email for _, email in found]
    assert [one.name.strip() for one in people if found[0][0] is not None] == [
        name for name, _ in found if name is not None
    ]


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (
            b"=?shift_jis?B?g1qDfoNJgVuDX4FbirSKb4LFkUmC1IFBg1eDg4NQg2KDZw==?=\r\n =?shift_jis?B?gUWDcIOTg2OBRYNYg0qBW4NngqqTb4/qgV6BdYKrgr+C8YLGgXaCxg==?=\r\n"
            b" =?shift_jis?B?g2WDgA==?=",
            "セミオーダー感覚で選ぶ、ジャケット・パンツ・スカートが登場／「きちんと」とテム",
        ),
        (b"=?utf-8?B?A?=", ""),
        (b"=?nope?Q?x_y?=", "x y"),
        (b"=?windows-1252?Q?it=92s?=", "it’s"),
        (b"=?utf-8?Q?broken", "=?utf-8?Q?broken"),
    ],
)
def test_a_subject_in_odd_encoded_words_is_read(raw: bytes, subject: str) -> None:
    assert read_message(b"Subject: " + raw + b"\r\n\r\nx").subject == subject


@pytest.mark.parametrize(
    ("fields", "body", "text"),
    [
        (
            b'text/plain; charset="iso-8859-2";format="flowed"',
            "Příšerně".encode("iso-8859-2"),
            "Příšerně",
        ),
        (b"TEXT/PLAIN; CHARSET=US-ASCII", b"caf\xe9 \x80", "café €"),
        (b"text/plain; charset=windows-1258", "Viêt".encode("cp1258"), "Viêt"),
        (
            b'text/plain; charset="iso-2022-jp"\r\nContent-Transfer-Encoding: quoted-printable',
            b'=1B$B$3$N%"%I%l%9$X$N%a%k%^%,$r2r=3D|$7$F$/$@$5$$!#=1B(B',
            "このアドレスへのメルマガを解除してください。",
        ),
        (b"text/plain; charset=utf-8", "Проверка".encode(), "Проверка"),
        (b"text/plain; charset=cp-850", "Grüße".encode("cp850"), "Grüße"),
    ],
)
def test_a_text_is_read_in_its_character_set(fields: bytes, body: bytes, text: str) -> None:
    assert read_message(b"Content-Type: " + fields + b"\r\n\r\n" + body).text == text


def test_an_attached_message_in_eight_bits_is_not_encoded_twice() -> None:
    inner = "Subject: Emäįl\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nEmäįl heading\r\n".encode()
    message = read_message(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + inner
        + b"--b--"
    )
    found = read_message(message.attachments[0].content)
    assert (found.subject, found.text.strip()) == ("Emäįl", "Emäįl heading")


def test_a_name_and_address_encoded_as_a_whole_stand_beside_others() -> None:
    whole = "=?utf-8?B?IlJ5ZGVsIiA8cnlkZWxAZXhhbXBsZS5jb20+?="  # "Rydel" <rydel@example.com>
    found = people_in(f"{whole}, andy@example.com, =?utf-8?Q?Doe?=, John <john@example.com>")
    assert [(one.name, one.email) for one in found] == [
        ("Rydel", "rydel@example.com"),
        ("", "andy@example.com"),
        ("Doe, John", "john@example.com"),
    ]


@pytest.mark.parametrize("width", [61, 62, 63])
def test_base64_that_is_cut_across_words_is_joined(width: int) -> None:
    name = "Roundcube пример битого имени вложения для примера того, как оно есть.pdf"
    code = b64encode(name.encode())
    words = [b"=?UTF-8?B?%b?=" % code[at : at + width] for at in range(0, len(code), width)]
    fields = b'Content-Disposition: attachment;\r\n filename="' + b"\r\n ".join(words) + b'"'
    assert [file.name for file in part(fields).attachments] == [name]


def test_words_with_padding_each_are_decoded_each() -> None:
    words = b" ".join(b"=?utf-8?b?%b?=" % b64encode(word) for word in ("grü".encode(), b"ne", b"x"))
    assert read_message(b"Subject: " + words + b"\r\n\r\n").subject == "grünex"
