"""LIM: limits."""

import re

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation
from mailkit.rules.facts import means, words


@rule(Severity.ERROR)
def lim_connections(seen: Observation) -> Hits:
    """Too many connections to the server at once.

    Servers count the connections of an account, and those of an address before any login. Each program
    and device uses some; closed connections may count for minutes.

    Flagged::

        imap imap.gmail.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [ALERT] Too many simultaneous connections. (Failure)

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "lim-connections"):
        whose = "from this address" if seen.login is None else "to this account"
        yield Hit(
            f"There are too many connections {whose} at once. Close some programs, or set fewer connections in them, and wait some minutes.",
            words(seen),
        )


@rule(Severity.ERROR)
def lim_bandwidth(seen: Observation) -> Hits:
    """The account's daily bandwidth is used up.

    Most often a program downloaded everything again. The limit resets by itself after up to 24 hours.

    Flagged::

        imap imap.gmail.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * BYE Account exceeded command or bandwidth limits.

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "lim-bandwidth"):
        yield Hit(
            "The account reached the provider's daily download limit. Wait up to 24 hours, and find the program that downloads everything again.",
            words(seen),
        )


@rule(Severity.ERROR)
def lim_throttled(seen: Observation) -> Hits:
    """The server throttles this account.

    Its limits on connections or messages per minute were reached.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [THROTTLED] slow down

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "lim-throttled"):
        whom = "this account" if seen.login else "clients at this address"
        yield Hit(
            f"{seen.endpoint.host} wants {whom} to slow down: fewer connections at once, fewer messages a minute.",
            words(seen),
        )


@rule(Severity.ERROR, healthy=True)
def lim_pop3_delay(service: Service, seen: Observation) -> Hits:
    """The mailbox is polled too often.

    The server has a minimum time between two logins (RFC 2449 §6.5). Where it announces it,
    ``poll_minutes`` of the account is compared with it.

    Flagged::

        pop3 pop.example.com:995 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: .
        C: USER kim@example.com
        S: +OK
        C: PASS ***
        S: -ERR [LOGIN-DELAY] Logins must be at least 5 minutes apart

    Clean::

        pop3 pop.example.com:995 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: +OK ready
        C: CAPA
        S: +OK
        S: USER
        S: .
        C: USER kim@example.com
        S: +OK
        C: PASS ***
        S: -ERR [AUTH] no
    """
    if means(seen, "lim-pop3-delay"):
        yield Hit(
            f"{seen.endpoint.host} is polled too often. Its reply says how many minutes must pass between two logins.",
            words(seen),
            {},
            "poll_minutes",
        )
    told = re.search(r"^LOGIN-DELAY (\d{1,6})", "\n".join(seen.offers), re.M)
    polls = service.written.get("poll_minutes")
    if told and isinstance(polls, int | float) and 0 < polls * 60 < int(told[1]):
        yield Hit(
            f"{seen.endpoint.host} wants {int(told[1]) / 60:g} minutes between two logins, and this "
            f"program polls every {polls:g}. Set poll_minutes to at least that.",
            (f"it offers: LOGIN-DELAY {told[1]} (seconds)", f"poll_minutes = {polls:g}"),
            {},
            "poll_minutes",
        )


@rule(Severity.ERROR)
def lim_rate_smtp(seen: Observation) -> Hits:
    """The server rejects this network for now: too much in a short time.

    There were too many logins, errors or messages from one address.

    Flagged::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 450 4.7.1 Error: too many AUTH commands from unknown[192.0.2.9]

    Clean::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed
    """
    if means(seen, "lim-rate-smtp"):
        yield Hit(
            f"{seen.endpoint.host} rejects this network's address after too much traffic in a short time. Wait, and find the program that causes it.",
            words(seen),
        )


@rule(Severity.ERROR)
def lim_daily(seen: Observation) -> Hits:
    """The account reached its daily sending limit.

    Providers count messages and recipients, each copy as one. Until the limit resets, every message
    is rejected.

    Flagged::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 550 5.4.5 Daily user sending limit exceeded.

    Clean::

        smtp smtp.example.com:465 implicit-tls logged-in
        C: MAIL FROM:<kim@example.com>
        S: 550 5.4.1 no
    """
    if means(seen, "lim-daily"):
        yield Hit(
            f"{seen.endpoint.host} accepts no more messages from this account today. Wait a day; if you did not send that much, change the password: someone else has it.",
            words(seen),
        )
