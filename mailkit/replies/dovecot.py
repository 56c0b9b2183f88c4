"""Dovecot."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="lim-connections",
        protocol="imap",
        code="NO",
        bracket="LIMIT",
        text="maximum number of connections",
        example="NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-suspended",
        protocol="imap",
        code="NO",
        bracket="CONTACTADMIN",
        text="login disabled for this user",
        example="NO [CONTACTADMIN] Login disabled for this user",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="lim-throttled",
        protocol="imap",
        code="NO",
        bracket="THROTTLED",
        example="NO [THROTTLED] Too many commands, slow down",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-expired",
        protocol="pop3",
        code="-ERR",
        bracket="EXPIRED",
        example="-ERR [EXPIRED] Password expired",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-ip-denied",
        protocol="imap",
        code="NO",
        text="not allowed from this ip",
        example="NO [AUTHENTICATIONFAILED] Login not allowed from this IP",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-locked",
        protocol="imap",
        code="NO",
        text="login rate limit hit",
        example="NO [LIMIT] Login Rate Limit Hit",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="mbx-namespace",
        protocol="imap",
        code="NO",
        text="client tried to access nonexistent namespace",
        example=(
            "NO [NONEXISTENT] Client tried to access nonexistent namespace. (Mailbox name should probably be "
            "prefixed with: INBOX.)"
        ),
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="mbx-corrupt",
        protocol="imap",
        code="NO",
        text="mailbox format corruption detected",
        example="NO Mailbox format corruption detected",
        source="bug trackers of mail programs",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="cap-logindisabled-clear",
        protocol="imap",
        code="NO",
        bracket="PRIVACYREQUIRED",
        example="NO [PRIVACYREQUIRED] Cleartext authentication disallowed on non-secure (SSL/TLS) connections.",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="stt-already",
        protocol="imap",
        code="BAD",
        text="tls is already active",
        example="BAD TLS is already active.",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="stt-refused",
        protocol="imap",
        code="BAD",
        text="tls support isn't enabled",
        example="BAD TLS support isn't enabled.",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-temp",
        protocol="imap",
        code="NO",
        bracket="UNAVAILABLE",
        text="temporary authentication failure",
        example="NO [UNAVAILABLE] Temporary authentication failure. [mx1:2026-09-22 10:00:00]",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="mbx-corrupt",
        protocol="pop3",
        code="-ERR",
        bracket="SYS/TEMP",
        text="internal error occurred",
        example="-ERR [SYS/TEMP] Internal error occurred. Refer to server log for more information.",
        source="Dovecot source",
        seen=date(2026, 9, 22),
    ),
)
