"""iCloud."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        enhanced="5.7.8",
        text="authentication failed",
        hosts=("mail.me.com",),
        example="535 5.7.8 Error: authentication failed",
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
)
