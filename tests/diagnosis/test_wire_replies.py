"""Replies of real servers, each at its place in a session: the cause, and near misses beside it."""

from collections.abc import Callable

import pytest

from mailkit.lab import Lab, Listener
from mailkit.lab.scenario import ADDRESS, HOST, imap, pop3, smtp
from mailkit.lab.script import Close, Say
from mailkit.observation import Proof
from mailkit.ports import Security
from mailkit.report import ServiceReport

Make = Callable[..., Lab]
Diagnose = Callable[..., ServiceReport]

SETTINGS = {"imap": (imap, 993), "pop3": (pop3, 995), "smtp": (smtp, 465)}
TASKS = {
    "MAIL": {"rehearse": (ADDRESS, "lee@example.org")},
    "RCPT": {"rehearse": (ADDRESS, "lee@example.org")},
    "DATA": {"send_test": "lee@example.org"},
}


def reported(
    make_lab: Make, diagnosis: Diagnose, protocol: str, command: str, reply: str
) -> ServiceReport:
    """The diagnosis of a server that says this at a command; the empty command is its greeting."""
    write, port = SETTINGS[protocol]
    tag = "<tag> " if protocol == "imap" and not reply.startswith("*") else ""
    acts = [Say(f"{tag}{reply}\r\n".encode()), *([Close()] if reply.startswith("*") else [])]
    knobs = {"replies_tls": {command: acts}} if command else {"greeting": [*acts, Close()]}
    lab = make_lab(Listener(protocol=protocol, host=HOST, port=port, **knobs))
    return diagnosis(lab, write(port, "implicit-tls"), **TASKS.get(command, {}))


@pytest.mark.parametrize(
    ("protocol", "command", "reply", "cause"),
    [
        # a mechanism of the server, not the password
        ("smtp", "AUTH", "535 5.7.8 Error: authentication failed: generic failure", "aut-temp"),
        ("smtp", "AUTH", "535 5.7.8 Error: authentication failed: bad password", "aut-bad"),
        # a server that is busy knows no account yet
        ("smtp", "", "451 mail.example.com refused connection, the server is too busy", "grt-421"),
        (
            "smtp",
            "",
            "421 4.3.2 The maximum number of concurrent connections has exceeded a limit",
            "lim-connections",
        ),
        ("smtp", "MAIL", "432 4.3.2 Concurrent connections limit exceeded", "lim-throttled"),
        # the name of the sending address
        ("smtp", "", "554-No SMTP service\r\n554-Bad DNS PTR resource record.\r\n554 -", "snd-ptr"),
        ("smtp", "", "554-No SMTP service\r\n554 For explanation visit example.com", "grt-554"),
        ("smtp", "RCPT", "450 4.7.1 Access denied. IP name lookup failed [192.0.2.9]", "snd-ptr"),
        (
            "smtp",
            "RCPT",
            "550 5.7.1 Relaying denied. IP name lookup failed [192.0.2.9]",
            "snd-relay-denied",
        ),
        # whose address is disabled
        ("smtp", "RCPT", "525 5.7.13 Disabled recipient address", "snd-rcpt-unknown"),
        ("smtp", "AUTH", "525 5.7.13 User account disabled", "aut-suspended"),
        # a login that opens the mailbox
        (
            "imap",
            "AUTHENTICATE",
            "* BYE [ALERT] Fatal error: Maildir: No such file or directory",
            "mbx-corrupt",
        ),
        ("pop3", "AUTH", "-ERR unable to scan $HOME/Maildir", "mbx-corrupt"),
        (
            "pop3",
            "AUTH",
            "-ERR Server error: Failed to fetch messages in Inbox.",
            "mbx-corrupt",
        ),
        ("pop3", "AUTH", "-ERR unable to lock maildrop", "mbx-pop3-locked"),
        ("pop3", "AUTH", "-ERR [SYS/PERM] Unable to open maildrop", "mbx-corrupt"),
        # a password that is right, and not enough
        ("imap", "AUTHENTICATE", "NO Password change required", "aut-expired"),
        ("imap", "AUTHENTICATE", "NO Incorrect password. Please reset your password", "aut-bad"),
        ("imap", "AUTHENTICATE", "NO Please verify your email address first", "aut-web-login"),
        ("pop3", "AUTH", "-ERR POP3 is only available for premium accounts", "aut-protocol-off"),
        # words about a token, where none was sent
        ("imap", "AUTHENTICATE", "BAD Invalid SASL argument", "hst-broken-reply"),
        ("smtp", "AUTH", "535 5.7.8 Account not activated. Please confirm it.", "aut-suspended"),
        # the command, and not what is in it
        ("pop3", "AUTH", "-ERR command not supported", "aut-mech-unknown"),
        ("pop3", "AUTH", "-ERR only APOP is allowed", "aut-mech-unknown"),
        ("imap", "AUTHENTICATE", "NO Command disabled", "aut-mech-unknown"),
        ("pop3", "AUTH", "-ERR bad command or password", "aut-bad"),
        ("pop3", "AUTH", "-ERR Invalid command in this state", "aut-sequence"),
        ("imap", "AUTHENTICATE", "NO [SERVERBUG] Internal error", "aut-temp"),
        ("imap", "EXAMINE", "NO [SERVERBUG] Internal error", "mbx-corrupt"),
        (
            "imap",
            "AUTHENTICATE",
            "NO [ALERT] Access to your account has been temporarily restricted",
            "aut-locked",
        ),
        ("pop3", "AUTH", "-ERR mailbox read failed", "mbx-corrupt"),
        ("imap", "EXAMINE", "NO Mailbox isn't selectable", "aut-not-connected"),
        # a lock that ends by itself, an administrator's, and a directory that fails
        ("smtp", "AUTH", "451 4.3.2 Authentication rate limit exceeded", "aut-locked"),
        ("smtp", "AUTH", "451 4.3.2 Message rate limit exceeded", "lim-throttled"),
        (
            "imap",
            "AUTHENTICATE",
            "NO [CONTACTADMIN] This account has been administratively locked",
            "aut-suspended",
        ),
        ("imap", "AUTHENTICATE", "NO [ALERT] This account has been locked", "aut-locked"),
        ("imap", "AUTHENTICATE", "NO [CONTACTADMIN] MySQL error", "aut-temp"),
        ("imap", "AUTHENTICATE", "NO [CONTACTADMIN] 17", "aut-suspended"),
        ("imap", "", "* BYE too many auth failures", "aut-locked"),
        ("imap", "", "* BYE too many failures", "grt-imap-bye"),
        # an address with a bad name, at every step before the login
        ("smtp", "", "554 Blocked - see https://ipcheck.proofpoint.com/", "snd-ip-blocked"),
        ("smtp", "EHLO", "554 5.7.1 Blocked by the RBL of example.org", "snd-ip-blocked"),
        ("smtp", "", "554 This server takes no mail", "grt-554"),
        ("smtp", "", "421 4.7.0 connection rate from your network too high", "lim-rate-smtp"),
        # an enhanced code of the login at another command, and words inside other words
        ("smtp", "RCPT", "550 5.7.9 Rejected", "unexplained"),
        ("smtp", "AUTH", "534 5.7.9 Rejected", "aut-too-weak"),
        ("smtp", "RCPT", "550 5.5.0 The recipient account is blocked.", "snd-rcpt-unknown"),
        ("smtp", "RCPT", "550 5.7.1 Your IP address is blocked.", "snd-ip-blocked"),
        ("smtp", "MAIL", "550 5.1.0 sender rejected. See /residential/codes", "unexplained"),
        ("smtp", "MAIL", "550 5.7.1 Mail from residential IPs is refused", "snd-ip-blocked"),
        ("smtp", "MAIL", "550 Ip frequency limited", "lim-rate-smtp"),
        # the standard's words beside 450, a rate of the recipient's, a service that is not allowed
        (
            "smtp",
            "RCPT",
            "450-Requested mail action not taken: mailbox unavailable\r\n"
            "450 Reject due to policy restrictions.",
            "snd-spam",
        ),
        (
            "smtp",
            "RCPT",
            "451 4.5.1 The recipient <lee@example.org> has exceeded their message rate limit",
            "snd-temp",
        ),
        ("smtp", "RCPT", "451 4.5.1 You have exceeded your message rate limit", "lim-throttled"),
        ("smtp", "AUTH", "535 5.7.8 Service not allowed for this account", "aut-protocol-off"),
        ("smtp", "AUTH", "535 5.7.8 Service rejects this password", "aut-bad"),
        # a protocol that is off for a user, and a user that is disabled
        ("imap", "AUTHENTICATE", "NO imap access for this user is disabled", "aut-protocol-off"),
        ("imap", "AUTHENTICATE", "NO this user is disabled", "aut-suspended"),
        # a mailbox in use, and an account that is locked
        ("pop3", "AUTH", "-ERR account in use", "mbx-pop3-locked"),
        ("pop3", "AUTH", "-ERR account is locked", "aut-locked"),
        # a greeting says nothing about a login
        ("pop3", "", "-ERR [SYS/TEMP] Server shutting down", "grt-pop-err"),
        ("pop3", "AUTH", "-ERR [SYS/TEMP] Server shutting down", "aut-temp"),
        # an inbox that is refused without a known reason
        ("imap", "EXAMINE", "NO System I/O error", "mbx-corrupt"),
        ("imap", "EXAMINE", "BAD Command Argument Error. 11", "unexplained"),
        # the owner of a sender, and nobody
        (
            "smtp",
            "MAIL",
            "550 5.7.1 You must authenticate as the owner of kim@example.com",
            "snd-sender-not-logged-in",
        ),
        ("smtp", "MAIL", "550 5.7.1 You must authenticate", "snd-not-logged-in"),
        ("smtp", "DATA", "550 5.7.1 rejected by policy", "snd-spam"),
        # the recipient behind a code for temporary failures, and the sender behind its address
        ("smtp", "RCPT", "421 Recipient not in route list.", "snd-rcpt-unknown"),
        ("smtp", "RCPT", "421 Recipient server is not ready", "snd-temp"),
        (
            "smtp",
            "MAIL",
            "553 5.5.4 <kim@localhost>... Domain name required for sender address",
            "snd-sender-syntax",
        ),
        # the server's licence, a mailbox elsewhere, and the last words of a server
        ("imap", "AUTHENTICATE", "NO License limit", "aut-suspended"),
        ("imap", "AUTHENTICATE", "NO Login limit", "aut-bad"),
        ("pop3", "AUTH", "-ERR Mailbox has moved to mail2.example.com", "hst-referral"),
        ("imap", "AUTHENTICATE", "NO Your account was migrated to another server", "hst-referral"),
        ("imap", "AUTHENTICATE", "NO invalid mailbox name or password", "aut-bad"),
        ("imap", "AUTHENTICATE", "* BYE Server shutting down", "aut-temp"),
        ("imap", "EXAMINE", "* BYE Server shutting down", "aut-temp"),
        ("imap", "AUTHENTICATE", "* BYE Goodbye", "hst-no-reply"),
        ("imap", "", "* BYE Server shutting down", "grt-imap-bye"),
        ("imap", "", "* BAD no more sessions", "grt-imap-bye"),
        ("imap", "", "* NO not today", "grt-imap-bye"),
        ("imap", "", "* HELLO", "pid-unknown"),
        ("imap", "AUTHENTICATE", "* BAD internal server error", "aut-temp"),
        ("imap", "AUTHENTICATE", "* BAD 42", "hst-no-reply"),
        # the server behind a proxy
        ("imap", "AUTHENTICATE", "NO Could not connect to server", "aut-temp"),
        ("pop3", "AUTH", "-ERR No backend available", "aut-temp"),
        ("imap", "AUTHENTICATE", "NO this server does not know the user", "aut-bad"),
        ("imap", "AUTHENTICATE", "* BYE Disconnected: Auth process broken", "aut-temp"),
        ("imap", "EXAMINE", "* BYE Error in IMAP user: Home directory not set", "mbx-corrupt"),
        ("imap", "AUTHENTICATE", "NO 用户未开通IMAP服务", "aut-protocol-off"),
        ("imap", "AUTHENTICATE", "NO 用户已停用", "aut-suspended"),
        # a session of another program, and a password that has to be changed
        ("pop3", "AUTH", "-ERR Das Postfach wird bereits verwendet", "mbx-pop3-locked"),
        ("pop3", "AUTH", "-ERR La boîte est verrouillée par une autre session", "mbx-pop3-locked"),
        ("pop3", "AUTH", "-ERR La boîte est verrouillée", "aut-suspended"),
        ("imap", "AUTHENTICATE", "NO Ihr Passwort muss geändert werden", "aut-expired"),
        ("imap", "AUTHENTICATE", "NO Passwort falsch, es wurde geändert", "aut-bad"),
        ("imap", "AUTHENTICATE", "NO Login denied: IP address not in whitelist", "aut-ip-denied"),
        # codes out of place
        ("smtp", "", "250 hello", "hst-broken-reply"),
        ("smtp", "EHLO", "220 mail.example.com ESMTP", "hst-broken-reply"),
        ("smtp", "EHLO", "421 mail.example.com ESMTP", "grt-421"),
        # a protocol, a mechanism and a password that has to be changed
        ("imap", "AUTHENTICATE", "NO Access to the IMAP service is denied", "aut-protocol-off"),
        ("imap", "AUTHENTICATE", "NO LOGIN failed: must change password", "aut-expired"),
        ("imap", "AUTHENTICATE", "NO LOGIN failed: change the password you typed", "aut-bad"),
        ("pop3", "AUTH", "-ERR Unsupported mechanism", "aut-mech-unknown"),
        # other languages than English
        ("imap", "AUTHENTICATE", "NO Konto gesperrt", "aut-suspended"),
        ("imap", "AUTHENTICATE", "NO Benutzername oder Passwort falsch", "aut-bad"),
        ("imap", "AUTHENTICATE", "NO Zu viele Verbindungen", "lim-connections"),
        ("imap", "AUTHENTICATE", "NO Anmeldung derzeit nicht möglich", "aut-temp"),
        ("pop3", "AUTH", "-ERR Compte désactivé", "aut-suspended"),
        ("pop3", "AUTH", "-ERR Le service POP n'est pas activé pour ce compte", "aut-protocol-off"),
        ("smtp", "AUTH", "535 5.7.8 Compte bloqué : trop de tentatives", "aut-locked"),
        ("smtp", "AUTH", "535 5.7.8 Échec de l'authentification", "aut-bad"),
        ("imap", "AUTHENTICATE", "NO Su contraseña ha caducado", "aut-expired"),
        ("imap", "AUTHENTICATE", "NO Usuario o contraseña incorrectos", "aut-bad"),
        ("smtp", "RCPT", "550 Benutzer unbekannt", "snd-rcpt-unknown"),
    ],
)
def test_a_reply_means_what_it_can_mean_at_its_place(
    protocol: str, command: str, reply: str, cause: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    assert reported(make_lab, diagnosis, protocol, command, reply).cause == cause


@pytest.mark.parametrize(
    ("reply", "told"),
    [("[CONTACTADMIN] 17", "to its administrator"), ("Account disabled", "account is disabled.")],
)
def test_a_code_alone_says_less_than_words(
    reply: str, told: str, make_lab: Make, diagnosis: Diagnose
) -> None:
    reason = reported(make_lab, diagnosis, "imap", "AUTHENTICATE", f"NO {reply}").reason

    assert reason is not None
    assert reason.id == "aut-suspended"
    assert told in reason.message


def test_a_greeting_that_names_its_reason_has_one_finding(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    reply = "554 5.7.1 Client host blocked using zen.spamhaus.org"

    found = [finding.id for finding in reported(make_lab, diagnosis, "smtp", "", reply).findings]

    assert "snd-ip-blocked" in found
    assert "grt-554" not in found


def test_a_message_says_of_the_login_what_was_seen(make_lab: Make, diagnosis: Diagnose) -> None:
    fatal = "* BYE [ALERT] Fatal error: Maildir: No such file or directory"
    bug = "NO [SERVERBUG] Internal error"
    wanted = "530 5.7.0 Authentication required"

    refused = reported(make_lab, diagnosis, "imap", "AUTHENTICATE", fatal).reason
    accepted = reported(make_lab, diagnosis, "imap", "EXAMINE", bug).reason

    assert refused is not None
    assert "accepts the login" not in refused.message
    assert accepted is not None
    assert "accepts the login" in accepted.message

    again = reported(make_lab, diagnosis, "smtp", "MAIL", wanted).reason
    assert again is not None
    assert again.id == "snd-not-logged-in"
    assert "accepts the login" in again.message


def test_a_provider_s_own_words_leave_no_doubt_about_the_password(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    """Words that ask for an app password say so alone; a bare refusal may be a misspelt one too."""
    host, user = "imap.mail.yahoo.com", "kim@yahoo.com"
    told = {}
    for reply in (
        "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
        "NO Application-specific password required",
    ):
        acts = [Say(f"<tag> {reply}\r\n".encode())]
        lab = make_lab(
            Listener(protocol="imap", host=host, port=993, replies_tls={"AUTHENTICATE": acts})
        )
        report = diagnosis(lab, imap(993, "implicit-tls", host=host, user=user, address=user))
        assert report.cause == "aut-app-password"
        assert report.reason is not None
        told[reply[:7]] = "misspelt" in report.reason.message

    assert told == {"NO [AUT": True, "NO Appl": False}


def test_a_provider_s_fixed_user_name_is_the_cause_also_with_a_wrong_password(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    host = "smtp.sendgrid.net"
    reply = [Say(b"535 Authentication failed: Bad username / password\r\n")]
    lab = make_lab(Listener(protocol="smtp", host=host, port=465, replies_tls={"AUTH": reply}))

    named = diagnosis(lab, smtp(465, "implicit-tls", host=host))
    right = diagnosis(lab, smtp(465, "implicit-tls", host=host, user="apikey"))

    assert (named.cause, named.findings[0].fix) == ("cfg-username-form", {"user": "apikey"})
    assert right.cause == "aut-bad"


@pytest.mark.parametrize(
    ("sender", "advice"),
    [(ADDRESS, "ask its administrator"), ("sales@example.com", "Send as the account's address")],
)
def test_the_advice_on_a_sender_is_another_for_the_login_s_own_address(
    make_lab: Make, diagnosis: Diagnose, sender: str, advice: str
) -> None:
    reply = [Say(b"553 5.7.1 Sender address rejected: not owned by user\r\n")]
    lab = make_lab(Listener(protocol="smtp", host=HOST, port=465, replies_tls={"MAIL": reply}))

    report = diagnosis(lab, smtp(465, "implicit-tls"), rehearse=(sender, "lee@example.org"))

    assert report.cause == "snd-sender-not-owned"
    assert report.reason is not None
    assert advice in report.reason.message


def test_a_message_claims_only_what_the_reply_says(make_lab: Make, diagnosis: Diagnose) -> None:
    told = {
        reply: reported(make_lab, diagnosis, "smtp", command, reply).reason
        for command, reply in (
            ("RCPT", "554 5.7.1 Client host rejected: Access denied"),
            ("RCPT", "554 5.7.1 Client host [192.0.2.9] blocked using zen.spamhaus.org"),
            ("AUTH", "503 5.5.1 Error: authentication not enabled"),
        )
    }
    denied, listed, disabled = (str(reason and reason.message) for reason in told.values())

    assert "blocklist" not in denied
    assert "accepted the login" in denied
    assert "blocklist" in listed
    assert "rejects every login" in disabled


def test_where_a_port_rejects_every_login_another_is_tried(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    reply = [Say(b"503 5.5.1 Error: authentication not enabled\r\n")]
    lab = make_lab(
        Listener(
            protocol="smtp",
            host=HOST,
            port=587,
            security=Security.STARTTLS,
            replies_tls={"AUTH": reply},
        ),
        Listener(protocol="smtp", host=HOST, port=465),
    )

    report = diagnosis(lab, smtp(587, "starttls"))

    assert report.cause == "cap-no-auth"
    assert report.proposal is not None
    assert report.proposal.service.port == 465
    assert report.proposal.proof is Proof.LOGGED_IN


def test_a_password_beyond_ascii_needs_a_mechanism(make_lab: Make, diagnosis: Diagnose) -> None:
    greeting = [Say(b"* OK [CAPABILITY IMAP4rev1 ID] ready\r\n")]
    lab = make_lab(Listener(protocol="imap", host=HOST, port=993, greeting=greeting))

    report = diagnosis(lab, imap(993, "implicit-tls", secret={"value": "pässwort"}))

    assert report.cause == "cap-mech-mismatch"
    assert "ASCII" in str(report.reason and report.reason.message)


def test_another_port_is_tried_where_the_port_between_servers_rejects_clients(
    make_lab: Make, diagnosis: Diagnose
) -> None:
    refusal = [Say(b"554 5.7.1 Port 25 is blocked by your provider\r\n"), Close()]
    lab = make_lab(
        Listener(protocol="smtp", host=HOST, port=25, greeting=refusal),
        Listener(protocol="smtp", host=HOST, port=587, security=Security.STARTTLS),
    )

    report = diagnosis(lab, smtp(25, "starttls"))

    assert report.proposal is not None
    assert report.proposal.service.port == 587
    assert report.proposal.proof is Proof.LOGGED_IN
