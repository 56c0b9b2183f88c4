"""From an account, or a host, to a connection: what is refused before anything is sent, and what the server may not do."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mailkit.account import Account, Service
from mailkit.client import connection
from mailkit.client.connection import IMAP4, POP3, connect, connect_imap, connect_pop3, connect_smtp
from mailkit.client.stream import Limits, Stream
from mailkit.errors import LoginError, OpenError, SettingsError
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, imap, smtp
from mailkit.lab.script import Say
from mailkit.ports import Protocol, Security
from mailkit.protocol.dialogue import SessionState

Make = Callable[..., Lab]
(IMAP,) = loads(imap(993, "implicit-tls"))


@pytest.mark.parametrize(
    ("open_it", "why"),
    [
        (lambda: connect(Account(label="a")), "no incoming service"),
        (lambda: connect_pop3(IMAP), "no pop3 service"),
        (lambda: connect_smtp(IMAP), "no smtp service"),
        (lambda: connect_imap(Service(protocol=Protocol.IMAP, host="h")), "no user name"),
        (lambda: connect_imap(replace(IMAP.incoming, secret=None)), "no secret"),  # type: ignore[type-var]
        (lambda: connect("imap.example.com", "kim"), "needs all three"),
        (lambda: connect("imap.example.com:", "kim", "x"), "needs all three"),
        (lambda: connect("imap.example.com:70000", "kim", "x"), "needs all three"),
    ],
)
def test_what_cannot_be_opened_is_said_before_a_connection(
    open_it: Callable[[], Any], why: str
) -> None:
    with pytest.raises(SettingsError, match=why):
        open_it()


@pytest.mark.parametrize(
    ("protocol", "host", "port", "security", "where"),
    [
        ("imap", "imap.example.com", 993, Security.IMPLICIT_TLS, "imap.example.com"),
        ("imap", "imap.example.com", 143, Security.STARTTLS, "imap.example.com"),
        ("imap", "mail.example.com", 143, Security.STARTTLS, "mail.example.com:143"),
        ("pop3", "pop.example.com", 110, Security.STARTTLS, "pop.example.com"),
        ("pop3", "mail.example.com", 995, Security.IMPLICIT_TLS, "mail.example.com:995"),
        ("smtp", "smtp.example.com", 587, Security.STARTTLS, "smtp.example.com"),
        ("smtp", "mail.example.com", 25, Security.STARTTLS, "mail.example.com:25"),
    ],
)
def test_a_host_is_opened_by_its_name_or_port_and_never_without_tls(
    protocol: str, host: str, port: int, security: Security, where: str, make_lab: Make
) -> None:
    lab = make_lab(Listener(protocol=protocol, host=host, port=port, security=security))
    known: dict[str, Any] = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 5}

    with connect(where, ADDRESS, PASSWORD, **known) as client:
        assert type(client).__name__.lower().startswith(protocol)
        assert client.stream.connection.secured


def test_a_host_with_a_port_gets_no_second_try(make_lab: Make) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS))
    with pytest.raises(OpenError, match="connection refused"):
        connect(f"{HOST}:993", ADDRESS, PASSWORD, ca=lab.ca_file, connect_to=lab.connect_to)


def test_what_comes_with_the_reply_to_a_login_unasked_ends_the_connection(make_lab: Make) -> None:
    reply = Say(b"<tag> OK [CAPABILITY IMAP4rev1] in\r\n* 1 EXISTS\r\n")
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            offers_tls=["IMAP4rev1", "SASL-IR", "AUTH=PLAIN"],
            replies_tls={"AUTHENTICATE": [reply]},
        )
    )
    with pytest.raises(OpenError, match="more than was asked"):
        connect_imap(IMAP, ca=lab.ca_file, connect_to=lab.connect_to)


class Gone:
    """A connection that has said everything, and is closed at the end."""

    reply_timeout_s = 5.0

    def __init__(self, said: bytes) -> None:
        self.said, self.open = said, True

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        self.open = False

    def __call__(self, ask: Any) -> bytes:
        said, self.said = self.said, b""
        return said


@pytest.mark.parametrize(
    ("make", "account", "said", "first"),
    [
        (connect_imap, IMAP, b"* BYE no\r\n", b"* PREAUTH ready\r\n"),
        (connect_pop3, IMAP, b"", b"-ERR no\r\n"),
        (connect_smtp, loads(smtp(587, "starttls"))[0], b"500 no\r\n500 no\r\n", b""),
    ],
)
def test_an_object_that_cannot_be_made_closes_the_connection(
    make: Callable[..., IMAP4 | POP3],
    account: Account,
    said: bytes,
    first: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone = Gone(said)

    def opened(account: Account, protocol: Protocol, *args: Any, **options: Any) -> Stream:
        return Stream(gone, SessionState(), str(protocol), Limits(), first)  # type: ignore[arg-type]

    monkeypatch.setattr(connection, "opened", opened)
    with pytest.raises(OpenError):
        make(account)
    assert not gone.open


def test_a_refusal_of_several_lines_is_told_whole(make_lab: Make) -> None:
    """The first line has the reason, the last one often only a link."""
    said = b"534-5.7.9 Application-specific password required. For more\r\n534 5.7.9  https://help.example\r\n"
    host = Listener(protocol="smtp", host=HOST, port=465, replies_tls={"AUTH": [Say(said)]})
    lab = make_lab(host)
    (account,) = loads(smtp(465, "implicit-tls"))
    with pytest.raises(LoginError) as error:
        connect_smtp(account, ca=lab.ca_file, connect_to=lab.connect_to)
    words = "534 5.7.9 Application-specific password required. For more https://help.example"
    assert words in str(error.value)
