"""qmail and vpopmail."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="mbx-corrupt",
        protocol="pop3",
        code="-ERR",
        text="this user has no $home/maildir",
        example="-ERR this user has no $HOME/Maildir",
        certainty=Certainty.LIKELY,
        source="qmail-pop3d.c",
        seen=date(2026, 11, 28),
    ),
)
