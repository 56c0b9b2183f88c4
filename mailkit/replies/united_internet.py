"""IONOS, GMX and WEB.DE."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="550",
        text="sender address is not allowed",
        example="550 Sender address is not allowed",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
)
