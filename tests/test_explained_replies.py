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
