"""Build the accounts of a recognised file, with places, remarks and the product's wording."""

import re
from dataclasses import dataclass, replace
from typing import Any

from mailkit.account import Account, Service, Wording
from mailkit.errors import FormatError
from mailkit.formats import native
from mailkit.formats.dialect import Dialect
from mailkit.formats.document import Entry
from mailkit.formats.quotable import quotable
from mailkit.formats.recognition import Recognised
from mailkit.formats.rewriting import planned
from mailkit.formats.translated import Translated, mode_keys
from mailkit.formats.translation import translate
from mailkit.formats.versions import with_version
from mailkit.ports import Security
from mailkit.secret import Secret

__all__ = ["AccountDraft", "read_recognised", "services_of"]


@dataclass(slots=True)
class AccountDraft:
    """A draft of an account: its label and its services by role."""

    label: str
    dialect: Dialect
    services: dict[str, Translated]


def services_of(recognised: list[Recognised]) -> list[AccountDraft]:
    """The accounts of what was recognised, each with one service for each role."""
    accounts: list[AccountDraft] = []
    taken: dict[str, int] = {}
    for recognition in recognised:
        groups: dict[tuple[str, ...], list[AccountDraft]] = {}
        for instance in recognition.found:
            service = translate(with_version(instance))
            if service.table is None:
                continue
            role = "outgoing" if service.table["protocol"] == "smtp" else "incoming"
            group = groups.setdefault(instance.captured, [])
            account = next((a for a in group if role not in a.services), None)
            if account is None:
                published = recognition.dialect.alternatives
                name = str(service.table["protocol"]) if published else instance.label
                account = AccountDraft(_label(recognition, name, taken), recognition.dialect, {})
                group.append(account)
                accounts.append(account)
            account.services[role] = service
    return accounts


def _label(recognition: Recognised, name: str, taken: dict[str, int]) -> str:
    """A label that no other account has; ``taken`` counts those that begin alike."""
    base = recognition.scope.label or name or recognition.dialect.name
    label = base
    while label in taken:
        taken[base] += 1
        label = f"{base} {taken[base]}"
    taken[label] = 1
    return label


def read_recognised(found: list[AccountDraft], file: str) -> list[Account]:
    """The accounts, with places, remarks and the product's wording."""
    tables: dict[str, Any] = {}
    places: native.Places = {}
    for account in found:
        table: dict[str, Any] = {role: draft.table for role, draft in account.services.items()}
        for role, draft in account.services.items():
            if "@" in draft.address and "%" not in draft.address:
                table.setdefault("address", _bare_address(draft.address))
            if draft.name:
                table.setdefault("name", draft.name)
            places["account", account.label, role] = draft.places
            places.setdefault(("account", account.label), dict(draft.places))
        if not any(service.active for service in account.services.values()):
            table["active"] = False
        tables[account.label] = table
    accounts = native.accounts_of({"account": tables}, file, places)
    return [
        replace(
            account,
            incoming=_finished(account.incoming, draft.services.get("incoming")),
            outgoing=_finished(account.outgoing, draft.services.get("outgoing")),
        )
        for account, draft in zip(accounts, found, strict=True)
    ]


def _bare_address(text: str) -> str:
    """The address in ``Name <address>`` or ``address (Name)``."""
    if (named := re.fullmatch(r"([^\s()]+@[^\s()]+)[ \t]+\([^()]*\)[ \t]*", text)) is not None:
        return named[1]
    inside = text.rpartition("<")[2].partition(">")[0] if "<" in text else text
    return inside.strip()


def _finished(service: Service | None, found: Translated | None) -> Service | None:
    if service is None or found is None:
        return None
    secret = service.secret
    if found.shared_file and secret is not None:
        secret = Secret.in_shared_file(secret.source)
    return replace(service, secret=secret, remarks=tuple(found.remarks), wording=_wording(found))


def _wording(found: Translated) -> Wording:
    """Return the product's words for this service, without passwords."""
    shown = {
        key: _shown(found, entry)
        for key, entry in found.bindings.items()
        if key not in ("secret", "url")
    }
    security: dict[str, str] = {}
    for mode in (Security.IMPLICIT_TLS, Security.STARTTLS):
        try:
            changes = planned(found, {"security": mode})
        except FormatError:
            continue
        security[str(mode)] = " and ".join(change.said for change in changes)
    keys = {key: entry.key.lstrip("@") for key, entry in found.bindings.items()}
    elsewhere = {
        key: str(entry.reference)
        for key, entry in found.bindings.items()
        if entry.value in (None, "") and entry.reference is not None
    }
    words = found.instance.words
    if found.shared_file and not words.user:
        elsewhere["user"] = f"file {found.bindings['secret'].value}"
    return Wording(
        found.instance.keys.dialect.title,
        shown,
        security,
        keys,
        elsewhere,
        found.instance.keys.dialect.alternatives,
        _lacking(found),
    )


def _lacking(found: Translated) -> tuple[str, ...]:
    """The encryption modes that the product has no words for in this file."""
    words = found.instance.words
    said = {mode.security for mode in found.reading.modes} | set(words.prefixes.values())
    said |= {mode for _, mode in words.schemes.values() if mode is not None}
    said |= {mode for _, _, mode in words.presets.values()}
    return tuple(
        str(security)
        for security in (Security.IMPLICIT_TLS, Security.STARTTLS)
        if said and security not in said
    )


def _shown(found: Translated, entry: Entry) -> str:
    secret = found.bindings.get("secret")
    hidden = secret is not None and secret.span == entry.span and entry.span is not None
    if entry is found.bindings.get("security") and entry.key in mode_keys(found.reading):
        hidden |= quotable(entry.value) == "***"
    value = "***" if hidden or entry is secret else entry.raw or entry.value
    if value == entry.key:  # a switch that is only its name
        return entry.key
    return f"{entry.key.lstrip('@')} = {value}"[:120]
