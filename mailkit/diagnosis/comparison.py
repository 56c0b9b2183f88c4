"""Probes around a service: other encryption modes, other ports, other addresses."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

from mailkit.account import Service, with_changes
from mailkit.diagnosis.silence import Silences
from mailkit.net.connection import Connection, hush
from mailkit.net.options import ConnectOptions
from mailkit.net.probe import get, probe
from mailkit.net.waiting import Task, in_parallel, started
from mailkit.observation import Observation, Step, Stop, StopReason
from mailkit.ports import IMPLICIT_PORTS, Protocol, Security
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.conversation import stopped_by
from mailkit.protocol.dialogue import Credentials, Stopped
from mailkit.rules.facts import answers_tls, replies_in_clear

__all__ = [
    "open_and_identify",
    "probe_addresses",
    "probe_alternatives",
    "shown_chain",
    "with_chains",
]


def open_and_identify(
    service: Service,
    setting: ConnectOptions,
    credentials: Credentials | None,
    after_login: AfterLogin = LOGIN_ONLY,
    silences: Silences | None = None,
) -> tuple[Observation, list[Observation]]:
    """Open a service; if it stays silent, find out what is there.

    The first connection keeps listening while a second one sends a TLS hello (or, if TLS was tried, waits for a
    greeting in cleartext), and a third one a GET. Where an SMTP server may still greet, nothing that talks first is
    opened before the first connection has ended. If a server ends it after a while without a word, as one does that
    waited for a TLS hello, the second is opened then. Only a TLS handshake or a web server's reply ends the first
    connection early. A mail server's reply to a client that talks first does not. If the account's other service finds
    the same address silent (``silences``), the wait ends there too.
    """
    silences = silences if silences is not None else Silences()
    wait = _greeting_timeout(service, setting)
    others: list[Observation] = []
    asking: list[Task] = []
    over = False

    def find_out(connection: Connection) -> None:
        pauses = _may_pause(service, secured=connection.secured)
        patience = wait if pauses else _patience(service, setting, wait, secured=connection.secured)
        silences.wait(connection.address, lambda: over, patience)
        if over:
            return
        if pauses:
            if connection.address in silences:
                connection.cancel()
            return
        dead = connection.address in silences
        inside = connection.secured
        others.extend(_identify(service, setting, credentials, inside=inside, briefly=dead))
        if dead or any(_settles(observation) for observation in others):
            connection.cancel()
        elif service.protocol is not Protocol.SMTP and not any(map(_says_something, others)):
            silences.add(connection.address)

    def on_quiet(connection: Connection) -> None:
        asking.append(started(lambda: find_out(connection)))

    seen = probe(
        service,
        replace(setting, greeting_timeout_s=wait),
        credentials=credentials,
        on_quiet=on_quiet,
        after_login=after_login,
    )
    over = True
    silences.wake()
    if asking and not seen.greeting:
        asking[0].join()
        inside, gave_up = seen.tls is not None, _gave_up(seen)
        if not others and (
            gave_up or (_may_pause(service, secured=inside) and _heard_nothing(seen))
        ):
            briefly = gave_up or seen.address in silences
            others += _identify(service, setting, credentials, inside=inside, briefly=briefly)
    if seen.stop is not None and seen.stop.kind is StopReason.ABANDONED:
        stop = (
            Stop(StopReason.TLS_FAILED, "NO_ANSWER")
            if seen.step is Step.TLS
            else Stop(StopReason.SILENT)
        )
        seen = stopped_by(seen, stop)
    return seen, [] if seen.greeting else others


PAUSE_S = 15.0
"""The longest pause before a greeting, in seconds: Sendmail's greet_pause is usually 5 s,
Postfix's postscreen 6 s, Exim's delays up to 14 s.
"""

_PATIENCE = 0.57
"""The share of the wait for a greeting before the first probe talks first, to a server that does not pause on purpose.
Two probes, and one to the other service of the account, still fit into the timeout of a step.
"""

_LISTENING = 0.5
"""The share of a step's timeout for a greeting in cleartext, where a TLS hello got no answer."""

_PAUSING = 0.65
"""The share for an SMTP server that may pause, where a TLS hello got no answer: a GET still follows within the timeout."""


def _greeting_timeout(service: Service, setting: ConnectOptions) -> float:
    """Return how long to wait for a greeting: some SMTP servers delay it on purpose."""
    if service.protocol is Protocol.SMTP and not _awaits_hello(service):
        return min(PAUSE_S, setting.login_timeout_s)
    return 0.9 * setting.reply_timeout_s


def _awaits_hello(service: Service) -> bool:
    """Return whether the port uses implicit TLS and the settings do not, so that no greeting can come."""
    return service.security is not Security.IMPLICIT_TLS and service.port in IMPLICIT_PORTS


def _may_pause(service: Service, *, secured: bool) -> bool:
    """Return whether the server may greet after a pause: such servers refuse, and some ban, a client that talks first.

    A port with implicit TLS sends no greeting in cleartext, and who has sent a TLS hello has talked.
    """
    hello_sent = service.security is Security.IMPLICIT_TLS and not secured
    return service.protocol is Protocol.SMTP and not hello_sent and not _awaits_hello(service)


def _patience(service: Service, setting: ConnectOptions, wait: float, *, secured: bool) -> float:
    """Return how much longer to wait before the first probe that talks first, to a server that does not pause.

    A port with implicit TLS sends no greeting in cleartext, and after a TLS hello the first probe only listens.
    """
    hello_sent = service.security is Security.IMPLICIT_TLS and not secured
    if hello_sent or _awaits_hello(service):
        return 0
    return max(_PATIENCE * wait - hush(setting.reply_timeout_s), 0)


def _identify(
    service: Service,
    setting: ConnectOptions,
    credentials: Credentials | None,
    *,
    inside: bool,
    briefly: bool,
) -> list[Observation]:
    """Probe a silent port: with TLS or in cleartext, whichever was not tried, then by GET.

    Each probe is short, and the next one follows only if the one before found nothing; ``briefly`` makes the first
    one only.
    """
    brief = hush(setting.reply_timeout_s)
    quick = replace(setting, reply_timeout_s=brief, login_timeout_s=brief, logout=False)
    if inside:
        return [get(service, quick, tls=True)]
    asking = credentials and replace(credentials, password=None)
    if service.security is Security.IMPLICIT_TLS:
        share = _PAUSING if service.protocol is Protocol.SMTP else _LISTENING
        listening = share * setting.reply_timeout_s
        other, options = Security.CLEARTEXT, replace(quick, greeting_timeout_s=listening)
    else:
        other, options = Security.IMPLICIT_TLS, quick
    first = probe(with_changes(service, {"security": other}), options, credentials=asking)
    foreign = first.stop is not None and first.stop.kind is StopReason.FOREIGN
    if briefly or first.greeting or foreign or replies_in_clear(first):
        return [first]
    return [first, get(service, quick, tls=first.tls is not None or answers_tls(first))]


def _gave_up(seen: Observation) -> bool:
    """Return whether the server ended the connection before it or the client had said anything."""
    ended = seen.stop is not None and seen.stop.kind in (StopReason.CLOSED, StopReason.RESET)
    return ended and seen.endpoint.security != Security.IMPLICIT_TLS


def _heard_nothing(seen: Observation) -> bool:
    """Return whether no greeting came until the wait was over, or given up."""
    kinds = (StopReason.SILENT, StopReason.ABANDONED)
    return seen.stop is not None and seen.stop.kind in kinds


def _settles(observation: Observation) -> bool:
    """Return whether a probe identified the server, so that no greeting can come."""
    if observation.endpoint.protocol == "http":
        return bool(observation.greeting)
    return bool(observation.greeting) or observation.tls is not None or answers_tls(observation)


def _says_something(observation: Observation) -> bool:
    return _settles(observation) or bool(replies_in_clear(observation))


def _unverified(observation: Observation) -> bool:
    return (
        observation.stop is not None
        and observation.stop.kind is StopReason.TLS_FAILED
        and observation.stop.code != 0
    )


def shown_chain(service: Service, setting: ConnectOptions) -> Observation:
    """Fetch the certificates of a server, over a connection without credentials.

    With implicit TLS the greeting comes after them, and is not waited for.
    """
    if service.security is Security.IMPLICIT_TLS:
        setting = replace(setting, greeting_timeout_s=hush(setting.reply_timeout_s))
    return probe(service, setting, verify=False)


def probe_addresses(service: Service, setting: ConnectOptions, address: str) -> list[Observation]:
    """Probe the same endpoint at up to four other addresses of its name."""
    try:
        left = setting.deadline - monotonic()
        found = setting.routes.addresses(
            service.host, service.port, min(setting.reply_timeout_s, left)
        )
    except Stopped:
        return []
    others = [place for place in found if place[0] != address]
    if len(others) == len(found):
        return []
    return in_parallel(_at(service, setting, other) for other in others[:4])


def _at(
    service: Service, setting: ConnectOptions, address: tuple[str, int]
) -> Callable[[], Observation]:
    return lambda: probe(service, setting, addresses=[address])


def probe_alternatives(
    services: Sequence[tuple[Service, Credentials | None]], setting: ConnectOptions
) -> list[Observation]:
    """Probe other routes to the same mail in parallel, without a login."""
    quick = replace(setting, login_timeout_s=setting.reply_timeout_s)

    def probing(service: Service, credentials: Credentials | None) -> Callable[[], Observation]:
        return lambda: probe(service, quick, credentials=credentials)

    return in_parallel(probing(service, credentials) for service, credentials in services)


def with_chains(others: Sequence[Observation], setting: ConnectOptions) -> list[Observation]:
    """Return the probes; those that failed to verify get the certificates that were shown."""

    def shown(observation: Observation) -> Observation:
        if observation.chain or not observation.address or not _unverified(observation):
            return observation
        service = Service(
            protocol=Protocol(observation.endpoint.protocol),
            host=observation.endpoint.host,
            port=observation.endpoint.port,
            security=Security(observation.endpoint.security),
        )
        left = max(setting.deadline - monotonic(), 0)
        try:
            there = setting.routes.addresses(
                service.host, service.port, min(setting.reply_timeout_s, left)
            )
        except Stopped:
            return observation
        same = [place for place in there if place[0] == observation.address]
        return replace(
            observation, chain=probe(service, setting, verify=False, addresses=same).chain
        )

    return in_parallel([partial(shown, observation) for observation in others])
