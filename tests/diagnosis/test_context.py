"""What stands around a service: proxies, bans, resolvers, other accounts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from mailkit import providers
from mailkit.cli.main import main
from mailkit.diagnosis.context import _without_login, published
from mailkit.diagnosis.diagnose import diagnose
from mailkit.formats import loads
from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import HOST, imap, pop3, smtp
from mailkit.lab.servers.dns import NameServer
from mailkit.net.resolver import Resolver
from mailkit.observation import Record
from mailkit.ports import Protocol, Security
from mailkit.providers import PROVIDERS
from mailkit.report import ServiceReport
from mailkit.report.manual import providers_table

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]


@pytest.fixture
def names() -> Any:
    server = NameServer(
        [
            "mail.example.com A 192.0.2.1",
            "mail.example.com AAAA 2001:db8::1",
            "alias.example.com CNAME mail.example.com",
            "gone.example.com CNAME nobody.example.net",
            "example.com MX 10 mail.example.com",
            *(f"example.com TXT v{number}-{'x' * 90}" for number in range(20)),
            "broken.example.com SERVFAIL",
            "mute.example.com TIMEOUT",
        ]
    )
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("http://proxy.test:3128", "http://proxy.test:3128"),
        ("socks5h://kim:sesame@proxy.test", "socks5h://proxy.test"),
        ("kim:sesame@proxy.test:3128", "http://proxy.test:3128"),
        ("proxy.test:3128/x", "http://proxy.test:3128"),
        ("http://kim:ses/ame@proxy.test:1/x?y", "http://proxy.test:1"),
        ("http://kim:ses@ame?@proxy.test:1", "http://proxy.test:1"),
        ("kim:sesame://@proxy.test:1", "http://proxy.test:1"),
        ("http:/kim:sesame@proxy.test:1", "http://proxy.test:1"),
        ("http://kim:sesame@[2001:db8::1", "http://[2001:db8::1"),
    ],
)
def test_the_login_of_a_proxy_is_not_shown_however_it_is_written(proxy: str, shown: str) -> None:
    assert _without_login(proxy) == shown


@pytest.mark.parametrize(
    ("name", "kind", "answer"),
    [
        ("mail.example.com", "A", ["mail.example.com A 192.0.2.1"]),
        (
            "alias.example.com",
            "AAAA",
            ["alias.example.com CNAME mail.example.com", "mail.example.com AAAA 2001:db8::1"],
        ),
        ("mail.example.com", "MX", ["mail.example.com NODATA MX"]),
        ("none.example.com", "A", ["none.example.com NXDOMAIN A"]),
        (
            "gone.example.com",
            "A",
            ["gone.example.com CNAME nobody.example.net", "nobody.example.net NXDOMAIN A"],
        ),
        ("broken.example.com", "A", ["broken.example.com SERVFAIL A"]),
        ("mute.example.com", "A", ["mute.example.com TIMEOUT A"]),
        ("bad..name", "A", ["bad..name SERVFAIL A"]),
    ],
)
def test_an_answer_is_a_line_of_a_zone(
    name: str, kind: str, answer: list[str], names: NameServer
) -> None:
    assert [str(one) for one in Resolver(names.address).ask(name, kind, 0.5)] == answer


def test_a_long_answer_is_fetched_by_tcp(names: NameServer) -> None:
    assert len(Resolver(names.address).ask("example.com", "TXT", 2)) == 20


def test_nothing_is_asked_about_names_that_are_said_to_lead_somewhere(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="raw", host=HOST, port=9), zone=["example.com MX 10 mx.example.com"]
    )

    report = diagnosis(lab, imap(993, "implicit-tls"), dns=lab.dns)

    assert report.cause == "tcp-refused"
    assert lab.names is not None
    assert lab.names.questions == []


@pytest.mark.parametrize(
    ("url", "cause", "shown"),
    [
        (
            "http://kim:geheim@proxy.example.com:3128",
            "env-http-proxy-only",
            "proxy.example.com:3128",
        ),
        ("socks5://proxy.example.com:1080", "tcp-proxy-needed", "proxy.example.com:1080"),
        ("", "tcp-timeout", ""),
    ],
)
def test_where_only_a_proxy_leads_out_it_is_told_without_its_login(
    url: str,
    cause: str,
    shown: str,
    make_lab: Make,
    diagnosis: Diagnose,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("all_proxy", "https_proxy", "http_proxy", "socks_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    if url:
        monkeypatch.setenv("ALL_PROXY", url)
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, backlog=0))

    report = diagnosis(lab, imap(993, "implicit-tls"), timeout=0.4)

    assert report.cause == cause
    text = repr(report.findings)
    assert shown in text
    assert "geheim" not in text


def test_a_host_that_refused_a_login_and_is_silent_now_has_probably_shut_us_out(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, backlog=0))
    service = {"service": "incoming", "proof": "capable", "cause": "aut-bad"}
    before = {
        "schema": "mailkit.report/1",
        "accounts": [{"account": "kim", "services": [service]}],
    }

    report = diagnosis(lab, imap(993, "implicit-tls"), timeout=0.4, before=before)

    assert report.cause == "tcp-banned"


@pytest.mark.parametrize(("minutes", "cause"), [(5, "lim-pop3-delay"), (10, ""), (None, "")])
def test_a_program_that_polls_more_often_than_the_server_says_is_told(
    minutes: int | None, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    offers = ["USER", "UIDL", "TOP", "SASL PLAIN", "LOGIN-DELAY 600 USER"]
    lab = make_lab(Listener(protocol="pop3", host=HOST, port=995, offers_tls=offers))

    report = diagnosis(lab, pop3(995, "implicit-tls", poll_minutes=minutes))

    assert report.cause == cause
    assert report.proof.word == "logged-in"


def test_service_records_are_read_by_priority_weight_and_port() -> None:
    records = [
        Record("_submission._tcp.example.com", "SRV", "0 5 587 b.example.com"),
        Record("_submission._tcp.example.com", "SRV", "0 9 465 a.example.com"),
        Record("_submissions._tcp.example.com", "SRV", "5 0 465 c.example.com"),
        Record("_imaps._tcp.example.com", "SRV", "0 0 993 mail.example.com"),
        Record("_submissions._tcp.example.com", "SRV", "0 0 0 ."),
        Record("_submissions._tcp.example.com", "SRV", "0 0 99999 d.example.com"),
    ]

    assert published(records, Protocol.SMTP) == [
        ("a.example.com", 465, Security.IMPLICIT_TLS),
        ("b.example.com", 587, Security.STARTTLS),
        ("c.example.com", 465, Security.IMPLICIT_TLS),
    ]


def test_a_published_server_gets_the_password_only_inside_the_domain(make_lab: Make) -> None:
    lab = make_lab(
        Listener(protocol="smtp", host="out.hoster.example", port=465, at="192.0.2.5"),
        Listener(protocol="raw", host=HOST, port=9, at="192.0.2.6"),
        zone=[
            f"{HOST} A 192.0.2.6",
            "out.hoster.example A 192.0.2.5",
            "example.com MX 1 mx.example.com",
            "_submissions._tcp.example.com SRV 0 0 465 out.hoster.example",
        ],
    )
    (account,) = loads(smtp(465, "implicit-tls"))

    report = (
        diagnose(account, connect_to=lab.connect_to, dns=lab.dns, ca=lab.ca_file, timeout=30)
        .accounts[0]
        .services[0]
    )

    assert report.proposal is not None
    assert report.proposal.service.host == "out.hoster.example"
    assert report.proposal.proof.word == "capable"
    assert lab.logins == []


@pytest.mark.parametrize("text", ["dns.example.com:53", "127.0.0.1:x", "127.0.0.1:0", "x"])
def test_a_resolver_is_an_address_and_a_port(
    text: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.toml"
    file.write_text(imap(993, "implicit-tls"), "utf-8")

    assert main(["diagnose", str(file), "--dns", text]) == 2
    assert "--dns takes ADDR:PORT" in capsys.readouterr().err


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda one: one.name)
def test_every_fact_about_a_provider_has_a_source_and_a_review_date(provider: Any) -> None:
    assert provider.source
    assert date(2026, 11, 21) < provider.review < date(2029, 1, 1)
    assert provider.imap or provider.pop3 or provider.smtp or provider.login == "none"
    assert provider.user
    assert provider.advice or provider.login == "password"


def test_there_are_enough_providers_and_each_stands_once() -> None:
    names = [one.name for one in PROVIDERS]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


def test_a_fact_past_its_review_date_is_shown_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    gmail = providers.for_host("imap.gmail.com")
    assert gmail is not None
    assert "past" not in gmail.stated(gmail.review)
    assert f"past its review date {gmail.review}" in gmail.stated(date(2099, 1, 1))
    aged = replace(gmail, review=date(2020, 1, 1))
    monkeypatch.setattr("mailkit.report.manual.PROVIDERS", (aged,))
    assert "2020-01-01 (past it)" in providers_table("text")


def test_an_address_that_a_name_that_cannot_exist_has_too_is_no_address(
    make_lab: Callable[..., Lab], diagnosis: Callable[..., ServiceReport]
) -> None:
    lab = make_lab(
        Listener(protocol="http", host="search.example.net", port=80, at="198.51.100.9"),
        zone=["*.example.com A 198.51.100.9", "*.invalid A 198.51.100.9"],
    )

    report = diagnosis(lab, imap(993, "implicit-tls"), dns=lab.dns)

    assert report.cause == "dns-lying"
    assert "dns-parked" not in [finding.id for finding in report.findings]


def test_a_domain_with_mail_on_another_port_is_not_parked(
    make_lab: Callable[..., Lab], diagnosis: Callable[..., ServiceReport]
) -> None:
    at = "192.0.2.10"
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS, at=at),
        Listener(
            protocol="http", host="www.example.com", port=80, at=at, security=Security.CLEARTEXT
        ),
        zone=[f"*.example.com A {at}", f"{HOST} A {at}"],
    )

    report = diagnosis(lab, imap(993, "implicit-tls"), dns=lab.dns)

    assert report.cause == "tcp-refused"
    assert report.proposal is not None
    assert report.proposal.service.port == 143
