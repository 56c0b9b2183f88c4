"""Sockets: dialling, waiting, and what a failure means."""

import errno
import math
import select
import socket

from mailkit.observation import StopReason

__all__ = ["connect_kind", "dialled", "has_route", "waits", "why_of"]


def dialled(address: str, port: int, within_s: float) -> socket.socket:
    """A connection by TCP, or to a Unix-domain socket where the address is a path."""
    if address.startswith("/"):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(within_s)
        try:
            sock.connect(address)
        except OSError:
            sock.close()
            raise
        return sock
    sock = socket.create_connection((address, port), timeout=within_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def waits(sock: socket.socket, seconds: float, *, write: bool = False) -> bool:
    """Wait until a socket has something to read, or room to write; select() itself ends at the 1,024th open file."""
    seconds = max(seconds, 0)
    if not hasattr(select, "poll"):  # Windows
        sides = ([], [sock]) if write else ([sock], [])
        return any(select.select(*sides, [], seconds))
    poll = select.poll()
    poll.register(sock, select.POLLOUT if write else select.POLLIN)
    return bool(poll.poll(math.ceil(min(seconds, 86_400) * 1000)))


def has_route(address: str, port: int) -> bool:
    """Whether this machine knows a way to an address by IPv6; no packet is sent to find out."""
    if ":" not in address:
        return True
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.connect((address, port))
    except OSError as error:
        return connect_kind(error) is not StopReason.UNREACHABLE
    return True


def connect_kind(error: OSError) -> StopReason:
    """Why a connection failed."""
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
    """The system's own words."""
    return str(getattr(error, "strerror", None) or error)
