"""The server of the page: a socket on loopback, and a thread."""

import os
import selectors
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

from mailkit.errors import LabError
from mailkit.lab.servers.core import Lab

if TYPE_CHECKING:
    from uvicorn import Server

__all__ = ["LabPage", "installed", "serve_page"]

LOOPBACK = "127.0.0.1"

STOP_S = 5.0
"""How long :meth:`Page.stop` waits for answers that are under way."""


class LabPage:
    """The page of a lab while it is served; see :func:`serve_page`. ``url`` is its URL."""

    def __init__(self, lab: Lab, port: int, address: str = "", names: Iterable[str] = ()) -> None:
        self._socket = _listening(address or LOOPBACK, port)
        self._named = 0 if address else self._socket.getsockname()[1], tuple(names)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self._server: Server | None = None
        self._over = False
        self._wake, self._waker = socket.socketpair()
        self._thread = threading.Thread(
            target=self._serve, args=(lab,), name="mailkit-lab-page", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "LabPage":
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop serving the page."""
        self._over = True
        self._waker.close()
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join(STOP_S)
        self._wake.close()
        self._socket.close()

    def _serve(self, lab: Lab) -> None:
        """Answer until the end. What that needs is imported when the first connection waits, and never without."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            selector.select()
        if self._over:
            return
        from uvicorn import Config, Server

        from mailkit.lab.web.app import page_app

        config = Config(
            page_app(lab, *self._named),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=100,
            timeout_keep_alive=10,
            timeout_graceful_shutdown=1,
        )
        self._server = Server(config)
        self._server.should_exit = self._over
        with suppress(OSError):
            self._server.run(sockets=[self._socket])


def installed() -> bool:
    """Return whether the page's dependencies are installed."""
    return all(find_spec(name) is not None for name in ("starlette", "uvicorn"))


def serve_page(lab: Lab, port: int = 0, *, address: str = "", names: Iterable[str] = ()) -> LabPage:
    """Serve the page of a lab; returns when its socket takes connections.

    ::

        with Lab(catch_all()) as lab, serve_page(lab) as page:
            print(page.url)

    Args:
        lab: a lab that runs.
        port: where; 0 is a free port.
        address: what it listens on in a container; without one on loopback. It is reached there by another
            port of the host, so that it answers to every port of its names.
        names: its names beside ``localhost``.

    Raises:
        LabError: the port is in use, or the extra ``web`` is not installed.
    """
    if not installed():
        raise LabError("the page needs Starlette and uvicorn: pip install 'mailkit-lab[web]'")
    return LabPage(lab, port, address, names)


def _listening(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if port and os.name == "posix":  # connections of the last run may still linger
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.listen(100)
    except OSError as error:
        sock.close()
        raise LabError(f"cannot listen on {address} port {port} (page): {error.strerror}") from None
    return sock
