"""Messages that the standard library cannot read, or takes seconds for, are messages like others."""

from email.message import EmailMessage

import pytest

from mailkit.message_policy import message_of

NESTED = b"".join(
    b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (i, i) for i in range(2000)
)


@pytest.mark.parametrize(
    "field", [b"(" * 3000, b"<", b'"a" ' * 100_000, b"=?utf-8?q?=3C?=", b"\x0b"]
)
@pytest.mark.parametrize(
    "name",
    [
        b"From",
        b"To",
        b"Message-ID",
        b"Date",
        b"Content-Type",
        b"Content-Disposition",
        b"MIME-Version",
    ],
)
def test_no_field_stops_the_reading_of_a_message(name: bytes, field: bytes) -> None:
    message = message_of(name + b": " + field + b"\r\nSubject: here\r\n\r\ntext\r\n")
    assert message["Subject"] == "here"
    assert isinstance(str(message[name.decode()]), str)
    assert [one.get_content_type() for one in message.walk()] == ["text/plain"]
    assert [*message.iter_attachments()] == []
    assert not message.get_content_charset()


def test_a_message_that_nests_without_end_keeps_its_header() -> None:
    message = message_of(b"Subject: here\r\n" + NESTED)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "here"


def test_a_message_that_can_be_read_is_read_as_ever() -> None:
    message = message_of(
        b"From: Kim <kim@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BCn?=\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xbc\r\n"
    )
    assert message["From"].addresses[0].addr_spec == "kim@example.com"
    assert message["Subject"] == "Grün"
    assert message.get_content() == "ü\r\n"
