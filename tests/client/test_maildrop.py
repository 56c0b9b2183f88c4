"""Headers of a maildrop where the server has no TOP, or refuses it."""

from typing import Any

import pytest

from mailkit.client.connection import POP3
from mailkit.client.maildrop import entries, headers, preview
from mailkit.client.stream import Limits, Stream
from mailkit.errors import RefusedError
from mailkit.flow.inbox import drop_of
from mailkit.protocol.dialogue import Send, SessionState


class Server:
    """Answers each command of a maildrop by a table; what is not in it is refused."""

    reply_timeout_s = 5.0

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers, self.said, self.commands = answers, b"", list[str]()

    def allow(self, until: float) -> None:
        """Time does not matter here."""

    def close(self) -> None:
        """Nothing is open."""

    def __call__(self, ask: Any) -> bytes:
        if isinstance(ask, Send):
            for command in bytes(ask.data).decode().splitlines():
                self.commands.append(command)
                self.said += self.answers.get(command, b"-ERR no such command\r\n")
            return b""
        said, self.said = self.said, b""
        return said


HEADER = b"Subject: one\r\nX: .\r\n\r\n"
WHOLE = b"+OK\r\n" + HEADER + b"the body\r\n..\r\nmore\r\n.\r\n"


def pop3_of(answers: dict[str, bytes]) -> tuple[POP3, Server]:
    server = Server(answers)
    stream: Any = Stream(server, SessionState(), "pop3", Limits(), b"+OK ready\r\n")  # type: ignore[arg-type]
    return POP3(stream), server


def test_a_header_comes_by_retr_where_top_is_refused() -> None:
    pop3, server = pop3_of({"TOP 1 0": b"+OK\r\n" + HEADER + b".\r\n", "RETR 2": WHOLE})
    failed: dict[int, str] = {}

    found = dict(headers(pop3, [1, 2, 3], failed))

    assert found == {1: HEADER, 2: HEADER}
    assert failed == {3: "-ERR no such command"}
    assert server.commands[0] == "CAPA"  # without PIPELINING the commands go one by one
    with pytest.raises(RefusedError, match="message 3: -ERR"):
        [*headers(pop3, [3])]


def test_commands_go_together_where_the_server_allows_it() -> None:
    tops = {f"TOP {n} 0": b"+OK\r\n" + HEADER + b".\r\n" for n in range(1, 4)}
    pop3, _ = pop3_of(tops | {"CAPA": b"+OK\r\npipelining\r\n.\r\n"})
    trips = pop3.stream.round_trips

    assert [number for number, _ in headers(pop3, [1, 2, 3])] == [1, 2, 3]
    assert pop3.stream.round_trips == trips + 2


def test_no_more_of_a_header_is_kept_than_one_may_have() -> None:
    endless = b"+OK\r\n" + b"X: y\r\n" * 100_000 + b".\r\n"
    pop3, _ = pop3_of({"RETR 1": endless})

    ((_, header),) = headers(pop3, [1])

    assert len(header) == 262_145


def test_a_channel_names_what_the_server_refuses_and_reads_the_rest() -> None:
    pop3, _ = pop3_of(
        {"UIDL": b"+OK\r\n1 a\r\n2 b\r\n.\r\n", "TOP 1 0": b"+OK\r\n" + HEADER + b".\r\n"}
    )
    inbox = drop_of(pop3)

    (first, read), (second, error) = inbox.headers(inbox.present())

    assert (first, read) == ("a", HEADER)
    assert second == "b"
    assert isinstance(error, RefusedError)


def test_what_is_there_is_listed_with_sizes_and_identities() -> None:
    pop3, _ = pop3_of(
        {"LIST": b"+OK\r\n1 120\r\n2 many\r\nodd\r\n.\r\n", "UIDL": b"+OK\r\n1 a\r\n2 a\r\n.\r\n"}
    )
    assert [(one.number, one.size, one.identity) for one in entries(pop3)] == [
        (1, 120, ""),
        (2, 0, ""),
    ]
    with pytest.raises(RefusedError, match="no such command"):
        preview(pop3, 1)


def test_lines_of_a_preview_lose_the_dot_that_was_added() -> None:
    pop3, _ = pop3_of({"TOP 1 20": b"+OK\r\n" + HEADER + b"..hidden\r\n...\r\n.\r\n"})
    assert preview(pop3, 1).get_content().replace("\r\n", "\n") == ".hidden\n..\n"


def test_a_message_without_an_identity_is_still_listed() -> None:
    pop3, _ = pop3_of(
        {"LIST": b"+OK\r\n1 10\r\n2 20\r\n.\r\n", "UIDL": b"+OK\r\n1 abc\r\n2\r\n.\r\n"}
    )
    assert [(one.number, one.identity) for one in entries(pop3)] == [(1, "abc"), (2, "")]


def test_a_header_is_a_header_where_top_gives_the_whole_message() -> None:
    pop3, _ = pop3_of({"TOP 1 0": b"+OK\r\n" + HEADER + b"body\r\nmore\r\n.\r\n"})
    assert dict(headers(pop3, [1])) == {1: HEADER}
