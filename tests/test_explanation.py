"""Pasted texts: what is known, and near misses that must not be taken for it."""

from collections.abc import Callable

import pytest

from mailkit import explain
from mailkit.replies import Certainty
from mailkit.rules.catalogue import RULES

KNOWN = [
    (
        "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)",
        "tls-plain-server",
    ),
    ("tls: first record does not look like a TLS handshake", "tls-plain-server"),
    ("140735:error:0A00010B:SSL routines::wrong version number", "tls-plain-server"),
    ("javax.net.ssl.SSLException: Unsupported or unrecognized SSL message", "tls-plain-server"),
    ("Error: Greeting never received", "grt-silent-tls"),
    ("smtplib.SMTPServerDisconnected: Connection unexpectedly closed: timed out", "grt-silent-tls"),
    ("smtplib.SMTPServerDisconnected: Connection unexpectedly closed", "grt-eof"),
    ("imaplib.error: None", "pid-pop-on-imap"),
    (
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl",
        "crt-self-signed",
    ),
    ("x509: certificate signed by unknown authority", "crt-unknown-ca"),
    ("certificate verify failed: certificate has expired", "crt-expired"),
    ("Hostname/IP does not match certificate's altnames: Host: x", "crt-host-mismatch"),
    ("PKIX path building failed: unable to find valid certification path", "crt-unknown-ca"),
    ("connect ECONNREFUSED 127.0.0.1:25", "tcp-refused"),
    ("socket.gaierror: [Errno -2] Name or service not known", "dns-nxdomain"),
    ("getaddrinfo EAI_AGAIN smtp.example.com", "dns-servfail"),
    ("530 5.7.0 Must issue a STARTTLS command first", "stt-required"),
    ("454 4.7.0 TLS not available due to local problem", "stt-refused"),
    ("554 5.5.1 Error: TLS already active", "stt-already"),
    ("STARTTLS extension not supported by server.", "stt-not-offered"),
    ("SMTP AUTH extension not supported by server.", "cap-no-auth-yet"),
    ("a1 NO [PRIVACYREQUIRED] Cleartext authentication disallowed", "cap-logindisabled-clear"),
    ("535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "aut-bad"),
    ("a NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", "aut-bad"),
    ("454 4.7.0 Temporary authentication failure: Connection lost", "aut-temp"),
    (
        "421 mail.example.com: Too many concurrent SMTP connections; please try again",
        "lim-connections",
    ),
    ("421 4.7.0 mail.example.com Error: too many connections from 192.0.2.9", "lim-connections"),
    ("421 mail.example.com: Too much load; please try again later", "grt-421"),
    ("451 4.3.0 Error: queue file write error", "snd-temp"),
    ("450 4.7.1 the mail is greyish", "snd-temp"),
    ("552 5.2.2 Mailbox full", "snd-rcpt-full"),
    ("NO [OVERQUOTA] Quota exceeded (mailbox for user is full)", "mbx-quota"),
    ("554 mail.example.com ESMTP not accepting connections", "grt-554"),
    ("534 5.7.9 Application-specific password required", "aut-app-password"),
    (
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
        "aut-smtp-off-tenant",
    ),
    (
        "smtplib.SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, basic "
        "authentication is disabled. [AM0PR01.eurprd01.prod.exchangelabs.com]')",
        "aut-oauth-only",
    ),
    (
        "smtplib.SMTPAuthenticationError: (454, b'4.7.0 Too many login attempts, please try again')",
        "aut-locked",
    ),
    (
        "imaplib.IMAP4.error: b'[ALERT] Application-specific password required: https://x (Failure)'",
        "aut-app-password",
    ),
    (
        "poplib.error_proto: b'-ERR [IN-USE] Mailbox is locked by another POP3 session.'",
        "mbx-pop3-locked",
    ),
    ("smtp.163.com said: 535 Error: authentication failed", "aut-auth-code"),
    (
        "Task 'kim' reported error (0x800CCC0E): Outlook cannot connect to your server",
        "tcp-refused",
    ),
    ("Sending reported error (0x800CCC0D): cannot find the e-mail server", "dns-nxdomain"),
    (
        "(0x800CCC1A): Your server does not support the connection encryption type you have specified.",
        "tls-plain-server",
    ),
    ("0x8004210B the operation timed out waiting for a response", "tcp-timeout"),
    ("0x800CCC92 Your e-mail server rejected your login.", "aut-bad"),
    (
        "Unable to establish a secure link with Outgoing server (SMTP) smtp.example.com using STARTTLS "
        "since it doesn't advertise that feature. Switch off STARTTLS for that server",
        "stt-not-offered",
    ),
    (
        "The Outgoing server (SMTP) x does not support the selected authentication method.",
        "cap-mech-mismatch",
    ),
    ("Sending of password for user kim did not succeed. Mail server said: x", "aut-bad"),
    ("mail.example.com is not an IMAP4 mail server.", "cap-imap-old"),
    (
        "Your message was sent successfully, but could not be copied to your Sent folder",
        "snd-sent-copy",
    ),
    ("SMTP Error: Could not authenticate.", "aut-bad"),
    ("SMTP connect() failed. https://github.com/PHPMailer/PHPMailer/wiki", "tcp-timeout"),
    (
        "Peer certificate CN=`*.hoster.example' did not match expected CN=`smtp.x'",
        "crt-host-mismatch",
    ),
    ("curl: (67) Login denied", "aut-bad"),
    ("curl: (6) Could not resolve host: smtp.example.com", "dns-nxdomain"),
    ("curl: (64) Requested SSL level failed", "stt-not-offered"),
    ("Error: Invalid login: 535 5.7.8 Error: authentication failed code: 'EAUTH'", "aut-bad"),
    ("javax.mail.AuthenticationFailedException: failed to connect", "aut-bad"),
    ("dial tcp 192.0.2.1:25: i/o timeout", "tcp-timeout"),
    (
        "x509: cannot validate certificate for 192.0.2.1 because it doesn't contain any IP SANs",
        "crt-ip",
    ),
    (
        "553 5.7.1 <a@b.example>: Sender address rejected: not owned by user c",
        "snd-sender-not-owned",
    ),
    ("554 5.7.1 <lee@example.org>: Relay access denied", "snd-relay-denied"),
    ("a7 NO [TRYCREATE] Mailbox doesn't exist: Sent", "mbx-trycreate"),
    ("ArgumentError: :enable_starttls and :tls are mutually exclusive", "cfg-flags-conflict"),
    ("UnicodeEncodeError: 'ascii' codec can't encode character '\\xe4'", "cfg-password-nonascii"),
]


@pytest.mark.parametrize(("text", "name"), KNOWN)
def test_a_known_text_is_explained_with_the_words_that_gave_it_away(text: str, name: str) -> None:
    found = explain(text)

    assert found[0].id == name
    assert found[0].title == RULES[name].title
    assert found[0].matched
    assert found[0].advice
    assert found[0].check


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "everything is fine",
        "454 4.7.01 something",
        "certificate will expire in 30 days",
        "a1 OK [AUTHENTICATED] welcome",
        "220 mail.example.com ESMTP Postfix",
        "the version number is wrong in the invoice",
        "connection established",
        "0x800CCC0E1 some other number",
        "0x80004005 unspecified error",
        "curl: (22) The requested URL returned error: 404",
        "554 5.7.1 Relay access granted",
        "NO [TRYCREATED] all is well",
        "550 5.7.1 Message must be encrypted with S/MIME",
        "550 5.7.1 PGP encryption is required by the recipient",
    ],
)
def test_a_near_miss_is_not_explained(text: str) -> None:
    assert explain(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("could not connect", "tcp-refused"),
        ("Could not connect to server", "tcp-refused"),
        ("Login failed.", "aut-bad"),
        ("Error: authentication failed, please check your password and try again", "aut-bad"),
    ],
)
def test_a_text_that_says_nothing_else_has_possible_causes(text: str, name: str) -> None:
    found = explain(text)

    assert found[0].id == name
    assert {cause.certainty for cause in found} == {"possible"}


@pytest.mark.parametrize(
    "text",
    [
        "Could not connect to database server",
        "Could not connect to server: backup",
        "Login failed for Jenkins",
        "Authentication failed, repository not found",
        "Connection to Redis failed",
    ],
)
def test_a_text_about_something_else_has_none(text: str) -> None:
    assert explain(text) == []


def test_a_transcript_is_read_as_one() -> None:
    talk = """
        S: 220 smtp.example.com ESMTP
        C: EHLO me
        S: 250 STARTTLS
        C: STARTTLS
        S: 454 4.7.0 TLS not available
        C: AUTH PLAIN ***
        S: 235 fine
    """

    assert [finding.id for finding in explain(talk)] == ["stt-downgraded"]


def test_the_words_of_a_stranger_are_shown_harmlessly() -> None:
    (finding,) = explain("[REFERRAL \x1b[31m")

    assert "\x1b" not in finding.matched


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("421 4.3.0 Temporary System Problem. Try again later (10).", "likely"),
        ("421 4.7.0 Try again later, closing connection. (MAIL)", "likely"),
        ("421 4.4.1 Connection timed out", "possible"),
        ("554 mx.example.org ESMTP not accepting messages", "sure"),
        ("535 5.7.8 Authentication failed", "sure"),
        (
            "550 The account may not exist, it may be blocked, or its domain may be wrong: unknown user",
            "possible",
        ),
    ],
)
def test_a_reply_whose_place_or_reason_is_not_known_is_never_sure(
    text: str, certainty: str
) -> None:
    found = explain(text)

    assert found
    assert str(found[0].certainty) == certainty


@pytest.mark.parametrize(
    "reply",
    [
        "535-5.7.8 Username and Password not accepted. https://support.google.com/mail/?p=BadCredentials - gsmtp",
        "smtp.163.com said: 535 Error: authentication failed",
        "imap.mail.yahoo.com: NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
    ],
)
def test_a_refusal_without_a_reason_is_not_sure_of_the_provider_s_policy(reply: str) -> None:
    first, second = explain(reply)

    assert first.id in ("aut-app-password", "aut-auth-code")
    assert str(first.certainty) == "likely"
    assert (second.id, str(second.certainty)) == ("aut-bad", "possible")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Error: getaddrinfo ENOTFOUND mailserver", "mailserver"),
        ("getaddrinfo EAI_AGAIN postfix", "postfix"),
        ("dial tcp: lookup mailhog on 127.0.0.11:53: no such host", "mailhog"),
        ("java.net.UnknownHostException: smtp", "smtp"),
        ("Error: getaddrinfo ENOTFOUND smtp.example.com", ""),
        ("Error: getaddrinfo ENOTFOUND localhost", ""),
        ("php_network_getaddresses: getaddrinfo failed: Name or service not known", ""),
    ],
)
def test_a_name_without_a_domain_can_be_a_container_s(text: str, name: str) -> None:
    advice = explain(text)[0].advice

    assert ("another container" in advice) is bool(name)
    assert name in advice


def test_a_stack_trace_and_a_timeout_setting_are_no_evidence() -> None:
    trace = (
        "smtplib.SMTPAuthenticationError: (535, b'5.7.8 authentication failed')\n"
        "  at Timeout._onTimeout (/srv/node_modules/imap/lib/Connection.js:139:17)\n"
        "options: { timeout: 300, connectionTimeout=2000 }"
    )

    assert [cause.id for cause in explain(trace)] == ["aut-bad"]


def test_another_servers_greeting_behind_a_providers_name_is_redirected() -> None:
    talk = (
        "Connection: opening to ssl://smtp.gmail.com:465\n"
        "SERVER -> CLIENT: 220-{host} ESMTP ready\n"
        "SERVER -> CLIENT: 535 Incorrect authentication data"
    )

    assert explain(talk.format(host="server-9.hoster.example"))[0].id == "tcp-redirected"
    assert explain(talk.format(host="mx.google.com"))[0].id == "aut-app-password"


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "535 ",
        "timeout ",
        "http://a.example/",
        "certificate ",
        "Die E-Mail an den Empfänger wurde nicht gesendet ",
        "errno -1 ",
        'File "',
        "Nov 21 23:17:14 mail postfix/smtp[1]: to=<kim@example.com>, status=deferred (said: 535 no)\n",
    ],
)
def test_takes_linear_time(
    unit: str, processor_time: Callable[[Callable[[], object]], float]
) -> None:
    text = unit * (1_000_000 // len(unit))

    def spent(size: int) -> float:
        return processor_time(lambda: explain(text[:size]))

    # A text of 32 times the size takes 32 times as long, or 1,024 times if the work is quadratic.
    assert spent(1_000_000) < 320 * spent(31_250)
    assert spent(36_000) < 320 * spent(1_125)


REFUSED = "535 5.7.8 Error: authentication failed"


@pytest.mark.parametrize(
    "text",
    [
        f"C: AUTH PLAIN AGtpbQBvcGVuc2VzYW1l\nS: {REFUSED}: AGtpbQBvcGVuc2VzYW1l",
        f"AUTH LOGIN\n334 VXNlcm5hbWU6\na2lt\n334 UGFzc3dvcmQ6\nb3BlbnNlc2FtZQ==\n{REFUSED} for opensesame",
        'a1 LOGIN kim "opensesame"\na1 NO [AUTHENTICATIONFAILED] opensesame is wrong',
        "PASS opensesame\n-ERR [AUTH] opensesame is wrong",
        f"smtp://kim:opensesame@mail.example.com: {REFUSED} (opensesame)",
    ],
)
def test_no_password_of_a_pasted_text_is_shown(text: str) -> None:
    found = explain(text)
    assert found
    for secret in ("opensesame", "AGtpbQBvcGVu", "b3BlbnNlc2FtZQ"):
        assert secret not in repr(found) + found._repr_html_()


def test_words_about_a_login_are_no_password() -> None:
    (found, *_) = explain("login failed for user kim: 535 5.7.8 login failed for user kim")
    assert "failed for user kim" in found.matched


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # two reasons in different places
        (
            "getaddrinfo ENOTFOUND smtp.example.com\nlater: x509: certificate has expired",
            {"dns-nxdomain": "likely", "crt-expired": "likely"},
        ),
        ("getaddrinfo ENOTFOUND smtp.example.com", {"dns-nxdomain": "sure"}),
        # a general rejection does not contradict the reason
        (
            "535 5.7.8 authentication failed\n534 5.7.9 Application-specific password required",
            {"aut-app-password": "sure"},
        ),
        # what might be is not what happened
        (
            "IMAP login failed. Check that the server has no self-signed certificate.",
            {"aut-bad": "possible", "crt-self-signed": "possible"},
        ),
        ("IMAP: check the certificate: self-signed certificate", {"crt-self-signed": "possible"}),
        ("IMAP: check it. Self-signed certificate", {"crt-self-signed": "likely"}),
        # the server hangs up after it has rejected the login
        (
            "S: -ERR Invalid login or password\nThe POP3 server has unexpectedly disconnected.",
            {"aut-bad": "likely", "grt-eof": "possible"},
        ),
        ("The POP3 server has unexpectedly disconnected.", {"grt-eof": "possible"}),
    ],
)
def test_a_finding_is_as_certain_as_the_whole_text_allows(
    text: str, expected: dict[str, str]
) -> None:
    found = {cause.id: str(cause.certainty) for cause in explain(text)}

    assert expected.items() <= found.items()
    assert next(iter(found)) in expected


def test_no_line_that_follows_any_failure_is_more_than_possible() -> None:
    from mailkit.replies.clients import TEXTS

    assert all(row.certainty is Certainty.POSSIBLE for row in TEXTS if row.vague)


@pytest.mark.parametrize("count", [1, 3])
def test_calls_of_a_stack_trace_in_one_line_hide_nothing_before_them(count: int) -> None:
    calls = "   at System.Net.Mail.SmtpClient.Send(MailMessage message) in C:\\a\\b.cs:line 10"

    (first, *_) = explain("Connection refused by smtp.example.com" + calls * count)

    assert first.id == "tcp-refused"
    assert "SmtpClient" not in first.matched


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("SMTP: the server does not support the STARTTLS extension", "sure"),
        ("the server does not support the STARTTLS extension (ldap)", "likely"),
        ("dial tcp 192.0.2.1:465: connect: connection refused", "sure"),
        ("slack: dial tcp 192.0.2.1: connect: connection refused", "likely"),
        ("kafka to imap: dial tcp 192.0.2.1:993: connect: connection refused", "sure"),
    ],
)
def test_nothing_is_sure_of_a_text_that_names_another_service_and_no_mail(
    text: str, certainty: str
) -> None:
    (first, *_) = explain(text)

    assert str(first.certainty) == certainty


@pytest.mark.parametrize(
    ("severity", "category", "detail", "finding"),
    [
        ("Permanent", "Unspecified3", "Five", "aut-bad"),
        ("Permanent", "Unspecified3", "Four", "aut-too-weak"),
        ("Transient", "Connections", "One", "grt-421"),
    ],
)
def test_the_words_of_lettre_for_a_reply_code_are_read(
    severity: str, category: str, detail: str, finding: str
) -> None:
    code = (
        f"Code {{ severity: {severity}NegativeCompletion, category: {category}, detail: {detail} }}"
    )

    (first, *_) = explain(f"smtp::Error {{ kind: {severity}({code}) }}")

    assert first.id == finding


def test_a_reply_known_only_by_its_code_comes_behind_words_that_say_why() -> None:
    text = "log in via your web browser and then try again. 534 5.7.14 Learn more at https://support.example.com"

    assert explain(text)[0].id == "aut-web-login"


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("SmtpException: O tempo limite da operação foi atingido.", "tcp-timeout"),
        (
            "SmtpException: Das Remotezertifikat ist laut Validierungsverfahren ungültig.",
            "crt-unknown-ca",
        ),
        (
            "smtp: Se ha forzado la interrupción de una conexión existente por el host remoto",
            "tcp-reset",
        ),
    ],
)
def test_what_windows_says_in_the_language_of_the_system_is_read(text: str, finding: str) -> None:
    assert explain(text)[0].id == finding


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        # a code that the words agree with
        ("535 5.7.8 Error: authentication failed", "sure"),
        ("535 Incorrect authentication data", "sure"),
        ("a1 NO [AUTHENTICATIONFAILED] Authentication failed.", "sure"),
        ("550 5.1.1 <lee@example.org>: User unknown", "sure"),
        # a code alone
        ("smtp: 535", "likely"),
        ("535 5.7.8 xyz", "likely"),
        ("550 5.1.1 xyz", "likely"),
        ("a1 NO [AUTHENTICATIONFAILED] xyz", "likely"),
        # words alone, or beside a code that says nothing of it
        ("a1 NO Authentication failed.", "likely"),
        ("-ERR authentication failed", "likely"),
        ("smtp said: 550 Too many connections", "likely"),
        ("smtp: 550 mailbox unknown", "likely"),
        # a known sentence with one cause
        ("imap: NO Client tried to access nonexistent namespace.", "sure"),
        # the end of a session that had rejections before
        ("421 4.7.0 mail.example.com Error: too many errors", "possible"),
    ],
)
def test_a_reply_is_sure_only_where_code_and_words_agree(text: str, certainty: str) -> None:
    assert str(explain(text)[0].certainty) == certainty


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("smtp: Connection refused", "likely"),
        ("smtp: connect ECONNREFUSED 192.0.2.1:587", "sure"),
        ("smtp: [Errno 111] Connection refused", "sure"),
        ("smtp: connect to mail.example.com: Connection refused (111)", "sure"),
        ("connect ECONNREFUSED 192.0.2.1", "likely"),  # of any program
        ("imap: unknown host", "likely"),
        ("imap: getaddrinfo ENOTFOUND imap.example.com", "sure"),
        ("imap: certificate has expired", "likely"),
        ("imap: x509: certificate has expired or is not yet valid", "sure"),
        ("imap: [SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired (_ssl.c:1)", "sure"),
        ("imap: the certificate is not valid for any names", "sure"),
    ],
)
def test_a_programs_words_are_sure_only_beside_a_code_or_as_a_sentence(
    text: str, certainty: str
) -> None:
    assert str(explain(text)[0].certainty) == certainty


def test_no_text_is_sure_that_a_server_rejects_a_mechanism_that_it_offers() -> None:
    first, second = explain("504 5.7.4 Unrecognized authentication type")

    assert (first.id, str(first.certainty)) == ("aut-mech-unknown", "likely")
    assert (second.id, str(second.certainty)) == ("cap-mech-mismatch", "possible")


def test_a_transcript_that_does_not_show_where_tls_begins_proves_no_login_in_cleartext() -> None:
    talk = """
        S: * OK [CAPABILITY IMAP4rev1 STARTTLS] ready
        C: 1 LOGIN *** ***
        S: 1 NO [AUTHENTICATIONFAILED] Invalid credentials
    """

    (first, *others) = explain(talk)

    assert first.id == "aut-bad"
    assert all(str(one.certainty) == "possible" for one in others)


def test_a_password_that_is_rejected_before_a_token_is_a_password() -> None:
    tried = (
        'Authenticator "LOGIN" returned "535 5.7.8 Error: authentication failed". '
        'Authenticator "XOAUTH2" returned "535 5.7.8 Error: authentication failed".'
    )

    assert explain(tried)[0].id == "aut-bad"


def test_the_end_of_a_line_and_the_next_line_are_no_sentence() -> None:
    log = "smtp: cleaning SSL connection\nError: could not handle SMTP server response"

    assert explain(log)[0].id == "hst-broken-reply"


def test_a_sentence_that_a_program_broke_into_two_lines_is_read() -> None:
    assert explain("SMTP: the login to the server\nwas rejected")[0].id == "aut-bad"
