"""STT: the upgrade from clear to TLS."""

from mailkit import providers
from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Step, StopReason
from mailkit.ports import Security
from mailkit.rules.facts import (
    Observations,
    all_bad,
    known_reply,
    refuses_name,
    secured,
    stopped,
    tls_alert,
    unanswered_upgrade,
    where,
    words,
)
from mailkit.text import decoded, quoted

_TLS_PORT = {"imap": 993, "pop3": 995, "smtp": 465}


def _implicit(seen: Observation) -> dict[str, object]:
    return {"port": _TLS_PORT[seen.endpoint.protocol], "security": Security.IMPLICIT_TLS}


@rule(Severity.ERROR)
def stt_injection(seen: Observation) -> Hits:
    """Bytes arrive between the reply to STARTTLS and the handshake.

    Only TLS may follow there (RFC 3207 §4.2, RFC 9051 §11.1). Someone in between tries to have
    cleartext accepted as if it had been encrypted. mailkit closes the connection.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
        C: a1 STARTTLS
        S: a1 OK begin
        == bytes a2 OK done
        == injected before TLS

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
        C: a1 STARTTLS
        S: a1 NO
    """
    if stopped(seen, StopReason.INJECTED) and seen.stop is not None:
        yield Hit(
            f"After STARTTLS, plain text came from {where(seen)} before the encryption was on. That is an attack or a broken server; nothing was sent. Use implicit TLS.",
            (f"injected: {quoted(decoded(seen.stop.data))}",),
            _implicit(seen),
        )


@rule(Severity.ERROR)
def stt_stripped(service: Service, seen: Observation) -> Hits:
    """STARTTLS was removed from the server's capabilities.

    This provider offers it; here the offer is missing or masked, so something on the network
    removes it. Implicit TLS cannot be stripped.

    Flagged::

        smtp smtp.gmail.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.gmail.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.gmail.com
        S: 250 SIZE 35882577

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250 smtp.example.com
    """
    if stopped(seen, StopReason.NOT_OFFERED) and _known_to_upgrade(service):
        yield Hit(
            f"{service.host} is known to offer STARTTLS on port {service.port}, but here the offer is missing: something on the network removes it. Do not log in; use implicit TLS.",
            (f"it offered: {', '.join(seen.offers) or 'nothing'}",),
            _implicit(seen),
        )


def _known_to_upgrade(service: Service) -> bool:
    provider = providers.for_host(service.host.lower())
    offered = provider.service(service.protocol) if provider else None
    return offered is not None and (service.port, Security.STARTTLS) in offered[1]


@rule(Severity.ERROR)
def stt_not_offered(service: Service, seen: Observation, others: Observations) -> Hits:
    """The server does not offer STARTTLS on this port.

    Going on in cleartext would expose the password on the network. Most servers offer implicit TLS on a
    port of its own.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
    """
    if stopped(seen, StopReason.NOT_OFFERED) and not _known_to_upgrade(service):
        port = _TLS_PORT[seen.endpoint.protocol]
        there = any(
            observation.endpoint.port == port and secured(observation) for observation in others
        )
        hint = f" Implicit TLS on port {port} answers: use it." if there else ""
        yield Hit(
            f"{where(seen)} does not offer STARTTLS, and without it the password would be sent unencrypted.{hint}",
            (f"it offered: {', '.join(seen.offers) or 'nothing'}",),
            _implicit(seen),
        )


@rule(Severity.ERROR)
def stt_already(seen: Observation) -> Hits:
    """The server says that TLS is already active.

    Something between this program and the server encrypts on its behalf (stunnel, a mail shield),
    or a program asked twice.

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 554 5.5.1 Error: TLS already active

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 454 4.7.0 TLS not available
    """
    if stopped(seen, StopReason.NOT_UPGRADED) and _already(seen):
        yield Hit(
            f"{where(seen)} believes that TLS is already active: something in between encrypts on your behalf. Use implicit TLS directly to the server.",
            words(seen),
            _implicit(seen),
        )


def _already(seen: Observation) -> bool:
    text = seen.stop.text.lower() if seen.stop else ""
    return "already" in text and "tls" in text


@rule(Severity.ERROR)
def stt_refused(seen: Observation) -> Hits:
    """The server offers STARTTLS and then rejects it, or does not answer it.

    Its own TLS is broken: often a certificate it cannot read. Where it hangs up or falls silent instead of
    answering, a device in between that wants to read the mail can also be the reason.

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 454 4.7.0 TLS not available due to local problem

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
        C: a1 STARTTLS
        == closed

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250 smtp.example.com

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
        C: a1 CAPABILITY
        == closed
    """
    if unanswered_upgrade(seen):
        what = "closes the connection" if stopped(seen, StopReason.CLOSED) else "falls silent"
        yield Hit(
            f"{where(seen)} offers STARTTLS and then {what} instead of answering it: its TLS is broken, or a device in between prevents encryption. Ask its administrator.",
            (),
            _implicit(seen),
        )
    reply = known_reply(seen)
    limited = reply is not None and reply.finding.startswith("lim-")
    if stopped(seen, StopReason.NOT_UPGRADED) and not (_already(seen) or all_bad(seen) or limited):
        for_now = seen.stop is not None and 400 <= seen.stop.code < 500
        why = "broken, or not available at the moment" if for_now else "broken"
        yield Hit(
            f"{where(seen)} offers STARTTLS and then rejects it: its TLS is {why}. Ask its administrator.",
            words(seen),
            _implicit(seen),
        )


@rule(Severity.ERROR)
def stt_helo_only(seen: Observation) -> Hits:
    """The server supports only the SMTP of before 1995 (no EHLO).

    Without EHLO there is neither encryption nor login. Or a firewall makes it look so.

    Flagged::

        smtp smtp.example.com:25 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com SMTP
        C: EHLO [127.0.0.1]
        S: 500 unknown command
        C: HELO [127.0.0.1]
        S: 250 hello

    Clean::

        smtp smtp.example.com:25 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250 smtp.example.com
    """
    if stopped(seen, StopReason.HELO_ONLY) and not refuses_name(seen):
        yield Hit(
            f"{where(seen)} rejects EHLO, so it supports neither encryption nor a login. Use the submission port, 465 or 587.",
            words(seen) or tuple(f"it said: {quoted(line)}" for line in seen.reply[-1:]),
            _implicit(seen),
        )


@rule(Severity.ERROR)
def stt_handshake(seen: Observation) -> Hits:
    """STARTTLS is accepted, and then the TLS handshake fails.

    The server agreed to encrypt; then its certificate, the TLS version or the cipher was not
    acceptable, or the connection broke off. Nothing secret was sent.

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go ahead
        == tls failed EOF

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go ahead
        == bytes 454 4.3.0 TLS engine not available
        == tls failed WRONG_VERSION_NUMBER

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 454 no
    """
    if seen.step is Step.STARTTLS and tls_alert(seen) and seen.stop is not None:
        yield Hit(
            f"{where(seen)} accepts STARTTLS, and then the TLS handshake fails. Another port of the same host may work; notify its administrator.",
            (f"OpenSSL: {seen.stop.text}", *(() if not seen.stop.data else said_bytes(seen))),
            _implicit(seen),
        )


def said_bytes(seen: Observation) -> tuple[str, ...]:
    """Return what came instead of a handshake."""
    data = seen.stop.data if seen.stop else b""
    return (
        (f"received instead: {quoted(decoded(data))}",) if data[:1] not in b"\x14\x15\x16" else ()
    )
