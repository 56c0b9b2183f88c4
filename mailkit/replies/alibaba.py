"""Alibaba Mail (Aliyun), whose reply codes are its own."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

_SOURCE = "a reseller's list of Alibaba Mail's errors, sh-aliyun.com"
_SEEN = date(2026, 11, 28)

ROWS = (
    Reply(
        finding="aut-locked",
        protocol="smtp",
        code="526",
        text="authentication failure[1]",
        example="526 Authentication failure[1]",
        certainty=Certainty.LIKELY,
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="aut-bad",
        protocol="smtp",
        code="526",
        text="authentication failure[0]",
        example="526 Authentication failure[0]",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="440",
        text="mail from account doesn't conform with authentication",
        example=(
            "440 mail from account doesn't conform with authentication (Auth Account:kim@example.com|Mail "
            "Account:lee@example.com)"
        ),
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-rcpt-unknown",
        protocol="smtp",
        code="554",
        text="dosn't exist",
        example="554 RCPT (lee@example.org) dosn't exist",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-too-many-rcpt",
        protocol="smtp",
        code="505",
        text="the total of rcpts is achieved the maximum",
        example="505 the total of RCPTs is achieved the maximum threshold",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-size",
        protocol="smtp",
        code="510",
        text="is achieved the maximum threshold",
        example="510 The length of DATA content is achieved the maximum threshold",
        certainty=Certainty.LIKELY,
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="aut-suspended",
        protocol="smtp",
        code="541",
        text="this account isn't allowed to send",
        example="541 This account isn't allowed to send email",
        source=_SOURCE,
        seen=_SEEN,
    ),
)
