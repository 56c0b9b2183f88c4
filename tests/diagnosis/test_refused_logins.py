"""Refusals and settings that people meet, on the wire: the cause, its advice, and near misses."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, imap, pop3, smtp
from mailkit.lab.script import Say
from mailkit.observation import Proof
from mailkit.ports import Security
from mailkit.report import ServiceReport
from mailkit.report.wording import proposed

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]
REHEARSE = (ADDRESS, "lee@example.org")
LOGIN = {
    "imap": (imap, 993, "AUTHENTICATE", b"<tag> "),
    "pop3": (pop3, 995, "AUTH", b""),
    "smtp": (smtp, 465, "AUTH", b""),
}


@pytest.mark.parametrize(
    ("host", "protocol", "user", "reply", "cause", "advice"),
    [
        (
            "imap.mail.me.com",
            "imap",
            "kim@icloud.com",
            "NO [AUTHENTICATIONFAILED] Authentication Failed",
            "aut-app-password",
            "iCloud",
        ),
        (
            "imap.qq.com",
            "imap",
            "12345@qq.com",
            "NO LOGIN Login error or password error",
            "aut-auth-code",
            "authorization code",
        ),
        (
            "imap.163.com",
            "imap",
            "kim@163.com",
            "NO LOGIN Login error or password error",
            "aut-auth-code",
            "authorization code",
        ),
        (
            "imap.mail.yahoo.com",
            "imap",
            "kim@yahoo.com",
            "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
            "aut-app-password",
            "Yahoo needs an app password",
        ),
        (
            "imap.mail.ru",
            "imap",
            "kim@mail.ru",
            "NO [AUTHENTICATIONFAILED] Authentication failed",
            "aut-app-password",
            "external applications",
        ),
        (
            "imap.mail.att.net",
            "imap",
            "kim@att.net",
            "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
            "aut-app-password",
            "secure mail key",
        ),
        (
            "securesmtp.t-online.de",
            "smtp",
            "kim@t-online.de",
            "535 5.7.0 Authentication failed",
            "aut-app-password",
            "password for mail programs",
        ),
        (
            "pop.gmx.net",
            "pop3",
            "kim@gmx.de",
            "-ERR [AUTH] authentication failed",
            "aut-bad",
            "switch them on in the web mail",
        ),
        (
            "imap.zoho.com",
            "imap",
            "kim@zoho.eu",
            "NO Invalid credentials",
            "aut-bad",
            "The host is that of the account's region",
        ),
        (
            "email-smtp.eu-west-1.amazonaws.com",
            "smtp",
            "AKIAEXAMPLE",
            "535 Authentication Credentials Invalid",
            "aut-bad",
            "begins with AKIA",
        ),
        (
            "email-smtp.eu-west-1.amazonaws.com",
            "smtp",
            ADDRESS,
            "535 Authentication Credentials Invalid",
            "cfg-password-shape",
            "begin with AKIA",
        ),
        (
            "smtp-relay.brevo.com",
            "smtp",
            ADDRESS,
            "535 5.7.8 Authentication failed",
            "aut-bad",
            "not an API key",
        ),
        # Near misses: a host of no known provider, and a provider's refusal for another reason.
        (
            HOST,
            "imap",
            ADDRESS,
            "NO [AUTHENTICATIONFAILED] Authentication Failed",
            "aut-bad",
            "some providers want an app password",
        ),
        (
            "imap.mail.me.com",
            "imap",
            "kim@icloud.com",
            "NO [UNAVAILABLE] Temporary authentication failure",
            "aut-temp",
            "was not checked",
        ),
        (
            "smtp.mail.yahoo.com",
            "smtp",
            "kim@yahoo.com",
            "535 5.7.0 (#AUTH005) Too many bad auth attempts",
            "aut-locked",
            "Do not try again now",
        ),
    ],
)
def test_a_refused_login_gets_the_advice_of_its_provider(
    host: str,
    protocol: str,
    user: str,
    reply: str,
    cause: str,
    advice: str,
    make_lab: Make,
    diagnosis: Diagnose,
) -> None:
    write, port, command, tag = LOGIN[protocol]
    says = [Say(tag + reply.encode() + b"\r\n")]
    replies = dict.fromkeys((command, "LOGIN", "PASS"), says)
    lab = make_lab(Listener(protocol=protocol, host=host, port=port, replies_tls=replies))

    report = diagnosis(lab, write(port, "implicit-tls", host=host, user=user, address=user))

    assert report.cause == cause
    assert report.reason is not None
    assert advice in report.reason.message


@pytest.mark.parametrize(
    ("command", "reply", "cause"),
    [
        (
            "MAIL",
            "550 5.7.1 Client does not have permissions to send as this sender",
            "snd-sender-not-owned",
        ),
        ("MAIL", "554 5.2.252 SendAsDenied; not allowed to send as lee", "snd-sender-not-owned"),
        ("MAIL", "530 5.7.1 Client was not authenticated", "snd-not-logged-in"),
        ("RCPT", "550 5.7.1 Unable to relay", "snd-relay-denied"),
        (
            "RCPT",
            "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
            "snd-relay-denied",
        ),
        ("MAIL", "432 4.3.2 Concurrent connections limit exceeded.", "lim-throttled"),
        # Near misses: the same codes with other words.
        ("MAIL", "550 5.7.1 Message rejected as spam", "snd-spam"),
        ("RCPT", "550 5.1.1 User unknown", "snd-rcpt-unknown"),
        ("MAIL", "550 5.7.1 no", "unexplained"),
    ],
)
def test_a_refused_message_is_read_by_its_words(
    command: str, reply: str, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    says = [Say(f"{reply}\r\n".encode())]
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, replies_tls={command: says}))

    report = diagnosis(lab, smtp(465, "implicit-tls"), rehearse=REHEARSE)

    assert report.cause == cause
    assert report.proof >= 4


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        ("530 5.7.0 Must issue a STARTTLS command first", "stt-required"),
        ("451 5.7.3 STARTTLS is required to send mail", "stt-required"),
        ("530 5.7.7 Email sending without SSL/TLS encryption is not allowed", "stt-required"),
        # Near misses: a login is wanted, and a fault that passes.
        ("530 5.7.0 Authentication required", "snd-not-logged-in"),
        ("451 4.3.0 Temporary lookup failure", "snd-temp"),
    ],
)
def test_a_demand_for_starttls_is_read_without_a_login_too(
    reply: str, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            replies={"MAIL": [Say(f"{reply}\r\n".encode())]},
        )
    )

    report = diagnosis(lab, smtp(587, "cleartext", user="", secret=None), rehearse=REHEARSE)

    assert report.cause == cause
    if cause == "stt-required":
        assert report.proposal is not None
        assert report.proposal.service.security is Security.STARTTLS


def test_trust_in_a_self_signed_certificate_leaves_its_name_to_be_right(
    make_lab: Make, diagnosis: Diagnose, tmp_path: Path
) -> None:
    other = "post.example.net"
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, certificate="self-signed"),
        Listener(protocol="imap", host=other, port=993, same_as=HOST),
    )
    given = tmp_path / "server.pem"
    given.write_text(ssl.get_server_certificate(lab.where(HOST, 993)))
    here, there = imap(993, "implicit-tls"), imap(993, "implicit-tls", host=other)

    assert diagnosis(lab, here).cause == "crt-self-signed"
    assert diagnosis(lab, here, ca=given).ok
    assert diagnosis(lab, there, ca=given).cause == "crt-host-mismatch"


def test_a_root_that_was_given_leaves_a_missing_intermediate(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    for kind, cause in (
        ("missing-intermediate", "crt-missing-intermediate"),
        ("unknown-ca", "crt-unknown-ca"),
    ):
        lab = make_lab(Listener(protocol="imap", host=HOST, port=993, certificate=kind))

        assert diagnosis(lab, imap(993, "implicit-tls")).cause == cause


def test_a_certificate_for_addresses_only_is_described_by_them(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host="192.0.2.7", port=993),
        Listener(protocol="imap", host=HOST, port=993, same_as="192.0.2.7"),
    )

    report = diagnosis(lab, imap(993, "implicit-tls"))

    assert report.cause == "crt-host-mismatch"
    assert report.reason is not None
    assert "is for 192.0.2.7" in report.reason.message
    assert report.proposal is None
    assert diagnosis(lab, imap(993, "implicit-tls", host="192.0.2.7")).ok


@pytest.mark.parametrize(
    ("host", "said", "unsaid"),
    [
        ("mailserver", "another container's service name", "does not exist"),
        ("mail.example.org", "does not exist", "container"),
    ],
)
def test_a_name_without_a_domain_may_be_known_in_another_network(
    host: str, said: str, unsaid: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="smtp", host="x.example", port=587),
        zone=["a.root-servers.net A 198.41.0.4", "example.com MX 10 mx.example.com"],
    )
    assert lab.names is not None

    report = diagnosis(lab, smtp(587, "starttls", host=host), dns=lab.names.address)

    assert report.cause == "dns-nxdomain"
    assert report.reason is not None
    assert said in report.reason.message
    assert unsaid not in report.reason.message


@pytest.mark.parametrize(("open_relay", "cause"), [(True, ""), (False, "snd-not-logged-in")])
def test_a_relay_without_a_login_is_verified_by_a_rehearsal(
    open_relay: bool, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=465,
            offers_tls=["SIZE 100000"],
            open_relay=open_relay,
        )
    )

    report = diagnosis(lab, smtp(465, "implicit-tls", user="", secret=None), rehearse=REHEARSE)

    assert report.cause == cause
    assert any(line.startswith("C: MAIL FROM") for line in report.transcript)
    assert lab.logins == []


@pytest.mark.parametrize(("open_relay", "fixed"), [(True, True), (False, False)])
def test_a_relay_that_offers_no_login_is_rehearsed_without_the_user(
    open_relay: bool, fixed: bool, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=25,
            security=Security.STARTTLS,
            offers_tls=["SIZE 100000"],
            open_relay=open_relay,
        )
    )

    report = diagnosis(lab, smtp(25, "starttls"), rehearse=REHEARSE)

    assert report.cause == "cap-no-auth"
    assert lab.logins == []
    assert (report.proposal is not None) is fixed
    if report.proposal is not None:
        assert report.proposal.changes["user"][1] == ""
        assert report.proposal.service.security is Security.STARTTLS
        assert proposed(report) == "Fix, verified by a rehearsed message without a login"


def test_a_host_that_takes_logins_elsewhere_is_not_taken_for_a_relay(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=25,
            security=Security.STARTTLS,
            offers_tls=["SIZE 100000"],
            open_relay=True,
        ),
        Listener(protocol="smtp", host=HOST, port=465),
    )

    report = diagnosis(lab, smtp(25, "starttls"), rehearse=REHEARSE)

    assert report.proposal is not None
    assert report.proposal.changes["port"] == (25, 465)
    assert "user" not in report.proposal.changes


@pytest.mark.parametrize(
    "quotes", ["“{}”", "„{}“", "‘{}’", "«{}»", "»{}«", "「{}」", "'{}'", '"{}"']
)
def test_quotes_round_a_password_are_the_cause_unless_they_belong_to_it(
    quotes: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    text = imap(993, "implicit-tls", secret={"value": quotes.format(PASSWORD)})
    pasted = make_lab(Listener(protocol="imap", host=HOST, port=993))
    meant = {ADDRESS: quotes.format(PASSWORD)}
    chosen = make_lab(Listener(protocol="imap", host=HOST, port=993, users=meant))

    assert diagnosis(pasted, text).cause == "cfg-password-dirty"
    assert diagnosis(chosen, text).ok


@pytest.mark.parametrize("secret", ["it’s", "“half", "5 o’clock ”"])
def test_a_quote_inside_a_password_is_no_cause(
    secret: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993))

    assert diagnosis(lab, imap(993, "implicit-tls", secret={"value": secret})).cause == "aut-bad"


@pytest.mark.parametrize(
    ("host", "cause", "question"),
    [
        ("smtp.example.net", "crt-host-mismatch", "Is smtp.example.com the name"),
        ("smtp.deep.example.com", "crt-wildcard-depth", "Is smtp.example.com the name"),
        ("smtp.gmail.com", "crt-host-mismatch", "Keep the host"),
        ("mail.example.com", "", ""),
    ],
)
def test_the_name_that_a_wildcard_covers_keeps_the_first_label(
    host: str, cause: str, question: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="smtp", host=host, port=465, certificate="wildcard"))

    report = diagnosis(lab, smtp(465, "implicit-tls", host=host))

    assert report.cause == cause
    assert question in (report.reason.message if report.reason else "")


@pytest.mark.parametrize(
    ("helo", "delivery", "name"),
    [
        ("", "", "[127.0.0.1]"),
        ("", "client.example.com", "client.example.com"),
        ("other.example.com", "client.example.com", "other.example.com"),
    ],
)
def test_the_name_that_was_refused_in_ehlo_is_shown(
    helo: str, delivery: str, name: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    says = [Say(b"504 5.5.2 Helo command rejected: need fully-qualified hostname\r\n")]
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=465, replies_tls={"EHLO": says, "HELO": says})
    )
    settings = f'\n[account.kim.delivery]\nhost_name = "{delivery}"\n' if delivery else ""

    report = diagnosis(lab, smtp(465, "implicit-tls") + settings, helo=helo)

    assert report.cause == "snd-helo"
    assert report.reason is not None
    assert f"rejects the name “{name}” in EHLO" in report.reason.message


@pytest.mark.parametrize(
    ("host", "said"),
    [("imap.gmail.com", "Keep the host"), ("mail.customer.example", "none of its hosts")],
)
def test_an_address_with_a_provider_does_not_make_every_host_the_provider_s(
    host: str, said: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="imap", host=host, port=993, certificate="other-host"))
    user = "kim@gmail.com"

    report = diagnosis(lab, imap(993, "implicit-tls", host=host, user=user, address=user))

    assert report.cause == "crt-host-mismatch"
    assert report.reason is not None
    assert said in report.reason.message
    assert not report.reason.fix


def test_a_token_is_never_sent_as_a_password(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, offers_tls=["IMAP4rev1", "AUTH=PLAIN"])
    )

    report = diagnosis(
        lab, imap(993, "implicit-tls", auth="oauthbearer", secret={"value": "ya29.a-token"})
    )

    assert report.cause == "cap-mech-mismatch"
    assert [finding.id for finding in report.findings] == ["cap-mech-mismatch"]
    assert report.proposal is not None
    assert {key: new for key, (_, new) in report.proposal.changes.items()} == {"auth": "password"}
    assert report.proposal.proof is Proof.CAPABLE
    assert lab.logins == []
