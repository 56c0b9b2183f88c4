"""DNS: the name server, and whether its answers can be believed."""

from mailkit import providers
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Record, StopReason
from mailkit.providers import Provider
from mailkit.providers.reference import CONTROL_NAME, NO_NAME
from mailkit.rules.facts import stopped


def records_of(seen: Observation, name: str, *types: str) -> list[Record]:
    """What was said of a name, with the aliases it has."""
    found, names = [], {name.lower().rstrip(".")}
    for record in seen.dns:
        if record.name in names:
            if record.type == "CNAME":
                names.add(record.data)
            if record.type in types:
                found.append(record)
    return found


def said_by(records: list[Record]) -> tuple[str, ...]:
    """Answers of the name server as evidence."""
    return tuple(f"the name server said: {record}" for record in dict.fromkeys(records))


def machine_said(seen: Observation) -> tuple[str, ...]:
    return (f"this machine said: {seen.stop.text}",) if seen.stop and seen.stop.text else ()


@rule(Severity.ERROR, explains=("dns-servfail",))
def dns_offline(seen: Observation) -> Hits:
    """DNS lookups fail for every name.

    Not even a name that always exists can be looked up. This machine has no network, or its DNS server
    is wrong or down. This is not a mail problem.

    Flagged::

        imap imap.example.com:143 starttls
        == dns imap.example.com TIMEOUT A
        == dns a.root-servers.net TIMEOUT A
        == resolver gave no answer: no answer

    Clean::

        imap imap.example.com:143 starttls
        == dns imap.example.com SERVFAIL A
        == dns a.root-servers.net A 198.41.0.4
        == resolver gave no answer: SERVFAIL
    """
    control = records_of(seen, CONTROL_NAME, "SERVFAIL", "TIMEOUT")
    if stopped(seen, StopReason.NO_RESOLVER) and control:
        yield Hit(
            "No name can be looked up from here, not even one that always exists: this machine has no network, or its DNS server does not work.",
            said_by(control),
        )


def denies_everything(seen: Observation) -> bool:
    """Whether the name server denies a name that certainly exists."""
    return bool(records_of(seen, CONTROL_NAME, "NXDOMAIN", "NODATA"))


def _of_provider(seen: Observation) -> Provider | None:
    """The provider of which the host is a mail server, so that it exists."""
    host = seen.endpoint.host.lower().rstrip(".")
    provider = providers.for_host(host)
    if provider is None:
        return None
    servers = (provider.imap, provider.pop3, provider.smtp)
    return provider if host in [server[0] for server in servers if server] else None


def invented(seen: Observation) -> list[Record]:
    """The addresses of the host that the name server also gives a name that certainly does not exist."""
    anything = {record.data for record in records_of(seen, NO_NAME, "A")}
    return [r for r in records_of(seen, seen.endpoint.host, "A") if r.data in anything]


def lies(seen: Observation) -> bool:
    """Whether a negative answer about the host is no evidence."""
    return denies_everything(seen) or _of_provider(seen) is not None


@rule(Severity.ERROR, explains=("tcp-refused", "tcp-timeout", "tcp-unreach"))
def dns_lying(seen: Observation) -> Hits:
    """The DNS server gives false answers.

    It denies names that certainly exist, or a known provider's server, or it invents an address for
    names that don't exist: a filter, a captive network, an internet provider's search page, or a broken
    resolver. Its answers about the mail host mean nothing.

    Flagged::

        imap imap.example.com:143 starttls
        == dns imap.example.com NXDOMAIN A
        == dns a.root-servers.net NXDOMAIN A
        == name does not exist: NXDOMAIN

    Flagged::

        imap imap.gmail.com:993 implicit-tls
        == dns imap.gmail.com NXDOMAIN A
        == dns a.root-servers.net A 198.41.0.4
        == name does not exist: NXDOMAIN

    Flagged::

        imap imap.example.com:993 implicit-tls
        == dns imap.example.com A 192.0.2.7
        == dns mailkit-no-such-host.invalid A 192.0.2.7
        == refused

    Clean::

        imap imap.example.com:143 starttls
        == dns imap.example.com NXDOMAIN A
        == dns a.root-servers.net A 198.41.0.4
        == name does not exist: NXDOMAIN

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns imap.example.com A 192.0.2.8
        == dns mailkit-no-such-host.invalid A 192.0.2.7
        == refused
    """
    host = seen.endpoint.host
    if made_up := invented(seen):
        yield Hit(
            f"The DNS server invents addresses: it has one for {NO_NAME}, which can't exist, and the same for {host}. Whether {host} exists is unknown; check its spelling, and use another DNS server.",
            said_by([*made_up, *records_of(seen, NO_NAME, "A")]),
        )
    if not stopped(seen, StopReason.NO_NAME, StopReason.NO_ADDRESS) or known_here(seen):
        return
    if denies_everything(seen):
        yield Hit(
            f"The DNS server denies {CONTROL_NAME}, which always exists: its answers can't be trusted, and whether {seen.endpoint.host} exists is unknown. Use another DNS server.",
            said_by(records_of(seen, CONTROL_NAME, "NXDOMAIN", "NODATA")),
        )
    elif provider := _of_provider(seen):
        yield Hit(
            f"The DNS server denies {host}, a server of {provider.name}: a filter on this network or machine blocks it. Make an exception, or use another DNS server.",
            (*machine_said(seen), *said_by(records_of(seen, host, "NXDOMAIN", "NODATA"))),
        )


def known_here(seen: Observation) -> list[Record]:
    """The addresses of the host that the name server has."""
    return records_of(seen, seen.endpoint.host, "A", "AAAA")
