"""A dialect as a format: accounts out of a text, and changed settings into it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mailkit.account import Account, Service, Wording
from mailkit.errors import FormatError
from mailkit.formats import native
from mailkit.formats.dialect import Dialect
from mailkit.formats.document import Entry
from mailkit.formats.recognition import Recognised, recognise
from mailkit.formats.rewriting import Change, apply_changes, edits, planned
from mailkit.formats.translation import Translated, translate
from mailkit.formats.versions import with_version
from mailkit.ports import Security
from mailkit.secret import Secret

__all__ = ["Product", "line_edits", "recognised_product", "rewritten"]

Changes = list[tuple[Account, str, Mapping[str, Any]]]


@dataclass(slots=True)
class Found:
    """An account in the making: its label and its services by role."""

    label: str
    dialect: Dialect
    services: dict[str, Translated]


def services_of(recognised: list[Recognised]) -> list[Found]:
    """The accounts of what was recognised, each with one service for each role."""
    accounts: list[Found] = []
    taken: set[str] = set()
    for one in recognised:
        groups: dict[tuple[str, ...], list[Found]] = {}
        for instance in one.found:
            service = translate(with_version(instance))
            if service.table is None:
                continue
            role = "outgoing" if service.table["protocol"] == "smtp" else "incoming"
            group = groups.setdefault(instance.captured, [])
            account = next((a for a in group if role not in a.services), None)
            if account is None:
                account = Found(_label(one, instance.label, taken), one.dialect, {})
                group.append(account)
                accounts.append(account)
            account.services[role] = service
    return accounts


def _label(one: Recognised, name: str, taken: set[str]) -> str:
    base = one.scope.label or name or one.dialect.name
    label, count = base, 1
    while label in taken:
        count += 1
        label = f"{base} {count}"
    taken.add(label)
    return label


def read_recognised(found: list[Found], file: str) -> list[Account]:
    """The accounts, with places, remarks and the product's wording."""
    tables: dict[str, Any] = {}
    places: native.Places = {}
    for account in found:
        table: dict[str, Any] = {role: one.table for role, one in account.services.items()}
        for role, one in account.services.items():
            if "@" in one.address and "%" not in one.address:
                table.setdefault("address", _bare_address(one.address))
            if one.name:
                table.setdefault("name", one.name)
            places["account", account.label, role] = one.places
            places.setdefault(("account", account.label), dict(one.places))
        if not any(one.active for one in account.services.values()):
            table["active"] = False
        tables[account.label] = table
    accounts = native.accounts_of({"account": tables}, file, places)
    return [
        replace(
            account,
            incoming=_finished(account.incoming, one.services.get("incoming")),
            outgoing=_finished(account.outgoing, one.services.get("outgoing")),
        )
        for account, one in zip(accounts, found, strict=True)
    ]


def _bare_address(text: str) -> str:
    """The address in ``Name <address>``."""
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
    """The product's words for this service; nothing of it is a password."""
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
        security[str(mode)] = " and ".join(one.said for one in changes)
    keys = {key: entry.key for key, entry in found.bindings.items()}
    elsewhere = {
        key: str(entry.reference)
        for key, entry in found.bindings.items()
        if entry.value is None and entry.reference is not None
    }
    table = found.table or {}
    words = found.instance.words
    if words.secret_in_file and not words.user and "secret" in table:
        elsewhere["user"] = f"file {found.bindings['secret'].value}"
    return Wording(
        found.instance.keys.dialect.title,
        shown,
        security,
        keys,
        elsewhere,
        found.instance.keys.dialect.alternatives,
    )


def _shown(found: Translated, entry: Entry) -> str:
    secret = found.bindings.get("secret")
    hidden = secret is not None and secret.span == entry.span and entry.span is not None
    value = "***" if hidden or entry is secret else entry.raw or entry.value
    return f"{entry.key} = {value}"[:120]


def rewritten(
    text: str, file: str, dialect: Dialect | None, changes: Changes
) -> tuple[str, list[Change]]:
    """The text with some settings changed and nothing else, and the changes.

    Raises:
        FormatError: the product cannot say a setting, a value comes from elsewhere, or the
            result does not read as it should.
    """
    found = {one.label: one for one in services_of(recognise(text, file, dialect))}
    before = {one.label: one for one in read_recognised([*found.values()], file)}
    replacements: list[Change] = []
    for account, role, changed in changes:
        service = found[account.label].services.get(role) if account.label in found else None
        if service is None:
            raise FormatError(file, f"has no {role} service of {account.label} any more")
        replacements += planned(service, changed)
    new = apply_changes(text, replacements)
    after = read_recognised(services_of(recognise(new, file, dialect)), file)
    wanted: dict[tuple[str, str], Mapping[str, Any]] = {
        (account.label, role): changed for account, role, changed in changes
    }
    if [one.label for one in after] != list(before):
        raise FormatError(file, "could not be changed: the result does not have the same accounts")
    for account in after:
        for new_service in account.services:
            role = new_service.role
            old = getattr(before[account.label], role)
            _compare(new_service, old, wanted.get((account.label, role), {}), file)
    return new, replacements


def _compare(new: Service, old: Service, wanted: Mapping[str, Any], file: str) -> None:
    for key in ("protocol", "host", "port", "security", "user", "auth"):
        should = wanted.get(key, getattr(old, key))
        if str(getattr(new, key)) != str(should):
            raise FormatError(
                file,
                f"cannot be changed as wanted: {key} would be {getattr(new, key)}, not {should}",
            )
    secrets = [
        (one.secret.kind, one.secret.kind == "value" or one.secret.source) if one.secret else None
        for one in (new, old)
    ]
    if secrets[0] != secrets[1]:
        raise FormatError(file, "cannot be changed without touching the password")


@dataclass(frozen=True)
class Product:
    """A dialect as a format. ``found`` keeps what the recognition of a text has read."""

    dialect: Dialect | None
    name: str = ""
    found: tuple[str, tuple[Recognised, ...]] | None = None

    @property
    def NAME(self) -> str:  # noqa: N802
        """The name of the dialect."""
        return self.dialect.name if self.dialect else self.name

    @property
    def title(self) -> str:
        """The product."""
        return self.dialect.title if self.dialect else self.name

    def recognises(self, text: str, file: str) -> bool:
        """Whether this product's settings are in the text."""
        return any(one.dialect is self.dialect for one in recognise(text, file))

    def read(self, text: str, file: str) -> list[Account]:
        """The accounts of a text.

        Raises:
            FormatError: it has no mail settings of this product.
        """
        if self.found is not None and self.found[0] == text:
            recognised = [*self.found[1]]
        else:
            recognised = recognise(text, file, self.dialect)
        found = services_of(recognised)
        if not found:
            raise FormatError(file, f"has no mail settings of {self.title}")
        return read_recognised(found, file)

    def written(self, accounts: list[Account]) -> str:
        """Accounts as a file of this product.

        Raises:
            FormatError: there is no written form.
        """
        from mailkit.formats.writing import written

        return written(self.dialect, accounts, self.NAME)

    def repaired(self, text: str, file: str, changes: Changes) -> str:
        """The text with some settings changed, and nothing else."""
        return rewritten(text, file, self.dialect, changes)[0]

    def edits(self, text: str, file: str, changes: Changes) -> list[dict[str, Any]]:
        """The lines that would change."""
        _, replacements = rewritten(text, file, self.dialect, changes)
        found = services_of(recognise(text, file, self.dialect))
        bound = [
            entry
            for account in found
            for service in account.services.values()
            if (entry := service.bindings.get("secret")) is not None
        ]
        document = next(iter(recognise(text, file, self.dialect))).scope.document
        named_so = [one for one in document.entries if _SECRET_KEY.search(one.key)]
        secrets = [one.span for one in (*bound, *named_so) if one.span]
        return [{"file": file, **one} for one in edits(text, replacements, secrets)]


def recognised_product(text: str, file: str) -> tuple[Product | None, str]:
    """The product of a text; or why there is none."""
    recognised = recognise(text, file)
    if recognised and services_of(recognised):
        names = {one.dialect.name for one in recognised}
        name = next(iter(names)) if len(names) == 1 else "several products"
        return Product(None, name, (text, tuple(recognised))), ""
    from mailkit.formats.explanation import seen

    return None, seen(text, file)


def line_edits(old: str, new: str, file: str) -> list[dict[str, Any]]:
    """The lines that differ between two texts; lines with a password are masked."""
    from difflib import SequenceMatcher

    before, after = old.splitlines(), new.splitlines()
    result = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            left, right = " / ".join(before[a:b]), " / ".join(after[c:d])
            masked = [_SECRET_LINE.sub(r"\1***", one).strip() for one in (left, right)]
            result.append({"file": file, "line": a + 1, "before": masked[0], "after": masked[1]})
    return result


_SECRET_KEY = re.compile(r"(?i)pass|secret|pwd|token|api_?key|credential|private")
_SECRET_LINE = re.compile(r"(?i)((?:pass|secret|passwd|kennwort)[^=:]*[=:]\s*).*")
