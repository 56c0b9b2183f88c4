"""GRT: why there is no greeting."""

import re

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.ports import Security
from mailkit.rules.facts import (
    Observations,
    answers_tls,
    replies_in_clear,
    said,
    same_port,
    stopped,
    tls_alert,
    where,
)
from mailkit.rules.speakers import speaker
from mailkit.text import quoted


def _silent(seen: Observation) -> bool:
    return stopped(seen, StopReason.SILENT) and not seen.greeting


def _unheard(seen: Observation) -> bool:
    """Whether the server said nothing until the wait, or the connection, was over."""
    ended = stopped(seen, StopReason.CLOSED, StopReason.RESET)
    return (_silent(seen) or ended) and not seen.greeting and seen.tls is None


def _speaks_tls(seen: Observation, others: Observations) -> Observation | None:
    """A look with TLS at the same port that got a TLS answer, and no web server's."""
    if any(
        observation.greeting
        for observation in same_port(seen, others, Security.IMPLICIT_TLS, http=True)
    ):
        return None
    for observation in same_port(seen, others, Security.IMPLICIT_TLS):
        if answers_tls(observation):
            return observation
    return None


def _in_clear(seen: Observation, others: Observations) -> str:
    """What the mail server at the same port replied in cleartext to a TLS hello."""
    looks = same_port(seen, others, Security.IMPLICIT_TLS)
    return next(filter(None, map(replies_in_clear, looks)), "")


@rule(Severity.ERROR, explains=("stt-not-offered",))
def grt_fixup(seen: Observation) -> Hits:
    """A firewall rewrites SMTP along the way.

    The greeting is masked with stars and the capabilities with X: “SMTP fixup” or “ESMTP
    inspection” of a firewall. It hides STARTTLS.

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 ****************************2******
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 XXXXXXXA

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 SIZE 1000
    """
    masked = [offer for offer in seen.offers if re.match(r"X{4,}", offer)]
    stars = re.match(r"220[ -][*0-9 ]{8,}", " ".join(seen.greeting[:1])) is not None
    if seen.stop is not None and (stars or masked):
        yield Hit(
            f"A firewall in front of {where(seen)} rewrites SMTP and hides STARTTLS. Have “SMTP fixup” or “ESMTP inspection” switched off, or use implicit TLS on port 465.",
            (*said(seen), *(f"it offered: {quoted(offer)}" for offer in masked)),
            {"port": 465, "security": Security.IMPLICIT_TLS},
        )


@rule(Severity.ERROR, explains=("grt-eof", "tcp-reset"))
def grt_silent_tls(seen: Observation, others: Observations) -> Hits:
    """The server waits for a TLS handshake, the client for a greeting.

    This port uses implicit TLS. The server says nothing until it receives a TLS hello, and the program
    times out, or the server gives up and closes the connection.

    Flagged::

        imap imap.example.com:993 starttls
        == connected 192.0.2.1
        == silence

        imap imap.example.com:993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK ready

    Flagged::

        smtp smtp.example.com:465 starttls
        == connected 192.0.2.1
        == silence

        smtp smtp.example.com:465 implicit-tls
        == connected 192.0.2.1
        == bytes \\x15\\x03\\x03\\x00\\x02\\x02P
        == tls failed TLSV1_ALERT_INTERNAL_ERROR

    Flagged::

        imap imap.example.com:1993 starttls
        == connected 192.0.2.1
        == closed

        imap imap.example.com:1993 implicit-tls
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK ready

    Clean::

        imap imap.example.com:993 starttls
        == connected 192.0.2.1
        == silence

    Clean::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        == silence

        smtp smtp.example.com:587 implicit-tls
        == connected 192.0.2.1
        == bytes 554 5.5.1 talked too soon
        == tls failed WRONG_VERSION_NUMBER
    """
    if _unheard(seen) and (inside := _speaks_tls(seen, others)) is not None:
        broken = inside.tls is None and tls_alert(inside)
        fails = " Its TLS handshake then fails: its administrator has to fix that."
        yield Hit(
            f"{where(seen)} waits for a TLS handshake: this port uses implicit TLS, and the "
            f"settings say {seen.endpoint.security}.{fails if broken else ''}",
            (
                "no greeting in cleartext",
                "a TLS hello was answered"
                + (f" by an alert ({inside.stop.text})" if broken and inside.stop else ""),
                *(f"inside TLS it replied: {quoted(line)}" for line in inside.greeting[-1:]),
            ),
            {"security": Security.IMPLICIT_TLS},
            "security",
        )


@rule(Severity.ERROR)
def grt_silent_http(seen: Observation, others: Observations) -> Hits:
    """A web server listens on this port.

    It waits for a request, so a mail program gets no greeting.

    Flagged::

        imap mail.example.com:8080 starttls
        == connected 192.0.2.1
        == silence

        http mail.example.com:8080 cleartext
        == connected 192.0.2.1
        C: GET / HTTP/1.0
        S: HTTP/1.1 400 Bad Request

    Clean::

        imap mail.example.com:8080 starttls
        == connected 192.0.2.1
        S: * OK ready
    """
    answers = [
        observation.greeting[0]
        for security in (Security.CLEARTEXT, Security.IMPLICIT_TLS)
        for observation in same_port(seen, others, security, http=True)
        if observation.greeting
    ]
    plain = seen.tls is None
    if plain and ((_silent(seen) and answers) or speaker(seen, ()) == "http"):
        evidence = (f"to GET it said: {quoted(answers[0])}",) if answers else said(seen)
        yield Hit(
            f"A web server answers on {where(seen)}, not a mail server.", evidence, {}, "port"
        )


@rule(Severity.ERROR, healthy=True)
def grt_silent_slow(service: Service, seen: Observation, others: Observations) -> Hits:
    """The server's greeting comes later than the program waits.

    Some servers look the client up first, or delay the greeting against spam. RFC 5321 §4.5.3.2 allows
    five minutes for a greeting. The limit compared is the account's ``timeout``, or 15 seconds.

    Flagged::

        smtp smtp.example.com:587 starttls
        == after 25 s
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP

    Flagged::

        smtp smtp.example.com:587 starttls
        == connected 192.0.2.1
        == silence

        smtp smtp.example.com:587 implicit-tls
        == connected 192.0.2.1
        == bytes 554 5.5.1 talked too soon
        == tls failed WRONG_VERSION_NUMBER

    Clean::

        smtp smtp.example.com:587 starttls
        == after 2 s
        == connected 192.0.2.1
        S: 220 smtp.example.com ESMTP
    """
    answer = _in_clear(seen, others)
    if _silent(seen) and seen.tls is None and answer:
        yield Hit(
            f"{where(seen)} sent no greeting within the time that mailkit waits, but it replies to a client that speaks first: it delays its greeting. Set a higher timeout.",
            (f"to a TLS hello it replied: {quoted(answer)}",),
            {},
            "timeout",
        )
    written = service.written.get("timeout")
    limit = written if isinstance(written, int | float) and written > 0 else 15
    if seen.greeting and seen.greeting_s is not None and seen.greeting_s > limit:
        yield Hit(
            f"{where(seen)} greets after {seen.greeting_s:.1f} s, and the program waits {limit:g} s. "
            f"Give it more: timeout = {max(30, round(seen.greeting_s * 3))}.",
            (f"greeting after {seen.greeting_s:.1f} s",),
            {},
            "timeout",
        )


@rule(Severity.ERROR)
def grt_silent_dead(seen: Observation, others: Observations) -> Hits:
    """The server accepts the connection and sends nothing.

    There is no greeting, no TLS, no web server: often a load balancer whose mail server is down. A server that looks up
    its clients before it greets can be slower than mailkit waits.

    Flagged::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        == silence

    Clean::

        imap imap.example.com:143 starttls
        == connected 192.0.2.1
        S: * OK ready
        == silence
    """
    if not _silent(seen) or speaker(seen, others) or _in_clear(seen, others):
        return
    tls = seen.tls is not None
    http = [*same_port(seen, others, Security.IMPLICIT_TLS, http=True)]
    http += same_port(seen, others, Security.CLEARTEXT, http=True)
    if any(observation.greeting for observation in http) or (not tls and _speaks_tls(seen, others)):
        return
    tried = "after TLS" if tls else "to TLS, to a web request, or by itself"
    yield Hit(
        f"{where(seen)} accepts connections and sends nothing, {tried}. The mail server behind it is probably down: ask its administrator. If it is only slow, it greets with --timeout 30.",
    )
