"""What a command of the lab's IMAP costs: calls and steps of the interpreter are counted, no clock is looked at."""

import imaplib
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.mailstore.envelope import addresses
from mailkit.lab.mailstore.mime import parsed
from mailkit.lab.mailstore.store import Store
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.lab.servers.imap.view import View
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


def steps(work: Callable[[], object]) -> int:
    """How many instructions the interpreter executes."""
    counted = [0]
    if sys.version_info >= (3, 12):  # where a trace function and coverage's get in each other's way
        tool, event = sys.monitoring.PROFILER_ID, sys.monitoring.events.INSTRUCTION

        def instruction(*_: object) -> None:
            counted[0] += 1

        sys.monitoring.use_tool_id(tool, "steps")
        sys.monitoring.register_callback(tool, event, instruction)
        sys.monitoring.set_events(tool, event)
        try:
            work()
        finally:
            sys.monitoring.set_events(tool, 0)
            sys.monitoring.register_callback(tool, event, None)
            sys.monitoring.free_tool_id(tool)
        return counted[0]

    def count(frame: FrameType, event: str, _: Any) -> Any:
        frame.f_trace_opcodes = True
        counted[0] += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted[0]


def view_of(size: int) -> View:
    """A folder of so many messages as a client that knows all of them sees it."""
    box = Store().box(ADDRESS)
    for number in range(size):
        box.deliver(MESSAGE % number)
    view = View(box, box.folder(), read_only=False)
    view.open()
    return view


def told(view: View) -> list[bytes]:
    return [*view.news(expunges=True, uids=True, modseq=False)]


def stored(view: View) -> None:
    view.box.reflag(view.folder, view.folder.messages[70], frozenset({"\\Seen"}))
    assert told(view) == [b"* 71 FETCH (UID 71 FLAGS (\\Seen \\Recent))\r\n"]


def appended(view: View) -> None:
    view.box.deliver(b"Subject: new\r\n\r\nx\r\n")
    assert told(view)[0] == b"* %d EXISTS\r\n" % len(view.known)


def expunged(view: View) -> None:
    view.box.remove(view.folder, [view.folder.messages[70]])
    assert told(view)[0] == b"* 71 EXPUNGE\r\n"
    assert [message.uid for message in view.known[69:71]] == [70, 72]


def marked_and_expunged(view: View) -> None:
    view.box.reflag(view.folder, view.folder.messages[70], frozenset({"\\Deleted"}))
    view.box.remove(view.folder, view.deleted())
    assert told(view)[0] == b"* 71 EXPUNGE\r\n"
    assert view.deleted() == []


@pytest.mark.parametrize("change", [stored, appended, expunged, marked_and_expunged])
def test_one_change_does_not_walk_the_folder(change: Callable[[View], None]) -> None:
    few, many = (steps(partial(change, view_of(size))) for size in (200, 3_200))
    assert 0 < many < 1.5 * few, "sixteen times as many messages"


def test_many_changes_are_told_as_one_by_one() -> None:
    """Where much changes the whole folder is walked; what the client is told is the same."""
    view = view_of(100)
    box, folder = view.box, view.folder
    for message in folder.messages[::2]:
        box.reflag(folder, message, frozenset({"\\Seen"}))
    box.remove(folder, folder.messages[10:90])
    box.deliver(MESSAGE % 1)
    lines = told(view)
    assert lines[:80] == [b"* %d EXPUNGE\r\n" % number for number in range(90, 10, -1)]
    assert sum(b"\\Seen" in line for line in lines) == 10
    assert view.known == folder.messages
    assert told(view) == []
