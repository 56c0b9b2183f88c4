"""Messages as the settings of an account want them: header, text, footer, signature, copies, receipts."""

from collections.abc import Iterable, Mapping
from email.utils import formataddr
from pathlib import Path

from mailkit.account import Account
from mailkit.client.compose import Attachment, Letter, compose
from mailkit.errors import SettingsError

__all__ = ["asked", "write"]


def write(
    account: Account,
    to: str | Iterable[str],
    subject: str,
    text: str,
    *,
    person: str = "",
    sender: str = "",
    fields: Mapping[str, object] | None = None,
    html: str = "",
    cc: str | Iterable[str] = (),
    bcc: str | Iterable[str] = (),
    attachments: Iterable[Attachment | Path | str] = (),
    in_reply_to: str = "",
    references: str = "",
) -> Letter:
    """Make a message.

    Args:
        account: whose settings hold. From is its address; who logs in may have another name.
        to: one address or several; likewise ``cc`` and ``bcc``, to which the account's own are added, unseen by all.
        subject: one line.
        text: the body; the account's header comes before it, its footer after it.
        person: who writes; a signature of that person's own takes the place of the account's.
        sender: another From, where mail goes out by this machine and any address may be given.
        fields: values for ``{{name}}``; ``{{signature}}`` is the signature, which then is not added at the end.

    Raises:
        SettingsError: an address is none, a merge field has no value, or the account has no address.
    """
    delivery = account.delivery
    address = sender or account.address
    if not address:
        raise SettingsError(f"{account.label} has no address to send from")
    signature = (
        delivery.signatures.get(person, delivery.signature) if person else delivery.signature
    )
    known = {"signature": signature} | dict(fields or {})
    placed = "{{signature}}" in (delivery.header + text + html + delivery.footer).replace(" ", "")
    more = {}
    if "read" in delivery.receipts:
        more["Disposition-Notification-To"] = address  # RFC 8098 §2.1
    return compose(
        formataddr((account.name, address)) if account.name and not sender else address,
        to,
        subject,
        text,
        html=html,
        cc=cc,
        bcc=[*([bcc] if isinstance(bcc, str) and bcc else bcc), *delivery.bcc],
        reply_to=delivery.reply_to,
        header=delivery.header,
        footer=delivery.footer,
        signature="" if placed else signature,
        fields=known,
        attachments=attachments,
        in_reply_to=in_reply_to,
        references=references,
        more=more,
        charset=delivery.charset,
    )


def asked(account: Account) -> tuple[str, ...]:
    """When the server shall tell what became of a message (RFC 3461 §4.1)."""
    return ("success", "failure", "delay") if "delivered" in account.delivery.receipts else ()
