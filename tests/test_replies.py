"""Every known reply means what its row says, where it says; near misses mean nothing."""

from collections.abc import Iterable

import pytest

from mailkit.replies import Reply, meaning, parse, replies
from mailkit.rules.catalogue import RULES


def each(rows: Iterable[Reply]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [*rows], ids=lambda row: row.example[:60])


def host_of(row: Reply) -> str:
    return f"mail.{row.hosts[0]}" if row.hosts else "mail.example.com"


@each(replies())
def test_the_example_of_a_row_is_recognised(row: Reply) -> None:
    found = meaning(row.protocol, (row.example,), host_of(row))

    assert found is not None
    assert found.finding == row.finding
    assert row.finding in RULES
    assert row.source
    assert row.text == row.text.lower()


@each(row for row in replies() if row.hosts)
def test_a_row_scoped_to_hosts_holds_nowhere_else(row: Reply) -> None:
    found = meaning(row.protocol, (row.example,), "mail.example.com")
    assert found is None or found.finding != row.finding


@each(row for row in replies() if row.protocol == "smtp")
def test_another_reply_code_is_another_reply(row: Reply) -> None:
    changed = "599" + row.example[3:]
    assert meaning(row.protocol, (changed,), host_of(row)) is None


@each(row for row in replies() if row.enhanced)
def test_an_enhanced_code_is_matched_whole(row: Reply) -> None:
    changed = row.example.replace(row.enhanced, row.enhanced + "9")
    assert meaning(row.protocol, (changed,), host_of(row)) is None


@pytest.mark.parametrize(
    ("protocol", "reply", "host"),
    [
        ("smtp", "535 5.7.8 Error: authentication failed", "smtp.example.com"),
        ("smtp", "535 5.7.139 Authentication unsuccessful", "smtp.office365.com"),
        ("smtp", "553 5.7.1 Application password is required", "smtp.example.com"),
        ("smtp", "535 5.7.8 Username and Password not accepted.", "smtp.notgmail.example"),
        ("smtp", "535 Error: authentication failed", "smtp.mail163.example"),
        ("smtp", "250 account locked", "smtp.office365.com"),
        ("imap", "NO [AUTHENTICATIONFAILED] Authentication failed.", "imap.example.com"),
        ("imap", "NO [LIMITED] Maximum number of connections", "imap.example.com"),
        ("imap", "NO LOGIN failed.", "outlook.office365.com"),
        ("imap", "OK [EXPIRED] welcome", "imap.example.com"),
        ("pop3", "-ERR [AUTH] Authentication failed.", "pop.example.com"),
        ("pop3", "-ERR [IN-USED] no", "pop.example.com"),
        ("pop3", "+OK maildrop already locked by you", "pop.example.com"),
        ("smtp", "550 5.7.1 Sender address rejected", "smtp.example.com"),
        ("smtp", "553 5.7.1 <a@b>: Sender address rejected: not owned", "smtp.example.com"),
        ("smtp", "554 5.7.1 <x>: Recipient address rejected: Access denied", "smtp.example.com"),
        (
            "smtp",
            "550 5.7.600 does not have permissions to send as this sender",
            "smtp.office365.com",
        ),
        ("smtp", "550 relay is permitted", "smtp.example.com"),
        ("smtp", "250 2.1.5 greylisting is off", "smtp.example.com"),
        ("smtp", "452 4.3.10 Insufficient system storage", "smtp.example.com"),
        ("smtp", "552 5.2.2 mailbox full", "smtp.example.com"),
        ("smtp", "421 4.4.2 timeout exceeded", "smtp.office365.com"),
        ("smtp", "550 5.4.50 Daily user sending limit exceeded", "smtp.gmail.com"),
        ("smtp", "553 Mail from is fine", "smtp.163.com"),
        ("imap", "NO [OVERQUOTAS] nearly full", "imap.example.com"),
        ("imap", "OK [TRYCREATE] done", "imap.example.com"),
        ("imap", "BAD Command Error. 10", "imap.example.com"),
        ("imap", "BAD User is authenticated.", "outlook.office365.com"),
        ("imap", "NO [NOPERMS] x", "imap.example.com"),
        ("smtp", "", "smtp.example.com"),
        ("imap", "", "imap.example.com"),
    ],
)
def test_a_near_miss_means_nothing(protocol: str, reply: str, host: str) -> None:
    assert meaning(protocol, (reply,), host) is None


def test_a_reply_of_several_lines_is_read_as_one() -> None:
    lines = (
        "534-5.7.9 Application-specific password required. For more information, go to",
        "534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp",
    )

    words = parse("smtp", lines)

    assert (words.code, words.enhanced) == ("534", "5.7.9")
    found = meaning("smtp", lines, "smtp.gmail.com")
    assert found is not None
    assert found.finding == "aut-app-password"


@pytest.mark.parametrize(
    ("protocol", "text", "bracket"),
    [
        ("imap", "NO [AUTHENTICATIONFAILED] x", "AUTHENTICATIONFAILED"),
        ("imap", "a1 NO [ALERT] x", "ALERT"),
        ("imap", "* BYE [UNAVAILABLE] x", "UNAVAILABLE"),
        ("imap", "NO [REFERRAL imap://x/] y", "REFERRAL"),
        ("pop3", "-ERR [SYS/TEMP] x", "SYS/TEMP"),
        ("pop3", "-ERR [LOGIN-DELAY 300] x", "LOGIN-DELAY"),
        ("imap", "NO plain words", ""),
    ],
)
def test_a_response_code_is_its_first_word(protocol: str, text: str, bracket: str) -> None:
    assert parse(protocol, [text]).bracket == bracket
