"""What is known of providers, and how it is said."""

import pytest

from mailkit.checks import check
from mailkit.explanation import explain
from mailkit.formats import loads
from mailkit.ports import Protocol
from mailkit.protocol import transcript
from mailkit.providers import PROVIDERS, Provider, for_domain, for_host, owner
from mailkit.rules.catalogue import case_findings


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("smtp.eu.mailgun.org", "Mailgun"),
        ("smtp.zoho.eu", "Zoho"),
        ("imappro.zoho.in", "Zoho"),
        ("smtppro.zoho.com.au", "Zoho"),
        ("email-smtp.eu-west-1.amazonaws.com", "Amazon SES"),
        ("smtp.eu.sendgrid.net", "SendGrid"),
        ("smtp.eu.sparkpostmail.com", "SparkPost"),
        ("sandbox.smtp.mailtrap.io", "Mailtrap"),
        ("smtp.mxhichina.com", "Alibaba Mail"),
        ("smtpdm-ap-southeast-1.aliyun.com", "Alibaba DirectMail"),
        ("imap.mail.eu-west-1.awsapps.com", "Amazon WorkMail"),
        ("www123.your-server.de", "Hetzner"),
        ("smtp.zeptomail.eu", "ZeptoMail"),
    ],
)
def test_hosts_of_other_regions_are_the_providers(host: str, name: str) -> None:
    provider = owner(host)
    assert provider is not None
    assert provider.name == name
    assert for_host(host) is None


@pytest.mark.parametrize("host", ["ec2-192-0-2-1.compute.amazonaws.com", "zoho.example.com"])
def test_names_that_only_look_alike_are_not(host: str) -> None:
    assert owner(host) is None


def test_a_switch_is_said_for_the_protocols_that_it_switches() -> None:
    gmail = for_domain("gmail.com")
    assert gmail is not None
    assert "POP3 is off at first: switch it on in" in gmail.counsel(Protocol.POP3)
    assert "off at first" not in gmail.counsel(Protocol.SMTP)
    inbox = for_domain("inbox.lv")
    assert inbox is not None
    assert "off again after two months without use" in inbox.counsel(Protocol.IMAP)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_an_entry_is_whole(provider: object) -> None:
    assert isinstance(provider, type(PROVIDERS[0]))
    assert bool(provider.off) == bool(provider.switch)
    assert all(provider.service(one) for one in provider.off)
    told = provider.counsel()
    assert not told.endswith(".")
    assert provider.login == "password" or told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("smtp.eu.mailgun.org: 535 5.7.0 Authentication failed", "smtp.eu.mailgun.org"),
        ("smtp.zoho.com: 535 Authentication Failed", "region"),
        (
            "IMAP imap.gmx.net: * BYE IMAP access is disabled for your account",
            "off at first",
        ),
        ("email-smtp.us-east-1.amazonaws.com 535 Authentication Credentials Invalid", "AKIA"),
        ("smtp.resend.com 535 Invalid username", "resend"),
    ],
)
def test_explain_says_what_the_provider_wants(text: str, words: str) -> None:
    (first, *_) = explain(text)
    assert words in first.advice


REFUSED = {
    "imap": """imap {host}:993 implicit-tls login plain
== connected 192.0.2.1
== tls TLSv1.3
S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready
C: a1 AUTHENTICATE PLAIN ***
S: a1 NO [AUTHENTICATIONFAILED] Authentication failed.
""",
    "pop3": """pop3 {host}:995 implicit-tls login plain
== connected 192.0.2.1
== tls TLSv1.3
S: +OK ready
C: CAPA
S: +OK
S: SASL PLAIN
S: TOP
S: UIDL
S: .
C: AUTH PLAIN ***
S: -ERR authentication failed
""",
    "smtp": """smtp {host}:465 implicit-tls login plain
== connected 192.0.2.1
== tls TLSv1.3
S: 220 {host} ESMTP
C: EHLO [127.0.0.1]
S: 250-{host}
S: 250 AUTH PLAIN
C: AUTH PLAIN ***
S: 535 5.7.8 Error: authentication failed
""",
}


@pytest.mark.parametrize(
    ("provider", "protocol"),
    [
        pytest.param(provider, protocol, id=f"{provider.name} {protocol}")
        for provider in PROVIDERS
        for protocol in Protocol
        if provider.service(protocol) and provider.counsel(protocol)
    ],
)
def test_a_login_refused_without_a_reason_gets_the_providers_advice(
    provider: Provider, protocol: Protocol
) -> None:
    service = provider.service(protocol)
    assert service is not None

    found = case_findings(transcript.loads(REFUSED[protocol].format(host=service[0])))

    owned = owner(service[0])  # one host can serve several of a company's brands
    assert owned is not None
    assert owned.counsel(protocol) in found[0].message
    assert found[0].id.startswith("aut-")


@pytest.mark.parametrize(
    ("host", "user", "finding"),
    [
        ("email-smtp.eu-west-1.amazonaws.com", "kim@example.com", "cfg-password-shape"),
        ("smtp.eu.sendgrid.net", "kim@example.com", "cfg-username-form"),
        ("email-smtp.eu-west-1.amazonaws.com", "AKIAEXAMPLE", ""),
        ("smtp.eu.sendgrid.net", "apikey", ""),
    ],
)
def test_what_a_login_looks_like_counts_for_the_hosts_of_regions_too(
    host: str, user: str, finding: str
) -> None:
    (account,) = loads(
        f'[account.a.outgoing]\nhost = "{host}"\nport = 587\nsecurity = "starttls"\nuser = "{user}"\n'
    )

    shapes = {"cfg-password-shape", "cfg-username-form"}
    assert {one.id for one in check(account)} & shapes == {finding} - {""}
