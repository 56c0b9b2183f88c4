"""Values in neighbouring files: ``.env``, ``secrets.yaml``, the other file of Postfix.

Only files in the folder of the document, or up to two folders above it if the product does that, are read; a path
outside is not followed. A password stays a reference.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mailkit.formats.document import Document, Entry
from mailkit.formats.inclusion import entries_beside
from mailkit.formats.scope import Scope
from mailkit.formats.syntax.dotenv import expand
from mailkit.formats.syntax.exim import routed
from mailkit.formats.values import PROGRAMS

__all__ = ["followed"]


def followed(scope: Scope) -> Scope:
    """Resolve the references of a scope, as far as neighbouring files have the values."""
    document = scope.document
    entries = scope.entries
    if document.syntax == "exim":
        return replace(scope, entries=tuple(routed(entries)))
    if document.syntax == "ini":
        entries = (*entries, *_unused(entries))
    if document.syntax in ("master", "postfix"):
        entries = (*_of_postfix(document), *entries)
    wanted = {entry.reference.name for entry in entries if entry.reference}
    if not wanted or document.is_stream:
        return replace(scope, entries=tuple(entries))
    kinds = {entry.reference.kind for entry in entries if entry.reference}
    variables = _variables(document) if "env" in kinds else {}
    secrets = _secrets(document) if any(name.startswith("!secret ") for name in wanted) else {}
    if not variables and not secrets:
        return replace(scope, entries=tuple(entries))
    return replace(scope, entries=tuple(_known(entry, variables, secrets) for entry in entries))


def _known(entry: Entry, variables: dict[str, Entry], secrets: dict[str, Entry]) -> Entry:
    reference = entry.reference
    if reference is None:
        return entry
    found = None
    if reference.kind == "env":
        found = variables.get(reference.name)
    elif reference.name.startswith("!secret "):
        found = secrets.get(reference.name.partition(" ")[2])
    if found is None or not isinstance(found.value, str | int | float | bool):
        return entry
    inside = entry.raw.strip("'\"")
    if "$" in inside and not re.fullmatch(r"\$(\{[^{}]*\}|\w+)", inside):
        value, _, _ = expand(inside, variables)
        return replace(entry, value=value)
    return replace(entry, value=found.value, span=None, origin=found.origin)


def _variables(document: Document) -> dict[str, Entry]:
    """The variables of the ``.env`` beside the document, or of a program above it."""
    in_project = document.syntax in PROGRAMS or "%env(" in document.text
    above = ("", "../", "../../") if in_project else ("",)
    for folder in above:
        name = f"{folder}.env"
        if Path(document.file).name != ".env" and (found := entries_beside(document, name)):
            return {entry.key: entry for entry in found}
    return {}


def _secrets(document: Document) -> dict[str, Entry]:
    for name in ("secrets.yaml", "../secrets.yaml"):
        if found := entries_beside(document, name, "yaml"):
            return {entry.key: entry for entry in found if len(entry.path) == 1}
    return {}


def _of_postfix(document: Document) -> Iterator[Entry]:
    """Read the other file of Postfix: ``main.cf`` has the defaults of ``master.cf``, which overrides it."""
    if document.syntax == "postfix":
        if Path(document.file).name == "main.cf":
            found = entries_beside(document, "master.cf", "master")
            yield from (
                replace(entry, path=entry.path[2:]) for entry in found if entry.path[1] == "smtp"
            )
        return
    found = entries_beside(document, "main.cf", "postfix")
    if not found:
        return
    main = {entry.key: entry for entry in found}
    for place in dict.fromkeys(entry.path[:2] for entry in document.entries):
        yield Entry((*place, "main.cf"), True, 1)
        relay = _next_hop(main, place[1]) if place[0] == "client" else main.get("myhostname")
        if relay is not None:
            name = "relayhost" if place[0] == "client" else "host"
            yield replace(relay, path=(*place, name))
        side = "smtp_" if place[0] == "client" else "smtpd_"
        yield from (entry.under(*place) for entry in found if entry.key.startswith(side))


def _next_hop(main: dict[str, Entry], service: str) -> Entry | None:
    """Where a service of ``master.cf`` delivers to, where ``main.cf`` sends everything through it."""
    for key in ("default_transport", "relay_transport"):
        entry = main.get(key)
        name, colon, hop = str(entry.value).partition(":") if entry is not None else ("", "", "")
        if entry is not None and colon and name == service and hop:
            return replace(entry, value=hop)
    return None


def _unused(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    """Mark the repositories of OfflineIMAP that no account in ``accounts`` names."""
    by_path = {entry.path: entry for entry in entries}
    accounts = by_path.get(("general", "accounts"))
    if accounts is None or not isinstance(accounts.value, str):
        return
    names = (f"Account {name.strip()}" for name in accounts.value.split(","))
    used = {
        f"Repository {entry.value}"
        for name in names
        for key in ("remoterepository", "localrepository")
        if (entry := by_path.get((name, key))) is not None
    }
    for path in dict.fromkeys(entry.path[0] for entry in entries if len(entry.path) > 1):
        if used and path.startswith("Repository ") and path not in used:
            yield Entry((path, "unused"), True, accounts.line)
