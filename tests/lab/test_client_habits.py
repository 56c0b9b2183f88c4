"""What the lab reports about a program after several connections, with real clients that make the mistake."""

import imaplib
import poplib
import smtplib
import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from mailkit.lab import Lab, Listener, recording
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.lab.script import SESSION_S, Gone, Silence, Wire
from mailkit.observation.client import ClientSession
from mailkit.ports import Security

HOST = "localhost"
GOOD = b"From: a@example.com\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab(
        [
            Listener(
                protocol="smtp", host=HOST, port=25, security=Security.CLEARTEXT, open_relay=True
            ),
            Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT),
            Listener(protocol="pop3", host=HOST, port=110, security=Security.CLEARTEXT),
        ]
    ) as made:
        yield made


def ids(lab: Lab, position: int = -1) -> list[str]:
    """The findings about one connection, the last by default, when it is over."""
    until = time.monotonic() + 10
    while time.monotonic() < until and not lab.sessions[position].closed:
        time.sleep(0.01)
    session = lab.sessions[position]
    assert ClientSession.of(session.client.written()) == session.client
    return [one.id for one in session.findings]


def imap(lab: Lab) -> imaplib.IMAP4:
    client = imaplib.IMAP4(*lab.where(HOST, 143), timeout=30)
    client.login(ADDRESS, PASSWORD)
    return client


def send(lab: Lab, times: int, messages: int = 1, name: str = "app.example.com") -> None:
    for _ in range(times):
        with smtplib.SMTP(*lab.where(HOST, 25), local_hostname=name, timeout=30) as client:
            for _ in range(messages):
                client.sendmail("a@example.com", ["b@example.org"], GOOD + b"\r\nHello\r\n")


def test_too_many_connections(lab: Lab) -> None:
    open_at_once = [imap(lab) for _ in range(11)]
    tenth, eleventh = lab.sessions[9].findings, lab.sessions[10].findings
    for client in open_at_once:
        client.logout()
    later = imap(lab)
    later.logout()

    assert [one.id for one in tenth] == []
    assert [one.id for one in eleventh] == ["clt-connections"]
    assert "11 connections" in eleventh[0].message
    assert "clt-connections" not in ids(lab)


def test_a_connection_for_each_message(lab: Lab) -> None:
    send(lab, 9)
    assert ids(lab) == []
    send(lab, 1)
    assert ids(lab) == ["clt-reconnects"]


def test_one_connection_for_a_batch_and_other_programs_are_no_new_connections(lab: Lab) -> None:
    send(lab, 1, messages=10)
    assert ids(lab) == []
    for number in range(10):
        send(lab, 1, name=f"app{number}.example.com")
    assert ids(lab) == []


def test_logging_in_again_and_again_to_ask(lab: Lab) -> None:
    for _ in range(10):
        client = poplib.POP3(*lab.where(HOST, 110), timeout=30)
        client.user(ADDRESS)
        client.pass_(PASSWORD)
        client.stat()
        client.quit()
    assert ids(lab, -2) == []
    assert ids(lab) == ["clt-polling"]


def test_logging_in_again_and_again_to_fetch_is_work(lab: Lab) -> None:
    lab.deliver(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")
    for _ in range(12):
        client = poplib.POP3(*lab.where(HOST, 110), timeout=30)
        client.user(ADDRESS)
        client.pass_(PASSWORD)
        client.retr(1)
        client.quit()
    assert ids(lab) == []


@pytest.mark.parametrize(("times", "finding"), [(10, ["clt-polling"]), (9, [])])
def test_asking_again_and_again_in_one_connection(lab: Lab, times: int, finding: list[str]) -> None:
    client = imap(lab)
    client.select("INBOX", readonly=True)
    for _ in range(times):
        client.noop()
    client.logout()
    assert ids(lab) == finding


def test_asking_where_there_is_something_new_is_no_polling(lab: Lab) -> None:
    client = imap(lab)
    client.select("INBOX", readonly=True)
    for _ in range(12):
        lab.deliver(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")
        client.noop()
    client.logout()
    assert ids(lab) == []


def uids(lab: Lab, *commands: tuple[str, ...]) -> list[str]:
    client = imap(lab)
    client.select("INBOX", readonly=True)
    for command in commands:
        client.uid(*command)
    client.logout()
    return ids(lab)


@pytest.mark.parametrize("kept", [("FETCH", "2", "(FLAGS)"), ("FETCH", "4:*", "(FLAGS)")])
def test_uids_from_before_uidvalidity_changed(lab: Lab, kept: tuple[str, ...]) -> None:
    for _ in range(3):
        lab.deliver(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")
    assert uids(lab, ("FETCH", "1:*", "(FLAGS)")) == []
    assert uids(lab, kept) == []  # it is as it was
    lab.box(ADDRESS).renumber("INBOX")

    assert uids(lab, kept) == ["clt-uidvalidity"]
    assert uids(lab, ("SEARCH", "ALL"), kept) == []  # it has looked
    assert uids(lab, kept) == []


def test_a_client_without_a_time_out(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def clock(real: object = time.monotonic) -> float:
        return time_passes["minutes"] * 60 + real()  # type: ignore[operator]

    time_passes = {"minutes": 0.0}
    monkeypatch.setattr(recording, "time", SimpleNamespace(monotonic=clock))
    silent = Listener(
        protocol="smtp", host=HOST, port=26, security=Security.CLEARTEXT,
        replies={"MAIL": [Silence()]},
    )  # fmt: skip
    with lab.serving(silent) as address, socket.create_connection(address, timeout=30) as client:
        for said in (b"", b"EHLO app.example.com\r\n"):
            client.sendall(said)
            client.recv(1000)
        client.sendall(b"MAIL FROM:<a@example.com>\r\n")
        while b"MAIL" not in lab.sessions[-1].in_clear:
            time.sleep(0.01)
        time_passes["minutes"] = 5
        assert lab.sessions[-1].findings == []  # RFC 5321 lets it wait so long
        time_passes["minutes"] = 11
        assert [one.id for one in lab.sessions[-1].findings] == ["clt-no-timeout"]


def test_a_server_that_is_told_to_be_silent_is_silent_as_long_as_the_client_waits() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.shutdown(socket.SHUT_WR)
        wire = Wire(ours, recording.Recording("x"))
        with pytest.raises(Gone):
            Silence()(wire, b"")
        assert wire.ends - time.monotonic() > SESSION_S - 60
