"""IMAP commands beside a server that answers each in its own way: searches, quotas, groups that are refused, waiting."""

from typing import Any

import pytest

from mailkit.client.bulk_fetch import fetch_contents
from mailkit.client.connection import IMAP4
from mailkit.client.mailboxes import namespaces, quotas, subscribed
from mailkit.client.messages import mark, search
from mailkit.client.query import header, seen, subject, uids
from mailkit.client.stream import Limits, Stream
from mailkit.client.waiting import idle
from mailkit.errors import LimitError, LostError, RefusedError
from mailkit.flow.inbox import drop_of
from mailkit.protocol.dialogue import Send, SessionState

OFFERS = frozenset({"IMAP4REV1", "IDLE", "QUOTA", "NAMESPACE", "LITERAL+"})


class Server:
    """Answers a command by the first entry of a table that it begins with; anything else is BAD."""

    reply_timeout_s = 5.0

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers, self.said, self.commands = answers, b"", list[str]()

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        """Nothing is open."""

    def ready(self, seconds: float) -> bool:
        """Whether something was said while somebody waits."""
        return bool(self.said)

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            tag, _, command = bytes(ask.data).decode().rstrip("\r\n").partition(" ")
            self.commands.append(command or tag)
            found = [
                said for begin, said in self.answers.items() if (command or tag).startswith(begin)
            ]
            self.said += (found or [b"<tag> BAD no\r\n"])[0].replace(b"<tag>", tag.encode())
            return b""
        said, self.said = self.said, b""
        return said


def imap_of(answers: dict[str, bytes], offers: frozenset[str] = OFFERS) -> tuple[IMAP4, Server]:
    server, session = Server(answers), SessionState()
    session.renewed, session.offers = True, tuple(offers)
    stream: Any = Stream(server, session, "imap", Limits(), b"* PREAUTH ready\r\n")  # type: ignore[arg-type]
    return IMAP4(stream), server


def test_a_search_is_answered_by_either_response() -> None:
    imap, _ = imap_of({"UID SEARCH": b"* SEARCH 9 3 x\r\n* SEARCH\r\n<tag> OK\r\n"})
    assert search(imap, seen) == [3, 9]

    said = b'* ESEARCH (TAG "x") UID ALL 2:4,9\r\n<tag> OK\r\n'
    imap, server = imap_of({"UID SEARCH": said}, OFFERS | {"ESEARCH"})
    assert search(imap, seen) == [2, 3, 4, 9]
    assert server.commands == ["UID SEARCH RETURN (ALL) SEEN"]


def test_a_range_of_more_messages_than_a_folder_has_ends_the_connection() -> None:
    said = b'* ESEARCH (TAG "x") UID ALL 1:4294967295\r\n<tag> OK\r\n'
    imap, _ = imap_of({"UID SEARCH": said}, OFFERS | {"ESEARCH"})
    with pytest.raises(LimitError):
        search(imap, seen)
    assert imap.stream.closed


def test_a_search_too_long_for_a_line_is_asked_for_in_several() -> None:
    imap, server = imap_of({"UID SEARCH": b"* SEARCH 1 5\r\n<tag> OK\r\n"})
    many = uids(range(1, 20_000, 2))

    assert search(imap, ~many & seen) == []
    assert search(imap, many | seen) == [1, 5]
    assert len(server.commands) > 4
    assert max(map(len, server.commands)) < 10_000


def test_words_beyond_ascii_name_their_character_set() -> None:
    imap, server = imap_of({"UID SEARCH": b"* SEARCH 1\r\n<tag> OK\r\n"})
    search(imap, header("X", "y") & subject("Grüße"))
    assert server.commands[0].startswith("UID SEARCH CHARSET UTF-8 HEADER")


def test_what_a_server_does_not_tell_is_the_usual() -> None:
    imap, _ = imap_of({}, frozenset({"IMAP4REV1"}))
    assert quotas(imap) == []
    assert [(one.kind, one.prefix, one.delimiter) for one in namespaces(imap)] == [
        ("personal", "", "/")
    ]

    imap, _ = imap_of(
        {
            "GETQUOTAROOT": b"<tag> NO not you\r\n",
            "NAMESPACE": b'* NAMESPACE (("INBOX." ".")) NIL (("a" "/" "x")("b"))\r\n<tag> OK\r\n',
            "LSUB": b'* LSUB () "/" INBOX\r\n* LSUB ()\r\n<tag> OK\r\n',
        }
    )
    assert quotas(imap) == []
    assert [(one.kind, one.prefix) for one in namespaces(imap)] == [
        ("personal", "INBOX."),
        ("shared", "a"),
    ]
    assert subscribed(imap) == ["INBOX"]


def test_a_quota_with_amounts_that_are_none_is_left_out() -> None:
    said = b"* QUOTA root (STORAGE 5 10 MESSAGE x 7 storage 1)\r\n<tag> OK\r\n"
    imap, _ = imap_of({"GETQUOTAROOT": said})
    (quota,) = quotas(imap)
    assert (quota.root, quota.resource, quota.used, quota.limit) == ("root", "STORAGE", 5, 10)


def test_a_channel_asks_one_by_one_where_a_group_is_refused() -> None:
    row = b"* 1 FETCH (UID 1 BODY[HEADER] {5}\r\na: b\n)\r\n<tag> OK\r\n"
    imap, server = imap_of(
        {
            "EXAMINE": b"* OK [UIDVALIDITY 7] v\r\n<tag> OK [READ-ONLY] x\r\n",
            "UID SEARCH": b"* SEARCH 1 2\r\n<tag> OK\r\n",
            "UID FETCH 1 (": row,
            "UID FETCH 1 ": row,
        }
    )
    inbox = drop_of(imap)

    (first, read), (second, error) = inbox.headers(inbox.present())

    assert (first, read) == ("7:1", b"a: b\n")
    assert second == "7:2"
    assert isinstance(error, RefusedError)
    assert [one.split()[2] for one in server.commands if "FETCH" in one] == ["1:2", "1", "2"]


def test_waiting_ends_with_news_with_the_time_or_with_the_session() -> None:
    with pytest.raises(RefusedError, match="no IDLE"):
        idle(imap_of({}, frozenset({"IMAP4REV1"}))[0])
    with pytest.raises(RefusedError, match="^NO not now"):
        idle(imap_of({"IDLE": b"* 2 EXISTS\r\nMI NO not now\r\n"})[0])

    done = {"DONE": b"* 4 EXPUNGE\r\nMI OK\r\n"}
    imap, _ = imap_of({"IDLE": b"+ go on\r\n* 3 EXISTS\r\n"} | done)
    assert idle(imap) == [(3, "EXISTS"), (4, "EXPUNGE")]
    imap, server = imap_of({"IDLE": b"+ go on\r\n", "DONE": b"MI OK\r\n"})
    assert idle(imap, 0) == []
    assert server.commands == ["IDLE", "DONE"]

    imap, _ = imap_of({"IDLE": b"+ go on\r\n* BYE for maintenance\r\n"})
    with pytest.raises(LostError, match="for maintenance"):
        idle(imap)


@pytest.mark.parametrize(
    ("said", "events"),
    [
        (b"* 365 FETCH (FLAGS (\\Flagged \\Seen))\r\n", [(365, "FETCH")]),
        (b"* OK Still here\r\n* 366 EXISTS\r\n", [(366, "EXISTS")]),
        (b"* 3 EXPUNGE\r\n", [(3, "EXPUNGE")]),
    ],
)
def test_news_in_idle_wake_up(said: bytes, events: list[tuple[int, str]]) -> None:
    imap, server = imap_of({"IDLE": b"+ idling\r\n" + said, "DONE": b"MI OK done\r\n"})
    assert idle(imap, 2) == events
    assert server.commands == ["IDLE", "DONE"]


_HERE = b'* 1 FETCH (UID 1 FLAGS () INTERNALDATE "05-Nov-2026 18:00:00 +0100" BODY[] {2}\r\nhi)\r\n'


@pytest.mark.parametrize(
    ("listed", "alone", "named"),
    [
        (b"* SEARCH 2\r\n<tag> OK\r\n", b"<tag> OK\r\n", {2: "nothing, although it lists it"}),
        (b"* SEARCH 2\r\n<tag> OK\r\n", _HERE.replace(b"1", b"2", 2) + b"<tag> OK\r\n", {}),
        (b"* SEARCH\r\n<tag> OK\r\n", b"<tag> BAD not asked\r\n", {}),
    ],
    ids=["never", "alone", "expunged meanwhile"],
)
def test_a_message_that_a_server_leaves_out_is_asked_for_alone_and_named(
    listed: bytes, alone: bytes, named: dict[int, str]
) -> None:
    group, single = "UID FETCH 1:2 ", "UID FETCH 2 "
    imap, server = imap_of(
        {group: _HERE + b"<tag> OK\r\n", single: alone, "UID SEARCH UID 2": listed}
    )
    failed: dict[int, str] = {}
    came = [one.uid for one in fetch_contents(imap, [1, 2], failed.__setitem__)]
    assert (came, failed) == ([1, 2] if b"FETCH" in alone else [1], named)
    assert sum(command.startswith(single) for command in server.commands) == (b"2" in listed)


@pytest.mark.parametrize("row", [b"", b"* 2 FETCH (UID 2 BODY[HEADER] NIL)\r\n"])
def test_a_header_that_a_server_leaves_out_is_named_by_a_channel(row: bytes) -> None:
    first = b"* 1 FETCH (UID 1 BODY[HEADER] {4}\r\na:b\n)\r\n"
    imap, _ = imap_of(
        {
            "EXAMINE": b"* OK [UIDVALIDITY 7] v\r\n<tag> OK [READ-ONLY] x\r\n",
            "UID FETCH 1:2 ": first + row + b"<tag> OK\r\n",
            "UID FETCH 2 ": row + b"<tag> OK\r\n",
            "UID SEARCH UID": b"* SEARCH 1 2\r\n<tag> OK\r\n",
        }
    )
    found = dict(drop_of(imap).headers(["7:1", "7:2"]))
    assert found["7:1"] == b"a:b\n"
    assert isinstance(found["7:2"], RefusedError)


def test_flags_that_another_client_set_are_news_with_any_command() -> None:
    flags = b"* 1 FETCH (FLAGS (\\Seen) UID 7 MODSEQ (12))\r\n"
    imap, _ = imap_of(
        {
            "NOOP": flags + b"* 4 EXISTS\r\n<tag> OK done\r\n",
            "UID STORE": flags + b"<tag> OK done\r\n",
            "UID SEARCH": b"* SEARCH 7\r\n" + flags + b"<tag> OK done\r\n",
            "SELECT": flags + b"<tag> OK done\r\n",
        }
    )
    imap.noop()
    assert idle(imap, 5) == [(1, "FETCH"), (4, "EXISTS")]
    mark(imap, 7, "Seen")
    search(imap, seen)
    assert idle(imap, 5) == [(1, "FETCH")]
