"""CFG: user names and passwords."""

import re
from collections.abc import Iterator

from mailkit import providers
from mailkit.account import Account, Service
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import Protocol
from mailkit.rules.cfg_host import corrected
from mailkit.rules.user_names import INVISIBLE, tidied
from mailkit.text import quoted

_PLACEHOLDER = (
    r"<.*>|\$\{?\w+\}?|%\w+%|\{\{.*\}\}|(your|my|the)[-_ ]?(app[-_ ]?)?pass(word)?( here)?"
    r"|changeme|change[-_]me|replace[-_ ]?me|todo|x{4,}|\*{3,}|\.{3,}|password here"
)
"""Compiled on first use: most files have no password in them."""


_FORMS = ("address", "local", "either", "key")
"""Forms of a user name that are no fixed word."""
_FILLED_IN = re.compile(r"%\w+%?|EMAIL(LOCALPART)?", re.I)
"""A user name that the program fills in: ``%EMAILADDRESS%``, ``%u``, ``EMAIL``."""

REFUSED = ("aut-bad", "aut-app-password", "aut-auth-code")
"""What a refused login is read as, with and without the provider's policy."""


@rule(Severity.WARNING, explains=(*REFUSED, "aut-username-localpart", "aut-alias"), suspicion=True)
def cfg_username_form(service: Service, account: Account) -> Hits:
    """The provider wants another form of the user name.

    Most providers expect the whole address, some the part before the @, a few a fixed word or a key.

    Flagged::

        [account.a]
        address = "kim@gmail.com"

        [account.a.outgoing]
        host = "smtp.gmail.com"
        user = "kim"

    Clean::

        [account.a]
        address = "kim@gmail.com"

        [account.a.outgoing]
        host = "smtp.gmail.com"
        user = "kim@gmail.com"
    """
    host = service.host.lower()
    provider = providers.owner(host)  # hosts of regions included
    if provider is None or not service.user or _FILLED_IN.fullmatch(service.user):
        return
    if provider.user == "address" and providers.for_host(host) and "@" not in service.user:
        whole = account.address if "@" in account.address else ""
        yield Hit(
            f"{provider.name} logs in with the whole address"
            + (f": {whole}." if whole else ", not with a part of it."),
            (f"user = {service.user}", provider.stated()),
            {"user": whole} if whole else {},
            "user",
        )
    elif provider.user not in (*_FORMS, service.user):
        yield Hit(
            f"The user name at {provider.name} is the word {provider.user}; the password is the API key.",
            (f"user = {service.user}", provider.stated()),
            {"user": provider.user},
            "user",
        )


@rule(Severity.WARNING, explains=(*REFUSED, "aut-alias"), suspicion=True)
def cfg_user_typo(service: Service, account: Account) -> Hits:
    """The domain of the user name, or of the address, looks misspelt.

    A letter is missing, doubled or swapped in the domain of a known provider. The server does not know
    such a user name, and replies to such a sender are lost or reach someone else.

    Flagged::

        [account.a]
        address = "kim@gmial.com"

        [account.a.incoming]
        host = "imap.gmail.com"
        user = "kim@gmial.com"

    Clean::

        [account.a]
        address = "kim@gmail.com"

        [account.a.incoming]
        host = "imap.gmail.com"
        user = "kim@gmail.com"
    """
    if better := _respelt(service.user):
        yield Hit(
            f"Did you mean {better}? The domain of {quoted(service.user)} looks misspelt.",
            (f"user = {service.user}",),
            {"user": better},
            "user",
        )
    elif service.role == account.first_role and (better := _respelt(account.address)):
        yield Hit(
            f"Did you mean {better}? The domain of {quoted(account.address)} looks misspelt.",
            (f"address = {account.address}",),
            place=account.place("address"),
        )


def _respelt(address: str) -> str:
    """The address at the domain of a known provider that was probably meant; empty where nothing is misspelt."""
    domain = address.lower().rpartition("@")[2]
    better = corrected(domain) if "@" in address else domain
    if better == domain or providers.for_domain(domain) or not providers.for_domain(better):
        return ""
    return f"{address.rpartition('@')[0]}@{better}"


@rule(
    Severity.ERROR,
    explains=(*REFUSED, "aut-username-localpart", "unexplained"),
    suspicion=True,
)
def cfg_username_dirty(service: Service, account: Account) -> Hits:
    """The user name is missing, or has a character that does not belong.

    Names copied from a web page or a PDF bring along blanks, zero-width characters or a full-width @.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        user = " kim@example.com"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        user = "kim@example.com"
    """
    user = service.user
    if not user and service.secret is not None and not service.elsewhere("user"):
        whole = account.address if "@" in account.address else ""
        yield Hit(
            "There is a password and no user name."
            + (f" It is most often the address: {whole}." if whole else ""),
            fix={"user": whole} if whole else {},
            key="secret",
        )
    tidy = tidied(user)
    if user and tidy != user:
        pairs = enumerate(zip(user, tidy + "\0" * len(user), strict=False), 1)
        position = next((number for number, (a, b) in pairs if a != b), len(user))
        yield Hit(
            f"The user name has a character that does not belong at position {position}: {quoted(user)} should be {quoted(tidy)}.",
            (f"user = {user!a}",),
            {"user": tidy},
            "user",
        )


@rule(
    Severity.ERROR,
    explains=(*REFUSED, "aut-username-localpart", "aut-alias", "unexplained"),
    suspicion=True,
)
def cfg_password_dirty(service: Service, password: str | None) -> Hits:
    """The password looks mangled.

    It is empty, a placeholder, or has quotes or a line end around it: it was damaged between where it
    is stored and the program. The finding names the place, never the password.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        user = "kim"
        secret = { value = "<your-password>" }

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        user = "kim"
        secret = { value = "„open sesame“" }

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        user = "kim"
        secret = { value = "it’s 5 o’clock" }

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        user = "kim"
        secret = { value = "correct horse" }
    """
    if password is None or service.secret is None:
        return
    source = f"secret: {service.secret.kind} {service.secret.source}"
    for why in _mangled(password):
        yield Hit(f"The password {why}.", (source,), {}, "secret")


def _mangled(password: str) -> Iterator[str]:
    if not password:
        yield "is empty"
    elif re.fullmatch(_PLACEHOLDER, password.strip(), re.I):
        yield "is a placeholder, not a password"
    elif password != password.strip():
        ends = "at its end" if password[-1].isspace() else "at its beginning"
        yield f"has a blank or a line end {ends}"
    elif len(password) > 2 and _quoted(password):
        yield "still has quotes around it"
    elif (match := INVISIBLE.search(password)) is not None:
        yield f"has an invisible character at position {match.start() + 1}"


_PAIRS = ('""', "''", "``", "“”", "„“", "””", "‘’", "‚‘", "’’", "«»", "»«", "‹›", "「」", "＂＂")
"""Quotes by which a password is enclosed, typographic ones of several languages included."""


def _quoted(password: str) -> bool:
    return password[0] + password[-1] in _PAIRS


@rule(Severity.NOTE)
def cfg_password_nonascii(service: Service, password: str | None) -> Hits:
    """The password has characters beyond ASCII.

    mailkit sends it as UTF-8 by SASL PLAIN. Python's smtplib and imaplib reject it before anything is
    sent (UnicodeEncodeError), and some servers expect another encoding.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        user = "kim"
        secret = { value = "pässwörd" }

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        user = "kim"
        secret = { value = "password1" }
    """
    if password and not password.isascii():
        yield Hit(
            "The password has characters beyond ASCII, which Python's smtplib and imaplib cannot send. mailkit sends it as UTF-8.",
            (),
            {},
            "secret",
        )


@rule(Severity.WARNING, explains=(*REFUSED, "aut-username-localpart", "aut-alias"), suspicion=True)
def cfg_password_shape(service: Service, password: str | None) -> Hits:
    """The password does not have the provider's format.

    Google's app passwords have 16 letters; Amazon's SMTP user names begin with AKIA. Anything else is
    most likely the account's own password, which is rejected.

    Flagged::

        [account.a.outgoing]
        host = "smtp.gmail.com"
        user = "kim@gmail.com"
        secret = { value = "summer2024!" }

    Clean::

        [account.a.outgoing]
        host = "smtp.gmail.com"
        user = "kim@gmail.com"
        secret = { value = "abcdefghijklmnop" }
    """
    provider = providers.owner(service.host.lower())  # hosts of regions included
    if provider is None or service.auth.lower() not in ("password", "plain", "login"):
        return
    if provider.name == "Gmail" and password:
        if not re.fullmatch(r"[a-zA-Z]{16}", password.replace(" ", "")):
            yield Hit(
                "This does not look like a Google app password (16 letters), and Google rejects the account's own. Create one under Security, 2-Step Verification, App passwords.",
                (provider.stated(),),
                {},
                "secret",
            )
        elif " " in password:
            yield Hit("The app password has blanks in it: leave them out.", (), {}, "secret")
    if service.host.lower().startswith("email-smtp.") and not service.user.startswith("AKIA"):
        yield Hit(
            "Amazon SES gives out SMTP user names that begin with AKIA; this one does not.",
            (f"user = {service.user}",),
            {},
            "user",
        )


@rule(Severity.WARNING)
def cfg_auth_ending(service: Service) -> Hits:
    """The provider will soon stop accepting passwords for sending.

    The login works today. After the provider's date it is rejected, with the same settings.

    Flagged::

        [account.a.outgoing]
        host = "smtp.office365.com"
        port = 587
        security = "starttls"
        user = "kim@example.com"

    Clean::

        [account.a.outgoing]
        host = "smtp.office365.com"
        port = 587
        security = "starttls"
        user = "kim@example.com"
        auth = "xoauth2"
    """
    provider = providers.for_host(service.host.lower())
    if provider is None or not provider.smtp_ends or service.protocol is not Protocol.SMTP:
        return
    if service.user and service.auth.lower() in ("password", "plain", "login"):
        yield Hit(
            f"{provider.name}: {provider.smtp_ends}. Move to OAuth (auth = xoauth2, with a token) before that.",
            (f"auth = {service.auth}", provider.stated()),
            {},
            "auth",
        )


def _prints_a_token(service: Service) -> bool:
    """Whether a program such as ``oama`` or ``mutt_oauth2.py`` has the login: what it prints is not a password."""
    secret = service.secret
    if secret is None or secret.kind != "command":
        return False
    return re.search(r"(?i)oauth|oama|token|pizauth", secret.source) is not None


@rule(
    Severity.ERROR,
    explains=("aut-bad", "cap-logindisabled-tls", "cap-mech-mismatch"),
    suspicion=True,
)
def cfg_auth_impossible(service: Service) -> Hits:
    """The provider no longer accepts passwords.

    The provider has switched logins with a password off for this protocol. No password helps, not
    even an app password.

    Flagged::

        [account.a.incoming]
        host = "outlook.office365.com"
        user = "kim@example.com"

    Clean::

        [account.a.incoming]
        host = "outlook.office365.com"
        user = "kim@example.com"
        auth = "xoauth2"

    Clean, a program that prints a token, and a mechanism left to the client::

        [account.a.incoming]
        host = "outlook.office365.com"
        user = "kim@example.com"
        secret = { command = "oama access kim@example.com" }
    """
    provider = providers.for_host(service.host.lower())
    if provider is None or provider.login != "oauth" or not service.user:
        return
    if provider.name == "Microsoft 365" and service.protocol is Protocol.SMTP:
        return
    if service.auth == "password" and _prints_a_token(service):
        return
    if service.auth.lower() in ("password", "plain", "login", "cram-md5"):
        yield Hit(
            f"{provider.name} accepts no password here: {provider.advice}. Set auth to xoauth2 and pass a token.",
            (f"auth = {service.auth}", provider.stated()),
            {"auth": "xoauth2"},
            "auth",
        )
