"""24SevenOffice: an IMAP account of the mail module, in the groups of its form: general, servers, folders, receipts, advanced."""

from typing import Any

from mailkit.formats.form import Field, Form, flag, many, number

__all__ = ["FORM"]

_SECURITY = {
    "SSL": "implicit-tls",
    "SSL/TLS": "implicit-tls",
    "TLS": "starttls",
    "STARTTLS": "starttls",
    "Ingen": "cleartext",
    "None": "cleartext",
}
_USE = {"yes": "system", "no": "own", "ja": "system", "nei": "own", "x": "system"}


def _finish(table: dict[str, Any]) -> None:
    """Receipts are words in a list; an account that uses the system's server needs none of its own."""
    incoming = table.setdefault("incoming", {})
    incoming.setdefault("protocol", "imap")
    delivery = table.setdefault("delivery", {})
    receipts = table.pop("receipts", {})
    asked = [kind for kind in ("read", "delivered") if receipts.get(kind) is True]
    if asked:
        delivery["receipts"] = asked
    if delivery.get("server") == "system":
        table.pop("outgoing", None)
    elif "outgoing" in table:
        for key in ("user", "secret"):
            if key in incoming:
                table["outgoing"].setdefault(key, incoming[key])


def _undo(table: dict[str, Any]) -> None:
    asked = table.get("delivery", {}).get("receipts", [])
    table["receipts"] = {kind: kind in asked for kind in ("read", "delivered")}


def _role(role: str, *names: str) -> Field:
    return Field(names, f"folders.roles.{role}")


FORM = Form(
    "24sevenoffice",
    "24SevenOffice e-mail account",
    (
        Field(("Type",), "incoming.protocol", {"IMAP": "imap", "POP3": "pop3"}),
        Field(("Kontonavn", "Account name"), "label"),
        Field(("Navn", "Name"), "name"),
        Field(("E-post", "E-mail"), "address"),
        Field(("Standard", "Default"), "default", read=flag),
        Field(("Koble e-poster mot CRM", "Link e-mail to CRM"), "folders.link", read=flag),
        Field(("Innkommende server", "Incoming server"), "incoming.host"),
        Field(("Brukernavn", "User name"), "incoming.user"),
        Field(("Passord", "Password"), "incoming.secret"),
        Field(("Bruke Standard", "Use default"), "delivery.server", _USE),
        Field(("Utgående server", "Outgoing server"), "outgoing.host"),
        _role("sent", "Sendte Elementer", "Sent items"),
        _role("drafts", "Kladd", "Drafts"),
        _role("junk", "Søppelpost", "Junk"),
        _role("trash", "Papirkurv", "Trash"),
        _role("archive", "Arkiv", "Archive"),
        Field(("Last ned", "Download"), "folders.fetch", read=many),
        Field(("Lesebekreftelse", "Read receipt"), "receipts.read", read=flag),
        Field(("Mottaksbekreftelse", "Delivery receipt"), "receipts.delivered", read=flag),
        Field(("Port",), "incoming.port", read=number),
        Field(("Kryptering", "Encryption"), "incoming.security", _SECURITY),
        Field(("Utgående port", "Outgoing port"), "outgoing.port", read=number),
        Field(("Utgående kryptering", "Outgoing encryption"), "outgoing.security", _SECURITY),
    ),
    _finish,
    undo=_undo,
)
