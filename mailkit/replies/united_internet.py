"""IONOS, GMX and WEB.DE."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-ptr",
        protocol="smtp",
        code="554",
        text="bad dns ptr resource record",
        example="554-mail.com (mxgmxus002) Nemesis ESMTP Service not available\r\n554-No SMTP service\r\n"
        "554-Bad DNS PTR resource record.\r\n554 For explanation visit https://postmaster.mail.com/",
        source="github.com/sisimai/set-of-emails",
        seen=date(2026, 11, 28),
    ),
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
