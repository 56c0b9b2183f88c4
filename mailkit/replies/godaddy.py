"""GoDaddy."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-suspended",
        protocol="smtp",
        code="535",
        text="authentication failed: account disabled",
        example="535 Authentication failed: account disabled",
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
)
