"""What goes out, where people reported that it arrived as something else."""

from email.header import Header
from email.message import EmailMessage

import pytest

from mailkit.client.answering import reply
from mailkit.client.compose import Attachment, compose
from mailkit.client.outcome import notify_words, path_of
from mailkit.client.outgoing import mailable
from mailkit.client.reading import read_message
from mailkit.client.send import _heard, letter_of
from mailkit.errors import SettingsError

ME = "kim@example.com"
LONG = "<https://news.example.com/unsubscribe?proof=" + "o2FrAGF0WEDteqo5KL79w3" * 8 + ">"


@pytest.mark.parametrize(
    "subject",
    [
        "Бета-продакшн: платежка 2422750 от 2015-07-20",
        "Köttbullar recipe by Önsen Stärebrü, and some more words that make it a long one",
        "Partir Aux Amériques",
        "Søknad om adopsjon av katt - First:               Mali, Last: Brødreski",
        "😊" * 40,
        "a?=b =?c",
    ],
)
def test_a_subject_arrives(subject: str) -> None:
    assert read_message(compose(ME, ME, subject, "x").content()).subject == subject


@pytest.mark.parametrize(
    "name",
    [
        "Ævar Arnfjörð Bjarmason",
        "Könok, Danny [Fake Company & Co. KG]",
        "Johnny D'ep",
        'Officer "6" \\ desk',
        "Abcdefgh Ijklmñ 會議室預約系統",
        "NOM Prénom",
        "name@example.org",
    ],
)
def test_a_name_arrives_and_names_nobody_else(name: str) -> None:
    from email.headerregistry import Address

    letter = compose(ME, [Address(name, "lee", "example.com")], "s", "x")
    (person,) = read_message(letter.content()).to
    assert (person.name, person.email) == (name, "lee@example.com")
    assert letter.recipients == ("lee@example.com",)
    assert letter_of(letter.content()).recipients == ("lee@example.com",)


@pytest.mark.parametrize("name", ["😊.txt", "⏳.txt", "a;b.txt", 'q"uote.txt', "ä" * 80 + ".txt"])
def test_a_name_of_a_file_arrives(name: str) -> None:
    content = compose(ME, ME, "s", "x", attachments=[Attachment(name, b"x")]).content()
    assert [file.name for file in read_message(content).attachments] == [name]
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_long_link_in_a_header_is_not_cut() -> None:
    content = compose(ME, ME, "s", "x", more={"List-Unsubscribe": LONG}).content()
    assert LONG.encode() in content


def test_a_long_address_is_not_cut() -> None:
    long = "npub1mlfgj95gv89tdjemt2jc4jqvn4dumhujeymzv20ljqywcfupwz5s09pe55@testnmail.example.com"
    content = compose(long, ["a@example.com", long, "b@example.com"], "s", "x").content()
    assert content.count(long.encode()) == 2


def test_references_are_never_encoded() -> None:
    before = " ".join(f"<{n}.{'x' * 60}@mail.example.com>" for n in range(15))
    content = compose(ME, ME, "s", "x", in_reply_to="<1@x.test>", references=before).content()
    assert b"=?" not in content
    assert before in content.decode().replace("\r\n ", " ")


def test_html_with_equal_signs_arrives() -> None:
    html = '<a href="http://server/file.cfm?param=7c995&x=3D">'
    assert html in read_message(compose(ME, ME, "s", "x", html=html).content()).html


def test_a_long_line_is_sent_in_short_ones() -> None:
    content = compose(ME, ME, "s", "x " * 3000, html="<p>" + "y" * 5000).content()
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_name_that_is_encoded_already_is_not_encoded_again() -> None:
    message = EmailMessage()
    message["From"] = f"{Header('Pepé', 'utf-8').encode()} <{ME}>"
    message["To"] = "me@example.com"
    message.set_content("Body")
    letter = letter_of(message)
    assert letter.content().isascii()
    assert read_message(letter.content()).from_[0].name == "Pepé"
    assert letter.sender == ME


def test_an_attached_message_is_not_base64_and_is_mended_for_old_servers() -> None:
    inner = "Subject: in\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n".encode()
    content = compose(
        ME, ME, "s", "x", attachments=[Attachment("m.eml", inner, "message/rfc822")]
    ).content()
    sent = mailable(content, eight_bit=False)
    assert sent.isascii()
    (file,) = read_message(sent).attachments
    assert file.kind == "message/rfc822"
    assert b"Content-Transfer-Encoding: base64\r\nContent-Type: message" not in sent
    assert read_message(file.content).text.strip() == "Grüße"


def test_a_local_part_beyond_ascii_is_not_changed() -> None:
    assert path_of("account.testø@example.com") == "account.testø@example.com"


def test_many_recipients_in_one_text_are_many() -> None:
    many = [f"person{n}@example.com" for n in range(150)]
    assert compose(ME, ", ".join(many), "s", "x").recipients == tuple(many)


def test_a_comma_in_a_quoted_name_separates_nobody() -> None:
    message = (
        b'To: "Doe, John" <john@example.com>, lee@example.com\r\nFrom: kim@example.com\r\n\r\nx'
    )
    assert letter_of(message).recipients == ("john@example.com", "lee@example.com")


def test_251_is_a_recipient_who_gets_it() -> None:
    letter = compose(ME, "a@example.com", "s", "x")
    replies = [(250, "ok"), (251, "User not local; will forward"), (354, "go on")]
    assert _heard(letter, replies) == ({}, ["a@example.com"], True)


def people(field: str, letter_content: bytes) -> list[str]:
    return [one.email for one in getattr(read_message(letter_content), field)]


def test_an_answer_to_ones_own_message_goes_to_those_who_got_it() -> None:
    own = read_message(
        b"From: kim@example.com\r\nTo: anne@example.com\r\nCc: bob@example.com\r\n\r\nx"
    )
    content = reply(own, ME, "more", to_all=True).content()
    assert people("to", content) == ["anne@example.com"]
    assert people("cc", content) == ["bob@example.com"]


def test_an_answer_to_all_names_nobody_twice_and_not_oneself() -> None:
    message = read_message(
        b"From: a@example.com\r\nTo: KIM@example.com, b@example.com, a@example.com\r\nCc: B@example.com, c@example.com, Kim <kim@example.com>\r\n\r\nx"
    )
    content = reply(message, ME, "ok", to_all=True).content()
    assert people("to", content) == ["a@example.com"]
    assert people("cc", content) == ["b@example.com", "c@example.com"]


def test_copies_of_ones_own_are_added_to_those_of_the_message() -> None:
    message = read_message(
        b"From: a@example.com\r\nTo: kim@example.com\r\nCc: colleague@example.com\r\n\r\nx"
    )
    letter = reply(
        message, ME, "ok", to_all=True, cc="boss@example.com", bcc=["hidden@example.com"]
    )
    assert people("cc", letter.content()) == ["colleague@example.com", "boss@example.com"]
    assert "hidden@example.com" in letter.recipients


def test_an_answer_with_a_copy_stays_in_its_thread() -> None:
    message = read_message(b"From: a@example.com\r\nMessage-ID: <1@x.test>\r\n\r\nx")
    letter = reply(message, ME, "ok", cc="boss@example.com")
    assert letter.message["In-Reply-To"] == "<1@x.test>"
    assert letter.recipients == ("a@example.com", "boss@example.com")


@pytest.mark.parametrize(
    "to",
    [
        "[foo]@example.com",
        "me@example.com>",
        "a b@example.com",
        "@example.com",
        "x@",
        "a@b@example.com",
    ],
)
def test_an_address_that_is_none_is_named(to: str) -> None:
    with pytest.raises(SettingsError):
        compose(ME, to, "s", "x")


@pytest.mark.parametrize("subject", ["Привет\nмир", "a\rb", "a\r\nBcc: x@example.com"])
def test_a_line_break_in_a_subject_is_refused(subject: str) -> None:
    with pytest.raises(SettingsError, match="line break"):
        compose(ME, ME, subject, "x")


@pytest.mark.parametrize(
    "page",
    [
        '<img src="cid:bg@example.com">',
        '<td background="cid:bg@example.com">',
        "<p style=\"background:url('cid:bg@example.com')\">",
    ],
)
def test_an_image_is_inline_wherever_the_html_shows_it_and_keeps_its_name(page: str) -> None:
    files = [
        Attachment("divider-500x2.jpg", b"jpg", cid="bg@example.com"),
        Attachment("a.pdf", b"%PDF"),
    ]
    content = compose(ME, ME, "s", "x", html=page, attachments=files).content()
    found = {(file.name, file.cid, file.inline) for file in read_message(content).attachments}
    assert found == {("divider-500x2.jpg", "bg@example.com", True), ("a.pdf", "", False)}
    assert b"multipart/mixed" in content.partition(b"\r\n\r\n")[0]


def test_a_content_id_that_is_a_path_is_the_one_in_the_html() -> None:
    image = Attachment("p.png", b"png", cid="@images/email/p.png")
    page = '<img src="cid:@images/email/p.png">'
    content = compose(ME, ME, "s", "x", html=page, attachments=[image]).content()
    (file,) = read_message(content).attachments
    assert (file.cid, file.inline) == ("@images/email/p.png", True)


def test_nobody_sees_the_blind_copies() -> None:
    hidden = [f"hidden{n}@example.org" for n in range(4)]
    letter = compose(ME, "lee@example.com", "s", "x", bcc=hidden)
    assert b"hidden" not in letter.content()
    assert letter.recipients == ("lee@example.com", *hidden)


def test_a_message_in_an_old_character_set_is_answered_in_utf_8() -> None:
    message = read_message(b"From: a@example.com\r\nSubject: =?windows-1252?Q?it=92s?=\r\n\r\nx")
    content = reply(message, ME, "ok").content()
    assert content.isascii()
    assert read_message(content).subject == "Re: it’s"


def test_a_message_that_is_resent_goes_to_those_it_is_resent_to() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Cc"] = "ann@example.org", "bob@example.org", ME
    message["Resent-From"], message["Resent-Sender"] = ME, "office@example.com"
    message["Resent-To"], message["Resent-Bcc"] = "lee@example.com", "eve@example.com"
    letter = letter_of(message)
    assert letter.sender == "office@example.com"
    assert letter.recipients == ("lee@example.com", "eve@example.com")
    assert letter_of(message, ME, "x@example.com").recipients == ("x@example.com",)


def test_a_message_that_was_resent_twice_names_nobody() -> None:
    content = b"From: a@example.org\r\nTo: b@example.org\r\n" + 2 * (
        b"Resent-From: kim@example.com\r\nResent-To: lee@example.com\r\n"
    )
    with pytest.raises(SettingsError, match="several times"):
        letter_of(content + b"\r\nx\r\n")


def test_who_sends_for_somebody_else_is_the_sender() -> None:
    message = EmailMessage()
    message["From"], message["Sender"], message["To"] = "boss@example.com", ME, "lee@example.com"
    assert letter_of(message).sender == ME


@pytest.mark.parametrize("words", [["never", "success"], ["NEVER", "delay"], ["often"]])
def test_a_report_that_is_wanted_and_not_wanted_is_refused(words: list[str]) -> None:
    with pytest.raises(SettingsError, match="notify"):
        notify_words(words)


def test_reports_that_go_together_are_asked_for() -> None:
    assert notify_words(["success", "failure"]) == "SUCCESS,FAILURE"
    assert notify_words(["never"]) == "NEVER"
