"""Every class of attack on the way to a login, and every limit after it: the session ends, and no credential was sent."""

import time
import traceback
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.account import Account
from mailkit.client import Limits, connect, connect_smtp
from mailkit.errors import (
    ClientError,
    LimitError,
    LoginError,
    LostError,
    OpenError,
    ProtocolError,
    RefusedError,
)
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, PASSWORD, imap, pop3, smtp
from mailkit.lab.script import Close, Drip, Flood, Reset, Say, Silence
from mailkit.net.connection import Connection
from mailkit.ports import Security

Make = Callable[..., Lab]
WRITE = {"imap": imap, "pop3": pop3, "smtp": smtp}
PORTS = {"imap": (993, 143), "pop3": (995, 110), "smtp": (465, 587)}


def opened(lab: Lab, protocol: str, security: str = "starttls", **options: Any) -> Any:
    port = PORTS[protocol][0 if security == "implicit-tls" else 1]
    account: Account = loads(WRITE[protocol](port, security))[0]
    make = connect_smtp if protocol == "smtp" else connect
    usual: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 3}
    return make(account, **(usual | options))


def starttls(protocol: str, **knobs: Any) -> Listener:
    port = PORTS[protocol][1]
    return Listener(protocol=protocol, host=HOST, port=port, security=Security.STARTTLS, **knobs)


def implicit(protocol: str, **knobs: Any) -> Listener:
    return Listener(protocol=protocol, host=HOST, port=PORTS[protocol][0], **knobs)


NO_TLS = {
    "imap": ["IMAP4rev1", "AUTH=PLAIN"],
    "pop3": ["USER", "SASL PLAIN"],
    "smtp": ["AUTH PLAIN"],
}
COMMAND = {"imap": "STARTTLS", "pop3": "STLS", "smtp": "STARTTLS"}
SAID = {
    "imap": {
        "no": b"<tag> NO do not begin\r\n",
        "bad": b"<tag> BAD what\r\n",
        "more": b"+ go on\r\n",
    },
    "pop3": {"no": b"-ERR no\r\n", "bad": b"-ERR [SYS/TEMP] no\r\n", "more": b"+ \r\n"},
    "smtp": {"no": b"454 not now\r\n", "bad": b"502 what\r\n", "more": b"354 go on\r\n"},
}
YES = {"imap": b"<tag> OK begin\r\n", "pop3": b"+OK begin\r\n", "smtp": b"220 begin\r\n"}
EARLY = {
    "imap": [b"* CAPABILITY AUTH=PLAIN\r\na3 OK done\r\n", b"* OK [ALERT] hi\r\n", b"* BYE\r\n"],
    "pop3": [b"+OK\r\n+OK\r\nPLAIN\r\n.\r\n", b"\x00\x01\x02binary\r\n"],
    "smtp": [b"250-x\r\n250 AUTH LOGIN\r\n"],
}


def nothing_sent(lab: Lab) -> None:
    assert lab.logins == []
    heard = lab.heard_in_clear
    assert PASSWORD.encode() not in heard
    assert b"LOGIN" not in heard
    assert b"PASS" not in heard


@pytest.mark.parametrize("protocol", WRITE)
def test_stripping_starttls_ends_it(protocol: str, make_lab: Make) -> None:
    lab = make_lab(starttls(protocol, offers=NO_TLS[protocol], clear_login=True))

    with pytest.raises(OpenError, match="not offered; nothing was sent"):
        opened(lab, protocol)

    nothing_sent(lab)


@pytest.mark.parametrize("protocol", WRITE)
@pytest.mark.parametrize("how", ["no", "bad", "more"])
def test_a_refused_upgrade_ends_it(protocol: str, how: str, make_lab: Make) -> None:
    replies = {COMMAND[protocol]: [Say(SAID[protocol][how])]}
    lab = make_lab(starttls(protocol, replies=replies, clear_login=True))

    with pytest.raises(OpenError):
        opened(lab, protocol)

    nothing_sent(lab)


@pytest.mark.parametrize(
    ("protocol", "early"), [(p, early) for p, some in EARLY.items() for early in some]
)
def test_bytes_before_the_handshake_are_an_attack(
    protocol: str, early: bytes, make_lab: Make
) -> None:
    replies = {COMMAND[protocol]: [Say(YES[protocol] + early)]}
    lab = make_lab(starttls(protocol, replies=replies, clear_login=True))

    with pytest.raises(OpenError, match="between STARTTLS and the handshake"):
        opened(lab, protocol)

    nothing_sent(lab)


@pytest.mark.parametrize("protocol", WRITE)
def test_bytes_that_wait_behind_the_reply_are_an_attack_too(
    protocol: str, make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Connection._read

    def one_by_one(self: Connection) -> bytes:
        self.chunk = 1
        return read(self)

    monkeypatch.setattr(Connection, "_read", one_by_one)
    replies = {COMMAND[protocol]: [Say(YES[protocol] + EARLY[protocol][0])]}
    lab = make_lab(starttls(protocol, replies=replies, clear_login=True))

    with pytest.raises(OpenError, match="between STARTTLS and the handshake"):
        opened(lab, protocol)

    nothing_sent(lab)


@pytest.mark.parametrize("offer", ["", "STARTTLS", "AUTH=PLAIN", "LOGINDISABLED"])
def test_preauth_before_tls_ends_it(offer: str, make_lab: Make) -> None:
    greeting = f"* PREAUTH [CAPABILITY IMAP4rev1 {offer}] welcome\r\n".encode()
    lab = make_lab(starttls("imap", greeting=[Say(greeting)]))

    with pytest.raises(OpenError, match="PREAUTH"):
        opened(lab, "imap")

    nothing_sent(lab)


TAMPERED = [
    b'* LIST () "/" EVIL\r\n',
    b'* LSUB () "/" EVIL\r\n',
    b"* STATUS INBOX (MESSAGES 17 UIDNEXT 718)\r\n",
    b"* SEARCH 1 2 3\r\n",
    b"* FLAGS (\\Evil)\r\n",
    b"* 54321 EXISTS\r\n",
    b"* 12345 RECENT\r\n",
    b"* 1 EXPUNGE\r\n",
    b"* 1 FETCH (BODY[] {3}\r\nbad)\r\n",
    b"* OK [REFERRAL imaps://evil.example/] go there\r\n",
]


@pytest.mark.parametrize("where", ["greeting", "before the upgrade"])
@pytest.mark.parametrize("line", TAMPERED)
def test_what_is_said_before_tls_is_forgotten(where: str, line: bytes, make_lab: Make) -> None:
    greeting = b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"
    if where == "greeting":
        knobs: dict[str, Any] = {
            "greeting": [Say(greeting)],
            "replies": {
                "CAPABILITY": [Say(line + b"* CAPABILITY IMAP4rev1 STARTTLS\r\n<tag> OK done\r\n")]
            },
        }
        knobs["greeting"] = [Say(b"* OK ready\r\n" + line)]
    else:
        knobs = {
            "replies": {
                "CAPABILITY": [Say(line + b"* CAPABILITY IMAP4rev1 STARTTLS\r\n<tag> OK done\r\n")]
            },
            "greeting": [Say(b"* OK ready\r\n")],
        }
    lab = make_lab(starttls("imap", **knobs))

    client = opened(lab, "imap")

    assert not {"LIST", "LSUB", "STATUS", "SEARCH", "FETCH", "FLAGS"} & set(
        client.untagged_responses
    )
    assert client.list()[1] == [
        *(b'(\\HasNoChildren) "/" INBOX', b'(\\HasNoChildren \\Drafts) "/" Drafts'),
        *(b'(\\HasNoChildren \\Junk) "/" Junk', b'(\\Noselect \\HasChildren) "/" Public'),
        *(b'(\\HasNoChildren) "/" Public/News', b'(\\HasNoChildren) "/" Public/Team'),
        *(b'(\\HasNoChildren \\Sent) "/" Sent', b'(\\HasNoChildren \\Trash) "/" Trash'),
    ]
    client.logout()


def test_an_answer_sent_before_its_question_is_no_answer(make_lab: Make) -> None:
    both = b"* CAPABILITY IMAP4rev1 STARTTLS\r\n<tag> OK done\r\na2 OK begin TLS now\r\n"
    lab = make_lab(
        starttls(
            "imap",
            greeting=[Say(b"* OK ready\r\n")],
            replies={"CAPABILITY": [Say(both)], "STARTTLS": [Silence()]},
        )
    )

    with pytest.raises(ClientError):
        opened(lab, "imap")

    nothing_sent(lab)


@pytest.mark.parametrize("protocol", WRITE)
@pytest.mark.parametrize("kind", ["self-signed", "unknown-ca", "other-host", "expired"])
@pytest.mark.parametrize("security", ["implicit-tls", "starttls"])
def test_a_bad_certificate_gets_nothing(
    protocol: str, kind: str, security: str, make_lab: Make
) -> None:
    make = implicit if security == "implicit-tls" else starttls
    lab = make_lab(make(protocol, certificate=kind))

    with pytest.raises(OpenError, match="TLS handshake failed"):
        opened(lab, protocol, security)

    nothing_sent(lab)


@pytest.mark.parametrize("protocol", WRITE)
def test_a_referral_is_shown_and_not_followed(protocol: str, make_lab: Make) -> None:
    words = b"<tag> NO [REFERRAL imap://;AUTH=*@evil.example/] go there\r\n"
    no = {
        "imap": words,
        "pop3": b"-ERR go to evil.example\r\n",
        "smtp": b"535 go to evil.example\r\n",
    }
    login = {"imap": "AUTHENTICATE", "pop3": "AUTH", "smtp": "AUTH"}[protocol]
    lab = make_lab(
        implicit(
            protocol,
            replies_tls={
                login: [Say(no[protocol])],
                "USER": [Say(no[protocol])],
                "LOGIN": [Say(no[protocol])],
            },
        )
    )

    with pytest.raises(LoginError, match=r"evil\.example") as error:
        opened(lab, protocol, "implicit-tls")

    assert len(lab.sessions) <= 2
    assert PASSWORD not in str(error.value) + "\n".join(error.value.transcript)


def test_logindisabled_is_respected(make_lab: Make) -> None:
    lab = make_lab(implicit("imap", offers_tls=["IMAP4rev1", "LOGINDISABLED"]))

    with pytest.raises(LoginError, match="nothing was sent"):
        opened(lab, "imap", "implicit-tls")

    assert lab.logins == []


@pytest.mark.parametrize("user", ["kim\r\nx LOGOUT", "kim\0"])
@pytest.mark.parametrize("protocol", WRITE)
def test_no_line_break_in_a_user_name_reaches_the_server(
    protocol: str, user: str, make_lab: Make
) -> None:
    lab = make_lab(implicit(protocol))
    text = WRITE[protocol](PORTS[protocol][0], "implicit-tls", user=user)
    account = loads(text)[0]
    make = connect_smtp if protocol == "smtp" else connect

    with pytest.raises(LoginError, match="nothing was sent"):
        make(account, ca=lab.ca_file, connect_to=lab.connect_to)

    assert lab.logins == []


@pytest.mark.parametrize("bad", ["a\r\nx1 DELETE INBOX", "a\nb", "a\rb", "a\0b"])
def test_no_line_break_in_an_argument_reaches_the_server(bad: str, make_lab: Make) -> None:
    lab = make_lab(implicit("imap"), implicit("smtp"), implicit("pop3"))
    client = opened(lab, "imap", "implicit-tls")
    for work in (client.create, client.select, client.delete):
        with pytest.raises((ProtocolError, ValueError)):
            work(bad)
    client.select()
    with pytest.raises((ProtocolError, ValueError)):
        client.search(None, bad)
    assert client.noop()[0] == "OK"
    client.logout()
    sender = opened(lab, "smtp", "implicit-tls")
    with pytest.raises((ProtocolError, ValueError)):
        sender.docmd(bad)
    sender.close()
    drop = opened(lab, "pop3", "implicit-tls")
    with pytest.raises((ProtocolError, ValueError)):
        drop._shortcmd(f"NOOP {bad}")
    drop.stream.close()

    said = [line for one in lab.sessions for line in one.transcript]
    assert not any("DELETE INBOX" in line for line in said)


def test_after_a_refused_data_a_command_is_a_command(make_lab: Make) -> None:
    lab = make_lab(implicit("smtp", replies_tls={"DATA": [Say(b"451 4.3.0 later\r\n")]}))
    sender = opened(lab, "smtp", "implicit-tls")
    sender.mail("a@example.com")
    sender.rcpt("b@example.com")
    with pytest.raises(RefusedError, match="451"):
        sender.data(b"Subject: x\r\n\r\n")
    with pytest.raises(ProtocolError, match="not sent"):
        sender.send(b"RSET\r\nMAIL FROM:<evil@example.com>\r\n")
    sender.close()

    said = [line for one in lab.sessions for line in one.transcript]
    assert not any("evil" in line for line in said)


@pytest.mark.parametrize(
    ("answer", "asked", "offers"),
    [
        (b"<tag> OK in\r\n", 1, None),
        (b"<tag> OK [CAPABILITY IMAP4rev1 Idle] in\r\n", 0, {"IMAP4REV1", "IDLE"}),
        (b"* CAPABILITY IMAP4rev1 QUOTA\r\n<tag> OK in\r\n", 0, {"IMAP4REV1", "QUOTA"}),
    ],
)
def test_what_holds_after_the_login_is_what_was_told_after_it(
    answer: bytes, asked: int, offers: set[str] | None, make_lab: Make
) -> None:
    greeting = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN EARLY] ready\r\n"
    knobs: dict[str, Any] = {
        "greeting": [Say(greeting)],
        "replies_tls": {"AUTHENTICATE": [Say(answer)]},
    }
    lab = make_lab(implicit("imap", **knobs))
    client = opened(lab, "imap", "implicit-tls")
    assert "EARLY" not in client.offers
    assert offers is None or client.offers == offers
    client.shutdown()

    said = [line for one in lab.sessions for line in one.transcript]
    assert sum("CAPABILITY" in line for line in said if line.startswith("C:")) == asked


# After the login


def test_a_server_that_stalls_is_given_up(make_lab: Make) -> None:
    lab = make_lab(implicit("imap", replies_tls={"SELECT": [Silence()]}))
    client = opened(lab, "imap", "implicit-tls", timeout=2)

    with pytest.raises(LostError, match=r"no complete reply within 2 s"):
        client.select()


def test_a_server_that_drips_is_given_up(make_lab: Make) -> None:
    lab = make_lab(implicit("imap", replies_tls={"SELECT": [Drip(b"* OK still here\r\n", 0.05)]}))
    client = opened(lab, "imap", "implicit-tls", timeout=2)
    began = time.monotonic()

    with pytest.raises(LostError):
        client.select()

    assert time.monotonic() - began < 30  # a drop each 50 ms would go on for a minute


@pytest.mark.parametrize(
    ("limits", "act"),
    [
        (Limits(line=1000), Flood(b"x", 100_000)),
        (Limits(lines=100), Flood(b"* OK more\r\n", 10_000)),
        (Limits(octets=50_000), Flood(b"* OK more and more\r\n", 100_000)),
        (Limits(literal=1000), Say(b"* 1 FETCH (BODY[] {99999999}\r\n")),
        (Limits(), Say(b"* 1 FETCH (BODY[] {99999999999999999999}\r\n")),
    ],
)
def test_more_than_is_taken_ends_it(limits: Limits, act: Any, make_lab: Make) -> None:
    lab = make_lab(implicit("imap", replies_tls={"FETCH": [act, Silence()]}))
    client = opened(lab, "imap", "implicit-tls", limits=limits, timeout=2.0)
    client.select()

    with pytest.raises((LimitError, OverflowError)):
        client.fetch("1", "(BODY[])")


@pytest.mark.parametrize("act", [Close(), Reset()])
def test_a_broken_connection_has_one_name(act: Any, make_lab: Make) -> None:
    lab = make_lab(implicit("imap", replies_tls={"SELECT": [act]}))
    client = opened(lab, "imap", "implicit-tls")

    with pytest.raises(LostError) as error:
        client.select()

    assert error.value.transcript[-1].startswith("C: ")


def test_a_bare_line_feed_ends_no_message(make_lab: Make) -> None:
    trick = b"+OK\r\nSubject: x\r\n\r\n.\n+OK 3 octets\r\nmore\r\n.\r\n"
    lab = make_lab(implicit("pop3", replies_tls={"RETR": [Say(trick)]}))
    client = opened(lab, "pop3", "implicit-tls")

    with pytest.raises(ProtocolError, match="bare line feed"):
        client.retr(1)


def test_lines_without_end_are_not_kept(make_lab: Make) -> None:
    flood = Flood(b"250-AUTH PLAIN\r\n", 100_000)
    lab = make_lab(implicit("smtp", replies_tls={"NOOP": [flood, Silence()]}))
    client = opened(lab, "smtp", "implicit-tls", limits=Limits(lines=500))

    with pytest.raises(LimitError):
        client.noop()


def test_no_secret_is_in_an_error_or_a_transcript(make_lab: Make) -> None:
    echo = f"<tag> NO your password {PASSWORD} is wrong\r\n".encode()
    lab = make_lab(
        implicit("imap", replies_tls={"AUTHENTICATE": [Say(echo)], "LOGIN": [Say(echo)]})
    )

    with pytest.raises(LoginError) as error:
        opened(lab, "imap", "implicit-tls")

    assert PASSWORD not in repr(error.value) + str(error.value) + "\n".join(error.value.transcript)


@pytest.mark.parametrize("end", [b"no", None])
@pytest.mark.parametrize("protocol", WRITE)
def test_no_variable_in_the_traceback_of_a_login_holds_the_password(
    protocol: str, end: bytes | None, make_lab: Make
) -> None:
    said: Any = [Close() if end is None else Say(SAID[protocol]["no"])]
    names = ("LOGIN", "AUTHENTICATE", "AUTH", "USER", "PASS")
    lab = make_lab(implicit(protocol, replies_tls=dict.fromkeys(names, said)))
    with pytest.raises(ClientError) as caught:
        opened(lab, protocol, "implicit-tls", timeout=30)
    forms = [PASSWORD, b64encode(PASSWORD.encode()).decode()]
    left: list[BaseException | None] = [caught.value]
    while left:
        error = left.pop()
        if error is not None:
            left += [error.__cause__, error.__context__]
            for frame, _ in traceback.walk_tb(error.__traceback__):
                if "mailkit" in frame.f_globals["__name__"].partition(".")[0]:
                    shown = repr([*frame.f_locals.values()])
                    assert not any(form in shown for form in forms), frame.f_code.co_name
