"""Where settings for an address are published: one function for each place, best first.

A source returns offers, or an outcome that says why it has none. Cleartext is never offered.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from urllib.parse import quote

from mailkit import providers
from mailkit.account import Service
from mailkit.diagnosis.context import published
from mailkit.errors import FormatError
from mailkit.formats.autoconfig import read_autoconfig
from mailkit.net.fetch import WebError, WebPage, fetch
from mailkit.net.resolver import Resolver
from mailkit.net.routes import Routes, host_of
from mailkit.net.trust import Trust
from mailkit.observation import Record
from mailkit.ports import SRV_LABELS, STANDARD, Protocol, Security
from mailkit.providers import Provider
from mailkit.text import clean, number

__all__ = ["SOURCES", "Asking", "Offer", "SettingsSource", "guesses", "with_hosts"]


@dataclass(frozen=True, slots=True)
class Offer:
    """Settings for an address from a source.

    ``authentic`` is whether they came over verified TLS or from mailkit's own table; others can be forged on the
    network. ``order`` is the source's rank; lower is better. ``login`` is what the provider wants instead of the
    account's password.
    """

    service: Service
    source: str
    authentic: bool
    order: int = 0
    login: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question: the address, routes, trust, and the deadline."""

    address: str
    routes: Routes
    trust: Trust
    until: float

    @property
    def domain(self) -> str:
        """Return the domain of the address, in lower case and ASCII."""
        return self.address.rpartition("@")[2]

    @property
    def left(self) -> float:
        """Return the seconds until the deadline."""
        return max(self.until - monotonic(), 0.05)

    def names(self, name: str, kind: str) -> tuple[Record, ...]:
        """Ask the DNS server."""
        resolver = self.routes.resolver or Resolver()
        return resolver.ask(name, kind, self.left)

    def page(self, url: str) -> WebPage:
        """Get a page."""
        return fetch(url, self.routes, self.trust, within=self.left)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a source: offers, an outcome in words, and DNS records."""

    offers: tuple[Offer, ...] = ()
    outcome: str = ""
    records: tuple[Record, ...] = ()


def with_hosts(answer: Answer) -> Answer:
    """Return an answer with the hosts in ASCII, so that none looks like another, and without what is no host."""
    offers = []
    for offer in answer.offers:
        if host := host_of(offer.service.host):
            offers.append(replace(offer, service=replace(offer.service, host=host)))
    if not (lost := len(answer.offers) - len(offers)):
        return replace(answer, offers=tuple(offers))
    said = f"{answer.outcome}; {lost} left out: not a valid host name"
    return replace(answer, offers=tuple(offers), outcome=said)


@dataclass(frozen=True, slots=True)
class SettingsSource:
    """A source, with its name."""

    name: str
    ask: Callable[[Asking], Answer]


def _autoconfig(url: str) -> Callable[[Asking], Answer]:
    """Fetch a document from a URL built from the domain and the address."""

    def ask(asking: Asking) -> Answer:
        # Some servers cannot decode a full stop, and quote() leaves it as it is.
        where = url.format(domain=asking.domain, address=quote(asking.address, safe="."))
        return _document(asking, where)

    return ask


def _document(asking: Asking, url: str, name: str = "") -> Answer:
    try:
        page = asking.page(url)
        services, remarks = read_autoconfig(page.body, asking.address, url)
    except WebError as error:
        return Answer(outcome=str(error))
    except FormatError as error:
        return Answer(outcome=error.why)
    shown = clean(name or url.partition("?")[0])
    offers = tuple(Offer(service, shown, page.secure) for service in services)
    remarks = remarks[:3]
    said = f"{len(offers)} offers" + ("" if page.secure else ", by HTTP: unauthenticated")
    return Answer(offers, "; ".join([said, *remarks]))


def _pacc(asking: Asking) -> Answer:
    """Fetch the JSON document of PACC; its hash is in a TXT record (draft-ietf-mailmaint-pacc)."""
    url = f"https://ua-auto-config.{asking.domain}/.well-known/user-agent-configuration.json"
    try:
        page = asking.page(url)
    except WebError as error:
        return Answer(outcome=str(error))
    records = asking.names(f"_ua-auto-config.{asking.domain}", "TXT")
    digest = base64.b64encode(hashlib.sha256(page.body).digest()).decode()
    told = [dict(_pairs(record.data)) for record in records if record.type == "TXT"]
    if not any(record.get("v") == "UAAC1" and record.get("d") == digest for record in told):
        return Answer(outcome="its hash differs from the one in the TXT record: ignored")
    try:
        protocols = json.loads(page.body)["protocols"]
        hosts = {
            Protocol(name): str(protocols[name]["host"]) for name in Protocol if name in protocols
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return Answer(outcome="not a document of this kind")
    offers = []
    for protocol, host in hosts.items():
        if len(host) > 253:
            continue
        port, how = STANDARD[protocol][0]
        service = Service(
            protocol=protocol, host=host.lower(), port=port, security=how, user=asking.address
        )
        offers.append(Offer(service, url, page.secure))
    return Answer(tuple(offers), f"{len(offers)} offers")


def _pairs(text: str) -> list[tuple[str, str]]:
    parts = (part.strip().partition("=") for part in text.split(";"))
    return [(name.strip(), value.strip()) for name, mark, value in parts if mark]


def _mailconf(asking: Asking) -> Answer:
    """Read a TXT record with the URL of the document."""
    for name in asking.names(asking.domain, "TXT"):
        if name.type == "TXT" and name.data.startswith("mailconf="):
            url = name.data.removeprefix("mailconf=").strip()
            if not url.startswith("https://"):
                return Answer(outcome=f"it names {url[:80]}, which is not HTTPS")
            return _unsigned(_document(asking, url, f"TXT mailconf: {url.partition('?')[0]}"))
    return Answer(outcome="no such record")


def _unsigned(answer: Answer) -> Answer:
    """Return the answer of a document whose address came from a record, which anyone on the network could forge."""
    return replace(answer, offers=tuple(replace(one, authentic=False) for one in answer.offers))


def _srv(asking: Asking) -> Answer:
    """Read service records (RFC 6186, RFC 8314 §5.1); they are not signed."""
    records: list[Record] = []
    offers: list[Offer] = []
    for protocol, labels in SRV_LABELS.items():
        told = [r for label in labels for r in asking.names(f"{label}{asking.domain}", "SRV")]
        records += told
        for host, port, how in published(told, Protocol(protocol)):
            service = Service(
                protocol=Protocol(protocol),
                host=host,
                port=port,
                security=how,
                user=asking.address,
            )
            offers.append(Offer(service, "SRV records", False))
    found = f"{len(offers)} offers, not signed" if offers else "no such records"
    return Answer(tuple(offers), found, tuple(records))


def _known(asking: Asking) -> Answer:
    """Look up the domain in mailkit's table of providers."""
    provider = providers.for_domain(asking.domain)
    return (
        _of_provider(provider, asking)
        if provider
        else Answer(outcome="not in the table of providers")
    )


def _of_provider(provider: Provider, asking: Asking) -> Answer:
    if provider.login == "none":
        return Answer(outcome=f"{provider.name} has no server for mail programs: {provider.advice}")
    user = asking.address
    if provider.user == "local":
        user = user.rpartition("@")[0]
    offers = []
    for protocol in Protocol:
        there = provider.service(protocol)
        for port, how in there[1] if there else ():
            service = Service(
                protocol=protocol,
                host=there[0] if there else "",
                port=port,
                security=how,
                user=user,
                auth="xoauth2" if provider.login == "oauth" else "password",
            )
            wants = provider.counsel(protocol)
            offers.append(Offer(service, f"providers: {provider.name}", True, login=wants))
    return Answer(tuple(offers), f"{len(offers)} offers; {provider.stated()}")


def _by_mx(asking: Asking) -> Answer:
    """Look up the domain's mail exchanger: a provider in the table, or a hoster that publishes a document."""
    records = asking.names(asking.domain, "MX")
    told = [record.data.split() for record in records if record.type == "MX"]
    found = sorted(
        (int(row[0]), row[1]) for row in told if len(row) == 2 and number(row[0], 65535) is not None
    )
    hosts = [host for _, name in found if (host := host_of(name))]
    for host in hosts[:3]:
        if provider := providers.for_mx(host):
            answer = _of_provider(provider, asking)
            return replace(answer, outcome=f"{host}: {answer.outcome}", records=records)
    tried = []
    for parent in dict.fromkeys(base for host in hosts[:2] for base in _parents(host)):
        if parent == asking.domain:
            continue
        for url in (
            f"https://autoconfig.{parent}/mail/config-v1.1.xml",
            f"https://v1.ispdb.net/{parent}",
        ):
            shown = f"mail exchanger {hosts[0]}: {url.partition('?')[0]}"
            answer = _document(asking, url, shown)
            tried.append(f"{parent}: {answer.outcome}")
            if answer.offers:
                return replace(_unsigned(answer), records=records)
    own = f"{hosts[0]}, in the domain itself" if hosts else "no mail exchanger"
    return Answer(outcome="; ".join(tried[:4]) or own, records=records)


def _parents(host: str) -> list[str]:
    """Return the domains of a host: without its first label, and its likely registered domain."""
    labels = host.split(".")
    second = labels[-2:-1]
    public = (
        len(labels[-1]) == 2 and second and second[0] in ("co", "com", "net", "org", "ac", "or")
    )
    base = ".".join(labels[-3 if public else -2 :])
    return [*dict.fromkeys((".".join(labels[1:]), base))] if len(labels) > 2 else [base]


SOURCES: Sequence[SettingsSource] = (
    SettingsSource(
        "autoconfig, at its own host",
        _autoconfig("https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={address}"),
    ),
    SettingsSource(
        "autoconfig, at the domain",
        _autoconfig("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"),
    ),
    SettingsSource("PACC", _pacc),
    SettingsSource("TXT mailconf", _mailconf),
    SettingsSource("SRV records", _srv),
    SettingsSource("table of providers", _known),
    SettingsSource("ISPDB", _autoconfig("https://v1.ispdb.net/{domain}")),
    SettingsSource("mail exchanger", _by_mx),
    SettingsSource(
        "autoconfig, by HTTP",
        _autoconfig("http://autoconfig.{domain}/mail/config-v1.1.xml"),
    ),
)
"""The sources, best first.

The last one can be forged on the network. Only the address's own domain gets the address, over HTTPS; others get the
domain.
"""

_NAMES = {
    Protocol.IMAP: ("imap", "mail"),
    Protocol.POP3: ("pop", "pop3", "mail"),
    Protocol.SMTP: ("smtp", "mail"),
}


def guesses(asking: Asking) -> list[Offer]:
    """Return usual host names in the domain, with the standard ports."""
    found = []
    for protocol, names in _NAMES.items():
        for name in names:
            for port, how in STANDARD[protocol][:2]:
                service = Service(
                    protocol=protocol,
                    host=f"{name}.{asking.domain}",
                    port=port,
                    security=Security(how),
                    user=asking.address,
                )
                found.append(Offer(service, "a guess", True, order=len(SOURCES)))
    return found
