"""What must never happen, each with servers that would notice."""

import base64
import copy
import json
import logging
import pickle
import pkgutil
import re
import traceback
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Service
from mailkit.checks import check, check_report
from mailkit.diagnosis.candidates import candidates
from mailkit.diagnosis.diagnose import diagnose
from mailkit.diagnosis.service import ServiceDiagnosis
from mailkit.finding import Finding, Severity
from mailkit.formats import loads
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.certificates import KINDS
from mailkit.lab.faults import SCENARIOS
from mailkit.lab.scenario import ADDRESS, HOST, PASSWORD, imap, pop3, smtp
from mailkit.lab.script import Close, Drip, Flood, Say
from mailkit.observation import Proof, Tls
from mailkit.ports import STANDARD, Protocol, Security
from mailkit.protocol.dialogue import Credentials, Redacted, SessionState, Stopped
from mailkit.protocol.login import require_private
from mailkit.protocol.transcript import replay
from mailkit.report import ServiceReport
from mailkit.report.html import report_page
from mailkit.report.markdown import report_markdown
from mailkit.report.wording import proposed, to_confirm
from mailkit.secret import Secret

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]

TRACES = [
    PASSWORD.encode(),
    base64.b64encode(PASSWORD.encode()),
    base64.b64encode(f"\0{ADDRESS}\0{PASSWORD}".encode()),
]
CLEAR = Security.CLEARTEXT


def never_told(lab: Lab) -> bool:
    return not lab.logins and not any(trace in lab.heard_in_clear for trace in TRACES)


# 1. No credential before TLS stands and the certificate is verified.


@pytest.mark.parametrize("protocol", ["imap", "pop3", "smtp"])
def test_no_password_goes_to_a_server_that_takes_it_in_clear(
    protocol: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    port = {"imap": 143, "pop3": 110, "smtp": 587}[protocol]
    lab = make_lab(
        Listener(protocol=protocol, host=HOST, port=port, security=CLEAR, offers=_offers(protocol))
    )
    text = {"imap": imap, "pop3": pop3, "smtp": smtp}[protocol](port, "cleartext")

    report = diagnosis(lab, text)

    assert report.cause == "cfg-cleartext"
    assert never_told(lab)


def _offers(protocol: str) -> list[str]:
    return {
        "imap": ["IMAP4rev1", "AUTH=PLAIN"],
        "pop3": ["USER", "SASL PLAIN"],
        "smtp": ["AUTH PLAIN LOGIN"],
    }[protocol]


BROKEN = sorted(set(KINDS) - {"good", "soon", "informal", "ca-leaf"})


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("security", ["implicit-tls", "starttls"])
def test_no_password_goes_where_the_certificate_is_not_good(
    kind: str, security: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    port = 993 if security == "implicit-tls" else 143
    host = "imap.deep.example.com"  # one level too deep for the wildcard
    lab = make_lab(
        Listener(
            protocol="imap", host=host, port=port, security=Security(security), certificate=kind
        )
    )

    report = diagnosis(lab, imap(port, security, host=host))

    assert not report.ok
    assert report.cause.startswith(("crt-", "tls-", "env-av-shield"))
    assert never_told(lab)


def test_a_word_for_one_account_lets_its_password_through_and_says_so(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=143, security=CLEAR))

    report = diagnosis(lab, imap(143, "cleartext", allow_cleartext_login=True))

    assert lab.logins == [(ADDRESS, True)]
    assert (report.ok, report.cause, report.proof.word) == (True, "", "logged-in")
    (finding,) = report.findings
    assert (finding.id, str(finding.severity)) == ("cfg-cleartext-allowed", "warning")
    assert "You allowed this" in finding.message


def test_a_server_on_this_machine_needs_no_such_word(make_lab: Make, diagnosis: Diagnose) -> None:
    lab = make_lab(Listener(protocol="imap", host="localhost", port=143, security=CLEAR))

    assert diagnosis(lab, imap(143, "cleartext", host="localhost")).ok


def test_the_word_for_cleartext_does_not_stand_for_a_bad_certificate(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, certificate="self-signed"))

    diagnosis(lab, imap(993, "implicit-tls", allow_cleartext_login=True))

    assert never_told(lab)


def test_no_password_goes_to_a_name_that_only_a_certificate_brought_up(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host="imap.customer.example", port=993, certificate="other-host"),
        Listener(
            protocol="imap",
            host="mail.hoster.example",
            port=993,
            same_as="imap.customer.example",
        ),
    )

    report = diagnosis(
        lab, imap(993, "implicit-tls", host="imap.customer.example", address="kim@customer.example")
    )

    assert report.cause == "crt-host-mismatch"
    assert report.proposal is not None
    assert report.proposal.service.host == "mail.hoster.example"
    assert report.proposal.proof is Proof.CAPABLE
    assert never_told(lab)


def test_a_name_on_a_certificate_is_not_proposed_where_it_leads_elsewhere(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host="imap.customer.example", port=993, certificate="other-host"),
        Listener(protocol="imap", host="mail.hoster.example", port=993, node=1),
    )

    report = diagnosis(lab, imap(993, "implicit-tls", host="imap.customer.example"))

    assert report.proposal is None
    assert never_told(lab)


@pytest.mark.parametrize("host", ["smtp.gmail.com", "smtp-relay.gmail.com", "imap.mail.yahoo.com"])
@pytest.mark.parametrize(("port", "security"), [(465, "implicit-tls"), (587, "starttls")])
def test_a_name_on_a_certificate_is_never_a_fix_for_a_provider_s_host(
    host: str, port: int, security: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=host,
            port=port,
            security=Security(security),
            certificate="other-host",
            greeting=[Say(b"220 cpl01.hoster.example ESMTP\r\n")],
        ),
        Listener(
            protocol="smtp",
            host="mail.hoster.example",
            port=port,
            security=Security(security),
            same_as=host,
        ),
    )

    report = diagnosis(lab, smtp(port, security, host=host))

    assert "crt-host-mismatch" in [finding.id for finding in report.findings]
    assert report.proposal is None or report.proposal.service.host == host
    assert "mail.hoster.example" not in [f.fix.get("host") for f in report.findings]
    assert not any("Is mail.hoster.example" in finding.message for finding in report.findings)
    assert never_told(lab)


def test_a_name_on_a_certificate_is_a_question_even_in_the_account_s_own_domain(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host="imap.example.com", port=993, certificate="sibling-host"),
        Listener(protocol="imap", host="mail.example.com", port=993, same_as="imap.example.com"),
    )

    report = diagnosis(lab, imap(993, "implicit-tls", host="imap.example.com"))

    assert report.reason is not None
    assert "Is mail.example.com the name that your provider documents?" in report.reason.message
    assert report.proposal is not None
    assert report.proposal.proof is Proof.CAPABLE
    assert proposed(report).startswith("Only if your provider documents this host")
    assert to_confirm(report) == ["host"]
    assert never_told(lab)


# 2. Three logins at most, none after a reply that means locked.


def test_three_logins_at_most_two_of_them_with_other_user_names(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(*standard("mail.example.com"), users={})

    diagnosis(lab, imap(143, "implicit-tls", user=" kim@example.com"))

    assert 1 <= len(lab.logins) <= 3
    assert len({user for user, _ in lab.logins}) == len(lab.logins)


@pytest.mark.parametrize(
    "reply",
    [
        b"<tag> NO [AUTHENTICATIONFAILED] Too many login attempts, try later\r\n",
        b"<tag> NO [AUTHENTICATIONFAILED] Account locked\r\n",
        b"<tag> NO [LIMIT] Login Rate Limit Hit\r\n",
        b"<tag> NO [UNAVAILABLE] backend down\r\n",
    ],
)
def test_no_second_login_after_a_lock_a_limit_or_a_temporary_failure(
    reply: bytes, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls={"AUTHENTICATE": [Say(reply)]})
    )

    diagnosis(lab, imap(993, "implicit-tls", user=" kim@example.com"))  # has other forms

    said = [line for session in lab.sessions for line in session.transcript]
    assert sum("AUTHENTICATE" in line for line in said if line.startswith("C: ")) == 1


def test_a_login_that_was_never_answered_counts_too(make_lab: Make, diagnosis: Diagnose) -> None:
    """The server hangs up on each password; every port would take another one."""
    hang_up = {"AUTH": [Close()]}
    lab = make_lab(
        *(
            Listener(protocol="smtp", host=HOST, port=port, security=security, replies_tls=hang_up)
            for port, security in STANDARD[Protocol.SMTP]
        ),
        Listener(protocol="smtp", host=HOST, port=2525, replies_tls=hang_up),
    )

    diagnosis(lab, smtp(2525, "implicit-tls"))

    said = [line for session in lab.sessions for line in session.transcript]
    assert 1 <= sum(line.startswith("C: AUTH") for line in said) <= 3


def test_a_lock_in_clear_on_this_machine_ends_it_too(make_lab: Make, diagnosis: Diagnose) -> None:
    locked = {"AUTH": [Say(b"454 4.7.0 Too many login attempts, please try again later.\r\n")]}
    lab = make_lab(
        Listener(
            protocol="smtp",
            host="localhost",
            port=587,
            security=Security.STARTTLS,
            clear_login=True,
            offers=["STARTTLS", "AUTH PLAIN"],
            replies=locked,
        )
    )

    diagnosis(lab, smtp(587, "cleartext", host="localhost"))

    said = [line for session in lab.sessions for line in session.transcript]
    assert sum(line.startswith("C: AUTH") for line in said) == 1


def test_a_temporary_failure_is_not_counted_against_the_password(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    reply = Say(b"<tag> NO [UNAVAILABLE] backend down\r\n")
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls={"AUTHENTICATE": [reply]})
    )

    report = diagnosis(lab, imap(993, "implicit-tls"))

    assert [f.id for f in report.findings] == ["aut-temp"]


# 3. No proposal weakens security: tests/lab/test_scenarios.py looks at every one.


def test_where_only_cleartext_is_to_be_had_nothing_is_proposed(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=587, security=CLEAR, offers=["AUTH PLAIN"]),
        Listener(protocol="smtp", host=HOST, port=25, security=CLEAR, offers=["AUTH PLAIN"]),
    )

    report = diagnosis(lab, smtp(587, "starttls"))

    assert report.cause == "stt-not-offered"
    assert report.proposal is None
    assert "cleartext" not in report_markdown_of(report)


def report_markdown_of(report: ServiceReport) -> str:
    return " ".join(f"{f.message} {f.fix}" for f in report.findings)


@pytest.mark.parametrize("security", Security)
@pytest.mark.parametrize("protocol", Protocol)
def test_no_candidate_is_in_clear_or_weaker_than_what_stands(
    protocol: Protocol, security: Security
) -> None:
    service = Service(protocol=protocol, host=HOST, port=2600, security=security, user="kim")
    fixes = [{"port": 143}, {"host": "other.example.com"}, {"port": 25}, {"protocol": "pop3"}]
    found = [Finding("x", Severity.ERROR, "x", fix=fix) for fix in fixes]

    tried = [one.service.security for one in candidates(service, found, "imap")]

    assert tried
    assert CLEAR not in tried


# 4. What was said before TLS is forgotten; bytes before the handshake end the session.


def test_an_offer_made_before_tls_does_not_count_after_it(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            offers=["STARTTLS", "AUTH PLAIN LOGIN"],
            offers_tls=["SIZE 1000"],
        )
    )

    report = diagnosis(lab, smtp(587, "starttls"))

    assert report.cause == "cap-no-auth"
    assert report.seen is not None
    assert report.seen.offers == ("SIZE 1000",)
    assert never_told(lab)


def test_without_a_new_list_after_tls_nothing_is_offered() -> None:
    script = """
        imap imap.example.com:143 starttls login
        == connected 192.0.2.1
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR] ready
        C: a1 STARTTLS
        S: a1 OK begin
        == tls TLSv1.3
        C: a2 CAPABILITY
        S: a2 OK done
        C: a3 LOGIN "kim@example.com" ***
        S: a3 OK
    """

    (seen,) = replay(script)

    assert seen.offers == ()
    assert "AUTH=PLAIN" in seen.offers_before


@pytest.mark.parametrize(
    ("protocol", "port", "command", "reply"),
    [
        ("imap", 143, "STARTTLS", b"<tag> OK go\r\na3 OK [CAPABILITY IMAP4rev1] in\r\n"),
        ("pop3", 110, "STLS", b"+OK go\r\n+OK logged in\r\n"),
        ("smtp", 587, "STARTTLS", b"220 go\r\n235 2.7.0 accepted\r\n"),
    ],
)
def test_bytes_between_the_reply_and_the_handshake_end_the_session(
    protocol: str, port: int, command: str, reply: bytes, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol=protocol,
            host=HOST,
            port=port,
            security=Security.STARTTLS,
            replies={command: [Say(reply)]},
        )
    )
    text = {"imap": imap, "pop3": pop3, "smtp": smtp}[protocol](port, "starttls")

    report = diagnosis(lab, text)

    assert report.cause == "stt-injection"
    assert report.proof is Proof.CONNECTED
    assert never_told(lab)


# 5. One deadline, and caps on everything.


@pytest.mark.parametrize("when", ["greeting", "capability", "login"])
def test_a_dripping_server_cannot_outlive_the_deadline(
    when: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    drip = [Drip(b"* OK and on and on ", 0.05)]
    knobs = {
        "greeting": {"greeting": drip},
        "capability": {"greeting": [Say(b"* OK hi\r\n")], "replies_tls": {"CAPABILITY": drip}},
        "login": {"replies_tls": {"AUTHENTICATE": drip}},
    }[when]
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, **knobs))

    report = diagnosis(lab, imap(993, "implicit-tls"), timeout=2, deadline=6)

    assert report.cause == "hst-drip"  # and not the end of the drip, a minute later


@pytest.mark.parametrize(
    "flood",
    [
        Flood(b"* OK " + b"x" * 200, 5_000),
        Flood(b"* 1 EXISTS\r\n", 200_000),
        Say(b"* OK {4294967296}\r\n"),
        Say(b"* OK {99999999999999999999}\r\n"),
    ],
    ids=["endless line", "endless lines", "literal of gigabytes", "literal beyond 64 bits"],
)
def test_more_than_a_sane_server_says_is_not_read(
    flood: object, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            greeting=[Say(b"* OK hi\r\n")],
            replies_tls={"CAPABILITY": [flood]},
        )
    )

    assert diagnosis(lab, imap(993, "implicit-tls")).cause == "hst-flood"


# 6. CR, LF and NUL never reach a command; text from a server is data.


@pytest.mark.parametrize("bad", ["\r\n", "\n", "\0"])
@pytest.mark.parametrize("where", ["user", "password"])
def test_no_line_break_or_nul_reaches_a_command(
    bad: str, where: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, offers_tls=["IMAP4rev1"]))
    evil = f"kim{bad}a9 DELETE INBOX"
    settings = {"user": evil} if where == "user" else {"secret": {"value": evil}}

    report = diagnosis(lab, imap(993, "implicit-tls", **settings))

    assert not report.ok
    said = [line for session in lab.sessions for line in session.transcript]
    assert not any("DELETE" in line for line in said)


def outside_code(markdown: str) -> str:
    """What a reader of Markdown takes for markup: all but the fenced blocks (CommonMark §4.5)."""
    return re.sub(r"(?ms)^(`{3,})\w*$.*?^\1$", "", markdown)


HOSTILE = b"* OK \x1b]0;owned\x07\x1b[31m<script>alert(1)</script> \xe2\x80\xae| `x` ready\r\n"


def test_a_servers_words_are_shown_and_do_nothing(make_lab: Make) -> None:
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=143,
            security=Security.STARTTLS,
            greeting=[Say(HOSTILE)],
            offers=["IMAP4rev1"],
        )
    )
    account = loads(imap(143, "implicit-tls"), "test.toml")[0]

    report = diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file, timeout=30)

    for shown in (report.to_text(), report_markdown(report), report_page(report)):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "x1b" in shown
    assert "<script>alert" not in report_page(report)
    assert "<script>" not in outside_code(report_markdown(report)).replace("\\<script\\>", "")


# 7. Nothing is changed on a server: test_scenarios.py looks at every command ever sent.


# And no secret in any output.


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret.value(PASSWORD)
    service = Service(protocol="imap", host=HOST, user="kim", secret=secret)  # type: ignore[arg-type]

    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        repr(service),
        repr(asdict(service)),
        repr(copy.deepcopy(service)),
        pickle.dumps(service).decode("latin-1"),
        repr([getattr(secret, name) for name in ("kind", "source")]),
    ]

    assert not any(PASSWORD in text for text in shown)
    assert copy.deepcopy(service).secret == secret


FROM_ENV = {"secret": {"env": "MAILKIT_TEST_PASSWORD"}}


@pytest.mark.parametrize(
    "text",
    [
        '[account.a.incoming]\nhost = "h"\npassword = "hunter2"',
        '[account.a.incoming]\nhost = "h"\nsecret = { vault = "hunter2" }',
        '[account.a.incoming]\nhost = "h"\nsecret = ["hunter2"]',
        '[account.a.incoming]\nhost = "imaps://kim:hunter2@h.example.com"',
        '[account.a.incoming]\nhost = "kim:hunter2@h.example.com:993"',
        '[account.a]\nincoming = "imaps://kim:hunter2@h.example.com"',
        '[account.a]\npassword = "hunter2"\n[account.a.incoming]\nhost = "h"',
        '[account.a.incoming]\nhost = "h"\nextra = { password = "hunter2" }',
    ],
)
def test_a_password_in_the_wrong_place_shows_itself_nowhere_either(text: str) -> None:
    accounts = loads(text, "test.toml")
    report = check_report(accounts)

    shown = [
        *(repr(accounts), repr([asdict(account) for account in accounts])),
        *(pickle.dumps(accounts).decode("latin-1"), repr(vars_of(accounts[0]))),
        *(report.to_json(), report.to_text(), report_page(report), report_markdown(report)),
    ]
    assert report.findings
    assert not any("hunter2" in one for one in shown)


def vars_of(account: Any) -> list[Any]:
    return [(account.written, service.written) for service in account.services]


@pytest.mark.parametrize(
    "text",
    [
        imap(993, "implicit-tls", **FROM_ENV),
        imap(143, "starttls", auth="login", **FROM_ENV),
        pop3(995, "implicit-tls", **FROM_ENV),
        smtp(465, "implicit-tls", **FROM_ENV),
    ],
    ids=["imap", "imap login", "pop3", "smtp"],
)
@pytest.mark.parametrize(
    "where",
    ["mailkit.protocol.login.say", "mailkit.net.tls.TlsConnection.send"],
)
def test_a_secret_is_not_in_a_traceback_that_shows_all_locals(
    text: str, where: str, make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug strikes just when the password is on its way."""
    monkeypatch.setenv("MAILKIT_TEST_PASSWORD", PASSWORD)
    lab = make_lab(*standard(HOST))
    account = loads(text, "test.toml")[0]
    original = pkgutil.resolve_name(where)

    def fail(*args: Any, **options: Any) -> Any:
        if any(map(_holds_password, args)):
            raise RuntimeError("a bug")
        return original(*args, **options)

    monkeypatch.setattr(where, fail)
    shown = []
    lose = ServiceDiagnosis.lose

    def losing(diagnosis: ServiceDiagnosis, step: str, error: Exception) -> None:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown.append("".join(told.format()))
        lose(diagnosis, step, error)

    monkeypatch.setattr(ServiceDiagnosis, "lose", losing)
    report = diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file, timeout=30)

    assert "a bug" in shown[0]
    assert "internal-error" in report.to_json()
    for number, trace in enumerate(TRACES):
        assert trace.decode() not in shown[0] + report.to_json() + report.to_text(), number


def _holds_password(value: object) -> bool:
    if isinstance(value, Redacted):
        value = value.line()
    return isinstance(value, memoryview) and any(trace in bytes(value) for trace in TRACES)


def test_a_password_that_the_server_repeats_is_masked(
    make_lab: Make, caplog: pytest.LogCaptureFixture
) -> None:
    echo = f"<tag> NO bad command LOGIN {PASSWORD} {TRACES[2].decode()}\r\n".encode()
    lab = make_lab(
        Listener(protocol="imap", host=HOST, port=993, replies_tls={"AUTHENTICATE": [Say(echo)]})
    )
    account = loads(imap(993, "implicit-tls"), "test.toml")[0]

    with caplog.at_level(logging.DEBUG):
        report = diagnose(account, connect_to=lab.connect_to, ca=lab.ca_file, timeout=30)

    everything = [
        report.to_json(),
        report.to_text(),
        report_markdown(report),
        report_page(report),
        repr(report),
        caplog.text,
    ]
    for shown in everything:
        for trace in TRACES:
            assert trace.decode() not in shown
    assert "***" in report.to_json()


def test_no_output_of_any_scenario_holds_the_password() -> None:
    for scenario in [*SCENARIOS.values()][::7]:
        with Lab(scenario.listeners, scenario.users) as lab:
            accounts = loads(scenario.account, "test.toml")
            report = diagnose(
                accounts[0], connect_to=lab.connect_to, ca=lab.ca_file, timeout=0.5, deadline=3
            )
        for shown in (report.to_json(), report.to_text(), report_page(report), repr(report)):
            assert PASSWORD not in shown
        assert json.loads(report.to_json())["schema"] == "mailkit.report/1"


def test_a_check_reads_no_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read: list[str] = []
    reveal = Secret.reveal

    def watched(secret: Secret) -> str:
        read.append(secret.kind)
        return reveal(secret)

    monkeypatch.setattr(Secret, "reveal", watched)
    monkeypatch.setenv("KIM_PW", " blank ")
    (tmp_path / "pw").write_text("“quoted”", "utf-8")
    for secret in (
        '{ env = "KIM_PW" }',
        f'{{ file = "{tmp_path / "pw"}" }}',
        '{ command = "false" }',
    ):
        (account,) = loads(
            f'[account.a.incoming]\nhost = "imap.example.com"\nuser = "kim"\nsecret = {secret}\n'
        )
        check(account)

    assert read == []


def test_a_password_that_another_port_says_later_is_masked(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    told = f"* OK {PASSWORD.upper()} {base64.b64encode(PASSWORD.encode()).decode()} ready\r\n"
    lab = make_lab(
        Listener(
            protocol="imap",
            host=HOST,
            port=993,
            replies_tls={"AUTHENTICATE": [Say(b"<tag> NO [AUTHENTICATIONFAILED] no\r\n")]},
        ),
        Listener(
            protocol="imap",
            host=HOST,
            port=143,
            security=Security.STARTTLS,
            greeting=[Say(told.encode())],
        ),
    )
    report = diagnosis(lab, imap(993, "implicit-tls"), thorough=True)
    seen = [repr(one) for one in (report.seen, *report.others)]
    assert any("ready" in one for one in seen), "the other port was looked at"
    for trace in (PASSWORD.upper(), base64.b64encode(PASSWORD.encode()).decode()):
        assert not any(trace in one for one in seen)


def test_no_login_is_made_over_tls_that_was_not_verified() -> None:
    session = SessionState()
    session.tls = Tls("TLSv1.3", verified=False)
    with pytest.raises(Stopped, match="not verified"):
        require_private(session, Credentials("kim", PASSWORD), clear_ok=lambda address: True)
    session.tls = Tls("TLSv1.3")
    require_private(session, Credentials("kim", PASSWORD))
