"""The listening sockets of a lab, and the thread that accepts connections; more can be opened while it runs."""

import os
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeAlias

from mailkit.errors import LabError
from mailkit.lab.listener import Listener

__all__ = ["Sockets"]

Accepted: TypeAlias = Callable[[socket.socket, tuple[str, int], int, Listener], None]
"""Handles a connection: socket, peer, port and listener."""


class Sockets:
    """Listening sockets, each with what it is for.

    Args:
        accepted: is called with each connection, in the thread that accepts.
    """

    def __init__(self, accepted: Accepted) -> None:
        self.accepted = accepted
        self._listening: dict[socket.socket, Listener] = {}
        self._orders: deque[tuple[bool, socket.socket, Listener, threading.Event]] = deque()
        self._plugs: list[socket.socket] = []
        self._thread: threading.Thread | None = None
        self._wake, self._waker = socket.socketpair()
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))  # bound, never listening: every connection is refused

    def start(self, listeners: Iterable[Listener]) -> None:
        """Listen at every endpoint, and start to accept.

        Raises:
            LabError: a given port is in use, or not allowed.
        OSError: a socket cannot be opened.
        """
        for listener in listeners:
            if listener.same_as:
                continue
            sock = _listening(listener)
            self._listening[sock] = listener
            if listener.backlog == 0:
                self._fill(sock)
        self._thread = threading.Thread(target=self._accept, name="mailkit-lab", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close everything."""
        with suppress(OSError):
            self._waker.send(b"x")
        if self._thread is not None:
            self._thread.join(5)
        for sock in (
            *self._listening,
            *self._plugs,
            self._wake,
            self._waker,
            self._closed,
        ):
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            sock.close()

    def open(self, listener: Listener) -> socket.socket:
        """Listen at one more endpoint; returns its socket when connections are accepted."""
        sock = _listening(listener)
        self._order(sock, listener, begin=True)
        return sock

    def close(self, sock: socket.socket, listener: Listener) -> None:
        """The end of :meth:`open`."""
        self._order(sock, listener, begin=False)
        sock.close()

    def routes(
        self, listeners: Iterable[Listener]
    ) -> dict[tuple[str, int | None], list[tuple[str, int]]]:
        """Where each logical endpoint is reached; every other port of its hosts is refused."""
        routes: dict[tuple[str, int | None], list[tuple[str, int]]] = {}
        for sock, listener in self._listening.items():
            key = (listener.at or listener.host.lower(), listener.port)
            routes.setdefault(key, []).append(reached(sock))
        for listener in listeners:
            if listener.same_as:
                there = routes[(listener.same_as.lower(), listener.port)]
                routes[(listener.host.lower(), listener.port)] = there
        for listener in listeners:
            refused = self._closed.getsockname()
            routes.setdefault((listener.at or listener.host.lower(), None), [refused])
        return routes

    def place(self, host: str, port: int) -> tuple[str, int] | None:
        """The real address of a logical endpoint, the first where it has several."""
        for sock, listener in self._listening.items():
            if (listener.host.lower(), listener.port) == (host.lower(), port):
                return reached(sock)
        return None

    def ports(self) -> dict[int, Listener]:
        """What each real port is for."""
        return {sock.getsockname()[1]: listener for sock, listener in [*self._listening.items()]}

    def _order(self, sock: socket.socket, listener: Listener, *, begin: bool) -> None:
        """Have the thread that accepts begin or end with a socket, and wait until it has."""
        done = threading.Event()
        self._orders.append((begin, sock, listener, done))
        with suppress(OSError):
            self._waker.send(b"o")
            done.wait(5)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            for sock, listener in self._listening.items():
                if listener.backlog:
                    sock.setblocking(False)
                    selector.register(sock, selectors.EVENT_READ, listener)
            while True:
                for key, _ in selector.select():
                    if key.data is not None:
                        with suppress(OSError):
                            self._begin(key.fileobj, key.data)  # type: ignore[arg-type]
                    elif b"x" in self._wake.recv(100):
                        return
                    else:
                        self._obey(selector)

    def _obey(self, selector: selectors.BaseSelector) -> None:
        while self._orders:
            begin, sock, listener, done = self._orders.popleft()
            if begin:
                sock.setblocking(False)
                selector.register(sock, selectors.EVENT_READ, listener)
            else:
                with suppress(KeyError):
                    selector.unregister(sock)
            done.set()

    def _begin(self, listening: socket.socket, listener: Listener) -> None:
        sock, peer = listening.accept()
        sock.setblocking(True)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.accepted(sock, peer[:2], listening.getsockname()[1], listener)

    def _fill(self, sock: socket.socket) -> None:
        """Fill a backlog, so that the next connection gets no answer at all."""
        for _ in range(3):
            plug = socket.socket()
            plug.setblocking(False)
            with suppress(BlockingIOError):
                plug.connect(sock.getsockname())
            self._plugs.append(plug)


def reached(sock: socket.socket) -> tuple[str, int]:
    """Where a socket that listens is reached from this machine."""
    address, port = sock.getsockname()[:2]
    return ("127.0.0.1" if address == "0.0.0.0" else address), port  # noqa: S104 - compared


def _listening(listener: Listener) -> socket.socket:
    """A socket that listens where the listener says.

    Raises:
        LabError: the port that it names is taken, or not allowed.
    """
    place = (listener.address or f"127.0.0.{1 + listener.node}", listener.real_port)
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if (
            listener.real_port and os.name == "posix"
        ):  # connections of the last run may still linger
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(place)
        sock.listen(listener.backlog)
    except OSError as error:
        sock.close()
        if not listener.real_port:
            raise
        protocol = listener.protocol.upper()
        raise LabError(
            f"cannot listen on {place[0]} port {place[1]} ({protocol}): {error.strerror}"
        ) from None
    return sock
