"""Refusals of many servers: the diagnosis and ``explain`` read them alike (RFC 4954 §6, RFC 5530)."""

import pytest

from mailkit import explain
from mailkit.protocol import transcript
from mailkit.replies import SessionPlace, read
from mailkit.rules.catalogue import case_findings

ROWS = [
    ("smtp", SessionPlace.LOGIN, "535 5.7.0 Error: authentication failed", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "535 5.7.1 Authentication failed", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "535 5.7.3 Authentication unsuccessful", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "535 5.7.8 Bad credentials", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "535 5.0.0 Authentication failed", {"aut-bad"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
        {"aut-bad"},
    ),
    (
        "smtp",
        SessionPlace.LOGIN,
        "535 5.7.9 Please log in with your web browser",
        {"aut-web-login"},
    ),
    ("smtp", SessionPlace.LOGIN, "535 Authentication failed", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "535 5.7.13 User account disabled", {"aut-suspended"}),
    ("smtp", SessionPlace.LOGIN, "535 5.5.4 Invalid login", {"aut-bad"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "534 5.7.9 Authentication mechanism is too weak",
        {"aut-too-weak"},
    ),
    (
        "smtp",
        SessionPlace.LOGIN,
        "530 5.7.0 Authentication required",
        {"stt-required", "snd-not-logged-in"},
    ),
    ("smtp", SessionPlace.LOGIN, "550 5.7.1 Authentication failed", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "550 Authentication failed", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "554 5.7.8 Error: authentication failed", {"aut-bad"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
        {"aut-temp"},
    ),
    ("smtp", SessionPlace.LOGIN, "454 4.3.0 Try again later", {"aut-temp"}),
    ("smtp", SessionPlace.LOGIN, "421 4.7.0 Too many failed login attempts", {"aut-locked"}),
    ("smtp", SessionPlace.LOGIN, "501 5.5.2 Cannot decode response", {"aut-sequence"}),
    ("smtp", SessionPlace.LOGIN, "503 5.5.1 Error: authentication not enabled", {"cap-no-auth"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "504 5.7.4 Unrecognized authentication type",
        {"aut-mech-unknown"},
    ),
    ("smtp", SessionPlace.LOGIN, "525 5.7.1 Unauthorized IP address", {"aut-ip-denied"}),
    ("smtp", SessionPlace.LOGIN, "535 5.7.1 Username and Password not accepted", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "535 #5.7.0 authentication failed", {"aut-bad"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "535-5.7.1 Authentication failed\r\n535 5.7.1 see https://help.example",
        {"aut-bad"},
    ),
    ("smtp", SessionPlace.MAIL, "451 4.3.0 Temporary lookup failure", {"snd-temp"}),
    ("smtp", SessionPlace.LOGIN, "435 Unable to authenticate at present", {"aut-temp"}),
    ("smtp", SessionPlace.LOGIN, "432 4.7.12 A password transition is needed", {"aut-transition"}),
    ("smtp", SessionPlace.LOGIN, "538 5.7.11 Encryption required", {"aut-encryption-required"}),
    ("smtp", SessionPlace.LOGIN, "500 5.7.0 Unknown AUTH error -1 (Internal error)", {"aut-temp"}),
    ("smtp", SessionPlace.LOGIN, "535 5.7.0 authentication failed (#5.7.1)", {"aut-bad"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "535 Authentication failed. Restarting authentication process.",
        {"aut-bad"},
    ),
    ("imap", SessionPlace.LOGIN, "a1 NO Authentication unsuccessful", {"aut-bad"}),
    ("imap", SessionPlace.LOGIN, "a1 NO User unknown", {"aut-bad"}),
    ("imap", SessionPlace.LOGIN, "a1 NO LOGIN User name or passwd rejected", {"aut-bad"}),
    (
        "imap",
        SessionPlace.LOGIN,
        "* BYE IMAP access disabled for this account.",
        {"aut-protocol-off"},
    ),
    (
        "pop3",
        SessionPlace.LOGIN,
        "-ERR POP3 access disabled for this account.",
        {"aut-protocol-off"},
    ),
    ("imap", SessionPlace.LOGIN, "* BYE Temporary problem, please try again later", {"aut-temp"}),
    ("pop3", SessionPlace.LOGIN, "-ERR Temporary problem, please try again later", {"aut-temp"}),
    ("pop3", SessionPlace.LOGIN, "-ERR TLS required to log in.", {"cap-logindisabled-clear"}),
    (
        "imap",
        SessionPlace.LOGIN,
        "a1 NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=16)",
        {"lim-connections"},
    ),
    ("imap", SessionPlace.LOGIN, "a1 NO [ALERT] Invalid credentials (Failure)", {"aut-bad"}),
    ("imap", SessionPlace.LOGIN, "a1 NO Account is disabled", {"aut-suspended"}),
    ("imap", SessionPlace.LOGIN, "a1 NO [LIMIT] Too many login attempts", {"aut-locked"}),
    ("smtp", SessionPlace.MAIL, "550 This message was classified as spam", {"snd-spam"}),
    ("smtp", SessionPlace.MAIL, "550 Invalid recipient: <lee@example.org>", {"snd-rcpt-unknown"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.1.0 <kim@example.com>: Sender address rejected: User unknown in virtual mailbox table",
        {"snd-sender-unverified"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550-Verification failed for <ghost@example.org>\r\n550-Unrouteable address\r\n550 Sender verify failed",
        {"snd-sender-unverified"},
    ),
    (
        "smtp",
        SessionPlace.HELLO,
        "550 5.7.1 HELO/EHLO name must be a fully qualified domain name",
        {"snd-helo"},
    ),
    (
        "smtp",
        SessionPlace.HELLO,
        "421 4.7.0 Try again later, closing connection. (EHLO)",
        {"snd-helo"},
    ),
    (
        "smtp",
        SessionPlace.HELLO,
        "421 4.7.1 mail.example.com Error: No client certificate presented",
        {"tls-client-cert"},
    ),
    ("smtp", SessionPlace.LOGIN, "501 5.7.0 Authentication failed", {"aut-bad"}),
    ("smtp", SessionPlace.LOGIN, "526 Authentication failure[0]", {"aut-bad"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "535 5.7.0 Domain example.com is not allowed to send: The domain is unverified and requires DNS configuration.",
        {"snd-sender-unverified"},
    ),
    ("smtp", SessionPlace.MAIL, "530 5.7.1 Your account is pending approval.", {"aut-suspended"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "502 5.7.0 Your SMTP account is not yet activated. Please contact us to request activation",
        {"aut-suspended"},
    ),
    ("smtp", SessionPlace.MAIL, "541 This account isn't allowed to send email", {"aut-suspended"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.7.1 Authentication required: credentials do not match sender <lee@example.com>",
        {"snd-sender-not-owned"},
    ),
    ("smtp", SessionPlace.MAIL, "530 From/Sender name is not valid", {"snd-sender-unverified"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.7.1 Unconfigured Sending Domain <example.com>",
        {"snd-sender-unverified"},
    ),
    ("smtp", SessionPlace.MAIL, "554 Relay rejected for policy reasons.", {"snd-relay-denied"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 Delivery is not allowed to this address.",
        {"snd-relay-denied"},
    ),
    ("smtp", SessionPlace.MAIL, "550 that IP address is not allowed to send", {"snd-ip-blocked"}),
    ("smtp", SessionPlace.MAIL, "501 5.5.2 Domain name required", {"snd-sender-syntax"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "505 the total of RCPTs is achieved the maximum threshold",
        {"snd-too-many-rcpt"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.2.1 The email account that you tried to reach is disabled",
        {"snd-rcpt-unknown"},
    ),
    ("smtp", SessionPlace.MAIL, "554 5.7.1 Message rejected for policy reasons", {"snd-spam"}),
    ("smtp", SessionPlace.MAIL, "530 5.7.1 Authentication required", {"snd-not-logged-in"}),
    ("smtp", SessionPlace.MAIL, "552 5.3.4 Message size exceeds fixed limit", {"snd-size"}),
    ("smtp", SessionPlace.LOGIN, "501 5.5.2 Cannot Base64-decode the response", {"aut-sequence"}),
    ("smtp", SessionPlace.MAIL, "550 not local sender over smtp", {"snd-sender-not-owned"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "450 The from.email domain must be verified in your account to send emails.",
        {"snd-sender-unverified"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.7.1 <kim@example.com>: Sender address rejected: Access denied",
        {"snd-sender-not-owned"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 kim@example.com has exceeded the relay limit: 250 messages per day",
        {"lim-daily"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.5.0 Emetteur invalide. Invalid Sender. LPN104_415",
        {"snd-sender-not-owned"},
    ),
    ("smtp", SessionPlace.MAIL, "451 MI:SFQ 163 smtp5,abc", {"lim-rate-smtp"}),
    (
        "smtp",
        SessionPlace.HELLO,
        "550 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org",
        {"snd-ip-blocked"},
    ),
    ("imap", SessionPlace.LOGIN, "a1 NO no mechanism available", {"aut-mech-unknown"}),
    (
        "imap",
        SessionPlace.LOGIN,
        "a1 NO [ALERT] Your account does not have IMAP access enabled (Failure)",
        {"aut-protocol-off"},
    ),
    ("imap", SessionPlace.LOGIN, "a1 NO No such user", {"aut-bad"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 #5.1.0 Address rejected lee@example.org",
        {"snd-rcpt-unknown"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 I cannot deliver mail for <lee@example.org>",
        {"snd-relay-denied"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 Account has exceeded max defers and failures per hour (5/5 (100%)) allowed. Message discarded.",
        {"lim-daily"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "450 4.7.1 <kim@example.com>: Sender address rejected: Policy Rejection- Quota Exceeded.",
        {"lim-throttled"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "552 5.2.2 <lee@example.org>: Recipient address rejected: Mailbox is full / quota exceeded",
        {"snd-rcpt-full"},
    ),
    ("pop3", SessionPlace.LOGIN, "-ERR Unable to log on", {"aut-bad"}),
    (
        "pop3",
        SessionPlace.LOGIN,
        "-ERR You can only check mail once every 15 minutes",
        {"lim-pop3-delay"},
    ),
    (
        "imap",
        SessionPlace.LOGIN,
        "a1 NO [AUTHENTICATIONFAILED] Invalid credentials (OAuth token expired)",
        {"aut-token"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 <lee@example.org>: Invalid DNS MX or A/AAAA resource record",
        {"snd-sender-domain"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 <lee@example.org>: Reject due to policy restrictions (IP based)",
        {"snd-ip-blocked"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "450 4.2.0 <lee@example.org> - Recipient temporarily unavailable",
        {"snd-temp"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.5.2 <kim@example.com>: Sender address rejected: need fully-qualified address",
        {"snd-sender-syntax"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "553 you are trying to use me [mx.example.com] as a relay, but I have not been configured to let you do this",
        {"snd-relay-denied"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "452 4.1.1 <lee@example.org> too many recent messages; Try again later",
        {"lim-rate-smtp"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "553 5.1.2 The recipient address <lee@example.org> is not a valid RFC-5321 address.",
        {"snd-rcpt-syntax"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.7.1 Connections not accepted from servers without a valid sender domain. Fix reverse DNS for 192.0.2.7",
        {"snd-ptr"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "450 4.1.1 <lee@example.org>: Recipient address rejected: unverified address: Address verification in progress",
        {"snd-temp"},
    ),
    ("smtp", SessionPlace.MAIL, "552 5.2.2 user quota exceeded", {"snd-rcpt-full"}),
    ("smtp", SessionPlace.MAIL, "550 5.4.5 Daily user sending quota exceeded", {"lim-daily"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "554 5.7.1 <lee@example.org>: Recipient address rejected: Not in recipient list",
        {"snd-rcpt-unknown"},
    ),
    (
        "smtp",
        SessionPlace.LOGIN,
        "535 5.7.1 This mailbox is blocked by the administrator",
        {"aut-suspended"},
    ),
    (
        "imap",
        SessionPlace.LOGIN,
        "a1 NO Access from your location is blocked by policy",
        {"aut-ip-denied"},
    ),
    ("imap", SessionPlace.LOGIN, "a1 NO This account is locked", {"aut-locked"}),
    (
        "smtp",
        SessionPlace.MAIL,
        "553 5.7.1 You are not the owner of address lee@example.org",
        {"snd-sender-not-owned"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.7.1 Relaying to lee@example.org denied (authentication required)",
        {"snd-relay-denied"},
    ),
    ("smtp", SessionPlace.MAIL, "554 5.7.1 Attachment type not allowed: .exe", {"snd-spam"}),
    (
        "smtp",
        SessionPlace.LOGIN,
        "535 5.7.1 Sending has been disabled for this mailbox",
        {"aut-suspended"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.7.1 Please verify the sender domain example.com before sending",
        {"snd-sender-unverified"},
    ),
    ("smtp", SessionPlace.MAIL, "501 5.1.0 invalid return path", {"snd-sender-not-owned"}),
    ("smtp", SessionPlace.LOGIN, "454 4.7.0 invalid username or password", {"aut-bad"}),
    ("imap", SessionPlace.LOGIN, "a1 NO [AUTHENTICATIONFAILED] account lockout", {"aut-locked"}),
    (
        "imap",
        SessionPlace.LOGIN,
        "a1 NO LOGIN Access denied by administrator for this service",
        {"aut-protocol-off"},
    ),
    ("imap", SessionPlace.LOGIN, "a1 NO maintenance mode", {"aut-temp"}),
    # who locked it: an administrator, or the server for a while
    (
        "imap",
        SessionPlace.LOGIN,
        "a1 NO [CONTACTADMIN] Account is locked by administrator",
        {"aut-suspended"},
    ),
    ("smtp", SessionPlace.LOGIN, "535 5.7.1 User banned by our mail admin", {"aut-suspended"}),
    ("pop3", SessionPlace.LOGIN, "-ERR Account is locked for 15 minutes", {"aut-locked"}),
    # what is unavailable: the server's policy service, or the mailbox
    (
        "smtp",
        SessionPlace.MAIL,
        "450 4.7.1 <lee@example.org>: Recipient address rejected: Service is unavailable (try later)",
        {"snd-temp"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "450 4.2.1 <lee@example.org>: Recipient address rejected: mailbox unavailable",
        {"snd-rcpt-unknown"},
    ),
    (
        "smtp",
        SessionPlace.MAIL,
        "550 5.7.1 Sender address rejected: not logged in",
        {"snd-sender-not-logged-in"},
    ),
]


@pytest.mark.parametrize(("protocol", "place", "reply", "findings"), ROWS)
def test_a_refusal_means_the_same_on_the_wire_and_in_a_pasted_text(
    protocol: str, place: SessionPlace, reply: str, findings: set[str]
) -> None:
    reading = read(protocol, reply.split("\r\n"), place=place)

    assert reading is not None
    assert reading.finding in findings
    assert explain(reply)[0].id in findings


_AT_AUTH = """smtp smtp.example.com:465 implicit-tls login
== connected 192.0.2.1
== tls TLSv1.3
S: 220 smtp.example.com ESMTP
C: EHLO [127.0.0.1]
S: 250-smtp.example.com
S: 250 AUTH PLAIN
C: AUTH PLAIN ***
"""


@pytest.mark.parametrize(
    ("reply", "findings"),
    [row[2:] for row in ROWS if row[:2] == ("smtp", SessionPlace.LOGIN)],
)
def test_a_reply_to_auth_is_the_first_finding_of_the_session(
    reply: str, findings: set[str]
) -> None:
    said = "".join(f"S: {line}\n" for line in reply.split("\r\n"))

    found = [one.id for one in case_findings(transcript.loads(_AT_AUTH + said))]

    assert found[0] in findings | ({"cap-tls-unseen"} if "stt-required" in findings else set())


@pytest.mark.parametrize(
    ("reply", "certainty"),
    [
        ("535 5.7.8 Bad credentials", "sure"),
        ("535 5.7.3 Authentication unsuccessful", "likely"),  # Microsoft says it for policies too
        ("550 5.7.1 Authentication failed", "likely"),
        ("500 5.7.0 Unknown AUTH error -1 (Internal error)", "possible"),
    ],
)
def test_words_against_a_general_code_are_less_than_sure(reply: str, certainty: str) -> None:
    reading = read("smtp", [reply], place=SessionPlace.LOGIN)

    assert reading is not None
    assert str(reading.certainty) == certainty


@pytest.mark.parametrize(
    ("protocol", "place", "reply", "finding"),
    [
        ("smtp", SessionPlace.LOGIN, "454 4.7.0 Temporary authentication failure", "aut-temp"),
        ("smtp", SessionPlace.LOGIN, "454 4.7.0 invalid user store, try again later", "aut-temp"),
        ("imap", SessionPlace.MAIL, "a1 NO Access denied", "mbx-noperm"),
        ("smtp", SessionPlace.MAIL, "501 5.1.7 Invalid return address", "snd-sender-syntax"),
    ],
)
def test_a_refusal_in_like_words_keeps_its_own_meaning(
    protocol: str, place: SessionPlace, reply: str, finding: str
) -> None:
    reading = read(protocol, [reply], place=place)

    assert reading is not None
    assert reading.finding == finding


def test_an_account_suspended_for_sending_is_no_message_too_large() -> None:
    reply = "552 Your account has been suspended. Please contact us to reactivate"

    reading = read("smtp", [reply], place=SessionPlace.MAIL)

    assert reading is not None
    assert reading.finding == "aut-suspended"


def test_the_standard_words_beside_550_do_not_hide_the_servers_own() -> None:
    lines = (
        "550-Requested action not taken: mailbox unavailable",
        "550 Failure sending mail. Try again later",
    )

    assert read("smtp", lines, place=SessionPlace.MAIL) is None
    standard = read("smtp", lines[:1], place=SessionPlace.MAIL)
    assert standard is not None
    assert standard.finding == "snd-rcpt-unknown"


@pytest.mark.parametrize(
    ("reply", "finding"),
    [
        ("550 5.1.1 <kim@example.com>... User unknown", "snd-sender-unverified"),
        ("550 5.1.1 User unknown", "snd-sender-unverified"),
        ("501 5.5.4 Invalid Address", "snd-sender-syntax"),
        ("550 5.1.1 <lee@example.org>... User unknown", "snd-rcpt-unknown"),
    ],
)
def test_a_refusal_of_mail_that_names_nobody_else_is_about_the_sender(
    reply: str, finding: str
) -> None:
    script = f"""smtp smtp.example.com:465 implicit-tls logged-in
C: MAIL FROM:<kim@example.com>
S: {reply}
"""

    assert finding in [one.id for one in case_findings(transcript.loads(script))]


def test_a_server_that_is_down_for_a_message_checks_no_password() -> None:
    script = """smtp smtp.example.com:465 implicit-tls logged-in
C: MAIL FROM:<kim@example.com>
S: 451 4.7.0 Temporary server error. Please try again later. PRX4
"""

    assert "snd-temp" in [one.id for one in case_findings(transcript.loads(script))]
