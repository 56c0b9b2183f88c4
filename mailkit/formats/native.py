"""The native format: TOML, one table for each account and service.

Known keys are read; others are kept in ``written`` for rules.
"""

import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import count
from pathlib import PurePath
from sys import intern
from typing import Any

from mailkit.account import ACCOUNT_KEYS, SERVICE_KEYS, Account, Place, Service, settings
from mailkit.errors import FormatError, SecretError
from mailkit.formats.document import KeyPath, deepest_line
from mailkit.formats.line_places import LinePlaces
from mailkit.formats.toml_lines import note_keys, parsed
from mailkit.ports import Protocol
from mailkit.secret import Secret
from mailkit.uses import USE_KEYS, USES, ChannelOptions, FolderOptions, OutgoingOptions, used

__all__ = ["NAME", "Changes", "Places", "accounts_of", "read", "recognises", "repaired", "written"]

NAME = "native"

Changes = list[tuple[Account, str, Mapping[str, Any]]]
"""What to change: the account, the role of its service, and the new settings."""

Places = dict[KeyPath, Mapping[str, Place]]

_PAGES = (".md", ".markdown", ".rst", ".adoc", ".html", ".htm", ".ipynb")
"""The ends of the names of documentation, which has tables of accounts as examples."""

_DEEPEST = len(("account", "NAME", "incoming", "host"))


def recognises(text: str, file: str) -> bool:
    """Return whether a text is TOML with accounts, or an attempt at it; a page that shows an example is none."""
    if PurePath(file).suffix.lower() in _PAGES:
        return False
    return re.search(r"(?m)^[ \t]*\[{1,2}[ \t]*account[ \t]*[.\]]", text) is not None


def read(text: str, file: str) -> list[Account]:
    """The accounts of a file, in their order.

    Raises:
        FormatError: it is not TOML, or has no table of accounts.
    """
    try:
        data = parsed(text)
    except ValueError as error:  # also for a number of thousands of digits
        why, line = _explained(str(error), text)
        raise FormatError(file, why, line) from None
    except RecursionError:
        raise FormatError(file, "is nested too deep", deepest_line(text)) from None
    return accounts_of(data, file, _places(text, file))


def _places(text: str, file: str) -> Places:
    """Return the places of the keys of accounts and of their tables; nothing below has a place."""
    lines: dict[KeyPath, dict[str, int]] = {}

    def note(path: KeyPath, line: int) -> None:
        if len(path) > _DEEPEST:
            return
        table = path[:-1]
        inside = lines.get(table)
        if inside is None:
            own = lines.get(table[:-1], {}).get(table[-1]) if table else None
            inside = lines[table] = {} if own is None else {"": own}
        inside.setdefault(intern(path[-1]), line)  # thousands of accounts have the same few keys

    note_keys(text, note)
    places: Places = {}
    shared: dict[tuple[str, ...], dict[str, int]] = {}
    for table in [*lines]:
        inside = lines.pop(table)
        keys = tuple(inside)
        positions = shared.setdefault(keys, {})
        if not positions:
            positions |= {key: at for at, key in enumerate(keys)}
        name = table[-1] if table else ""
        places[table] = LinePlaces(file, name, positions, array("I", [*inside.values()]))
    return places


def _places_in(path: KeyPath, places: Places) -> Mapping[str, Place]:
    """The place of each key of a table, and its own as that of the empty key."""
    if (inside := places.get(path)) is not None or not path:
        return inside or {}
    own = places.get(path[:-1], {}).get(path[-1])
    return {"": own} if own is not None else {}


def accounts_of(data: Mapping[str, Any], file: str, places: Places) -> list[Account]:
    """Return the accounts of parsed tables. The tables and places are taken out of what is given, one account after the
    other: many accounts are not in memory twice.

    Args:
        data: ``{"account": {label: table}}``.
        file: its name, for errors.
        places: by the path of a table, the place of each key.

    Raises:
        FormatError: there is no table of accounts.
    """
    accounts = data.get("account")
    if not isinstance(accounts, dict) or not all(isinstance(a, dict) for a in accounts.values()):
        raise FormatError(file, "has no [account.NAME] table")
    found = []
    for label in [*accounts]:
        table = accounts.pop(label)
        found.append(_account(label, table, places))
        _forget(("account", label), table, places)
    return found


def _forget(path: KeyPath, table: Mapping[str, Any], places: Places) -> None:
    """Remove the places of what is in a table."""
    places.pop(path, None)
    for key, value in table.items():
        if isinstance(value, dict):
            _forget((*path, key), value, places)


def written(accounts: list[Account]) -> str:
    """Accounts as a new file. A literal secret is left out, with a comment.

    Raises:
        FormatError: TOML cannot express
    a value.
    """
    document: dict[str, Any] = {}
    rows: list[str] = []
    for account in accounts:
        label = next(label for label in _numbered(account.label) if label not in document)
        table: dict[str, Any] = {}
        for key, value, usual in (
            ("address", account.address, ""),
            ("name", account.name, ""),
            ("active", account.active, True),
            ("default", account.default, False),
            ("scope", account.scope, "system"),
        ):
            if value != usual:
                table[key] = value
        parts = {service.role: _of_service(service) for service in account.services}
        for use, made in USES.items():
            part = _of_use(getattr(account, use), made())
            if part:
                parts[use] = part
        document[label] = table | parts
        if table or not parts:
            rows += [*_lines(("account", label), table), ""]
        for name, part in parts.items():
            service = getattr(account, name)
            withheld = isinstance(service, Service) and service.secret is not None
            nested = {key: table for key, table in part.items() if isinstance(table, dict)}
            nested.pop("secret", None)
            rows += _lines(
                ("account", label, name), {k: v for k, v in part.items() if k not in nested}
            )
            if withheld and "secret" not in part:
                rows.append("# the secret was given as a value and is not written")
            rows.append("")
            for key, inner in nested.items():
                rows += [*_lines(("account", label, name, key), inner), ""]
    text = "\n".join(rows) if accounts else "[account]\n"
    try:
        same = parsed(text) == {"account": document}
    except ValueError:
        same = False
    if not same:
        raise FormatError(NAME, "cannot hold one of the values; look for control characters")
    return text


def _of_service(service: Service) -> dict[str, Any]:
    part: dict[str, Any] = {key: setting for key, setting in settings(service).items() if setting}
    if service.secret is not None and service.secret.kind != "value":
        part["secret"] = {service.secret.kind: service.secret.source}
    return part


def _of_use(use: Any, usual: Any) -> dict[str, Any]:
    found = {}
    for field in fields(use):
        value = getattr(use, field.name)
        if value != getattr(usual, field.name):
            plain = [*value] if isinstance(value, tuple) else value
            found[field.name] = dict(plain) if isinstance(plain, Mapping) else plain
    return found


def _lines(path: KeyPath, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table, with its name."""
    yield f"[{'.'.join(map(_key, path))}]"
    for key, value in table.items():
        yield f"{_key(key)} = {_value(value)}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: Any) -> str:
    """Return a value of TOML; what it can't express is not read back as itself."""
    if isinstance(value, str):
        return '"' + _SPECIAL.sub(_escaped, value) + '"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
        return "{" + inside + "}"
    return repr(value) if isinstance(value, int | float) else _value(str(value))


_SPECIAL = re.compile(
    r'[\x00-\x1f\x7f-\x9f"\\\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]'
)
"""What ends a value, a line or what a person can see of it."""
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _SHORT.get(match[0]) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")


def _numbered(label: str) -> Iterator[str]:
    """A label, and what it is called where files bring several of them: ``mail``, ``mail-2``, ``mail-3``."""
    yield label
    yield from (f"{label}-{number}" for number in count(2))


def repaired(text: str, file: str, changes: Changes) -> str:
    """The text with some settings changed, and nothing else.

    Raises:
        FormatError: an account or service is not in it (any more).
    """
    import tomlkit

    document = tomlkit.parse(text)
    wanted = parsed(text)
    for account, role, changed in changes:
        try:
            table: Any = document["account"][account.label][role]
            target = wanted["account"][account.label][role]
        except KeyError:
            raise FormatError(file, f"has no {role} service of {account.label} any more") from None
        for key, value in changed.items():
            table[key] = target[key] = value if isinstance(value, int) else str(value)
    new = tomlkit.dumps(document)
    if parsed(new) != wanted:
        raise FormatError(file, "could not be changed without touching something else")
    return new


def _account(label: str, table: dict[str, Any], places: Places) -> Account:
    path = ("account", label)
    incoming = _service(table, "incoming", path, places)
    outgoing = _service(table, "outgoing", path, places)
    if incoming is None and outgoing is None:
        # An account without a service gets an empty one: what is missing is then a finding.
        incoming = Service(protocol=Protocol.IMAP, places=_places_in(path, places))
    return Account(
        label=label,
        address=_text(table.get("address")),
        name=_text(table.get("name")),
        active=table.get("active") is not False,
        default=table.get("default") is True,
        scope=_text(table.get("scope")) or "system",
        incoming=incoming,
        outgoing=outgoing,
        delivery=used(OutgoingOptions, "delivery", table.get("delivery")),
        channel=used(ChannelOptions, "channel", table.get("channel")),
        folders=used(FolderOptions, "folders", table.get("folders")),
        written=_kept(table, ACCOUNT_KEYS) | _uses(table),
        places=_of_account(path, places),
    )


def _of_account(path: KeyPath, places: Places) -> Mapping[str, Place]:
    """Return the places of an account's keys, and of those in the tables of its uses."""
    uses = {
        f"{use}.{key}": place
        for use in USES
        for key, place in places.get((*path, use), {}).items()
        if key
    }
    own = _places_in(path, places)
    return {**own, **uses} if uses else own


def _uses(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the raw values of the tables of uses, for rules."""
    kept: dict[str, Any] = {}
    for use in USES:
        inside = table.get(use)
        for key, value in inside.items() if isinstance(inside, dict) else ():
            name = f"{use}.{key}"
            kept[name] = value if name in USE_KEYS else _masked(value)
    return kept


def _service(
    account: Mapping[str, Any], role: str, path: KeyPath, places: Places
) -> Service | None:
    table = account.get(role)
    if not isinstance(table, dict):
        return None
    written = _kept(table, SERVICE_KEYS)
    secret: Secret | None = None
    if "secret" in table:
        try:
            secret = Secret.read(table["secret"])
        except SecretError as error:
            written["secret"] = str(error)
    word = _text(table.get("protocol")).strip().lower()
    usual = Protocol.SMTP if role == "outgoing" else Protocol.IMAP
    protocol = Protocol(word) if word in tuple(Protocol) else usual
    port = table.get("port", -1)
    return Service(
        protocol=protocol,
        host=_text(table.get("host")),
        port=port,
        user=_text(table.get("user")),
        auth=_text(table.get("auth")) or "password",
        secret=secret,
        allow_cleartext_login=table.get(
            "allow_cleartext_login", account.get("allow_cleartext_login")
        )
        is True,
        role=role,
        written=written | ({} if "security" in table else {"security": _implied(port)}),
        places=_places_in((*path, role), places),
    )


def _implied(port: object) -> str:
    from mailkit.ports import assumed_security

    return str(assumed_security(port if isinstance(port, int) and port > 0 else None))


def _kept(table: dict[str, Any], known: dict[str, type]) -> dict[str, Any]:
    """Return raw values for rules; of a possible password only that it exists."""
    kept: dict[str, Any] = {}
    for name, value in table.items():
        key = intern(name) if type(name) is str else name
        if known.get(key) is dict:
            if not isinstance(value, dict) and key != "secret":
                kept[key] = _masked(value)
        else:
            kept[key] = value if key in known else _masked(value)
    return kept


def _masked(value: object) -> object:
    return value if isinstance(value, bool) else "***"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _explained(error: str, text: str) -> tuple[str, int | None]:
    """The parser's words in one line, and the line of the file they are about."""
    error = " ".join(error.split())
    if error.endswith("(at end of document)"):
        why = error.removesuffix("(at end of document)").strip()
        return f"is not TOML, or only half of it: {why} at its end", text.rstrip().count("\n") + 1
    match = re.fullmatch(r"(.*?)\s*\(at line (\d+), column \d+\)", error)
    return (f"is not TOML: {match[1]}", int(match[2])) if match else (f"is not TOML: {error}", None)
