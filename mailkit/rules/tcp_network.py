"""TCP: what the network around this machine does with mail, seen by comparing hosts."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Context, Observation, Proof, Step, StopReason
from mailkit.rules.facts import (
    Observations,
    by_ipv6,
    dead_addresses,
    stopped,
    tls_alert,
    where,
)

_MUTE = (
    StopReason.TIMED_OUT,
    StopReason.REFUSED,
    StopReason.RESET,
    StopReason.CLOSED,
    StopReason.SILENT,
)


def _elsewhere(seen: Observation, others: Observations) -> list[Observation]:
    """Connections to other hosts, made for comparison only."""
    host = seen.endpoint.host
    return [
        observation
        for observation in others
        if observation.endpoint.protocol == "tcp" and observation.endpoint.host != host
    ]


def _shown(others: list[Observation]) -> tuple[str, ...]:
    return tuple(
        f"{where(observation)}: {observation.stop.kind if observation.stop else 'connected'}"
        for observation in others
    )


@rule(Severity.WARNING, healthy=True)
def tcp_v6_broken(seen: Observation, others: Observations) -> Hits:
    """IPv6 to this host is broken, and IPv4 works.

    Programs try IPv6 first and wait for it: everything is slow, or fails.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == unreached: address=2001:db8::1; why=no answer to connect
        == connected 192.0.2.2
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == unreached: address=192.0.2.1; why=refused
        == connected 192.0.2.2
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready
    """
    dead = dead_addresses(seen, others)
    if (
        seen.address
        and dead
        and ":" not in seen.address
        and all(by_ipv6(observation) for observation in dead)
    ):
        yield Hit(
            f"{seen.endpoint.host} answers by IPv4 but not by IPv6: programs that try IPv6 first are slow or fail. Fix IPv6 in this network.",
            tuple(dead),
        )


@rule(Severity.NOTE, healthy=True)
def tcp_v6_no_route(seen: Observation, others: Observations) -> Hits:
    """The host has an IPv6 address, and this machine has no route to it.

    Programs that fall back to IPv4 work. Those that look names up by themselves (Go, Node, some in
    containers) can fail with “Network is unreachable” or “Cannot assign requested address”.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == no route: 2001:db8::1
        == connected 192.0.2.2
        == tls TLSv1.3
        S: * OK ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.2
        == tls TLSv1.3
        S: * OK ready
    """
    if seen.facts.no_route and not dead_addresses(seen, others):
        yield Hit(
            f"{seen.endpoint.host} also has an IPv6 address, and this machine has no route to it: programs that do not fall back to IPv4 fail.",
            tuple(f"no route to {address}" for address in seen.facts.no_route),
        )


@rule(Severity.ERROR, explains=("tcp-timeout", "tcp-refused", "tcp-reset"))
def tcp_smtp_blocked(seen: Observation, others: Observations) -> Hits:
    """This network blocks outgoing mail ports.

    Ports 25, 465 and 587 time out at every host that was tried, while other ports answer: a hosting
    provider, a cloud or a hotspot forbids sending.

    Flagged::

        smtp smtp.example.com:465 implicit-tls
        == no answer to connect

        tcp smtp.gmail.com:25 cleartext
        == no answer to connect

        tcp smtp.gmail.com:465 cleartext
        == no answer to connect

        tcp smtp.gmail.com:587 cleartext
        == no answer to connect

        tcp imap.gmail.com:993 cleartext
        == connected 192.0.2.9

    Clean::

        smtp smtp.example.com:465 implicit-tls
        == no answer to connect

        tcp smtp.gmail.com:25 cleartext
        == no answer to connect

        tcp smtp.gmail.com:465 cleartext
        == connected 192.0.2.9

        tcp smtp.gmail.com:587 cleartext
        == connected 192.0.2.9
    """
    others = _elsewhere(seen, others)
    sending = [observation for observation in others if observation.endpoint.port in (25, 465, 587)]
    alive = [
        observation
        for observation in others
        if observation not in sending and observation.step > Step.CONNECT
    ]
    if (
        stopped(seen, StopReason.TIMED_OUT, StopReason.REFUSED)
        and seen.endpoint.protocol == "smtp"
        and {observation.endpoint.port for observation in sending} == {25, 465, 587}
        and all(
            stopped(observation, StopReason.TIMED_OUT, StopReason.REFUSED)
            for observation in sending
        )
        and alive
    ):
        yield Hit(
            "This network blocks outgoing mail: ports 25, 465 and 587 are closed to every host that was tried. Use the relay of this network's owner, or another network.",
            _shown(others),
        )


@rule(Severity.ERROR, explains=("tcp-timeout", "tcp-refused", "tcp-reset"))
def tcp_25_blocked(seen: Observation, others: Observations) -> Hits:
    """This network blocks outgoing port 25.

    It times out at other hosts too, while their submission ports answer. Most home and cloud
    providers do that against spam.

    Flagged::

        smtp smtp.example.com:25 starttls
        == no answer to connect

        tcp smtp.gmail.com:25 cleartext
        == no answer to connect

        tcp smtp.gmail.com:587 cleartext
        == connected 192.0.2.9

    Clean::

        smtp smtp.example.com:25 starttls
        == no answer to connect

        tcp smtp.gmail.com:25 cleartext
        == connected 192.0.2.9

        tcp smtp.gmail.com:587 cleartext
        == connected 192.0.2.9
    """
    others = _elsewhere(seen, others)
    mine = [observation for observation in others if observation.endpoint.port == 25]
    users = [observation for observation in others if observation.endpoint.port in (465, 587)]
    if (
        seen.endpoint.port == 25
        and stopped(seen, StopReason.TIMED_OUT)
        and mine
        and all(stopped(observation, StopReason.TIMED_OUT) for observation in mine)
        and any(user.step > Step.CONNECT for user in users)
    ):
        yield Hit(
            "This network blocks outgoing port 25. Send on port 465 or 587, with a login.",
            _shown([*mine, *users]),
            {"port": 587},
            "port",
        )


@rule(Severity.ERROR)
def tcp_proxy_needed(seen: Observation, context: Context) -> Hits:
    """This network only allows connections through a proxy.

    Direct connections time out, and this machine is set up for a SOCKS proxy.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == proxies: socks5://proxy.example.com:1080
        == no answer to connect

    Clean::

        imap imap.example.com:993 implicit-tls
        == proxies: http://proxy.example.com:3128
        == no answer to connect
    """
    for proxy in context.proxies:
        if proxy.lower().startswith("socks") and stopped(
            seen, StopReason.TIMED_OUT, StopReason.UNREACHABLE
        ):
            yield Hit(
                f"Direct connections to {where(seen)} time out, and this machine is set up for a proxy. Set that proxy in the mail program, or ask for port {seen.endpoint.port} to be opened.",
                (f"proxy {proxy}",),
            )


@rule(
    Severity.WARNING,
    explains=("tcp-timeout", "tcp-refused", "tcp-reset", "grt-eof", "grt-silent-dead"),
)
def tcp_banned(seen: Observation, others: Observations, context: Context) -> Hits:
    """After failed logins the server no longer answers this network.

    Programs such as fail2ban block an address for minutes or hours. Further attempts make it
    longer.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no

        imap imap.example.com:993 implicit-tls login kim
        == refused

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == before: proof=secured; cause=aut-bad
        == no answer to connect

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no

        imap imap.example.com:993 implicit-tls login kim
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    before = context.before
    refused = before is not None and before.proof >= Proof.SECURED and before.cause[:4] == "aut-"
    if before and refused and stopped(seen, *_MUTE) and not seen.greeting:
        yield _banned(seen, f"the earlier report had: {before.cause}")
        return
    if stopped(seen, StopReason.REJECTED):
        for observation in others:
            shut = stopped(observation, *_MUTE) or tls_alert(observation, "EOF", "RESET")
            if observation.endpoint == seen.endpoint and not observation.greeting and shut:
                yield _banned(seen, f"then: {observation.stop.kind if observation.stop else ''}")
                return


def _banned(seen: Observation, evidence: str) -> Hit:
    return Hit(
        f"{seen.endpoint.host} rejected a login and no longer answers this network: it has probably banned this address. Stop every program that uses an old password, and wait.",
        (evidence,),
    )
