"""Greylisting: Postgrey and milter-greylist."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-greylist",
        protocol="smtp",
        code="450|451",
        text="greylist",
        example=(
            "450 4.2.0 <lee@example.org>: Recipient address rejected: Greylisted, see "
            "http://postgrey.schweikert.ch/help/example.org.html"
        ),
        source="Postgrey documentation",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-greylist",
        protocol="smtp",
        code="450|451",
        text="greylist",
        example="451 4.7.1 Greylisting in action, please come back in 00:05:00",
        source="milter-greylist documentation",
        seen=date(2026, 11, 21),
    ),
)
