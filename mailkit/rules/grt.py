"""GRT: a greeting that is no welcome, and one that is cut off."""

from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Step, StopReason
from mailkit.ports import Security
from mailkit.rules.facts import (
    Observations,
    known_reply,
    refuses_name,
    said,
    stopped,
    wants_certificate,
    where,
    words,
)
from mailkit.rules.speakers import speaker


def _unwelcome(seen: Observation) -> bool:
    """Whether the greeting refuses, in words that are not known to mean something else."""
    reply = known_reply(seen)
    greets = reply is None or reply.finding.startswith("grt-")
    return stopped(seen, StopReason.UNWELCOME) and greets


@rule(Severity.ERROR)
def grt_eof(seen: Observation, others: Observations) -> Hits:
    """The server closes the connection before its greeting.

    It rejects this client (an allow-list, a ban, a limit), or is overloaded.

    Flagged::

        pop3 pop.example.com:110 starttls
        == connected 192.0.2.1
        == closed

    Clean::

        pop3 pop.example.com:110 starttls
        == connected 192.0.2.1
        S: +OK ready
    """
    if stopped(seen, StopReason.CLOSED) and not seen.greeting and not speaker(seen, others):
        when = "in the middle of its" if seen.stop and seen.stop.data else "without a"
        yield Hit(
            f"{where(seen)} closes the connection {when} greeting: it rejects connections from here (an allow-list, a ban, a limit), or the server behind it is down.",
            said(seen),
        )


@rule(Severity.ERROR)
def grt_early_talker(seen: Observation) -> Hits:
    """The server says that the client spoke too early.

    A client must wait for the whole greeting (RFC 5321 §4.3.1). mailkit does; if the server still says
    so, a proxy in between sends ahead.

    Flagged::

        smtp smtp.example.com:25 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 554 SMTP synchronization error

    Clean::

        smtp smtp.example.com:25 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 554 no
    """
    if stopped(seen, StopReason.UNWELCOME) and seen.stop and "synchroni" in seen.stop.text.lower():
        yield Hit(
            f"{where(seen)} says that the client spoke before the greeting was over. It did not: a proxy or firewall in between sends ahead.",
            words(seen),
        )


@rule(Severity.ERROR)
def grt_554(seen: Observation) -> Hits:
    """The server accepts no mail from this network.

    A 554 greeting (RFC 5321 §3.1): this host serves no one, or not this address.

    Flagged::

        smtp smtp.example.com:25 starttls
        == connected 192.0.2.1
        S: 554 smtp.example.com ESMTP not accepting connections

    Clean::

        smtp smtp.example.com:25 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
    """
    if (
        _unwelcome(seen)
        and seen.endpoint.protocol == "smtp"
        and seen.stop is not None
        and seen.stop.code >= 500
        and not refuses_name(seen)
        and "synchroni" not in seen.stop.text.lower()
    ):
        reply = "its reply to EHLO" if seen.step is Step.CAPABILITIES else "its greeting"
        yield Hit(
            f"{where(seen)} rejected the connection in {reply}. Users often have another host or port for sending; or the server rejects this network's address.",
            words(seen),
        )


@rule(Severity.ERROR)
def grt_421(seen: Observation) -> Hits:
    """The server rejects connections for now.

    A temporary reply: the server is overloaded, or being maintained. The settings are not the cause.

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 421 4.3.2 Service not available, try again later

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
    """
    if (
        _unwelcome(seen)
        and not refuses_name(seen)
        and not wants_certificate(seen)
        and seen.endpoint.protocol == "smtp"
        and seen.stop is not None
        and 400 <= seen.stop.code < 500
    ):
        yield Hit(
            f"{where(seen)} rejects connections for the moment. Wait some minutes; the settings are not the cause.",
            words(seen),
        )


@rule(Severity.ERROR)
def grt_imap_bye(seen: Observation) -> Hits:
    """The IMAP server greets with BYE and closes the connection.

    The server was reached and accepts no session now: it is overloaded, shutting down, or refuses
    this address. Some servers say NO or BAD instead of BYE.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * BYE This server serves other clients

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * BAD no more sessions here

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    if _unwelcome(seen) and seen.endpoint.protocol == "imap":
        yield Hit(
            f"{where(seen)} rejected the connection in its greeting; the reply says why.",
            words(seen),
        )


@rule(Severity.ERROR)
def grt_pop_err(seen: Observation) -> Hits:
    """The POP3 server greets with an error.

    The server was reached and accepts no session now: it is overloaded, shutting down, or refuses
    this address.

    Flagged::

        pop3 pop.example.com:110 starttls
        == connected 192.0.2.1
        S: -ERR service not available

    Clean::

        pop3 pop.example.com:110 starttls
        == connected 192.0.2.1
        S: +OK ready
    """
    if _unwelcome(seen) and seen.endpoint.protocol == "pop3":
        yield Hit(
            f"{where(seen)} rejected the connection in its greeting; the reply says why.",
            words(seen),
        )


@rule(Severity.ERROR)
def grt_preauth(seen: Observation) -> Hits:
    """The server says in cleartext that the session is already logged in (PREAUTH).

    After PREAUTH there is no STARTTLS (RFC 9051 §7.1.4), so nothing after it is private. On a public
    server this is an attack or a serious mistake. mailkit closes the connection.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] ready

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
    """
    if stopped(seen, StopReason.PREAUTH):
        yield Hit(
            f"{where(seen)} claims to be logged in already, before TLS, so STARTTLS is impossible. Do not go on; use implicit TLS on port 993.",
            said(seen),
            {"port": 993, "security": Security.IMPLICIT_TLS},
        )
