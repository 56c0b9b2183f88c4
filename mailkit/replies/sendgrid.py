"""SendGrid."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-sender-unverified",
        protocol="smtp",
        code="550",
        text="does not match a verified sender identity",
        example="550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.",
        source="SendGrid's help",
        seen=date(2026, 11, 21),
    ),
)
