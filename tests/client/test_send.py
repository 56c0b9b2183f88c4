"""Sending and composing where it does not go smoothly."""

import asyncio
import gc
import stat
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.client import connect_smtp
from mailkit.client.compose import Attachment, Letter, compose, merged
from mailkit.client.send import (
    ACCEPTED,
    DEFERRED,
    REFUSED,
    UNKNOWN,
    deliver_locally,
    letter_of,
    send,
    send_async,
    send_by_sendmail,
)
from mailkit.errors import SettingsError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.post import Rules
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, smtp
from mailkit.lab.script import Close, Reset, Say, Silence

Make = Callable[..., Lab]
MANY = ["a@example.com", "b@example.com", "c@example.com"]


def client(lab: Lab, **options: Any) -> Any:
    account = loads(smtp(465, "implicit-tls"))[0]
    return connect_smtp(account, ca=lab.ca_file, connect_to=lab.connect_to, timeout=1, **options)


def server(**knobs: Any) -> Listener:
    return Listener(protocol="smtp", host=HOST, port=465, **knobs)


def one(to: Any = "a@example.com", text: str = "Hello") -> Letter:
    return compose(f"Kim <{ADDRESS}>", to, "hello", text)


def states(outcome: Any) -> dict[str, str]:
    return {address: fate.state for address, fate in outcome.fates.items()}


@pytest.mark.parametrize("pipelining", [True, False])
def test_some_are_refused_some_deferred_and_the_rest_get_it(
    pipelining: bool, make_lab: Make
) -> None:
    rules = Rules(
        recipients={"a@*": "550 5.1.1 unknown", "b@*": "450 4.2.0 try again"},
    )
    lab = make_lab(server(rules=rules))
    with client(lab) as sender:
        if not pipelining:
            del sender.esmtp_features["pipelining"]
        outcome = send(sender, one(MANY))
        assert states(outcome) == {MANY[0]: REFUSED, MANY[1]: DEFERRED, MANY[2]: ACCEPTED}
        assert outcome.fates[MANY[0]].words == "5.1.1 unknown"
        assert not outcome.ok
        assert states(send(sender, one(MANY[:2]))) == {MANY[0]: REFUSED, MANY[1]: DEFERRED}
        assert send(sender, one(MANY[2])).ok  # the connection is still good
    assert len(lab.box("c@example.com").messages()) == 2


@pytest.mark.parametrize("act", [Close(), Reset(), Silence()])
def test_no_answer_after_the_final_dot_is_unknown(act: Any, make_lab: Make) -> None:
    lab = make_lab(server(replies_tls={".": [act]}))
    with client(lab) as sender:
        outcome = send(sender, one(MANY))
    assert set(states(outcome).values()) == {UNKNOWN}
    assert len([x for x in lab.sessions if any("DATA" in line for line in x.transcript)]) == 1


@pytest.mark.parametrize(
    ("replies", "state"),
    [
        ({".": [Say(b"452 4.3.1 disk full\r\n")]}, DEFERRED),
        ({".": [Say(b"554 5.7.1 spam\r\n")]}, REFUSED),
        ({".": [Say(b"421 4.3.0 closing\r\n"), Close()]}, DEFERRED),
        ({"MAIL": [Say(b"451 4.7.1 later\r\n")]}, DEFERRED),
        ({"MAIL": [Say(b"550 5.7.1 not you\r\n")]}, REFUSED),
        ({"DATA": [Say(b"451 4.3.0 later\r\n")]}, DEFERRED),
        ({"RCPT": [Say(b"421 4.7.0 too many\r\n"), Close()]}, DEFERRED),
        ({"RCPT": [Close()]}, DEFERRED),
    ],
)
def test_each_refusal_says_whether_to_try_again(
    replies: dict[str, Any], state: str, make_lab: Make
) -> None:
    lab = make_lab(server(replies_tls=replies))
    with client(lab) as sender:
        assert set(states(send(sender, one(MANY))).values()) == {state}
    assert lab.messages == []


def test_what_the_server_does_not_take_is_not_sent(make_lab: Make) -> None:
    lab = make_lab(server(offers_tls=["SIZE 500", "AUTH PLAIN"]))
    with client(lab) as sender:
        long = send(sender, one(text="x" * 600))
        assert "server takes 500" in long.fates["a@example.com"].words
        eight = EmailMessage()
        eight["From"], eight["To"] = ADDRESS, "a@example.com"
        eight.set_content("grün", cte="8bit")
        assert "8BITMIME" in send(sender, letter_of(eight)).fates["a@example.com"].words
        far = send(sender, Letter(one().message, ADDRESS, ("jörg@example.com",)))
        assert "SMTPUTF8" in far.fates["jörg@example.com"].words
    assert not any("MAIL" in line for session in lab.sessions for line in session.transcript)


def test_an_address_smuggles_no_command(make_lab: Make) -> None:
    lab = make_lab(server())
    with client(lab) as sender:
        for bad in ("a@b.example>\r\nDATA", "a\0@b.example", "<a@b.example"):
            with pytest.raises(SettingsError, match="is no address"):
                send(sender, Letter(one().message, ADDRESS, (bad,)))


def test_a_body_smuggles_no_second_message(make_lab: Make) -> None:
    """Bare line ends around a full stop become whole ones, and the stop is doubled (RFC 5321 §4.1.1.4)."""
    message = EmailMessage()
    message["From"], message["To"] = ADDRESS, "a@example.com"
    lab = make_lab(server())
    for trick in (b"\n.\r\nMAIL FROM:<x@y>\r\n", b"\r\n.\nMAIL", b"\r.\r\nMAIL", b"\n.\nMAIL"):
        raw = b"Subject: x\r\n\r\nbefore" + trick + b"after\r\n"

        class Raw(Letter):
            def content(self, raw: bytes = raw) -> bytes:
                return raw

        with client(lab) as sender:
            assert send(sender, Raw(message, ADDRESS, ("a@example.com",))).ok
    found = lab.box("a@example.com").messages()
    assert len(found) == 4
    assert all(b"before" in m.content and b"after" in m.content for m in found)


def test_sendmail_is_a_program_with_three_answers(tmp_path: Path) -> None:
    for status, state in ((0, ACCEPTED), (75, DEFERRED), (67, REFUSED)):
        program = tmp_path / f"sendmail{status}"
        program.write_text(
            f'#!/bin/sh\necho "$@" > {tmp_path}/args\ncat > {tmp_path}/body\nexit {status}\n',
            "utf-8",
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        outcome = send_by_sendmail(one(["-oops@example.com", "b@example.com"]), str(program))
        assert set(states(outcome).values()) == {state}
    assert (tmp_path / "args").read_text("utf-8").split() == [
        *("-i", "-f", ADDRESS, "--", "-oops@example.com", "b@example.com")
    ]
    assert b"\r" not in (tmp_path / "body").read_bytes()
    gone = send_by_sendmail(one(), str(tmp_path / "nothing"))
    assert set(states(gone).values()) == {DEFERRED}


def test_delivery_on_this_machine(tmp_path: Path) -> None:
    known = {"a@example.com": tmp_path / "a"}
    outcome = deliver_locally(one(["a@example.com", "b@example.com"]), known.get)
    assert states(outcome) == {"a@example.com": ACCEPTED, "b@example.com": REFUSED}
    assert len([*(tmp_path / "a" / "new").iterdir()]) == 1


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_aiosmtplib_gives_the_same_answer(make_lab: Make) -> None:
    from mailkit.channel import Trust

    lab = make_lab(server(rules=Rules(recipients={"a@*": "550 5.1.1 unknown"})))
    host, port = lab.where(HOST, 465)
    context = Trust(lab.ca_file).verified
    context.check_hostname = False
    options = {"hostname": host, "port": port, "use_tls": True, "tls_context": context}
    login = {"username": ADDRESS, "password": PASSWORD}
    outcome = asyncio.run(send_async(one(MANY[:2]), **options, **login))
    assert states(outcome) == {MANY[0]: REFUSED, MANY[1]: ACCEPTED}
    refused = asyncio.run(send_async(one(MANY[0]), **options, **login))
    assert states(refused) == {MANY[0]: REFUSED}
    away = asyncio.run(send_async(one(), hostname=host, port=1, use_tls=True))
    assert states(away) == {"a@example.com": DEFERRED}
    gc.collect()  # it leaves sockets to the collector


# Composing


def test_a_letter_has_everything_in_its_place() -> None:
    made = compose(
        "Jörg Köln <joerg@example.com>",
        [
            "Müller, Anna <anna@example.com>".replace("Müller, Anna", '"Müller, Anna"'),
            "b@example.com",
        ],
        "Ihre Bestellung {{ number }}",
        "Guten Tag {{name}},\n\nunterwegs.",
        html="<p>Guten Tag {{name}}</p>",
        cc="c@example.com",
        bcc=["d@example.com", "b@example.com"],
        header="Kopf",
        footer="Fuß",
        signature="Jörg\nKöln",
        fields={"number": 4711, "name": "<b>Anna</b>"},
        attachments=[Attachment("a.pdf", b"%PDF"), Attachment("x.eml", b"Subject: x\r\n\r\n")],
        in_reply_to="<1@example.com>",
        more={"X-Order": "{{number}}"},
        charset="iso-8859-1",
    )
    message = made.message
    assert made.recipients == (
        *("anna@example.com", "b@example.com", "c@example.com", "d@example.com"),
    )
    assert "d@example.com" not in message.as_string()
    assert message["Bcc"] is None
    assert message["Subject"] == "Ihre Bestellung 4711"
    assert message["References"] == "<1@example.com>"
    assert made.message_id.endswith("@example.com>")
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content_charset() == "iso-8859-1"
    assert plain.get_content() == (
        "Kopf\n\nGuten Tag <b>Anna</b>,\n\nunterwegs.\n\nFuß\n\n-- \nJörg\nKöln\n"
    )
    page = message.get_body(("html",))
    assert page is not None
    assert "&lt;b&gt;Anna" in page.get_content()
    kinds = [(one.get_content_type(), one.get_filename()) for one in message.iter_attachments()]
    assert kinds == [("application/pdf", "a.pdf"), ("application/octet-stream", "x.eml")]
    content = made.content()
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("bad", ["x\r\nBcc: evil@example.com", "x\ny", "x\ry", "x\0y"])
def test_nothing_that_is_merged_in_begins_a_header(bad: str) -> None:
    with pytest.raises(SettingsError, match="line break"):
        compose(ADDRESS, "a@example.com", "for {{name}}", "x", fields={"name": bad})
    with pytest.raises(SettingsError):
        compose(ADDRESS, f"{bad} <a@example.com>", "s", "x")
    with pytest.raises(SettingsError):
        compose(ADDRESS, "a@example.com", "s", "x", more={"X-A": bad})
    with pytest.raises(SettingsError):
        compose(ADDRESS, "a@example.com", "s", "x", more={"X-A: y\r\nBcc": "evil@example.com"})
    with pytest.raises(SettingsError):
        compose(ADDRESS, "a@example.com", "s", "x", attachments=[Attachment(bad, b"x")])


@pytest.mark.parametrize("bad", ["", "nobody", "a@", "@b.example", "a b@c d"])
def test_what_is_no_address_is_said(bad: str) -> None:
    with pytest.raises(SettingsError):
        compose(ADDRESS, bad, "s", "x")


def test_a_field_without_a_value_stops_the_letter() -> None:
    with pytest.raises(SettingsError, match="merge field name has no value"):
        merged("Dear {{name}}", {})


def test_who_is_hidden_is_not_told_even_alone() -> None:
    made = compose(ADDRESS, (), "s", "x", bcc="a@example.com")
    assert made.recipients == ("a@example.com",)
    assert made.message["To"] == "undisclosed-recipients:;"
    assert b"a@example.com" not in made.content()
