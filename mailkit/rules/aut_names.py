"""AUT: the user name, found out by logins with other forms of it."""

import re

from mailkit.account import Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.observation import Observation, StopReason
from mailkit.rules.facts import Observations, means, stopped, words
from mailkit.rules.user_names import tidied
from mailkit.text import quoted


def _form(service: Service, seen: Observation, others: Observations) -> tuple[str, str]:
    """The user name that was refused, and the one that was accepted in its place."""
    refused = [
        observation
        for observation in (seen, *others)
        if stopped(observation, StopReason.REJECTED, StopReason.NOT_DECIDED)
    ]
    if not refused:
        return "", ""
    tried = next(
        (observation.login.user for observation in refused if observation.login), service.user
    )
    for observation in others:
        if observation.login and observation.login.accepted and observation.login.user != tried:
            return tried, observation.login.user
    return "", ""


def _hit(tried: str, right: str, message: str) -> Hit:
    seen = (f"{quoted(tried)}: refused", f"{quoted(right)}: accepted")
    return Hit(message, seen, {"user": right}, "user")


@rule(Severity.ERROR, explains=("aut-not-connected",))
def aut_shared_mailbox(service: Service, seen: Observation) -> Hits:
    """This form of the user name does not open a shared mailbox.

    Exchange opens it for ``kim@example.com\\shared``: the person who logs in, a backslash, the alias of
    the mailbox. The password is that person's, and the person needs the right to the mailbox.

    Flagged::

        imap outlook.example.com:993 implicit-tls login kim@example.com\\shared
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] The Microsoft Exchange IMAP4 service is ready.
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK AUTHENTICATE completed.
        C: a2 EXAMINE INBOX
        S: a2 BAD User is authenticated but not connected.

    Clean::

        imap outlook.example.com:993 implicit-tls login kim@example.com
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] The Microsoft Exchange IMAP4 service is ready.
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK AUTHENTICATE completed.
        C: a2 EXAMINE INBOX
        S: a2 BAD User is authenticated but not connected.
    """
    user = seen.login.user if seen.login else service.user
    shared = re.fullmatch(r"([^\\]+@[^\\]+)\\([^\\]+)", user)
    if shared and (means(seen, "aut-not-connected") or stopped(seen, StopReason.REJECTED)):
        yield Hit(
            f"{shared[1]} cannot open the shared mailbox {quoted(shared[2])}. Log in with that person's own password, write the mailbox's alias after the backslash, and ask for full access to it.",
            words(seen),
            {},
            "user",
        )


@rule(Severity.ERROR)
def aut_username_domain(service: Service, seen: Observation, others: Observations) -> Hits:
    """The server wants the Windows form of the user name.

    Exchange servers in an organisation often know their users as ``DOMAIN\\kim``. Verified by a login
    over verified TLS.

    Flagged::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] The Microsoft Exchange IMAP4 service is ready.
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no

        imap imap.example.com:993 implicit-tls login EXAMPLE\\kim
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 OK welcome
        C: a2 EXAMINE INBOX
        S: a2 OK done

    Clean::

        imap imap.example.com:993 implicit-tls login
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] The Microsoft Exchange IMAP4 service is ready.
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no
    """
    tried, right = _form(service, seen, others)
    if "\\" in right and "\\" not in tried:
        yield _hit(
            tried,
            right,
            f"{seen.endpoint.host} wants the Windows form of the user name: {right}.",
        )


@rule(Severity.ERROR)
def aut_alias(service: Service, seen: Observation, others: Observations) -> Hits:
    """The user name is an alias; the server wants the account's main address.

    An alias receives mail, but cannot log in. The account's other address is accepted with the same
    password.

    Flagged::

        imap imap.example.com:993 implicit-tls login sales@example.com
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
        C: a2 EXAMINE INBOX
        S: a2 OK done

    Clean::

        imap imap.example.com:993 implicit-tls login sales@example.com
        == connected 192.0.2.1
        == tls TLSv1.3
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
        C: a1 AUTHENTICATE PLAIN ***
        S: a1 NO [AUTHENTICATIONFAILED] no

    Clean::

        imap imap.example.com:993 implicit-tls login "kim@example.com"
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
        C: a2 EXAMINE INBOX
        S: a2 OK done
    """
    tried, right = _form(service, seen, others)
    other = "@" in right and right.lower() not in (tried.lower(), tidied(tried).lower())
    if "@" in tried and other and "\\" not in right:
        yield _hit(
            tried,
            right,
            f"{quoted(tried)} is not a login name at {seen.endpoint.host}, probably an alias; {right} is accepted with the same password.",
        )


@rule(Severity.ERROR)
def aut_username_localpart(service: Service, seen: Observation, others: Observations) -> Hits:
    """The server wants the other form of the user name.

    The whole address, or only the part before the @: both are common (RFC 6186 §4). Verified by a login
    over verified TLS.

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
    tried, right = _form(service, seen, others)
    if right and "\\" not in right and ("@" in tried) != ("@" in right):
        form = "the whole address" if "@" in right else "the part before the @"
        yield _hit(tried, right, f"{seen.endpoint.host} wants {form} as the user name: {right}.")


@rule(Severity.ERROR)
def aut_case(service: Service, seen: Observation, others: Observations) -> Hits:
    """User names are case-sensitive here.

    Most servers ignore case in user names (and addresses are written in any case); this one does not.

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
    tried, right = _form(service, seen, others)
    if right and right.lower() == tried.lower():
        yield _hit(
            tried,
            right,
            f"{seen.endpoint.host} wants the user name in lower case: {right}.",
        )
