"""Yandex."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-protocol-off",
        protocol="smtp",
        code="535",
        enhanced="5.7.8",
        text="this user does not have access rights to this service",
        example="535 5.7.8 Error: authentication failed: This user does not have access rights to this service",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-protocol-off",
        protocol="imap",
        code="NO",
        text="login invalid credentials or imap is disabled",
        example="NO [AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-not-owned",
        protocol="smtp",
        code="553",
        enhanced="5.7.1",
        text="not owned by auth user",
        example="553 5.7.1 Sender address rejected: not owned by auth user.",
        source="bug trackers of mail programs",
        seen=date(2026, 11, 21),
    ),
)
