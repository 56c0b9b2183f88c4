"""TCP: the way to the server."""

import re

from mailkit import providers
from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Step, StopReason
from mailkit.rules.facts import (
    Observations,
    answering,
    by_ipv6,
    dead_addresses,
    secured,
    stopped,
    where,
)
from mailkit.text import joined, quoted


@rule(Severity.ERROR)
def tcp_redirected(service: Service, seen: Observation) -> Hits:
    """Another server answers instead of the provider's.

    Some networks redirect all SMTP to a server of their own. The greeting then names that server, and
    the certificate or the login fails. Implicit TLS on port 465 usually gets through. A server that shows a valid
    certificate for the host is the provider's, whatever its greeting says.

    Flagged::

        smtp smtp.gmail.com:587 starttls
        == connected 192.0.2.1
        S: 220-p3plsmtp.prod.secureserver.net ESMTP Exim
        S: 220 no unsolicited mail
        C: EHLO [127.0.0.1]
        S: 250 p3plsmtp.prod.secureserver.net

    Clean::

        smtp smtp.gmail.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.gmail.com ESMTP gsmtp
        C: EHLO [127.0.0.1]
        S: 250 smtp.gmail.com

    Clean::

        smtp smtp.gmail.com:465 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 relay7.example.net ESMTP
        C: EHLO [127.0.0.1]
        S: 421 4.7.0 Try again later
    """
    provider = providers.for_host(service.host.lower())
    if provider is None or seen.stop is None or seen.endpoint.protocol != "smtp" or secured(seen):
        return
    named = re.match(r"220[ -]([\w-]+(?:\.[\w-]+)+)", " ".join(seen.greeting[:1]))
    if named and providers.elsewhere(service.host, named[1]):
        yield Hit(
            f"{named[1]} answered instead of {service.host}: this network redirects SMTP to a server of its own. Use implicit TLS on port 465, or another network.",
            (f"it replied: {quoted(seen.greeting[0])}",),
            {"port": 465, "security": "implicit-tls"},
        )


@rule(Severity.ERROR)
def tcp_refused(seen: Observation, others: Observations) -> Hits:
    """Connection refused: nothing listens on this port.

    The machine itself answers: the name is right, but the port is wrong or the server is down.

    Flagged::

        imap imap.example.com:1143 starttls
        == refused

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    if stopped(seen, StopReason.REFUSED):
        open_ports = _open_ports(seen, others)
        there = f" Open there: {joined(map(str, open_ports))}." if open_ports else ""
        why = "nothing listens on this port, or a firewall refuses it, as after too many failed logins"
        yield Hit(f"{where(seen)}: connection refused; {why}.{there}")


@rule(Severity.ERROR)
def tcp_timeout(seen: Observation, others: Observations) -> Hits:
    """Connection timed out: there is no answer at all.

    A firewall drops the packets, here or there, or the address is wrong.

    Flagged::

        imap imap.example.com:143 starttls
        == no answer to connect

    Clean::

        imap imap.example.com:143 starttls
        == refused
    """
    if stopped(seen, StopReason.TIMED_OUT):
        open_ports = _open_ports(seen, others)
        there = (
            f" Port {joined(map(str, open_ports))} of the same host answers: only this one is filtered."
            if open_ports
            else " A firewall drops it, or the host is the wrong one."
        )
        yield Hit(f"{where(seen)}: connection timed out, without any answer.{there}")


def _open_ports(seen: Observation, others: Observations) -> list[int]:
    """Ports of the same host that answer."""
    host = seen.endpoint.host
    return sorted(
        {
            observation.endpoint.port
            for observation in answering(others)
            if observation.endpoint.host == host
        }
    )


@rule(Severity.ERROR)
def tcp_unreach(seen: Observation, others: Observations) -> Hits:
    """No route to the host.

    This machine, or a router on the way, has no route to the address; or a firewall, often the server's own, says so
    to refuse the connection.

    Flagged::

        imap imap.example.com:143 starttls
        == unreachable: Network is unreachable

    Clean::

        imap imap.example.com:143 starttls
        == refused
    """
    if not stopped(seen, StopReason.UNREACHABLE):
        return
    dead, open_ports = dead_addresses(seen, others), _open_ports(seen, others)
    if dead and all(map(by_ipv6, dead)):
        why = "it is reached by IPv6 only, and this network has none"
    elif open_ports:
        why = f"a firewall refuses this port, while {joined(map(str, open_ports))} answers"
    else:
        why = "this machine has no network, or a firewall on the way, often the server's own, refuses the connection"
    yield Hit(f"No route to {where(seen)} from here: {why}.", (*_words(seen), *dead))


@rule(Severity.ERROR)
def tcp_local_deny(seen: Observation) -> Hits:
    """This machine itself forbids the connection.

    A firewall program or SELinux blocks it: “Permission denied”, “Operation not permitted”.

    Flagged::

        smtp smtp.example.com:587 starttls
        == denied on this machine: Permission denied

    Clean::

        smtp smtp.example.com:587 starttls
        == refused
    """
    if stopped(seen, StopReason.DENIED):
        yield Hit(
            f"This machine forbids the connection to {where(seen)}: a firewall or SELinux blocks it.",
            _words(seen),
        )


@rule(Severity.ERROR)
def tcp_reset(seen: Observation) -> Hits:
    """Connection reset by peer.

    The server, or a device in between, answers with a TCP reset: it rejects this client, or this kind
    of connection.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        == reset

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    if stopped(seen, StopReason.RESET):
        when = "before it sent anything" if seen.step <= Step.GREETING else "in mid-conversation"
        yield Hit(
            f"{where(seen)} reset the connection {when}. The server or a firewall in between rejects this client.",
            _words(seen),
        )


def _words(seen: Observation) -> tuple[str, ...]:
    return (f"this machine said: {seen.stop.text}",) if seen.stop and seen.stop.text else ()
