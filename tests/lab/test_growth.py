"""What a command of the lab's IMAP costs: calls are counted, no clock is looked at."""

import imaplib
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.mailstore.envelope import addresses
from mailkit.lab.mailstore.mime import parsed
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.ports import Security

HOST = "localhost"
MESSAGE = b"From: Kim <kim@example.com>\r\nTo: lee@example.com\r\nSubject: %d\r\n\r\nx\r\n"


@pytest.fixture
def lab() -> Iterator[Lab]:
    listener = Listener(protocol="imap", host=HOST, port=143, security=Security.CLEARTEXT)
    with Lab([listener]) as made:
        yield made


@pytest.fixture
def client(lab: Lab) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(*lab.where(HOST, 143), timeout=60) as one:
        one.login(ADDRESS, PASSWORD)
        yield one


def test_a_message_is_taken_apart_once(
    lab: Lab, client: imaplib.IMAP4, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()

    def counted(name: str, usual: Callable[[bytes], object]) -> Callable[[bytes], object]:
        def work(data: bytes) -> object:
            calls[name] += 1
            return usual(data)

        return work

    for place, usual in (
        ("mailkit.lab.servers.imap.fetch.parsed", parsed),
        ("mailkit.lab.mailstore.envelope.addresses", addresses),
    ):
        monkeypatch.setattr(place, counted(place.rpartition(".")[2], usual))
    for number in range(50):
        lab.box(ADDRESS).deliver(MESSAGE % number)
    client.select(readonly=True)
    told = [client.fetch("1:*", "(ENVELOPE BODYSTRUCTURE BODY)")[1] for _ in range(3)]
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 50
    assert calls["parsed"] == 50
    assert calls["addresses"] <= 6, "the addresses of a folder are often the same"
