"""QQ and Tencent Exmail."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-auth-code",
        protocol="smtp",
        code="535",
        text="please enter your authorization code to login",
        example=(
            "535 Login Fail. Please enter your authorization code to login. More information in "
            "http://service.mail.qq.com/cgi-bin/help?subtype=1"
        ),
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-auth-code",
        protocol="imap",
        code="NO",
        text="login fail",
        hosts=("qq.com",),
        example="NO Login fail. Account is abnormal, service is not open, password is incorrect",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="501",
        text="mail from address must be same as authorization user",
        example="501 mail from address must be same as authorization user",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-auth-code",
        protocol="smtp",
        code="535",
        text="account is abnormal, service is not open",
        example="535 Login fail. Account is abnormal, service is not open, password is incorrect",
        certainty=Certainty.LIKELY,
        source="posts and notes in public",
        seen=date(2026, 11, 27),
    ),
)
