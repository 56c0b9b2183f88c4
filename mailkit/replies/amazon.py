"""Amazon SES."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-sender-unverified",
        protocol="smtp",
        code="554",
        text="email address is not verified",
        example="554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: kim@example.com",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
)
