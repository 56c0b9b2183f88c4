"""Cyrus IMAP."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="lim-connections",
        protocol="imap",
        code="NO",
        text="too many open connections",
        example="NO Too many open connections (10 of 10 from 192.0.2.9, 5 of 10 for kim)",
        source="Cyrus source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="lim-pop3-delay",
        protocol="pop3",
        code="-ERR",
        bracket="LOGIN-DELAY",
        example="-ERR [LOGIN-DELAY] Logins must be at least 5 minutes apart",
        source="Cyrus source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="mbx-quota",
        protocol="imap",
        code="NO",
        text="over quota",
        example="NO Over quota",
        source="Cyrus source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="cap-logindisabled-clear",
        protocol="imap",
        code="NO",
        text="login only available under a layer",
        example="NO Login only available under a layer",
        source="Cyrus source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="cap-logindisabled-clear",
        protocol="pop3",
        code="-ERR",
        bracket="AUTH",
        text="user command only available under a layer",
        example="-ERR [AUTH] USER command only available under a layer",
        source="Cyrus source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="stt-already",
        protocol="imap",
        code="NO",
        text="tls already active",
        example="NO TLS already active",
        source="Cyrus source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="stt-refused",
        protocol="imap",
        code="NO",
        text="error initializing tls",
        example="NO Error initializing TLS",
        source="Cyrus source",
        seen=date(2026, 9, 22),
    ),
)
