"""Automatic answers: which messages get one, where it goes, and that a stranger's words in it are data."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailkit.client.compose import compose
from mailkit.flow.answers import address_for, message_id_of, plain, why_automatic
from mailkit.flow.senders import field_of, fits, header_of, sender_of
from mailkit.uses import ChannelOptions

EVIL = "=?utf-8?q?ok=0D=0AContent-Type:_text/html=0D=0A=0D=0A<b>evil</b>?="


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@given(st.text(max_size=300))
@example(EVIL)
@example("a =?utf-8?q?b?= =?utf-8?b?Yw==?= d")
@example("4711 маслом маслом вашего одну")
@example("a\x85b\u2028c\x0bd\x0ce\x1cf\rg\nh")
@example("{{x}} {% y %}")
def test_a_subject_is_written_as_it_was_read_and_is_nothing_else(text: str) -> None:
    names = sorted(compose("kim@example.com", "lee@example.com", "Re:", "text").message.keys())

    shown = {"subject": plain(text, 400)}
    letter = compose("kim@example.com", "lee@example.com", "{{subject}}", "text", fields=shown)
    content = letter.content()
    found = read(content)

    assert sorted(found.keys()) == names
    assert found.get_content().strip() == "text"
    assert str(found["Subject"]) == plain(text, 400).encode("utf-8", "replace").decode()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize(
    "fields",
    [
        *("Auto-Submitted: auto-replied", "auto-submitted: AUTO-GENERATED; x=y", "Auto-Submitted:"),
        *("Auto-Submitted: no\nAuto-Submitted: auto-notified", "Auto-Submitted: (no) auto-replied"),
        *(
            "Return-Path: <>",
            "Return-Path: < >",
            "Return-Path:",
            "Return-Path: <a@b.c>\nReturn-Path: <>",
        ),
        *("List-Id: x", "List-Unsubscribe: <https://x>", "LIST-POST: NO", "List-Id:"),
        *("Precedence: bulk", "precedence: List", "Precedence: junk (x)", "Precedence: auto_reply"),
        *(
            "Content-Type: multipart/report; report-type=delivery-status",
            "Content-type: MULTIPART/Report",
        ),
        *(
            "Content-Type: (x) multipart/report",
            "X-Auto-Response-Suppress: All",
            "X-Autoreply: yes",
        ),
        *(
            "From: MAILER-DAEMON@x.example",
            "From: x <owner-list@x.example>",
            "From: a-request@x.example",
        ),
        *("From: Postmaster@x.example", "From: bounces+kim=a.example@x.example"),
        *("From: bounce-123@x.example", "From: list-bounces@x.example"),
        *("Return-Path: <MAILER-DAEMON>", "Return-Path: <mailer-daemon@x.example>"),
        "Auto-Submitted: auto-replied" + "x" * 9000,
    ],
)
def test_no_answer_goes_to(fields: str) -> None:
    assert why_automatic(header_of(f"Subject: x\n{fields}\n\nbody".encode()))


@pytest.mark.parametrize(
    "fields",
    [
        *(
            "X: y",
            "Auto-Submitted: no",
            "Auto-Submitted: No (a person)",
            "Return-Path: <kim@x.example>",
        ),
        *("Precedence: first-class", "X-Auto-Response-Suppress: None", "From: kim@x.example"),
        "Content-Type: multipart/mixed; boundary=b",
    ],
)
def test_an_answer_goes_to(fields: str) -> None:
    assert why_automatic(header_of(f"{fields}\n\nbody".encode())) == ""


@pytest.mark.parametrize(
    ("reply_to", "options", "address"),
    [
        ("customer@example.net", {}, "customer@example.net"),
        ("customer@example.net", {"answer_to": "from"}, "form@example.org"),
        ("customer@example.net", {"allowed": ("example.org",)}, "form@example.org"),
        ("customer@example.net", {"allowed": ("example.net",)}, "customer@example.net"),
        ("customer@example.net", {"blocked": ("example.net",)}, "form@example.org"),
        ("a@example.net, b@example.net", {}, "form@example.org"),
        ("a@example.net\nReply-To: b@example.net", {}, "form@example.org"),
    ],
)
def test_an_answer_goes_where_the_channel_lets_it(
    reply_to: str, options: dict[str, str], address: str
) -> None:
    message = header_of(f"From: form@example.org\nReply-To: {reply_to}\n\n".encode())
    channel = ChannelOptions(**options)  # type: ignore[arg-type]
    assert address_for(message, "form@example.org", channel) == address


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<a@x.example>", "<a@x.example>"),
        *((f"<a{end}b@x.example>", "") for end in "\x0b\x0c\x1c\x85\u2028 "),
        *(
            (one, "")
            for one in ("<" * 60, "<", "a@x", "<a@x> <b@x>", "<=?utf-8?q?a?=@x.example>", EVIL)
        ),
        ("=?utf-8?q?<a=0D=0AX:_y@x.example>?=", ""),
    ],
)
def test_only_a_message_id_is_answered_as_one(value: str, found: str) -> None:
    assert message_id_of(header_of(f"Message-ID: {value}\n\n".encode())) == found


@pytest.mark.parametrize(
    "value", ["(" * 600, "a@b, " * 20_000, '"a" ' * 25_000, "<" * 5000, "=?" * 4000]
)
@pytest.mark.parametrize(
    "name", ["From", "Reply-To", "Content-Type", "Message-ID", "Date", "Subject"]
)
def test_a_field_that_the_library_cannot_read_is_nobodys(name: str, value: str) -> None:
    message = header_of(f"{name}: {value}\nX-Last: here\n\n".encode())
    assert sender_of(message) == ""
    assert len(field_of(message, name)) <= 8_192
    assert message["X-Last"] == "here"
    why_automatic(message)
    message_id_of(message)


def test_a_long_field_is_never_parsed_and_a_long_header_is_empty() -> None:
    long = header_of(b"From: " + b"a@b," * 25_000 + b"\nSubject: x\n\n")
    assert long["From"] == ""
    assert long["Subject"] == "x"
    assert header_of(b"From: a@b.example\n" * 20_000).keys() == []


@pytest.mark.parametrize(
    "address",
    [
        "\u212aim@example.com",
        "ki\u017f@example.com",
        "stra\u00dfe@example.com",
        "\ufb00@example.com",
    ],
)
def test_an_address_that_looks_alike_is_another(address: str) -> None:
    ascii_form = {"\u212a": "k", "\u017f": "s", "\u00df": "ss", "\ufb00": "ff"}
    same = "".join(ascii_form.get(char, char) for char in address)
    assert not fits(address, [same])
    assert not fits(same, [address])
    assert fits(address, [address])
    assert fits("\u00c4rzte@example.com", ["\u00e4rzte@example.com"])


@pytest.mark.parametrize("value", ['"bulk"', "bulk;", "list, x", "first-class, junk", "(x) BULK"])
def test_precedence_counts_however_it_is_written(value: str) -> None:
    assert "Precedence" in why_automatic(header_of(f"Precedence: {value}\n\n".encode()))


def test_of_many_senders_none_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    message = header_of(b"From: kim@example.com\r\n" * 5_000)
    assert len(message) == 5_000
    parsed = 0

    def fetched(self: Any, name: str, value: Any) -> Any:
        nonlocal parsed
        parsed += 1
        return value

    monkeypatch.setattr(type(message.policy), "header_fetch_parse", fetched)
    assert sender_of(message) == ""
    assert parsed == 0
