"""Sockets: a route by IPv6 is asked of the system, and a full queue is no connection."""

import errno
import gc
import socket
import weakref
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mailkit import diagnose
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, imap
from mailkit.net import connection as connections
from mailkit.net.connection import Connection
from mailkit.net.options import connect_options
from mailkit.net.sockets import dialled, has_route
from mailkit.net.times import DIAGNOSIS
from mailkit.net.trust import Trust
from mailkit.net.waiting import waits
from mailkit.protocol.asks import Connect, Recv, Send, StartTLS


def test_a_route_is_asked_of_the_system_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(self: socket.socket, at: object) -> None:
        assert self.type == socket.SOCK_DGRAM
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")

    monkeypatch.setattr(socket.socket, "connect", unreachable, raising=False)

    assert has_route("192.0.2.1", 993)
    assert not has_route("2001:db8::1", 993)


@pytest.mark.parametrize("reachable", [False, True])
def test_a_healthy_account_gets_a_note_where_there_is_no_route_by_ipv6(
    monkeypatch: pytest.MonkeyPatch, reachable: bool
) -> None:
    monkeypatch.setattr(connections, "has_route", lambda at, port: ":" not in at or reachable)
    accounts = loads(imap(993, "implicit-tls"), "account.toml")
    with Lab([Listener(protocol="imap", host=HOST, port=993)]) as lab:
        leads = {
            key: [*there, ("2001:db8::1", 993)] if key == (HOST, 993) else there
            for key, there in lab.connect_to.items()
        }
        report = diagnose(accounts[0], accounts=accounts, connect_to=leads, ca=lab.ca_file)

    (service,) = report.accounts[0].services
    assert report.ok
    assert [finding.id for finding in service.findings if finding.id.startswith("tcp-")] == (
        [] if reachable else ["tcp-v6-no-route"]
    )


def test_a_full_queue_of_a_unix_domain_socket_is_no_connection(tmp_path: Path) -> None:
    path = str(tmp_path / "lmtp")
    with socket.socket(socket.AF_UNIX) as server, ExitStack() as clients:
        server.bind(path)
        server.listen(0)
        with pytest.raises(TimeoutError):
            for _ in range(20):
                clients.enter_context(dialled(path, 0, 0.05))
        server.accept()[0].close()
        clients.enter_context(dialled(path, 0, 5))


def test_a_reply_is_waited_for_once_and_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[bool] = []

    def counted(*args: Any, **options: Any) -> bool:
        waited.append(waits(*args, **options))
        return waited[-1]

    options = connect_options(DIAGNOSIS, {"trust": Trust()}).begun()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connection = Connection("127.0.0.1", port, options, on_quiet=lambda quiet: None)
        connection(Connect())
        peer, _ = server.accept()
        monkeypatch.setattr("mailkit.net.connection.waits", counted)
        with peer:
            for reply in (b"* OK ready\r\n", b"a1 OK done\r\n"):
                peer.sendall(reply)
                assert connection(Recv()) == reply
                connection(Send(memoryview(b"a1 NOOP\r\n")))
        connection.close()
    assert waited == [True, True]


def test_a_closed_connection_is_given_back_without_the_collector() -> None:
    with Lab([Listener(protocol="imap", host=HOST, port=993)]) as lab:
        given = {"connect_to": lab.connect_to, "ca": lab.ca_file}
        connection = Connection(HOST, 993, connect_options(DIAGNOSIS, given).begun())
        connection(Connect())
        connection(StartTLS())
        pipe = weakref.ref(connection._pipe)
        gc.disable()
        try:
            connection.close()
            assert pipe() is None
        finally:
            gc.enable()
        assert connection.secured
