"""Write messages with the settings of an account: header, text, footer, signature, copies, receipts."""

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
    """Write a message.

    Args:
        account: the account with the settings. Its address is From; the user name may be another.
        to: one address or several.
        subject: one line.
        text: the body, between the account's header and footer.
        options: further options. ``{{signature}}`` is replaced by the account's signature, which is then not added at
            the end.
        person: the author; their own signature replaces the account's.
        sender: another From, if mail is sent by this machine, which allows any address.
        given: ``options`` by name, such as ``cc=…``. The account's ``bcc`` are added as blind copies; empty options
            come from the account.

    Raises:
        SettingsError: an address is invalid, a merge field has no value, or the account has no address.
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
    """Return when the server reports the delivery status (RFC 3461 §4.1)."""
    return ("success", "failure", "delay") if "delivered" in account.delivery.receipts else ()


def _from(name: str, address: str) -> Address:
    """Return an address with a name, which is escaped."""
    local, _, domain = address.rpartition("@")
    try:
        return Address(name, local, domain)
    except (ValueError, IndexError):
        raise SettingsError(f"{address!r} is not an address") from None
