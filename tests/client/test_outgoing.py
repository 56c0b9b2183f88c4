"""What goes out is what strict servers take, and arrives as it was written."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.mime.text import MIMEText
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.client.compose import Attachment, ComposeOptions, compose
from mailkit.client.outcome import DeliveryStatus, path_of
from mailkit.client.outgoing import has_long_line, mailable, message_bytes
from mailkit.client.reading import read_message
from mailkit.client.send import _heard, letter_of
from mailkit.errors import SettingsError

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def decoded_subject(content: bytes) -> str:
    from email.header import decode_header

    header = content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
    (line,) = [one for one in header.split(b"\r\n") if one.startswith(b"Subject: ")]
    assert b"?==?" not in line
    pairs = decode_header(line[9:].decode("ascii"))
    return "".join(t.decode(c or "ascii") if isinstance(t, bytes) else t for t, c in pairs)


@given(st.text(st.sampled_from("aé ж=?_,漢"), max_size=150))
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    content = compose("kim@example.com", "lee@example.com", subject, "x").content()
    assert decoded_subject(content).strip() == subject.strip()
    header = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, header.split(b"\r\n"))) <= 200


@given(LINE.filter(lambda text: "{{" not in text))  # a merge field without a value is an error
def test_nothing_a_stranger_wrote_begins_a_header(text: str) -> None:
    content = compose(
        f'"{text.replace(chr(34), "")}" <kim@example.com>'
        if text.isascii() and "\\" not in text
        else "kim@example.com",
        "lee@example.com",
        text,
        "x",
    ).content()
    names = {
        line.partition(b":")[0]
        for line in content.partition(b"\r\n\r\n")[0].split(b"\r\n")
        if line[:1] != b" "
    }
    assert names <= {
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Message-ID",
        b"MIME-Version",
        b"Content-Type",
        b"Content-Transfer-Encoding",
    }


@pytest.mark.parametrize(
    "text", ["=?utf-8?q?a=0D=0AX-Evil:_1?=", "a\x0bX-Evil: 1", "a\u2028X-Evil: 1", "a\x85X-Evil: 1"]
)
def test_encoded_words_of_strangers_are_text(text: str) -> None:
    letter = compose(
        f'"{text}" <kim@example.com>',
        "lee@example.com",
        text,
        "x",
        in_reply_to=text,
        more={"X-A": text},
    )
    content = letter.content()
    assert b"\r\nX-Evil" not in content
    assert b"\nX-Evil" not in letter.message.as_bytes(policy=policy.SMTP)
    assert decoded_subject(content) == text


def test_the_callers_message_is_not_changed() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Bcc"] = (
        "kim@example.com",
        "lee@example.com",
        "ann@example.com",
    )
    for _ in range(2):
        letter = letter_of(message)
        assert letter.recipients == ("lee@example.com", "ann@example.com")
        assert letter.message_id
        assert b"Bcc" not in letter.content()
    assert message["Bcc"] == "ann@example.com"
    assert message["Message-ID"] is None


@pytest.mark.parametrize(
    "to", ["alice@example.org<bob@example.com>", "", "alice@example.org bob@example.com"]
)
def test_recipients_that_are_not_clear_are_refused(to: str) -> None:
    message = MIMEText("x")
    message["From"], message["To"] = "kim@example.com", to
    with pytest.raises(SettingsError):
        letter_of(message)


def test_names_with_an_address_in_quotes_are_clear() -> None:
    message = MIMEText("x")
    message["From"], message["To"] = (
        "kim@example.com",
        '"lee@example.com" <lee@example.com>, Ann (a@b) <ann@example.com>',
    )
    assert letter_of(message).recipients == ("lee@example.com", "ann@example.com")


def test_domains_go_out_in_ascii_and_local_parts_as_they_are() -> None:
    letter = compose("kim@bücher.example", "Jörg <jörg@bücher.example>", "x", "x")
    assert path_of("kim@bücher.example") == "kim@xn--bcher-kva.example"
    content = letter.content()
    assert b"From: kim@xn--bcher-kva.example\r\n" in content
    assert "<jörg@xn--bcher-kva.example>\r\n".encode() in content


@pytest.mark.parametrize("text", ["y" * 3000, "grüße " * 500, "line\n.\nFrom me\n" + "z" * 1200])
def test_long_lines_and_8_bit_are_encoded(text: str) -> None:
    message = MIMEText(text, "plain", "utf-8")
    del message["Content-Transfer-Encoding"]
    message["Content-Transfer-Encoding"] = "8bit"
    message.set_payload(text.encode())
    content = mailable(letter_with(message), eight_bit=False)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert read(content).get_content().split() == text.split()


def letter_with(message: Any) -> bytes:
    message["From"], message["To"] = "kim@example.com", "lee@example.com"
    return letter_of(message).content()


def test_headers_with_raw_octets_are_read_and_encoded() -> None:
    raw = "From: kim@example.com\r\nTo: lee@example.com\r\nSubject: Straße\r\n\r\nx\r\n".encode(
        "latin-1"
    )
    content = letter_of(message_from_bytes(raw)).content()
    assert content.isascii()
    assert decoded_subject(content) == "Straße"


def test_an_image_belongs_to_the_html_and_a_file_to_the_whole() -> None:
    files = [Attachment("a.pdf", b"%PDF"), Attachment("logo.png", b"png", cid="logo")]
    letter = compose(
        "kim@example.com",
        "lee@example.com",
        "x",
        "x",
        html='<img src="cid:logo">',
        attachments=files,
    )
    message = read(letter.content())
    assert [part.get_filename() for part in message.iter_attachments()] == ["a.pdf"]
    (image,) = [part for part in message.walk() if part["Content-ID"] == "<logo>"]
    assert image.get_content_disposition() == "inline"
    assert image.get_content() == b"png"


def test_a_message_that_is_attached_stays_a_message() -> None:
    inner = b"Subject: inner\r\n\r\nx\r\n"
    letter = compose(
        "kim@example.com", "lee@example.com", "x", "x", attachments=[Attachment("a.eml", inner)]
    )
    (part,) = read(letter.content()).iter_attachments()
    assert (part.get_content_type(), part.get_content()["Subject"]) == ("message/rfc822", "inner")


def test_an_early_refusal_and_a_reply_out_of_place_accept_nothing() -> None:
    letter = compose("kim@example.com", "lee@example.com", "x", "x")
    refused, good, goes = _heard(letter, [(530, "first log in"), (250, "ok"), (354, "go")])
    assert ([one.state for one in refused.values()], good, goes) == (["refused"], [], True)
    fates, _, goes = _heard(letter, [(250, "ok"), (250, "ok"), (250, "ok")])
    assert ([one.state for one in fates.values()], goes) == (["deferred"], False)
    assert DeliveryStatus.of(354, "", content=False).state == "deferred"
    assert DeliveryStatus.of(354, "", content=True).state == "unknown"


def test_options_are_a_value_and_names_go_before_it() -> None:
    usual = ComposeOptions(cc="lee@example.com", signature="Kim", reply_to="team@example.com")

    letter = compose(
        "kim@example.com", "ann@example.com", "Hi", "Text.", usual, cc=["bo@example.com"]
    )

    assert letter.recipients == ("ann@example.com", "bo@example.com")
    assert letter.message["Reply-To"] == "team@example.com"
    assert letter.message.get_content() == "Text.\n\n-- \nKim\n"
    with pytest.raises(TypeError, match="ccc"):
        compose("kim@example.com", "ann@example.com", "Hi", "Text.", usual, ccc="bo@example.com")


@pytest.mark.parametrize("end", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\x1b"])
def test_a_file_name_or_kind_with_a_line_end_or_a_control_is_refused(end: str) -> None:
    named = Attachment(f"a{end}X-Evil: 1", b"x")
    of_kind = Attachment("a", b"x", f"text/plain; a=b{end}X-Evil: 1")
    for file in (named, of_kind):
        with pytest.raises(SettingsError, match="line break or a control"):
            compose("kim@example.com", "lee@example.com", "s", text="x", attachments=[file])


def test_an_address_that_nests_too_deep_is_none() -> None:
    with pytest.raises(SettingsError, match="is not an address"):
        compose("kim@example.com", "(" * 50_000, "x", "x")


@pytest.mark.parametrize("before", [b"", b"a: b\r\n", b"a: b\r\n\r\n" + b"y" * 998 + b"\r\n"])
@pytest.mark.parametrize("after", [b"", b"\r\n", b"\r\nend\r\n"])
@pytest.mark.parametrize("size", [1, 998, 999, 5000])
def test_a_long_line_is_seen_wherever_it_stands(size: int, before: bytes, after: bytes) -> None:
    content = before + b"z" * size + after
    assert has_long_line(content) is (size > 998)


def test_a_subject_of_one_endless_word_is_sent_encoded() -> None:
    address = "https://example.com/" + "y" * 1500
    message = MIMEText("x")
    message["From"], message["Subject"] = "kim@example.com", address
    made = message_bytes(message)
    assert not has_long_line(made)
    assert read_message(made).subject == address
