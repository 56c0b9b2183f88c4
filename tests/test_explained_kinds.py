"""Kinds of pasted texts: each in several variants, beside texts that look like them and mean something else."""

import pytest

from mailkit import explain
from mailkit.explanation import unknown

STEP = 'File "/usr/lib/python3.12/{file}.py", line 400, in {call}\n'
CLOSED = "smtplib.SMTPServerDisconnected: Connection unexpectedly closed"


def _said(text: str) -> tuple[str, str]:
    """The first finding and its certainty; empty where the text is not known."""
    found = explain(text)
    return (found[0].id, str(found[0].certainty)) if found else ("", "")


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        (("connect", "getreply"), ("grt-eof", "likely")),
        (("__init__", "connect", "getreply"), ("grt-eof", "likely")),
        (("login", "auth", "docmd", "getreply"), ("hst-no-reply", "likely")),
        (("login", "ehlo_or_helo_if_needed", "ehlo", "getreply"), ("tls-cut", "possible")),
        (("starttls", "docmd", "getreply"), ("stt-handshake", "possible")),
        (("sendmail", "data", "getreply"), ("tcp-reset", "possible")),
        (("sendmail", "rset", "docmd", "getreply"), ("tcp-reset", "possible")),
        ((), ("grt-eof", "possible")),
        (("getreply",), ("grt-eof", "possible")),
    ],
)
def test_the_calls_of_python_tell_at_which_step_a_connection_ended(
    calls: tuple[str, ...], expected: tuple[str, str]
) -> None:
    trace = "".join(STEP.format(file="smtplib", call=call) for call in calls)

    assert _said(trace + CLOSED) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            STEP.format(file="imaplib", call="login")
            + "imaplib.IMAP4.abort: command: LOGIN => socket error: EOF",
            ("hst-no-reply", "likely"),
        ),
        (
            STEP.format(file="poplib", call="pass_") + "poplib.error_proto: -ERR EOF",
            ("hst-no-reply", "likely"),
        ),
        (
            "EOFError: end of file reached\n"
            "net/smtp.rb:1000:in `recv_response'\nnet/smtp.rb:736:in `auth_plain'\nnet/smtp.rb:500:in `do_start'",
            ("hst-no-reply", "likely"),
        ),
        (
            "EOFError: end of file reached\nnet/smtp.rb:1000:in `recv_response'\nnet/smtp.rb:500:in `do_start'",
            ("grt-eof", "likely"),
        ),
        (
            "jakarta.mail.MessagingException: [EOF]\n"
            "\tat com.sun.mail.smtp.SMTPTransport.issueCommand(SMTPTransport.java:2)\n"
            "\tat com.sun.mail.smtp.SMTPTransport.mailFrom(SMTPTransport.java:1)",
            ("tcp-reset", "possible"),
        ),
    ],
)
def test_the_calls_of_other_libraries_tell_it_too(text: str, expected: tuple[str, str]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        CLOSED,
        "The SMTP server has unexpectedly disconnected.",
        "imaplib.IMAP4.abort: socket error: EOF",
        "Net::IMAP: end of file reached",
        'msg="send mail" smtp err="EOF"',
    ],
)
def test_an_ended_connection_without_its_step_has_several_possible_causes(text: str) -> None:
    found = explain(text)

    assert {"grt-eof", "hst-no-reply", "tls-cut"} <= {cause.id for cause in found}
    assert {str(cause.certainty) for cause in found} == {"possible"}


@pytest.mark.parametrize(
    ("number", "finding"),
    [
        ("50126: Error validating credentials due to invalid username or password.", "aut-bad"),
        ("50034: The user account does not exist in the directory.", "aut-bad"),
        ("50053: The account is locked.", "aut-locked"),
        ("50055: The password is expired.", "aut-expired"),
        ("50057: The user account is disabled.", "aut-suspended"),
        ("50076: You must use multi-factor authentication.", "aut-conditional-access"),
        (
            "53003: Access has been blocked by Conditional Access policies.",
            "aut-conditional-access",
        ),
        ("700016: Application was not found in the directory.", "aut-token"),
        ("7000215: Invalid client secret provided.", "aut-token"),
        ("501261: a number that only begins like another one", "aut-token"),
    ],
)
@pytest.mark.parametrize("form", ["AADSTS{}", "invalid_grant: AADSTS{}", "535 5.7.3 AADSTS{}"])
def test_a_number_of_microsofts_sign_in_says_what_is_wrong(
    form: str, number: str, finding: str
) -> None:
    assert _said(form.format(number))[0] == finding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a1 NO [INUSE] Mailbox in use", ("mbx-pop3-locked", "likely")),
        ("a1 NO [INUSE] cannot delete", ("mbx-pop3-locked", "likely")),
        ("2 BAD login error", ("aut-bad", "likely")),
        ("A003 BAD Invalid credentials", ("aut-bad", "likely")),
        ("a1 BAD command unknown", ("", "")),
        ("-ERR mailbox unknown", ("aut-bad", "likely")),
        ("-ERR no such user", ("aut-bad", "likely")),
        ("-ERR sorry, no mailbox for kim here", ("aut-bad", "likely")),
        ("-ERR no such message", ("", "")),
        ("550 mailbox unknown", ("snd-rcpt-unknown", "likely")),
    ],
)
def test_a_reply_means_what_its_protocol_says(text: str, expected: tuple[str, str]) -> None:
    assert _said(text) == expected


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        # the step that a program names before the reply
        ("gomail: could not send email 1: Auth: 451 4.3.2 Internal server error", "aut-temp"),
        ("smtp: failed to authenticate: 451 4.3.2 Internal server error", "aut-temp"),
        ("smtp: authentication failed: 454 4.3.0 Try again", "aut-temp"),
        ("gomail: could not send email 1: 451 4.3.2 Internal server error", "snd-temp"),
        ("gomail: StartTLS: 502 5.5.1 no", "stt-refused"),
        # the code that it waited for
        (
            'Expected response code 235 but got code "451", with message "451 Internal error"',
            "aut-temp",
        ),
        (
            'Expected response code "354" but got code "451", with message "451 4.3.0 no"',
            "snd-temp",
        ),
        ('Expected response code 220 but got code "421", with message "421 not now"', "grt-421"),
        # a code in brackets
        ("SMTP Error: [550] Relaying denied", "snd-relay-denied"),
        ("Error SMTP: [535] Authentication failed", "aut-bad"),
    ],
)
def test_what_stands_before_a_reply_shows_its_place(text: str, finding: str) -> None:
    assert _said(text)[0] == finding


@pytest.mark.parametrize(
    "quote", ["host mx.example.org[192.0.2.1] said: ", "Diagnostic-Code: smtp; "]
)
@pytest.mark.parametrize("fold", ["\n    ", "\n\t", "\n "])
def test_a_bounce_quotes_a_reply_in_several_lines(quote: str, fold: str) -> None:
    reply = f"550 5.7.1 Your message{fold}was not accepted, for your server's{fold}address is on a blocklist"

    assert _said(f"<lee@example.org>: {quote}{reply}\nReporting-MTA: dns")[0] == "snd-ip-blocked"


def test_what_follows_a_bounce_is_no_part_of_the_reply() -> None:
    text = "host mx.example.org said: 550 5.1.1 No such user\n\nblocklist: see spamhaus"

    assert _said(text)[0] == "snd-rcpt-unknown"


FOREIGN = [
    "SQLSTATE[HY000] [2002] Connection refused",
    "mailcow: SQLSTATE[HY000] [2002] Connection refused",
    "Error: connect ECONNREFUSED 127.0.0.1:3306",
    "Error: connect ECONNREFUSED ::1:6379",
    "mysqli_connect(): (HY000/2002): No connection could be made because the target machine actively refused it",
    "org.postgresql.util.PSQLException: Connection to localhost:5432 refused.",
    "curl: (7) Failed to connect to localhost port 8080: Connection refused",
    "HTTPSConnectionPool(host='api.example.com', port=443): Max retries exceeded (Connection refused)",
    'Get "https://api.example.com/v2": x509: certificate signed by unknown authority',
    "fatal: unable to access 'https://git.example.com/a.git/': Could not resolve host: git.example.com",
    "ssh: connect to host example.com port 22: Connection refused",
    "redis.exceptions.ConnectionError: Error 111 connecting to redis. Connection refused.",
    "MongoNetworkError: connect ETIMEDOUT db.example.com",
    "ldap_bind(): Can't contact LDAP server (connection refused)",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_the_error_of_another_service_is_not_explained(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Connection refused", "tcp-refused"),
        ("Error: connect ECONNREFUSED 127.0.0.1:587", "tcp-refused"),
        ("docker: dial tcp 192.0.2.1:25: connect: connection refused", "tcp-refused"),
        ("smtp: dial tcp 192.0.2.1:8080: connect: connection refused", "tcp-refused"),
        ("redis was reached; then smtp.example.com: Connection refused", "tcp-refused"),
        (
            "curl: (60) SSL certificate problem: self signed certificate, see https://example.com/",
            "crt-self-signed",
        ),
        ("java.net.SocketException: Connection refused", "tcp-refused"),
    ],
)
def test_a_sign_of_mail_makes_it_one_of_mail(text: str, finding: str) -> None:
    assert _said(text)[0] == finding


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("* OK The Microsoft Exchange IMAP4 service is ready.\n2 NO LOGIN failed.", "aut-bad"),
        (
            "* OK The Microsoft Exchange IMAP4 service is ready. [QQBCAEMA]\n2 NO LOGIN failed.",
            "aut-oauth-only",
        ),
    ],
)
def test_only_exchange_online_adds_its_server_to_its_greeting(text: str, finding: str) -> None:
    assert _said(text)[0] == finding


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "550 5.7.26 This mail is unauthenticated. The sender must authenticate with SPF or DKIM",
            "snd-spam",
        ),
        ("550 5.7.1 The client must authenticate", "snd-not-logged-in"),
        ("smtp: 550 message rejected", "snd-spam"),
        ("smtp: 550 Message rejected: the sender address is not verified", "snd-sender-unverified"),
        ("503 5.5.2 Sender already specified", "aut-sequence"),
        ("smtp: 535 Login Fail. Please enter your authorization", "aut-auth-code"),
        ("smtp: 535 Login Fail. Please check the authorization", "aut-bad"),
        ("smtp 553 Local user only,163 smtp5,abc", "snd-sender-not-owned"),
        ("Status: 5.7.1\nDiagnostic-Code: X-Postfix; Spam message rejected", "snd-spam"),
        (
            "421 4.3.0 smtp: The server has reached its limit for processing requests",
            "lim-rate-smtp",
        ),
        (
            "msmtp: cannot set X509 trust file ca.pem for TLS session: Error while reading",
            "crt-local-store",
        ),
        (
            "aiosmtplib.SMTPConnectTimeoutError: Timed out waiting for server ready message",
            "grt-silent-tls",
        ),
        (
            "aiosmtplib.SMTPConnectTimeoutError: Timed out connecting to smtp.example.com",
            "tcp-timeout",
        ),
        (
            "System.Net.Mail: committed a protocol violation The server response was: ",
            "hst-broken-reply",
        ),
        (
            "SMTP: 220 Ready\nTLS startup failed (connect(): error:0407008A:rsa routines)",
            "stt-handshake",
        ),
        ("Retrying CRAM-MD5 authentication after AUTHENTICATE failed: wrong password", "aut-bad"),
        # another mechanism was tried next, and it worked
        (
            "smtp: AUTH cram-md5: 504 5.7.4 Unrecognized Authentication Type\nfailed after DATA: 552 5.3.4 too big",
            "snd-size",
        ),
    ],
)
def test_the_words_of_a_server_or_a_program(text: str, finding: str) -> None:
    assert _said(text)[0] == finding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a code behind an equals sign is a reply, another number there is not
        ("smtp: response=550 5.1.1 User unknown", ("snd-rcpt-unknown", "sure")),
        ("mail: status=bounced reply=452 4.2.2 Mailbox full", ("snd-rcpt-full", "likely")),
        ("Postfix: postfix/smtp: size=550 ", ("", "")),
        # a mail server says 422 with its own number, a web service without one
        ("smtp: said: 422 4.2.2 Greylisted, try again", ("snd-greylist", "likely")),
        ("mail api: 422 Unprocessable Entity", ("", "")),
        ("535 5.7.0 Connection lost to authentication server", ("aut-temp", "likely")),
        ("535 5.7.8 Error: lost connection to auth backend", ("aut-temp", "likely")),
        ("535 5.7.8 Error: authentication failed", ("aut-bad", "sure")),
        ("554 5.7.1 rejected due to policy restrictions", ("snd-spam", "likely")),
        (
            "552-5.7.0 Our system detected an illegal attachment on your message",
            ("snd-spam", "likely"),
        ),
        ("554 5.7.1 This host is not allowed to connect", ("snd-ip-blocked", "likely")),
        (
            "smtp: 554 Your IP isn't permitted to connect to this server",
            ("snd-ip-blocked", "likely"),
        ),
        ("503 MAIL first (#5.5.1)", ("aut-sequence", "likely")),
        ("503 5.5.1 Error: need RCPT command first", ("aut-sequence", "likely")),
        ("550 5.7.1 Please check your mail first", ("snd-pop-before-smtp", "likely")),
        ('{network_failure,"192.0.2.1",{error,closed}}', ("grt-eof", "possible")),
        ('{network_failure,"192.0.2.1",{error,econnrefused}}', ("tcp-refused", "sure")),
        ("SMTP: error to resolve mail.example.com", ("dns-nxdomain", "likely")),
        ("smtp: failed to resolve host mail.example.com", ("dns-nxdomain", "likely")),
        ("mail: error to resolve the ticket", ("", "")),
        (
            'DEBUG SMTP: trying to connect to host "smtp.example.com", port 465, isSSL false\n'
            "DEBUG SMTP: exception reading response, THROW:\n"
            "java.net.SocketTimeoutException: Read timed out",
            ("grt-silent-tls", "likely"),
        ),
        (
            'DEBUG SMTP: trying to connect to host "smtp.example.com", port 465, isSSL true\n'
            "java.net.SocketTimeoutException: connect timed out",
            ("tcp-timeout", "sure"),
        ),
    ],
)
def test_words_of_one_kind_and_their_near_misses(text: str, expected: tuple[str, str]) -> None:
    assert _said(text) == expected


def test_a_text_of_another_service_is_said_to_be_one() -> None:
    assert "another service" in unknown("SQLSTATE[HY000] [2002] Connection refused")
    assert "catalogue" in unknown("everything is fine")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("554 5.4.6 Hop count exceeded - possible mail loop", "snd-loop"),
        ("550 5.4.14 Hop count exceeded - possible mail loop ATTR34", "snd-loop"),
        ("smtp: 554 Too many Received headers, message is looping", "snd-loop"),
        ("postfix: mail for example.com loops back to myself", "snd-loop"),
        (
            "qmail: This message is looping: it already has my Delivered-To line. (#5.4.6)",
            "snd-loop",
        ),
        ("Sorry, I couldn't find any host named example.org. (#5.1.2) (mail)", "dns-no-domain"),
        ("curl: (55) MAIL failed: 530", "snd-not-logged-in"),
        (
            "550 Requested action not taken: mailbox unavailable\nSender address is not allowed.",
            "snd-sender-not-owned",
        ),
        (
            "550 Requested action not taken: mailbox unavailable\nContact your administrator.",
            "snd-rcpt-unknown",
        ),
        (
            "The sender address kim@example.com was rejected by the server smtp.example.net.",
            "snd-sender-not-owned",
        ),
    ],
)
def test_what_bounces_and_logs_say_beside_a_reply(text: str, expected: str) -> None:
    assert _said(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Scan to e-mail: TX report NG #806", "aut-bad"),
        ("Scan to e-mail: error #802", "dns-nxdomain"),
        ("Canon: #841 encrypted communication with the e-mail server failed", "tls-cipher"),
        ("TX report NG #751 E-mail: The server is not functioning.", "tcp-timeout"),
        ("Send error 3101: SMTP server authentication error", "aut-bad"),
        ("Scan to e-mail failed: 016-764", "tcp-timeout"),
        ("Scan to e-mail: Authentication with the destination has failed.", "aut-bad"),
        ("e-mail: see ticket #806", ""),
        ("e-mail: call 555-016-764 or 2016-764", ""),
    ],
)
def test_the_numbers_of_printers_are_known(text: str, expected: str) -> None:
    assert _said(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Net::SMTP: Bad hostname 'smtp.example.test'", "dns-nxdomain"),
        ("Test failed: SMTP server not responding", "tcp-timeout"),
        ("dovecot: Error: Quota exceeded (mailbox for user is full)", "mbx-quota"),
        (
            "554 IP=198.51.100.77 - A problem occurred. (Ask your postmaster for help)",
            "snd-ip-blocked",
        ),
        ("AuthenticationFailedException: 550 User has no permission", "aut-protocol-off"),
        ("550 5.1.1 kim: user has no permission to post", "snd-rcpt-unknown"),
        (
            "422 5.7.1 The 'From' address you supplied is not a Sender Signature",
            "snd-sender-unverified",
        ),
        (
            "smtp: PKIX path validation failed: CertPathValidatorException: validity check failed",
            "crt-expired",
        ),
        ("Scanner: The SMTP server requires a secure connection (TLS).", "stt-required"),
        ("550 5.7.1 Sender address rejected: kim@host.local domain not found", "snd-sender-domain"),
        ("550 Administrative prohibition - envelope blocked", "snd-spam"),
        (
            "smtp.office365.com: 535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
            "aut-bad",
        ),
    ],
)
def test_what_else_devices_and_providers_say(text: str, expected: str) -> None:
    assert _said(text)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "EOFError (end of file reached): net/smtp.rb:952:in `recv_response' net/smtp.rb:593:in `do_start'",
        "EOFError: end of file reached\nnet/smtp.rb:952:in `recv_response'\nnet/smtp.rb:593:in `do_start'",
    ],
)
def test_an_error_stays_where_the_call_stands_in_its_line(text: str) -> None:
    assert _said(text)[0] == "grt-eof"
