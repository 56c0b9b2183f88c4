"""NetEase: 163, 126 and yeah.net (Coremail)."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

_CODES = "NetEase's list of the codes in its refusals, biecuoliao.com"

ROWS = (
    Reply(
        finding="aut-auth-code",
        protocol="smtp",
        code="535",
        text="authentication failed",
        hosts=("163.com", "126.com", "yeah.net"),
        example="535 Error: authentication failed",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-auth-code",
        protocol="smtp",
        code="550",
        text="user has no permission",
        hosts=("163.com", "126.com", "yeah.net"),
        example="550 User has no permission",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="553",
        text="mail from must equal authorized user",
        example="553 Mail from must equal authorized user",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="553",
        text="local user only",
        certainty=Certainty.LIKELY,
        example="553 Local user only,163 smtp5,abc123",
        source="bug trackers of mail programs",
        seen=date(2026, 11, 28),
    ),
    Reply(
        finding="snd-spam",
        protocol="smtp",
        code="554",
        text="dt:spm",
        example="554 DT:SPM 163 smtp5,abc123",
        source="NetEase's help on bounced mail",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="aut-id-required",
        protocol="imap",
        code="NO",
        text="unsafe login",
        example="NO EXAMINE Unsafe Login. Please contact kefu@188.com for help",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="cap-sasl-ir",
        protocol="imap",
        code="BAD",
        text="parse command error",
        example="BAD Parse command error",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-locked",
        protocol="smtp",
        code="451",
        text="too much fail authentication",
        example="451 Requested mail action not taken: too much fail authentication",
        source=_CODES,
        seen=date(2026, 11, 28),
    ),
)
