"""What the diagnosis says of a real Dovecot, 2.3 or 2.4, in every mode, right and wrong."""

import imaplib
import json
import os
import poplib
import signal
import smtplib
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailkit.account import Service
from mailkit.client import connect_imap, connect_lmtp
from mailkit.client.compose import compose
from mailkit.client.mailboxes import status
from mailkit.client.send import send, send_all
from mailkit.diagnosis.diagnose import diagnose
from mailkit.formats import loads
from mailkit.lab.backends.dovecot import DovecotLab
from mailkit.lab.endpoints import CERTIFICATES, HOST
from mailkit.lab.post import AcceptancePolicy
from mailkit.lab.relay import Relay, Trigger
from mailkit.lab.scenario import ADDRESS, PASSWORD, imap, pop3, smtp
from mailkit.lab.script import Say
from mailkit.ports import Protocol, Security
from mailkit.report import ServiceReport

Make = Callable[..., DovecotLab]
BOTH = imap(993, "implicit-tls") + smtp(465, "implicit-tls").partition("\n\n")[2]


def looked(lab: DovecotLab, text: str, **options: Any) -> tuple[ServiceReport, ...]:
    accounts = loads(text)
    usual = {"ca": lab.ca_file, "connect_to": lab.connect_to, "timeout": 10.0, "accounts": accounts}
    return diagnose(accounts[0], **(usual | options)).accounts[0].services


@pytest.mark.parametrize(
    ("host", "protocol", "port", "security", "cause", "changes"),
    [
        (HOST, imap, 993, "implicit-tls", "", {}),
        (HOST, imap, 143, "starttls", "", {}),
        (HOST, pop3, 995, "implicit-tls", "", {}),
        (HOST, pop3, 110, "starttls", "", {}),
        (HOST, smtp, 465, "implicit-tls", "", {}),
        (HOST, smtp, 587, "starttls", "", {}),
        (HOST, imap, 143, "implicit-tls", "tls-plain-server", {"security": "starttls"}),
        (HOST, pop3, 110, "implicit-tls", "tls-plain-server", {"security": "starttls"}),
        (HOST, smtp, 587, "implicit-tls", "tls-plain-server", {"security": "starttls"}),
        (HOST, imap, 993, "starttls", "grt-silent-tls", {"security": "implicit-tls"}),
        (HOST, pop3, 995, "starttls", "grt-silent-tls", {"security": "implicit-tls"}),
        (HOST, smtp, 465, "starttls", "grt-silent-tls", {"security": "implicit-tls"}),
        (HOST, imap, 143, "cleartext", "cfg-cleartext", {"security": "starttls"}),
        (HOST, pop3, 110, "cleartext", "cfg-cleartext", {"security": "starttls"}),
        (HOST, imap, 1143, "starttls", "tcp-refused", {"port": 143}),
        (
            "wrong.example.com",
            smtp,
            587,
            "starttls",
            "grt-silent-tls",
            {"security": "implicit-tls"},
        ),
        (
            "wrong.example.com",
            smtp,
            465,
            "implicit-tls",
            "tls-plain-server",
            {"security": "starttls"},
        ),
        (HOST, imap, 995, "implicit-tls", "pid-pop-on-imap", {"port": 993}),
        (
            "wrong.example.com",
            imap,
            143,
            "starttls",
            "grt-silent-tls",
            {"security": "implicit-tls"},
        ),
        (
            "wrong.example.com",
            imap,
            993,
            "implicit-tls",
            "tls-plain-server",
            {"security": "starttls"},
        ),
    ],
)
def test_each_mode_is_named_and_repaired(
    host: str,
    protocol: Callable[..., str],
    port: int,
    security: str,
    cause: str,
    changes: dict[str, Any],
    stack: DovecotLab,
) -> None:
    (report,) = looked(stack, protocol(port, security, host=host), timeout=4)

    assert report.cause == cause
    assert report.ok is (not cause)
    changed = (
        {key: pair[1] for key, pair in report.proposal.changes.items()} if report.proposal else {}
    )
    assert changed == changes
    if report.proposal:
        assert report.proposal.proof.word == "logged-in"


@pytest.mark.parametrize(
    ("host", "protocol", "port", "cause"),
    [
        ("none.example.com", imap, 143, "stt-not-offered"),
        ("none.example.com", pop3, 110, "stt-not-offered"),
        ("none.example.com", smtp, 587, "stt-not-offered"),
        ("clear.example.com", imap, 143, ""),
    ],
)
def test_hosts_with_an_address_of_their_own(
    host: str, protocol: Callable[..., str], port: int, cause: str, dovecot: DovecotLab
) -> None:
    (report,) = looked(dovecot, protocol(port, "starttls", host=host), timeout=4)

    assert report.cause == cause


CAUSES = {
    "expired": "crt-expired",
    "self-signed": "crt-self-signed",
    "unknown-ca": "crt-unknown-ca",
    "other-host": "crt-host-mismatch",
    "not-yet": "crt-not-yet",
    "soon": "",
}


@pytest.mark.parametrize("kind", CERTIFICATES)
@pytest.mark.parametrize(("protocol", "port"), [(imap, 993), (pop3, 995), (smtp, 465)])
def test_each_certificate_is_judged_and_gets_no_password(
    kind: str, protocol: Callable[..., str], port: int, stack: DovecotLab
) -> None:
    before = len(stack.log)

    (report,) = looked(stack, protocol(port, "implicit-tls", host=f"{kind}.example.com"))

    assert report.cause == CAUSES[kind]
    assert (report.proof.word == "logged-in") is (kind == "soon")
    if kind != "soon":
        assert "method=PLAIN" not in stack.log[before:]


@pytest.mark.parametrize("auth", ["plain", "login", "cram-md5", "scram-sha-256"])
@pytest.mark.parametrize(("protocol", "port"), [(imap, 993), (pop3, 995), (smtp, 465)])
def test_each_mechanism_logs_in(
    auth: str, protocol: Callable[..., str], port: int, stack: DovecotLab
) -> None:
    (report,) = looked(stack, protocol(port, "implicit-tls", auth=auth))

    assert report.ok
    assert report.seen is not None
    assert report.seen.login is not None
    assert report.seen.login.mechanism == auth.upper()


@pytest.mark.parametrize("auth", ["plain", "scram-sha-256"])
def test_names_and_passwords_beyond_ascii_log_in(auth: str, stack: DovecotLab) -> None:
    text = imap(
        993, "implicit-tls", auth=auth, user="jörg@example.com", secret={"value": "pässwörd ✓"}
    )

    assert looked(stack, text)[0].ok


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
@pytest.mark.parametrize(("protocol", "port"), [(imap, 993), (pop3, 995), (smtp, 465)])
def test_a_token_logs_in_until_it_has_expired(
    auth: str, protocol: Callable[..., str], port: int, stack: DovecotLab
) -> None:
    good = {"value": stack.token(ADDRESS)}
    old = {"value": stack.token(ADDRESS, valid_s=-5)}

    (fresh,) = looked(stack, protocol(port, "implicit-tls", auth=auth, secret=good))
    (stale,) = looked(stack, protocol(port, "implicit-tls", auth=auth, secret=old))

    assert fresh.ok
    assert stale.cause == "aut-token"
    assert old["value"] not in repr(stale) + "\n".join(stale.transcript)


def test_a_password_is_really_refused_before_tls(stack: DovecotLab) -> None:
    host, port = stack.where(HOST, 143)
    context = ssl.create_default_context(cafile=str(stack.ca_file))
    context.check_hostname = False
    client = imaplib.IMAP4(host, port, timeout=30)
    try:
        assert "LOGINDISABLED" in client.capabilities
        client.starttls(context)
        assert "LOGINDISABLED" not in client.capability()[1][0].decode()
    finally:
        client.shutdown()


@pytest.mark.parametrize(
    ("user", "password", "cause", "changes"),
    [
        (ADDRESS, "not the password", "aut-bad", {}),
        ("anna@example.com", "short name 1", "aut-username-localpart", {"user": "anna"}),
        ("nobody@example.com", PASSWORD, "aut-bad", {}),
    ],
)
def test_a_refused_login_is_explained(
    user: str, password: str, cause: str, changes: dict[str, str], stack: DovecotLab
) -> None:
    text = imap(993, "implicit-tls", user=user, address=user, secret={"value": password})

    (report,) = looked(stack, text)

    assert report.cause == cause
    changed = (
        {key: pair[1] for key, pair in report.proposal.changes.items()} if report.proposal else {}
    )
    assert changed == changes


@pytest.mark.parametrize("read", [imap(993, "implicit-tls"), pop3(995, "implicit-tls")])
def test_a_message_goes_by_smtp_and_lmtp_and_is_found_again(read: str, stack: DovecotLab) -> None:
    text = read + smtp(465, "implicit-tls").partition("\n\n")[2]

    reports = looked(stack, text, send_test=ADDRESS)

    delivery = reports[1].delivery
    assert delivery is not None
    assert delivery.fate == "accepted"
    assert delivery.found
    assert delivery.seconds is not None


def test_lmtp_has_a_fate_for_each_recipient(stack: DovecotLab) -> None:
    user, password = stack.fresh_user()
    service = Service(protocol=Protocol.SMTP, host="lmtp", port=24, security=Security.CLEARTEXT)
    route = {("lmtp", 24): stack.where("lmtp", 24)}
    with connect_lmtp(service, connect_to=route) as client:
        for number in range(3):
            outcome = send(client, compose(ADDRESS, [user, ADDRESS], f"{number}", "Hello"))
            assert outcome.of("accepted") == (user, ADDRESS)
            assert user in outcome.fates[user].words
            assert ADDRESS in outcome.fates[ADDRESS].words
        letters = [compose(ADDRESS, [user, ADDRESS], "more", "Hello") for _ in range(3)]
        assert all(outcome.ok for outcome in send_all(client, letters))
    text = imap(993, "implicit-tls", user=user, secret={"value": password})
    with connect_imap(loads(text)[0], ca=stack.ca_file, connect_to=stack.connect_to) as client:
        assert status(client, "INBOX").messages == 6


def test_lmtp_by_the_socket_that_dovecot_has(dovecot: DovecotLab) -> None:
    user, _ = dovecot.fresh_user()
    with connect_lmtp(dovecot.folder / "run/base/lmtp") as client:
        outcome = send(client, compose(ADDRESS, user, "by a socket", "Hello"))
    assert outcome.ok, outcome


def test_a_look_inside_tells_roles_and_counts(stack: DovecotLab) -> None:
    content = b"From: a@example.com\r\nSubject: one\r\n\r\nOne.\r\n"
    user, password = stack.fresh_user()
    assert stack.deliver("a@example.com", [user], content) == {
        user: f"250 2.0.0 <{user}> delivered"
    }
    text = imap(993, "implicit-tls", user=user, secret={"value": password})

    (report,) = looked(stack, text, mailbox=True)

    assert report.ok
    (note,) = report.findings
    assert (note.id, "Public/Team" in note.evidence[0]) == ("mbx-subscription", True)
    assert report.seen is not None
    box = report.seen.mailbox
    assert box is not None
    assert box.messages == 1
    assert {flag for one in box.folders for flag in one.flags} >= {"\\sent", "\\junk", "\\trash"}
    assert box.quota[0][2] == 10_240


def test_two_services_with_a_certificate_each_are_no_table(dovecot: DovecotLab) -> None:
    accounts = loads(BOTH)
    report = diagnose(
        accounts[0], ca=dovecot.ca_file, connect_to=dovecot.connect_to, timeout=30, thorough=True
    )

    assert report.ok
    assert report.accounts[0].paths == ()


def test_a_maildrop_that_is_held_is_told(dovecot: DovecotLab) -> None:
    host, port = dovecot.where(HOST, 995)
    context = ssl.create_default_context(cafile=str(dovecot.ca_file))
    context.check_hostname = False
    client = poplib.POP3_SSL(host, port, context=context, timeout=30)
    try:
        client.user("lee@example.com")
        client.pass_("let me in 42")
        client.stat()
        text = pop3(995, "implicit-tls", user="lee@example.com", secret={"value": "let me in 42"})
        (report,) = looked(dovecot, text, timeout=10.0)  # Dovecot waits for the lock
    finally:
        client.quit()

    assert report.cause == "mbx-pop3-locked"


def test_too_many_connections_are_told(make_dovecot: Make) -> None:
    lab = make_dovecot(connections=1)
    host, port = lab.where(HOST, 993)
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    context.check_hostname = False
    client = imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=30)
    try:
        client.login(ADDRESS, PASSWORD)
        (report,) = looked(lab, imap(993, "implicit-tls"))
    finally:
        client.logout()

    assert report.cause == "lim-connections"


def test_submission_keeps_to_its_rules_before_dovecot_too(make_dovecot: Make) -> None:
    rules = AcceptancePolicy(
        own_sender=True,
        greylist=True,
        size=5000,
        recipients={"unknown@*": "550 5.1.1 unknown"},
    )
    lab = make_dovecot(rules=rules)
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    context.check_hostname = False
    with smtplib.SMTP_SSL(*lab.where(HOST, 465), context=context, timeout=20) as client:
        client.login(ADDRESS, PASSWORD)
        with pytest.raises(smtplib.SMTPSenderRefused, match="not owned"):
            client.sendmail("lee@example.com", [ADDRESS], b"Subject: x\r\n\r\n")
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail(ADDRESS, [ADDRESS, "unknown@example.com"], b"Subject: x\r\n\r\n")
        codes = {address: code for address, (code, _) in refused.value.recipients.items()}
        assert codes == {ADDRESS: 450, "unknown@example.com": 550}
        with pytest.raises(smtplib.SMTPSenderRefused, match="exceeds"):
            client.sendmail(ADDRESS, [ADDRESS], b"Subject: x\r\n\r\n" + b"x" * 6000)
        assert client.sendmail(ADDRESS, [ADDRESS], b"Subject: x\r\n\r\n") == {}


def test_a_full_mailbox_is_told(make_dovecot: Make) -> None:
    lab = make_dovecot(quota_kib=8)
    big = b"Subject: big\r\n\r\n" + b"x" * 70 * 100 + b"\r\n"
    assert lab.deliver("a@example.com", [ADDRESS], big)[ADDRESS].startswith("250 ")
    refused = lab.deliver("a@example.com", [ADDRESS], big)[ADDRESS]

    (report,) = looked(lab, imap(993, "implicit-tls"), mailbox=True)

    assert refused[:3] in ("452", "552", "550")
    assert "uota" in refused
    assert report.seen is not None
    assert report.seen.mailbox is not None
    ((resource, used, limit),) = report.seen.mailbox.quota
    assert (resource, limit) == ("STORAGE", 8)
    assert 6 <= used <= 8


@pytest.mark.skipif(os.getuid() != 0, reason="only root can take a folder from Dovecot")
def test_a_mailbox_the_server_cannot_read_is_told_though_the_login_works(
    make_dovecot: Make,
) -> None:
    lab = make_dovecot()
    lab.deliver("a@example.com", [ADDRESS], b"Subject: x\r\n\r\nx\r\n")
    folder = lab.folder / "mail" / ADDRESS
    os.chown(folder, 0, 0)
    folder.chmod(0o700)

    (by_imap,) = looked(lab, imap(993, "implicit-tls"))
    (by_pop3,) = looked(lab, pop3(995, "implicit-tls"))

    assert by_imap.proof.word == "logged-in"
    assert by_imap.cause == "mbx-corrupt"
    assert by_pop3.cause == "aut-temp"  # there the login fails already, with [SYS/TEMP]


def test_a_relay_before_it_writes_down_what_is_said_inside_tls_and_breaks_it(
    stack: DovecotLab,
) -> None:
    onward = ssl.create_default_context(cafile=str(stack.ca_file))
    context = stack.authority.context(HOST)
    cut = Trigger(said=b"EXAMINE", do=[Say(b"<tag> NO [SERVERBUG] broken on cue\r\n")])
    reports = []
    for cues in ((), (cut,)):
        with Relay(stack.where(HOST, 143), context, onward, HOST, cues=cues) as relay:
            routes = {(HOST, 143): relay.address, (HOST, None): ("127.0.0.1", 1)}
            reports += looked(stack, imap(143, "starttls"), connect_to=routes)
            said = relay.transcript

    assert [one.cause for one in reports] == ["", "mbx-corrupt"]
    assert "== tls" in said
    assert any("AUTHENTICATE PLAIN ***" in line for line in said)
    assert PASSWORD not in "\n".join(said)


def alive(name: str) -> list[int]:
    """Processes whose command line has this in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if name in (entry / "cmdline").read_text("utf-8", "replace"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_nothing_stays_behind(make_dovecot: Make) -> None:
    lab = make_dovecot()
    folder = lab.folder
    assert alive(str(folder))

    lab.stop()

    assert not folder.exists()
    assert alive(str(folder)) == []


def test_nothing_stays_behind_where_its_parent_is_killed(make_dovecot: Make) -> None:
    script = (
        "import sys, time\n"
        "from mailkit.lab.backends.dovecot import DovecotLab\n"
        "lab = DovecotLab(program=sys.argv[1]).start()\n"
        "print(lab.folder, flush=True)\n"
        "time.sleep(60)\n"
    )
    program = make_dovecot().program
    with subprocess.Popen(
        [sys.executable, "-c", script, program], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        folder = parent.stdout.readline().strip()
        assert alive(folder)
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while (alive(folder) or Path(folder).exists()) and time.monotonic() < until:
        time.sleep(0.05)

    assert alive(folder) == []
    assert not Path(folder).exists()


def test_a_lab_made_of_dovecot_is_kept_up_and_taken_down(
    dovecot: DovecotLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    folder = str(Path(dovecot.program).parent)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    command = [sys.executable, "-m", "mailkit", "lab"]
    with subprocess.Popen(
        [*command, "up", "--backend", "dovecot"], stdout=subprocess.PIPE, text=True
    ) as up:
        assert up.stdout is not None
        told = _until(up.stdout, "Ctrl-C")
        file = next(word for word in told.split() if word.endswith("accounts.toml"))
        done = subprocess.run(
            [sys.executable, "-m", "mailkit", "diagnose", file, "--lab", "--format", "json"],
            capture_output=True,
            text=True,
            check=False,
        )
        subprocess.run([*command, "down"], check=True, stdout=subprocess.DEVNULL)
        up.wait(60)

    report = json.loads(done.stdout)
    assert [one["services"][0]["proof"] for one in report["accounts"]] == ["logged-in"] * 6
    assert not Path(file).exists()
    assert alive(str(Path(file).parent)) == []


def _until(stream: Any, word: str) -> str:
    """What a program says up to the line with a word."""
    said = ""
    while word not in said:
        line = stream.readline()
        assert line, said
        said += line
    return said


def test_mail_and_passwords_are_their_owners_alone() -> None:
    with DovecotLab() as lab:
        for name in ("mail", "keys", "users"):
            assert (lab.folder / name).stat().st_mode & 0o077 == 0, name
        assert lab.folder.stat().st_mode & 0o066 == 0
