"""Sina."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

_SOURCE = "a list of Sina's refusals, blog.sina.com.cn 8dc13ec50101fxxr"
_SEEN = date(2026, 11, 28)

ROWS = (
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="554",
        text="mail address invalid",
        hosts=(".sina.com", ".sina.cn", ".sina.com.cn"),
        example="554 mail address invalid.",
        certainty=Certainty.LIKELY,
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-too-many-rcpt",
        protocol="smtp",
        code="451",
        text="out of allow rcpt numbers",
        example="451 out of allow RCPT numbers.",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="aut-suspended",
        protocol="smtp",
        code="550",
        text="user is locked",
        hosts=(".sina.com", ".sina.cn", ".sina.com.cn"),
        example="550 user is locked.",
        certainty=Certainty.LIKELY,
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-helo",
        protocol="smtp",
        code="555",
        text="helohost error",
        example="555 helohost error.",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-ip-blocked",
        protocol="smtp",
        code="556",
        text="remote ip check error",
        example="556 remote ip check error.",
        certainty=Certainty.LIKELY,
        source=_SOURCE,
        seen=_SEEN,
    ),
)
