"""What is looked at around a service: who answers, in which other ways, at which addresses."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TypeVar

from mailkit.account import Service, with_changes
from mailkit.net.connection import Connection, hush
from mailkit.net.probe import ConnectOptions, get, probe
from mailkit.observation import Observation, Step, Stop, StopReason
from mailkit.ports import Protocol, Security
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.dialogue import Credentials, Stopped

__all__ = [
    "in_parallel",
    "open_and_identify",
    "probe_addresses",
    "probe_alternatives",
    "shown_chain",
    "with_chains",
]

T = TypeVar("T")


def in_parallel(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Run some calls side by side, each in a thread of its own; their results in order.

    What one of them raises is raised here, when all are done.
    """
    results: dict[int, T] = {}
    failures: list[BaseException] = []

    def run(number: int, call: Callable[[], T]) -> None:
        try:
            results[number] = call()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    threads = [
        threading.Thread(target=run, args=(number, call), daemon=True, name="mailkit-look")
        for number, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [results[number] for number in sorted(results)]


def open_and_identify(
    service: Service,
    setting: ConnectOptions,
    credentials: Credentials | None,
    after_login: AfterLogin = LOGIN_ONLY,
) -> tuple[Observation, list[Observation]]:
    """Open a service; where it stays silent, find out what is there.

    The first connection goes on listening while a second one sends a TLS hello (or, where TLS was
    tried, listens for a greeting in clear), and a third one a GET. As soon as one of them is
    answered the first one is given up.
    """
    others: list[Observation] = []
    asking: list[threading.Thread] = []

    def find_out(connection: Connection) -> None:
        others.extend(_identify(service, setting, credentials, inside=connection.secured))
        if any(_answered(look) for look in others):
            connection.cancel()

    def on_quiet(connection: Connection) -> None:
        thread = threading.Thread(target=find_out, args=(connection,), daemon=True)
        asking.append(thread)
        thread.start()

    seen = probe(
        service, setting, credentials=credentials, on_quiet=on_quiet, after_login=after_login
    )
    if asking and not seen.greeting:
        asking[0].join()
    if seen.stop is not None and seen.stop.kind is StopReason.ABANDONED:
        stop = (
            Stop(StopReason.TLS_FAILED, "NO_ANSWER")
            if seen.step is Step.TLS
            else Stop(StopReason.SILENT)
        )
        seen = replace(seen, stop=stop)
    return seen, [] if seen.greeting else others


def _identify(
    service: Service, setting: ConnectOptions, credentials: Credentials | None, *, inside: bool
) -> list[Observation]:
    """Ask what is silent: with TLS or in clear, whichever was not tried, then by GET.

    Each question is short, and the next one is asked only where the one before found nobody: what
    is silent may be a mail server that makes strangers wait.
    """
    brief = max(2 * hush(setting.reply_timeout_s), setting.reply_timeout_s / 3)
    quick = replace(setting, reply_timeout_s=brief, login_timeout_s=brief, goodbye=False)
    if inside:
        return [get(service, quick, tls=True)]
    implicit = service.security is Security.IMPLICIT_TLS
    other = Security.CLEARTEXT if implicit else Security.IMPLICIT_TLS
    asking = credentials and replace(credentials, password=None)
    first = probe(with_changes(service, {"security": other}), quick, credentials=asking)
    if first.greeting or (first.stop is not None and first.stop.kind is StopReason.FOREIGN):
        return [first]
    spoke_tls = first.tls is not None or _unverified(first)
    return [first, get(service, quick, tls=spoke_tls)]


def _answered(look: Observation) -> bool:
    """Whether a look found out who is there."""
    if look.greeting or look.tls is not None or _unverified(look):
        return True
    return look.stop is not None and look.stop.kind is StopReason.FOREIGN


def _unverified(look: Observation) -> bool:
    return look.stop is not None and look.stop.kind is StopReason.TLS_FAILED and look.stop.code != 0


def shown_chain(service: Service, setting: ConnectOptions) -> Observation:
    """The certificates a server shows, over a connection that carries no credentials."""
    return probe(service, setting, verify=False)


def probe_addresses(service: Service, setting: ConnectOptions, address: str) -> list[Observation]:
    """The same endpoint at the other addresses behind its name, four at most."""
    try:
        left = setting.deadline - monotonic()
        found = setting.routes.addresses(
            service.host, service.port, min(setting.reply_timeout_s, left)
        )
    except Stopped:
        return []
    others = [one for one in found if one[0] != address]
    if len(others) == len(found):
        return []
    return in_parallel(_at(service, setting, one) for one in others[:4])


def _at(
    service: Service, setting: ConnectOptions, address: tuple[str, int]
) -> Callable[[], Observation]:
    return lambda: probe(service, setting, addresses=[address])


def probe_alternatives(
    services: Sequence[tuple[Service, Credentials | None]], setting: ConnectOptions
) -> list[Observation]:
    """Other ways to the same mail, side by side, without a login."""
    quick = replace(setting, login_timeout_s=setting.reply_timeout_s)

    def look(service: Service, credentials: Credentials | None) -> Callable[[], Observation]:
        return lambda: probe(service, quick, credentials=credentials)

    return in_parallel(look(service, credentials) for service, credentials in services)


def with_chains(others: Sequence[Observation], setting: ConnectOptions) -> list[Observation]:
    """The same looks, those that failed to verify with the certificates that were shown there."""

    def shown(look: Observation) -> Observation:
        if look.chain or not look.address or not _unverified(look):
            return look
        service = Service(
            protocol=Protocol(look.endpoint.protocol),
            host=look.endpoint.host,
            port=look.endpoint.port,
            security=Security(look.endpoint.security),
        )
        left = max(setting.deadline - monotonic(), 0)
        try:
            there = setting.routes.addresses(
                service.host, service.port, min(setting.reply_timeout_s, left)
            )
        except Stopped:
            return look
        same = [one for one in there if one[0] == look.address]
        return replace(look, chain=probe(service, setting, verify=False, addresses=same).chain)

    return in_parallel([partial(shown, look) for look in others])
