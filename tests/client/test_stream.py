"""A slow way up: what takes long to send is not given up, and what never comes is."""

from typing import Any

import pytest

from mailkit.client import stream as module
from mailkit.client.stream import Stream
from mailkit.errors import LostError
from mailkit.net.limits import Limits
from mailkit.observation import StopReason
from mailkit.protocol.dialogue import Send, SessionState, Stopped

BIG = b"x" * 3_000_000
STEP_S = 30.0


class SlowLine:
    """A channel with a clock of its own: 64 KiB take 20 seconds, and the answer comes some time after the last of them."""

    reply_timeout_s = STEP_S

    def __init__(self, said: bytes, after_s: float) -> None:
        self.now, self.until, self.said, self.after_s = 0.0, 0.0, said, after_s
        self.sent = 0

    def clock(self) -> float:
        return self.now

    def allow(self, until: float) -> None:
        self.until = until

    def close(self) -> None:
        """Nothing is open."""

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            took = len(ask.data) / 65_536 * 20
            if took > STEP_S:
                raise Stopped(StopReason.CLOSED, "timed out")
            self.now += took
            self.sent += len(ask.data)
            return b""
        if self.now + self.after_s > self.until:
            raise Stopped(StopReason.SILENT)
        self.now += self.after_s
        self.after_s = 0.0
        return self.said


def opened(
    monkeypatch: pytest.MonkeyPatch, protocol: str, said: bytes, after_s: float
) -> tuple[Any, SlowLine]:
    line = SlowLine(said, after_s)
    monkeypatch.setattr(module, "monotonic", line.clock)
    return Stream(line, SessionState(), protocol, Limits(), b""), line  # type: ignore[arg-type]


def body(stream: Any) -> None:
    stream.send_body(BIG)


def body_by_smtplib(stream: Any) -> None:
    stream.sendall(b"DATA\r\n")
    stream.buffer += b"354 go on\r\n"
    assert stream.readline() == b"354 go on\r\n"
    stream.sendall(BIG)


def literal(stream: Any) -> None:
    stream.sendall(b"a APPEND x {%d}\r\n" % len(BIG))
    stream.send_literal(BIG[at : at + 60_000] for at in range(0, len(BIG), 60_000))
    stream.sendall(b"\r\n")


def literal_by_imaplib(stream: Any) -> None:
    stream.sendall(b"a APPEND x {%d}\r\n" % len(BIG))
    stream.sendall(BIG)
    stream.sendall(b"\r\n")


WAYS = [
    (body, "smtp"),
    (body_by_smtplib, "smtp"),
    (literal, "imap"),
    (literal_by_imaplib, "imap"),
]


@pytest.mark.parametrize(("send", "protocol"), WAYS)
def test_a_large_message_may_take_long_to_go(
    send: Any, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, line = opened(monkeypatch, protocol, b"a OK\r\n", 150)
    send(stream)
    assert stream.readline() == b"a OK\r\n"
    assert line.sent >= len(BIG)
    assert line.now > 900


@pytest.mark.parametrize(("send", "protocol"), WAYS)
def test_an_answer_that_never_comes_is_given_up(
    send: Any, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, _ = opened(monkeypatch, protocol, b"a OK\r\n", 300)
    send(stream)
    with pytest.raises(LostError):
        stream.readline()


def test_a_short_one_has_the_time_of_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, _ = opened(monkeypatch, "smtp", b"250 ok\r\n", STEP_S + 1)
    stream.send_body(b"short\r\n.\r\n")
    with pytest.raises(LostError):
        stream.readline()
