"""Gmail and Google Workspace."""

from mailkit.replies import Reply

__all__ = ["ROWS"]

_FAQ = "FairEmail FAQ 6"
_TABLE = "public table of tested replies"

ROWS = (
    Reply(
        finding="aut-app-password",
        protocol="imap",
        code="NO",
        bracket="ALERT",
        text="application-specific password required",
        example="NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)",
        source=_FAQ,
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="534",
        enhanced="5.7.9",
        text="application-specific password required",
        example="534 5.7.9 Application-specific password required. For more information, go to https://support.google.com/mail/?p=InvalidSecondFactor",
        source=_TABLE,
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        enhanced="5.7.8",
        text="username and password not accepted",
        hosts=("gmail.com", "google.com", "googlemail.com"),
        example="535 5.7.8 Username and Password not accepted. For more information, go to https://support.google.com/mail/?p=BadCredentials x20-gsmtp",
        source=_TABLE,
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="your account is not enabled for imap use",
        example="NO [ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)",
        source="imap client bug trackers",
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="imap access is disabled for your domain",
        example="NO [ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)",
        source="imap client bug trackers",
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="imap access is not allowed for this account",
        example="NO [ALERT] IMAP access is not allowed for this account.",
        source=_FAQ,
    ),
    Reply(
        finding="aut-web-login",
        protocol="imap",
        code="NO",
        text="please log in via your web browser",
        example="NO [ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)",
        source="imap client bug trackers",
    ),
    Reply(
        finding="aut-web-login",
        protocol="smtp",
        code="534",
        enhanced="5.7.14",
        text="please log in via your web browser",
        example="534 5.7.14 <https://accounts.google.com/signin/continue> Please log in via your web browser and then try again.",
        source=_TABLE,
    ),
    Reply(
        finding="aut-locked",
        protocol="smtp",
        code="454",
        enhanced="4.7.0",
        text="too many login attempts",
        example="454 4.7.0 Too many login attempts, please try again later. For more information, go to https://support.google.com/mail/answer/7126229",
        source=_TABLE,
    ),
    Reply(
        finding="lim-connections",
        protocol="imap",
        text="too many simultaneous connections",
        example="NO [ALERT] Too many simultaneous connections. (Failure)",
        source="imap client bug trackers",
    ),
    Reply(
        finding="lim-bandwidth",
        protocol="imap",
        code="BYE",
        text="account exceeded command or bandwidth limits",
        example="* BYE Account exceeded command or bandwidth limits.",
        source="imap client bug trackers",
    ),
    Reply(
        finding="aut-temp",
        protocol="imap",
        code="NO",
        text="temporary system problem. try again later",
        example="NO Temporary System Problem. Try again later. (Failure)",
        source="imap client bug trackers",
    ),
)
