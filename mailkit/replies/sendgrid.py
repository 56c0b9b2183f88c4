"""SendGrid."""

from datetime import date

from mailkit.replies.reply import Certainty, Reply

__all__ = ["ROWS"]

ROWS = (
    Reply(
        finding="snd-sender-unverified",
        protocol="smtp",
        code="550",
        text="does not match a verified sender identity",
        example=(
            "550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error "
            "is resolved."
        ),
        source="SendGrid's help",
        seen=date(2026, 11, 21),
    ),
    Reply(
        finding="lim-daily",
        protocol="smtp",
        code="451",
        text="maximum credits exceeded",
        example="451 Authentication failed: Maximum credits exceeded",
        certainty=Certainty.LIKELY,
        source="bug trackers of mail programs",
        seen=date(2026, 11, 27),
    ),
)
