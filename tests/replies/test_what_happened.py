"""What a text says of the past, denies, lists or only names is not what happened."""

import pytest

from mailkit import explain


def _said(text: str) -> tuple[str, str]:
    found = explain(text)
    return (found[0].id, str(found[0].certainty)) if found else ("", "")


@pytest.mark.parametrize(
    "text",
    [
        # another program's error beside a name with “mail” in it
        "SQLSTATE[HY000] [2002] Connection refused (SQL: select * from `users` where `email` = kim@example.org)",
        "Cannot connect to redis://localhost:6379/0: Connection refused (task: send_email)",
        "npm ERR! request to https://registry.npmjs.org/nodemailer failed, reason: self signed certificate",
        "urllib3 ReadTimeoutError: HTTPSConnectionPool(host='files.example.org'): Read timed out. (aiosmtplib)",
        "docker pull mailserver/docker-mailserver: dial tcp: lookup registry-1.example.io: no such host",
        "Failed to pull image 'example/smtp': Get https://registry.example.io/v2/: TLS handshake timeout",
        "certbot: challenge failed for domain mail.example.org: Fetching http://mail.example.org/x: Timeout",
        "kinit: Preauthentication failed while getting initial credentials",
        "imap-login: listen(*, 993) failed: Address already in use",
        "rabbitmq: exchange 'orders' is gone: connection reset by peer",
        "psycopg2.OperationalError: connection to server failed: Connection timed out (table: mail_queue)",
    ],
)
def test_a_name_does_not_make_a_text_one_about_mail(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("redis is up, but smtplib.SMTPAuthenticationError: (535, b'5.7.8 no')", "aut-bad"),
        ("docker: dial tcp mail.example.org: connect: connection refused (redis)", "tcp-refused"),
        (
            "kafka consumer: sending through imap.gmail.com failed: Connection refused",
            "tcp-refused",
        ),
    ],
)
def test_a_host_or_a_protocol_of_mail_does(text: str, finding: str) -> None:
    assert _said(text)[0] == finding


@pytest.mark.parametrize("time", ["14:01:22", "2:22", "10:25", "09:22:21,443"])
def test_a_time_is_not_a_port(time: str) -> None:
    text = f"[12/Mar/2026 {time}] socket.gaierror: [Errno -2] Name or service not known"

    assert _said(text)[0] == "dns-nxdomain"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "First I got Connection timed out on port 25, now I get: 535 5.7.8 Authentication failed",
            "aut-bad",
        ),
        (
            "It said 535 5.7.8 Authentication failed. With the new password it now fails with smtp: Connection refused",
            "tcp-refused",
        ),
        ("smtp: connection refused until now", "tcp-refused"),
        (
            "No 'host not found' in the log; still it fails: smtp: Connection timed out",
            "tcp-timeout",
        ),
    ],
)
def test_what_happens_now_counts(text: str, expected: str) -> None:
    assert [cause.id for cause in explain(text)] == [expected]


def test_a_failure_in_general_words_now_leaves_the_past_possible() -> None:
    found = explain("I accepted the self-signed certificate; after that: IMAP login failed")

    assert (found[0].id, str(found[0].certainty)) == ("aut-bad", "possible")
    assert {str(cause.certainty) for cause in found} == {"possible"}


@pytest.mark.parametrize(
    "text",
    [
        "Solved: there is no authentication error any more, mail goes out",
        "The mail server works, no certificate errors, and without any connection failure",
        "INFO email sent to 3 recipients, 0 failed, smtp connection closed",
        "smtp: timed out, retrying\nmail sent successfully",
        "smtp: message queued as 12; connection closed by peer",
    ],
)
def test_what_is_denied_or_over_is_no_failure(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Error: no connection: smtp: connection refused", "tcp-refused"),
        ("errno 111, no 2: smtp connection refused", "tcp-refused"),
        ("Mail was not sent successfully: connection refused", "tcp-refused"),
        (
            "status=sent (250 2.0.0 Ok)\nstatus=bounced (host mx said: 550 5.1.1 User unknown)",
            "snd-rcpt-unknown",
        ),
    ],
)
def test_a_failure_beside_such_words_is_one(text: str, finding: str) -> None:
    assert _said(text)[0] == finding


MANUALS = [
    "421 4.7.0 - Try again later\n450 4.2.1 - Too much mail\n530 5.7.0 - Authentication required\n"
    "535 5.7.8 - Username and password not accepted\n550 5.1.1 - No such account\n554 5.6.0 - Malformed",
    "SMTP codes: 250 OK; 354 Start mail input; 421 Not available; 450 Mailbox busy; 530 Authentication required;"
    " 535 Authentication failed; 550 Mailbox unavailable; 552 Storage exceeded",
    "| 421 | not available |\n| 451 | local error |\n| 452 | storage |\n| 550 | no mailbox |\n| 554 | failed |",
]


@pytest.mark.parametrize("text", MANUALS)
def test_a_list_of_reply_codes_is_a_manual(text: str) -> None:
    assert explain(text) == []


def test_the_codes_of_a_session_are_none() -> None:
    session = (
        "220 mail.example.org ESMTP\n250 ok\n334 go\n535 5.7.8 Authentication failed\n421 closing"
    )

    assert _said(session)[0] == "aut-bad"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # servers' logs
        ("H=mail.example.org: Remote host closed connection in response to initial connection", ("grt-eof", "likely")),
        ("mail.example.org: Remote host closed connection in response to end of data", ("hst-no-reply", "likely")),
        ("SSLException: Remote host closed connection during handshake (smtp)", ("tls-cut", "likely")),
        ("qmail deferred: Connected_to_192.0.2.9_but_greeting_failed./Remote_host_said:_421_Too_many_connections/", ("lim-connections", "likely")),
        ("451 4.3.2 Temporary failure: virus scanner refused the connection", ("snd-temp", "likely")),
        ("451 4.7.1 milter unavailable, try again", ("snd-temp", "likely")),
        ("550 5.7.1 rejected by the content filter: virus found", ("snd-spam", "likely")),
        # programs
        ("Error: No recipients defined (nodemailer)", ("snd-rcpt-syntax", "possible")),
        ("mail: Invalid sender address 'null'", ("snd-sender-syntax", "possible")),
        ("IMAP error: No recipients found", ("snd-rcpt-syntax", "possible")),
        ('Expected response code "220" but got an empty response (smtp)', ("grt-silent-tls", "likely")),
        ("failed to send mail: EOF (gomail)", ("grt-eof", "possible")),
        ("The SMTP server did not accept the user name and password.", ("aut-bad", "possible")),
        # devices
        ("e-STUDIO e-mail job: error code 1C71", ("aut-bad", "likely")),
        ("e-mail job log: 1C69", ("tcp-timeout", "possible")),
        ("scan to e-mail: result CE-02", ("dns-nxdomain", "possible")),
        ("scan to e-mail: result CE-07", ("aut-bad", "likely")),
        ("part number 1C71 of the copier", ("", "")),
    ],
)  # fmt: skip
def test_rows_of_logs_programs_and_devices(text: str, expected: tuple[str, str]) -> None:
    assert _said(text) == expected
