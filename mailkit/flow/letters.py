"""Messages as the settings of an account want them: header, text, footer, signature, copies, receipts."""

from dataclasses import replace
from email.headerregistry import Address
from typing import Any

from mailkit.account import Account
from mailkit.client.compose import ComposeOptions, Letter, To, compose
from mailkit.errors import SettingsError

__all__ = ["asked", "write"]


def write(
    account: Account,
    to: To,
    subject: str,
    text: str,
    options: ComposeOptions | None = None,
    *,
    person: str = "",
    sender: str = "",
    **given: Any,
) -> Letter:
    """Make a message.

    Args:
        account: whose settings hold. From is its address; who logs in may have another name.
        to: one address or several.
        subject: one line.
        text: the body; the account's header comes before it, its footer after it.
        options: what else the message has. ``{{signature}}`` is the account's signature, which then is not added at the end.
        person: who writes; a signature of that person's own takes the place of the account's.
        sender: another From, where mail goes out by this machine and any address may be given.
        given: the same as ``options`` by name, such as ``cc=…``. The account's own ``bcc`` are added, unseen by all; what is empty
            is taken from the account.

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
    wanted = replace(options or ComposeOptions(), **given)
    header, footer = wanted.header or delivery.header, wanted.footer or delivery.footer
    placed = "{{signature}}" in (header + text + wanted.html + footer).replace(" ", "")
    more = {**(wanted.more or {})}
    if "read" in delivery.receipts:
        more["Disposition-Notification-To"] = address  # RFC 8098 §2.1
    bcc = [wanted.bcc] if isinstance(wanted.bcc, str | Address) else [*wanted.bcc]
    filled = replace(
        wanted,
        bcc=[*bcc, *delivery.bcc],
        reply_to=wanted.reply_to or delivery.reply_to,
        header=header,
        footer=footer,
        signature=wanted.signature or ("" if placed else signature),
        fields={"signature": signature, **(wanted.fields or {})},
        more=more,
        charset=wanted.charset or delivery.charset,
    )
    author = _from(account.name, address) if account.name and not sender else address
    return compose(author, to, subject, text, filled)


def asked(account: Account) -> tuple[str, ...]:
    """When the server shall tell what became of a message (RFC 3461 §4.1)."""
    return ("success", "failure", "delay") if "delivered" in account.delivery.receipts else ()


def _from(name: str, address: str) -> Address:
    """An address with a name, which is text and never syntax."""
    local, _, domain = address.rpartition("@")
    try:
        return Address(name, local, domain)
    except (ValueError, IndexError):
        raise SettingsError(f"{address!r} is not an address") from None
