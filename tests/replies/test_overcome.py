"""What a text denies, explains, quotes from source, or overcame later is not what happened."""

import pytest

from mailkit import explain

DEFERRED = (
    "postfix/smtp[2211]: 4Xq1: to=<{to}>, relay=none, dsn=4.4.1, status=deferred"
    " (connect to mx.example.org[192.0.2.9]:25: Connection timed out)\n"
)
SENT = (
    "postfix/smtp[2290]: 4Xq1: to=<kim@example.org>, relay=mx.example.org[192.0.2.9]:25,"
    " status=sent (250 2.0.0 Ok: queued as 77AB)"
)


def _certain(text: str) -> list[str]:
    return [cause.id for cause in explain(text) if str(cause.certainty) != "possible"]


@pytest.mark.parametrize(
    "text",
    [
        # denied
        'We do not see any "535 5.7.8 Authentication failed" in the log. The mail never arrives.',
        "telnet smtp.example.com 587 connects at once, and there is no connection timeout.",
        # overcome
        DEFERRED.format(to="kim@example.org") + SENT,
        "sendmail[2]: xA1: to=<kim@example.org>, relay=mx.example.org., stat=Deferred: Connection refused\n"
        "sendmail[3]: xA1: to=<kim@example.org>, relay=mx.example.org., stat=Sent (ok 77)",
        "1pabcd-000123-4X == kim@example.org R=dnslookup T=remote_smtp defer (110): Connection timed out\n"
        "1pabcd-000123-4X => kim@example.org R=dnslookup T=remote_smtp C=\"250 2.0.0 Ok: queued as 7\"",
        "Your message to kim@example.org was delayed (451 4.7.1 Greylisting in action) and has now been"
        " delivered successfully.",
        "C: AUTH CRAM-MD5\nS: 504 5.5.4 Unrecognized authentication type\nC: AUTH LOGIN\n"
        "S: 334 VXNlcm5hbWU6\nC: ***\nS: 235 2.7.0 Authentication successful\nC: MAIL FROM:<kim@example.org>\nS: 250 ok",
        # source
        'with pytest.raises(SMTPAuthenticationError, match="535 5.7.8"):\n    client.login("kim", "x")',
        '// 535 5.7.8 means that the credentials are wrong\nif (reply.code === 535) stop("smtp");',
        # counts, lists
        'smtp_connect_timeouts_total 0\nsmtp_errors_total{code="535"} 0',
        "2026-11-12 10:00:00,535 mail.worker INFO 0 failed logins, 0 timeouts",
        # another service
        "smtp through a proxy: HTTP/1.1 407 Proxy Authentication Required, giving up",
        "mailer[1]: 9f: to=<kim@example.org>, status=sent (250 2.0.0 Ok)\n"
        'db[2]: connection to server at "192.0.2.5", port 5432 failed: Connection refused',
        "Error: connect ECONNREFUSED 127.0.0.1:6379 - the mail queue cannot start",
        "Nov 12 09:00:00 mail sshd[535]: Failed password for invalid user postfix from 192.0.2.9 port 4215",
        "curl: (60) SSL certificate problem: certificate has expired\n"
        "curl failed to verify the legitimacy of https://api.mailgun.net/v3/domains",
        # numbers that are no replies
        "Nov 12 09:00:00 mx postfix/cleanup[88]: 535: message-id=<20261112.535.5.7.8@mail.example.com>",
        "10:42:535 INFO mail worker started, queue length 550",
        'GET /api/mailbox HTTP/1.1" 535 1234 "-"',
        "smtp: imported 421 contacts, 550 messages in INBOX",
        "The mail office is at 535 5th Avenue, and smtp is down there.",
        # gone
        "The 421 4.7.0 Too many connections errors from yesterday are gone after we run two mail workers.",
        "With the app password, Gmail no longer replies 535-5.7.8 Username and Password not accepted.",
        'No, we never saw "454 4.7.1 Relay access denied" here; the mail queue is empty.',
        # translations, symbols
        'msgid "Connection refused"\nmsgstr "Verbindung abgelehnt"\nmsgid "SMTP timeout"',
        '<string name="imap_auth_failed">Authentication failed</string>\n<string name="smtp">Timed out</string>',
        "const errors = { EAUTH: 'Invalid login', ESOCKET: 'Connection refused', ETIMEDOUT: 'Connection timeout' };",
        # overcome by the same process
        "postfix/smtp[7]: connect to mx.example.org[2001:db8::1a]:25: Network is unreachable\n"
        "postfix/smtp[7]: 4Xq8: to=<kim@example.org>, relay=mx.example.org[192.0.2.9]:25, status=sent (250 OK)",
        # arguments
        "mailer | conn = connect(server, username, password, timeout)\nmailer | conn.pass_(password)",
        # other servers
        "postfix/cleanup[8]: warning: connect to clamd socket /run/clamd.sock: Connection refused",
        "mail webhook: https://hooks.example.com/mail returned 535",
        # source
        'smtp.send = Mock(side_effect=SMTPAuthenticationError(535, b"5.7.8 Authentication failed"))',
    ],
)  # fmt: skip
def test_what_did_not_happen_explains_nothing(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    "text",
    [
        'If the client is not permitted, Postfix replies with "454 4.7.1 Relay access denied".',
        "Set tls to false; otherwise the connection to the mail server fails with self signed certificate",
        "Last week all mail failed with 535 5.7.8 Username and Password not accepted."
        " I created an app password and since then everything works.",
        "SOLVED: smtp: 535 5.7.8 Authentication failed. It was a typo.",
        'RFC 4954 section 6: "535 5.7.8 Authentication credentials invalid: this response indicates that they are wrong".',
        "| Error | Meaning |\n| ECONNREFUSED | nothing listens on the mail server's port |",
        'In 2023, back then it was "550 5.7.1 Relaying denied".',
        'Would a wrong password give "535 Authentication failed" or a time-out?',
        "Yesterday: smtp 535 5.7.8 Authentication failed. Today the same script runs fine.",
        'Possible error messages: "550 Sender address is not allowed" - check the sender.',
        'On Sunday mail clients may show "Connection refused" or "454 4.7.0 Temporary authentication failure".',
        "Our server answers with 550 5.7.1 if SPF fails and with 450 4.2.0 for greylisted senders.",
        "EAUTH: authentication failed. ECONNECTION: could not connect to the server. ETIMEDOUT: it timed out.",
        "Expected: the server refuses with 535 5.7.8 Authentication failed. Actual: any password logs in.",
        'Changelog: handle "421 Too many connections" of mail servers by waiting.',
        'How do I simulate "552 5.3.4 Message size exceeds fixed limit" in a unit test?',
        'Feature request: a clearer message than "535 5.7.8 Error: authentication failed" in the mail dialog.',
        'Is "Connection refused" on port 465 a sign of a firewall, or of a server that is down?',
        'It used to fail with "certificate has expired", but the admin of the mail server renewed it.',
        "SMTP Error 550 is a permanent failure that a mail server answers when a mailbox is unavailable.",
        "IMAP: connection lost (timeout), reconnecting\nIMAP: connected\nIMAP: 3 new messages",
        "smtp: server does not advertise AUTH, continuing\nsmtp: 250 2.0.0 Ok: queued as 4Xyz\nmail sent",
    ],
)
def test_what_is_explained_or_over_is_possible_at_most(text: str) -> None:
    assert _certain(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (DEFERRED.format(to="lee@example.org") + SENT, "tcp-timeout"),
        ("4Xq1: to=<kim@example.org>, status=sent (250 ok)\n" + DEFERRED.format(to="kim@example.org"), "tcp-timeout"),
        (
            "C: AUTH LOGIN\nS: 235 2.7.0 ok\nC: MAIL FROM:<kim@example.org>\n"
            "S: 550 5.7.1 Sender address rejected: not owned by user kim",
            "snd-sender-not-owned",
        ),
        (
            "C: AUTH PLAIN ***\nS: 535 5.7.8 Authentication failed\n== closed\n"
            "S: 220 mail.example.com ESMTP\nC: AUTH PLAIN ***\nS: 235 2.7.0 ok",
            "aut-bad",
        ),
        ("In Outlook it works now, but my script gets 535 5.7.8 Authentication failed", "aut-bad"),
        ("There is no firewall, but smtp.example.com:587 says connection refused", "tcp-refused"),
        ("Now I get: smtp 535 5.7.8 Error: authentication failed", "aut-bad"),
        ("H=mail.example.org [192.0.2.9]:25 at 10:02:24: No route to host", "tcp-unreach"),
        ("connect to smtp.example.org[2001:db8::6c]:587: No route to host", "tcp-v6-broken"),
    ],
)  # fmt: skip
def test_a_failure_beside_such_words_is_one(text: str, finding: str) -> None:
    assert explain(text)[0].id == finding
    assert str(explain(text)[0].certainty) != "possible"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("451 4.3.0 <lee@example.org>: Temporary lookup failure", "snd-temp"),
        ("SMTP Error: Failed to add recipient 'lee@example.org'. 5.1.1 <lee@example.org>: User unknown (Code: 550)", "snd-rcpt-unknown"),
        ("550 5.7.124 Sender not in allowed-senders list", "snd-rcpt-restricted"),
        ("smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", "snd-rcpt-restricted"),
        ("550 5.7.1 RESOLVER.RST.AuthRequired; authentication required", "snd-rcpt-restricted"),
        ("530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM", "snd-not-logged-in"),
        ('Why? I get "Connection refused" from smtp.example.com:587. What does it mean?', "tcp-refused"),
        ("imap: connected\nimap: a1 NO [AUTHENTICATIONFAILED] Authentication failed.", "aut-bad"),
        ("IMAP error SELECTing mailbox 'INBOX.Alerts': ('NO', [\"Mailbox doesn't exist: INBOX.Alerts\"])", "mbx-folder-missing"),
        ("x NO [TRYCREATE] Mailbox doesn't exist: Sent", "mbx-trycreate"),
        ("mail collector: cannot change folder, maybe it does not exist", "mbx-folder-missing"),
        ("Problem connecting to mail server smtp.example.com, 465: Connection timed out. Wrong host or port", "tcp-timeout"),
        ("getaddrinfo EAI_AGAIN smtp.example.com:587", "dns-servfail"),
        ("getaddrinfo ENOTFOUND smtp.example.com:587", "cfg-host-scheme"),
        ("IMAP SERVER BUG (invalid challenge)\nCan not authenticate to IMAP server", "hst-broken-reply"),
        ("mailsmtp Last Error Explanation: MAILSMTP_ERROR_CONNECTION_REFUSED", "tcp-refused"),
        (
            "smtp Response: 501 5.5.4 Invalid domain name [mx.example.org] Error [126]: 'tls://smtp.example.com'"
            " does not support authenticated connection",
            "snd-helo",
        ),
        ("server does not support SMTP AUTH type: PLAIN", "cap-mech-mismatch"),
        ("smtp: getaddrinfo EAI_FAIL kim@example.com", "cfg-host-is-email"),
        ("System.Net.Mail.SmtpException: Unauthenticated senders not allowe", "snd-not-logged-in"),
        ("MailKit.Net.Smtp.SmtpCommandException: 'Local Error, closing transmission channel'", "grt-421"),
        ("imap: RSA ServerKeyExchange does not comply to algorithm constraints", "tls-weak-key"),
        ("mailsmtp Last Error Explanation: MAILSMTP_ERROR_SSL", "tls-handshake"),
        ("imap: write failed: No space left on device", "snd-storage"),
        ("imap: certificate verification failed; 10", "crt-expired"),
        ("Could not connect to SMTP host: mail.example.com, port: 25, response: 554. Failed messages: 1", "grt-554"),
        ("Could not connect to SMTP host: mail.example.com, port: 25, response: 421", "grt-421"),
        ("Cannot enable STARTTLS on the IMAP server: AuthError[102]", "stt-handshake"),
        ("smtp: verify error:num=18", "crt-self-signed"),
        ("SMTP-AUTH requested but missing user name", "cfg-username-dirty"),
        ("SMTP-AUTH requested but missing password", "cfg-password-dirty"),
        ("{mail.example.com:993/imap}: [CLOSED] IMAP connection broken (server response)", "grt-silent-tls"),
        ("{mail.example.com:993/imap/ssl}: [CLOSED] IMAP connection broken (authenticate)", "hst-no-reply"),
    ],
)  # fmt: skip
def test_rows(text: str, finding: str) -> None:
    assert explain(text)[0].id == finding


def test_the_line_of_a_source_file_is_no_reply() -> None:
    text = 'imap: src/imap.rs:435: Cannot login as kim. (no response: code: None, info: Some("LOGIN failed."))'
    assert [cause.id for cause in explain(text) if str(cause.certainty) != "possible"] == [
        "aut-bad"
    ]


def test_a_verification_without_an_error_is_none() -> None:
    assert explain("smtp: Verify return code: 0 (ok)") == []
