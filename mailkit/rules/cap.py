"""CAP: what the server offers, and whether this account can use it."""

from collections.abc import Sequence

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, Step, StopReason
from mailkit.ports import Security
from mailkit.protocol.sasl import SPOKEN, TOKENS
from mailkit.rules.facts import Observations, means, stopped, where, words
from mailkit.text import joined


@rule(Severity.ERROR)
def cap_logindisabled_clear(seen: Observation) -> Hits:
    """The server accepts no password before TLS.

    IMAP servers announce LOGINDISABLED (RFC 9051 §6.2.3); POP3 servers offer neither USER nor a
    mechanism. A program that sends the password anyway has exposed it on the network.

    Flagged::

        imap imap.example.com:143 cleartext
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready
    """
    if stopped(seen, StopReason.LOGIN_DISABLED) and seen.tls is None:
        word = "LOGINDISABLED" if seen.endpoint.protocol == "imap" else "no USER and no SASL"
        upgrade = seen.offered("STARTTLS") or seen.offered("STLS")
        yield Hit(
            f"{where(seen)} accepts no password in cleartext. Set security to starttls."
            if upgrade
            else f"{where(seen)} accepts no password in cleartext. Use implicit TLS.",
            (f"it said: {word}", f"it offered: {', '.join(seen.offers)}"),
            {"security": Security.STARTTLS} if upgrade else {},
            "security",
        )


@rule(Severity.ERROR)
def cap_logindisabled_tls(seen: Observation) -> Hits:
    """The server accepts no passwords at all.

    It announces LOGINDISABLED under TLS and no mechanism for a password: only OAuth tokens work, or a
    Windows or Kerberos login.

    Flagged::

        imap outlook.office365.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR] ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN LOGINDISABLED] ready
    """
    if stopped(seen, StopReason.LOGIN_DISABLED) and seen.tls is not None:
        tokens = [name for name in seen.mechanisms if name in TOKENS]
        yield Hit(
            f"{where(seen)} accepts no passwords, encrypted or not. {_instead(seen.mechanisms)}".rstrip(),
            (f"it offered: {', '.join(seen.offers)}",),
            {"auth": tokens[0].lower()} if tokens else {},
            "auth",
        )


def _instead(offered: Sequence[str]) -> str:
    """What can be done where the offered mechanisms take no password, as a sentence; empty without any."""
    tokens = [name for name in offered if name in TOKENS]
    if tokens:
        return f"It offers {joined(tokens, 'or')}: set auth, and pass a token."
    if not offered or {*offered} & {*SPOKEN, "USER"}:
        return ""
    return (
        f"It offers only {joined(offered)}, which mailkit and many programs cannot use. Ask its administrator"
        " to allow PLAIN or LOGIN under TLS (in Exchange: basic authentication)."
    )


@rule(Severity.ERROR)
def cap_no_auth_yet(seen: Observation) -> Hits:
    """A login is offered only after STARTTLS.

    Before TLS the server offers no login, as it should. Settings without STARTTLS never see the offer.

    Flagged::

        smtp smtp.example.com:587 cleartext
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS

    Clean::

        smtp smtp.example.com:587 cleartext
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250 smtp.example.com
    """
    if stopped(seen, StopReason.NO_AUTH) and seen.tls is None and seen.offered("STARTTLS"):
        yield Hit(
            f"{where(seen)} offers a login only after STARTTLS, and the settings say cleartext. "
            "Set security to starttls.",
            (f"in cleartext, it offered: {', '.join(seen.offers)}",),
            {"security": Security.STARTTLS},
            "security",
        )


@rule(Severity.ERROR)
def cap_no_auth(seen: Observation, others: Observations) -> Hits:
    """This port accepts no logins.

    It is for mail between servers, or for machines known by their address. Users send on 465 or 587.

    Flagged::

        smtp mx.example.com:25 starttls
        == connected 192.0.2.1
        S: 220 mx.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        == tls TLSv1.3
        C: EHLO [127.0.0.1]
        S: 250 mx.example.com

    Clean::

        smtp smtp.example.com:587 cleartext
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
    """
    told = means(seen, "cap-no-auth")
    missing = stopped(seen, StopReason.NO_AUTH)
    if told or (missing and (seen.tls is not None or not seen.offered("STARTTLS"))):
        smtp = seen.endpoint.protocol == "smtp"
        how = "even after TLS" if seen.tls else "and no encryption either"
        what = "rejects every login" if seen.mechanisms else f"offers no login, {how}"
        yield Hit(
            f"{where(seen)} {what}: "
            + (_no_login(seen, others) if smtp else "it is not for reading mail as a user."),
            (f"it offered: {', '.join(seen.offers) or 'nothing'}",),
            {"port": 465, "security": Security.IMPLICIT_TLS}
            if smtp and 465 in _open(seen, others)
            else {},
            "port",
        )


def _no_login(seen: Observation, others: Observations) -> str:
    relay = "A relay that knows machines by their address needs no login: leave user and password empty, and verify it with --rehearse FROM TO."
    left = joined([str(port) for port in _open(seen, others)], "or")
    shut = [str(port) for port in (465, 587) if port != seen.endpoint.port]
    closed = f"ports {joined(shut)} take" if len(shut) > 1 else f"port {shut[0]} takes"
    users = (
        f"Users send on port {left}."
        if left
        else f"Of this host, {closed} no connections: ask which host users send by."
    )
    return f"it is for mail between servers, or a relay. {users} {relay}"


def _open(seen: Observation, others: Observations) -> list[int]:
    """The ports for users that are not this one, and at which no attempt has failed to connect."""
    here = [
        observation for observation in others if observation.endpoint.host == seen.endpoint.host
    ]
    shut = {
        observation.endpoint.port for observation in here if stopped(observation, *_UNCONNECTED)
    }
    return [port for port in (465, 587) if port != seen.endpoint.port and port not in shut]


_UNCONNECTED = (StopReason.REFUSED, StopReason.TIMED_OUT, StopReason.UNREACHABLE)


@rule(Severity.ERROR)
def cap_mech_mismatch(service: Service, seen: Observation) -> Hits:
    """The server does not offer the login mechanism that was asked for.

    The settings name one mechanism, or a password, and the server offers others only.

    Flagged::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH XOAUTH2

    Clean::

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
    """
    if seen.facts.ascii_only:
        yield Hit(
            f"{where(seen)} offers no mechanism but the command LOGIN, which carries ASCII only, and the user name or the password has other characters. Choose a password in ASCII, or ask its administrator to offer AUTH=PLAIN.",
        )
    if stopped(seen, StopReason.NO_MECHANISM) and seen.stop is not None:
        offered = seen.stop.text.split()
        usable = any(name in (*SPOKEN, "USER") for name in offered)
        asked = "a password" if service.auth.lower() == "password" else service.auth.upper()
        yield Hit(
            f"{where(seen)} offers {joined(offered) or 'nothing'}, and the account asks for {asked}. {_instead(offered)}".rstrip(),
            (f"it offered: {seen.stop.text}",),
            {"auth": "password"} if usable else {},
            "auth",
        )


def _pop3_offers(seen: Observation) -> bool:
    """Whether this is a POP3 conversation that got as far as a list of capabilities."""
    return seen.endpoint.protocol == "pop3" and bool(seen.offers) and seen.step >= Step.LOGIN


@rule(Severity.WARNING, healthy=True)
def cap_pop3_no_uidl(seen: Observation) -> Hits:
    """The server gives messages no permanent identifiers (no UIDL).

    Without UIDL (RFC 1939 §7) a program that leaves mail on the server cannot know what it has
    fetched already.

    Flagged::

        pop3 pop.example.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: TOP
        S: .

    Clean::

        pop3 pop.example.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: UIDL
        S: .
    """
    if _pop3_offers(seen) and not seen.offered("UIDL"):
        yield Hit(
            f"{where(seen)} does not offer UIDL: a program that leaves mail on the server fetches "
            "everything again each time. Use IMAP, or do not leave mail there.",
            (f"it offered: {', '.join(seen.offers)}",),
        )


@rule(Severity.NOTE, healthy=True)
def cap_pop3_no_top(seen: Observation) -> Hits:
    """The server cannot show the headers of a message alone (no TOP).

    Without TOP (RFC 1939 §7) a program has to fetch a whole message to see its subject.

    Flagged::

        pop3 pop.example.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: UIDL
        S: .

    Clean::

        pop3 pop.example.com:995 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: TOP
        S: .
    """
    if _pop3_offers(seen) and not seen.offered("TOP"):
        yield Hit(
            f"{where(seen)} does not offer TOP: to see a subject a program fetches the whole message.",
            (f"it offered: {', '.join(seen.offers)}",),
        )


@rule(Severity.WARNING, healthy=True)
def cap_imap_old(seen: Observation) -> Hits:
    """The server speaks an IMAP version from before 1996.

    It offers neither IMAP4rev1 nor IMAP4rev2; current programs reject it.

    Flagged::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4 AUTH=PLAIN] ready

    Clean::

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready
    """
    modern = seen.offered("IMAP4REV1") or seen.offered("IMAP4REV2")
    if seen.endpoint.protocol == "imap" and seen.step >= Step.LOGIN and seen.offers and not modern:
        yield Hit(
            f"{where(seen)} does not offer IMAP4rev1. Its administrator has to update it.",
            (f"it offered: {', '.join(seen.offers)}",),
        )


@rule(Severity.ERROR)
def cap_tls_unseen(seen: Observation) -> Hits:
    """The server asks for encryption on a connection that is encrypted.

    A proxy in front of it ends TLS (HAProxy, nginx, stunnel, a container's ingress), and the server sees
    only cleartext. No setting of the account helps. The password was not checked.

    What to do: Ask the administrator to have the server trust its proxy (the PROXY protocol, or the proxy's
    address as a trusted network), or to let the server itself do TLS.

    How to check: mailkit diagnose logs in.

    Flagged::

        pop3 pop.example.com:995 implicit-tls login plain
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: UIDL
        S: TOP
        S: SASL PLAIN
        S: .
        C: AUTH PLAIN ***
        S: -ERR Plaintext authentication disallowed on non-secure (SSL/TLS) connections.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 451 5.7.3 STARTTLS is required to send mail

    Clean::

        smtp smtp.example.com:587 cleartext
        == user:
        == sender: kim@example.com
        == recipients: lee@example.org
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 STARTTLS
        C: MAIL FROM:<kim@example.com>
        S: 530 5.7.0 Must issue a STARTTLS command first
    """
    asks = ("stt-required", "cap-logindisabled-clear")
    if seen.tls is not None and any(means(seen, ask) for ask in asks):
        yield Hit(
            f"{where(seen)} asks for encryption although this connection is encrypted: a proxy in front of the server ends TLS, and the server does not know. Its administrator has to make it trust the proxy.",
            words(seen),
        )
