"""Which refusals are about the password. A wrong confident answer is worse than none."""

import pytest

from mailkit.observation import StopReason
from mailkit.protocol.login import classify_refusal, means_locked

REJECTED, TEMPORARY, OPEN = StopReason.REJECTED, StopReason.TEMPORARY, StopReason.NOT_DECIDED


@pytest.mark.parametrize(
    ("protocol", "reply", "kind"),
    [
        ("smtp", "535 5.7.8 Error: authentication failed", REJECTED),
        ("smtp", "535 Incorrect authentication data", REJECTED),
        ("smtp", "535 5.7.80 something else", REJECTED),
        ("smtp", "535 5.7.3 Authentication unsuccessful", REJECTED),
        ("smtp", "535 5.7.3 Security conversion required", REJECTED),
        (
            "smtp",
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            OPEN,
        ),
        ("smtp", "535 5.7.1 Authentication failed", REJECTED),
        ("smtp", "535 5.0.0 Authentication failed", REJECTED),
        ("smtp", "535 5.5.4 Invalid login", REJECTED),
        ("smtp", "535 #5.7.0 authentication failed", REJECTED),
        ("smtp", "554 5.7.8 Error: authentication failed", REJECTED),
        ("smtp", "550 Authentication failed", REJECTED),
        ("smtp", "535 5.7.13 User account disabled", OPEN),
        ("smtp", "525 5.7.1 Unauthorized IP address", OPEN),
        ("smtp", "421 4.7.0 Too many failed login attempts", OPEN),
        ("smtp", "500 5.7.0 Unknown AUTH error -1 (Internal error)", TEMPORARY),
        ("smtp", "535 Account locked", OPEN),
        ("smtp", "534 5.7.9 Application-specific password required", OPEN),
        ("smtp", "530 5.7.0 Must issue a STARTTLS command first", OPEN),
        ("smtp", "550 5.7.30 Basic authentication is not supported", OPEN),
        ("smtp", "454 4.7.0 Temporary authentication failure", TEMPORARY),
        ("smtp", "421 4.3.0 try again", TEMPORARY),
        ("smtp", "432 4.3.2 sender thread limit exceeded", OPEN),
        ("imap", "NO [AUTHENTICATIONFAILED] Authentication failed.", REJECTED),
        ("imap", "NO LOGIN failed.", REJECTED),
        ("imap", "NO Login incorrect", REJECTED),
        ("imap", "NO", REJECTED),
        ("imap", "NO [UNAVAILABLE] Temporary authentication failure.", TEMPORARY),
        ("imap", "NO [ALERT] Application-specific password required", OPEN),
        ("imap", "NO [LIMIT] Maximum number of connections from user+IP exceeded", OPEN),
        ("imap", "NO [CONTACTADMIN] Login disabled for this user", OPEN),
        ("imap", "NO Login rate limit hit, login failed", OPEN),
        ("imap", "NO You are yet to enable IMAP for your account", OPEN),
        ("imap", "BAD Parse command error", OPEN),
        ("pop3", "-ERR [AUTH] Authentication failed.", REJECTED),
        ("pop3", "-ERR Invalid login", REJECTED),
        ("pop3", "-ERR [SYS/TEMP] backend", TEMPORARY),
        ("pop3", "-ERR [IN-USE] Mailbox is locked by another POP3 session.", OPEN),
        ("pop3", "-ERR [SYS/PERM] Your account is not enabled for POP access", OPEN),
        ("pop3", "-ERR maildrop already locked", OPEN),
    ],
)
def test_a_refusal_is_judged_by_what_it_says(protocol: str, reply: str, kind: StopReason) -> None:
    assert classify_refusal(protocol, (reply,), ()) is kind


def test_where_pop3_codes_are_promised_a_refusal_without_one_is_not_about_the_password() -> None:
    assert classify_refusal("pop3", ("-ERR Invalid login",), ("AUTH-RESP-CODE",)) is OPEN


@pytest.mark.parametrize(
    ("protocol", "reply"),
    [
        ("smtp", "535 Too many bad auth attempts."),
        ("smtp", "535 account locked"),
        ("imap", "NO Login Rate Limit Hit"),
        ("pop3", "-ERR try later"),
        ("smtp", "535 5.7.13 User account disabled"),
        ("smtp", "525 5.7.1 Unauthorized IP address"),
        ("smtp", "535 wrong password, 2 attempts left"),
        ("imap", "NO [AUTHENTICATIONFAILED] Your account will be blocked"),
        ("imap", "NO Cuenta bloqueada temporalmente por demasiados intentos fallidos"),
        ("pop3", "-ERR Konto gesperrt"),
        ("imap", "NO Compte verrouillé"),
        ("smtp", "535 5.7.8 账号已被锁定"),
    ],
)
def test_a_lock_is_recognised(protocol: str, reply: str) -> None:
    assert means_locked(protocol, (reply,))


@pytest.mark.parametrize(
    "reply",
    [
        "535 5.7.8 Error: authentication failed",
        "535 5.7.8 Invalid login, see https://help.example.com/locked-or-disabled-accounts",
        "535 Authentication failed: block cipher unknown to clock 7",
        "535 5.7.3 Authentication unsuccessful",
    ],
)
def test_a_refusal_that_speaks_of_no_lock_is_none(reply: str) -> None:
    assert not means_locked("smtp", (reply,))
