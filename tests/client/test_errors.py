"""One tree of errors, one thread for a connection, and literals of exactly the announced size."""

import inspect
import threading
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

import pytest

from mailkit.client.connection import IMAP4, POP3, SMTP
from mailkit.client.maildrop import listed
from mailkit.client.stream import Limits, Stream
from mailkit.errors import ClientError, ProtocolError, RefusedError
from mailkit.protocol.dialogue import Send, SessionState


class Line:
    """A connection whose server has said everything already."""

    reply_timeout_s = 5.0

    def __init__(self, said: bytes) -> None:
        self.said, self.sent, self.closed = said, b"", False

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        self.closed = True

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            self.sent += bytes(ask.data)
            return b""
        said, self.said = self.said, b""
        return said


def stream_of(said: bytes, protocol: str, first: bytes = b"") -> Any:
    return Stream(Line(said), SessionState(), protocol, Limits(), first)  # type: ignore[arg-type]


def pop3_of(said: bytes) -> POP3:
    return POP3(stream_of(said, "pop3", b"+OK ready\r\n"))


@pytest.mark.parametrize("said", [b"+OK\r\n", b"+OK seven 3\r\n", b"-ERR no\r\n", b"what\r\n", b""])
def test_whatever_stat_is_answered_is_a_client_error(said: bytes) -> None:
    with pytest.raises(ClientError):
        pop3_of(said).stat()


def test_quit_that_is_refused_is_no_error_at_the_end_of_a_block() -> None:
    with pop3_of(b"-ERR some messages not removed\r\n") as pop3:
        assert not pop3.stream.closed
    assert pop3.stream.closed


def test_long_lines_and_empty_capabilities_are_read() -> None:
    pop3 = pop3_of(b"+OK\r\n" + b"x" * 5000 + b"\r\n.\r\n+OK\r\n\r\nTOP\r\n.\r\n")
    assert pop3.retr(1)[1] == [b"x" * 5000]
    assert pop3.capa() == {"TOP": []}
    with pytest.raises(ClientError):
        pop3.retr(2)


def test_refusals_of_pop3_are_refused_errors() -> None:
    with pytest.raises(RefusedError, match="-ERR no such message"):
        pop3_of(b"-ERR no such message\r\n").dele(9)


@pytest.mark.parametrize("content", [b"abcd\r\nx9 DELETE INBOX\r\n", b"ab"])
def test_a_literal_that_is_not_as_long_as_announced_ends_the_connection(content: bytes) -> None:
    stream = stream_of(b"", "imap")
    stream.sendall(b"a APPEND x {4}\r\n")
    with pytest.raises(ProtocolError, match="changed while it was sent"):
        stream.send_literal([content])
    assert stream.closed
    assert b"DELETE" not in stream.connection.sent


def test_a_second_thread_is_refused_while_the_first_one_waits() -> None:
    stream = stream_of(b"", "imap")
    waiting, done = threading.Event(), threading.Event()

    class Slow(Line):
        def __call__(self, ask: Any) -> bytes:
            if isinstance(ask, Send):
                return super().__call__(ask)
            waiting.set()
            assert done.wait(60)
            return b"a OK\r\n"

    stream.connection = Slow(b"")
    first = threading.Thread(target=stream.readline)
    first.start()
    assert waiting.wait(60)
    with pytest.raises(ProtocolError, match="two threads"):
        stream.sendall(b"b NOOP\r\n")
    done.set()
    first.join(60)
    assert stream.connection.sent == b""


def imap_of(said: bytes) -> IMAP4:
    stream = stream_of(said, "imap", b"* PREAUTH ready\r\n")
    stream.session.renewed, stream.session.offers = True, frozenset({"IMAP4REV1"})
    return IMAP4(stream)


def smtp_of(said: bytes) -> SMTP:
    return SMTP(stream_of(b"250 hello\r\n" + said, "smtp"))


SAID = [b"", b"421 bye\r\n", b"what is this\r\n", b"550 5.1.1 no\r\n" * 9, b"334 %%%\r\n" * 9]
SAID += [b"* BYE over\r\n", b"+OK\r\n\r\n.\r\n", b"-ERR no\r\n", b"* 1 FETCH (\r\n", b"\xff\r\n"]


def calls(client: Any) -> list[str]:
    """The public methods that talk to the server."""
    local = {"set_debuglevel", "getwelcome", "socket", "close", "shutdown", "print_log", "open"}
    local |= {"connect", "read", "send", "readline", "enable", "authenticate", "auth"}
    methods = inspect.getmembers(type(client), inspect.isfunction)
    return [
        name for name, _ in methods if not name.startswith(("_", "auth_")) and name not in local
    ]


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("make", [imap_of, pop3_of, smtp_of])
def test_whatever_is_said_no_other_modules_error_comes_out(make: Any, said: bytes) -> None:
    message = EmailMessage()
    message["From"] = message["To"] = "kim@example.com"
    for name in calls(make(said)):
        client = make(said)
        method = getattr(client, name)
        needed: list[Any] = [
            message if one.name == "msg" and name == "send_message" else "1"
            for one in inspect.signature(method).parameters.values()
            if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
        ]
        with suppress(ClientError, ValueError, TypeError):  # anything else fails here
            method(*needed)


def test_recipients_that_are_all_refused_are_named() -> None:
    smtp = smtp_of(b"250 ok\r\n550 5.1.1 no such user\r\n250 reset\r\n")
    with pytest.raises(RefusedError, match=r"lee@example.com: 550 5.1.1 no such user"):
        smtp.sendmail("kim@example.com", ["lee@example.com"], b"Subject: x\r\n\r\n")


def test_a_status_line_in_lower_case_is_one_for_the_client_too() -> None:
    pop3 = pop3_of(b"+ok\r\n1 120\r\n2 80\r\n.\r\n-err no\r\n")

    assert listed(pop3, "LIST") == {1: "120", 2: "80"}
    assert listed(pop3, "UIDL", optional=True) == {}


def test_a_refusal_has_the_servers_words_and_code_whatever_imaplib_makes_of_them() -> None:
    client: Any = imap_of(b"")
    tag = client.tagpre + str(client.tagnum).encode()
    client.stream.connection.said = tag + b" bad [NOPERM] not yours\r\n"
    with pytest.raises(
        RefusedError, match=r"^the server replied BAD \[NOPERM\]: not yours"
    ) as raised:
        client.create("Work")
    assert raised.value.kind == "noperm"

    with pytest.raises(ClientError, match="illegal in state"):  # no reply of a command before it
        client.fetch("1", "FLAGS")
