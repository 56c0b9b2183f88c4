"""hMailServer."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

_SOURCE = "hMailServer's list of SMTP error messages"
_SEEN = date(2026, 11, 28)

ROWS = (
    Reply(
        finding="snd-relay-denied",
        protocol="smtp",
        code="550",
        text="delivery is not allowed to this address",
        example="550 Delivery is not allowed to this address.",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-sender-syntax",
        protocol="smtp",
        code="550",
        text="the address is not valid",
        example="550 The address is not valid.",
        certainty=Certainty.LIKELY,
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-helo",
        protocol="smtp",
        code="501",
        text="helo invalid domain address",
        example="501 HELO Invalid domain address.",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="aut-sequence",
        protocol="smtp",
        code="502",
        text="use helo/ehlo first",
        example="502 Use HELO/EHLO first",
        source=_SOURCE,
        seen=_SEEN,
    ),
    Reply(
        finding="snd-rcpt-unknown",
        protocol="smtp",
        code="421|550",
        text="recipient not in route list",
        example="421 Recipient not in route list.",
        source="github.com/hmailserver/hmailserver/issues/21",
        seen=date(2026, 11, 28),
    ),
)
