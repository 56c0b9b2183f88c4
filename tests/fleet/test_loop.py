"""One loop for many conversations: each sees what it would see in a thread, and none waits for another."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import mailkit
from mailkit.account import Account, Service
from mailkit.diagnosis.diagnose import diagnose
from mailkit.fleet.executors import Threads, conversations
from mailkit.formats import loads
from mailkit.lab import Lab
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.scenario import Scenario
from mailkit.net.pacing import Pacer
from mailkit.net.waiting import ConditionVariable, apart, in_parallel, pause, waits
from mailkit.observation import Observation
from mailkit.ports import Protocol, Security
from mailkit.report import ServiceReport
from mailkit.secret import Secret

loop = pytest.importorskip("mailkit.net.loop", reason="greenlet is not installed")

CHANGING = {"dns-mixed", "grt-silent-slow"}
"""The one has two addresses in any order, the other depends on the time that is allowed: no two runs are the same."""
WIRED = [
    scenario
    for scenario in SCENARIOS.values()
    if scenario.program is None and scenario.anchors and scenario.id not in CHANGING
]
LABS, AT_ONCE = 70, 24
"""How many labs stand at once, and how many diagnoses are under way: some of them wait for seconds."""


@contextmanager
def running(executor: Executor) -> Iterator[Executor]:
    yield executor
    executor.shutdown(wait=False)


def reports(scenarios: list[Scenario], executor: Executor) -> dict[str, ServiceReport]:
    """The report on each fault, all diagnosed at once, each in a lab of its own."""
    with ExitStack() as labs:
        futures = {}
        for scenario in scenarios:
            lab = labs.enter_context(Lab(scenario.listeners, scenario.users, scenario.zone))
            options: dict[str, Any] = {"connect_to": lab.connect_to, "ca": lab.ca_file}
            options |= dict(scenario.options) | {"timeout": 4.0}  # many at once take longer
            if lab.dns is not None:
                options["dns"] = lab.dns
            accounts = loads(scenario.account, "scenario.toml")
            options["accounts"] = accounts
            futures[scenario.id] = executor.submit(diagnose, accounts[0], **options)
        return {
            scenario.id: next(
                one
                for one in futures[scenario.id].result(120).accounts[0].services
                if scenario.role in ("", one.service.role)
            )
            for scenario in scenarios
        }


def plain(value: object) -> str:
    """A value without the numbers that two labs make anew: ports, times, identifiers, certificates."""
    return re.sub(r"[0-9a-f]{6,}|\d+", "0", repr(value))


def seen(look: Observation | None) -> dict[str, str]:
    assert look is not None
    names = "endpoint request step address greeting offers offers_before logins login reply mailbox facts dns"
    shown = {name: plain(getattr(look, name)) for name in names.split()}
    shown["stop"] = plain(look.stop and (look.stop.kind, look.stop.text, look.stop.code))
    shown["tls"] = plain(look.tls and (look.tls.version, look.tls.cipher, look.tls.verified))
    shown["chain"] = plain([(one.names, one.addresses, one.subject) for one in look.chain])
    return shown


def shown(report: ServiceReport) -> dict[str, Any]:
    """What a report says, and what it rests on."""
    names = [finding.id for finding in report.findings]
    return seen(report.seen) | {
        "findings": names,
        "cause": report.cause,
        "proposal": plain(report.proposal),
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("start", range(0, len(WIRED), LABS))
def test_a_loop_and_threads_see_the_same_of_every_fault(start: int) -> None:
    some = WIRED[start : start + LABS]

    with running(Threads(AT_ONCE)) as threads, running(loop.SelectorLoop(AT_ONCE)) as one:
        by_threads, by_loop = in_parallel(
            [partial(reports, some, threads), partial(reports, some, one)]
        )

    late = [one for one in some if shown(by_threads[one.id]) != shown(by_loop[one.id])]
    for scenario in late:  # once more, alone: a machine under load answers some of so many too late
        with running(Threads(1)) as threads, running(loop.SelectorLoop(1)) as one:
            by_threads |= reports([scenario], threads)
            by_loop |= reports([scenario], one)
    for scenario in some:
        assert shown(by_loop[scenario.id]) == shown(by_threads[scenario.id]), scenario.id
        assert by_loop[scenario.id].cause == scenario.cause


@pytest.fixture
def one() -> Iterator[Any]:
    with running(loop.SelectorLoop(500)) as executor:
        yield executor


def mute() -> socket.socket:
    """A server that accepts and says nothing."""
    return socket.create_server(("127.0.0.1", 0), backlog=500)


def test_hundreds_wait_in_one_thread(one: Any) -> None:
    with mute() as server:
        account = Account(
            label="a",
            incoming=Service(
                protocol=Protocol.IMAP,
                host="localhost",
                port=server.getsockname()[1],
                security=Security.CLEARTEXT,
            ),
        )
        before = threading.active_count()
        connect_to = {("localhost", None): server.getsockname()}
        futures = [
            one.submit(diagnose, account, login=False, timeout=2.0, connect_to=connect_to)
            for _ in range(200)
        ]
        time.sleep(1.0)
        threads = threading.active_count() - before

        assert {future.result(60).accounts[0].services[0].cause for future in futures} == {
            "grt-silent-dead"
        }
    assert threads <= 3, "the loop, the rules that are loaded beside it, and the trust anchors"


def test_what_a_call_raises_is_its_own(one: Any) -> None:
    def fail() -> None:
        raise LookupError("nobody there")

    failed, fine = one.submit(fail), one.submit(lambda: 7)

    assert fine.result(60) == 7
    with pytest.raises(LookupError, match="nobody there"):
        failed.result(60)


def test_a_call_that_blocks_holds_up_nobody(one: Any) -> None:
    go_on = threading.Event()
    slow = one.submit(apart, lambda: go_on.wait(30))

    assert one.submit(lambda: "meanwhile").result(60) == "meanwhile"
    go_on.set()
    assert slow.result(60) is True


def test_a_call_that_takes_too_long_is_waited_for_no_longer(one: Any) -> None:
    go_on = threading.Event()
    with pytest.raises(TimeoutError):
        one.submit(apart, lambda: go_on.wait(30), 0.05).result(60)
    with pytest.raises(TimeoutError):
        apart(lambda: go_on.wait(30), 0.05)
    go_on.set()


def test_calls_side_by_side_keep_their_order(one: Any) -> None:
    def late(seconds: float) -> float:
        pause(seconds)
        return seconds

    def all_of_them() -> list[float]:
        return in_parallel([lambda s=s: late(s) for s in (0.06, 0.02, 0.04)])

    assert one.submit(all_of_them).result(60) == [0.06, 0.02, 0.04]
    assert all_of_them() == [0.06, 0.02, 0.04]


def test_at_most_so_many_calls_are_under_way() -> None:
    most = now = 0

    def work() -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        pause(0.01)
        now -= 1

    with running(loop.SelectorLoop(3)) as executor:
        for future in [executor.submit(work) for _ in range(10)]:
            future.result(60)
    assert most == 3


def test_a_socket_is_waited_for_as_long_as_asked(one: Any) -> None:
    left, right = socket.socketpair()
    with left, right:
        assert one.submit(waits, left, 0.05).result(60) is False
        assert one.submit(waits, left, 5, write=True).result(60) is True
        ready = one.submit(waits, left, 30)
        right.send(b"x")
        assert ready.result(60) is True


def test_what_came_while_others_worked_is_not_late(
    one: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(loop, "monotonic", lambda: time.monotonic() + passed)
    (left, right), (begin, go) = socket.socketpair(), socket.socketpair()

    def work() -> None:
        nonlocal passed
        waits(begin, 60)
        passed = 100.0
        right.send(b"x")

    with left, right, begin, go:
        reply, working = one.submit(waits, left, 60), one.submit(work)
        go.send(b"x")
        working.result(60)
        assert reply.result(60) is True


def test_threads_and_loops_wait_for_the_same_change() -> None:
    changes, holds = ConditionVariable(), []

    def wait() -> bool:
        return changes.wait_for(lambda: bool(holds), 30)

    with running(loop.SelectorLoop(2)) as first, running(loop.SelectorLoop(2)) as second:
        with running(Threads(2)) as third:
            waiting = [executor.submit(wait) for executor in (first, second, third)]
            with changes.lock:
                holds.append(1)
            changes.notify_all()
            assert [future.result(60) for future in waiting] == [True, True, True]
    assert changes.wait_for(lambda: False, 0.01) is False


def test_a_server_is_asked_within_its_limits_by_loops_and_threads_together() -> None:
    pacer = Pacer(2, 10_000, local=True)
    lock = threading.Lock()
    most = now = 0

    def connection() -> None:
        nonlocal most, now
        pacer.enter("127.0.0.1", lambda: False)
        with lock:
            now += 1
            most = max(most, now)
        pause(0.01)
        with lock:
            now -= 1
        pacer.leave("127.0.0.1")

    with running(loop.SelectorLoop(5)) as first, running(loop.SelectorLoop(5)) as second:
        with running(Threads(5)) as third:
            calls = [executor.submit(connection) for executor in (first, second, third) * 5]
            for call in calls:
                call.result(30)
    assert most == 2


def test_a_program_that_gives_the_password_holds_up_nobody(tmp_path: Path) -> None:
    """Its account waits for it; the others are diagnosed meanwhile."""
    done = tmp_path / "done"
    slow = Service(
        protocol=Protocol.IMAP,
        host="localhost",
        port=2,
        user="kim@example.com",
        secret=Secret(
            "command", f"sh -c 'while [ ! -e {done} ]; do sleep 0.05; done; echo secret'"
        ),
    )
    quick = Service(protocol=Protocol.IMAP, host="localhost", port=1, user="lee@example.com")
    accounts = [Account(label="slow", incoming=slow), Account(label="quick", incoming=quick)]

    labels = []
    for report in mailkit.diagnose_all(accounts, timeout=2.0):
        labels.append(report.accounts[0].account.label)
        done.touch()
    assert labels == ["quick", "slow"]


def test_the_loop_is_what_a_run_uses_where_it_can() -> None:
    with running(conversations(2)) as executor:
        assert isinstance(executor, loop.SelectorLoop)


def test_a_loop_ends_when_what_is_under_way_is_done() -> None:
    executor = loop.SelectorLoop(2)
    last = executor.submit(pause, 0.05)
    waiting = [executor.submit(pause, 0.0) for _ in range(3)]
    executor.shutdown(wait=True, cancel_futures=False)

    assert last.done()
    assert all(future.done() for future in waiting)
    assert not any(thread.name == "mailkit-loop" for thread in threading.enumerate())


def test_a_socket_with_the_number_of_a_closed_one_is_waited_for() -> None:
    def heard() -> bool:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.send(b"x")
            return waits(ours, 30) and waits(ours, 30, write=True) and ours.recv(1) == b"x"

    with running(loop.SelectorLoop(1)) as executor:
        assert executor.submit(lambda: [heard() for _ in range(5)]).result() == [True] * 5


def test_a_socket_that_is_ready_while_nobody_waits_for_it_does_not_keep_the_loop_awake() -> None:
    with running(loop.SelectorLoop(1)) as executor:
        ours, theirs = socket.socketpair()

        def talk() -> bool:
            theirs.send(b"x")
            first = waits(ours, 30) and ours.recv(1) == b"x"
            theirs.send(b"y")  # nobody waits for it now
            pause(0.1)
            assert ours.fileno() not in executor._selector.get_map()
            return first and waits(ours, 30) and ours.recv(1) == b"y"

        with ours, theirs:
            assert executor.submit(talk).result()


def test_two_sessions_cannot_wait_for_one_socket() -> None:
    with running(loop.SelectorLoop(2)) as executor:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            first = executor.submit(waits, ours, 30)
            with pytest.raises(RuntimeError, match="two"):
                executor.submit(waits, ours, 30).result()
            theirs.send(b"x")
            assert first.result()
