"""Probe a service: one connection, one observation."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TypeAlias

from mailkit.account import Service, is_local, is_loopback
from mailkit.net.activity import under_way
from mailkit.net.connection import Connection
from mailkit.net.options import ConnectOptions
from mailkit.net.resolver import SocketAddress
from mailkit.net.routes import Routes
from mailkit.observation import Observation, ServerEndpoint, Unreached
from mailkit.ports import Security
from mailkit.protocol import http
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.conversation import dialogue_for, observe
from mailkit.protocol.dialogue import Credentials, Dialogue, SessionState, connect
from mailkit.protocol.login import ClearOk, nowhere

__all__ = ["cleartext_ok", "endpoint_of", "get", "probe", "reach"]

ProbeDialogue: TypeAlias = Dialogue[None]
"""A dialogue without a result. The annotations of a function within a function are evaluated at each call, so they are a
name.
"""

KnownFacts: TypeAlias = dict[str, object]
"""What a connection knows at its end, by the name of the field."""


def endpoint_of(service: Service) -> ServerEndpoint:
    """Return the endpoint of a service's settings."""
    return ServerEndpoint(str(service.protocol), service.host, service.port, str(service.security))


def cleartext_ok(service: Service, routes: Routes) -> ClearOk:
    """Return whether a login may be sent in cleartext to the connected address.

    It may if the account allows it, or if the address is loopback, whatever the name (RFC 6761 §6.3). An address from
    ``connect_to`` represents another host, so then the name has to be local too.
    """
    if service.security is not Security.CLEARTEXT:
        return nowhere
    if service.allow_cleartext_login:
        return lambda address: True
    if is_local(service.host) or not routes.connect_to:
        return is_loopback
    return nowhere


def probe(
    service: Service,
    setting: ConnectOptions,
    *,
    credentials: Credentials | None = None,
    verify: bool = True,
    addresses: Sequence[SocketAddress] = (),
    on_quiet: Callable[[Connection], None] | None = None,
    after_login: AfterLogin = LOGIN_ONLY,
) -> Observation:
    """Open a service with its settings, up to a login if there are credentials.

    Without ``verify`` no credentials are sent. Failures are part of the observation, and not raised.
    """
    endpoint = endpoint_of(service)
    clear_ok = cleartext_ok(service, setting.routes)

    def conversation(session: SessionState) -> ProbeDialogue:
        session.helo = setting.helo or session.helo
        return dialogue_for(
            session,
            endpoint,
            credentials if verify else None,
            clear_ok=clear_ok,
            logout=setting.logout,
            after_login=after_login,
        )

    return _run(endpoint, conversation, setting, verify, addresses, on_quiet)


def reach(host: str, port: int, setting: ConnectOptions) -> Observation:
    """Connect and close."""

    def conversation(session: SessionState) -> ProbeDialogue:
        yield from connect(session)

    return _run(
        ServerEndpoint("tcp", host, port, "cleartext"), conversation, setting, False, (), None
    )


def get(service: Service, setting: ConnectOptions, *, tls: bool, path: str = "/") -> Observation:
    """Look for a web server on a service's endpoint."""
    security = Security.IMPLICIT_TLS if tls else Security.CLEARTEXT
    endpoint = ServerEndpoint("http", service.host, service.port, str(security))

    def conversation(session: SessionState) -> ProbeDialogue:
        return http.opening(session, tls=tls, host=service.host, path=path)

    return _run(endpoint, conversation, setting, False, (), None)


def _run(
    endpoint: ServerEndpoint,
    conversation: Callable[[SessionState], ProbeDialogue],
    setting: ConnectOptions,
    verify: bool,
    addresses: Sequence[SocketAddress],
    on_quiet: Callable[[Connection], None] | None,
) -> Observation:
    trust = setting.trust
    if verify and endpoint.security != Security.CLEARTEXT:
        trust.prepare()
    early = setting.early if verify and not addresses else None
    connection = (early.take(endpoint, setting, on_quiet) if early else None) or Connection(
        endpoint.host,
        endpoint.port,
        setting,
        verify=verify,
        addresses=addresses,
        on_quiet=on_quiet,
    )

    def listed(session: SessionState) -> ProbeDialogue:
        if setting.secrets is not None:
            session.secrets = setting.secrets
        with under_way(endpoint, session):
            yield from conversation(session)

    began = monotonic()

    def ended() -> KnownFacts:
        seconds = connection.greeting_s
        return {
            "greeting_s": None if seconds is None else round(seconds, 3),
            "ms": round((monotonic() - began - connection.waited_s) * 1000, 1),
            "no_close_notify": connection.ragged,
            "unreached": tuple(Unreached(address, why) for address, why in connection.dead),
            "no_route": tuple(connection.routeless),
        }

    try:
        return observe(endpoint, listed, connection.__call__, ended)
    finally:
        connection.close()
