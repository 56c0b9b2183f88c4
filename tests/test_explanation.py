"""Pasted texts: what is known, and near misses that must not be taken for it."""

import pytest

from mailkit import explain
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
    ("421 mail.example.com: Too many concurrent SMTP connections; please try again", "grt-421"),
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
    ("ArgumentError: :enable_starttls and :tls are mutually exclusive", "cfg-flags-conflict"),
    ("UnicodeEncodeError: 'ascii' codec can't encode character '\\xe4'", "cfg-password-nonascii"),
]


@pytest.mark.parametrize(("text", "name"), KNOWN)
def test_a_known_text_is_explained_with_the_words_that_gave_it_away(text: str, name: str) -> None:
    found = explain(text)

    assert found[0].id == name
    assert found[0].message == RULES[name].title
    assert found[0].evidence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "everything is fine",
        "535 5.7.80 some other number",
        "535 5.7.1399 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
        "553 5.7.9 Application-specific password required",
        "(535, b'5.7.139 Authentication unsuccessful')",
        "454 4.7.01 something",
        "553 5.7.1 <x>: Sender address rejected: by policy",
        "certificate will expire in 30 days",
        "a1 OK [AUTHENTICATED] welcome",
        "220 mail.example.com ESMTP Postfix",
        "the version number is wrong in the invoice",
        "connection established",
    ],
)
def test_a_near_miss_is_not_explained(text: str) -> None:
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

    assert "\x1b" not in "".join(finding.evidence)
