"""Sockets: connecting, and the meaning of failures."""

import errno
import os
import socket
from collections.abc import Iterable
from time import monotonic
from typing import Any

from mailkit.account import is_address
from mailkit.net.waiting import apart, pause, waits
from mailkit.observation import StopReason

__all__ = ["connect_kind", "dialled", "has_route", "why_of"]


def dialled(address: str, port: int, within_s: float) -> socket.socket:
    """Return a non-blocking connection by TCP, or to a Unix-domain socket if the address is a path.

    Raises:
        TimeoutError: no connection within so many seconds.
        OSError: the connection failed.
    """
    if address.startswith("/"):
        return _connected(socket.AF_UNIX, address, within_s)
    until = monotonic() + within_s
    failure: OSError | None = None
    for family, place in _places(address, port, within_s):
        try:
            sock = _connected(family, place, until - monotonic())
        except OSError as error:
            failure = failure or error
            continue
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock
    raise failure or OSError(f"no address of {address}")


def _places(address: str, port: int, within_s: float) -> Iterable[tuple[socket.AddressFamily, Any]]:
    """Return the socket addresses; a name is looked up."""
    if is_address(address) and ":" not in address:
        return [(socket.AF_INET, (address, port))]

    def look_up() -> list[tuple[socket.AddressFamily, Any]]:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)
        return [(family, place) for family, *_, place in found]

    return look_up() if is_address(address) else apart(look_up, within_s)


def _connected(family: socket.AddressFamily, place: Any, within_s: float) -> socket.socket:
    until = monotonic() + within_s
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        code = sock.connect_ex(place)
        while code == errno.EAGAIN and family == socket.AF_UNIX:  # its queue is full: ask again
            if monotonic() >= until:
                raise TimeoutError("timed out")
            pause(_ASK_AGAIN_S)
            code = sock.connect_ex(place)
        if code in _UNDER_WAY:
            if not waits(sock, until - monotonic(), write=True):
                raise TimeoutError("timed out")
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
    except BaseException:
        sock.close()
        raise
    return sock


_UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK}
"""Error numbers of a TCP connection in progress."""
_ASK_AGAIN_S = 0.02


def has_route(address: str, port: int) -> bool:
    """Return whether this machine has a route to an IPv6 address; no packet is sent."""
    if ":" not in address:
        return True
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.connect((address, port))
    except OSError as error:
        return connect_kind(error) is not StopReason.UNREACHABLE
    return True


def connect_kind(error: OSError) -> StopReason:
    """Return why a connection failed."""
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return StopReason.TIMED_OUT
    kinds = {
        errno.ECONNREFUSED: StopReason.REFUSED,
        errno.ENOENT: StopReason.REFUSED,
        errno.ECONNRESET: StopReason.RESET,
        errno.ENETUNREACH: StopReason.UNREACHABLE,
        errno.EHOSTUNREACH: StopReason.UNREACHABLE,
        errno.EADDRNOTAVAIL: StopReason.UNREACHABLE,
        errno.EACCES: StopReason.DENIED,
        errno.EPERM: StopReason.DENIED,
    }
    return kinds.get(error.errno or 0, StopReason.UNREACHABLE)


def why_of(error: BaseException) -> str:
    """Return the system's error text."""
    return str(getattr(error, "strerror", None) or error)
