"""Sending and composing where it does not go smoothly."""

import asyncio
import gc
import socket
import stat
import threading
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Service
from mailkit.client import connect_lmtp, connect_smtp
from mailkit.client.compose import Attachment, Letter, compose, merged
from mailkit.client.outcome import ACCEPTED, DEFERRED, REFUSED, UNKNOWN
from mailkit.client.reading import read_message
from mailkit.client.send import letter_of, send, send_all
from mailkit.client.transports import deliver_locally, send_async, send_by_sendmail, send_with
from mailkit.errors import OpenError, ProtocolError, SettingsError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.scenario import ADDRESS, HOST, smtp
from mailkit.lab.script import Close, Reset, Say, Silence, Wire
from mailkit.ports import Protocol, Security

Make = Callable[..., Lab]
MANY = ["a@example.com", "b@example.com", "c@example.com"]


def client(lab: Lab, **options: Any) -> Any:
    account = loads(smtp(465, "implicit-tls"))[0]
    usual = {"timeout": 10, "ca": lab.ca_file, "connect_to": lab.connect_to}
    return connect_smtp(account, **(usual | options))


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
    rules = AcceptancePolicy(
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
    with client(lab, timeout=3) as sender:
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


# Many on one connection


def mixed() -> list[Letter]:
    """To each what it says: some go, some are refused by the server, one is too long to be sent at all."""
    return [
        one("x@example.com", "first"),
        one(MANY, "second"),
        one(MANY[:2], "third"),
        one("x@example.com", "long " * 400),
        one("x@example.com", "fifth"),
        one("x@example.com", ".\r\n..\r\nsixth"),
    ]


FATES = [
    {"x@example.com": ACCEPTED},
    {MANY[0]: REFUSED, MANY[1]: DEFERRED, MANY[2]: ACCEPTED},
    {MANY[0]: REFUSED, MANY[1]: DEFERRED},
    {"x@example.com": REFUSED},
    {"x@example.com": ACCEPTED},
    {"x@example.com": ACCEPTED},
]
RULES = AcceptancePolicy(
    recipients={"a@*": "550 5.1.1 unknown", "b@*": "450 4.2.0 try again"}, size=2000
)


@pytest.mark.parametrize("pipelining", [True, False])
def test_many_go_on_one_connection_each_with_its_fates(pipelining: bool, make_lab: Make) -> None:
    lab = make_lab(server(rules=RULES))
    gone: list[Any] = []
    with client(lab) as sender:
        if not pipelining:
            del sender.esmtp_features["pipelining"]
        letters = mixed()
        found = [*send_all(sender, letters, before=gone.append)]
        assert [one.message_id for one in found] == [one.message_id for one in letters]
        assert [states(one) for one in found] == FATES
        assert gone == [letters[n] for n in (0, 1, 4, 5)]
        assert send(sender, one("x@example.com", "after")).ok
    texts = [m.content.partition(b"\r\n\r\n")[2] for m in lab.box("x@example.com").messages()]
    assert texts == [b"first\r\n", b"fifth\r\n", b".\r\n..\r\nsixth\r\n", b"after\r\n"]
    assert len(lab.box(MANY[2]).messages()) == 1
    assert len(lab.sessions) == 1


def test_many_take_a_round_trip_each(make_lab: Make) -> None:
    lab = make_lab(server())
    with client(lab) as sender:
        before = sender.stream.round_trips
        assert all(outcome.ok for outcome in send_all(sender, [one() for _ in range(10)]))
        assert sender.stream.round_trips - before == 11


class Both:
    """Two answers, each in a record of TLS."""

    def __init__(self, *said: bytes) -> None:
        self.said = said

    def __call__(self, wire: Wire, tag: bytes) -> None:
        for one in self.said:
            wire.send(one)


@pytest.mark.parametrize(
    ("act", "fate"),
    [
        (Close(), UNKNOWN),
        (Reset(), UNKNOWN),
        (Silence(), UNKNOWN),
        (Say(b"what?\r\n250 2.0.0 ok\r\n" * 4), UNKNOWN),
        (Both(b"what?\r\n", b"250 2.0.0 ok\r\n" * 4), UNKNOWN),
        (Say(b"421 4.3.0 closing\r\n250 2.0.0 ok\r\n" * 4), DEFERRED),
    ],
)
def test_when_the_connection_breaks_the_rest_was_not_sent(
    act: Any, fate: str, make_lab: Make
) -> None:
    lab = make_lab(server(replies_tls={".": [act]}))
    with client(lab, timeout=3) as sender:
        found = [*send_all(sender, [one() for _ in range(4)])]
        assert [states(o)["a@example.com"] for o in found] == [fate, DEFERRED, DEFERRED, DEFERRED]
    assert len(lab.sessions) == 1
    assert sum("octets)" in line for line in sender.transcript) == 1  # one content went out


def test_a_bad_one_among_many_is_told_when_those_before_it_are_sent(make_lab: Make) -> None:
    lab = make_lab(server())
    letters = [one(), Letter(one().message, ADDRESS, ("a@b.example>\r\nDATA",)), one()]
    found = []
    with client(lab) as sender, pytest.raises(SettingsError, match="is not an address"):
        for outcome in send_all(sender, letters):
            found.append(outcome)
    assert [outcome.ok for outcome in found] == [True]
    assert len(lab.box("a@example.com").messages()) == 1


def test_who_leaves_early_has_sent_what_was_told(make_lab: Make) -> None:
    lab = make_lab(server())
    with client(lab) as sender:
        for outcome in send_all(sender, [one() for _ in range(3)]):
            assert outcome.ok
            with pytest.raises(ProtocolError, match="not sent"):
                sender.noop()
            break
        gc.collect()
        assert sender.stream.closed
    lab.stop()
    assert len(lab.box("a@example.com").messages()) == 1


def test_what_stops_before_a_message_goes_sends_it_not(make_lab: Make) -> None:
    lab = make_lab(server())

    def stop(letter: Any) -> None:
        raise ZeroDivisionError

    with client(lab) as sender, pytest.raises(ZeroDivisionError):
        [*send_all(sender, [one(), one()], before=stop)]
    lab.stop()
    assert lab.box("a@example.com").messages() == []


# LMTP


def lmtp(lab: Lab) -> Any:
    service = Service(protocol=Protocol.SMTP, host=HOST, port=24, security=Security.CLEARTEXT)
    return connect_lmtp(service, connect_to=lab.connect_to, timeout=30)


def delivery(**knobs: Any) -> Listener:
    return Listener(protocol="lmtp", host=HOST, port=24, security=Security.CLEARTEXT, **knobs)


@pytest.mark.parametrize("together", [True, False])
def test_by_lmtp_each_has_a_fate_after_the_message(together: bool, make_lab: Make) -> None:
    rules = AcceptancePolicy(
        recipients={"a@*": "550 5.1.1 unknown"},
        after_data={"b@example.com": "452 4.2.2 mailbox full"},
    )
    lab = make_lab(delivery(rules=rules))
    fates = {MANY[0]: REFUSED, MANY[1]: DEFERRED, MANY[2]: ACCEPTED}
    with lmtp(lab) as sender:
        letters = [one(MANY) for _ in range(3)]
        found = send_all(sender, letters) if together else (send(sender, x) for x in letters)
        for outcome in found:
            assert states(outcome) == fates
            assert outcome.fates[MANY[1]].words == "4.2.2 mailbox full"
    assert len(lab.box(MANY[2]).messages()) == 3
    assert any(said.startswith("C: LHLO") for said in sender.transcript)


def test_by_lmtp_who_has_no_answer_is_unknown_and_who_has_is_not(make_lab: Make) -> None:
    lab = make_lab(delivery(replies={".": [Say(b"250 2.1.5 ok\r\n"), Close()]}))
    with lmtp(lab) as sender:
        assert states(send(sender, one(MANY))) == {
            MANY[0]: ACCEPTED,
            MANY[1]: UNKNOWN,
            MANY[2]: UNKNOWN,
        }


def test_lmtp_is_spoken_with_an_lmtp_server_only(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=24, security=Security.CLEARTEXT))
    with pytest.raises(OpenError):
        lmtp(lab)
    lab = make_lab(delivery())
    account = loads(smtp(24, "cleartext", user="", auth="none"))[0]
    with pytest.raises(OpenError, match="no EHLO"):
        connect_smtp(account, connect_to=lab.connect_to, timeout=30)


def test_lmtp_by_a_socket_of_this_machine(make_lab: Make, tmp_path: Path) -> None:
    lab = make_lab(delivery())
    path = tmp_path / "lmtp"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        relay = threading.Thread(target=relayed, args=(listening, lab.where(HOST, 24)))
        relay.start()
        with connect_lmtp(path, timeout=30) as sender:
            assert send(sender, one("c@example.com")).ok
        relay.join(60)
    assert len(lab.box("c@example.com").messages()) == 1
    with pytest.raises(OpenError, match=r"/none:24 cleartext: connection refused"):
        connect_lmtp(tmp_path / "none")


def relayed(listening: socket.socket, to: tuple[str, int]) -> None:
    """One connection of a Unix-domain socket, handed on."""
    near, far = listening.accept()[0], socket.create_connection(to)

    def pump(source: socket.socket, sink: socket.socket) -> None:
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)

    with near, far:
        back = threading.Thread(target=pump, args=(far, near))
        back.start()
        pump(near, far)
        back.join(60)


def test_what_the_server_does_not_take_is_not_sent(make_lab: Make) -> None:
    lab = make_lab(server(offers_tls=["SIZE 500", "AUTH PLAIN"]))
    with client(lab) as sender:
        long = send(sender, one(text="x" * 600))
        assert "server accepts 500" in long.fates["a@example.com"].words
        far = send(sender, Letter(one().message, ADDRESS, ("jörg@example.com",)))
        assert "SMTPUTF8" in far.fates["jörg@example.com"].words
    assert not any("MAIL" in line for session in lab.sessions for line in session.transcript)


@pytest.mark.parametrize("text", ["grün", "grün\n\n" + "ü" * 600])
def test_eight_bits_are_encoded_where_the_server_takes_seven(text: str, make_lab: Make) -> None:
    lab = make_lab(server(offers_tls=["SIZE 9000", "AUTH PLAIN"]))
    eight = EmailMessage()
    eight["From"], eight["To"] = ADDRESS, "a@example.com"
    eight.set_content(text, cte="8bit")
    with client(lab) as sender:
        assert send(sender, letter_of(eight)).ok
    ((_, _, content),) = lab.messages
    assert content.isascii()
    assert read_message(content).text.rstrip() == text


def test_a_message_in_octets_goes_as_it_is_but_for_its_bcc(make_lab: Make) -> None:
    """A signature over the header counts its blanks too (RFC 6376 §3.4.1)."""
    raw = (
        b"DKIM-Signature: v=1;\r\n\tb=abc\r\nfrom:  Kim <kim@example.com>\r\nBcc: x@example.com,\r\n y@example.com\r\n"
        b"To: a@example.com\r\nMessage-ID: <1@x>\r\nDate: Mon, 1 Jun 2026 10:00:00 +0000\r\n\r\nBcc: body\r\n"
    )
    letter = letter_of(raw)
    assert letter.recipients == ("a@example.com", "x@example.com", "y@example.com")
    assert letter.content() == raw.replace(b"Bcc: x@example.com,\r\n y@example.com\r\n", b"")
    bare = letter_of(b"From: k@example.com\nTo: a@example.com\n\nhi\n")
    assert bare.message_id in bare.content().decode()
    assert bare.content().endswith(b"\r\nFrom: k@example.com\r\nTo: a@example.com\r\n\r\nhi\r\n")


@pytest.mark.parametrize(
    "people", ["a@x.example, Lee <b@x.example>", ["a@x.example", "b@x.example"]]
)
def test_recipients_are_taken_as_people_write_them(people: str | list[str]) -> None:
    letter = letter_of(one().message, recipients=people)
    assert letter.recipients == ("a@x.example", "b@x.example")


def test_an_address_smuggles_no_command(make_lab: Make) -> None:
    lab = make_lab(server())
    with client(lab) as sender:
        for bad in ("a@b.example>\r\nDATA", "a\0@b.example", "<a@b.example"):
            with pytest.raises(SettingsError, match="is not an address"):
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


@pytest.mark.parametrize("by", ["smtplib", "aiosmtplib"])
def test_both_libraries_send_what_strict_servers_take(by: str, make_lab: Make) -> None:
    lab = make_lab(server(offers_tls=["SIZE 900000", "AUTH PLAIN"]))
    (account,) = loads(smtp(465, "implicit-tls"))
    wire: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 2}

    def sent(letter: Letter) -> Any:
        if by == "smtplib":
            return send_with(account, letter, **wire)
        return asyncio.run(send_async(letter, account, **wire))

    eight = b"From: kim@example.com\r\nTo: a@m\xc3\xbcller.example\r\n\r\ngr\xc3\xbcn" + b"x" * 3000
    given = letter_of(eight, recipients="a@müller.example")
    assert sent(given).of(ACCEPTED) == ("a@müller.example",)
    ((_, recipients, content),) = lab.messages
    assert [*recipients] == ["a@xn--mller-kva.example"]
    assert max(map(len, content.split(b"\r\n"))) <= 998
    far = sent(Letter(one().message, ADDRESS, ("jörg@example.com",)))
    assert "SMTPUTF8" in far.fates["jörg@example.com"].words


def test_aiosmtplib_gives_the_same_answer(make_lab: Make) -> None:
    lab = make_lab(server(rules=AcceptancePolicy(recipients={"a@*": "550 5.1.1 unknown"})))
    (account,) = loads(smtp(465, "implicit-tls"))
    wire: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 2}
    outcome = asyncio.run(send_async(one(MANY[:2]), account, **wire))
    assert states(outcome) == {MANY[0]: REFUSED, MANY[1]: ACCEPTED}
    refused = asyncio.run(send_async(one(MANY[0]), account, **wire))
    assert states(refused) == {MANY[0]: REFUSED}
    assert len(lab.logins) == 2
    wire["connect_to"] = {(HOST, None): ("127.0.0.1", 1)}
    away = asyncio.run(send_async(one(), account, **wire))
    assert states(away) == {"a@example.com": DEFERRED}


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
    assert kinds == [("application/pdf", "a.pdf"), ("message/rfc822", "x.eml")]
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


def test_the_server_is_asked_for_its_extensions_once(make_lab: Make) -> None:
    lab = make_lab(server())
    with client(lab) as sender:
        known = dict(sender.esmtp_features)
        assert send(sender, one()).ok
        assert sender.ehlo()[0] == 250
        assert sender.esmtp_features == known
        assert sender.has_extn("pipelining")
        assert int(known["size"]) > 0
    said = [line.upper() for line in lab.sessions[-1].transcript]
    assert sum(line.startswith("C: EHLO") for line in said) == 2, "by the opening, and by this test"
