"""One tree of errors, one thread for a connection, and literals of exactly the announced size."""

import threading
from typing import Any

import pytest

from mailkit.client.connection import POP3
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
            assert done.wait(10)
            return b"a OK\r\n"

    stream.connection = Slow(b"")
    first = threading.Thread(target=stream.readline)
    first.start()
    assert waiting.wait(10)
    with pytest.raises(ProtocolError, match="two threads"):
        stream.sendall(b"b NOOP\r\n")
    done.set()
    first.join(10)
    assert stream.connection.sent == b""
