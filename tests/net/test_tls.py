"""TLS through memory: what came before a broken record is not lost with it."""

import ssl
from typing import Any

import pytest

from mailkit.net.tls import TlsConnection, moment


class Records:
    """A TLS object that gives records, or raises what a broken one does."""

    def __init__(self, *records: bytes | Exception) -> None:
        self.records = [*records]
        self.asked = 0

    def pending(self) -> int:
        return bool(self.records and not isinstance(self.records[0], ssl.SSLWantReadError))

    def read(self, size: int) -> bytes:
        self.asked += 1
        one = self.records.pop(0) if self.records else ssl.SSLWantReadError()
        if isinstance(one, Exception):
            raise one
        return one


def opened(*records: bytes | Exception) -> TlsConnection:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    pipe = TlsConnection(context, "mail.example.com", lambda: b"", lambda data: None)
    fake: Any = Records(*records)
    pipe.tls = fake
    return pipe


def test_what_is_there_comes_at_once() -> None:
    assert opened(b"a", b"b", ssl.SSLWantReadError(), b"c").receive() == b"ab"


def test_what_cannot_be_there_is_not_asked_for() -> None:
    pipe = opened(b"a", b"b")
    fake: Any = pipe.tls
    assert pipe.receive() == b"ab"
    assert fake.asked == 2


def test_after_a_close_notify_the_socket_is_not_read() -> None:
    pipe = opened(b"a", ssl.SSLZeroReturnError(6, "closed"))
    fake: Any = pipe.tls
    assert pipe.receive() == b"a"
    fake.records.append(ssl.SSLZeroReturnError(6, "closed"))
    fake.pending = lambda: 0
    assert pipe.receive() == b""
    assert not pipe.ended


def test_what_came_before_a_broken_record_comes_first() -> None:
    pipe = opened(b"a", ssl.SSLError(1, "bad record"), b"b")
    assert pipe.receive() == b"a"
    for _ in range(2):
        with pytest.raises(ssl.SSLError, match="bad record"):
            pipe.receive()


@pytest.mark.parametrize("end", [b"", ssl.SSLZeroReturnError(6, "closed")])
def test_an_end_is_an_end(end: bytes | Exception) -> None:
    pipe = opened(b"a", end, end)
    assert pipe.receive() == b"a"
    assert pipe.receive() == b""


def test_the_last_line_is_sent_with_the_end_of_the_connection() -> None:
    sent: list[bytes] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    pipe = TlsConnection(context, "mail.example.com", bytes, lambda data: sent.append(bytes(data)))
    fake: Any = Records()
    fake.write = pipe._outgoing.write
    fake.unwrap = lambda: pipe._outgoing.write(b"close_notify")
    pipe.tls = fake
    pipe.send(memoryview(b"a1 NOOP\r\n"))
    pipe.send(memoryview(b"a2 LOGOUT\r\n"), at_end=True)
    assert sent == [b"a1 NOOP\r\n"]
    assert pipe.close_notify() == b"a2 LOGOUT\r\nclose_notify"


@pytest.mark.parametrize(
    "month", ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
)
def test_dates_of_certificates_are_read_as_openssl_writes_them(month: str) -> None:
    for text in (f"{month}  5 09:34:43 2018 GMT", f"{month} 28 23:59:59 2049 GMT"):
        assert moment(text).timestamp() == ssl.cert_time_to_seconds(text)
