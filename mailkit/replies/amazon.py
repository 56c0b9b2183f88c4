"""Amazon SES."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-sender-unverified",
        protocol="smtp",
        code="554",
        text="email address is not verified",
        example=(
            "554 Message rejected: Email address is not verified. The following identities failed the check in "
            "region EU-WEST-1: kim@example.com"
        ),
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="554",
        text="is not authorized to perform",
        example="554 Access denied: User `arn:aws:iam::123456789012:user/kim' is not authorized to perform `ses:SendRawEmail'",
        certainty=Certainty.LIKELY,
        source="posts and notes in public",
        seen=date(2026, 11, 27),
    ),
)
