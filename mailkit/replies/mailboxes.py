"""Other providers of mailboxes. Generic words mean something only on their own hosts."""

from mailkit.replies import Reply

__all__ = ["ROWS"]

_TABLE = "public table of tested replies"
_TRACKERS = "bug trackers of mail programs"
_YAHOO = ("yahoo.com", "aol.com", "att.net")
_QQ = ("qq.com",)
_NETEASE = ("163.com", "126.com", "yeah.net")

ROWS = (
    Reply(
        finding="aut-locked",
        protocol="smtp",
        code="535",
        text="(#auth005) too many bad auth attempts",
        example="535 5.7.0 (#AUTH005) Too many bad auth attempts.",
        source=_TRACKERS,
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        text="(#auth005) bad credentials",
        hosts=_YAHOO,
        example="535 5.7.0 (#AUTH005) Bad credentials",
        source=_TABLE,
    ),
    Reply(
        finding="aut-app-password",
        protocol="imap",
        code="NO",
        bracket="AUTHENTICATIONFAILED",
        text="login invalid credentials",
        hosts=_YAHOO,
        example="NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
        source=_TABLE,
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        enhanced="5.7.8",
        text="authentication failed",
        hosts=("mail.me.com",),
        example="535 5.7.8 Error: authentication failed",
        source=_TABLE,
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="you are yet to enable imap for your account",
        example="NO You are yet to enable IMAP for your account. Please contact your administrator.",
        source=_TABLE,
    ),
    Reply(
        finding="aut-app-password",
        protocol="imap",
        code="NO",
        bracket="AUTHENTICATIONFAILED",
        text="authentication failed",
        hosts=("fastmail.com",),
        example="NO [AUTHENTICATIONFAILED] Authentication failed",
        source=_TABLE,
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="smtp",
        code="535",
        enhanced="5.7.8",
        text="this user does not have access rights to this service",
        example="535 5.7.8 Error: authentication failed: This user does not have access rights to this service",
        source=_TRACKERS,
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="login invalid credentials or imap is disabled",
        example="NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled",
        source=_TRACKERS,
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        text="application password is required",
        example="535 5.7.0 NEOBHODIM parol prilozheniya / Application password is REQUIRED",
        source=_TRACKERS,
    ),
    Reply(
        finding="aut-suspended",
        protocol="smtp",
        code="535",
        text="authentication failed: account disabled",
        example="535 Authentication failed: account disabled",
        source=_TABLE,
    ),
    Reply(
        finding="aut-auth-code",
        protocol="smtp",
        code="535",
        text="please enter your authorization code to login",
        example="535 Login Fail. Please enter your authorization code to login. More information in http://service.mail.qq.com/cgi-bin/help?subtype=1",
        source=_TRACKERS,
    ),
    Reply(
        finding="aut-auth-code",
        protocol="smtp",
        code="535",
        text="authentication failed",
        hosts=_NETEASE,
        example="535 Error: authentication failed",
        source=_TRACKERS,
    ),
    Reply(
        finding="aut-auth-code",
        protocol="smtp",
        code="550",
        text="user has no permission",
        hosts=_NETEASE,
        example="550 User has no permission",
        source=_TRACKERS,
    ),
    Reply(
        finding="aut-auth-code",
        protocol="imap",
        code="NO",
        text="login fail",
        hosts=_QQ,
        example="NO Login fail. Account is abnormal, service is not open, password is incorrect",
        source=_TRACKERS,
    ),
)
