"""Yahoo, AOL and AT&T."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-locked",
        protocol="smtp",
        code="535",
        text="(#auth005) too many bad auth attempts",
        example="535 5.7.0 (#AUTH005) Too many bad auth attempts.",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-app-password",
        protocol="smtp",
        code="535",
        text="(#auth005) bad credentials",
        hosts=("yahoo.com", "aol.com", "att.net"),
        example="535 5.7.0 (#AUTH005) Bad credentials",
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-app-password",
        protocol="imap",
        code="NO",
        bracket="AUTHENTICATIONFAILED",
        text="login invalid credentials",
        hosts=("yahoo.com", "aol.com", "att.net"),
        example="NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials",
        source="public table of tested replies",
        seen=date(2026, 9, 22),
    ),
)
