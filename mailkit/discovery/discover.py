"""Find settings for an address, published or guessed, and check each before it is reported."""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TypeVar

from mailkit.account import Account, Service
from mailkit.discovery.result import GUESS, Discovery, Found
from mailkit.discovery.sources import (
    SOURCES,
    Answer,
    Asking,
    Offer,
    SettingsSource,
    guesses,
    with_hosts,
)
from mailkit.errors import SettingsError, why_failed
from mailkit.net.options import ConnectOptions, connect_options
from mailkit.net.probe import probe
from mailkit.net.resolver import Resolver
from mailkit.net.routes import ConnectTo, Routes
from mailkit.net.times import DISCOVERY
from mailkit.net.trust import Trust
from mailkit.observation import Observation, Proof, Record, ServerEndpoint, Stop, StopReason
from mailkit.ports import Protocol
from mailkit.protocol.dialogue import Credentials
from mailkit.providers.reference import CONTROL_NAME
from mailkit.report import Attempt
from mailkit.rules.wire import wire_findings

__all__ = ["DEADLINE_S", "discover"]

DEADLINE_S = DISCOVERY.deadline
"""The deadline of a search, in seconds."""

_MOST = 48
"""The number of settings that are checked."""

T = TypeVar("T")


def discover(
    address: str,
    *,
    connect_to: ConnectTo | None = None,
    dns: tuple[str, int] | None = None,
    ca: str | Path | Sequence[str | Path] = (),
    timeout: float = DISCOVERY.reply,
    deadline: float = DEADLINE_S,
    helo: str = "",
    trust: Trust | None = None,
) -> Discovery:
    """Find the settings for an address, without a password.

    All sources are asked at the same time: autoconfig documents (HTTPS first, HTTP last), PACC, TXT
    ``mailconf``, service records with ``_submissions``, the table of providers, the ISPDB, the
    mail exchanger; usual host names are guessed as well. Hosts with private addresses are skipped unless
    ``connect_to`` names them. What is found is checked up to the offer of a login over verified TLS. Only encrypted
    settings are returned.

    Args:
        address: an e-mail address.
        connect_to: as for :func:`mailkit.diagnose`.
        dns: ``(address, port)`` of a resolver to use instead of the system's.
        ca: files with additional trust anchors, in PEM.
        timeout: limit for each step, in seconds.
        deadline: limit for everything, in seconds.
        helo: the name for EHLO.
        trust: trust anchors that are loaded already; then ``ca`` is not read.

    Returns:
        The settings, best first, and every attempt.

    Raises:
        SettingsError: the address or another argument is invalid.
    """
    given = {
        "timeout": timeout,
        "deadline": deadline,
        "ca": ca,
        "trust": trust,
        "connect_to": connect_to,
        "dns": dns,
        "helo": helo,
    }
    options = connect_options(DISCOVERY, given)
    options = replace(options, routes=replace(options.routes, public=True))
    address = _checked(address)
    began = monotonic()
    asking = Asking(address, options.routes, options.trust, began + options.reply_timeout_s)
    guessed = guesses(asking)
    setting = replace(options, ends=began + deadline)
    others = _Looks(setting)
    others.begin([offer.service for offer in guessed])
    attempts: list[Attempt] = []
    records: list[Record] = []
    offers: list[Offer] = []
    timed = [partial(_timed, partial(_asked, source, asking)) for source in SOURCES]
    answers = _gathered(timed, asking.until + 0.2)
    for order, (source, result) in enumerate(zip(SOURCES, answers, strict=True)):
        answer, ms = result or (Answer(outcome="no answer in time"), (monotonic() - began) * 1000)
        attempts.append(Attempt(source.name, answer.outcome, round(ms, 1)))
        records += answer.records
        offers += [replace(offer, order=order) for offer in answer.offers]
    if not any(record.type in _ANSWERED for record in records):
        records += _control(options.routes, asking.until + 1 - monotonic())
    chosen = _at_most(_MOST, _distinct([*offers, *guessed]))
    others.begin([offer.service for offer in chosen])
    seen = others.until(began + deadline)
    found = []
    for offer in chosen:
        observation = seen.get(_key(offer.service))
        found.append(_found(offer, observation))
        outcome = "no answer in time" if observation is None else _outcome(observation)
        guess = GUESS if offer.order == len(SOURCES) else ""
        what = f"{guess}{offer.service.protocol} {offer.service.endpoint}"
        attempts.append(Attempt(what, outcome, observation.ms if observation else 0.0))
    return _discovery(address, found, records, attempts)


_ANSWERED = ("A", "AAAA", "MX", "SRV", "TXT", "CNAME")


def _control(routes: Routes, within: float) -> tuple[Record, ...]:
    """Ask the resolver for a name that certainly exists, as a control."""
    return (routes.resolver or Resolver()).ask(CONTROL_NAME, "A", min(max(within, 0.2), 2.0))


def _checked(address: str) -> str:
    """Return the address with its domain in lower case and ASCII."""
    local, at, domain = address.strip().rpartition("@")
    domain = domain.rstrip(".").lower()
    if not at or not local or "." not in domain or any(c.isspace() for c in address.strip()):
        raise SettingsError(f"not an e-mail address: {address!r}")
    if not domain.isascii():
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            raise SettingsError(f"not a domain: {domain!r}") from None
    if any(not (c.isalnum() or c in ".-_") for c in domain):
        raise SettingsError(f"not a domain: {domain!r}")
    return f"{local}@{domain}"


def _asked(source: SettingsSource, asking: Asking) -> Answer:
    try:
        return with_hosts(source.ask(asking))
    except Exception as error:  # noqa: BLE001 - a source fails alone, for whatever reason
        return Answer(outcome=f"could not be read: {why_failed(error)}")


def _timed(call: Callable[[], T]) -> tuple[T, float]:
    began = monotonic()
    result = call()
    return result, (monotonic() - began) * 1000


def _gathered(calls: Sequence[Callable[[], T]], until: float) -> list[T | None]:
    """Run calls in parallel; return their results, ``None`` for those that are late."""
    done: queue.SimpleQueue[tuple[int, T | None]] = queue.SimpleQueue()

    def run(number: int, call: Callable[[], T]) -> None:
        try:
            done.put((number, call()))
        except BaseException:
            done.put((number, None))
            raise

    for number, call in enumerate(calls):
        threading.Thread(target=run, args=(number, call), daemon=True, name="mailkit-ask").start()
    results: list[T | None] = [None] * len(calls)
    for _ in calls:
        try:
            number, result = done.get(timeout=max(until - monotonic(), 0.001))
        except queue.Empty:
            break
        results[number] = result
    return results


class _Looks:
    """Probes settings in the background, each only once."""

    def __init__(self, setting: ConnectOptions) -> None:
        self.setting = setting
        self.begun: set[tuple[object, ...]] = set()
        self.done: queue.SimpleQueue[tuple[tuple[object, ...], Observation]] = queue.SimpleQueue()
        self.seen: dict[tuple[object, ...], Observation] = {}

    def begin(self, services: Sequence[Service]) -> None:
        """Probe these too."""
        for service in services:
            key = _key(service)
            if key not in self.begun:
                self.begun.add(key)
                threading.Thread(
                    target=self._look, args=(key, service), daemon=True, name="mailkit-look"
                ).start()

    def _look(self, key: tuple[object, ...], service: Service) -> None:
        credentials = Credentials(service.user, None, service.auth)
        self.done.put((key, probe(service, self.setting, credentials=credentials)))

    def until(self, end: float) -> dict[tuple[object, ...], Observation]:
        """Return the observations when all are done, or at the deadline."""
        while len(self.seen) < len(self.begun):
            try:
                key, observation = self.done.get(timeout=max(end - monotonic(), 0.001))
            except queue.Empty:
                break
            self.seen[key] = observation
        return self.seen


def _key(service: Service) -> tuple[object, ...]:
    return service.protocol, service.host, service.port, service.security, service.auth


def _distinct(offers: Sequence[Offer]) -> list[Offer]:
    """Return each setting once, with its best source."""
    best: dict[tuple[object, ...], Offer] = {}
    for offer in offers:
        best.setdefault(_key(offer.service), offer)
    return [*best.values()]


def _at_most(most: int, offers: Sequence[Offer]) -> list[Offer]:
    """Return so many settings in their order, and of each source as many as of the others: none crowds them out."""
    count: Counter[int] = Counter()
    turns = []
    for place, offer in enumerate(offers):
        turns.append((count[offer.order], place))
        count[offer.order] += 1
    return [offers[place] for place in sorted(place for _, place in sorted(turns)[:most])]


def _found(offer: Offer, observation: Observation | None) -> Found:
    return Found(
        service=offer.service,
        source=offer.source,
        authentic=offer.authentic,
        order=offer.order,
        proof=observation.proof if observation is not None else Proof.NONE,
        login=offer.login,
    )


def _outcome(observation: Observation) -> str:
    if observation.stop is None:
        return observation.proof.word
    if observation.stop.kind is StopReason.PRIVATE:
        return f"{observation.stop.kind} {observation.stop.text}: not connected to; name it with --connect-to"
    service = Service(
        protocol=Protocol(observation.endpoint.protocol),
        host=observation.endpoint.host,
        port=observation.endpoint.port,
    )
    found = wire_findings(service, None, observation, ())
    errors = [finding.id for finding in found if finding.severity == "error"]
    return errors[0] if errors else str(observation.stop.kind)


_STOPS = {
    "NXDOMAIN": StopReason.NO_NAME,
    "NODATA": StopReason.NO_NAME,
    "SERVFAIL": StopReason.NO_RESOLVER,
    "TIMEOUT": StopReason.NO_RESOLVER,
}


def _discovery(
    address: str, found: Sequence[Found], records: Sequence[Record], attempts: Sequence[Attempt]
) -> Discovery:
    ranked = sorted(
        (
            candidate
            for candidate in found
            if candidate.proof >= Proof.SECURED or candidate.order < len(SOURCES)
        ),
        key=lambda candidate: (candidate.proof < Proof.SECURED, candidate.order, -candidate.proof),
    )
    proved = [candidate for candidate in ranked if candidate.proof >= Proof.CAPABLE]
    best = {candidate.service.protocol: candidate for candidate in reversed(proved)}
    incoming = best.get(Protocol.IMAP) or best.get(Protocol.POP3)
    outgoing = best.get(Protocol.SMTP)
    account = None
    if incoming or outgoing:
        account = Account(
            label=address.rpartition("@")[0],
            address=address,
            incoming=incoming.service if incoming else None,
            outgoing=outgoing.service if outgoing else None,
        )
    domain = address.rpartition("@")[2]
    seen = Observation(
        endpoint=ServerEndpoint("dns", domain, 0, ""), dns=tuple(dict.fromkeys(records))
    )
    control = [record.type for record in records if record.name == CONTROL_NAME]
    if control and control[-1] in _STOPS:
        seen = replace(seen, stop=Stop(_STOPS[control[-1]], control[-1]))
    service = Service(protocol=Protocol.IMAP, host=domain)
    findings = [
        finding
        for finding in wire_findings(service, None, seen, (seen,))
        if finding.id.startswith("dns-")
    ]
    return Discovery(
        address=address,
        account=account,
        found=tuple(ranked),
        findings=tuple(findings),
        attempts=tuple(attempts),
    )
