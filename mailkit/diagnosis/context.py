"""Collects the context of a service: its name, its domain, the network, other accounts, an earlier report."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

from mailkit.account import Account, Service, is_address, is_local
from mailkit.net.options import ConnectOptions
from mailkit.net.probe import get, reach
from mailkit.net.resolver import Resolver
from mailkit.net.trust import Trust
from mailkit.net.waiting import in_parallel
from mailkit.observation import Before, Context, NamedFolder, Observation, Record, StopReason
from mailkit.ports import IMPLICIT_PORTS, SRV_LABELS, Protocol, Security
from mailkit.providers.reference import (
    CONTROL_ENDPOINTS,
    CONTROL_NAME,
    NO_NAME,
    PORTAL_HOST,
    PORTAL_PATH,
    WILDCARD_LABEL,
)
from mailkit.rules.account_index import indexed
from mailkit.text import number

__all__ = [
    "context_of",
    "published",
    "reference_hosts",
    "with_anchors",
    "with_names",
    "with_network",
]

_WITHIN_S = 3.0
"""The limit for all DNS questions together, in seconds."""

_NAMELESS = {StopReason.NO_NAME, StopReason.NO_ADDRESS, StopReason.NO_RESOLVER}
_UNREACHED = {StopReason.REFUSED, StopReason.TIMED_OUT, StopReason.UNREACHABLE}


def context_of(
    service: Service, account: Account, accounts: Sequence[Account], before: Before | None
) -> Context:
    """Return what is known of a service before it is opened."""
    if service.protocol is not Protocol.IMAP:
        return Context(before=before)
    roles = [*account.folders.roles.items(), *(("fetch", name) for name in account.folders.fetch)]
    return Context(
        before=before,
        pop3_readers=tuple(indexed(accounts).pop3_labels(service.user)) if service.user else (),
        folders=tuple(NamedFolder(role, name) for role, name in roles if name),
    )


def with_network(
    context: Context, seen: Observation, service: Service, setting: ConnectOptions
) -> Context:
    """Add facts about this machine's network, if the server was not reached."""
    kind = seen.stop.kind if seen.stop is not None else None
    if kind in (StopReason.TIMED_OUT, StopReason.UNREACHABLE):
        context = replace(context, proxies=tuple(map(_without_login, _proxies())))
    if kind in _UNREACHED and _leads_everywhere(seen, service):
        observation = get(replace(service, port=80), setting, tls=False)
        context = replace(context, web_page=observation.greeting[0] if observation.greeting else "")
    return context


def with_anchors(context: Context, trust: Trust) -> Context:
    """Add the trust anchors that a certificate was verified against."""
    return replace(context, no_trust_anchors=trust.empty, trust_anchors=tuple(trust.given()))


def _proxies() -> list[str]:
    names = ("all_proxy", "https_proxy", "http_proxy", "socks_proxy")
    found = (os.environ.get(name) or os.environ.get(name.upper()) for name in names)
    return [*dict.fromkeys(filter(None, found))]


def _without_login(url: str) -> str:
    """Return the scheme and the endpoint of a proxy, however its login is written."""
    scheme = _SCHEME.match(url)
    rest = url[scheme.end() :] if scheme else url
    endpoint = rest.rpartition("@")[2].lstrip("/")
    return f"{scheme[1] if scheme else 'http'}://{re.split('[/?#]', endpoint)[0]}"


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.I)


def with_names(
    seen: Observation, service: Service, account: Account, setting: ConnectOptions
) -> Observation:
    """Add DNS records, if the connection to the server failed.

    Local names, addresses and names in ``connect_to`` are not looked up.
    """
    kind = seen.stop.kind if seen.stop is not None else None
    host = service.host.lower().rstrip(".")
    if kind not in _NAMELESS | _UNREACHED or not host or not host.isascii():
        return seen
    if is_local(host) or is_address(host) or setting.routes.knows(host):
        return seen
    resolver = setting.routes.resolver or Resolver()
    within = min(_WITHIN_S, setting.deadline - monotonic())
    parent = host.partition(".")[2]
    questions = [(host, "A"), (host, "AAAA")]
    if parent:
        questions.append((f"{WILDCARD_LABEL}.{parent}", "A"))
    questions.append((CONTROL_NAME if kind in _NAMELESS else NO_NAME, "A"))
    if account.domain.isascii() and "." in account.domain:
        questions.append((account.domain, "MX"))
        questions += [(f"{label}{account.domain}", "SRV") for label in SRV_LABELS[service.protocol]]
    asking = [partial(resolver.ask, name, wanted, within) for name, wanted in questions]
    records = tuple(record for answer in in_parallel(asking) for record in answer)
    return replace(seen, dns=tuple(dict.fromkeys((*seen.dns, *records))))


def _leads_everywhere(seen: Observation, service: Service) -> bool:
    """Return whether every name of a domain resolves to the same address."""
    mine = {
        record.data
        for record in seen.dns
        if record.type == "A" and record.name == service.host.lower()
    }
    any_ = {
        record.data
        for record in seen.dns
        if record.type == "A" and record.name.startswith(WILDCARD_LABEL) and record.name != NO_NAME
    }
    return bool(mine & any_)


def reference_hosts(service: Service, setting: ConnectOptions) -> list[Observation]:
    """Probe endpoints that are reachable from everywhere, and a web page."""
    brief = replace(
        setting,
        reply_timeout_s=min(setting.reply_timeout_s, 5.0),
        login_timeout_s=min(setting.reply_timeout_s, 5.0),
    )
    portal = replace(service, host=PORTAL_HOST, port=80)
    asking: list[Callable[[], Observation]] = [
        partial(reach, host, port, brief) for host, port in CONTROL_ENDPOINTS
    ]
    asking.append(partial(get, portal, brief, tls=False, path=PORTAL_PATH))
    return in_parallel(asking)


def published(records: Sequence[Record], protocol: Protocol) -> list[tuple[str, int, Security]]:
    """Return the endpoints of a domain's service records for a protocol, best first.

    A port that is registered for implicit TLS uses it, whatever the record's label (RFC 8314 §5.1).
    """
    found = []
    for record in records:
        if record.type != "SRV" or not record.name.startswith(SRV_LABELS[protocol]):
            continue
        *words, host = record.data.split(" ")
        rank, weight, port = (
            [number(word, 65535) for word in words] if len(words) == 3 else [None] * 3
        )
        if rank is None or weight is None or not port or host in ("", "."):
            continue
        implicit = record.name.startswith(SRV_LABELS[protocol][0]) or port in IMPLICIT_PORTS
        how = Security.IMPLICIT_TLS if implicit else Security.STARTTLS
        found.append((rank, -weight, host, port, how))
    return [(host, port, how) for _, _, host, port, how in sorted(found)]
