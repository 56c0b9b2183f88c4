"""From a host and a port to the addresses that are connected to."""

import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from mailkit.account import is_address
from mailkit.net.resolver import Address, Resolver
from mailkit.observation import StopReason
from mailkit.protocol.dialogue import Stopped

__all__ = ["ConnectTo", "Routes", "ascii_name"]

ConnectTo: TypeAlias = Mapping[tuple[str, int | None], Address | Sequence[Address]]
"""Where an endpoint is really reached; a port of ``None`` stands for all other ports of a host."""


@dataclass(frozen=True, slots=True)
class Routes:
    """From a logical endpoint to the addresses behind it.

    ``connect_to`` is asked for the name, which then is not looked up, and else for each address
    that the name was found to have. A ``resolver`` is asked instead of the machine's own.
    """

    connect_to: ConnectTo = field(default_factory=dict)
    resolver: Resolver | None = None

    @classmethod
    def of(cls, connect_to: ConnectTo | None, dns: Address | None) -> "Routes":
        """As callers give them: names in any case, and the address of a name server."""
        known = {(host.lower(), port): to for (host, port), to in (connect_to or {}).items()}
        return cls(known, Resolver(dns) if dns else None)

    def knows(self, host: str) -> bool:
        """Whether it is said for a name where it leads, so that it is not looked up."""
        return any(name == host.lower() for name, _ in self.connect_to)

    def addresses(self, host: str, port: int, within: float) -> list[Address]:
        """The addresses to try in turn.

        Raises:
            Stopped: the name cannot be resolved within that many seconds.
        """
        if (given := self._given(host.lower(), port)) is not None:
            return given
        if self.resolver is None or is_address(host):
            found = _resolved(host, port, within)
        else:
            found = [(one, port) for one in self.resolver.addresses(ascii_name(host), within)]
        return [
            place
            for address, _ in found
            for place in self._given(address, port) or [(address, port)]
        ]

    def _given(self, host: str, port: int) -> list[Address] | None:
        for key in ((host, port), (host, None)):
            if (given := self.connect_to.get(key)) is not None:
                return [given] if isinstance(given[0], str) else [*given]  # type: ignore[list-item]
        return None


def ascii_name(host: str) -> str:
    """A host as DNS and TLS want it (RFC 5891, UTS 46).

    Raises:
        Stopped: it is no name.
    """
    host = host.strip("[]").rstrip(".")
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError as error:
        raise Stopped(StopReason.NO_NAME, str(error)) from None


def _resolved(host: str, port: int, within: float) -> list[Address]:
    name = ascii_name(host)
    if not name or not 0 < port < 65536:
        raise Stopped(StopReason.BAD_SETTINGS, f"{host}:{port}")
    found: list[Address] = []
    failure: list[Stopped] = []

    def look_up() -> None:
        try:
            for *_, where in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM):
                found.append((str(where[0]), int(where[1])))
        except socket.gaierror as error:
            failure.append(Stopped(_kind(error), error.strerror or str(error)))
        except (OSError, UnicodeError, ValueError) as error:
            failure.append(
                Stopped(StopReason.NO_NAME, str(getattr(error, "strerror", "") or error))
            )

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(within, 0.001))
    if failure:
        raise failure[0]
    if thread.is_alive():
        raise Stopped(StopReason.NO_RESOLVER, "no answer in time")
    return [*dict.fromkeys(found)]


def _kind(error: socket.gaierror) -> StopReason:
    if error.errno == socket.EAI_AGAIN:
        return StopReason.NO_RESOLVER
    if error.errno == getattr(socket, "EAI_NODATA", None):
        return StopReason.NO_ADDRESS
    return StopReason.NO_NAME
