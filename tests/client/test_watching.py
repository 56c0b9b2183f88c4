"""Watching a folder goes on through lost connections."""

from types import SimpleNamespace
from typing import Any

import pytest

import mailkit
from mailkit.client import connect_imap, watching
from mailkit.client.messages import fetch, idle, mark, search
from mailkit.client.reading import fetch_messages
from mailkit.errors import LimitError, LostError
from mailkit.lab import Lab, everywhere
from mailkit.lab.scenario import ADDRESS, HOST, imap


@pytest.mark.parametrize("kind", [LostError, LimitError])
def test_new_messages_come_through_lost_connections(kind: Any, monkeypatch: Any) -> None:
    account = mailkit.loads(imap(993, "implicit-tls"))[0]
    usual = connect_imap
    pauses: list[float] = []
    lost = [kind("gone"), kind("gone")]

    def connect(*args: Any, **options: Any) -> Any:
        if lost:
            raise lost.pop()
        return usual(*args, **options)

    monkeypatch.setattr(watching, "connect_imap", connect)
    with Lab(everywhere(HOST)) as lab:
        for number in (1, 2):
            lab.box(ADDRESS).deliver(b"Subject: %d\r\n\r\nx\r\n" % number)
        coming = watching.watch(
            account, after=0, sleep=pauses.append, ca=lab.ca_file, connect_to=lab.connect_to
        )
        assert [next(coming).subject for _ in range(2)] == ["1", "2"]
        lab.box(ADDRESS).deliver(b"Subject: 3\r\n\r\nx\r\n")
        assert next(coming).subject == "3"
        coming.close()  # type: ignore[attr-defined]
    assert pauses == [1.0, 2.0]


def test_old_mail_is_not_fetched_to_see_that_it_is_old(monkeypatch: Any) -> None:
    with Lab(everywhere(), {ADDRESS: "correct horse 42"}) as lab:
        for number in range(3):
            lab.box(ADDRESS).deliver(f"Subject: old {number}\r\n\r\nx".encode())
        waited: list[Any] = []

        def delivers(client: Any) -> None:
            waited.append(client)
            if len(waited) == 2:
                lab.box(ADDRESS).deliver(b"Subject: new\r\n\r\nx")

        monkeypatch.setattr(watching, "idle", delivers)
        text = imap(993, "implicit-tls", secret={"value": "correct horse 42"})
        account = mailkit.loads(text)[0]
        coming = watching.watch(account, ca=lab.ca_file, connect_to=lab.connect_to)
        assert next(coming).subject == "new"
        coming.close()  # type: ignore[attr-defined]
        said = [line for line in lab.sessions[-1].transcript if line.startswith("C: ")]
    assert sum("UID FETCH" in line for line in said) == 1


class EndedError(Exception):
    """The test has seen enough."""


def test_a_server_that_ends_each_connection_is_asked_less_and_less(monkeypatch: Any) -> None:
    account = mailkit.loads(imap(993, "implicit-tls"))[0]
    pauses: list[float] = []

    def slept(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 4:
            raise EndedError

    def lost(*_: Any) -> None:
        raise LostError("gone")

    monkeypatch.setattr(watching, "_wait", lost)
    with Lab(everywhere(HOST)) as lab:
        coming = watching.watch(account, sleep=slept, ca=lab.ca_file, connect_to=lab.connect_to)
        with pytest.raises(EndedError):
            next(coming)
        assert len(lab.logins) == 4
    assert pauses == [1.0, 2.0, 4.0, 8.0]


def test_after_the_largest_uid_there_is_none(monkeypatch: Any) -> None:
    account = mailkit.loads(imap(993, "implicit-tls"))[0]

    def over(*_: Any) -> None:
        raise EndedError

    monkeypatch.setattr(watching, "_wait", over)
    with Lab(everywhere(HOST)) as lab:
        lab.box(ADDRESS).deliver(b"Subject: x\r\n\r\nx\r\n")
        coming = watching.watch(
            account, after=4_294_967_295, ca=lab.ca_file, connect_to=lab.connect_to
        )
        with pytest.raises(EndedError):
            next(coming)


@pytest.mark.parametrize("news", [[(2, "FETCH")], [(2, "FETCH"), (1, "EXPUNGE")]])
def test_flags_of_others_are_no_reason_to_search_again(monkeypatch: Any, news: list[Any]) -> None:
    told = [news, news, [(3, "EXISTS")], []]
    monkeypatch.setattr(watching, "idle", lambda imap: told.pop(0))
    imap: Any = SimpleNamespace(offers={"IDLE"})
    watching._wait(imap, 60.0, pytest.fail)
    assert told == [[]]
    watching._wait(imap, 60.0, pytest.fail)
    assert told == []


def test_a_server_that_repeats_its_count_is_polled_no_faster(imap_of: Any) -> None:
    imap, _ = imap_of(b"* 3 EXISTS\r\n")
    slept: list[float] = []
    for _ in range(3):
        search(imap)
        watching._wait(imap, 60.0, slept.append)
    assert slept == [60.0, 60.0], "the first one may be new"


def test_flags_that_others_change_during_a_fetch_wake_who_waits() -> None:
    text = imap(993, "implicit-tls", secret={"value": "correct horse 42"})
    account = mailkit.loads(text)[0]
    with Lab(everywhere(), {ADDRESS: "correct horse 42"}) as lab:
        for number in (1, 2):
            lab.box(ADDRESS).deliver(b"Subject: %d\r\n\r\nx\r\n" % number)
        options: Any = {"ca": lab.ca_file, "connect_to": lab.connect_to, "folder": "INBOX"}
        with connect_imap(account, read_only=False, **options) as ours:
            with connect_imap(account, read_only=False, **options) as other:
                mark(other, 2, "Flagged")
                assert [row.uid for row in fetch(ours, [1, 2], "BODY.PEEK[HEADER]")] == [1, 2]
                assert idle(ours, 30.0) == [(2, "FETCH")]
                mark(other, 1, "Flagged")
                mark(ours, 2, "Seen")
                assert idle(ours, 30.0) == [(1, "FETCH")]
                mark(other, 2, "Answered")
                assert len([*fetch_messages(ours)]) == 2
                assert idle(ours, 30.0) == [(2, "FETCH")]


def test_a_server_that_offers_idle_and_refuses_it_is_polled(imap_of: Any) -> None:
    imap, server = imap_of(b"", {"IDLE"}, b"IDLE", b"NO too many connections wait already")
    slept: list[float] = []
    watching._wait(imap, 60.0, slept.append)
    assert slept == [60.0]
    assert server.heard.endswith(b" NOOP\r\n")
