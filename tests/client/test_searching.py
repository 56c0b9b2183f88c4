"""Searches with more results than a server should put into one reply."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.client.mailboxes import open_folder
from mailkit.client.messages import search
from mailkit.client.query import seen, subject
from mailkit.errors import RefusedError

_SEARCH = re.compile(
    rb"(\S+) UID SEARCH (?:RETURN \((ALL|PARTIAL 1:(\d+))\) )?(?:UID (\d+):\* )?(.+)\r\n"
)


class Huge:
    """Answers searches in a folder that has these UIDs."""

    def __init__(self, server: Any, uids: range, *, refuses: bool = False) -> None:
        self.server, self.uids, self.refuses = server, uids, refuses
        self.commands: list[str] = []

    def __call__(self, line: bytes) -> None:
        tag = line.split()[0]
        said = b"* %d EXISTS\r\n" % len(self.uids) if b"EXAMINE" in line else b""
        status = b"OK done"
        if match := _SEARCH.fullmatch(line):
            self.commands.append(line.decode().split(" ", 1)[1].strip())
            found = [uid for uid in self.uids if uid >= int(match[4] or 1)] or [self.uids[-1]]
            if match[3] and self.refuses:
                status = b"BAD no PARTIAL here"
            elif match[2]:
                part = found[: int(match[3] or len(found))]
                numbers = b"%d:%d" % (part[0], part[-1]) if len(part) > 1 else b"%d" % part[0]
                told = b"PARTIAL (1:%b %b)" % (match[3], numbers) if match[3] else b"ALL " + numbers
                said += b'* ESEARCH (TAG "%b") UID %b\r\n' % (tag, told)
            else:
                said += b"* SEARCH " + b" ".join(b"%d" % uid for uid in found) + b"\r\n"
        self.server.waiting += said + tag + b" " + status + b"\r\n"


@pytest.fixture
def huge(imap_of: Callable[..., Any]) -> Callable[..., tuple[Any, Huge]]:
    """A connection to a folder with many messages."""

    def make(uids: range, *offers: str, refuses: bool = False) -> tuple[Any, Huge]:
        imap, server = imap_of(b"", offers)
        server.answer = Huge(server, uids, refuses=refuses)
        open_folder(imap)
        return imap, server.answer

    return make


@pytest.mark.parametrize("offer", ["PARTIAL", "CONTEXT=SEARCH"])
def test_a_huge_folder_is_searched_in_parts(huge: Any, offer: str) -> None:
    imap, server = huge(range(5, 250_005), "ESEARCH", offer)
    assert search(imap) == [*range(5, 250_005)]
    assert server.commands == [
        "UID SEARCH RETURN (PARTIAL 1:100000) ALL",
        "UID SEARCH RETURN (PARTIAL 1:100000) UID 100005:* ALL",
        "UID SEARCH RETURN (PARTIAL 1:100000) UID 200005:* ALL",
    ]


def test_a_full_last_part_ends_with_the_message_that_a_star_always_finds(huge: Any) -> None:
    imap, server = huge(range(1, 200_001), "ESEARCH", "PARTIAL")
    assert search(imap, seen) == [*range(1, 200_001)]
    assert len(server.commands) == 3


def test_the_last_uid_there_can_be_ends_a_search(huge: Any) -> None:
    imap, server = huge(range(2**32 - 200_000, 2**32), "ESEARCH", "PARTIAL")
    assert len(search(imap)) == 200_000
    assert len(server.commands) == 2


@pytest.mark.parametrize(
    ("messages", "offers", "command"),
    [
        (100_000, ("ESEARCH", "PARTIAL"), "UID SEARCH RETURN (ALL) ALL"),
        (250_000, ("ESEARCH",), "UID SEARCH RETURN (ALL) ALL"),
        (150_000, (), "UID SEARCH ALL"),
    ],
)
def test_a_search_is_one_command_otherwise(
    huge: Any, messages: int, offers: tuple[str, ...], command: str
) -> None:
    imap, server = huge(range(1, messages + 1), *offers)
    assert len(search(imap)) == messages
    assert server.commands == [command]


def test_a_server_that_offers_parts_and_refuses_them_is_asked_for_the_whole(huge: Any) -> None:
    imap, server = huge(range(1, 150_001), "ESEARCH", "PARTIAL", refuses=True)
    assert len(search(imap)) == 150_000
    assert server.commands[-1] == "UID SEARCH RETURN (ALL) ALL"


def test_a_search_that_a_server_cannot_make_is_refused_as_ever(imap_of: Any) -> None:
    imap, _ = imap_of(b"* 200000 EXISTS\r\n", {"ESEARCH", "PARTIAL"}, b"SEARCH", b"NO [CANNOT] no")
    imap.stream.news.exists = 200_000
    with pytest.raises(RefusedError) as refused:
        search(imap, subject("x"))
    assert refused.value.kind == "cannot"
