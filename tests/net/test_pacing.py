"""Limits on connections to a server, counted with a clock of the test."""

import heapq
import random
import socket
from collections.abc import Callable
from itertools import count

import pytest

from mailkit.net import connection as connections
from mailkit.net.connection import Connection
from mailkit.net.options import connect_options
from mailkit.net.pacing import Pacer
from mailkit.net.times import DIAGNOSIS
from mailkit.net.trust import Trust
from mailkit.observation import StopReason
from mailkit.protocol.asks import Connect, Stopped

SERVER = "192.0.2.7"


def connected(pacer: Pacer, callers: int, late_s: float) -> list[float]:
    """When each of many callers connects; each asks again, and connects, up to ``late_s`` later than it could."""
    chance, numbers = random.Random(7), count()
    asking = [(0.0, next(numbers)) for _ in range(callers)]
    heapq.heapify(asking)
    times = []
    while asking:
        now, _ = heapq.heappop(asking)
        wait = pacer.admit(SERVER, now)
        if wait <= 0:
            times.append(now + chance.uniform(0, late_s))
            pacer.leave(SERVER)
        else:
            heapq.heappush(asking, (now + wait + chance.uniform(0, late_s), next(numbers)))
    return sorted(times)


@pytest.mark.parametrize("rate", [1, 6, 20, 100])
def test_no_second_has_more_new_connections_than_asked(rate: int) -> None:
    times = connected(Pacer(10, rate), callers=200, late_s=0.03)
    for begin in times:
        assert sum(begin <= time <= begin + 1 for time in times) <= rate
    assert times[-1] <= 200 / rate * 1.05 + 200 * 0.03


def test_connections_at_once_are_limited_for_each_server() -> None:
    pacer = Pacer(2, 1000)
    for now in (0.0, 1.0):
        assert pacer.admit(SERVER, now) <= 0
    assert pacer.admit(SERVER, 2.0) > 0
    assert pacer.admit("192.0.2.8", 2.0) <= 0
    pacer.leave(SERVER)
    assert pacer.admit(SERVER, 2.0) <= 0


def test_what_was_cancelled_while_it_waited_opens_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Cancelling(Pacer):
        def enter(self, address: str, cancelled: Callable[[], bool]) -> bool:
            connection.cancel()
            return super().enter(address, cancelled)

    opened: list[str] = []
    monkeypatch.setattr(connections, "dialled", lambda address, *_: opened.append(address))
    pacer = Cancelling(1, 1000.0, local=True)
    options = connect_options(DIAGNOSIS, {"trust": Trust()}).paced(pacer).begun()
    connection = Connection("imap.example.com", 143, options, addresses=[("127.0.0.1", 143)])
    with pytest.raises(Stopped) as stopped:
        connection(Connect())
    assert stopped.value.stop.kind is StopReason.ABANDONED
    assert not opened
    assert pacer.admit("127.0.0.1", 0.0) <= 0, "it does not count as open"


def test_a_connection_is_closed_before_another_one_is_admitted() -> None:
    class Noting(Pacer):
        def leave(self, address: str) -> None:
            closed.append(connection._sock is not None and connection._sock.fileno() == -1)
            super().leave(address)

    closed: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        at = server.getsockname()
        options = connect_options(DIAGNOSIS, {"trust": Trust()})
        options = options.paced(Noting(1, 1000.0, local=True)).begun()
        connection = Connection("imap.example.com", 143, options, addresses=[at])
        assert connection(Connect()) == "127.0.0.1"
        connection.close()
    assert closed == [True]
