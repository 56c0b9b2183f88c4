"""Exim."""

from datetime import date

from mailkit.replies.reply import Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="aut-temp",
        protocol="smtp",
        code="435",
        text="unable to authenticate at present",
        example="435 Unable to authenticate at present",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-relay-denied",
        protocol="smtp",
        code="550",
        text="relay not permitted",
        example="550 relay not permitted",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-domain",
        protocol="smtp",
        code="550",
        text="sender verify failed",
        example="550 Sender verify failed",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-rcpt-unknown",
        protocol="smtp",
        code="550",
        text="unrouteable address",
        example="550 Unrouteable address",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-helo",
        protocol="smtp",
        code="501",
        text="syntactically invalid ehlo argument",
        example="501 Syntactically invalid EHLO argument(s)",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-helo",
        protocol="smtp",
        code="501",
        text="syntactically invalid helo argument",
        example="501 Syntactically invalid HELO argument(s)",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-size",
        protocol="smtp",
        code="552",
        text="message size exceeds maximum permitted",
        example="552 Message size exceeds maximum permitted",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-storage",
        protocol="smtp",
        code="452",
        text="space shortage, please try later",
        example="452 Space shortage, please try later",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-too-many-rcpt",
        protocol="smtp",
        code="552",
        text="too many recipients",
        example="552 too many recipients",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-sender-syntax",
        protocol="smtp",
        code="501",
        text="sender address must contain a domain",
        example="501 <kim>: sender address must contain a domain",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
    Reply(
        finding="snd-rcpt-syntax",
        protocol="smtp",
        code="501",
        text="recipient address must contain a domain",
        example="501 <lee>: recipient address must contain a domain",
        source="Exim source",
        seen=date(2026, 9, 22),
    ),
)
