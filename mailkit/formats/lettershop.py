"""LetterShop: an e-mail channel that takes files from its partners, and sends the result back."""

from typing import Any

from mailkit.formats.form import Field, Form, flag, many, number

__all__ = ["FORM"]


def _finish(table: dict[str, Any]) -> None:
    """Defaults: POP3 for incoming mail, SMTP on port 25 for outgoing; its login counts only if enabled."""
    incoming = table.setdefault("incoming", {})
    incoming["protocol"] = "pop3"
    outgoing = table.setdefault("outgoing", {})
    outgoing.setdefault("port", 25)
    if outgoing.pop("login", False) is not True:
        outgoing.pop("user", None)
        outgoing.pop("secret", None)
    channel = table.setdefault("channel", {})
    channel.setdefault("exclusive", False)
    if "address" in table:
        channel.setdefault("answer_from", table["address"])


def _undo(table: dict[str, Any]) -> None:
    if "outgoing" in table:
        table["outgoing"]["login"] = "user" in table["outgoing"]


FORM = Form(
    "lettershop",
    "LetterShop e-mail channel",
    (
        Field(("Communication channel active",), "active", read=flag),
        Field(
            ("E-mail account exclusively for LetterShop", "Exclusive account"),
            "channel.exclusive",
            read=flag,
        ),
        Field(
            ("Keyword in subject for LetterShop email recognition", "Keyword"), "channel.keyword"
        ),
        Field(("POP3 username",), "incoming.user"),
        Field(("Password of the POP3 user",), "incoming.secret"),
        Field(("E-mail sender address",), "address"),
        Field(("Incoming mail server (POP3 server)", "Incoming mail server"), "incoming.host"),
        Field(("Outgoing mail server (SMTP server)", "Outgoing mail server"), "outgoing.host"),
        Field(("SMTP Port",), "outgoing.port", read=number),
        Field(("Prescript",), "channel.pre_script"),
        Field(("Postscript",), "channel.post_script"),
        Field(("Standard Script",), "channel.standard_script", read=flag),
        Field(("Outgoing mail server requires authentication",), "outgoing.login", read=flag),
        Field(("SMTP username",), "outgoing.user"),
        Field(("SMTP password",), "outgoing.secret"),
        Field(("Allowed email addresses and domains",), "channel.allowed", read=many),
    ),
    _finish,
    undo=_undo,
)
