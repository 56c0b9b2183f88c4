"""A relay in front of a server: both directions written down, and broken on cue, inside TLS too."""

import imaplib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mailkit.diagnosis.diagnose import diagnose
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab import relay as relay_module
from mailkit.lab.certificates import Authority
from mailkit.lab.overheard import Overheard
from mailkit.lab.recording import Recording
from mailkit.lab.relay import Relay, Trigger
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, imap, pop3, smtp
from mailkit.lab.script import Close, Reset, Say, Silence
from mailkit.ports import Security
from mailkit.report import ServiceReport

Make = Callable[..., Lab]

IMAPS = Listener(protocol="imap", host=HOST, port=993)
IMAP = Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS)
SUBMISSION = Listener(protocol="smtp", host=HOST, port=587, security=Security.STARTTLS)
POP3 = Listener(protocol="pop3", host=HOST, port=110, security=Security.STARTTLS)
KINDS = [
    pytest.param(IMAPS, imap, id="imap implicit"),
    pytest.param(IMAP, imap, id="imap starttls"),
    pytest.param(POP3, pop3, id="pop3 starttls"),
    pytest.param(SUBMISSION, smtp, id="smtp starttls"),
]


def relay(lab: Lab, listener: Listener, *, read: bool = True, **options: Any) -> Relay:
    """A relay to a listener; it reads inside TLS unless it is told not to."""
    target = lab.where(listener.host, listener.port)
    implicit = listener.security is Security.IMPLICIT_TLS
    if not read:
        return Relay(target, implicit=implicit, **options)
    onward = ssl.create_default_context(cafile=str(lab.ca_file))
    context = lab.authority.context(listener.host)
    return Relay(target, context, onward, listener.host, implicit, **options)


def through(one: Relay, lab: Lab, listener: Listener, write: Any, **options: Any) -> ServiceReport:
    text = write(listener.port, str(listener.security))
    routes = {(HOST, listener.port): one.address, (HOST, None): ("127.0.0.1", 1)}
    usual = {"connect_to": routes, "ca": lab.ca_file, "timeout": 3.0}
    return diagnose(loads(text)[0], **(usual | options)).accounts[0].services[0]


@pytest.mark.parametrize(("listener", "write"), KINDS)
def test_what_passes_is_written_down_with_the_border_of_tls_and_without_secrets(
    listener: Listener, write: Any, make_lab: Make
) -> None:
    lab = make_lab(listener)

    with relay(lab, listener) as one:
        report = through(one, lab, listener, write)

    assert report.ok
    said = one.transcript
    border = said.index("== tls")
    login = next(n for n, line in enumerate(said) if "AUTH" in line and line.startswith("C: "))
    assert border < login
    assert PASSWORD not in "\n".join(said)
    assert any(line.startswith("S: ") for line in said[border:])


@pytest.mark.parametrize(("listener", "write"), KINDS)
def test_tls_may_pass_unread(listener: Listener, write: Any, make_lab: Make) -> None:
    lab = make_lab(listener)

    with relay(lab, listener, read=False) as one:
        report = through(one, lab, listener, write)

    assert report.ok
    assert not any("AUTH" in line for line in one.transcript if line.startswith("C: "))


@pytest.mark.parametrize(("listener", "write"), KINDS)
def test_single_bytes_change_nothing(listener: Listener, write: Any, make_lab: Make) -> None:
    lab = make_lab(listener)

    with relay(lab, listener, piece=1) as one:
        assert through(one, lab, listener, write, timeout=30).ok


@pytest.mark.parametrize(
    ("listener", "write", "cue", "cause"),
    [
        (
            IMAP,
            imap,
            Trigger(said=b"STARTTLS", do=[Say(b"<tag> NO not now\r\n")]),
            "stt-refused",
        ),
        (
            SUBMISSION,
            smtp,
            Trigger(said=b"STARTTLS", do=[Say(b"220 go\r\n250 AUTH PLAIN\r\n")]),
            "stt-injection",
        ),
        (
            IMAPS,
            imap,
            Trigger(said=b"AUTHENTICATE", do=[Say(b"<tag> NO [UNAVAILABLE] later\r\n")]),
            "aut-temp",
        ),
        (
            IMAPS,
            imap,
            Trigger(said=b"EXAMINE", do=[Say(b"<tag> NO [SERVERBUG] x\r\n")]),
            "mbx-corrupt",
        ),
        (IMAPS, imap, Trigger(after=0, secure=True, do=[Close()]), "grt-eof"),
        (SUBMISSION, smtp, Trigger(after=0, do=[Reset()]), "tcp-reset"),
        (IMAP, imap, Trigger(after=0, do=[Say(b"\x00\xff\xfe garbage\r\n")]), "pid-unknown"),
        (
            IMAPS,
            imap,
            Trigger(said=b"AUTHENTICATE", do=[Say(b"* 1 EXISTS\r\n")], forward=True),
            "",
        ),
    ],
    ids=[
        "a reply replaced",
        "lines before the handshake",
        "a login put off",
        "a mailbox that fails",
        "closed before the greeting",
        "reset before the greeting",
        "garbage before the greeting",
        "a line more than was asked for",
    ],
)
def test_a_cue_breaks_what_it_names(
    listener: Listener, write: Any, cue: Trigger, cause: str, make_lab: Make
) -> None:
    lab = make_lab(listener)

    with relay(lab, listener, cues=[cue]) as one:
        report = through(one, lab, listener, write)

    assert report.cause == cause


def test_a_stall_in_the_middle_of_a_reply_is_no_refusal(make_lab: Make) -> None:
    lab = make_lab(IMAPS)
    stall = Trigger(said=b"AUTHENTICATE", do=[Say(b"<tag> O"), Silence()])

    with relay(lab, IMAPS, cues=[stall]) as one:
        report = through(one, lab, IMAPS, imap, timeout=2)

    assert report.cause == "hst-drip"
    assert report.proposal is None


@pytest.mark.parametrize("count", [1, 10, 100, 150])
def test_a_connection_cut_at_a_byte_is_cut_there_each_time(count: int, make_lab: Make) -> None:
    lab = make_lab(SUBMISSION)
    ends = []
    for _ in range(3):
        with relay(lab, SUBMISSION, cues=[Trigger(after=count, do=[Close()])]) as one:
            report = through(one, lab, SUBMISSION, smtp)
            assert report.seen is not None
            ends.append((report.cause, len(report.transcript)))

    assert len(set(ends)) == 1


def test_it_stands_before_any_client(make_lab: Make) -> None:
    lab = make_lab(IMAPS, SUBMISSION)
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    context.check_hostname = False
    with relay(lab, IMAPS) as one:
        with imaplib.IMAP4_SSL(*one.address, ssl_context=context, timeout=30) as client:
            client.login(ADDRESS, PASSWORD)
        assert any("LOGIN kim@example.com ***" in line.replace('"', "") for line in one.transcript)
    with relay(lab, SUBMISSION) as one:
        with smtplib.SMTP(*one.address, timeout=30) as sender:
            sender.starttls(context=context)
            sender.login(ADDRESS, PASSWORD)
            sender.sendmail(ADDRESS, ["lee@example.org"], b"Subject: x\r\n\r\nx\r\n")
    assert len(lab.messages) == 1


LOGINS = {
    "imap": [b"a1 LOGIN kim opensesame", b"a1  authenticate PLAIN AGtpbQBvcGVuc2VzYW1l"],
    "pop3": [b"USER kim", b"PASS opensesame", b"AUTH PLAIN AGtpbQBvcGVuc2VzYW1l"],
    "smtp": [b"AUTH PLAIN AGtpbQBvcGVuc2VzYW1l", b"auth LOGIN"],
}


@pytest.mark.parametrize(
    ("protocol", "login"), [(one, said) for one, many in LOGINS.items() for said in many]
)
@pytest.mark.parametrize("near", [True, False])
def test_no_login_leaves_this_machine_in_cleartext(
    protocol: str, login: bytes, near: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "is_loopback", lambda address: near)
    heard = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError), listening.accept()[0] as client:
                while data := client.recv(4096):
                    heard.extend(data)

        threading.Thread(target=serve, daemon=True).start()
        context = Authority(tmp_path).context("localhost")
        with (
            Relay(listening.getsockname()[:2], context=context, protocol=protocol) as relay,
            socket.create_connection(relay.address, timeout=30) as client,
        ):
            client.sendall(b"NOOP\r\n" + login + b"\r\nopensesame\r\n")
            if near:
                while b"opensesame\r\n" not in heard:
                    time.sleep(0.01)
            else:
                answer = client.makefile("rb").read()
                assert b"no login without TLS" in answer
                assert answer.count(b"\r\n") == 1
    assert (b"sesame" in heard or b"kim" in heard.lower()) is near


def overheard(protocol: str = "smtp") -> Overheard:
    return Overheard(Recording("relay", protocol=protocol))


def test_a_line_of_the_server_without_an_end_is_not_kept() -> None:
    heard = overheard("imap")
    for _ in range(50):
        heard.downward(b"x" * 65_536, tls=False)
        assert len(heard._replies) <= 65_536
    heard.downward(b" {3}\r\nabc\r\n* OK next\r\n", tls=False)
    assert [line.said[:6] for line in heard.record.lines] == [b"xxxxxx", b"", b"* OK n"]


def test_a_client_that_does_not_wait_is_not_read_without_end() -> None:
    heard = overheard()
    pieces = [b"DATA\r\n", *[b"x" * 65_536] * 20]
    for piece in pieces:
        assert not heard.full
        [*heard.upward(piece, tls=False)]
        if len(heard._pending) > 1_048_576:
            break
    assert heard.full


@pytest.mark.parametrize("cut", range(1, 6))
@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\r\n.", b"\r"])
def test_the_end_of_a_message_that_is_too_long_to_be_kept_is_seen(
    cut: int, tail: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.lab.overheard.RECORDED_OCTETS", 100)
    heard = overheard()
    [*heard.upward(b"DATA\r\n", tls=False)]
    heard.downward(b"354 go\r\n", tls=False)
    whole = b"x" * 300 + b"\r\n.\r\n"
    pieces = [b"x" * 100 + tail, b".y", b"\r\nQUIT\r\n" + b"x" * 300, whole[:-cut], whole[-cut:]]
    for piece in pieces:
        assert not any(spoken for _, spoken in heard.upward(piece, tls=False))
    assert len(heard.record.messages) == 1
    assert [spoken for _, spoken in heard.upward(b"AUTH PLAIN\r\n", tls=False)] == [True]
