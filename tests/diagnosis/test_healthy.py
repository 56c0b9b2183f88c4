"""Healthy configurations draw no error and no warning; nearly healthy ones are not overlooked."""

import pytest

from mailkit.account import Account, Service
from mailkit.checks import check
from mailkit.finding import Severity
from mailkit.formats import loads
from mailkit.ports import STANDARD, Protocol, Security
from mailkit.providers import PROVIDERS, Provider
from mailkit.secret import Secret

USER = {
    "address": "{address}",
    "either": "{address}",
    "local": "kim",
    "key": "AKIAIOSFODNN7EXAMPLE",
}


def offers() -> list[tuple[Provider, Protocol, str, int, Security]]:
    return [
        (provider, protocol, served[0], port, security)
        for provider in PROVIDERS
        for protocol in Protocol
        if (served := provider.service(protocol)) is not None
        for port, security in served[1]
        if port != 25
    ]


@pytest.mark.parametrize(
    ("provider", "protocol", "host", "port", "security"),
    [pytest.param(*row, id=f"{row[0].name} {row[1]} {row[3]}") for row in offers()],
)
def test_what_a_provider_asks_for_is_in_order(
    provider: Provider, protocol: Protocol, host: str, port: int, security: Security
) -> None:
    address = f"kim@{provider.domains[0] if provider.domains else 'example.com'}"
    password = "abcdefghijklmnop" if provider.name == "Gmail" else "c0rrect horse battery"
    oauth = provider.login == "oauth" and provider.name != "Microsoft 365"
    oauth = oauth or (provider.name == "Microsoft 365" and protocol is not Protocol.SMTP)
    service = Service(
        protocol=protocol,
        host=host,
        port=port,
        security=security,
        user=USER.get(provider.user, provider.user).format(address=address),
        auth="xoauth2" if oauth else "password",
        secret=Secret.value(password),
    )
    role = "outgoing" if protocol is Protocol.SMTP else "incoming"
    account = Account(label="kim", address=address, **{role: service})

    known = {"cfg-auth-ending"} if provider.smtp_ends and protocol is Protocol.SMTP else set()
    assert {f.id for f in check(account) if f.severity is not Severity.NOTE} == known


@pytest.mark.parametrize(
    "host",
    [
        *("mail.example.com", "imap.example.co.uk", "mx.freenet.de", "mail.mydomain.net"),
        *("server12.hosting.example", "imap.email.cz", "imap.ymail.example", "imap.hey.com"),
        *("imap.aol.de", "imap.cloud.example", "poczta.example.pl", "mail-2.example.org"),
        *("imap-mail.example.com", "mail.xn--mller-kva.example"),
        *("imap.gmx.de", "smtp.outlooks.example.com", "correo.example.es", "imap2.example.com"),
    ],
)
@pytest.mark.parametrize("protocol", Protocol)
def test_an_ordinary_host_is_not_suspected(host: str, protocol: Protocol) -> None:
    if host.startswith(("imap", "smtp", "securesmtp")) and not host.startswith(protocol):
        return
    for port, security in STANDARD[protocol]:
        if port == 25:
            continue
        service = Service(
            protocol=protocol, host=host, port=port, security=security, user="kim@example.com"
        )

        assert [f.id for f in check(_with(service))] == []


def _with(service: Service) -> Account:
    role = "outgoing" if service.protocol is Protocol.SMTP else "incoming"
    return Account(label="kim", address="kim@example.com", **{role: service})


@pytest.mark.parametrize(
    "text",
    [
        # a bridge on this machine
        'host = "127.0.0.1"\nport = 1143\nsecurity = "starttls"\nuser = "kim@proton.me"',
        # a port of one's own
        'host = "mail.example.com"\nport = 10993\nsecurity = "implicit-tls"\nuser = "kim"',
        # a password with everything in it
        "host = 'mail.example.com'\nuser = 'kim'\nsecret = { value = 'p#$ \"q\" %x% {y} <z>' }",
        # a Windows login
        "host = 'mail.example.com'\nuser = 'CORP\\kim'",
        # the words in other cases
        'host = "mail.example.com"\nsecurity = "STARTTLS"\nprotocol = "IMAP"\nport = 143',
        'host = "mail.example.com"\ntimeout = 20\npoll_minutes = 5\nverify = true',
    ],
)
def test_an_unusual_account_is_in_order(text: str) -> None:
    accounts = loads(f'[account.a]\naddress = "kim@example.com"\n[account.a.incoming]\n{text}\n')

    assert [f for f in check(accounts[0]) if f.severity is not Severity.NOTE] == []


@pytest.mark.parametrize(
    ("host", "better"),
    [
        ("smpt.gmail.com", "smtp.gmail.com"),
        ("imap.gmial.com", "imap.gmail.com"),
        ("imap.gmai.com", "imap.gmail.com"),
        ("imap.gmail.con", "imap.gmail.com"),
        ("smtp.office356.com", "smtp.office365.com"),
        ("iamp.example.com", "imap.example.com"),
    ],
)
def test_a_misspelt_host_is_put_right(host: str, better: str) -> None:
    protocol = Protocol.SMTP if better.startswith("smtp") else Protocol.IMAP

    found = check(_with(Service(protocol=protocol, host=host)))

    assert [(f.id, f.fix.get("host")) for f in found if f.id == "cfg-host-typo"] == [
        ("cfg-host-typo", better)
    ]


@pytest.mark.parametrize(
    ("written", "better"),
    [
        ("kim@gmial.com", "kim@gmail.com"),
        ("kim@hotmial.com", "kim@hotmail.com"),
        ("kim@gmail.con", "kim@gmail.com"),
        ("Kim@Outlok.com", "Kim@outlook.com"),
        ("kim@gmail.com", None),
        ("kim@ymail.com", None),
        ("kim@mail.com", None),
        ("kim@gmal.example", None),
        ("kim@outlooks.example.com", None),
        ("kim", None),
    ],
)
def test_a_misspelt_domain_of_a_user_is_put_right(written: str, better: str | None) -> None:
    service = Service(protocol=Protocol.IMAP, host="imap.example.com", user=written)

    found = [f.fix for f in check(_with(service)) if f.id == "cfg-user-typo"]

    assert found == ([{"user": better}] if better else [])


def test_a_local_relay_without_a_login_is_in_order() -> None:
    relay = Service(protocol=Protocol.SMTP, host="localhost", port=25, security=Security.CLEARTEXT)

    assert [f.id for f in check(_with(relay))] == ["cfg-host-localhost"]


def test_two_accounts_on_two_mailboxes_do_not_disturb_each_other() -> None:
    text = "".join(
        f"""
        [account.{name}]
        address = "{name}@example.com"
        [account.{name}.incoming]
        protocol = "pop3"
        host = "pop.example.com"
        user = "{name}"
        leave_on_server = false
        """
        for name in ("kim", "lee")
    )
    accounts = loads(text)

    assert [f for account in accounts for f in check(account, accounts)] == []


def test_each_provider_is_known_once_and_never_in_clear() -> None:
    domains = [domain for provider in PROVIDERS for domain in provider.domains]

    assert len(domains) == len(set(domains))
    assert len({provider.name for provider in PROVIDERS}) == len(PROVIDERS)
    for provider in PROVIDERS:
        for protocol in Protocol:
            served = provider.service(protocol)
            assert served is None or all(s is not Security.CLEARTEXT for _, s in served[1])
