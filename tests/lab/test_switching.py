"""Faults that are switched on and off while a lab runs."""

import imaplib
import poplib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress

import pytest

from mailkit.errors import SettingsError
from mailkit.lab import USERS, Lab
from mailkit.lab.endpoints import developer
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.switching import does, places, switch_off, switch_on

USER, PASSWORD = next(iter(USERS.items()))


@pytest.fixture(scope="module")
def shared() -> Iterator[Lab]:
    with Lab(developer(offset=None)) as lab:
        yield lab


@pytest.fixture
def lab(shared: Lab) -> Iterator[Lab]:
    yield shared
    switch_off(shared)


def port(lab: Lab, usual: int) -> int:
    return lab.where("localhost", usual)[1]


def sent(lab: Lab, usual: int = 25) -> None:
    with smtplib.SMTP("localhost", port(lab, usual), timeout=30) as client:
        client.sendmail("a@example.com", ["b@example.net"], b"Subject: x\r\n\r\nx\r\n")


def secured(lab: Lab) -> None:
    with smtplib.SMTP("localhost", port(lab, 587), timeout=30) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(lab.ca_file)))
        client.noop()


def test_the_next_connection_meets_it_and_the_one_after_it_is_off_does_not(lab: Lab) -> None:
    sent(lab)
    assert switch_on(lab, "snd-greylist", port(lab, 25)) == (port(lab, 25),)
    assert lab.faults == {port(lab, 25): "snd-greylist"}
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        sent(lab)
    assert refused.value.recipients["b@example.net"][0] // 100 == 4
    assert [one.fault for one in lab.sessions[-2:]] == ["", "snd-greylist"]
    switch_off(lab, "snd-greylist")
    assert lab.faults == {}
    sent(lab)


def test_a_connection_that_is_open_keeps_its_server(lab: Lab) -> None:
    with smtplib.SMTP("localhost", port(lab, 25), timeout=30) as client:
        switch_on(lab, "snd-greylist")
        client.sendmail("a@example.com", ["b@example.net"], b"Subject: x\r\n\r\nx\r\n")


def test_a_certificate_is_shown_wherever_there_is_tls(lab: Lab) -> None:
    secured(lab)
    on = switch_on(lab, "crt-expired")
    assert {lab.endpoints[one].port for one in on} == {587, 465, 143, 993, 110, 995}
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        secured(lab)
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        imaplib.IMAP4_SSL("localhost", port(lab, 993), ssl_context=context, timeout=30)
    sent(lab)  # there is no certificate to see
    switch_off(lab)
    secured(lab)


def test_one_endpoint_has_one_fault_and_the_last_counts(lab: Lab) -> None:
    switch_on(lab, "crt-expired")
    switch_on(lab, "stt-refused")
    assert lab.faults[port(lab, 587)] == "stt-refused"
    with pytest.raises(smtplib.SMTPResponseException):
        secured(lab)
    switch_off(lab, "crt-expired")
    assert lab.faults == {port(lab, 587): "stt-refused"}


def test_a_refused_login_is_met_by_every_command_that_logs_in(lab: Lab) -> None:
    switch_on(lab, "aut-expired")
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    with (
        imaplib.IMAP4_SSL("localhost", port(lab, 993), ssl_context=context, timeout=30) as imap,
        pytest.raises(imaplib.IMAP4.error, match="EXPIRED"),
    ):
        imap.login(USER, PASSWORD)
    switch_on(lab, "mbx-pop3-locked")
    pop = poplib.POP3_SSL("localhost", port(lab, 995), context=context, timeout=30)
    pop.user(USER)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        pop.pass_(PASSWORD)
    pop.close()
    switch_on(lab, "aut-bad")
    with smtplib.SMTP("localhost", port(lab, 25), timeout=30) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(USER, PASSWORD)
        client.sendmail("a@example.com", ["b@example.net"], b"Subject: x\r\n\r\nx\r\n")


def test_a_client_that_rejects_a_faulty_certificate_does_nothing_wrong(lab: Lab) -> None:
    for fault in ("crt-unknown-ca", "crt-expired", "crt-self-signed"):
        switch_on(lab, fault, port(lab, 587))
        with pytest.raises(ssl.SSLCertVerificationError):
            secured(lab)
        assert [one.id for one in lab.sessions[-1].findings if one.severity == "error"] == []


@pytest.mark.parametrize("fault", [one for one in SCENARIOS if one.startswith("crt-")])
def test_a_client_that_verifies_is_never_found_not_to(lab: Lab, fault: str) -> None:
    if port(lab, 587) in places(lab, fault):
        switch_on(lab, fault, port(lab, 587))
        with suppress(ssl.SSLCertVerificationError):
            secured(lab)
        assert "clt-no-verification" not in [one.id for one in lab.sessions[-1].findings]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("nothing-like-it", "there is no such fault"),
        ("tcp-unreach", "a missing route"),
        ("dns-nxdomain", "needs a lab of its own: mailkit lab up --fault dns-nxdomain"),
    ],
)
def test_what_cannot_be_shown_says_why(lab: Lab, fault: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        switch_on(lab, fault)


def test_a_port_that_cannot_show_it_is_named(lab: Lab) -> None:
    with pytest.raises(SettingsError, match=f"port {port(lab, 25)} cannot show it"):
        switch_on(lab, "crt-expired", port(lab, 25))
    assert lab.faults == {}


def test_what_a_faulty_server_does_is_said(lab: Lab) -> None:
    healthy = lab.endpoints
    shown = [(fault, *one) for fault in SCENARIOS for one in places(lab, fault).items()]
    assert len({fault for fault, *_ in shown}) > 100
    for fault, place, faulty in shown:
        said = does(healthy[place], faulty)
        assert said, fault
        assert said.isprintable(), fault
