"""AUT: the login, judged."""

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Context, Observation, StopReason
from mailkit.protocol.sasl import CHALLENGE_ONLY
from mailkit.replies import Certainty
from mailkit.rules.facts import Observations, advice, known_reply, means, stopped, where, words
from mailkit.text import quoted


@rule(Severity.ERROR)
def cap_cram_advertised(seen: Observation, others: Observations) -> Hits:
    """The server offers a login mechanism that it cannot carry out.

    A challenge (CRAM-MD5, SCRAM) needs the password, or a matching hash, on the server. A server
    that keeps other hashes rejects even the right password.

    Flagged::

        smtp smtp.example.com:465 implicit-tls login cram-md5
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN CRAM-MD5
        C: AUTH CRAM-MD5
        S: 334 PDE4OTYuNjk3MTcwOTUyQGxhYj4=
        C: ***
        S: 535 5.7.8 Error: authentication failed

        smtp smtp.example.com:465 implicit-tls login plain
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN CRAM-MD5
        C: AUTH PLAIN ***
        S: 235 welcome

    Clean::

        smtp smtp.example.com:465 implicit-tls login cram-md5
        == connected 192.0.2.1
        == tls TLSv1.3
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN CRAM-MD5
        C: AUTH CRAM-MD5
        S: 334 PDE4OTYuNjk3MTcwOTUyQGxhYj4=
        C: ***
        S: 535 5.7.8 Error: authentication failed
    """
    refused = seen.login if stopped(seen, StopReason.REJECTED) else None
    if refused is None or refused.mechanism not in CHALLENGE_ONLY:
        return
    for observation in others:
        won = observation.login
        if (
            won
            and won.accepted
            and won.user == refused.user
            and won.mechanism in ("PLAIN", "LOGIN")
        ):
            yield Hit(
                f"{seen.endpoint.host} offers {refused.mechanism} but cannot carry it out; with {won.mechanism} the same password is accepted. Set auth to {won.mechanism.lower()}.",
                (f"{refused.mechanism}: refused", f"{won.mechanism}: accepted"),
                {"auth": won.mechanism.lower()},
                "auth",
            )
            return


@rule(Severity.ERROR, explains=("aut-bad",))
def aut_split(seen: Observation, context: Context) -> Hits:
    """One service accepts this login, the other rejects it.

    User name and password are the same for both, so they are right. The service that rejects them has
    credentials of its own (a relay, a sending service), or SMTP login is switched off for the account.

    Flagged::

        smtp smtp.example.com:465 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        == accepted elsewhere: imap imap.example.com:993 implicit-tls
        S: 220 smtp.example.com ESMTP
        C: EHLO [127.0.0.1]
        S: 250-smtp.example.com
        S: 250 AUTH PLAIN
        C: AUTH PLAIN ***
        S: 535 5.7.8 Error: authentication failed

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
    if context.accepted_elsewhere and _refused(seen):
        yield Hit(
            f"{where(seen)} refuses a user name and password that {context.accepted_elsewhere} "
            "accepts. This service has credentials of its own, or logins to it are switched "
            "off for the account.",
            words(seen),
            {},
            "secret",
        )


@rule(Severity.ERROR)
def aut_bad(service: Service, seen: Observation, others: Observations) -> Hits:
    """Authentication failed: the server rejects this user name and password.

    Port, encryption and certificate are right: the server was reached and rejected the login. Many
    providers want an app password for mail programs.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [UNAVAILABLE] database down
    """
    refused = next((observation for observation in (seen, *others) if _refused(observation)), None)
    if refused is not None and not any(
        observation.login and observation.login.accepted for observation in others
    ):
        user = quoted(refused.login.user if refused.login else service.user)
        reply = known_reply(refused)
        sure = reply is not None and reply.certainty is Certainty.SURE
        what = (
            f"rejects the user name {user} with this password"
            if sure
            else f"rejects the login as {user}, and most likely the user name or the password; if the server's words name another reason, that one counts"
        )
        yield Hit(
            f"{seen.endpoint.host} {what}. Port and encryption are right. {_next_step(seen)}",
            words(refused),
            {},
            "user",
        )


def _next_step(seen: Observation) -> str:
    told = advice(seen).strip()
    if told:
        return f"Known about this provider: {told}"
    return "Try the password in the provider's web mail; some providers want an app password for mail programs."


def _refused(seen: Observation) -> bool:
    """Whether the credentials were refused, and the reply does not say that it is something else.

    A POP3 server that should mark that with [AUTH] (RFC 3206 §6) and does not may still say so in words.
    """
    reply = known_reply(seen)
    in_words = stopped(seen, StopReason.NOT_DECIDED) and reply and reply.certainty is Certainty.SURE
    return (
        (stopped(seen, StopReason.REJECTED) or bool(in_words))
        and not seen.request.wrong_password
        and means(seen, "aut-bad")
    )


@rule(Severity.ERROR)
def aut_temp(seen: Observation) -> Hits:
    """The server cannot check passwords right now.

    The reply says nothing about the password.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [UNAVAILABLE] Temporary authentication failure.

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    if means(seen, "aut-temp") or (
        stopped(seen, StopReason.TEMPORARY) and known_reply(seen) is None
    ):
        accepted = seen.login is not None and seen.login.accepted
        what = (
            "accepts the login but cannot open the mailbox at the moment"
            if accepted
            else "cannot check passwords at the moment. The password was not checked"
        )
        yield Hit(f"{where(seen)} {what}: try again later.", words(seen))
