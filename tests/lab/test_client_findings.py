"""What the lab reports about the program that connects to it, with real clients that make the mistake."""

import imaplib
import poplib
import shutil
import smtplib
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from mailkit.cli.lab_watch import watch
from mailkit.lab import Lab, Listener
from mailkit.lab.recording import Session
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.observation.client import ClientSession
from mailkit.ports import Security
from mailkit.rules import client_tls
from mailkit.rules.catalogue import CLIENT, client_findings
from mailkit.rules.client_advice import CHANGES, changes

HOST = "localhost"
GOOD = b"From: a@example.com\r\nDate: Fri, 27 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab(
        [
            Listener(
                protocol="smtp", host=HOST, port=587, security=Security.STARTTLS, clear_login=True
            ),
            Listener(protocol="smtp", host=HOST, port=465, security=Security.IMPLICIT_TLS),
            Listener(
                protocol="smtp",
                host=HOST,
                port=25,
                security=Security.CLEARTEXT,
                open_relay=True,
                accepts_all=True,
            ),
            Listener(protocol="imap", host=HOST, port=993, security=Security.IMPLICIT_TLS),
            Listener(protocol="pop3", host=HOST, port=995, security=Security.IMPLICIT_TLS),
            Listener(
                protocol="imap",
                host=HOST,
                port=994,
                security=Security.IMPLICIT_TLS,
                certificate="other-host",
            ),
        ]
    ) as made:
        yield made


def ended(lab: Lab, before: int) -> Session:
    """The next session, when it is over."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        new = [one for one in lab.sessions if one.number > before and one.closed]
        if new:
            return new[0]
        time.sleep(0.01)
    raise AssertionError("no session ended")


def found(lab: Lab, act: Callable[[], object]) -> list[str]:
    before = max((one.number for one in lab.sessions), default=0)
    with suppress(OSError, smtplib.SMTPException, imaplib.IMAP4.error):
        act()
    session = ended(lab, before)
    assert ClientSession.of(session.client.written()) == session.client
    assert session.findings == sorted(session.findings, key=lambda one: one.severity != "error")
    return [one.id for one in session.findings]


def trusting(lab: Lab) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(lab.ca_file))


def careless() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def smtp(lab: Lab, port: int, name: str = "app.example.com") -> smtplib.SMTP:
    return smtplib.SMTP(HOST, lab.where(HOST, port)[1], local_hostname=name, timeout=30)


def test_a_careful_client_has_no_finding(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 587) as client:
            client.starttls(context=trusting(lab))
            client.login(ADDRESS, PASSWORD)
            client.sendmail(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")

    assert found(lab, act) == []


def test_tls_on_a_starttls_port(lab: Lab) -> None:
    port = lab.where(HOST, 587)[1]
    assert "clt-tls-on-starttls-port" in found(
        lab, lambda: smtplib.SMTP_SSL(HOST, port, context=trusting(lab), timeout=30)
    )


@pytest.mark.parametrize("words", [b"", b"EHLO app.example.com\r\n"], ids=["waits", "speaks"])
def test_plain_text_on_a_tls_port(lab: Lab, words: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_tls, "PATIENCE_S", 0.1)

    def act() -> None:
        with socket.create_connection(lab.where(HOST, 465), timeout=1.1) as client:
            client.sendall(words)
            client.recv(100)

    assert "clt-plain-on-tls-port" in found(lab, act)


def test_a_check_of_the_port_is_no_client_that_waits(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_tls, "PATIENCE_S", 60.0)

    def act() -> None:
        socket.create_connection(lab.where(HOST, 465), timeout=30).close()

    assert found(lab, act) == ["clt-no-hello"]


def test_a_ca_that_the_client_does_not_know(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 993)[1]
        imaplib.IMAP4_SSL(HOST, port, ssl_context=ssl.create_default_context(), timeout=30)

    assert found(lab, act) == ["clt-unknown-ca"]


def test_a_client_that_verifies_nothing(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 994)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=careless(), timeout=30) as client:
            client.login(ADDRESS, PASSWORD)

    assert found(lab, act) == ["clt-no-verification"]


def test_a_client_that_verifies_leaves_a_bad_certificate_and_is_not_accused(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 994)[1]
        imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(lab), timeout=30)

    assert found(lab, act) == []


def test_a_client_that_compares_the_name_after_the_handshake(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 587) as client:
            client.ehlo()
            client.docmd("STARTTLS")
            careless().wrap_socket(client.sock, server_hostname=HOST).close()
            client.sock = None

    assert found(lab, act) == ["clt-leaves-after-tls"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
@pytest.mark.parametrize(
    ("options", "finding"),
    [
        (["-verify_return_error"], "clt-unknown-ca"),
        (["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "clt-old-tls"),
        (["-servername", HOST], "clt-leaves-after-tls"),
    ],
)
def test_openssl(lab: Lab, options: list[str], finding: str) -> None:
    command = ["openssl", "s_client", "-connect", f"{HOST}:{lab.where(HOST, 993)[1]}", *options]

    def act() -> None:
        subprocess.run(command, input=b"", capture_output=True, check=False, timeout=30)

    assert found(lab, act) == [finding]


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_node_leaves_without_an_alert(lab: Lab) -> None:
    port = lab.where(HOST, 993)[1]
    script = f"require('tls').connect({{host: '{HOST}', port: {port}}}).on('error', () => 0)"

    def act() -> None:
        subprocess.run(["node", "-e", script], check=True, timeout=30)

    assert found(lab, act) == ["clt-bad-certificate"]


def test_another_protocol(lab: Lab) -> None:
    def act() -> None:
        with socket.create_connection(lab.where(HOST, 25), timeout=30) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(100)

    assert found(lab, act)[0] == "clt-wrong-protocol"
    assert "clt-pipelining" not in [one.id for one in lab.sessions[-1].findings]


def test_a_silent_server_speaks_no_protocol_that_could_be_the_wrong_one() -> None:
    session = ClientSession.of(("== server raw cleartext", "C: EHLO app.example.com"))
    assert [one.id for one in client_findings(session)] == []


def test_no_host_name_in_the_handshake(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=careless(), timeout=30) as client:
            client.login(ADDRESS, PASSWORD)

    assert found(lab, act) == ["clt-no-sni"]


def test_a_password_before_tls(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 587) as client:
            client.login(ADDRESS, PASSWORD)

    assert found(lab, act) == ["clt-cleartext-login"]


@pytest.mark.parametrize(
    ("user", "words"),
    [
        (ADDRESS, "the password or token of “kim@example.com” is wrong"),
        ("tim@example.com", "no user “tim@"),
    ],
)
def test_a_login_that_is_rejected(lab: Lab, user: str, words: str) -> None:
    def act() -> None:
        with imaplib.IMAP4_SSL(
            HOST, lab.where(HOST, 993)[1], ssl_context=trusting(lab), timeout=30
        ) as client:
            client.login(user, "another one")

    assert found(lab, act) == ["clt-login-refused"]
    assert words in lab.sessions[-1].findings[0].message


def test_a_second_password_that_is_accepted_is_no_finding(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(lab), timeout=30) as client:
            with suppress(imaplib.IMAP4.error):
                client.login(ADDRESS, "another one")
            client.login(ADDRESS, PASSWORD)

    assert found(lab, act) == []


def test_mail_without_the_login_that_the_server_wants(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 587) as client:
            client.starttls(context=trusting(lab))
            client.sendmail(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")

    assert found(lab, act) == ["clt-no-login"]


def test_mail_without_starttls(lab: Lab) -> None:
    strict = Listener(protocol="smtp", host=HOST, port=588, security=Security.STARTTLS)
    lax = Listener(protocol="smtp", host=HOST, port=26, security=Security.STARTTLS, open_relay=True)
    for listener, finding in ((strict, "clt-no-starttls"), (lax, "clt-clear-mail")):
        with lab.serving(listener) as (_, port):

            def act(port: int = port) -> None:
                with smtplib.SMTP(HOST, port, local_hostname="app.example.com") as client:
                    client.sendmail(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")

            assert found(lab, act) == [finding]


def test_leaving_before_starttls_and_before_a_login(lab: Lab) -> None:
    def before_tls() -> None:
        with smtp(lab, 587) as client:
            client.ehlo()

    def before_login() -> None:
        with smtp(lab, 587) as client:
            client.starttls(context=trusting(lab))
            client.ehlo()

    assert found(lab, before_tls) == ["clt-left-before-starttls"]
    assert found(lab, before_login) == ["clt-gave-up"]


def said(*commands: str) -> Callable[[Lab], None]:
    def act(lab: Lab) -> None:
        with smtp(lab, 587) as client:
            client.ehlo()
            client.starttls(context=trusting(lab))
            client.ehlo()
            for command in commands:
                client.docmd(command)

    return act


@pytest.mark.parametrize(
    ("commands", "finding"),
    [
        (("AUTH KERBEROS_V4",), "clt-mechanism"),
        (("AUTH LOGIN", "kim@example.com"), "clt-broken-base64"),
        (("AUTH PLAIN kim@example.com:open",), "clt-broken-base64"),
        (("AUTH PLAIN =",), "clt-login-refused"),
        (("BDAT 0 LAST",), "clt-syntax"),
        (("DATA",), "clt-sequence"),
    ],
)
def test_commands_that_the_server_rejects(
    lab: Lab, commands: tuple[str, ...], finding: str
) -> None:
    assert finding in found(lab, lambda: said(*commands)(lab))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("localhost", "clt-helo-local"),
        ("laptop", "clt-helo-local"),
        ("my_host.example.com", "clt-helo"),
        ("192.0.2.1", "clt-helo"),
        ("[127.0.0.1]", ""),
        ("app.example.com", ""),
    ],
)
def test_the_name_in_ehlo(lab: Lab, name: str, wrong: str) -> None:
    def act() -> None:
        with smtp(lab, 25, name) as client:
            client.ehlo()

    assert found(lab, act) == ([wrong] if wrong else [])


def test_leaving_without_quit(lab: Lab) -> None:
    def act() -> None:
        client = smtp(lab, 25)
        client.ehlo()
        client.close()

    assert found(lab, act) == ["clt-no-quit"]


@pytest.mark.parametrize(
    ("fetch", "readonly", "words"),
    [
        ("(BODY[])", False, "marks messages as read"),
        ("(BODY.PEEK[])", False, "changes nothing"),
        ("(BODY.PEEK[])", True, ""),
    ],
)
def test_reading_that_marks_as_read(lab: Lab, fetch: str, readonly: bool, words: str) -> None:
    lab.deliver(ADDRESS, [ADDRESS], GOOD + b"\r\nHello\r\n")

    def act() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(lab), timeout=30) as client:
            client.login(ADDRESS, PASSWORD)
            client.select("INBOX", readonly=readonly)
            client.fetch("1", fetch)

    assert found(lab, act) == (["clt-select"] if words else [])
    assert all(words in one.message for one in lab.sessions[-1].findings)


def test_commands_that_the_server_cannot_read(lab: Lab) -> None:
    def by_smtp() -> None:
        with smtp(lab, 25) as client:
            client.ehlo()
            client.docmd("MAIL FROM: kim@example.com")

    def by_imap() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(lab), timeout=30) as client:
            client.login(ADDRESS, PASSWORD)
            client.send(b"x1 STATUS INBOX\r\n")
            client.readline()

    assert found(lab, by_smtp) == ["clt-syntax"]
    assert found(lab, by_imap) == ["clt-syntax"]


def test_imap_and_pop3_commands_before_their_time(lab: Lab) -> None:
    def imap() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(lab), timeout=30) as client:
            client.send(b"x1 SELECT INBOX\r\n")
            client.readline()

    def pop3() -> None:
        client = poplib.POP3_SSL(HOST, lab.where(HOST, 995)[1], context=trusting(lab), timeout=30)
        with suppress(poplib.error_proto):
            client.stat()
        client.quit()

    assert "clt-sequence" in found(lab, imap)
    assert "clt-sequence" in found(lab, pop3)


@pytest.mark.parametrize("offered", [True, False])
def test_commands_before_the_reply(lab: Lab, offered: bool) -> None:
    words = ("PIPELINING",) if offered else ("8BITMIME",)
    listener = Listener(
        protocol="smtp", host=HOST, port=26, security=Security.CLEARTEXT, open_relay=True,
        offers=words,
    )  # fmt: skip

    def act(port: int) -> None:
        with smtplib.SMTP(HOST, port, local_hostname="app.example.com", timeout=30) as client:
            client.ehlo()
            client.send("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\n")
            client.getreply()
            client.getreply()

    with lab.serving(listener) as (_, port):
        assert found(lab, lambda: act(port)) == ([] if offered else ["clt-pipelining"])


def test_imap_numbers_before_the_reply(lab: Lab) -> None:
    def act() -> None:
        port = lab.where(HOST, 993)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=trusting(lab), timeout=30) as client:
            client.login(ADDRESS, PASSWORD)
            client.select("INBOX", readonly=True)
            client.send(b"x1 NOOP\r\nx2 FETCH 1 (FLAGS)\r\n")
            while not client.readline().startswith(b"x2 "):
                pass

    assert "clt-pipelining" in found(lab, act)


def test_a_message_that_is_not_finished(lab: Lab) -> None:
    def act() -> None:
        client = smtp(lab, 25)
        client.ehlo()
        for command in ("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.org>", "DATA"):
            client.docmd(command)
        client.send(GOOD + b"\r\nHel")
        client.close()

    assert found(lab, act) == ["clt-unfinished-message", "clt-no-quit"]


def test_an_address_beyond_ascii(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 25) as client:
            client.ehlo()
            client.command_encoding = "utf-8"
            client.docmd("MAIL FROM:<a@example.com>")
            client.docmd("RCPT TO:<jürgen@example.org>")

    assert found(lab, act) == ["clt-smtputf8"]


@pytest.mark.parametrize(
    ("content", "options", "finding"),
    [
        (GOOD + b"\r\n" + b"x" * 1500 + b"\r\n", (), "clt-line-length"),
        (b"From: a@example.com\r\n\r\nHello\r\n", (), "clt-missing-header"),
        (
            b"Subject: Gr\xc3\xbc\xc3\x9fe\r\n" + GOOD + b"\r\nHello\r\n",
            ("BODY=8BITMIME",),
            "clt-raw-header",
        ),
        (
            b"Subject: Gr\xc3\xbc\xc3\x9fe\r\n" + GOOD + b"\r\nHello\r\n",
            ("BODY=8BITMIME", "SMTPUTF8"),
            "",
        ),
        (GOOD + b"\r\nGr\xc3\xbc\xc3\x9fe\r\n", (), "clt-8bit"),
        (GOOD + b"\r\nGr\xc3\xbc\xc3\x9fe\r\n", ("BODY=8BITMIME",), ""),
    ],
    ids=["line", "header", "raw header", "smtputf8", "8bit", "8bit declared"],
)
def test_messages(lab: Lab, content: bytes, options: tuple[str, ...], finding: str) -> None:
    def act() -> None:
        with smtp(lab, 25) as client:
            client.sendmail("a@example.com", ["b@example.org"], content, mail_options=options)

    assert found(lab, act) == ([finding] if finding else [])


def test_commands_with_a_bare_line_feed(lab: Lab) -> None:
    def act() -> None:
        with smtp(lab, 25) as client:
            client.send(b"EHLO app.example.com\n")
            client.getreply()

    assert found(lab, act) == ["clt-bare-lf"]


@pytest.mark.parametrize("end", [b"\r\n.\r\n", b"\n.\n"], ids=["within", "at the end"])
def test_a_bare_line_feed(lab: Lab, end: bytes) -> None:
    def act() -> None:
        with smtp(lab, 25) as client:
            client.ehlo()
            client.docmd("MAIL FROM:<a@example.com>")
            client.docmd("RCPT TO:<b@example.org>")
            client.docmd("DATA")
            client.send(GOOD + b"\r\nHello\nKim" + end)
            client.getreply()

    assert "clt-bare-lf" in found(lab, act)


def test_every_finding_about_a_client_is_provoked_by_a_client_here() -> None:
    files = [Path(__file__), Path(__file__).with_name("test_client_habits.py")]
    text = "".join(file.read_text("utf-8") for file in files)
    assert {name for name in CLIENT if f'"{name}"' not in text} == set()


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("", ("Django", "PHPMailer", "Nodemailer", "Jakarta Mail", "Python")),
        ("PHPMailer 6.9.1 (https://github.com/PHPMailer/PHPMailer)", ("PHPMailer",)),
        ("Python", ("Django", "Python")),
        ("Thunderbird", ()),
    ],
)
def test_the_line_to_change_is_that_of_the_product(program: str, shown: tuple[str, ...]) -> None:
    lines = changes("clt-no-starttls", program)
    assert tuple(line.partition(":")[0] for line in lines) == shown
    assert {*CHANGES} <= {*CLIENT}


def test_a_watched_lab_says_what_a_program_does_wrong(lab: Lab) -> None:
    found(lab, lambda: imaplib.IMAP4_SSL("localhost", lab.where(HOST, 993)[1], timeout=30).logout())
    shown: list[str] = []
    over = threading.Event()

    def out(text: str) -> None:
        shown.append(text)
        over.set()

    def act() -> None:
        port = lab.where(HOST, 994)[1]
        with imaplib.IMAP4_SSL(HOST, port, ssl_context=careless(), timeout=30) as client:
            client.login(ADDRESS, PASSWORD)

    found(lab, act)
    watch(lambda: lab.sessions[-1:], over, 10, out)
    assert shown[0].startswith("✗ session ")
    assert f": imap localhost:{lab.where(HOST, 994)[1]} implicit-tls\n" in shown[0]
    assert "error clt-no-verification: The client accepts a certificate" in shown[0]
    assert "→ Nodemailer: no tls: { rejectUnauthorized: false }" in shown[0]
    assert PASSWORD not in shown[0]
