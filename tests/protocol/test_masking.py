"""A secret that a server repeats is masked, in every form in which it was sent or can be decoded."""

import base64
import json
import quopri
import re
from functools import partial
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.observation import Observation, ServerEndpoint, Tls
from mailkit.protocol import dialogue, masking, sasl
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import (
    Ask,
    Credentials,
    Dialogue,
    Recv,
    Send,
    SessionState,
    StartTLS,
)
from mailkit.protocol.encodings import digits, has_digits, is_encoded
from mailkit.protocol.masking import Secrets

TOKEN = "ya29.SecretTokenOfKim-0123456789"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "shown",
    [
        TOKEN,
        TOKEN.upper(),
        encoded(json.dumps({"status": "401", "got": f"Bearer {TOKEN}"})),
        encoded(f"x{TOKEN}"),
        f"id:x{encoded(TOKEN)}",
        encoded(TOKEN).rstrip("="),
        base64.urlsafe_b64encode(f"\xff\xfe{TOKEN}\xff".encode()).decode(),
    ],
)
def test_a_token_is_masked_in_any_case_and_inside_base64(shown: str) -> None:
    secrets = Secrets()
    secrets.add(TOKEN)
    masked = secrets.masked(f"535 no: {shown} .".encode())
    assert shown.encode() not in masked
    assert TOKEN.lower().encode() not in masked.lower()


def test_what_holds_no_secret_stays_as_it_is() -> None:
    secrets = Secrets()
    secrets.add("opensesame", "ab")
    text = b'* LIST () "/" "Abba/YWJjZGVmZ2hpamts" cab 334 eyJzdGF0dXMiOiI0MDEifQ=='
    assert secrets.masked(text) == text
    assert "opensesame" not in repr(secrets)


def test_a_password_that_is_a_word_of_the_protocol_changes_no_reply() -> None:
    secrets = Secrets()
    secrets.add("login", "idle")
    assert (
        secrets.plainly_masked(b"* CAPABILITY IDLE AUTH=LOGIN") == b"* CAPABILITY IDLE AUTH=LOGIN"
    )


def refused(protocol: str, mechanism: str, password: str, echo: str, auth: str) -> Observation:
    """A login that is refused with an echo of what was sent: the line, its last word or the password."""
    greeting = {
        "imap": f"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH={mechanism}] hi",
        "smtp": "220 hi",
    }
    pending = [f"{greeting[protocol]}\r\n".encode()]

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        if isinstance(ask, Send):
            line = bytes(ask.data).decode().strip()
            tag, _, rest = line.partition(" ")
            if line.startswith("EHLO"):
                pending.append(f"250-hi\r\n250 AUTH {mechanism}\r\n".encode())
                return b""
            form = {"line": line, "word": line.rpartition(" ")[2], "upper": line.upper()}.get(
                echo, ""
            )
            if echo == "json" and len(line) > 20:
                challenge = encoded(json.dumps({"status": "401", "got": password}))
                pending.append(f"{'334' if protocol == 'smtp' else '+'} {challenge}\r\n".encode())
                return b""
            start = "535 5.7.8" if protocol == "smtp" else f"{tag} NO"
            pending.append(f"{start} refused {form} {rest and ''}\r\n".encode())
            return b""
        return (pending.pop(0) if pending else b"") if isinstance(ask, Recv) else "192.0.2.1"

    endpoint = ServerEndpoint(protocol, "mail.example.com", 993, "implicit-tls")
    talk = partial(dialogue_for, endpoint=endpoint, credentials=Credentials("kim", password, auth))
    return observe(endpoint, talk, answer)


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "XOAUTH2", "OAUTHBEARER", "NONE"])
@pytest.mark.parametrize("echo", ["line", "word", "upper", "json"])
def test_nothing_that_is_seen_holds_what_was_sent(protocol: str, mechanism: str, echo: str) -> None:
    if mechanism == "NONE" and protocol == "smtp":
        mechanism = "LOGIN"
    password = 'pass"word\\4711' if mechanism in ("PLAIN", "NONE", "LOGIN") else TOKEN
    auth = mechanism.lower() if password is TOKEN else "password"

    seen = refused(protocol, mechanism, password, echo, auth)

    shown = "\n".join([repr(seen), *seen.transcript, repr(seen.facts), *seen.reply])
    credentials = Credentials("kim", password)
    for form in (*sasl.traces(credentials), password[5:]):
        assert form.lower() not in shown.lower()
    for message in _messages(mechanism, credentials):
        assert message.lower() not in shown.lower()
    if echo == "json" and password is TOKEN:
        assert '"401"' in shown, "what is no secret stays readable"


def test_a_capability_that_repeats_the_password_in_capitals_is_masked() -> None:
    said = iter(
        [
            b"* OK [CAPABILITY IMAP4rev1] ready\r\n",
            b"a1 OK [CAPABILITY IMAP4rev1 OPENSESAME] in\r\n",
        ]
    )

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        return next(said, b"") if isinstance(ask, Recv) else "192.0.2.1"

    endpoint = ServerEndpoint("imap", "mail.example.com", 993, "implicit-tls")
    credentials = Credentials("kim", "opensesame")
    seen = observe(
        endpoint, partial(dialogue_for, endpoint=endpoint, credentials=credentials), answer
    )

    assert seen.login is not None
    assert seen.login.accepted
    assert seen.offers == ("IMAP4REV1", "***")


@pytest.mark.parametrize(
    ("protocol", "greeting", "offered"),
    [
        ("smtp", b"220 hi\r\n", b"250-hi\r\n250-AUTH PLAIN\r\n250 X OPENSESAME\r\n"),
        ("pop3", b"+OK hi\r\n", b"+OK\r\nSASL PLAIN\r\nX OPENSESAME\r\n.\r\n"),
    ],
)
@pytest.mark.parametrize("password", ["opensesame", "plain"])
def test_a_server_that_saw_the_password_cannot_show_it_as_a_capability(
    protocol: str, greeting: bytes, offered: bytes, password: str
) -> None:
    said = iter([greeting, offered])

    def answer(ask: Ask) -> object:
        if isinstance(ask, StartTLS):
            return Tls("TLSv1.3")
        return next(said, b"") if isinstance(ask, Recv) else "192.0.2.1"

    def again(session: SessionState) -> Dialogue[None]:
        session.hide(*sasl.traces(Credentials("kim", password)))
        return dialogue_for(session, endpoint, Credentials("kim", None))

    endpoint = ServerEndpoint(protocol, "mail.example.com", 993, "implicit-tls")
    seen = observe(endpoint, again, answer)

    assert ("X OPENSESAME" in seen.offers) is (password == "plain")
    assert seen.mechanisms == ("PLAIN",), "a word of the protocol stays one"


def _messages(mechanism: str, credentials: Credentials) -> list[str]:
    if mechanism in ("NONE", "LOGIN"):
        return []
    exchange = sasl.exchange(mechanism, credentials)
    return [bytes(next(exchange).line()[:-2]).decode()]


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_mask(data: bytes) -> None:
    secrets = Secrets()
    secrets.add("opensesame")
    secrets.masked(data + base64.b64encode(data))


@given(
    st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=3),
    st.binary(max_size=40),
    st.integers(0, 3),
    st.sampled_from([str.upper, str.lower, str.title, str]),
)
def test_every_form_is_found_by_whichever_way_it_is_looked_for(
    forms: list[str], rest: bytes, shift: int, cased: Any
) -> None:
    """What is looked for first, as it is, misses nothing that the pattern would match."""
    secrets = Secrets()
    secrets.add(*forms)
    pattern = secrets._pattern()
    for form in forms:
        data = rest + b" " + cased(form).encode("utf-8", "surrogatepass") + b" " + rest
        assert secrets._may_hold(data.lower()) or not pattern.search(data)
        word = base64.b64encode(b"x" * shift + data)
        held = secrets.masked(word)
        short = any(len(one) <= 3 for one in pattern.findall(data))
        if short and not printed(
            b"x" * shift + data
        ):  # among other octets a letter is none of a password
            continue
        if pattern.search(data) and len(word.rstrip(b"=")) >= 8:
            assert not pattern.search(base64.b64decode(held + b"=" * (-len(held) % 4)))


def as_hex(data: bytes) -> bytes:
    return data.hex(" ").encode()


def as_percent(data: bytes) -> bytes:
    return quote(data, safe="").encode()


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), min_size=1),
    st.binary(max_size=30),
    st.lists(st.sampled_from([base64.b64encode, as_hex, as_percent]), max_size=3),
)
def test_a_text_is_shown_as_it_is_only_where_every_way_of_reading_it_shows_no_secret(
    forms: list[str], rest: bytes, encodings: list[Any]
) -> None:
    """What is kept of a text for other sessions leaves out no form, however it is nested."""
    secrets = Secrets()
    secrets.add(*forms)
    for form in ("", *forms):
        data = rest + form.encode() + rest
        for encoded in encodings:
            data = rest[:3] + encoded(data)
        for _ in range(2):  # when it is new, and when it is known
            assert secrets.masked(data) == secrets._masked(data, masking._DEPTH)


@given(st.text("0aF+/_-: %=&\\gZ\xff", max_size=60), st.integers(0, 12), st.integers(0, 40))
def test_what_is_looked_for_first_is_in_all_that_can_be_decoded(
    text: str, count: int, shortest: int
) -> None:
    data = text.encode("latin-1")
    assert has_digits(data, count) or not digits(count).search(data)
    assert is_encoded(data) or not any(
        re.search(form, data) for form in (rb"[%=][0-9A-Fa-f]{2}", rb"\\", rb"&[#A-Za-z]", rb"\+\S")
    )
    assert masking._has_word(data, shortest) or not masking._base64(shortest).search(data)


def printed(data: bytes) -> bool:
    """Whether octets are text: U+FFFD, which is printable, stands for those that are none."""
    return data.decode("utf-8", "replace").replace("\ufffd", "\n").replace("\0", "").isprintable()


PASSWORD = 'op&n "ses/me" 17+ß'


@pytest.mark.parametrize(
    "shown",
    [
        quote(PASSWORD),
        quote_plus(PASSWORD),
        "".join(f"%{octet:02X}" for octet in PASSWORD.encode()),
        escape(PASSWORD),
        PASSWORD.replace("&", "&#38;").replace('"', "&#x22;"),
        json.dumps(PASSWORD)[1:-1].replace("/", "\\/"),
        "".join(f"\\u{ord(char):04x}" for char in PASSWORD),
        "".join(f"\\x{octet:02x}" for octet in PASSWORD.encode()),
        quopri.encodestring(PASSWORD.encode()).decode(),
        PASSWORD.encode().hex(),
        PASSWORD.encode().hex(" ").upper(),
        "7" + PASSWORD.encode().hex(":"),
        PASSWORD.encode("utf-7").decode(),
        PASSWORD.encode("latin-1").decode("latin-1"),
        encoded(encoded(f"x {PASSWORD}")),
        encoded(json.dumps({"got": PASSWORD})),
        encoded(f"user=kim&password={quote(PASSWORD)}"),
    ],
)
def test_a_password_is_masked_in_every_encoding_that_servers_repeat_it_in(shown: str) -> None:
    secrets = Secrets()
    secrets.add(PASSWORD)
    for octets in {shown.encode(), shown.encode("latin-1")}:
        masked = secrets.masked(b"535 5.7.8 wrong: " + octets + b" (refused)")
        assert octets not in masked
        assert octets[4:-4] not in masked
        assert masked.startswith(b"535 5.7.8 wrong: ")
        assert masked.endswith((b" (refused)", b"*** (refused)", b"***(refused)"))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_masking_ends_and_leaves_no_password_whatever_is_around_it(
    before: bytes, after: bytes
) -> None:
    secrets = Secrets()
    secrets.add("opensesame")
    assert b"opensesame" not in secrets.masked(before + b"opensesame" + after).lower()


def test_a_short_password_changes_no_word_that_happens_to_be_base64() -> None:
    secrets = Secrets()
    secrets.add("x")
    said = b"534 5.7.9 Application-specific password required"
    assert secrets.masked(said) == said
    sent = base64.b64encode(b"\0kim@example.com\0x")
    assert base64.b64encode(b"\0kim@example.com\0***") in secrets.masked(b"AUTH PLAIN " + sent)


@pytest.mark.parametrize(
    "form",
    [TOKEN, encoded(TOKEN), quote(TOKEN), TOKEN.encode().hex(), encoded(quote(TOKEN, safe=""))],
)
@pytest.mark.parametrize("octets", [0, 7, 40, 100, 400])
def test_the_beginning_of_a_line_has_no_half_of_a_secret(form: str, octets: int) -> None:
    secrets = Secrets()
    secrets.add(TOKEN)
    for gap in range(0, 60, 7):
        line = ("." * gap + f" {form}" * 200).encode()
        shown = secrets.beginning(line, octets)
        assert len(shown) <= octets
        assert shown == secrets.masked(line)[: len(shown)]


def test_a_short_line_is_masked_whole_and_a_long_one_without_secrets_is_cut() -> None:
    secrets = Secrets()
    assert secrets.beginning(b"x" * 100, 10) == b"x" * 10
    secrets.add(TOKEN)
    assert secrets.beginning(f"a {TOKEN} b".encode(), 10) == b"a *** b"
    assert secrets.beginning(b"x" * 1000, 10) == b"x" * 10


def test_a_long_line_costs_no_more_than_what_is_shown_of_it(monkeypatch: Any) -> None:
    looked_at: list[int] = []
    masked = Secrets.masked
    monkeypatch.setattr(
        Secrets, "masked", lambda self, data: looked_at.append(len(data)) or masked(self, data)
    )
    session = SessionState()
    session.hide(TOKEN)
    session.heard += b"* OK " + b"x y" * 5_000 + b"\r\n"
    with pytest.raises(StopIteration):
        next(dialogue.line(session))
    assert max(looked_at) < 5_000
    assert session.transcript[0].startswith("S: * OK x y")
