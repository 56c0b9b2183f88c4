"""AUT: the login."""

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Kind, Observation
from mailkit.rules.facts import Looks, known_reply, means, stopped, where, words
from mailkit.text import quoted
from mailkit.wire.sasl import CHALLENGE_ONLY, TOKENS


@rule(Severity.ERROR)
def aut_username_localpart(service: Service, seen: Observation, looks: Looks) -> Hits:
    """The server wants the other form of the user name.

    The whole address, or the part before the @ alone: both are usual (RFC 6186 §4). It was found
    out by a login over verified TLS.

    Flagged::

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
        S: a1 OK welcome

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    refused = [one for one in (seen, *looks) if stopped(one, Kind.REJECTED)]
    tried = next((one.login.user for one in refused if one.login), service.user)
    for look in looks:
        if refused and look.login and look.login.accepted:
            right = look.login.user
            if right.lower() != tried.lower():
                form = "the whole address" if "@" in right else "the part before the @"
                yield Hit(
                    f"{seen.endpoint.host} wants {form} as the user name: {right}.",
                    (f"{quoted(tried)}: refused", f"{quoted(right)}: accepted"),
                    {"user": right},
                    "user",
                )
                return


@rule(Severity.ERROR)
def aut_case(service: Service, seen: Observation, looks: Looks) -> Hits:
    """The server tells capital letters in the user name from small ones.

    Most do not (and addresses are written in any case); this one does.

    Flagged::

        imap imap.example.com:993 implicit-tls login Kim@example.com
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no

        imap imap.example.com:993 implicit-tls login kim@example.com
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK welcome

    Clean::

        imap imap.example.com:993 implicit-tls login Kim@example.com
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    refused = [one for one in (seen, *looks) if stopped(one, Kind.REJECTED)]
    tried = next((one.login.user for one in refused if one.login), service.user)
    for look in looks:
        right = look.login.user if look.login and look.login.accepted else ""
        if refused and right and right != tried and right.lower() == tried.lower():
            yield Hit(
                f"{seen.endpoint.host} wants the user name in small letters: {right}.",
                (f"{quoted(tried)}: refused", f"{quoted(right)}: accepted"),
                {"user": right},
                "user",
            )
            return


@rule(Severity.ERROR)
def cap_cram_advertised(seen: Observation, looks: Looks) -> Hits:
    """The server offers a way to log in that it cannot carry out.

    A challenge (CRAM-MD5, SCRAM) needs the password, or a matching hash, on the server's side. One
    that keeps other hashes cannot do it, however right the password is. Force PLAIN, over TLS.

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
    refused = seen.login if stopped(seen, Kind.REJECTED) else None
    if refused is None or refused.mechanism not in CHALLENGE_ONLY:
        return
    for look in looks:
        won = look.login
        if (
            won
            and won.accepted
            and won.user == refused.user
            and won.mechanism in ("PLAIN", "LOGIN")
        ):
            yield Hit(
                f"{seen.endpoint.host} offers {refused.mechanism} and cannot do it; with "
                f"{won.mechanism} the same password is right. Set auth to {won.mechanism.lower()}.",
                (f"{refused.mechanism}: refused", f"{won.mechanism}: accepted"),
                {"auth": won.mechanism.lower()},
                "auth",
            )
            return


@rule(Severity.ERROR)
def aut_bad(service: Service, seen: Observation, looks: Looks) -> Hits:
    """The server refuses this user name and password.

    Port, encryption and certificate are right: the server was reached and has judged. Try the same
    password in the provider's web mail; many providers want a password made for mail programs.

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
    refused = next((one for one in (seen, *looks) if _refused(one)), None)
    if refused is not None and not any(one.login and one.login.accepted for one in looks):
        user = refused.login.user if refused.login else service.user
        yield Hit(
            f"{seen.endpoint.host} refuses the user name {quoted(user)} with this password. Port "
            "and encryption are right. Try the password in the provider's web mail; some "
            "providers want a password made for mail programs.",
            words(refused),
            {},
            "user",
        )


def _refused(seen: Observation) -> bool:
    """Whether the credentials were refused, and the reply does not say that it is something else."""
    reply = known_reply(seen)
    if reply is not None:
        return reply.finding == "aut-bad"
    by_token = seen.login is not None and seen.login.mechanism in TOKENS
    return stopped(seen, Kind.REJECTED) and not by_token


@rule(Severity.ERROR)
def aut_temp(seen: Observation) -> Hits:
    """The server cannot check a password now.

    Nothing was said about the password. Try again later; do not change it for this.

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
    if means(seen, "aut-temp") or (stopped(seen, Kind.TEMPORARY) and known_reply(seen) is None):
        yield Hit(
            f"{where(seen)} cannot check passwords at the moment. The password was not judged: "
            "try again later.",
            words(seen),
        )
