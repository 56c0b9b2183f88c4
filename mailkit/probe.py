"""A service, dialled: one connection, one observation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from mailkit.account import Service, is_local
from mailkit.channel import Channel, Trust
from mailkit.names import Address
from mailkit.observation import DEAD, Endpoint, Observation
from mailkit.ports import Security
from mailkit.routes import Routes
from mailkit.wire import http
from mailkit.wire.conversation import dialogue_for, observe
from mailkit.wire.dialogue import Credentials, Dialogue, Minutes, connect
from mailkit.wire.errand import NO_ERRAND, Errand

__all__ = ["Setting", "endpoint_of", "get", "probe", "reach"]


@dataclass(frozen=True, slots=True)
class Setting:
    """How to dial: trust, routes, and the limits in seconds.

    ``step_s`` bounds each request with its whole reply, ``deadline`` (of the monotonic clock)
    everything together, ``patience_s`` the wait for a greeting or for the answer to a login.
    """

    trust: Trust
    routes: Routes = field(default_factory=Routes)
    step_s: float = 10.0
    patience_s: float = 10.0
    deadline: float = float("inf")
    goodbye: bool = False


def endpoint_of(service: Service) -> Endpoint:
    """What a service's settings dial."""
    return Endpoint(str(service.protocol), service.host, service.port, str(service.security))


def probe(
    service: Service,
    setting: Setting,
    *,
    credentials: Credentials | None = None,
    verify: bool = True,
    addresses: Sequence[Address] = (),
    on_quiet: Callable[[Channel], None] | None = None,
    errand: Errand = NO_ERRAND,
) -> Observation:
    """Open a service as its settings say, as far as a login if there are credentials.

    A conversation that does not ``verify`` never gets credentials. What goes wrong is part of
    the observation; nothing is raised for it.
    """
    endpoint = endpoint_of(service)
    clear_ok = service.security is Security.CLEARTEXT and (
        service.allow_cleartext_login or is_local(service.host)
    )

    def conversation(minutes: Minutes) -> Dialogue[None]:
        return dialogue_for(
            minutes,
            endpoint,
            credentials if verify else None,
            clear_ok=clear_ok,
            goodbye=setting.goodbye,
            errand=errand,
        )

    return _run(endpoint, conversation, setting, verify, addresses, on_quiet)


def reach(host: str, port: int, setting: Setting) -> Observation:
    """Only connect, and hang up."""

    def conversation(minutes: Minutes) -> Dialogue[None]:
        yield from connect(minutes)

    return _run(Endpoint("tcp", host, port, "cleartext"), conversation, setting, False, (), None)


def get(service: Service, setting: Setting, *, tls: bool, path: str = "/") -> Observation:
    """Look for a web server on a service's endpoint."""
    security = Security.IMPLICIT_TLS if tls else Security.CLEARTEXT
    endpoint = Endpoint("http", service.host, service.port, str(security))

    def conversation(minutes: Minutes) -> Dialogue[None]:
        return http.opening(minutes, tls=tls, host=service.host, path=path)

    return _run(endpoint, conversation, setting, False, (), None)


def _run(
    endpoint: Endpoint,
    conversation: Callable[[Minutes], Dialogue[None]],
    setting: Setting,
    verify: bool,
    addresses: Sequence[Address],
    on_quiet: Callable[[Channel], None] | None,
) -> Observation:
    trust = setting.trust
    channel = Channel(
        endpoint.host,
        endpoint.port,
        routes=setting.routes,
        context=trust.verified if verify else trust.looking,
        crls=trust.crls if verify else (),
        step_s=setting.step_s,
        patience_s=setting.patience_s,
        deadline=setting.deadline,
        addresses=addresses,
        on_quiet=on_quiet,
    )
    began = monotonic()
    try:
        seen = observe(endpoint, conversation, channel)
    finally:
        channel.close()
    notes = [*seen.notes, *(["no close_notify"] if channel.ragged else [])]
    notes += [f"{DEAD}{address}: {kind}" for address, kind in channel.dead]
    return replace(
        seen,
        greeting_s=channel.greeting_s,
        notes=tuple(notes),
        ms=round((monotonic() - began) * 1000, 1),
    )
