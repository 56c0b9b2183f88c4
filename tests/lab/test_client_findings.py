"""What the lab reports about the program that connects to it, with real clients that make the mistake."""

import imaplib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mailkit.cli.lab_watch import watch
from mailkit.lab import Lab, Listener
from mailkit.lab.recording import Session
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.observation.client import ClientSession
from mailkit.ports import Security
from mailkit.rules.catalogue import CLIENT

HOST = "localhost"
GOOD = b"From: a@example.com\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(
        [
            Listener(
                protocol="smtp", host=HOST, port=587, security=Security.STARTTLS, clear_login=True
            ),
            Listener(protocol="smtp", host=HOST, port=465, security=Security.IMPLICIT_TLS),
            Listener(
                protocol="smtp",
                host=HOST,
                port=25,
                security=Security.CLEARTEXT,
                open_relay=True,
                accepts_all=True,
            ),
            Listener(protocol="imap", host=HOST, port=993, security=Security.IMPLICIT_TLS),
            Listener(
                protocol="imap",
                host=HOST,
                port=994,
                security=Security.IMPLICIT_TLS,
                certificate="wrong-host",
            ),
        ]
    ) as made:
        yield made


def ended(lab: Lab, before: int) -> Session:
    """The next session, when it is over."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        new = [one for one in lab.sessions if one.number > before and one.closed]
        if new:
            return new[0]
        time.sleep(0.01)
    raise AssertionError("no session ended")


def found(lab: Lab, act: Callable[[], object]) -> list[str]:
    before = max((one.number for one in lab.sessions), default=0)
    with suppress(OSError, smtplib.SMTPException, imaplib.IMAP4.error):
        act()
    session = ended(lab, before)
    assert ClientSession.of(session.client.written()) == session.client
    assert session.findings == sorted(session.findings, key=lambda one: one.severity != "error")
    return [one.id for one in session.findings]


def trusting(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(lab.ca_file))


def careless() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def smtp(lab: Lab, port: int, name: str = "app.example.com") -> smtplib.SMTP:
    return smtplib.SMTP(HOST, lab.where(HOST, port)[1], local_hostname=name, timeout=5)


def test_a_careful_client_has_no_finding(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 587) as client:
            client.starttls(context=trusting(lab))
            client.login(ADDRESS, PASSWORD)
            client.sendmail(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")

    assert found(lab, act) == []


def test_tls_on_a_starttls_port(lab: Lab) -> None:
    port = lab.where(HOST, 587)[1]
    assert "clt-tls-on-starttls-port" in found(
        lab, lambda: smtplib.SMTP_SSL(HOST, port, context=trusting(lab), timeout=5)
    )


@pytest.mark.parametrize("words", [b"", b"EHLO app.example.com\r\n"], ids=["waits", "speaks"])
def test_plain_text_on_a_tls_port(lab: Lab, words: bytes) -> None:
    def act() -> None:
        with socket.create_connection(lab.where(HOST, 465), timeout=0.3) as client:
            client.sendall(words)
            client.recv(100)

    assert "clt-plain-on-tls-port" in found(lab, act)


def test_a_ca_that_the_client_does_not_know(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 993)[1]
        imaplib.IMAP4_SSL(HOST, port, ssl_context=ssl.create_default_context(), timeout=5)

    assert found(lab, act) == ["clt-unknown-ca"]


def test_a_client_that_verifies_nothing(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 994)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=careless(), timeout=5) as client:
            client.login(ADDRESS, PASSWORD)

    assert found(lab, act) == ["clt-no-verification"]


def test_no_host_name_in_the_handshake(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=careless(), timeout=5):
            pass

    assert found(lab, act) == ["clt-no-sni"]


def test_a_password_before_tls(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 587) as client:
            client.login(ADDRESS, PASSWORD)

    assert found(lab, act) == ["clt-cleartext-login"]


def said(*commands: str) -> Callable[[Lab], None]:
    def act(lab: Lab) -> None:
        with smtp(lab, 587) as client:
            client.ehlo()
            client.starttls(context=trusting(lab))
            client.ehlo()
            for command in commands:
                client.docmd(command)

    return act


@pytest.mark.parametrize(
    ("commands", "finding"),
    [
        (("AUTH KERBEROS_V4",), "clt-mechanism"),
        (("AUTH LOGIN", "kim@example.com"), "clt-broken-base64"),
        (("DATA",), "clt-sequence"),
    ],
)
def test_commands_that_the_server_rejects(
    lab: Lab, commands: tuple[str, ...], finding: str
) -> None:
    assert finding in found(lab, lambda: said(*commands)(lab))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("localhost", True), ("my_host.example.com", True), ("[127.0.0.1]", False)],
)
def test_the_name_in_ehlo(lab: Lab, name: str, wrong: bool) -> None:
    def act() -> None:
        with smtp(lab, 25, name) as client:
            client.ehlo()

    assert found(lab, act) == (["clt-helo"] if wrong else [])


def test_leaving_without_quit(lab: Lab) -> None:
    def act() -> None:
        client = smtp(lab, 25)
        client.ehlo()
        client.close()

    assert found(lab, act) == ["clt-no-quit"]


@pytest.mark.parametrize(
    ("fetch", "wrong"), [("(BODY[])", True), ("(BODY.PEEK[])", False), ("(FLAGS)", False)]
)
def test_reading_that_marks_as_read(lab: Lab, fetch: str, wrong: bool) -> None:
    lab.deliver(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")

    def act() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(lab), timeout=5) as client:
            client.login(ADDRESS, PASSWORD)
            client.select("INBOX")
            client.fetch("1", fetch)

    assert found(lab, act) == (["clt-select"] if wrong else [])


@pytest.mark.parametrize(
    ("content", "options", "finding"),
    [
        (GOOD + b"\r\n" + b"x" * 1500 + b"\r\n", (), "clt-line-length"),
        (b"From: a@example.com\r\n\r\nHello\r\n", (), "clt-missing-header"),
        (GOOD + b"\r\nGr\xc3\xbc\xc3\x9fe\r\n", (), "clt-8bit"),
        (GOOD + b"\r\nGr\xc3\xbc\xc3\x9fe\r\n", ("BODY=8BITMIME",), ""),
    ],
    ids=["line", "header", "8bit", "8bit declared"],
)
def test_messages(lab: Lab, content: bytes, options: tuple[str, ...], finding: str) -> None:
    def act() -> None:
        with smtp(lab, 25) as client:
            client.sendmail("a@example.com", ["b@example.org"], content, mail_options=options)

    assert found(lab, act) == ([finding] if finding else [])


def test_a_bare_line_feed(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 25) as client:
            client.ehlo()
            client.docmd("MAIL FROM:<a@example.com>")
            client.docmd("RCPT TO:<b@example.org>")
            client.docmd("DATA")
            client.send(GOOD + b"\r\nHello\nKim\r\n.\r\n")
            client.getreply()

    assert "clt-bare-lf" in found(lab, act)


def test_every_finding_about_a_client_is_provoked_by_a_client_here() -> None:
    text = Path(__file__).read_text("utf-8")
    others = {"clt-bad-certificate", "clt-old-tls"}  # no client here does that; their pages have it
    assert {name for name in CLIENT if f'"{name}"' not in text} <= others


def test_a_watched_lab_says_what_a_program_does_wrong(lab: Lab) -> None:
    found(lab, lambda: imaplib.IMAP4_SSL("localhost", lab.where(HOST, 993)[1], timeout=5).logout())
    shown: list[str] = []
    over = threading.Event()

    def out(text: str) -> None:
        shown.append(text)
        over.set()

    def act() -> None:
        port = lab.where(HOST, 994)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=careless(), timeout=5) as client:
            client.login(ADDRESS, PASSWORD)

    found(lab, act)
    watch(lambda: lab.sessions[-1:], over, 10, out)
    assert shown[0].startswith("✗ session ")
    assert "error clt-no-verification: The client accepts a certificate" in shown[0]
    assert PASSWORD not in shown[0]
