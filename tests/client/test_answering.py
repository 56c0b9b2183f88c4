"""Replies and forwarded messages: threading, people, and nothing of a stranger read as a template."""

from email import message_from_bytes, policy

import pytest

from mailkit.client.answering import forward, reply
from mailkit.client.reading import read_message
from mailkit.errors import SettingsError

RAW = (
    b"From: Lee <lee@example.com>\r\nTo: kim@example.com, ann@example.com\r\nSubject: {{x}} =?utf-8?q?=C3=BC?=\r\n"
    b"Message-ID: <2@example.com>\r\nReferences: <1@example.com>\r\n\r\nHi\r\n"
)


def test_a_reply_goes_to_the_author_and_into_the_thread() -> None:
    letter = reply(read_message(RAW), "Kim <kim@example.com>", "yes", to_all=True)
    assert letter.recipients == ("lee@example.com", "ann@example.com")
    message = message_from_bytes(letter.content(), policy=policy.default)
    assert message["Subject"] == "Re: {{x}} ü"
    assert message["In-Reply-To"] == "<2@example.com>"
    assert message["References"] == "<1@example.com> <2@example.com>"


def test_a_reply_goes_to_the_author_where_reply_to_has_no_address() -> None:
    message = read_message(b'Reply-To: "Lee" <\r\n' + RAW)
    assert reply(message, "kim@example.com", "yes").recipients == ("lee@example.com",)


def test_an_address_that_is_none_stops_no_answer() -> None:
    message = read_message(b"Cc: <Undisclosed:@example.com;>, lee.@@x, bob@example.com\r\n" + RAW)
    answer = reply(message, "kim@example.com", "yes", to_all=True)
    assert answer.recipients == ("lee@example.com", "ann@example.com", "bob@example.com")


def test_an_answer_in_a_long_thread_names_its_beginning_and_its_end() -> None:
    ids = [f"<{n}@example.com>" for n in range(100)]
    raw = RAW.replace(b"<1@example.com>", " ".join(ids).encode())
    letter = reply(read_message(raw), "kim@example.com", "yes")
    named = message_from_bytes(letter.content(), policy=policy.default)["References"].split()
    assert [named[0], *named[-2:]] == [ids[0], ids[-1], "<2@example.com>"]
    assert len(named) < 30


def test_a_forwarded_message_is_attached_whole() -> None:
    letter = forward(read_message(RAW), "kim@example.com", "bob@example.com", "see")
    message = message_from_bytes(letter.content(), policy=policy.default)
    (part,) = message.iter_attachments()
    assert part.get_content()["Message-ID"] == "<2@example.com>"


def test_a_message_without_an_author_cannot_be_answered() -> None:
    with pytest.raises(SettingsError):
        reply(read_message(b"Subject: x\r\n\r\nx"), "kim@example.com", "yes")


@pytest.mark.parametrize(
    ("sender", "people", "recipients"),
    [
        ("jack@x.example", "ck@x.example", ["lee@x.example", "ck@x.example"]),
        (
            "Kim <K@x.example>",
            "k@x.example, A@x.example, a@x.example",
            ["lee@x.example", "A@x.example"],
        ),
        ("k@x.example", "LEE@x.example", ["lee@x.example"]),
        ("Lee <lee@x.example>", "a@x.example", ["a@x.example"]),
    ],
)
def test_each_other_person_gets_an_answer_to_all_once(
    sender: str, people: str, recipients: list[str]
) -> None:
    message = read_message(f"From: lee@x.example\r\nTo: {people}\r\nSubject: x\r\n\r\n".encode())
    assert [*reply(message, sender, "yes", to_all=True).recipients] == recipients
