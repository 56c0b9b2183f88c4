"""What a lab writes down: all mail that was handed in, its envelope, and each connection as a frozen value."""

import asyncio
import dataclasses
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailkit.errors import LabError
from mailkit.lab import Lab, Listener, standard
from mailkit.lab.recording import MailEnvelope, Recording, Session
from mailkit.lab.scenario import ADDRESS, PASSWORD
from mailkit.lab.sent import MissingMailError, SentLog, SentMail
from mailkit.ports import Security

Make = Callable[..., Lab]
OPEN = {"open_relay": True, "accepts_all": True, "clear_login": True}


def open_server(make_lab: Make, security: Security = Security.CLEARTEXT) -> Lab:
    return make_lab(
        Listener(protocol="smtp", host="localhost", port=25, security=security, **OPEN)  # type: ignore[arg-type]
    )


def order() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Shop <shop@example.com>"
    message["To"] = "Jörg <joerg@example.org>, lee@example.net"
    message["Cc"] = "office@example.com"
    message["Reply-To"] = "help@example.com"
    message["Subject"] = "Bestellung für Jörg"
    message.set_content("Grüße\n4711\n")
    message.add_alternative("<p>Grüße &amp; 4711</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bill.pdf")
    return message


def send(lab: Lab, *recipients: str, login: tuple[str, str] | None = None) -> None:
    with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as client:
        if login:
            client.login(*login)
        client.send_message(order(), to_addrs=[*recipients] or None)


def test_mail_to_anybody_is_caught_with_its_parts_envelope_and_connection(make_lab: Make) -> None:
    lab = open_server(make_lab)
    everybody = ("joerg@example.org", "lee@example.net", "office@example.com", "hidden@example.com")

    send(lab, *everybody)

    (message,) = lab.sent
    assert message.subject == message["subject"] == "Bestellung für Jörg"
    assert message.from_ == "Shop <shop@example.com>"
    assert (message.to, message.cc) == (everybody[:2], everybody[2:3])
    assert (message.bcc, message.reply_to) == (everybody[3:], ("help@example.com",))
    assert message.text == "Grüße\n4711\n"
    assert "Grüße &amp; 4711" in message.html
    (bill,) = message.attachments
    assert (bill.filename, bill.content_type, bill.content) == (
        "bill.pdf",
        "application/pdf",
        b"%PDF",
    )
    assert message.envelope.sender == "shop@example.com"
    assert message.envelope.recipients == everybody
    assert message.envelope.options["SIZE"].isdigit()
    session = message.session
    assert session is not None
    assert session.messages == (message,)
    assert session.peer[0] == "127.0.0.1"
    assert "C: data" in session.transcript
    assert [len(lab.box(one).messages()) for one in everybody] == [1, 1, 1, 1]


@pytest.mark.parametrize("login", [None, (ADDRESS, "any password"), ("nobody", "at all")])
def test_an_open_server_takes_any_login_or_none(
    login: tuple[str, str] | None, make_lab: Make
) -> None:
    lab = open_server(make_lab)

    send(lab, login=login)

    assert lab.sent[0].user == (login[0] if login else "")
    assert lab.sessions[-1].logins == (((login[0], True),) if login else ())


def test_a_session_is_a_frozen_value_with_tls_and_logins(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "smtp"))
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    with smtplib.SMTP("localhost", lab.where("localhost", 587)[1], timeout=30) as client:
        client.starttls(context=context)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(ADDRESS, "wrong")
        before = lab.sessions[-1]
        client.login(ADDRESS, PASSWORD)
    after = lab.sessions[-1]

    assert before.closed == ""
    assert len(before.lines) < len(after.lines)
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.peer = ("", 0)  # type: ignore[misc]
    assert after.tls is not None
    assert (after.tls.version, after.tls.server_name) == ("TLSv1.3", "localhost")
    assert [line.said for line in after.lines[: after.tls.line] if line.who == "C"][-1] == (
        b"STARTTLS"
    )
    assert [one.accepted for one in after.attempts] == [False, False, False, True]
    assert [one.mechanism for one in after.attempts] == ["CRAM-MD5", "PLAIN", "LOGIN", "CRAM-MD5"]
    assert all(one.tls for one in after.attempts)
    assert PASSWORD not in str(after)
    assert (after.protocol, after.security) == ("smtp", "starttls")


def test_a_client_that_does_not_trust_the_lab_leaves_the_reason(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "imap"))

    with pytest.raises(ssl.SSLError), socket.create_connection(lab.where("localhost", 993)) as sock:
        ssl.create_default_context().wrap_socket(sock, server_hostname="localhost")

    assert _ended(lab).tls_error == "TLSV1_ALERT_UNKNOWN_CA"


def test_cleartext_to_a_tls_port_is_recorded(make_lab: Make) -> None:
    lab = make_lab(*standard("localhost", "smtp"))

    with socket.create_connection(lab.where("localhost", 465), 10) as sock:
        sock.sendall(b"EHLO app.example.com\r\n")
        sock.recv(100)

    assert _ended(lab).transcript == ("C: EHLO app.example.com",)


def _ended(lab: Lab) -> Session:
    for _ in range(200):
        if lab.sessions and lab.sessions[-1].closed:
            break
        threading.Event().wait(0.01)
    return lab.sessions[-1]


def test_what_is_missing_is_named_with_what_there_is(make_lab: Make) -> None:
    lab = open_server(make_lab)
    send(lab, "kim@example.org")

    with pytest.raises(MissingMailError) as failed:
        lab.sent.wait_for(subject="Invoice", to="lee@example.org", timeout=0.01)

    assert str(failed.value) == (
        "no message with to 'lee@example.org', subject 'Invoice' was sent within 0.01 s; 1 sent:\n"
        "  'Bestellung für Jörg' from shop@example.com to kim@example.org"
    )
    with pytest.raises(IndexError, match="there is no message 1; 1 sent:"):
        lab.sent[1]


def test_mail_is_found_by_envelope_subject_and_text_and_can_be_forgotten(make_lab: Make) -> None:
    lab = open_server(make_lab)
    send(lab, "kim@example.org")
    sent = lab.sent

    assert len(sent.find(to="KIM@example.org", sender="shop@example.com", text="4711")) == 1
    assert sent.find(to="lee@example.net") == ()
    assert sent.subjects == ("Bestellung für Jörg",)
    lab.sent.clear()
    assert (len(sent), sent.sessions, len(lab.sent), len(lab.sessions)) == (0, (), 0, 1)
    send(lab, "lee@example.net")
    assert len(sent) == len(sent.sessions) == 1


def test_mail_of_a_task_in_the_same_loop_arrives(make_lab: Make) -> None:
    lab = open_server(make_lab)

    async def app() -> None:
        reader, writer = await asyncio.open_connection(*lab.where("localhost", 25))
        for line in ("EHLO app", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA"):
            writer.write(f"{line}\r\n".encode())
        writer.write(b"Subject: late\r\n\r\nx\r\n.\r\nQUIT\r\n")
        await reader.read()
        writer.close()

    async def main() -> str:
        task = asyncio.create_task(app())
        with pytest.raises(LabError, match=r"Write: await sent_mail\.arrives"):
            lab.sent.wait_for(subject="late", timeout=1)
        message = await lab.sent.arrives(subject="late", timeout=30)
        await task
        with pytest.raises(MissingMailError, match="1 sent"):
            await lab.sent.arrives(subject="never", timeout=0.01)
        return message.subject

    assert asyncio.run(main()) == "late"


def test_plus_addresses_go_to_the_user(make_lab: Make) -> None:
    lab = open_server(make_lab)

    send(lab, "kim+shop@example.com", "KIM+two+three@Example.com")

    assert len(lab.box(ADDRESS).messages()) == 2
    assert lab.sent[0].envelope.recipients[0] == "kim+shop@example.com"


def talk(lab: Lab, *lines: bytes) -> list[bytes]:
    """Each reply to a line that is sent as it is."""
    with (
        socket.create_connection(lab.where("localhost", 25), 10) as sock,
        sock.makefile("rb") as file,
    ):
        said = [file.readline()]
        for line in lines:
            sock.sendall(line)
            reply = file.readline()
            while reply[3:4] == b"-":
                reply = file.readline()
            said.append(reply.rstrip())
        return said[1:]


BEGIN = (b"EHLO app\r\n", b"MAIL FROM:<a@example.com>\r\n", b"RCPT TO:<b@example.com>\r\n")


def test_only_crlf_dot_crlf_ends_a_message(make_lab: Make) -> None:
    lab = open_server(make_lab)
    smuggled = b"Subject: 1\r\n\r\nx\n.\nMAIL FROM:<evil@example.com>\r\n..dot\r\n.\r\n"

    *_, reply = talk(lab, *BEGIN, b"DATA\r\n", smuggled)

    assert reply.startswith(b"250")
    (message,) = lab.sent
    assert message.content == b"Subject: 1\r\n\r\nx\n.\nMAIL FROM:<evil@example.com>\r\n.dot\r\n"


def test_a_message_that_ends_with_bare_lf_is_refused_with_the_reason(make_lab: Make) -> None:
    lab = open_server(make_lab)

    *_, reply, after = talk(lab, *BEGIN, b"DATA\r\n", b"Subject: 1\n\nx\n.\n", b"NOOP\r\n")

    assert b"bare <LF>" in reply
    assert after.startswith(b"250")
    assert len(lab.sent) == 0


@pytest.mark.parametrize(
    ("lines", "reply"),
    [
        ((b"MAIL FROM:<a@example.com>\r\n",), b"503 5.5.1 Error: send EHLO or HELO first"),
        ((*BEGIN[:2], BEGIN[1]), b"503 5.5.1 Error: nested MAIL command"),
        ((BEGIN[0], b"DATA\r\n"), b"503 5.5.1 Error: need RCPT command"),
        ((*BEGIN[:2], b"RCPT TO:<>\r\n"), b"501 5.1.3 Bad recipient address syntax"),
        ((*BEGIN[:2], b"RCPT TO:<in valid>\r\n"), b"501 5.1.3 Bad recipient address syntax"),
        ((BEGIN[0], b"MAIL FROM:<in valid>\r\n"), b"501 5.1.7 Bad sender address syntax"),
        ((*BEGIN[:2], b'RCPT TO:<"in valid"@example.com>\r\n'), b"250 2.1.5 OK"),
        ((BEGIN[0], b"AUTH NTLM\r\n"), b"504 5.5.4 Unrecognized authentication type"),
        ((BEGIN[0], b"AUTH LOGIN\r\n", b"*\r\n"), b"501 5.7.0 Authentication aborted"),
        ((BEGIN[0], b"AUTH PLAIN =\r\n"), b"535 5.7.8"),
        ((BEGIN[0], "MAIL FROM:<a@b.example> SIZE=²\r\n".encode()), b"250"),
        ((BEGIN[0], b"\xff\xfe \x00\r\n"), b"502 5.5.2"),
        ((BEGIN[0], b"XCLIENT\r\n"), b"502 5.5.2 Error: command not recognized"),
        ((BEGIN[0], b"VRFY kim\r\n"), b"252 2.1.5"),
    ],
)
def test_commands_out_of_order_are_named(
    lines: tuple[bytes, ...], reply: bytes, make_lab: Make
) -> None:
    assert talk(open_server(make_lab), *lines)[-1].startswith(reply)


def test_the_words_of_a_message_in_html_only_are_shown(make_lab: Make) -> None:
    lab = open_server(make_lab)
    content = b"Content-Type: text/html\r\n\r\n<style>p {}</style><p>Your <b>order</b></p>\r\n"
    with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as client:
        client.sendmail("a@example.com", ["b@example.com"], content)

    text = lab.inbox()[0]._repr_html_().partition("<pre")[2].partition("</pre>")[0]

    assert "Your\norder" in text
    assert "p {}" not in text


def test_a_client_that_says_nothing_is_told_why_it_is_cut_off(
    make_lab: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.lab.script.LIFETIME_S", 0.05)
    lab = open_server(make_lab)

    with socket.create_connection(lab.where("localhost", 25), 10) as sock, sock.makefile() as file:
        assert [line[:9] for line in file] == ["220 local", "421 4.4.2"]
    assert _ended(lab).closed == "timeout"


def test_a_message_of_megabytes_is_taken_whole_and_one_too_long_is_not(make_lab: Make) -> None:
    lab = open_server(make_lab)
    content = b"Subject: big\r\n\r\n" + (b"." + b"x" * 75 + b"\r\n") * 40_000
    with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as client:
        client.sendmail("a@example.com", ["b@example.com"], content)
        with pytest.raises(smtplib.SMTPException, match="552"):
            client.sendmail("a@example.com", ["b@example.com"], content * 13)

    assert lab.sent[0].content == content
    assert len(lab.sent) == 1


def test_a_lab_that_runs_for_days_forgets_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailkit.lab.sent.ROOM", 250)
    log = SentLog(tmp_path)
    for _ in range(200):
        recording = log.record(Recording("smtp"))
        recording.heard(b"x" * 100)
        log.add(MailEnvelope("a@example.com", ()), b"y" * 100, "", recording)

    assert [one.number for one in SentMail(log)] == [199, 200]
    assert len(log.recordings) < 80
    assert len([*tmp_path.iterdir()]) == 4
    assert [one.number for one in SentMail(SentLog(tmp_path))] == [199, 200]


def test_what_a_stranger_sent_is_escaped_in_a_notebook(make_lab: Make) -> None:
    lab = open_server(make_lab)
    content = (
        b"From: <script>alert(1)</script>\r\nSubject: <b>x</b>\r\nContent-Type: text/html\r\n\r\n"
        b'<img src="http://example.com/x.png"><script>alert(2)</script>"></iframe>\r\n'
    )
    with smtplib.SMTP(*lab.where("localhost", 25), timeout=30) as client:
        client.sendmail("a@example.com", ["b@example.com"], content)

    shown = lab.inbox()._repr_html_()
    page = lab.inbox()[0]._repr_html_()

    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    for written in (shown, page):
        assert "<script" not in written
        assert "<style" not in written
    assert page.count("</iframe>") == 1
    assert "alert(2)" not in page.partition("<iframe")[0]
    assert 'sandbox=""' in page
    assert "default-src &#x27;none&#x27;" in page
    assert lab.inbox("b@example.com")[0].subject == "<b>x</b>"
    assert "No messages" in lab.inbox("lee@example.com")._repr_html_()
    with pytest.raises(LabError, match="no folder"):
        lab.inbox("b@example.com", "Nowhere")
