"""Each kind of reply has its own bounds: in octets, lines and time."""

from dataclasses import replace
from typing import Any

import pytest

from mailkit.client import stream as module
from mailkit.client.command_guard import CommandGuard
from mailkit.client.commands import ImapString, ask
from mailkit.client.stream import Stream
from mailkit.client.waiting import idle
from mailkit.errors import LimitError, LostError, ProtocolError, RefusedError
from mailkit.net import limits
from mailkit.net.limits import CONTENT, LISTING, STATUS, Limits, kind_of, literal_limit
from mailkit.observation import StopReason
from mailkit.protocol.dialogue import Send, SessionState, Stopped


class Line:
    """A connection with a clock of its own: it repeats a block, each time after some seconds."""

    reply_timeout_s = 1.0

    def __init__(self, said: bytes, block: bytes = b"", after_s: float = 0.0) -> None:
        self.said, self.block, self.after_s = said, block, after_s
        self.now = self.until = 0.0
        self.received, self.sent, self.chunk = 0, b"", 0

    def clock(self) -> float:
        return self.now

    def allow(self, until: float) -> None:
        self.until = until

    def close(self) -> None:
        """Nothing is open."""

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            self.sent += bytes(ask.data)
            return b""
        self.now += self.after_s
        if self.now > self.until:
            raise Stopped(StopReason.DRIP)
        data, self.said = self.said or self.block, b""
        self.received += len(data)
        assert self.received < 100_000_000, "it reads without a limit"
        return data


class Client:
    """As much of an IMAP client as ``ask`` looks at."""

    transcript = ()
    offers = frozenset({"LITERAL+", "IDLE"})

    def __init__(self, stream: Stream) -> None:
        self.stream = stream


def opened(
    monkeypatch: pytest.MonkeyPatch, protocol: str, line: Line, session: SessionState | None = None
) -> Any:
    monkeypatch.setattr(module, "monotonic", line.clock)
    return Stream(line, session or SessionState(), protocol, Limits(), b"")  # type: ignore[arg-type]


REPLIES = [
    ("smtp", b"NOOP\r\n", b"250-and more\r\n", 100_000),
    ("smtp", b"NOOP\r\n", b"x" * 4096, 100_000),
    ("imap", b"a NOOP\r\n", (b"* OK" + b" and more" * 100 + b"\r\n") * 50, 9_000_000),
    ("imap", b"a CAPABILITY\r\n", b"x" * 65_536, 1_200_000),
    ("imap", b'a LIST "" *\r\n', (b'* LIST () "/" ' + b"x" * 4096 + b"\r\n") * 50, 70_000_000),
    ("imap", b"a UID SEARCH ALL\r\n", b"1 2 " * 65_536, 18_000_000),
    (
        "imap",
        b"a FETCH 1 (FLAGS)\r\n",
        b"* 1 FETCH (FLAGS (%b))\r\n" % (b"x " * 20_000),
        70_000_000,
    ),
    ("pop3", b"STAT\r\n", b"x" * 65_536, 1_200_000),
    ("imap", b"a NOOP\r\n", b"* OK " + b"x" * 900_000 + b"\r\n", 10_000_000),
]


@pytest.mark.parametrize(("protocol", "command", "block", "most"), REPLIES)
def test_no_reply_without_an_end_is_kept(
    protocol: str, command: bytes, block: bytes, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(b"", block)
    stream = opened(monkeypatch, protocol, line)
    stream.sendall(command)
    with pytest.raises(LimitError):
        while True:
            stream.readline()
    assert line.received < most


LINES = [
    ("STATUS", b"a NOOP\r\n", b"* OK and more\r\n", 200_000),
    ("LISTING", b'a LIST "" *\r\n', b'* LIST () "/" x\r\n', 1_000_000),
    ("LISTING", b"a FETCH 1 (FLAGS)\r\n", b"* 1 FETCH (FLAGS ())\r\n", 1_000_000),
]


@pytest.mark.parametrize(("name", "command", "row", "most"), LINES)
def test_no_reply_of_short_lines_without_an_end_is_kept(
    name: str, command: bytes, row: bytes, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = getattr(limits, name)
    assert kind.lines == most
    monkeypatch.setattr(limits, name, replace(kind, lines=1000))  # so that it takes no time
    line = Line(b"", row * 100)
    stream = opened(monkeypatch, "imap", line)
    stream.sendall(command)
    with pytest.raises(LimitError, match="more than 1,000 lines"):
        while True:
            stream.readline()
    assert line.received < 1200 * len(row)


@pytest.mark.parametrize(
    ("command", "most"),
    [(b"CAPA\r\n", 2_000_000), (b"TOP 1 0\r\n", 4_000_000), (b"UIDL\r\n", 80_000_000)],
)
def test_no_text_but_a_message_is_kept_without_an_end(
    command: bytes, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(b"+OK\r\n", b"X: y\r\n" * 20_000)
    stream = opened(monkeypatch, "pop3", line)
    stream.sendall(command)
    stream.readline()
    with pytest.raises(LimitError):
        for _ in stream.dotted():
            pass
    assert line.received < most


class Talkative(Line):
    """A connection on which there is always something to read."""

    def ready(self, seconds: float) -> bool:
        return True


@pytest.mark.parametrize("block", [b"* OK x\r\n" * 1000, (b"* OK " + b"x" * 900 + b"\r\n") * 100])
def test_what_comes_in_one_idle_is_limited(block: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = opened(monkeypatch, "imap", Talkative(b"+ idling\r\n", block))
    with pytest.raises(LimitError):
        idle(Client(stream), 100_000)  # type: ignore[arg-type]
    assert stream.closed


def test_a_heartbeat_during_an_idle_is_within_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    said = b"+ idling\r\n" + b"* OK Still here\r\n" * 5000 + b"* 3 EXISTS\r\nMI OK done\r\n"
    stream = opened(monkeypatch, "imap", Talkative(said))
    assert idle(Client(stream), 100_000) == [(3, "EXISTS")]  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
def test_a_reply_cannot_drip_without_an_end(protocol: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(b"", b"250-" + b"x" * 2044, after_s=0.9)  # faster than Limits.rate
    stream = opened(monkeypatch, protocol, line)
    stream.sendall(b"a NOOP\r\n" if protocol == "imap" else b"NOOP\r\n")
    with pytest.raises(LostError):
        stream.readline()
    assert line.now < 4


def test_a_message_may_come_as_slowly_as_its_size_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(b"* 1 FETCH (BODY[] {1000000}\r\n", b"x" * 2048, after_s=0.4)
    stream = opened(monkeypatch, "imap", line)
    stream.sendall(b"a UID FETCH 1 (BODY.PEEK[])\r\n")
    stream.readline()
    assert len(stream.read(1_000_000)) == 1_000_000


def test_a_search_may_find_half_a_million_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    found = b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(4_000_000_000, 4_000_500_000))
    stream = opened(monkeypatch, "imap", Line(found + b"\r\n", b""))
    client: Any = Client(stream)
    line = stream.connection
    tag = None

    def answer(request: Any) -> bytes:
        nonlocal tag
        if isinstance(request, Send):
            tag = bytes(request.data).split()[0]
            return b""
        said, line.said = line.said or tag + b" OK done\r\n", b""
        return said

    stream.connection = type(
        "Answering",
        (),
        {"__call__": lambda self, ask: answer(ask), "allow": line.allow, "reply_timeout_s": 1.0},
    )()
    (row,) = ask(client, "UID SEARCH", "ALL").named(b"SEARCH")
    assert len(row) == 500_000


def test_a_literal_in_a_header_is_smaller_than_one_of_a_message() -> None:
    whole = Limits()
    for line in (
        b"* 1 FETCH (BODY[HEADER] ",
        b"* 1 FETCH (BODY[1.MIME] ",
        b"* LIST () NIL ",
        b'(ENVELOPE ("x" ',
    ):
        assert literal_limit(line, whole) <= 1_048_576
    for line in (
        b"* 1 FETCH (BODY[] ",
        b"(body[1.2]<0> ",
        b"(BINARY[1] ~",
        b"(RFC822 ",
        b"(BODY[TEXT] ",
    ):
        assert literal_limit(line, whole) == whole.literal
    assert literal_limit(b"(BODY[HEADER] ", Limits(literal=1000)) == 1000


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (b"a UID FETCH 1 (UID BODY.PEEK[])", CONTENT),
        (b"a fetch 1 rfc822", CONTENT),
        (b"a FETCH 1 (RFC822.SIZE BODYSTRUCTURE)", LISTING),
        (b"a uid search all", LISTING),
        (b"a NOOP", STATUS),
        (b"", STATUS),
    ],
)
def test_the_command_says_what_kind_of_reply_comes(command: bytes, kind: object) -> None:
    assert kind_of("imap", command) is kind


@pytest.mark.parametrize(
    "pieces", [[b"12345", b"67890"], [b"1234567", b"A DELETE INBOX\r\n"], [b"123"]]
)
def test_a_literal_is_as_long_as_it_was_announced(
    pieces: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(b"")
    stream = opened(monkeypatch, "imap", line)
    stream.sendall(b"a APPEND x {7+}\r\n")
    with pytest.raises(ProtocolError):
        stream.send_literal(pieces)
    assert stream.closed
    assert b"DELETE" not in line.sent


def test_after_a_refused_literal_commands_are_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = opened(monkeypatch, "imap", Line(b"a NO no room\r\n"))
    stream.sendall(b"a APPEND x {70}\r\n")
    stream.readline()
    with pytest.raises(ProtocolError):
        stream.sendall(b"b NOOP\r\nc DELETE x\r\n")


@pytest.mark.parametrize("protocol", ["smtp", "pop3"])
def test_a_refusal_after_the_login_holds_no_secret(
    protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SessionState()
    session.hide("opensesame")
    start = b"550 " if protocol == "smtp" else b"-ERR "
    stream = opened(monkeypatch, protocol, Line(start + b"no OpenSesame\r\n"), session)
    stream.sendall(b"NOOP\r\n")
    assert stream.readline() == start + b"no ***\r\n"


def test_a_refused_command_names_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    session = SessionState()
    session.hide("opensesame")
    line = Line(b"")
    stream = opened(monkeypatch, "imap", line, session)
    client: Any = Client(stream)
    send = stream.sendall

    def sendall(data: bytes) -> None:
        send(data)
        line.said = data.split()[0] + b" NO [ALERT] OPENSESAME is wrong\r\n"

    monkeypatch.setattr(stream, "sendall", sendall)
    with pytest.raises(RefusedError) as error:
        ask(client, "NOOP")
    assert "opensesame" not in str(error.value).lower()


SAID = [
    ("smtp", b"NOOP", b"250 2.0.0 hello OpenSesame\r\n", b"250 2.0.0 hello ***\r\n"),
    ("smtp", b"NOOP", b"250-first opensesame\r\n", b"250-first ***\r\n"),
    ("smtp", b"RCPT TO:<a@b>", b"251 see b3BlbnNlc2FtZQ==\r\n", b"251 see Kioq\r\n"),
    ("smtp", b"EHLO x", b"250-OPENSESAME yes\r\n", b"250-OPENSESAME yes\r\n"),
    ("pop3", b"NOOP", b"+OK opensesame\r\n", b"+OK ***\r\n"),
    ("pop3", b"DELE 1", b"-ERR opensesame\r\n", b"-ERR ***\r\n"),
    ("pop3", b"STAT", b"+OK 2 320\r\n", b"+OK 2 320\r\n"),
    ("imap", b"a NOOP", b"a OK done opensesame\r\n", b"a OK done ***\r\n"),
    ("imap", b"a NOOP", b"a NO [ALERT] opensesame\r\n", b"a NO [ALERT] ***\r\n"),
    ("imap", b"a NOOP", b"* BYE opensesame\r\n", b"* BYE ***\r\n"),
    (
        *("imap", b"a NOOP"),
        b"* OK [REFERRAL imap://opensesame@x/] x\r\n",
        b"* OK [REFERRAL imap://***@x/] x\r\n",
    ),
    (
        "imap",
        b"a NOOP",
        b"* OK [CAPABILITY OPENSESAME] x\r\n",
        b"* OK [CAPABILITY OPENSESAME] x\r\n",
    ),
    ("imap", b"a NOOP", b"* 1 FETCH (X opensesame)\r\n", b"* 1 FETCH (X opensesame)\r\n"),
    ("imap", b"a NOOP", b"* LIST () / opensesame\r\n", b"* LIST () / opensesame\r\n"),
]


@pytest.mark.parametrize(("protocol", "command", "said", "read"), SAID)
def test_the_words_of_a_status_reply_hold_no_secret_and_its_data_stay(
    protocol: str, command: bytes, said: bytes, read: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SessionState()
    session.hide("opensesame", "320", "UIDVALIDITY")
    stream = opened(monkeypatch, protocol, Line(said), session)
    stream.sendall(command + b"\r\n")
    assert stream.readline() == read
    assert not any("opensesame" in line.lower() for line in stream.transcript if "C: " not in line)


def test_a_line_of_a_message_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    session = SessionState()
    session.hide("opensesame")
    stream = opened(
        monkeypatch, "pop3", Line(b"+OK opensesame\r\n+OK opensesame\r\n.\r\n"), session
    )
    stream.sendall(b"RETR 1\r\n")
    assert [stream.readline() for _ in range(2)] == [b"+OK ***\r\n", b"+OK opensesame\r\n"]


@pytest.mark.parametrize(
    "early",
    [
        b"%b OK [APPENDUID 1 7] done\r\n",
        b"%b NO full\r\n",
        b"+ go\r\n%b OK [APPENDUID 1 7] done\r\n",
        b"+ go\r\n* 5 EXISTS\r\n%b OK [APPENDUID 1 7] done\r\n",
    ],
)
def test_a_literal_that_was_never_asked_for_was_not_stored(
    early: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(opened(monkeypatch, "imap", line := Line(b"")))
    client.offers = frozenset()

    class Answering(Line):
        def __call__(self, ask: Any) -> bytes:
            if isinstance(ask, Send):
                self.said = early % bytes(ask.data).split(b" ")[0]
            return Line.__call__(self, ask)

    line.__class__ = Answering
    with pytest.raises((ProtocolError, RefusedError)):
        ask(client, "APPEND", "INBOX", ImapString(b"Subject: x\r\n"))  # type: ignore[arg-type]
    assert b"Subject" not in line.sent


def test_a_guard_admits_the_announced_octets_and_no_more() -> None:
    guard = CommandGuard("imap")
    assert guard.admit(b"a APPEND INBOX {5}\r\n") == ""
    assert "more octets" in guard.admit(b"hello\r\nx DELETE INBOX\r\n")
    assert guard.admit(b"hel") == ""
    assert guard.awaits
    assert guard.admit(b"lo\r\n") == ""
    assert not guard.awaits
    assert "a line break" in guard.admit(b"x NOOP\r\ny DELETE INBOX\r\n")


def test_a_guard_expects_no_literal_that_the_server_rejects() -> None:
    guard = CommandGuard("imap")
    guard.admit(b"a APPEND INBOX {5}\r\n")
    guard.heard(b"* 1 EXISTS\r\n")
    assert guard.awaits
    guard.heard(b"a NO [TOOBIG] no\r\n")
    assert not guard.awaits
    assert guard.admit(b"a NOOP\r\n") == ""
