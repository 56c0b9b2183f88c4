"""CFG: is the conversation private, and does the file say so in words that mean one thing?"""

from mailkit.account import Account, Service, is_local
from mailkit.finding import Hit, Hits, Severity, rule
from mailkit.ports import (
    AMBIGUOUS_WORDS,
    CLEARTEXT_WORDS,
    OPPORTUNISTIC_WORDS,
    Protocol,
    Security,
    assumed_security,
)
from mailkit.rules.written import mistyped, written_tables
from mailkit.text import cited, joined, quoted
from mailkit.uses import CHOICES

# Switches of other products; two of them at once contradict each other.
_FLAGS = ("ssl", "tls", "starttls", "use_ssl", "use_tls", "use_starttls", "smtp_ssl", "smtp_tls")

# What other products call it.
_ELSEWHERE = {
    "password": "secret",
    "passwd": "secret",
    "pass": "secret",
    "username": "user",
    "login": "user",
    "server": "host",
    "hostname": "host",
    "encryption": "security",
    "ssl": "security",
    "tls": "security",
    "starttls": "security",
    "type": "protocol",
    "email": "address",
    "imap": "incoming",
    "pop3": "incoming",
    "smtp": "outgoing",
}

_OTHER_MECHANISMS = (
    "ntlm",
    "gssapi",
    "digest-md5",
    "external",
    "srp",
    "scram-sha-1-plus",
    "scram-sha-256-plus",
)
"""Mechanisms that programs have and mailkit does not: their files are not wrong."""

_MECHANISMS = (
    "password",
    "plain",
    "login",
    "cram-md5",
    "scram-sha-1",
    "scram-sha-256",
    "xoauth2",
    "oauthbearer",
)


def _word(service: Service) -> str | None:
    """The word for security as written, where it is not one of the three."""
    written = service.written.get("security")
    word = str(written).strip().lower()
    return None if written is None or word in tuple(Security) else word


def remarked(service: Service, id_: str) -> Hits:
    """What the reader of the file noted, in the words of its product."""
    for remark in service.remarks:
        if remark.id == id_:
            yield Hit(remark.message, remark.evidence, remark.fix, place=remark.place)


@rule(Severity.ERROR)
def cfg_flags_conflict(service: Service) -> Hits:
    """Two encryption switches are on at once.

    Implicit TLS and STARTTLS exclude each other. With both on, some programs fail and others pick one
    of the two.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        use_tls = true
        use_ssl = true

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "starttls"
    """
    yield from remarked(service, "cfg-flags-conflict")
    on = [flag for flag in _FLAGS if service.written.get(flag) is True]
    if len(on) > 1:
        right = assumed_security(service.port)
        yield Hit(
            f"{joined(on)} are both on and exclude each other. For port {service.port} set security = {right} instead.",
            tuple(f"{flag} = true" for flag in on),
            {"security": right},
            on[0],
        )


@rule(Severity.WARNING)
def cfg_word_ambiguous(service: Service) -> Hits:
    """The word for the encryption means two opposite things.

    “SSL” and “TLS” mean implicit TLS in one product and STARTTLS in another. mailkit goes by the port,
    and never assumes that there is no encryption.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "tls"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "starttls"
    """
    yield from remarked(service, "cfg-word-ambiguous")
    word = _word(service)
    if word in AMBIGUOUS_WORDS:
        yield Hit(
            f"{quoted(word)} means implicit TLS in some products and STARTTLS in others. Port {service.port} suggests {service.security}: write that.",
            (f"security = {word}",),
            {"security": service.security},
            "security",
        )


@rule(Severity.WARNING)
def cfg_word_ignored(service: Service, account: Account) -> Hits:
    """Unknown key: nothing reads it.

    It has no effect: a misspelling, or a key of another product or version.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        securty = "starttls"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        security = "implicit-tls"
    """
    yield from remarked(service, "cfg-word-ignored")
    for written, known, place in written_tables(service, account):
        for key in written:
            if key not in known:
                from difflib import get_close_matches

                near = [_ELSEWHERE.get(key.lower(), ""), *get_close_matches(key, known, 1)]
                better = next((name for name in near if name in known), "")
                hint = f" The key for it is {better}." if better else ""
                yield Hit(f"Unknown key {quoted(key)}.{hint}", place=place(key))


@rule(Severity.ERROR)
def cfg_word_invalid(service: Service, account: Account) -> Hits:
    """Unknown value.

    Programs silently fall back to something else in this case. The finding says what mailkit assumes. It shows a
    value only if it looks like a misspelt word: anything else may be a password in the wrong line.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        security = "StarttlsMandatory"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        security = "starttls"
    """
    yield from remarked(service, "cfg-word-invalid")
    written = service.written
    word = _word(service)
    if word is not None and word not in AMBIGUOUS_WORDS | OPPORTUNISTIC_WORDS:
        none = word in CLEARTEXT_WORDS
        yield Hit(
            f"Unknown security {cited(word)}; use implicit-tls, starttls or cleartext. "
            + ("mailkit assumes cleartext." if none else f"mailkit assumes {service.security}."),
            (f"security = {cited(word)}",),
            {} if none else {"security": service.security},
            "security",
        )
    protocol = written.get("protocol")
    if isinstance(protocol, str) and protocol.strip().lower() != service.protocol:
        yield Hit(
            f"{cited(protocol)} is not a protocol of {_role(service)} service; mailkit assumes {service.protocol}.",
            (f"protocol = {cited(protocol)}",),
            {"protocol": service.protocol},
            "protocol",
        )
    elsewhere = _OTHER_MECHANISMS if service.wording is not None else ()
    if service.auth.lower() not in (*_MECHANISMS, *elsewhere):
        yield Hit(
            f"Unknown auth {cited(service.auth)}; use {joined(_MECHANISMS, 'or')}.",
            (f"auth = {cited(service.auth)}",),
            {"auth": "password"},
            "auth",
        )
    if "secret" in written:
        yield Hit(f"Cannot read the secret: {written['secret']}.", (), {}, "secret")
    for table, known, place in written_tables(service, account):
        for key, why in mistyped(table, known):
            yield Hit(why, place=place(key))
        for key, words in CHOICES.items():
            value = table.get(key)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and item not in words:
                    yield Hit(
                        f"{key} is {joined(words, 'or')}, not {cited(item, *words)}.",
                        (f"{key} = {cited(item, *words)}",),
                        place=place(key),
                    )


@rule(Severity.ERROR)
def cfg_bool_string(service: Service, account: Account) -> Hits:
    """A quoted text instead of true or false.

    In most languages any text counts as true, even “False”.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        verify = "False"

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        verify = true
    """
    yield from remarked(service, "cfg-bool-string")
    for written, known, place in written_tables(service, account):
        for key, value in written.items():
            if known.get(key) is bool and isinstance(value, str):
                yield Hit(
                    f"{key} = {quoted(value)} is text, and any text counts as true in most "
                    "programs. Write true or false without quotes.",
                    (f"{key} = {value!r}",),
                    place=place(key),
                )


@rule(Severity.WARNING)
def cfg_opportunistic(service: Service) -> Hits:
    """Encryption is used only if it is offered.

    Anyone between the program and the server can remove the offer, and the password is then sent in
    cleartext. mailkit treats encryption as required.

    Flagged::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "if-available"

    Clean::

        [account.a.outgoing]
        host = "smtp.example.com"
        port = 587
        security = "starttls"
    """
    yield from remarked(service, "cfg-opportunistic")
    word = _word(service)
    if word in OPPORTUNISTIC_WORDS:
        yield Hit(
            f"{quoted(word)} continues without encryption if someone removes the offer of TLS. Require it: security = {service.security}.",
            (f"security = {word}",),
            {"security": service.security},
            "security",
        )


@rule(Severity.ERROR)
def cfg_verify_off(service: Service) -> Hits:
    """The certificate is not verified.

    The connection is encrypted, but an attacker in between can read it. mailkit verifies anyway.

    Flagged::

        [account.a.incoming]
        host = "imap.example.com"
        verify = false

    Clean::

        [account.a.incoming]
        host = "imap.example.com"
        verify = true
    """
    if service.written.get("verify") is False and not is_local(service.host):
        line = service.wording.shown.get("verify", "") if service.wording else ""
        switch = line or "verify = false"
        advice = f"Change {line}" if "=" in line else f"Remove {switch}"
        yield Hit(
            f"Without verification the password goes to any server that answers as {service.host}. {advice}; for a private CA pass its certificate with --ca.",
            (switch,),
            {},
            "verify",
        )


def _role(service: Service) -> str:
    return "an outgoing" if service.protocol is Protocol.SMTP else "an incoming"
