"""Connections that are begun before a dialogue asks for them, while the program still loads the rest of itself.

Each is the connection of the dialogue that opens its endpoint first. With implicit TLS the handshake is done, by the
same checks; nothing else is sent or read before.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from mailkit.account import Account
from mailkit.net.connection import Connection
from mailkit.net.options import ConnectOptions
from mailkit.ports import Security

if TYPE_CHECKING:
    from mailkit.observation import ServerEndpoint

__all__ = ["EarlyConnections"]

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
"""A host that no rule refuses; others wait for the rules."""


class EarlyConnections:
    """The early connections of one account: to its services whose host and port are plain, and whose password is at
    hand, so that no server waits for a person who types it.
    """

    def __init__(self, account: Account, options: ConnectOptions) -> None:
        self._waiting: dict[tuple[str, int, str], Connection] = {}
        for service in account.services:
            plain = _PLAIN.fullmatch(service.host) and 0 < service.port < 65536
            if not plain or (service.secret is not None and not service.secret.at_hand):
                continue
            connection = Connection(service.host, service.port, options.begun())
            connection.begin(hello=service.security is Security.IMPLICIT_TLS)
            self._waiting[service.host, service.port, str(service.security)] = connection

    def take(
        self,
        endpoint: "ServerEndpoint",
        options: ConnectOptions,
        on_quiet: Callable[[Connection], None] | None,
    ) -> Connection | None:
        """Return the connection to an endpoint, once, with the options of its dialogue."""
        connection = self._waiting.pop((endpoint.host, endpoint.port, endpoint.security), None)
        if connection is not None:
            connection.go_on(options, on_quiet)
        return connection

    def close(self) -> None:
        """Close those that no dialogue has taken."""
        while self._waiting:
            _, connection = self._waiting.popitem()
            connection.cancel()
            connection.close()
