"""AShop: the mailboxes of the sales office, for customers and for vendors, in one form (user guide, 2010)."""

from typing import Any

from mailkit.formats.form import Field, Form, number

__all__ = ["FORM"]


def _mailbox(part: str, name: str) -> tuple[Field, ...]:
    return (
        Field((f"{name} Mail Address",), f"{part}/address"),
        Field((f"{name} Mail Server",), f"{part}/incoming.host"),
        Field(
            (f"{name} Mail Username", f"{name} Account Username"),
            f"{part}/incoming.user",
        ),
        Field((f"{name} Mail Password",), f"{part}/incoming.secret"),
        Field((f"{name} Mail Port",), f"{part}/incoming.port", read=number),
    )


def _finish(table: dict[str, Any]) -> None:
    """Defaults: POP3; answers go to the mailbox; POP3 stores mail in the local directory."""
    incoming = table.setdefault("incoming", {})
    incoming.setdefault("protocol", "pop3")
    table.setdefault("delivery", {}).setdefault("reply_to", table.get("address", ""))
    table.setdefault("folders", {}).setdefault("keep", "emerchant/mail")


FORM = Form(
    "ashop",
    "AShop Sales Office",
    (
        Field(("Mail Server Type",), "incoming.protocol", {"POP3": "pop3", "IMAP": "imap"}),
        *_mailbox("customer", "Customer"),
        *_mailbox("vendor", "Vendor"),
    ),
    _finish,
    ("customer", "vendor"),
)
