"""DNS: what a domain says about its mail, and addresses of which only some answer."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Record
from mailkit.ports import SRV_LABELS
from mailkit.rules.dns_resolver import denies_everything, said_by
from mailkit.rules.facts import Observations, by_ipv6, dead_addresses
from mailkit.text import joined, quoted


@rule(
    Severity.WARNING,
    explains=("dns-nxdomain", "dns-nodata", "tcp-refused", "tcp-timeout"),
)
def dns_null_mx(seen: Observation) -> Hits:
    """The domain of the address accepts no mail.

    It publishes a null MX, a single ``MX 0 .`` (RFC 7505). Most often the domain is misspelt.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == dns example.com MX 0 .
        == name does not exist: NXDOMAIN

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns example.com MX 10 mx.example.com
        == name does not exist: NXDOMAIN

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns example.com MX 0 .
        == dns example.com MX 10 mx.example.com
        == name does not exist: NXDOMAIN

    Clean::

        imap imap.example.net:993 implicit-tls
        == dns example.com MX 0 .
        == refused
    """
    mx = [record for record in seen.dns if record.type == "MX" and _within(seen, record.name)]
    if mx and all(record.data == "0 ." for record in mx):
        yield Hit(
            f"The domain {quoted(mx[0].name)} accepts no mail (null MX). Check the spelling of the address.",
            said_by(mx),
            {},
            "host",
        )


@rule(
    Severity.WARNING,
    explains=("dns-nxdomain", "dns-nodata", "tcp-refused", "tcp-timeout"),
)
def dns_no_domain(seen: Observation) -> Hits:
    """The domain of the address does not exist.

    The DNS server says so (NXDOMAIN), and resolves a name that certainly exists. Most often the domain
    is misspelt, or its registration has ended.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == dns example.com NXDOMAIN MX
        == dns a.root-servers.net A 198.41.0.4
        == name does not exist: NXDOMAIN

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns example.com NXDOMAIN MX
        == dns a.root-servers.net NXDOMAIN A
        == name does not exist: NXDOMAIN

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns example.com MX 0 .
        == name does not exist: NXDOMAIN

    Clean::

        smtp mailserver:587 starttls
        == dns example.com NXDOMAIN MX
        == dns a.root-servers.net A 198.41.0.4
        == name does not exist: NXDOMAIN
    """
    gone = [
        record
        for record in seen.dns
        if record.type == "NXDOMAIN" and record.data == "MX" and _within(seen, record.name)
    ]
    if not denies_everything(seen):
        for record in gone:
            yield Hit(
                f"The domain {quoted(record.name)} does not exist. Check the spelling of the address.",
                said_by([record]),
                {},
                "host",
            )


def _within(seen: Observation, domain: str) -> bool:
    """Whether the host is in a domain: what the domain says of itself tells nothing about other hosts."""
    host, domain = seen.endpoint.host.lower().rstrip("."), domain.lower().rstrip(".")
    return host == domain or host.endswith(f".{domain}")


@rule(Severity.ERROR, explains=("tcp-refused", "tcp-timeout"))
def dns_srv_disabled(seen: Observation) -> Hits:
    """The domain says that it does not offer this protocol.

    An SRV record with a dot for a target means: not available here (RFC 6186 §3.4). Another protocol
    may be.

    Flagged::

        pop3 pop.example.com:995 implicit-tls
        == dns _pop3s._tcp.example.com SRV 0 0 0 .
        == dns _pop3._tcp.example.com SRV 0 0 0 .
        == refused

    Clean::

        pop3 pop.example.com:995 implicit-tls
        == dns _pop3s._tcp.example.com SRV 0 0 995 pop.example.com
        == dns _pop3._tcp.example.com SRV 0 0 0 .
        == refused
    """
    labels = SRV_LABELS.get(seen.endpoint.protocol, ())
    told = [
        record for record in seen.dns if record.type == "SRV" and record.name.startswith(labels)
    ]
    if told and all(record.data.endswith(" .") for record in told):
        yield Hit(
            f"The domain's own DNS record says that it offers no {seen.endpoint.protocol.upper()}. Use another protocol.",
            said_by(told),
            {},
            "protocol",
        )


@rule(Severity.WARNING, healthy=True)
def dns_srv_mislabel(seen: Observation) -> Hits:
    """The domain publishes a port under the wrong SRV name.

    ``_submission`` means STARTTLS, but port 465 is implicit TLS: its name is ``_submissions`` (RFC 8314
    §5.1). Programs that believe the record fail. mailkit goes by the port.

    Flagged::

        smtp smtp.example.com:465 implicit-tls
        == dns _submission._tcp.example.com SRV 0 0 465 smtp.example.com
        == refused

    Clean::

        smtp smtp.example.com:465 implicit-tls
        == dns _submissions._tcp.example.com SRV 0 0 465 smtp.example.com
        == refused
    """
    for record in seen.dns:
        if record.type == "SRV" and record.name.startswith(tuple(MISLABELLED)):
            label = record.name.partition("._tcp")[0]
            if record.data.split()[2:3] == [MISLABELLED[label + "._tcp."]]:
                yield Hit(
                    f"The domain publishes port {record.data.split()[2]} as {label}, which means STARTTLS; it should be {label}s. Its owner should correct the record.",
                    said_by([record]),
                )


MISLABELLED = {"_submission._tcp.": "465", "_imap._tcp.": "993", "_pop3._tcp.": "995"}
"""Labels of the upgrade, with the port that begins with TLS."""


@rule(Severity.NOTE, healthy=True)
def dns_srv_foreign(seen: Observation) -> Hits:
    """The domain points to a server in another domain.

    This is common with a hosting provider. The record is not signed, so anyone who can forge it could
    collect passwords (RFC 6186 §6).

    Flagged::

        imap imap.example.com:993 implicit-tls
        == dns _imaps._tcp.example.com SRV 0 0 993 imap.hoster.example
        == refused

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns _imaps._tcp.example.com SRV 0 0 993 imap.example.com
        == refused
    """
    found = [
        record for record in seen.dns if record.type == "SRV" and not record.data.endswith(" .")
    ]
    foreign = [record for record in found if not _inside(record)]
    if foreign:
        names = dict.fromkeys(record.data.split()[3] for record in foreign)
        yield Hit(
            f"The domain points to a server in another domain: {joined(names)}. Compare that with the provider's documentation before you log in.",
            said_by(foreign),
        )


def _inside(one: Record) -> bool:
    domain, target = one.name.partition("._tcp.")[2], one.data.split()[3]
    return target == domain or target.endswith("." + domain)


@rule(Severity.WARNING, healthy=True)
def dns_mixed(seen: Observation, others: Observations) -> Hits:
    """One of the host's addresses does not answer.

    The name has several addresses, and programs pick one at random: it works at times.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == unreached: address=192.0.2.1; why=refused
        == connected 192.0.2.2
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == unreached: address=2001:db8::1; why=no answer to connect
        == connected 192.0.2.2
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready
    """
    dead = dead_addresses(seen, others)
    if seen.address and dead and not all(by_ipv6(observation) for observation in dead):
        count = len(dead)
        yield Hit(
            f"{count} of the addresses of {seen.endpoint.host} {'does' if count == 1 else 'do'} not "
            "answer; another one does. Its owner has to fix or remove it.",
            tuple(dead),
        )
