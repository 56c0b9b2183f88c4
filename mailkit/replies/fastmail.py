"""Fastmail."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-app-password",
        protocol="imap",
        code="NO",
        bracket="AUTHENTICATIONFAILED",
        text="authentication failed",
        hosts=("fastmail.com",),
        example="NO [AUTHENTICATIONFAILED] Authentication failed",
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
)
