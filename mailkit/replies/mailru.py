"""Mail.ru."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        text="application password is required",
        example="535 5.7.0 NEOBHODIM parol prilozheniya / Application password is REQUIRED",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="550",
        text="not local sender over smtp",
        example="550 not local sender over smtp",
        source="bug trackers of mail programs",
        seen=date(2026, 11, 28),
    ),
)
