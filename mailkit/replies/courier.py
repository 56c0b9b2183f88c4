"""Courier."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-bad",
        protocol="smtp",
        code="535",
        text="authentication rejected",
        example="535 Authentication rejected",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-size",
        protocol="smtp",
        code="534",
        text="message too big",
        example="534 SIZE=Message too big.",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-size",
        protocol="smtp",
        code="523",
        text="message length (",
        example="523 Message length (20000000 bytes) exceeds administrative limit(10485760).",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-too-many-rcpt",
        protocol="smtp",
        code="431|531",
        text="too many recipients",
        example="531 Too many recipients.",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-not-logged-in",
        protocol="smtp",
        code="535",
        text="authentication required",
        example="535 Authentication required.",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="aut-sequence",
        protocol="smtp",
        code="502",
        text="polite people say helo first",
        example="502 Polite people say HELO first",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="stt-required",
        protocol="smtp",
        code="400",
        text="starttls is required first",
        example="400 STARTTLS is required first.",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="stt-refused",
        protocol="smtp",
        code="440|540",
        text="tls not available",
        example="540 TLS not available.",
        source="Courier source",
        seen=date(2026, 9, 22),
    ),
)
