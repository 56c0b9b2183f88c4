"""The same mistake has the same findings at a server of the lab and through a relay before it."""

import imaplib
import poplib
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from mailkit.cli.lab_watch import described
from mailkit.lab import Lab, Listener
from mailkit.lab.recording import Session
from mailkit.lab.relay import Relay
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.ports import Security
from mailkit.rules import client_tls

HOST = "localhost"
GOOD = b"From: a@example.com\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"
NAME = "app.example.com"

Act = Callable[[int, ssl.SSLContext], object]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(
        [
            Listener(
                protocol="smtp", host=HOST, port=587, security=Security.STARTTLS, clear_login=True
            ),
            Listener(
                protocol="smtp", host=HOST, port=25, security=Security.STARTTLS, open_relay=True,
                offers=("STARTTLS", "8BITMIME"), offers_tls=("8BITMIME",),
            ),
            Listener(protocol="smtp", host=HOST, port=588, security=Security.STARTTLS),
            Listener(protocol="smtp", host=HOST, port=465),
            Listener(protocol="imap", host=HOST, port=993),
            Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS),
            Listener(protocol="pop3", host=HOST, port=995),
        ]
    ) as made:  # fmt: skip
        made.deliver(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")
        yield made


def sends(content: bytes, *, login: bool = False, options: tuple[str, ...] = ()) -> Act:
    def act(port: int, context: ssl.SSLContext) -> None:
        with smtplib.SMTP(HOST, port, local_hostname=NAME, timeout=30) as client:
            client.starttls(context=context)
            if login:
                client.login(ADDRESS, PASSWORD)
            client.sendmail(ADDRESS, [ADDRESS], content, mail_options=options)

    return act


def says(*commands: str, name: str = NAME, leave: bool = False) -> Act:
    """Commands by SMTP, each without a wait for the reply where a line break is in it."""

    def act(port: int, context: ssl.SSLContext) -> None:
        client = smtplib.SMTP(HOST, port, local_hostname=name, timeout=30)
        client.starttls(context=context)
        client.ehlo()
        for command in commands:
            client.send(command + "\r\n")
            for _ in command.split("\r\n"):
                client.getreply()
        if leave:
            client.close()
        else:
            client.quit()

    return act


def imap(*commands: str, password: str = PASSWORD) -> Act:
    def act(port: int, context: ssl.SSLContext) -> None:
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=context, timeout=30) as client:
            client.login(ADDRESS, password)
            for number, command in enumerate(commands):
                client.send(f"x{number} {command}\r\n".encode())
                while not client.readline().startswith(b"x%d" % number):
                    pass

    return act


def appends(port: int, context: ssl.SSLContext) -> None:
    with imaplib.IMAP4_SSL(HOST, port, ssl_context=context, timeout=30) as client:
        client.login(ADDRESS, PASSWORD)
        content = GOOD + b"\r\nx1 FETCH 1 (FLAGS)\r\nQUIT\r\n" * 9
        client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), content)


def pop3(port: int, context: ssl.SSLContext) -> None:
    client = poplib.POP3_SSL(HOST, port, context=context, timeout=30)
    with suppress(poplib.error_proto):
        client.user(ADDRESS)
        client.pass_("another one")
    client.quit()


def unfinished(port: int, context: ssl.SSLContext) -> None:
    client = smtplib.SMTP(HOST, port, local_hostname=NAME, timeout=30)
    client.starttls(context=context)
    client.ehlo()
    for command in ("MAIL FROM:<a@example.com>", "RCPT TO:<kim@example.com>", "DATA"):
        client.docmd(command)
    client.send(b"QUIT\r\nhalf of it")
    client.close()


def in_clear(port: int, context: ssl.SSLContext) -> None:
    with smtplib.SMTP(HOST, port, local_hostname=NAME, timeout=30) as client:
        client.login(ADDRESS, PASSWORD)


def no_starttls(port: int, context: ssl.SSLContext) -> None:
    with smtplib.SMTP(HOST, port, local_hostname=NAME, timeout=30) as client:
        client.sendmail(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")


def waits(port: int, context: ssl.SSLContext) -> None:
    smtplib.SMTP(HOST, port, timeout=1.2)


CASES: dict[str, tuple[int, Act, list[str]]] = {
    "careful": (587, sends(GOOD + b"\r\nHello\r\n.\r\nQUIT\r\n", login=True), []),
    "careful IMAP": (993, imap("EXAMINE INBOX", "FETCH 1 (BODY.PEEK[])"), []),
    "APPEND": (993, appends, []),
    "TLS hello": (
        587,
        lambda port, context: smtplib.SMTP_SSL(HOST, port, context=context, timeout=30),
        ["clt-tls-on-starttls-port"],
    ),
    "TLS hello by IMAP": (
        143,
        lambda port, context: imaplib.IMAP4_SSL(HOST, port, ssl_context=context, timeout=30),
        ["clt-tls-on-starttls-port"],
    ),
    "plain text": (465, waits, ["clt-plain-on-tls-port"]),
    "unknown CA": (
        465,
        lambda port, _: smtplib.SMTP_SSL(HOST, port, context=ssl.create_default_context()),
        ["clt-unknown-ca"],
    ),
    "wrong password": (993, imap(password="another one"), ["clt-login-refused"]),
    "wrong password by POP3": (995, pop3, ["clt-login-refused"]),
    "no login": (588, sends(GOOD + b"\r\nHello\r\n"), ["clt-no-login"]),
    "no STARTTLS": (588, no_starttls, ["clt-no-starttls"]),
    "mail in clear": (25, no_starttls, ["clt-clear-mail"]),
    "password in clear": (587, in_clear, ["clt-cleartext-login"]),
    "mechanism": (587, says("AUTH KERBEROS_V4"), ["clt-mechanism"]),
    "order": (587, says("DATA"), ["clt-sequence"]),
    "syntax": (25, says("MAIL FROM: a@example.com"), ["clt-syntax"]),
    "pipelining": (25, says("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>"), ["clt-pipelining"]),
    "name": (25, says("NOOP", name="my_app"), ["clt-helo", "clt-gave-up"]),
    "no QUIT": (25, says("RSET", leave=True), ["clt-gave-up", "clt-no-quit"]),
    "unfinished": (25, unfinished, ["clt-unfinished-message", "clt-no-quit"]),
    "header": (25, sends(b"From: a@example.com\r\n\r\nHello\r\n"), ["clt-missing-header"]),
    "raw header": (
        25,
        sends(b"Subject: Gr\xc3\xbc\xc3\x9fe\r\n" + GOOD + b"\r\nx\r\n", options=("BODY=8BITMIME",)),
        ["clt-raw-header"],
    ),
    "8-bit": (25, sends(GOOD + b"\r\nGr\xc3\xbc\xc3\x9fe\r\n"), ["clt-8bit"]),
    "long line": (25, sends(GOOD + b"\r\n" + b"x" * 1500 + b"\r\n"), ["clt-line-length"]),
    "bare LF": (25, sends(GOOD + b"\r\nHello\nKim\r\n"), ["clt-bare-lf"]),
    "SELECT": (993, imap("SELECT INBOX", "FETCH 1 (FLAGS)"), ["clt-select"]),
    "polling": (993, imap("EXAMINE INBOX", *["NOOP"] * 10), ["clt-polling"]),
}  # fmt: skip


def last(sessions: Callable[[], list[Session]]) -> Session:
    """The last connection, when it is over."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if (found := sessions()) and found[-1].closed:
            return found[-1]
        time.sleep(0.01)
    raise AssertionError("no session ended")


def ids(session: Session) -> list[str]:
    """The findings; the tests before this one are connections with one message each."""
    return [one.id for one in session.findings if one.id != "clt-reconnects"]


@pytest.mark.parametrize("name", CASES)
def test_the_relay_finds_what_the_server_finds(
    name: str, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, act, wanted = CASES[name]
    monkeypatch.setattr(client_tls, "PATIENCE_S", 0.1 if act is waits else 60)
    listener = next(one for one in lab.listeners if one.port == usual)
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    port = lab.where(HOST, usual)[1]
    failures = (OSError, smtplib.SMTPException, imaplib.IMAP4.error)

    with suppress(*failures):
        act(port, context)
    direct = last(lambda: [*lab.sessions])
    one = Relay(
        (HOST, port),
        lab.authority.context(HOST),
        ssl.create_default_context(cafile=str(lab.ca_file)),
        HOST,
        listener.security is Security.IMPLICIT_TLS,
        protocol=listener.protocol,
    )
    with one:
        with suppress(*failures):
            act(one.address[1], context)
        relayed = last(lambda: [each.session() for each in one.sessions])

    assert ids(direct) == wanted
    assert ids(relayed) == wanted
    assert len(relayed.messages) == len(direct.messages)
    for mine, theirs in zip(relayed.messages, direct.messages, strict=True):
        assert mine.content == theirs.content
        assert mine.envelope.recipients == theirs.envelope.recipients
    shown = "\n".join(described(relayed)) + "\n".join(relayed.transcript)
    assert PASSWORD not in shown
    assert "another one" not in shown


def test_a_batch_in_single_connections_is_seen_through_a_relay(lab: Lab) -> None:
    port = lab.where(HOST, 25)[1]
    with Relay((HOST, port), lab.authority.context(HOST), host=HOST, protocol="smtp") as one:
        for _ in range(10):
            no_starttls(one.address[1], ssl.create_default_context())
        session = last(lambda: [each.session() for each in one.sessions])
    assert [one.id for one in session.findings] == ["clt-clear-mail", "clt-reconnects"]


def test_a_server_that_fails_in_the_handshake_is_not_the_client_s_fault(lab: Lab) -> None:
    listener = Listener(protocol="imap", host=HOST, port=994, certificate="expired")
    with lab.serving(listener) as target:
        onward = ssl.create_default_context(cafile=str(lab.ca_file))
        context = lab.authority.context(HOST)
        with Relay(target, context, onward, HOST, implicit=True, protocol="imap") as one:
            trusting = ssl.create_default_context(cafile=str(lab.ca_file))
            with pytest.raises(OSError, match=r"(?i)eof|reset|closed"):
                imaplib.IMAP4_SSL(HOST, one.address[1], ssl_context=trusting, timeout=30)
            session = last(lambda: [each.session() for each in one.sessions])
    assert session.closed == "server"
    assert list(session.findings) == []
