"""Which name of a certificate is offered as a question, and where none is."""

from dataclasses import replace

import pytest

from mailkit.account import Account
from mailkit.finding import Finding
from mailkit.protocol.transcript import loads
from mailkit.rules.catalogue import case_findings


def findings(script: str, address: str = "") -> list[Finding]:
    account = Account(label="a", address=address)
    return case_findings(replace(loads(script), account=account))


def offered(host: str, names: str, *, reason: str = "62 hostname mismatch", **options: str) -> str:
    script = (
        f"smtp {host}:465 implicit-tls\n== connected 192.0.2.1\n"
        f"== certificate {names}\n== tls failed {reason}\n"
    )
    found = findings(script, **options)
    return next((str(f.fix["host"]) for f in found if "host" in f.fix), "")


@pytest.mark.parametrize(
    ("host", "names", "name"),
    [
        ("smtp.example.net", "*.example.org,example.org", "smtp.example.org"),
        ("smtp.example.net", "example.org,*.example.org", "smtp.example.org"),
        ("example.org", "*.example.org", "smtp.example.org"),
        ("smtp.mail.example.org", "*.example.org", "smtp.example.org"),
        ("smtp.example.net", "web.hoster.example,smtp.hoster.example", "smtp.hoster.example"),
        ("smtp.example.net", "www.example.net,smtp.hoster.example", "www.example.net"),
        ("mail.example.net", "box7.hoster.example", "box7.hoster.example"),
    ],
)
def test_the_nearest_name_that_the_certificate_covers_is_asked_about(
    host: str, names: str, name: str
) -> None:
    assert offered(host, f"names={names}") == name


@pytest.mark.parametrize(
    ("host", "reason", "address"),
    [
        ("smtp.gmail.com", "62 hostname mismatch", ""),
        ("smtp-relay.gmail.com", "62 hostname mismatch", ""),
        ("smtp.example.net", "62 hostname mismatch", "kim@gmail.com"),
        ("smtp.example.net", "18 self-signed certificate", ""),
        ("smtp.example.net", "20 unable to get local issuer certificate", ""),
    ],
)
def test_no_name_is_offered_where_another_server_may_answer(
    host: str, reason: str, address: str
) -> None:
    names = "names=mail.hoster.example"
    assert offered(host, names, reason=reason, address=address) == ""


def test_a_certificate_for_addresses_only_is_described_by_them() -> None:
    found = findings(
        "imap mail.example.com:993 implicit-tls\n== connected 127.0.0.1\n"
        "== certificate addresses=127.0.0.1\n== tls failed 62 hostname mismatch\n"
    )
    message = next(f.message for f in found if f.id == "crt-host-mismatch")
    assert "127.0.0.1 (an address, no host name)" in message


def test_a_trusted_self_signed_certificate_with_another_name_is_a_mismatch() -> None:
    found = findings(
        "imap mail.example.com:993 implicit-tls\n== connected 192.0.2.1\n"
        "== certificate subject=CN=lan; issuer=CN=lan; names=server.lan\n"
        "== tls failed 62 hostname mismatch\n"
    )
    assert [f.id for f in found if f.id.startswith("crt-")] == ["crt-host-mismatch"]


@pytest.mark.parametrize(
    ("given", "issuer", "cause", "said"),
    [
        ("CN=Acme Root", "CN=Acme Root", "crt-unknown-ca", "another CA of the same name"),
        ("CN=Other Root", "CN=Acme Issuing", "crt-unknown-ca", "--ca was passed, but has CN=Other"),
        ("CN=Acme Root", "CN=Acme Issuing", "crt-missing-intermediate", "full chain"),
        ("O=Acme", "CN=Issuing 1,O=Acme", "crt-missing-intermediate", "full chain"),
    ],
)
def test_trust_that_was_given_counts(given: str, issuer: str, cause: str, said: str) -> None:
    found = findings(
        "imap mail.example.com:993 implicit-tls\n"
        f"== trust anchors: {given}\n== connected 192.0.2.1\n"
        f"== certificate names=mail.example.com; issuer={issuer}\n"
        "== tls failed 20 unable to get local issuer certificate\n"
    )
    assert [f.id for f in found if f.id.startswith("crt-")] == [cause]
    assert any(said in f.message for f in found)


@pytest.mark.parametrize(
    "name", ["*", "*.", "f*.example.org", "imap.example.org:993", "http://a.example/", "a b", "-a"]
)
def test_what_is_no_host_name_is_not_asked_about(name: str) -> None:
    assert offered("smtp.example.net", f"names={name}") == ""
    assert offered("smtp.example.net", f"names={name},mail.example.org") == "mail.example.org"


def test_of_thousands_of_names_some_are_shown() -> None:
    names = ",".join(f"{'a' * 400}{n}.example.org" for n in range(2_000))
    found = findings(
        "imap mail.example.com:993 implicit-tls\n== connected 192.0.2.1\n"
        f"== certificate names={names}\n== tls failed 62 hostname mismatch\n"
    )
    (mismatch,) = (f for f in found if f.id == "crt-host-mismatch")
    assert "1995 more" in mismatch.message
    assert len(mismatch.message) + sum(map(len, mismatch.evidence)) < 10_000


@pytest.mark.parametrize("host", ["[2001:DB8::1]", "2001:db8:0::1"])
def test_an_address_is_the_same_however_it_is_written(host: str) -> None:
    found = findings(
        f"imap {host}:993 implicit-tls\n== connected 2001:db8::1\n"
        "== certificate addresses=2001:DB8:0:0:0:0:0:1; until=-3\n== tls failed 10 expired\n"
    )
    assert [f.id for f in found if f.id.startswith("crt-")] == ["crt-expired"]


@pytest.mark.parametrize("zone", ["+99999999999999999999", "+" + "9" * 5000, "-2500"])
def test_a_time_in_a_greeting_that_is_none_stops_no_diagnosis(zone: str) -> None:
    found = findings(
        "smtp mail.example.com:465 implicit-tls\n== connected 192.0.2.1\n"
        "== certificate names=mail.example.com; until=-3\n== tls failed 10 expired\n"
        "\nsmtp mail.example.com:25 cleartext\n== connected 192.0.2.1\n"
        f"S: 220 mail.example.com ESMTP; Sat, 21 Nov 2026 18:40:00 {zone}\n"
    )
    assert "crt-expired" in [f.id for f in found]


def test_a_certificate_for_another_host_says_what_to_do_where_the_host_is_right() -> None:
    offer = findings(
        "imap mail.example.com:993 implicit-tls\n== connected 192.0.2.1\n"
        "== certificate names=mail.example.net\n== tls failed 62 hostname mismatch\n"
    )
    untrusted = findings(
        "imap mail.example.com:993 implicit-tls\n== connected 192.0.2.1\n"
        "== certificate names=mail.example.net\n== tls failed 18 self-signed certificate\n"
    )

    (message,) = [one.message for one in offer if one.id == "crt-host-mismatch"]
    assert message.endswith("If not, ask its administrator for a certificate for mail.example.com.")
    (message,) = [one.message for one in untrusted if one.id == "crt-host-mismatch"]
    assert "If the host is right, ask its administrator" in message
