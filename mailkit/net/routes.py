"""Routes: from a host and port to the addresses to connect to."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import TypeAlias

from mailkit.account import is_address, is_host_name, is_local
from mailkit.net.resolver import Resolver, SocketAddress
from mailkit.net.waiting import apart
from mailkit.observation import StopReason
from mailkit.protocol.asks import Stopped

__all__ = ["ConnectTo", "Routes", "ascii_name", "host_of", "is_public"]

ConnectTo: TypeAlias = Mapping[tuple[str, int | None], SocketAddress | Sequence[SocketAddress]]
"""The real addresses of endpoints.

A port of ``None`` means all other ports of a host, an empty host all other hosts. An empty address is the host's own,
and 0 the same port.
"""


@dataclass(frozen=True, slots=True)
class Routes:
    """Maps logical endpoints to real addresses.

    ``connect_to`` is searched for the name, which is then not looked up, and otherwise for each resolved address. A
    ``resolver`` replaces the system's, except for localhost (RFC 6761 §6.3). ``public`` is for names from outside:
    only public addresses, and those in ``connect_to``, are allowed.
    """

    connect_to: ConnectTo = field(default_factory=dict)
    resolver: Resolver | None = None
    public: bool = False

    @classmethod
    def of(cls, connect_to: ConnectTo | None, dns: SocketAddress | None) -> "Routes":
        """Return routes from arguments: names in any case, and the address of a DNS server."""
        known = {(host.lower(), port): to for (host, port), to in (connect_to or {}).items()}
        return cls(known, Resolver(dns) if dns else None)

    def knows(self, host: str) -> bool:
        """Return whether ``connect_to`` has an address for a name, so that it is not looked up."""
        return any(
            name in (host.lower(), "") and all(address for address, _ in _listed(to))
            for (name, _), to in self.connect_to.items()
        )

    def leads_to(self, host: str, port: int) -> str:
        """Return the addresses in ``connect_to`` for an endpoint, or none."""
        given = self._given(host.lower(), port)
        return given[0][0] if given else ""

    def addresses(self, host: str, port: int, within: float) -> list[SocketAddress]:
        """Return the addresses to try, in order.

        Raises:
            Stopped: the name cannot be resolved within that many seconds.
        """
        if (given := self._given(host.lower(), port)) is not None:
            if all(address for address, _ in given):
                return given
            port = given[0][1]
        if self.resolver is None or is_address(host) or is_local(host):
            found = _resolved(host, port, within)
        else:
            found = [
                (address, port) for address in self.resolver.addresses(ascii_name(host), within)
            ]
        places: list[SocketAddress] = []
        for address, _ in found:
            given = self._given(address, port)
            if given is not None and not given[0][0]:
                given = None
            if given is None and self.public and not is_public(address):
                continue
            places += given or [(address, port)]
        if found and not places:
            raise Stopped(StopReason.PRIVATE, ", ".join(address for address, _ in found[:3]))
        return places

    def _given(self, host: str, port: int) -> list[SocketAddress] | None:
        for key in ((host, port), (host, None), ("", port), ("", None)):
            if (given := self.connect_to.get(key)) is not None:
                return [(address, there or port) for address, there in _listed(given)]
        return None


def _listed(given: SocketAddress | Sequence[SocketAddress]) -> list[SocketAddress]:
    return [given] if isinstance(given[0], str) else [*given]  # type: ignore[list-item]


def is_public(address: str) -> bool:
    """Return whether an IP address is public, also if it is embedded in an IPv6 address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return found.is_global and not found.is_multicast and found not in _PROTOCOL
    inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
    if found in _NAT64:
        inner = IPv4Address(int(found) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(str(inner))
    return found in _UNICAST and found.is_global and not any(found in net for net in _NOT_PUBLIC)


_NAT64 = IPv6Network("64:ff9b::/96")
_PROTOCOL = IPv4Network("192.0.0.0/24")
_UNICAST = IPv6Network("2000::/3")
"""The only part of IPv6 that IANA allocates (RFC 4291 §2.4); the rest is reserved, local or multicast."""
_NOT_PUBLIC = tuple(map(IPv6Network, ("2001::/23", "3fff::/20")))
"""What the registries of IANA do not call global (RFC 6890), for Python's own tables differ between its releases."""


def ascii_name(host: str) -> str:
    """Return a host in the form for DNS and TLS (RFC 5891, UTS 46).

    Raises:
        Stopped: it is not a valid name.
    """
    host = host.strip("[]").rstrip(".")
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise Stopped(StopReason.NO_NAME, str(error)) from None


def host_of(text: str) -> str:
    """Return a host that someone else names, in lower case and in ASCII as a resolver sees it; empty if it is none.

    An address with a zone leads to an interface of this machine, which only this machine can name.
    """
    if is_address(text):
        return "" if "%" in text else text.lower()
    try:
        name = ascii_name(text).lower()
    except Stopped:
        return ""
    return name if is_host_name(name) else ""


def _resolved(host: str, port: int, within: float) -> list[SocketAddress]:
    name = ascii_name(host)
    if not name or not 0 < port < 65536:
        raise Stopped(StopReason.BAD_SETTINGS, f"{host}:{port}")

    def look_up() -> list[SocketAddress]:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        return [(str(where[0]), int(where[1])) for *_, where in found]

    at_once = is_address(name) or name.lower() == "localhost"  # asks no name server
    try:
        return [*dict.fromkeys(look_up() if at_once else apart(look_up, max(within, 0.001)))]
    except TimeoutError:
        raise Stopped(StopReason.NO_RESOLVER, "no answer in time") from None
    except socket.gaierror as error:
        raise Stopped(_kind(error), error.strerror or str(error)) from None
    except (OSError, UnicodeError, ValueError) as error:
        why = str(getattr(error, "strerror", "") or error)
        raise Stopped(StopReason.NO_NAME, why) from None


def _kind(error: socket.gaierror) -> StopReason:
    if error.errno == socket.EAI_AGAIN:
        return StopReason.NO_RESOLVER
    if error.errno == getattr(socket, "EAI_NODATA", None):
        return StopReason.NO_ADDRESS
    return StopReason.NO_NAME
