"""A server that makes clients wait before its greeting, and one that never greets."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mailkit.account import Service
from mailkit.diagnosis import comparison
from mailkit.diagnosis.comparison import (
    PAUSE_S,
    _greeting_timeout,
    _may_pause,
    _patience,
    open_and_identify,
)
from mailkit.diagnosis.diagnose import diagnose
from mailkit.diagnosis.options import diagnose_options
from mailkit.diagnosis.silence import Silences
from mailkit.formats import loads
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.scenario import HOST, imap, smtp
from mailkit.lab.script import Close, Listen, Say, Silence, Wait
from mailkit.net.connection import hush
from mailkit.net.options import ConnectOptions
from mailkit.net.trust import Trust
from mailkit.observation import Observation, StopReason
from mailkit.ports import Protocol, Security
from mailkit.report import ServiceReport

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]


@pytest.mark.usefixtures("patient")
def test_a_pause_before_the_greeting_is_waited_for_on_one_connection(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            greeting=[Wait(2.2), Say(b"220 mail.example.com ESMTP\r\n")],
        )
    )

    report = diagnosis(lab, smtp(587, "starttls"), timeout=2)

    assert report.seen is not None
    assert report.seen.login is not None
    assert report.seen.login.accepted
    assert len(lab.sessions) == 1


def test_a_server_that_gives_up_waiting_for_a_tls_hello_uses_implicit_tls(
    make_lab: Make, diagnosis: Diagnose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.lab.script.HELLO_S", 2.5)
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=587))

    report = diagnosis(lab, smtp(587, "starttls"), timeout=30, deadline=100)

    assert report.cause == "grt-silent-tls"


def test_what_a_server_says_to_one_who_talks_first_is_not_its_greeting(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="raw",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            script=[Listen(), Say(b"554 5.5.1 You talked too soon\r\n"), Close()],
        )
    )

    report = diagnosis(lab, smtp(587, "starttls"), timeout=2.4)

    assert report.cause == "grt-silent-slow"
    assert "tls-plain-server" not in [finding.id for finding in report.findings]


def test_a_port_that_answers_a_tls_hello_by_an_alert_is_not_dead(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    alert = b"\x15\x03\x03\x00\x02\x02\x50"
    lab = make_lab(
        Listener(
            protocol="raw",
            host=HOST,
            port=465,
            security=Security.STARTTLS,
            script=[Listen(), Say(alert), Close()],
        )
    )

    report = diagnosis(lab, smtp(465, "starttls"), timeout=4)

    assert report.cause == "grt-silent-tls"
    assert report.reason is not None
    assert "TLS handshake then fails" in report.reason.message


@pytest.mark.parametrize("port", [587, 2587])
def test_a_port_that_did_not_answer_tls_is_not_asked_again(
    port: int, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="raw", host=HOST, port=port, script=[Silence()]))

    report = diagnosis(lab, smtp(port, "starttls"), timeout=0.4)

    assert report.cause == "grt-silent-dead"
    tried = [one.what for one in report.attempts]
    assert tried.count(f"{HOST}:{port} implicit-tls") <= 1


@pytest.mark.parametrize("port", [993, 1993])
def test_a_silent_port_is_not_waited_for_twice_in_cleartext(
    make_lab: Make, diagnosis: Diagnose, port: int
) -> None:
    lab = make_lab(Listener(protocol="raw", host=HOST, port=port, script=[Silence()]))

    report = diagnosis(lab, imap(port, "implicit-tls"), timeout=1.0)

    tried = [attempt.what for attempt in report.attempts if f":{port} " in attempt.what]
    assert report.cause == "tls-stall"
    assert [what.partition(" ")[2] for what in tried] == ["implicit-tls", "cleartext", "GET"]


def test_a_silent_server_is_still_called_dead(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(
        Listener(
            protocol="raw",
            host=HOST,
            port=143,
            security=Security.STARTTLS,
            script=[Silence()],
        )
    )

    assert diagnosis(lab, imap(143, "starttls"), timeout=0.4).cause == "grt-silent-dead"


@pytest.mark.parametrize(
    ("protocol", "port", "security", "waits"),
    [
        ("smtp", 587, "starttls", PAUSE_S),
        ("smtp", 25, "starttls", PAUSE_S),
        ("smtp", 465, "implicit-tls", PAUSE_S),
        ("smtp", 465, "starttls", 9.0),
        ("imap", 143, "starttls", 9.0),
        ("pop3", 995, "starttls", 9.0),
    ],
)
def test_smtp_servers_may_pause_and_nothing_else_takes_longer_than_a_step(
    protocol: str, port: int, security: str, waits: float
) -> None:
    service = Service(
        protocol=Protocol(protocol), host=HOST, port=port, security=Security(security)
    )
    options = ConnectOptions(trust=Trust(), reply_timeout_s=10.0, login_timeout_s=18.0)
    wait = _greeting_timeout(service, options)
    brief = hush(options.reply_timeout_s)

    assert wait == waits
    assert _may_pause(service, secured=True) is (waits == PAUSE_S)
    if waits == PAUSE_S:
        assert wait > 14.0  # Exim's longest delays
    else:
        patience = _patience(service, options, wait, secured=True)
        assert brief + patience + 3 * brief <= 10.0
        assert brief + patience < wait


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which connections begin and end, in their order."""
    order: list[str] = []

    def recorded(name: str) -> None:
        call = getattr(comparison, name)

        def recording(service: Service, *given: Any, **more: Any) -> Observation:
            what = f"{name} {service.security}"
            order.append(f"{what} begins")
            observation: Observation = call(service, *given, **more)
            order.append(f"{what} ends")
            return observation

        monkeypatch.setattr(comparison, name, recording)

    recorded("probe")
    recorded("get")
    return order


def silent_smtp(make_lab: Make, security: str) -> tuple[Service, ConnectOptions]:
    """An SMTP server that never greets, and how to reach it."""
    inside = security == "implicit-tls"
    lab = make_lab(
        Listener(
            protocol="raw",
            host=HOST,
            port=2587,
            security=Security(security),
            script=[Silence()],
            secure_script=inside,
        )
    )
    given = {"connect_to": lab.connect_to, "ca": lab.ca_file, "timeout": 30.0}
    return loads(smtp(2587, security), "test.toml")[0].services[0], diagnose_options(
        given
    ).dialled()


@pytest.mark.parametrize("security", ["starttls", "implicit-tls"])
def test_nothing_that_talks_first_is_opened_while_an_smtp_server_may_greet(
    security: str, make_lab: Make, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "PAUSE_S", 0.3)
    service, options = silent_smtp(make_lab, security)

    seen, others = open_and_identify(service, options, None)

    assert seen.stop is not None
    assert seen.stop.kind is StopReason.SILENT
    assert others
    assert opened[:2] == [f"probe {security} begins", f"probe {security} ends"]
    assert len(opened) == 2 + 2 * len(others)


def test_a_wait_that_the_other_service_ends_is_over_before_anything_talks_first(
    make_lab: Make, opened: list[str]
) -> None:
    service, options = silent_smtp(make_lab, "starttls")
    silences = Silences()
    silences.add(options.routes.leads_to(HOST, 2587))

    seen, others = open_and_identify(service, options, None, silences=silences)

    assert seen.stop is not None
    assert seen.stop.kind is StopReason.SILENT
    assert len(others) == 1
    assert opened == [
        *("probe starttls begins", "probe starttls ends"),
        *("probe implicit-tls begins", "probe implicit-tls ends"),
    ]


def test_a_plain_200_greeting_is_a_news_server(make_lab: Make, diagnosis: Diagnose) -> None:
    for security, port in (("starttls", 587), ("implicit-tls", 465)):
        lab = make_lab(
            Listener(
                protocol="raw",
                host=HOST,
                port=port,
                script=[Say(b"200 welcome\r\n"), Silence()],
            ),
            *(one for one in standard(HOST, "smtp") if one.port != port),
        )
        assert diagnosis(lab, smtp(port, security)).cause == "pid-nntp"


def test_a_server_that_refuses_is_told_quit(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(*standard(HOST, "smtp"))

    report = diagnosis(lab, smtp(465, "implicit-tls", secret={"value": "wrong"}))

    assert report.seen is not None
    assert report.seen.transcript[-2:] == (
        "C: QUIT",
        "== login rejected: 535 5.7.8 Error: authentication failed",
    )


def test_words_in_reply_to_the_client_hello_are_a_failed_handshake_not_an_injection(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    go_then_refuse = [Say(b"220 2.0.0 go\r\n"), Listen(), Say(b"454 no TLS today\r\n"), Close()]
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            replies={"STARTTLS": go_then_refuse},
        )
    )

    report = diagnosis(lab, smtp(587, "starttls"))

    assert report.cause == "stt-handshake"
    assert "454 no TLS today" in str(report.reason)


def both(lab: Lab) -> tuple[ServiceReport, ServiceReport]:
    outgoing = smtp(587, "starttls").partition("\n\n")[2]
    accounts = loads(f"{imap(143, 'starttls')}\n{outgoing}", "account.toml")
    report = diagnose(
        accounts[0], accounts=accounts, connect_to=lab.connect_to, ca=lab.ca_file, timeout=2
    )
    incoming, sending = report.accounts[0].services
    return incoming, sending


def test_an_smtp_server_is_not_waited_for_where_imap_finds_the_machine_silent(
    make_lab: Make,
) -> None:
    silent = [
        Listener(
            protocol="raw", host=HOST, port=port, security=Security.STARTTLS, script=[Silence()]
        )
        for port in (143, 587)
    ]

    incoming, sending = both(make_lab(*silent))

    assert (incoming.cause, sending.cause) == ("grt-silent-dead", "grt-silent-dead")
    assert any(attempt.what.endswith("GET") for attempt in incoming.attempts)
    # Its own wait would have ended with a GET, too.
    assert not any(attempt.what.endswith("GET") for attempt in sending.attempts)


@pytest.mark.usefixtures("patient")
def test_an_smtp_server_that_pauses_beside_a_healthy_imap_server_is_waited_for(
    make_lab: Make,
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=143, security=Security.STARTTLS),
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            greeting=[Wait(2.2), Say(b"220 mail.example.com ESMTP\r\n")],
        ),
    )

    incoming, sending = both(lab)

    assert incoming.ok
    assert sending.ok


def test_a_silent_address_is_told_to_whoever_waits_for_it() -> None:
    silences, over = Silences(), threading.Event()
    waiting = threading.Thread(target=silences.wait, args=("192.0.2.1", over.is_set, 60))
    waiting.start()

    silences.add("192.0.2.2")
    assert waiting.is_alive()
    silences.add("192.0.2.1")
    waiting.join(60)

    assert not waiting.is_alive()
    assert "192.0.2.1" in silences
    silences.wait("192.0.2.3", over.is_set, 0)  # its time is over
    over.set()
    silences.wake()
    silences.wait("192.0.2.3", over.is_set, 60)  # it is over
