"""Deliver messages by LMTP, with the reply for each recipient (RFC 2033)."""

import smtplib
from collections.abc import Iterable, Mapping

__all__ = ["deliver_by_lmtp"]


def deliver_by_lmtp(
    place: tuple[str, int], sender: str, recipients: Iterable[str], content: bytes
) -> Mapping[str, str]:
    """Deliver a message to an LMTP server; return the reply for each recipient."""
    replies = {}
    with smtplib.LMTP(*place, "localhost") as client:
        for recipient in recipients:  # one at a time: smtplib keeps one reply only
            try:
                client.sendmail(sender, [recipient], content)
            except smtplib.SMTPResponseException as error:
                replies[recipient] = f"{error.smtp_code} {_text(error.smtp_error)}"
            except smtplib.SMTPRecipientsRefused as error:
                code, said = error.recipients[recipient]
                replies[recipient] = f"{code} {_text(said)}"
            else:
                replies[recipient] = f"250 2.0.0 <{recipient}> delivered"
    return replies


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
