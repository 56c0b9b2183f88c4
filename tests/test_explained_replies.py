"""Replies as hosters, lists and programs quote them, with the cause that a reader of the RFCs finds first."""

import pytest

from mailkit import explain


def _first(text: str) -> tuple[str, str]:
    found = explain(text)
    return (found[0].id, str(found[0].certainty)) if found else ("", "")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("550 no access for this host", "snd-ip-blocked"),
        ("550 5.7.1 Refused: mx.example.com listed in bl.example.org", "snd-ip-blocked"),
        (">>> MAIL From:<kim@example.com>\n<<< 550 Access denied", "snd-ip-blocked"),
        ("451 sender domain must resolve", "snd-sender-domain"),
        ("553 <lee@example.org>... relay traffic not wanted", "snd-relay-denied"),
        ("553 <lee@example.org>\n   ... unauthorized relay", "snd-relay-denied"),
        ("550 not local host example.org, not a gateway", "snd-relay-denied"),
        ("553 recipient address required", "snd-rcpt-syntax"),
        ("501 bad argument of MAIL command", "snd-sender-syntax"),
        ("550 recipient prohibited (7)", "snd-rcpt-unknown"),
        ("421 [GL02] Message from (192.0.2.1) temporarily deferred", "snd-greylist"),
        ("«550 message sending for this account is disabled»", "aut-suspended"),
        ("-ERR chdir Maildir failed", "mbx-corrupt"),
        ("* BYE [ALERT] Fatal error: chdir /home/kim/Maildir", "mbx-corrupt"),
        ("-ERR unable to scan maildir", "mbx-corrupt"),
        ("imap: the login password is not valid", "aut-bad"),
        ("imap connect error: Lookup failed", "aut-temp"),
        ("imap: host lookup failed", "dns-nxdomain"),
        ("503 SENDER NOT YET GIVEN", "aut-sequence"),
        ("503 start again from MAIL", "aut-sequence"),
        ("501 RCPT TO not accepted: this system is not configured to relay", "snd-relay-denied"),
        ("550 unrouteable sender address", "snd-sender-unverified"),
        ("550 - Verification failed", "snd-sender-unverified"),
        ("550 - Invalid sender", "snd-sender-not-owned"),
        ("550 insecure relay", "snd-ip-blocked"),
        ("552-5.7.0 security issue, see https://example.com", "snd-spam"),
        ("smtp: 500 Line limit exceeded", "snd-line-length"),
        ("550 From: Domain is invalid", "snd-sender-domain"),
        ("SMTP error after initial connection: 550 Access denied", "grt-554"),
        ("SMTP error after initial connection: 554 you reached your daily quota", "lim-daily"),
        ("imap.example.com not in certificate: DNS:*.example.net", "crt-host-mismatch"),
        ("imap: SELECT Command is not valid in this state", "aut-sequence"),
        ("421 4.7.0 mail was rate limited because DKIM did not pass", "snd-spam"),
        ("421 4.7.0 mail was rate limited", "lim-throttled"),
        ("450 4.2.1 Peak relay limit exceeded", "lim-rate-smtp"),
        ("550 5.7.1 message is not RFC 5322 compliant", "snd-spam"),
        ("550 5.7.1 missing a valid Message-ID: header", "snd-spam"),
        ("553 5.7.1 connections will not be accepted from 192.0.2.1", "snd-ip-blocked"),
        ("421 4.7.0 IP not in allowlist, closing connection", "snd-ip-blocked"),
        ("550 5.7.0, sending denied: the sender account is disabled", "aut-suspended"),
        ("554 your message to lee@example.org cannot be delivered", "snd-rcpt-unknown"),
        ("550 5.5.0 The recipient account is locked", "snd-rcpt-unknown"),
        ("525 5.7.13 <lee@example.org>: Recipient address rejected: disabled", "snd-rcpt-unknown"),
        ("525 5.7.13 User account disabled", "aut-suspended"),
        ("550 this IP address is blocked", "snd-ip-blocked"),
        ("550 please turn on SMTP authentication in your mail program", "snd-not-logged-in"),
        ("535 please turn on SMTP for this account", "aut-protocol-off"),
        ("450 4.7.1 Access denied. Name lookup failed", "snd-ptr"),
        ("550 IP frequency limited", "lim-rate-smtp"),
        ("550 messages from 192.0.2.1 weren't sent", "snd-ip-blocked"),
        ("501 5.1.3 bad destination address syntax", "snd-rcpt-syntax"),
        ("550 5.1.8 no such domain example.net", "snd-sender-domain"),
        ("501 mail server which is an open relay", "snd-ip-blocked"),
        ("553 recipient is in my badrcptto list", "snd-rcpt-unknown"),
        ("552 too much mail data", "snd-size"),
        ("550-5.7.1 Messages with multiple addresses in From", "snd-spam"),
        ("521 example.org does not accept mail", "grt-554"),
        ("450 MI:CEL 192.0.2.1", "lim-rate-smtp"),
        ("451 auth mode unsupported", "aut-mech-unknown"),
        ("451 stray newline", "snd-bare-lf"),
        ("502 please say MAIL first", "aut-sequence"),
        ("552 mail from invalid", "snd-sender-syntax"),
        ("553 relay check fail", "snd-relay-denied"),
        ("550 local server don't exists that user", "snd-rcpt-unknown"),
        ("Diagnostic-Code: the address that you tried to reach does not exist", "snd-rcpt-unknown"),
        ("Diagnostic-Code: smtp; rejected due to spam", "snd-spam"),
        ("smtp: os error 11: Resource temporarily unavailable", "grt-silent-tls"),
        ("503 need MAIL command", "aut-sequence"),
        ("503 valid RCPT command must precede DATA", "aut-sequence"),
    ],
)
def test_a_reply_without_a_known_row_is_read_by_its_words(text: str, finding: str) -> None:
    assert _first(text)[0] == finding


@pytest.mark.parametrize(
    "text",
    [
        '["554-mx.example.com","554 Your access has been rejected due to poor reputation"]',
        "['554-mx.example.com',\n   '554 Client host [192.0.2.1] blocked using bl.example.org']",
        '{"response": ["554-5.7.1 Service unavailable", "554 Client host blocked using bl.example.org"]}',
    ],
)
def test_the_lines_of_a_reply_in_a_list_are_one_reply(text: str) -> None:
    assert _first(text)[0] == "snd-ip-blocked"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("550 5.7.1 xyz: rejected", ("snd-spam", "possible")),
        ("550 5.1.0 xyz: not accepted", ("snd-rcpt-unknown", "possible")),
        ("smtp said: 554 xyz: refused", ("snd-spam", "possible")),
        ("smtp said: 550 xyz: refused", ("snd-rcpt-unknown", "possible")),
        # nothing is rejected
        ("550 5.7.1 xyz granted", ("", "")),
        ("smtp queue: 550 items", ("", "")),
        ("550 items processed", ("", "")),
        ("404 no such mailbox template", ("", "")),
        ("smtp: Unable to find the socket transport, did you forget to enable SSL?", ("", "")),
    ],
)
def test_a_rejection_whose_reason_is_not_known_has_possible_causes(
    text: str, expected: tuple[str, str]
) -> None:
    assert _first(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Outlook Express: Protocol: NNTP, Server Response: '441 Article rejected', Error Number: 0x800CCCA9",
        "Protocol: NNTP, Server Response: '480 Authentication required', Port: 119",
    ],
)
def test_the_error_of_a_newsgroup_is_not_one_of_mail(text: str) -> None:
    assert explain(text) == []
