"""Gmail and Google Workspace."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-app-password",
        protocol="imap",
        code="NO",
        bracket="ALERT",
        text="application-specific password required",
        example="NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        source="FairEmail FAQ 6",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="534",
        enhanced="5.7.9",
        text="application-specific password required",
        example=(
            "534 5.7.9 Application-specific password required. For more information, go to "
            "https://support.google.com/mail/?p=InvalidSecondFactor"
        ),
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        enhanced="5.7.8",
        text="username and password not accepted",
        hosts=("gmail.com", "google.com", "googlemail.com"),
        example=(
            "535 5.7.8 Username and Password not accepted. For more information, go to "
            "https://support.google.com/mail/?p=BadCredentials x20-gsmtp"
        ),
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="your account is not enabled for imap use",
        example=(
            "NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable "
            "your account for IMAP access. (Failure)"
        ),
        source="imap client bug trackers",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="imap access is disabled for your domain",
        example=(
            "NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for "
            "questions about this feature. (Failure)"
        ),
        source="imap client bug trackers",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="imap access is not allowed for this account",
        example="NO [ALERT] IMAP access is not allowed for this account.",
        source="FairEmail FAQ 6",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-web-login",
        protocol="imap",
        code="NO",
        text="please log in via your web browser",
        example="NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
        source="imap client bug trackers",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-web-login",
        protocol="smtp",
        code="534",
        enhanced="5.7.14",
        text="please log in via your web browser",
        example="534 5.7.14 <https://accounts.google.com/signin/continue> Please log in via your web browser and then try again.",
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-locked",
        protocol="smtp",
        code="454",
        enhanced="4.7.0",
        text="too many login attempts",
        example=(
            "454 4.7.0 Too many login attempts, please try again later. For more information, go to "
            "https://support.google.com/mail/answer/7126229"
        ),
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="lim-connections",
        protocol="imap",
        text="too many simultaneous connections",
        example="NO [ALERT] Too many simultaneous connections. (Failure)",
        source="imap client bug trackers",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="lim-bandwidth",
        protocol="imap",
        code="BYE",
        text="account exceeded command or bandwidth limits",
        example="* BYE Account exceeded command or bandwidth limits.",
        source="imap client bug trackers",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-temp",
        protocol="imap",
        code="NO",
        text="temporary system problem. try again later",
        example="NO Temporary System Problem. Try again later. (Failure)",
        source="imap client bug trackers",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="lim-daily",
        protocol="smtp",
        code="550",
        enhanced="5.4.5",
        text="sending limit exceeded",
        example=(
            "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to "
            "https://support.google.com/a/answer/166852"
        ),
        source="Google Workspace help, SMTP error reference",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="snd-size",
        protocol="smtp",
        code="552",
        enhanced="5.3.4",
        text="message size limits",
        example="552 5.3.4 Your message exceeded Google's message size limits.",
        source="Google Workspace help, SMTP error reference",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="snd-not-logged-in",
        protocol="smtp",
        code="530",
        enhanced="5.7.0",
        text="authentication required",
        example="530 5.7.0 Authentication Required. For more information, go to https://support.google.com/a/answer/3221692",
        source="Google Workspace help, SMTP error reference",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="pop3",
        code="-ERR",
        bracket="SYS/PERM",
        text="your account is not enabled for pop access",
        example=(
            "-ERR [SYS/PERM] Your account is not enabled for POP access. Please visit your Gmail settings page and "
            "enable your account for POP access."
        ),
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="lim-rate-smtp",
        protocol="smtp",
        code="421|550",
        text="unusual rate of unsolicited mail",
        example="421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address.",
        source="support.google.com/a/answer/3726730",
        seen=date(2026, 11, 27),
    ),
    Reply(
        finding="snd-ip-blocked",
        protocol="smtp",
        code="550",
        text="the ip you're using to send mail is not authorized",
        example="550 5.7.1 The IP you're using to send mail is not authorized to send email directly to our servers.",
        source="support.google.com/a/answer/3726730",
        seen=date(2026, 11, 27),
    ),
    Reply(
        finding="snd-relay-denied",
        protocol="smtp",
        code="550",
        text="invalid credentials for relay",
        example=(
            "550 5.7.1 Invalid credentials for relay [192.0.2.1]. The IP address you've registered in your "
            "Workspace SMTP Relay service does not match the domain of the account this email is being sent from."
        ),
        source="support.google.com/a/answer/3726730",
        seen=date(2026, 11, 27),
    ),
)
