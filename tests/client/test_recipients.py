"""Which addresses a message goes to: none is guessed, none is lost, and nothing else reaches MAIL and RCPT."""

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.mime.text import MIMEText

import pytest

from mailkit.client import recipients
from mailkit.client.compose import compose
from mailkit.client.outcome import DeliveryStatus, path_of
from mailkit.client.recipients import addresses_in
from mailkit.client.send import letter_of
from mailkit.errors import SettingsError

ME, LEE = "kim@example.com", "lee@example.com"

MORE_THAN_AN_ADDRESS = [
    "<lee@example.com> SIZE=1",
    "<lee@example.com>SIZE=1",
    "Lee <lee@example.com> NOTIFY=NEVER",
    "=?utf-8?q?Lee?= <lee@example.com> SIZE=1",
    "lee@example.com SIZE=1",
    "lee@example.com> SIZE=1",
    "<lee@example.com> <ann@example.com>",
    "ann@example.com <lee@example.com>",
    "<lee@example.com",
    "lee@exam ple.com",
    "lee\x01@example.com",
    "lee\x7f@example.com",
    "lee@example.com\x1b[2J",
    "lee\u200b@example.com",
    "lee\u202e@example.com",
    "lee@example.com:25",
    "ann@lee@example.com",
    "lee@example..com",
    "lee@.example.com",
    "lee@",
    "@example.com",
    '"lee@example.com"',
    "<'lee@example.com'>",
    "=?utf-8?q?lee=40example=2Ecom?=",
]


@pytest.mark.parametrize("text", MORE_THAN_AN_ADDRESS)
def test_what_is_more_or_less_than_an_address_is_refused_everywhere(text: str) -> None:
    raw = b"From: kim@example.com\r\nTo: ann@example.com\r\n\r\nx\r\n"
    for refused in (
        lambda: compose(ME, text, "s", "x"),
        lambda: compose(text, LEE, "s", "x"),
        lambda: compose(ME, LEE, "s", "x", reply_to=text),
        lambda: letter_of(raw, recipients=[text]),
        lambda: letter_of(raw, sender=text),
        lambda: path_of(text),
    ):
        with pytest.raises(SettingsError):
            refused()


@pytest.mark.parametrize("spec", ["lee@example.com SIZE=1", "lee@x> SIZE=1", "a\x01@b.c"])
def test_an_address_object_is_no_way_around(spec: str) -> None:
    local, _, domain = spec.partition("@")
    with pytest.raises(SettingsError):
        compose(ME, Address("Lee", local, domain), "s", "x")


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ('"Doe, John" <john@example.com>, lee@example.com', ["john@example.com", LEE]),
        ("=?utf-8?q?Doe,_J?= <john@example.com>", ["john@example.com"]),
        ("Lee (work, or home) <lee@example.com> (now)", [LEE]),
        ("Team: lee@example.com, Ann <ann@example.com>;", [LEE, "ann@example.com"]),
        ("undisclosed-recipients:;", []),
        ("lee@example.com; ann@example.com, ,", [LEE, "ann@example.com"]),
        ('"a b"@example.com, "x>y"@example.com', ['"a b"@example.com', '"x>y"@example.com']),
        ("Lee <@relay.example:lee@example.com>", [LEE]),
        ("lee..x.@example.com", ["lee..x.@example.com"]),
        ("jörg@bücher.example", ["jörg@bücher.example"]),
        ("root, postmaster", ["root", "postmaster"]),
        ("lee@[192.0.2.1]", ["lee@[192.0.2.1]"]),
    ],
)
def test_a_field_has_these_addresses_and_no_others(field: str, found: list[str]) -> None:
    assert addresses_in(field) == found


@pytest.mark.parametrize("field", ["Doe, John <john@example.com>", "Lee, lee@example.com"])
def test_a_name_beside_an_address_is_no_recipient(field: str) -> None:
    raw = f"From: kim@example.com\r\nTo: {field}\r\n\r\nx\r\n".encode()
    with pytest.raises(SettingsError, match="ambiguous"):
        letter_of(raw)


@pytest.mark.parametrize(
    "to", ["=?utf-8?q?Doe=2C_J=C3=BC?= <lee@example.com>", '"Doe, J" <lee@example.com>']
)
def test_a_comma_in_an_encoded_name_separates_nobody(to: str) -> None:
    raw = f"From: kim@example.com\r\nTo: {to}\r\n\r\nx\r\n".encode()
    modern, old = EmailMessage(), MIMEText("x")
    for message in (modern, old):
        message["From"], message["To"] = ME, to
    parsed = message_from_bytes(raw, policy=policy.default)
    for given in (raw, modern, old, parsed):
        assert letter_of(given).recipients == (LEE,)


@pytest.mark.parametrize("to", ["lee@example.com;ann@example.com", "Lee [work] <lee@example.com>"])
def test_recipients_that_the_library_drops_from_a_field_are_named(to: str) -> None:
    message = EmailMessage()
    message["From"], message["To"] = ME, to
    with pytest.raises(SettingsError, match="ambiguous"):
        letter_of(message)


def test_explicit_recipients_never_fall_back_to_the_header() -> None:
    raw = b"From: kim@example.com\r\nTo: ann@example.com\r\n\r\nx\r\n"
    with pytest.raises(SettingsError):
        letter_of(raw, recipients=["lee@"])
    assert letter_of(raw, sender="Kim <kim@example.com>").sender == ME
    assert letter_of(raw, sender="<>").sender == ""


def test_a_null_sender_is_no_recipient() -> None:
    assert path_of("") == ""
    with pytest.raises(SettingsError):
        letter_of(b"From: kim@example.com\r\nTo: ann@example.com\r\n\r\nx\r\n", recipients="<>")


def test_control_characters_in_a_status_are_visible() -> None:
    assert DeliveryStatus.of(550, "no\0 such\x1b[2J user\u202e", content=False).words == (
        r"no\x00 such\x1b[2J user\u202e"
    )


@pytest.mark.parametrize(
    "field",
    ['"Doe, John <john@example.com>', "(Doe <john@example.com>", "Doe) <john@example.com>"],
)
def test_half_a_pair_is_refused(field: str) -> None:
    with pytest.raises(SettingsError):
        addresses_in(field)


def pieces_of(field: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pieces that are read of a field; each that begins no pair is found without a search to the end."""
    read: list[str] = []

    class Counted:
        def finditer(self, text: str) -> Iterator[re.Match[str]]:
            for match in pattern.finditer(text):
                read.append(match[0])
                yield match

    pattern = recipients._TOKEN
    monkeypatch.setattr(recipients, "_TOKEN", Counted())
    with suppress(SettingsError):
        addresses_in(field)
    monkeypatch.setattr(recipients, "_TOKEN", pattern)
    return read


@pytest.mark.parametrize("piece", ['\\"', '"', "(", "<", "(a", '<"', "\\(", "<("])
def test_a_half_that_is_never_closed_is_searched_once(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = pieces_of(piece[-1] + piece * 1_000 + "x", monkeypatch)
    assert sum(one in ('"', "(", "<") for one in read) == 1


@pytest.mark.parametrize("piece", ["\\", "=?a", "a,", "[", ":", "=?a?q?", "()", '""', "<>"])
def test_a_long_field_is_read_in_pieces_that_make_it_up(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = piece * 1_000 + "x"
    assert field.startswith("".join(pieces_of(field, monkeypatch)).removesuffix(","))
