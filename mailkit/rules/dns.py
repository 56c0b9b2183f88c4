"""DNS: the name of the server, and its addresses."""

from ipaddress import ip_address

from mailkit import providers
from mailkit.account import Service, is_address, is_local
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Context, Observation, StopReason
from mailkit.providers.reference import WILDCARD_LABEL
from mailkit.rules.dns_resolver import (
    invented,
    known_here,
    lies,
    machine_said,
    records_of,
    said_by,
)
from mailkit.rules.facts import Observations, stopped
from mailkit.text import quoted


@rule(Severity.ERROR, explains=("dns-nxdomain",))
def dns_dangling(seen: Observation) -> Hits:
    """The name is an alias (CNAME) of one that no longer exists.

    Usually the domain moved to another hosting provider and this entry was forgotten.

    Flagged::

        imap mail.example.com:993 implicit-tls
        == dns mail.example.com CNAME old.hoster.example
        == dns old.hoster.example NXDOMAIN A
        == name does not exist: NXDOMAIN

    Clean::

        imap mail.example.com:993 implicit-tls
        == dns mail.example.com NXDOMAIN A
        == name does not exist: NXDOMAIN

    Clean::

        imap mail.example.com:993 implicit-tls
        == dns mail.example.com CNAME new.hoster.example
        == dns new.hoster.example A 192.0.2.7
        == dns new.hoster.example NXDOMAIN AAAA
        == refused
    """
    aliases = records_of(seen, seen.endpoint.host, "CNAME")
    gone = records_of(seen, seen.endpoint.host, "NXDOMAIN")
    if aliases and gone and not known_here(seen):
        yield Hit(
            f"{seen.endpoint.host} is an alias of {quoted(aliases[-1].data)}, which no longer exists. The domain's owner has to correct that; or use the new server's name.",
            said_by([*aliases, *gone]),
        )


@rule(Severity.ERROR, explains=("tcp-refused", "tcp-timeout", "tcp-unreach", "tcp-reset"))
def dns_sinkhole(service: Service, seen: Observation) -> Hits:
    """The name resolves to an address that blocks it.

    A public name resolves to 127.0.0.1, 0.0.0.0 or the like: an ad blocker, a filter of the
    network, or a line in the hosts file replaced the answer.

    Flagged::

        imap imap.gmail.com:993 implicit-tls
        == dns imap.gmail.com A 0.0.0.0
        == refused

    Clean::

        imap imap.gmail.com:993 implicit-tls
        == dns imap.gmail.com A 192.0.2.7
        == refused
    """
    found = records_of(seen, service.host, "A", "AAAA")
    if is_local(service.host) or is_address(service.host) or not found:
        return
    known = providers.for_host(service.host.lower()) is not None
    nowhere = [record for record in found if _leads_nowhere(record.data, known=known)]
    if len(nowhere) == len(found):
        yield Hit(
            f"{service.host} is a public name, but {found[0].data} is not a public address: an ad blocker, the network's filter or the hosts file redirects it. Make an exception.",
            said_by(nowhere),
        )


def _leads_nowhere(address: str, *, known: bool) -> bool:
    one = ip_address(address)
    private = one.is_private and not any(
        address.startswith(doc) for doc in ("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:")
    )
    return one.is_unspecified or one.is_loopback or (known and private)


@rule(Severity.ERROR, explains=("tcp-unreach",))
def dns_aaaa_only(seen: Observation) -> Hits:
    """The host has an IPv6 address only, and this network has no IPv6.

    The DNS server says that there is no IPv4 address. From a network with IPv6 it works.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == dns imap.example.com NODATA A
        == dns imap.example.com AAAA 2001:db8::7
        == unreachable: Network is unreachable

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns imap.example.com A 192.0.2.7
        == dns imap.example.com AAAA 2001:db8::7
        == unreachable: Network is unreachable

    Clean::

        imap imap.example.com:993 implicit-tls
        == dns imap.example.com SERVFAIL A
        == dns imap.example.com AAAA 2001:db8::7
        == unreachable: Network is unreachable
    """
    six = records_of(seen, seen.endpoint.host, "AAAA")
    no_four = [r for r in records_of(seen, seen.endpoint.host, "NODATA") if r.data == "A"]
    if stopped(seen, StopReason.UNREACHABLE) and six and no_four:
        yield Hit(
            f"{seen.endpoint.host} has an IPv6 address only, and this network has no IPv6. Use a network with IPv6.",
            said_by([*six, *no_four]),
        )


@rule(Severity.ERROR, explains=("tcp-refused", "tcp-timeout"))
def dns_parked(seen: Observation, others: Observations, context: Context) -> Hits:
    """The domain is parked: a web page and no mail.

    Every name below it has the same address, where a web server answers and no mail server does, and its
    mail goes nowhere else. The domain was not renewed, or the name is misspelt.

    Flagged::

        imap mail.example.com:993 implicit-tls
        == dns mail.example.com A 192.0.2.7
        == dns mailkit-no-such-host.example.com A 192.0.2.7
        == web page: HTTP/1.1 200 OK
        == refused

    Clean::

        imap mail.example.com:993 implicit-tls
        == dns mail.example.com A 192.0.2.7
        == dns mailkit-no-such-host.example.com NXDOMAIN A
        == web page: HTTP/1.1 200 OK
        == refused

    Clean::

        imap mail.example.com:993 implicit-tls
        == dns mail.example.com A 192.0.2.7
        == dns mailkit-no-such-host.example.com A 192.0.2.7
        == dns example.com MX 10 mx.hoster.example
        == web page: HTTP/1.1 200 OK
        == refused

    Clean::

        imap mail.example.com:993 implicit-tls
        == dns mail.example.com A 192.0.2.7
        == dns mailkit-no-such-host.example.com A 192.0.2.7
        == web page: HTTP/1.1 200 OK
        == refused

        imap mail.example.com:143 starttls
        == connected 192.0.2.7
        S: * OK ready
    """
    anything = [
        record
        for record in seen.dns
        if record.name.startswith(WILDCARD_LABEL) and record.type == "A"
    ]
    mine = records_of(seen, seen.endpoint.host, "A")
    everywhere = {record.data for record in anything} & {record.data for record in mine}
    answers = any(
        other.greeting and other.endpoint.host == seen.endpoint.host
        for other in others
        if other.endpoint.protocol != "http"
    )
    if context.web_page and everywhere and not (answers or invented(seen) or _mail_elsewhere(seen)):
        yield Hit(
            f"The domain of {seen.endpoint.host} is parked: every name in it leads to a machine with a web page and no mail. Check the spelling, or ask the domain's owner.",
            (*said_by([*mine, *anything]), f"a web server on port 80: {context.web_page}"),
        )


def _mail_elsewhere(seen: Observation) -> bool:
    """Whether the domain of the address, which has the host, sends its mail to another domain."""
    host = seen.endpoint.host.lower().rstrip(".")
    return any(
        not f".{record.data.split(' ')[-1]}".endswith(f".{record.name}") and record.data != "0 ."
        for record in seen.dns
        if record.type == "MX" and f".{host}".endswith(f".{record.name}")
    )


@rule(Severity.ERROR)
def dns_nxdomain(seen: Observation) -> Hits:
    """The host name does not exist.

    The DNS has no such name. It is misspelt, expired, or known only inside another network, as
    names of containers and companies are.

    Flagged::

        imap imap.example.invalid:143 starttls
        == name does not exist: Name or service not known

    Clean::

        imap imap.example.com:143 starttls
        == refused
    """
    if stopped(seen, StopReason.NO_NAME) and not (lies(seen) or known_here(seen)):
        host = seen.endpoint.host.rstrip(".")
        yield Hit(
            f"The host name {quoted(host)} does not exist."
            if "." in host
            else f"The host name {quoted(host)} is not known on this machine, and has no domain. "
            "If it is another container's service name, run mailkit in that container's network; "
            "else write the full name.",
            machine_said(seen),
        )


@rule(Severity.ERROR)
def dns_nodata(seen: Observation) -> Hits:
    """The host name exists but has no address.

    The name is in the DNS, but without an A or AAAA record: it is a domain, not a mail host, or its
    record was removed.

    Flagged::

        imap example.com:143 starttls
        == name has no address: No address associated with hostname

    Clean::

        imap imap.example.com:143 starttls
        == refused
    """
    if stopped(seen, StopReason.NO_ADDRESS) and not (lies(seen) or known_here(seen)):
        yield Hit(f"{quoted(seen.endpoint.host)} exists, but has no address.", machine_said(seen))


@rule(Severity.ERROR)
def dns_servfail(seen: Observation) -> Hits:
    """The DNS server gives no answer.

    The name could not be looked up; whether it exists is unknown. Where only its IPv4 address could not,
    an IPv6 address may be left that this network cannot reach. This is about this machine's network
    or DNS server, not about the mail server.

    Flagged::

        imap imap.example.com:143 starttls
        == resolver gave no answer: Temporary failure in name resolution

    Flagged::

        imap imap.example.com:993 implicit-tls
        == dns imap.example.com TIMEOUT A
        == dns imap.example.com AAAA 2001:db8::7
        == unreachable: Network is unreachable

    Flagged::

        imap imap.example.com:993 implicit-tls
        == dns imap.example.com A 192.0.2.7
        == name does not exist: Name or service not known

    Clean::

        imap imap.example.com:143 starttls
        == refused
    """
    failed = records_of(seen, seen.endpoint.host, "SERVFAIL", "TIMEOUT")
    host = quoted(seen.endpoint.host)
    nameless = stopped(seen, StopReason.NO_NAME, StopReason.NO_ADDRESS, StopReason.NO_RESOLVER)
    if nameless and (found := known_here(seen)):
        yield Hit(
            f"This machine could not look up {host}, and its DNS server knows it. Its resolver is set up wrongly, or the DNS server did not answer in time: try again, then look at /etc/resolv.conf and /etc/nsswitch.conf, or at the container's DNS settings.",
            (*machine_said(seen), *said_by(found)),
        )
    elif stopped(seen, StopReason.NO_RESOLVER):
        yield Hit(
            f"{host} could not be looked up: this machine's DNS server gives no answer.",
            (*machine_said(seen), *said_by(failed)),
        )
    elif stopped(seen, StopReason.UNREACHABLE) and any(record.data == "A" for record in failed):
        six = records_of(seen, seen.endpoint.host, "AAAA")
        yield Hit(
            f"The IPv4 address of {host} could not be looked up: this machine's DNS server gives no answer. "
            "Its IPv6 address can't be reached from here.",
            said_by([*failed, *six]),
        )
