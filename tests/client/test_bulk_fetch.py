"""Whole messages with several FETCH under way: none is lost among the answers, and nothing comes between."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailkit.client.bulk_fetch import fetch_contents
from mailkit.client.stream import Stream
from mailkit.errors import ClientError, LimitError, LostError, ProtocolError, RefusedError
from mailkit.net.limits import Limits
from mailkit.protocol.dialogue import Send, SessionState


class Line:
    """A channel whose server has said everything already."""

    reply_timeout_s = 5.0

    def __init__(self, said: bytes, size: int) -> None:
        self.said, self.size, self.sent, self.closed = said, size, b"", False

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        self.closed = True

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            self.sent += ask.data
            return b""
        piece, self.said = self.said[: self.size], self.said[self.size :]
        return piece


def opened(said: bytes, size: int = 10_000, limits: Limits | None = None) -> Any:
    line = Line(said, size)
    stream = Stream(line, SessionState(), "imap", limits or Limits(), b"")  # type: ignore[arg-type]
    return SimpleNamespace(stream=stream, transcript=(), line=line, offers=frozenset())


def message(number: int, before: bytes = b"", after: bytes = b"") -> bytes:
    items = before or b'UID %d FLAGS (\\Seen) INTERNALDATE "05-Nov-2026 18:00:00 +0100"' % number
    return b"* %d FETCH (%b BODY[] {2}\r\n%02d%b)\r\n" % (number, items, number, after)


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_server_that_answers_two_commands_at_once_loses_nothing(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages of the next batch come among those of this one, and its command may end first."""
    monkeypatch.setattr("mailkit.client.bulk_fetch._BATCH", 2)
    rows = {n: message(n) for n in range(1, 6)}
    said = [rows[3], rows[1], rows[4], b"D2 OK done\r\n", rows[2], b"D1 OK done\r\n", rows[5]]
    imap = opened(b"".join([*said, b"* 6 EXISTS\r\nD3 OK done\r\n"]), size)

    found = [*fetch_contents(imap, range(1, 6))]

    assert [(one.uid, one.content) for one in found] == [(n, b"%02d" % n) for n in (3, 1, 4, 2, 5)]
    assert {one.flags for one in found} == {frozenset({"\\Seen"})}
    assert {str(one.date) for one in found} == {"2026-11-05 18:00:00+01:00"}
    assert imap.line.sent.count(b"\r\n") == 3
    assert not imap.line.closed


@pytest.mark.parametrize(
    "said",
    [
        message(7, b"FLAGS (\\Seen) MODSEQ (9)", b" UID 7"),
        message(7, b"UID 7 X {3}\r\n\r\n)"),
        message(7, b"UID 7 FLAGS ({5}\r\n\\Seen)"),
        message(7, b"UID 7").replace(b"BODY[] {", b"body[] ~{").replace(b"\r\n", b"\n"),
        b"* 1 FETCH (BODY[] NIL UID 7)\r\n" + message(7),
        b'* 1 FETCH (UID 7 BODY[] "07")\r\n',
        b'* 1 FETCH (FLAGS ({5}\r\n\\Seen) body[] "07" UID 7)\r\n',
    ],
)
def test_what_stands_in_another_order_is_understood(said: bytes) -> None:
    (one,) = fetch_contents(opened(said + b"D1 OK\r\n"), [7])
    assert (one.uid, one.content) == (7, b"07")


def test_what_nobody_asked_for_is_passed_over() -> None:
    said = message(1) + message(9) + message(1) + b"* 1 FETCH (FLAGS ())\r\nD1 OK\r\n"
    assert [one.uid for one in fetch_contents(opened(said), [1])] == [1]
    assert [*fetch_contents(opened(b""), [])] == []


def test_the_usual_lines_count_towards_the_limit() -> None:
    said = b"".join(message(n) for n in range(1, 9)) + b"D1 OK\r\n"
    with pytest.raises(LimitError, match="more than 5 lines"):
        [*fetch_contents(opened(said, limits=Limits(lines=5)), range(1, 9))]


def test_a_message_is_passed_on_without_a_copy() -> None:
    imap = opened(b"* 1 FETCH (UID 1 BODY[] {5}\r\n12345)\r\n", 32)
    stream = imap.stream
    assert stream.readline().endswith(b"{5}\r\n")
    for piece, expected in zip(stream.pieces(5), (b"123", b"45"), strict=True):
        assert piece.obj is stream.buffer
        assert piece == expected


def test_no_other_command_goes_between_the_answers() -> None:
    imap = opened(message(1) + message(2) + b"D1 OK\r\n")
    coming = fetch_contents(imap, [1, 2])
    next(coming)

    with pytest.raises(ProtocolError, match="still coming"):
        imap.stream.sendall(b"M1 NOOP\r\n")

    assert [one.uid for one in coming] == [2]
    assert b"NOOP" not in imap.line.sent
    imap.stream.sendall(b"M1 NOOP\r\n")
    assert imap.line.sent.endswith(b"M1 NOOP\r\n")


def test_a_connection_whose_answers_nobody_waits_for_is_closed() -> None:
    imap = opened(message(1) + message(2) + b"D1 OK\r\n")
    coming = fetch_contents(imap, [1, 2])
    next(coming)
    coming.close()  # type: ignore[attr-defined]
    assert imap.line.closed
    with pytest.raises(LostError):
        imap.stream.sendall(b"M1 NOOP\r\n")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (message(1), LostError),
        (b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n", LimitError),
    ],
)
def test_what_goes_wrong_has_a_name(said: bytes, error: type[Exception]) -> None:
    imap = opened(said, limits=Limits(literal=1000))
    with pytest.raises(error):
        [*fetch_contents(imap, [1, 2])]
    assert imap.line.closed


def test_a_server_that_is_overloaded_is_asked_for_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is under way is read to its end, so that the connection can still be used."""
    monkeypatch.setattr("mailkit.client.bulk_fetch._BATCH", 1)
    said = [message(1), b"D1 OK\r\nD2 NO [THROTTLED] later\r\n", message(3), b"D3 OK\r\n"]
    imap = opened(b"".join([*said, *(b"D%d NO [THROTTLED] later\r\n" % n for n in range(4, 8))]))
    found: list[int] = []
    with pytest.raises(RefusedError, match="later") as refused:
        found += (one.uid for one in fetch_contents(imap, range(1, 10)))
    assert refused.value.kind == "throttled"
    assert imap.line.sent.count(b"\r\n") == 7
    assert not imap.line.closed


def test_a_message_that_is_unavailable_costs_no_other() -> None:
    said = [b"D1 NO [UNAVAILABLE] try again later\r\n", message(1), b"D2 OK\r\n"]
    said += [b"D3 NO [UNAVAILABLE] try again later\r\n", message(3), b"D4 OK\r\n"]
    failed: dict[int, str] = {}
    imap = opened(b"".join(said))
    assert [one.uid for one in fetch_contents(imap, [1, 2, 3], failed.__setitem__)] == [1, 3]
    assert failed == {2: "NO [UNAVAILABLE] try again later"}


def test_a_storage_that_is_unavailable_is_asked_three_times() -> None:
    imap = opened(b"".join(b"D%d NO [UNAVAILABLE] away\r\n" % n for n in range(1, 9)))
    with pytest.raises(RefusedError, match="away"):
        [*fetch_contents(imap, range(1, 100), lambda uid, words: None)]
    assert imap.line.sent.count(b"\r\n") == 8  # the group, two alone, and those under way


WORDS = (
    *(b"* 1 FETCH (", b"UID 1 ", b"FLAGS (", b"\\Seen", b") ", b"BODY[] ", b"{3}\r\n", b"{9"),
    *(b'"x" ', b")\r\n", b"\r\n", b"D1 OK\r\n", b"D1 NO\r\n", b"INTERNALDATE ", b'"1-Jan-2026"'),
    *(b"\0\xff", b"~"),
)
SOUP = st.lists(st.sampled_from(WORDS), max_size=30).map(b"".join)


@given(said=SOUP, size=st.integers(1, 20))
def test_whatever_a_server_says_ends_with_messages_or_an_error(said: bytes, size: int) -> None:
    imap = opened(said, size)
    try:
        assert {one.uid for one in fetch_contents(imap, [1])} <= {1}
    except RefusedError:
        pass  # the answer to it has come, and the connection can be used
    except ClientError:
        assert imap.line.closed


LINES = st.lists(
    st.sampled_from([b"", b".", b"..", b".x", b"x.", b"\r", b"\n.", b"text"]), max_size=12
)


@given(lines=LINES, rest=st.sampled_from([b"", b"+OK\r\n", b".\r\n"]), size=st.integers(1, 30))
def test_a_text_with_dots_comes_as_it_was_sent(lines: list[bytes], rest: bytes, size: int) -> None:
    text = b"".join(one + b"\r\n" for one in lines)
    sent = b"".join((b"." if one.startswith(b".") else b"") + one + b"\r\n" for one in lines)
    stream = opened(sent + b".\r\n" + rest, size).stream
    assert b"".join(stream.dotted()) == text
    assert not rest or stream.read(len(rest)) == rest


@given(said=st.lists(st.sampled_from([b"\r", b"\n", b".", b"x"]), max_size=30).map(b"".join))
def test_a_text_that_does_not_end_is_an_error(said: bytes) -> None:
    stream = opened(said, 3).stream
    ends = said.startswith(b".\r\n") or b"\r\n.\r\n" in said
    with nullcontext() if ends else pytest.raises(LostError):
        [*stream.dotted()]


def test_messages_that_cannot_be_returned_cost_no_other() -> None:
    """A refused batch and a message without content are asked for again one by one, and named."""
    said = [message(1), b"* 2 FETCH (UID 2 BODY[] NIL)\r\n", b"D1 NO [SERVERBUG] some failed\r\n"]
    said += [
        b"* 2 FETCH (UID 2 BODY[] NIL)\r\nD2 OK\r\n",
        message(3),
        b"D3 OK\r\nD4 NO no such\r\n",
    ]
    failed: dict[int, str] = {}
    imap = opened(b"".join(said))

    found = [*fetch_contents(imap, [1, 2, 3, 4], failed.__setitem__)]

    assert [row.uid for row in found] == [1, 3]
    assert failed == {2: "no content", 4: "NO no such"}


def test_messages_that_cannot_be_returned_raise_after_the_others_have_come() -> None:
    said = [message(1), b"D1 NO some failed\r\n", b"D2 NO broken\r\n"]
    coming = fetch_contents(opened(b"".join(said)), [1, 2])

    assert next(coming).uid == 1
    with pytest.raises(RefusedError, match="messages 2: NO broken"):
        next(coming)
