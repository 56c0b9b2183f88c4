"""Zoho."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="you are yet to enable imap for your account",
        example="NO You are yet to enable IMAP for your account. Please contact your administrator.",
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="553",
        text="relaying disallowed as",
        example="553 Relaying disallowed as kim@example.com",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="lim-daily",
        protocol="smtp",
        code="550",
        enhanced="5.4.6",
        text="unusual sending activity detected",
        certainty=Certainty.LIKELY,
        example="550 5.4.6 Unusual sending activity detected. Please try after sometime.",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
)
