"""What stands around a service: its name, its domain, the network, other accounts, an earlier report."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from urllib.parse import urlsplit

from mailkit.account import Account, Service, is_address, is_local
from mailkit.diagnosis.comparison import in_parallel
from mailkit.net.options import ConnectOptions
from mailkit.net.probe import get, reach
from mailkit.net.resolver import Resolver
from mailkit.observation import Before, Observation, Proof, Record, StopReason
from mailkit.ports import IMPLICIT_PORTS, Protocol, Security
from mailkit.rules.account_index import indexed
from mailkit.rules.dns import CONTROL, WILDCARD
from mailkit.rules.dns_domain import LABELS
from mailkit.rules.env import PORTAL
from mailkit.rules.mbx import NAMED_FOLDER
from mailkit.rules.tcp_network import REFUSED_BEFORE

__all__ = ["published", "reference_hosts", "with_context", "with_folders", "with_names"]

_WITHIN_S = 3.0
"""The longest that all questions about names may take together."""

_CONTROLS = (
    *(("smtp.gmail.com", port) for port in (25, 465, 587)),
    *(("smtp.mail.yahoo.com", port) for port in (25, 465, 587)),
    ("imap.gmail.com", 993),
)
"""Endpoints that answer from everywhere: connected to for comparison, and hung up on."""

_NAMELESS = {StopReason.NO_NAME, StopReason.NO_ADDRESS, StopReason.NO_RESOLVER}
_UNREACHED = {StopReason.REFUSED, StopReason.TIMED_OUT, StopReason.UNREACHABLE}


def with_context(
    seen: Observation, service: Service, accounts: Sequence[Account], before: Before | None
) -> Observation:
    """The same with notes: who else reads the mailbox, which proxy is set, what was before."""
    notes = []
    if service.protocol is Protocol.IMAP and service.user:
        notes += [f"read by POP3: {label}" for label in indexed(accounts).pop3_labels(service.user)]
    kind = seen.stop.kind if seen.stop is not None else None
    if kind in (StopReason.TIMED_OUT, StopReason.UNREACHABLE):
        notes += [f"proxy {_without_login(url)}" for url in _proxies()]
    if before is not None and before.cause.startswith("aut-") and before.proof >= Proof.SECURED:
        notes.append(f"{REFUSED_BEFORE}{before.cause}")
    return replace(seen, notes=(*seen.notes, *notes)) if notes else seen


def _proxies() -> list[str]:
    names = ("all_proxy", "https_proxy", "http_proxy", "socks_proxy")
    found = (os.environ.get(name) or os.environ.get(name.upper()) for name in names)
    return [*dict.fromkeys(filter(None, found))]


def _without_login(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme or 'http'}://{host or parts.path}"


def with_folders(seen: Observation, account: Account) -> Observation:
    """The same with the folders that the settings name, where the mailbox was looked into."""
    if seen.mailbox is None or seen.endpoint.protocol != Protocol.IMAP:
        return seen
    named = [*account.folders.roles.items(), *(("fetch", name) for name in account.folders.fetch)]
    notes = [f"{NAMED_FOLDER}{role} = {name}" for role, name in named if name]
    return replace(seen, notes=(*seen.notes, *notes))


def with_names(
    seen: Observation, service: Service, account: Account, setting: ConnectOptions
) -> Observation:
    """The same with what the name server says, where the way to the server failed.

    Nothing is asked of names that are local, are addresses, or are said to lead somewhere.
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
        questions.append((f"{WILDCARD}.{parent}", "A"))
    if kind in _NAMELESS:
        questions.append((CONTROL, "A"))
    if account.domain.isascii() and "." in account.domain:
        questions.append((account.domain, "MX"))
        questions += [(f"{label}{account.domain}", "SRV") for label in LABELS[service.protocol]]
    asking = [partial(resolver.ask, name, wanted, within) for name, wanted in questions]
    records = tuple(one for answer in in_parallel(asking) for one in answer)
    seen = replace(seen, dns=tuple(dict.fromkeys((*seen.dns, *records))))
    return _with_web_page(seen, service, setting) if kind in _UNREACHED else seen


def _with_web_page(seen: Observation, service: Service, setting: ConnectOptions) -> Observation:
    """Where every name of a domain leads to the same place: whether a web page is there."""
    mine = {one.data for one in seen.dns if one.type == "A" and one.name == service.host.lower()}
    any_ = {one.data for one in seen.dns if one.type == "A" and one.name.startswith(WILDCARD)}
    if not mine & any_:
        return seen
    look = get(replace(service, port=80), setting, tls=False)
    if not look.greeting:
        return seen
    note = f"a web server on port 80: {look.greeting[0]}"
    return replace(seen, notes=(*seen.notes, note))


def reference_hosts(service: Service, setting: ConnectOptions) -> list[Observation]:
    """Connections to endpoints that answer from everywhere, and a page that always does."""
    brief = replace(
        setting,
        reply_timeout_s=min(setting.reply_timeout_s, 5.0),
        login_timeout_s=min(setting.reply_timeout_s, 5.0),
    )
    portal = replace(service, host=PORTAL, port=80)
    asking: list[Callable[[], Observation]] = [
        partial(reach, host, port, brief) for host, port in _CONTROLS
    ]
    asking.append(partial(get, portal, brief, tls=False, path="/success.txt"))
    return in_parallel(asking)


def published(records: Sequence[Record], protocol: Protocol) -> list[tuple[str, int, Security]]:
    """Where a domain's service records say that a protocol is offered, best first.

    A port that begins with TLS is taken at its word, whatever its label (RFC 8314 §5.1).
    """
    found = []
    for one in records:
        if one.type != "SRV" or not one.name.startswith(LABELS[protocol]):
            continue
        match = re.fullmatch(r"(\d+) (\d+) (\d+) (\S+)", one.data)
        if match is None or match[4] == "." or not 0 < int(match[3]) < 65536:
            continue
        port = int(match[3])
        implicit = one.name.startswith(LABELS[protocol][0]) or port in IMPLICIT_PORTS
        how = Security.IMPLICIT_TLS if implicit else Security.STARTTLS
        found.append((int(match[1]), -int(match[2]), match[4], port, how))
    return [(host, port, how) for _, _, host, port, how in sorted(found)]
