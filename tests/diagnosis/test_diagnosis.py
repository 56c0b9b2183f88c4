"""Diagnosing: both services, many accounts, interrupts, and what cannot be provoked on loopback."""

import asyncio
import errno
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mailkit
from mailkit.diagnosis.diagnose import diagnose
from mailkit.errors import SettingsError
from mailkit.fleet.run import diagnose_all
from mailkit.formats import loads
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.scenario import HOST, imap, pop3, smtp
from mailkit.lab.script import Listen, Say, Silence, Wait
from mailkit.observation import Proof
from mailkit.ports import Security
from mailkit.report import ServiceReport

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]

BOTH = imap(993, "implicit-tls") + "\n".join(smtp(587, "implicit-tls").splitlines()[3:]) + "\n"


def test_two_services_are_diagnosed_each_with_its_own_result(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))
    (account,) = loads(BOTH, "a.toml")

    report = diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file, timeout=30)

    incoming, outgoing = report.accounts[0].services
    assert (incoming.ok, incoming.cause) == (True, "")
    assert (outgoing.ok, outgoing.cause) == (False, "tls-plain-server")
    assert not report.ok


def test_a_service_that_works_needs_no_catalogue_of_replies(
    make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab(*standard(HOST))

    def read(*_: object) -> None:
        raise AssertionError("its replies are no rejections")

    monkeypatch.setattr("mailkit.replies.replies", read)

    for text in (imap(993, "implicit-tls"), smtp(587, "starttls")):
        (account,) = loads(text, "a.toml")
        assert diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file).ok


def test_two_services_are_diagnosed_side_by_side(make_lab: Make) -> None:
    """Each server waits until the other one has been reached."""
    meeting = threading.Barrier(2, timeout=30)

    def meet(wire: object, tag: bytes) -> None:
        meeting.wait()

    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, greeting=[meet, Say(b"* OK hi\r\n")]),
        Listener(protocol="smtp", host=HOST, port=465, greeting=[meet, Say(b"220 hi\r\n")]),
    )
    (account,) = loads(BOTH.replace("587", "465"), "a.toml")

    assert diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file, timeout=30).ok


def test_works_where_a_loop_already_runs(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))
    (account,) = loads(imap(993, "implicit-tls"), "a.toml")

    async def cell() -> mailkit.Report:
        return mailkit.diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file)

    assert asyncio.run(cell()).ok


def test_many_accounts_come_as_they_finish_and_none_is_lost(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))
    texts = [
        imap(143 if number % 3 else 993, "implicit-tls", label=f"a{number}") for number in range(30)
    ]
    accounts = loads("\n".join(texts), "a.toml")

    reports = [*diagnose_all(accounts, connect_to=lab.connect_to, ca=lab.ca_file, timeout=30)]

    assert sorted(r.accounts[0].account.label for r in reports) == sorted(
        account.label for account in accounts
    )
    assert sum(report.ok for report in reports) == 10
    repaired = [r.accounts[0].services[0].proposal for r in reports if not r.ok]
    assert all(one is not None and one.proof is Proof.LOGGED_IN for one in repaired)


def test_what_was_finished_before_a_stop_stays(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))
    accounts = loads("\n".join(imap(993, "implicit-tls", label=f"a{n}") for n in range(20)))

    some = diagnose_all(accounts, concurrency=2, connect_to=lab.connect_to, ca=lab.ca_file)
    first = next(some)
    some.close()

    assert first.ok
    assert len(lab.logins) < 20


@pytest.mark.usefixtures("patient")
def test_an_answer_after_the_first_wait_still_counts(make_lab: Make, diagnosis: Diagnose) -> None:
    """The first connection goes on listening while others find out who is there."""
    spoken = threading.Event()

    def hold(wire: object, tag: bytes) -> None:
        spoken.wait(1.2)

    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=143,
            security=Security.STARTTLS,
            greeting=[hold, Say(b"* OK at last\r\n")],
        )
    )

    report = diagnosis(lab, imap(143, "starttls"), timeout=30)

    assert report.ok
    assert report.proof is Proof.LOGGED_IN


def test_no_login_stops_before_the_login(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(*standard(HOST))

    report = diagnosis(lab, imap(993, "implicit-tls"), login=False)

    assert report.ok
    assert report.proof is Proof.CAPABLE
    assert lab.logins == []


def test_without_a_password_a_repair_is_proved_as_far_as_it_goes(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST))

    report = diagnosis(lab, imap(143, "implicit-tls", secret=None))

    assert report.cause == "tls-plain-server"
    assert report.proposal is not None
    assert report.proposal.proof is Proof.CAPABLE


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ({"env": "MAILKIT_NOT_SET"}, "MAILKIT_NOT_SET is not set"),
        ({"command": "false"}, "ended with status 1"),
        ({"file": "/nowhere/at/all"}, "cannot read /nowhere/at/all"),
    ],
)
def test_a_password_that_cannot_be_had_is_a_finding(
    secret: dict[str, str], why: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard(HOST))

    report = diagnosis(lab, imap(993, "implicit-tls", secret=secret))

    assert report.cause == "cfg-secret-unreadable"
    assert report.reason is not None
    assert why in report.reason.message
    assert report.proof is Proof.CAPABLE


def test_a_refusal_that_nothing_explains_stays_unexplained(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    reply = Say(b"555 5.9.9 the moon is in the wrong house\r\n")
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=465, replies_tls={"AUTH": [reply]}),
    )

    report = diagnosis(lab, smtp(465, "implicit-tls"))

    assert report.cause == "unexplained"
    assert report.proposal is None
    assert any("moon" in line for line in report.transcript)


def test_a_server_that_refuses_for_now_is_not_left_for_another_port(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    busy = Say(b"421 4.7.0 mail.example.com too many connections\r\n")
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=587, security=Security.STARTTLS, greeting=[busy]),
        Listener(protocol="smtp", host=HOST, port=465),
    )

    report = diagnosis(lab, smtp(587, "starttls"))

    assert report.cause == "lim-connections"
    assert report.proposal is None
    assert lab.logins == []


def test_a_login_without_an_answer_says_just_that(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls={"AUTHENTICATE": [Silence()]}),
    )
    (account,) = loads(imap(993, "implicit-tls"))

    report = diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file, timeout=2, deadline=6)

    service = report.accounts[0].services[0]
    assert service.cause == "hst-no-reply"
    assert "falls silent instead of answering the login" in " ".join(report.to_text().split())


@pytest.mark.usefixtures("patient")
def test_a_refusal_that_is_made_to_wait_is_waited_for(make_lab: Make, diagnosis: Diagnose) -> None:
    late = [Wait(2.2), Say(b"<tag> NO [AUTHENTICATIONFAILED] no\r\n")]
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls={"AUTHENTICATE": late}),
    )

    report = diagnosis(lab, imap(993, "implicit-tls"), timeout=30)

    assert report.cause == "aut-bad"


def test_a_local_relay_without_a_login_is_in_order(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp", host="localhost", port=25, security=Security.CLEARTEXT, offers=["SIZE"]
        )
    )
    text = smtp(25, "cleartext", host="localhost", user=None, secret=None)

    assert diagnosis(lab, text).ok


MECHANISMS = [
    *("plain", "login", "cram-md5", "scram-sha-256", "scram-sha-1", "xoauth2", "oauthbearer"),
]


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
@pytest.mark.parametrize("auth", MECHANISMS)
@pytest.mark.parametrize("ir", ["SASL-IR", ""])
def test_every_way_to_log_in_works(
    protocol: str, auth: str, ir: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    port = {"imap": 993, "pop3": 995, "smtp": 465}[protocol]
    offered = {
        "imap": ["IMAP4rev1", ir, *(f"AUTH={name.upper()}" for name in MECHANISMS)],
        "pop3": [f"SASL {' '.join(MECHANISMS).upper()}"],
        "smtp": [f"AUTH {' '.join(MECHANISMS).upper()}"],
    }[protocol]
    users = {"kim,=@example.com": "open sesame 17"}
    lab = make_lab(
        Listener(protocol=protocol, host=HOST, port=port, offers_tls=offered), users=users
    )
    text = {"imap": imap, "pop3": pop3, "smtp": smtp}[protocol](
        port, "implicit-tls", auth=auth, user="kim,=@example.com"
    )

    report = diagnosis(lab, text)

    assert report.ok, (report.cause, report.transcript)
    assert report.seen is not None
    assert report.seen.login is not None
    assert report.seen.login.mechanism == auth.upper()
    assert lab.logins == [("kim,=@example.com", True)]
    assert "open sesame" not in "".join(report.transcript)


@pytest.mark.parametrize("auth", ["scram-sha-256", "cram-md5", "xoauth2", "oauthbearer"])
def test_a_wrong_secret_is_refused_in_every_way(
    auth: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    offered = [f"AUTH {auth.upper()}"]
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, offers_tls=offered))

    report = diagnosis(lab, smtp(465, "implicit-tls", auth=auth, secret={"value": "wrong"}))

    assert report.cause == ("aut-token" if "auth" in auth else "aut-bad")


def test_what_a_server_says_of_a_token_is_shown(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, offers_tls=["AUTH OAUTHBEARER"]))

    report = diagnosis(lab, smtp(465, "implicit-tls", auth="oauthbearer", secret={"value": "old"}))

    assert report.cause == "aut-token"
    assert report.reason is not None
    assert '"status":"401"' in report.reason.evidence[0]


@pytest.mark.parametrize(
    "answers",
    [
        # a login that is granted without the server's proof
        [b"334 cj1iYWQscz1hR0ZvWVE9PSxpPTQwOTY=\r\n", b"235 2.7.0 welcome\r\n"],
        [b"235 2.7.0 welcome\r\n"],
        # words that are no SCRAM at all
        [b"334 bm9uc2Vuc2U=\r\n"],
        [b"334 \r\n"],
        [b"334 /////w==\r\n"],
    ],
)
def test_a_server_that_cannot_prove_the_password_is_not_believed(
    answers: list[bytes], make_lab: Make, diagnosis: Diagnose
) -> None:
    acts = [act for answer in answers for act in (Say(answer), Listen())][:-1]
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=465,
            offers_tls=["AUTH SCRAM-SHA-256"],
            replies_tls={"AUTH": acts},
        )
    )

    report = diagnosis(lab, smtp(465, "implicit-tls", auth="scram-sha-256"))

    assert report.cause == "hst-broken-reply"
    assert report.proof is not Proof.LOGGED_IN


def test_a_password_that_a_server_cannot_check_by_challenge_is_tried_in_words(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            offers_tls=["IMAP4rev1", "SASL-IR", "AUTH=CRAM-MD5", "AUTH=PLAIN"],
            cannot=["CRAM-MD5"],
        )
    )

    report = diagnosis(lab, imap(993, "implicit-tls", auth="cram-md5"))

    assert report.cause == "cap-cram-advertised"
    assert len(lab.logins) == 2


def test_a_user_name_of_any_letters_and_a_long_password_get_through(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    user, password = 'k"i\\m müller@example.com', "ß " * 60 + "!"
    lab = make_lab(*standard(HOST), users={user: password})

    for text in (imap(993, "implicit-tls"), pop3(995, "implicit-tls"), smtp(465, "implicit-tls")):
        changed = text.replace('"kim@example.com"', "'" + user + "'")
        account = loads(changed.replace("open sesame 17", password), "a.toml")[0]
        report = diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file, timeout=30)
        assert report.ok, report.to_text()


def test_a_missing_user_name_is_found_in_the_address(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(*standard(HOST))

    report = diagnosis(lab, imap(993, "implicit-tls", user=None))

    assert report.cause == "cfg-username-dirty"
    assert report.proposal is not None
    assert dict(report.proposal.changes) == {"user": ("", "kim@example.com")}
    assert report.proposal.proof is Proof.LOGGED_IN


def test_a_login_disproves_a_suspicion(make_lab: Make, diagnosis: Diagnose) -> None:
    """A password that only looks mangled, a host that only looks swapped."""
    lab = make_lab(*standard("smtp.example.com"), users={"kim@example.com": "'quoted'"})
    text = imap(993, "implicit-tls", host="smtp.example.com", secret={"value": "'quoted'"})

    report = diagnosis(lab, text)

    assert report.ok
    assert report.findings == ()


def test_a_thorough_look_finds_the_other_port_that_was_not_renewed(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993),
        Listener(
            protocol="imap", host=HOST, port=143, security=Security.STARTTLS, certificate="expired"
        ),
    )

    report = diagnosis(lab, imap(993, "implicit-tls"), thorough=True)

    assert report.ok
    assert "crt-expired" in [attempt.outcome for attempt in report.attempts]


def test_one_dead_address_of_two_does_not_matter(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(*standard(HOST))
    routes: dict[Any, Any] = dict(lab.connect_to)
    refused = routes[(HOST, None)][0]
    routes[(HOST, 993)] = [refused, *routes[(HOST, 993)]]

    assert diagnosis(lab, imap(993, "implicit-tls"), connect_to=routes).ok


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "tcp-local-deny"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "tcp-unreach"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "tcp-unreach"),
        (TimeoutError("timed out"), "tcp-timeout"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "tcp-refused"),
    ],
)
def test_each_way_not_to_connect_has_its_name(
    error: OSError,
    cause: str,
    make_lab: Make,
    diagnosis: Diagnose,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = make_lab(*standard(HOST))

    def fail(*args: object, **options: object) -> socket.socket:
        raise error

    monkeypatch.setattr("mailkit.net.connection.dialled", fail)

    assert diagnosis(lab, imap(993, "implicit-tls")).cause == cause


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (socket.EAI_NONAME, "dns-nxdomain"),
        (socket.EAI_NODATA, "dns-nodata"),
        (socket.EAI_AGAIN, "dns-servfail"),
    ],
)
def test_each_way_not_to_find_a_name_has_its_name(
    code: int, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> list[object]:
        raise socket.gaierror(code, "as the system says it")

    monkeypatch.setattr("mailkit.net.routes.socket.getaddrinfo", fail)
    (account,) = loads(imap(993, "implicit-tls"))

    report = diagnose(account, timeout=1).accounts[0].services[0]

    assert report.cause == cause
    assert len(report.attempts) == 1
    assert report.reason is not None
    assert report.reason.evidence == ("this machine said: as the system says it",)


def test_a_resolver_that_hangs_does_not_hold_the_diagnosis(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def hang(*args: object, **options: object) -> list[object]:
        over.wait(20)
        return []

    monkeypatch.setattr("mailkit.net.routes.socket.getaddrinfo", hang)
    (account,) = loads(imap(993, "implicit-tls"))

    report = diagnose(account, timeout=0.3, deadline=1).accounts[0].services[0]
    over.set()

    assert report.cause == "dns-servfail"


def test_silence_ends_with_the_deadline(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(
        *(Listener(protocol="raw", host=HOST, port=port, script=[Silence()]) for port in (143, 993))
    )

    report = diagnosis(lab, imap(143, "starttls"), timeout=1, deadline=3)

    assert report.cause == "grt-silent-dead"
    assert report.proposal is None


@pytest.mark.parametrize("options", [{"timeout": 0}, {"deadline": -1}, {"ca": "/nowhere.pem"}])
def test_an_argument_that_makes_no_sense_is_refused(options: dict[str, Any]) -> None:
    (account,) = loads(imap(993, "implicit-tls"))

    with pytest.raises(SettingsError):
        diagnose(account, **options)


def test_more_trust_anchors_come_from_files(make_lab: Make, tmp_path: Path) -> None:
    lab = make_lab(*standard(HOST))
    (account,) = loads(imap(993, "implicit-tls"))
    copy = tmp_path / "root.pem"
    copy.write_bytes(lab.ca_file.read_bytes())

    assert diagnose(account, connect_to=lab.connect_to, ca=[copy], timeout=30).ok
    unknown = diagnose(account, connect_to=lab.connect_to, timeout=30)
    assert unknown.accounts[0].services[0].cause == "crt-unknown-ca"


def test_several_faults_of_a_certificate_are_all_told(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, certificate="mess"))

    report = diagnosis(lab, imap(993, "implicit-tls"))

    ids = [finding.id for finding in report.findings]
    assert report.cause == "crt-self-signed"
    assert {"crt-self-signed", "crt-expired", "crt-host-mismatch"} <= set(ids)


def test_a_diagnosis_loads_no_rules_about_clients_and_their_programs(make_lab: Make) -> None:
    lab = make_lab(*standard(HOST))
    code = (
        "import json, sys; from mailkit import diagnose; from mailkit.formats import loads; "
        "text, places, ca = json.loads(sys.argv[1]); "
        "routes = {(host, port): (to, at) for host, port, to, at in places}; "
        "(account,) = loads(text, 'a.toml'); "
        "print(*(one.ok for one in diagnose(account, connect_to=routes, ca=ca).accounts[0].services)); "
        "print(*(name for name in sys.modules if name.startswith('mailkit.rules.client_')))"
    )
    ports = {port: there[0] for (host, port), there in lab.connect_to.items() if host == HOST}
    places = [(HOST, port, *there) for port, there in ports.items()]
    given = json.dumps([BOTH, places, str(lab.ca_file)])

    done = subprocess.run(
        [sys.executable, "-c", code, given], capture_output=True, text=True, check=True
    )

    assert done.stdout.split("\n")[:2] == ["True False", ""]
