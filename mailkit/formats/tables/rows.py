"""Accounts from the rows of a table. A wrong row has an account too; findings report what is wrong."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from mailkit.account import Account, Place, Remark, Service
from mailkit.errors import FormatError
from mailkit.formats.converters import flag
from mailkit.formats.document import uncollected
from mailkit.formats.tables.cells import CellTable, TableRow, no_host
from mailkit.formats.tables.columns import Columns, columns_for
from mailkit.formats.tables.evidence import LOGIN, PORTS, WORDS, is_about_mail
from mailkit.formats.tables.parts import security_word, with_parts
from mailkit.formats.tables.table import plain_cell
from mailkit.ports import Protocol, Security, assumed_security, decided_security
from mailkit.secret import Secret

__all__ = [
    "RowPlaces",
    "RowReader",
    "accounts_of",
    "meant_columns",
    "secret_in",
]

_REFERENCE = re.compile(r"\s*(env|command|keyring|file):(.+)", re.S | re.I)
_MOST_LOOKED_AT = 100
"""Rows in which a word about mail is looked for."""


_PROTOCOLS = {str(protocol): protocol for protocol in Protocol}
_OF_ACCOUNT = frozenset(("label", "address", "name", "active", "default", "scope"))
_BESIDE = frozenset(("user", "secret", "security", "ssl", "tls", "starttls", "auth"))
"""Values of a row for a service that it does not have."""
_OWN = frozenset(("user", "address", "secret", "secret_env", "secret_file", "secret_command"))
"""Values of a service that most rows have for themselves; they share the others."""

_MOST_KEPT = 20_000


class RowPlaces(Mapping[str, Place]):
    """Where each setting of a service is: the file, the row, and the name of the column.

    ``lines`` are those of the names, in a table that has its settings below each other.
    """

    __slots__ = ("columns", "file", "line", "lines")

    def __init__(
        self, file: str, line: int, columns: Mapping[str, str], lines: Mapping[str, int] | None
    ) -> None:
        self.file, self.line, self.columns, self.lines = file, line, columns, lines

    def __getitem__(self, key: str) -> Place:
        name = self.columns[key]
        return Place(self.file, self.lines.get(name, 1) if self.lines else self.line, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


def meant_columns(table: CellTable, given: Mapping[str, str] | None = None) -> Columns:
    """What the columns of a table hold.

    Raises:
        FormatError: no column holds the host of a server.
        SettingsError: a column was given that is not there.
    """
    found = columns_for(table.names, given)
    if not found.servers:
        raise FormatError(table.file, no_host(table.names))
    return replace(found, lines=table.lines)


def accounts_of(
    table: CellTable, columns: Mapping[str, str] | None = None, *, plain_secrets: bool = False
) -> list[Account]:
    """The accounts of a table, in the order of its rows.

    Rows with the same account and another service belong together. ``plain_secrets`` is whether a cell
    may hold a password itself; otherwise it says where the password is (``env:NAME``, ``command:…``,
    ``keyring:service/user`` or ``file:PATH``), and a cell that does not is a finding and not read.
    """
    reader = RowReader(table.file, meant_columns(table, columns), plain_secrets)
    rows = table.rows if columns else _of_mail(table, reader)
    with uncollected():
        return reader.read(rows)


def _of_mail(table: CellTable, reader: "RowReader") -> Iterator[TableRow]:
    """The rows, if a column or one of the first rows is about mail; a list of hosts with open ports is not.

    Raises:
        FormatError: nothing is.
    """
    cells = reader.shared
    if reader.sides:
        return table.rows
    first = [*islice(table.rows, _MOST_LOOKED_AT)]

    def said(setting: str) -> set[str]:
        at = cells.get(setting)
        rows = (row.cells for row in first if at is not None and at < len(row.cells))
        return {plain_cell(row[at]).strip().lower() for row in rows} - {""}  # type: ignore[index]

    alone = cells.keys() <= {"host", "label", "name", "active"}
    if first and (alone or not is_about_mail(said, has_login=bool(LOGIN & cells.keys()))):
        raise FormatError(table.file, "has hosts, and no row of the first is about mail")
    return chain(first, table.rows)


def secret_in(cell: str) -> Secret | None:
    """The secret that a cell refers to; nothing where it does not refer to one."""
    match = _REFERENCE.fullmatch(cell)
    return Secret(match[1].lower(), match[2].strip()) if match else None


class RowReader:
    """Reads rows one by one; keeps what was read of each account, for its other service may follow."""

    def __init__(self, file: str, columns: Columns, plain_secrets: bool) -> None:
        self.file, self.columns, self.plain_secrets = file, columns, plain_secrets
        self.settings: dict[str, dict[str, int]] = {}
        for at, meaning in enumerate(columns.meanings):
            side, _, setting = meaning.rpartition(".")
            if meaning:
                self.settings.setdefault(side, {})[setting] = at
        self.shared = self.settings.pop("", {})
        self._place_shared_server()
        self.sides: list[str] = [side for side in self.settings if "host" in self.settings[side]]
        self.places = {
            side: {setting: columns.names[at] for setting, at in self.cells_of(side).items()}
            | {"": ""}
            for side in ("", *self.sides)
        }
        every = {side: self.cells_of(side) for side in ("", *self.sides)}
        self.own = {side: _some(cells, _OWN) for side, cells in every.items()}
        self.others = {
            side: _some(cells, cells.keys() - _OWN - _OF_ACCOUNT) for side, cells in every.items()
        }
        self.lines = dict(zip(columns.names, columns.lines, strict=False))
        self.kept: dict[tuple[str, ...], dict[str, Any]] = {}
        self.has_user = {side: "user" in cells for side, cells in every.items()}
        self.found: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, int] = {}

    def read(self, rows: Iterator[TableRow]) -> list[Account]:
        width = len(self.columns.names)
        for row in rows:
            values = [plain_cell(cell) for cell in row.cells]
            self._add(row, values + [""] * (width - len(values)))
        for fields in self.found.values():
            del fields["row"]
        return [Account(**fields) for fields in self.found.values()]

    def alone(self, row: TableRow) -> Account:
        """The account of one row, whatever others say."""
        self.found, self.counts = {}, {}
        (account,) = self.read(iter((row,)))
        return account

    def cells_of(self, side: str) -> dict[str, int]:
        """The columns of one service, with those that are shared by all."""
        return self.shared | self.settings.get(side, {})

    def _place_shared_server(self) -> None:
        """Beside ``smtp_host`` a plain ``host`` is the other service's."""
        servers = [side for side in self.settings if "host" in self.settings[side]]
        if "host" not in self.shared or not servers:
            return
        side = (
            "incoming" if all(server in ("smtp", "outgoing") for server in servers) else "outgoing"
        )
        own = self.settings.setdefault(side, {})
        for key in ("host", "port", "security", "ssl", "tls", "starttls", "protocol", "auth"):
            if key in self.shared:
                own.setdefault(key, self.shared.pop(key))

    def _add(self, row: TableRow, values: list[str]) -> None:
        sides = self.sides or [""]
        services = [one for side in sides if (one := self._service(side, row, values))]
        if not services:  # a row without a server, or one that cannot be read, is a finding
            services = [self._made(sides[0], row, values)]
        first = services[0]
        address = self._at("address", values)
        label = (self._at("label", values) or address or first.user or first.host).strip()
        label = label or f"row {row.number}"
        for service in services:
            there = self.found.get(label, {})
            joins = there and service.role not in there and (there["row"] == row or not self.sides)
            if joins:
                there[service.role] = service
                continue
            name = self._free(label)
            self.found[name] = {
                "label": name,
                "row": row,
                "address": address or (service.user if "@" in service.user else ""),
                "name": self._at("name", values),
                "active": flag(self._at("active", values)) is not False,
                "default": flag(self._at("default", values)) is True,
                "scope": self._at("scope", values) or "system",
                "places": RowPlaces(self.file, row.number, self.places[""], self.lines),
                service.role: service,
            }

    def _free(self, label: str) -> str:
        if label not in self.found:
            return label
        count = self.counts[label] = self.counts.get(label, 1) + 1
        return self._free(f"{label} {count}")

    def _at(self, setting: str, values: list[str]) -> str:
        at = self.shared.get(setting)
        return values[at] if at is not None and values[at].strip() else ""

    def _service(self, side: str, row: TableRow, values: list[str]) -> Service | None:
        """The service on one side of a row; nothing where its cells are empty."""
        own = self.settings.get(side, self.shared)
        if side and values[own["host"]].strip():
            return self._made(side, row, values)
        filled = {key for key, at in own.items() if key not in _OF_ACCOUNT and values[at].strip()}
        if not filled or (side and "host" not in filled and not filled - _BESIDE):
            return None
        return self._made(side, row, values)

    def _made(self, side: str, row: TableRow, values: list[str]) -> Service:
        own = {setting: cell for setting, at in self.own[side] if (cell := values[at]).strip()}
        key = side, *[values[at] for _, at in self.others[side]]
        if key not in self.kept:
            if len(self.kept) >= _MOST_KEPT:
                self.kept.clear()
            self.kept[key] = self._others(side, values)
        remarks = self._remarks(row)
        secret = self._secret(own, side, row, remarks)
        return Service(
            **self.kept[key],
            user=own.get("user", "") or ("" if self.has_user[side] else own.get("address", "")),
            secret=secret,
            places=RowPlaces(self.file, row.number, self.places[side], self.lines),
            remarks=tuple(remarks),
        )

    def _others(self, side: str, values: list[str]) -> dict[str, Any]:
        """The settings of a service that other rows share."""
        given = {setting: cell for setting, at in self.others[side] if (cell := values[at]).strip()}
        given = with_parts(given)
        port = _port(given.get("port", ""))
        word = given.get("protocol", "").strip().lower()
        protocol = _protocol(side, word, port, given.get("host", ""))
        written: dict[str, Any] = {}
        if word and word not in WORDS:
            written["protocol"] = given["protocol"]
        if "security" not in given:
            given |= _flagged(given)
        security = security_word(given.get("security", "").strip())
        if (decided := decided_security(security, port)) is not None:
            written["security"] = str(decided)
        elif security:
            written["security"] = security
        else:
            written["security"] = str(
                assumed_security(port if isinstance(port, int) and port > 0 else None)
            )
        return {
            "protocol": protocol,
            "host": given.get("host", ""),
            "port": port,
            "auth": given.get("auth", "").strip() or "password",
            "allow_cleartext_login": flag(given.get("allow_cleartext_login", "")) is True,
            "written": written,
        }

    def _remarks(self, row: TableRow) -> list[Remark]:
        if not row.wrong:
            return []
        place = Place(self.file, row.number)
        return [Remark("cfg-table-row", f"The row {row.wrong}.", place=place)]

    def _secret(
        self,
        given: Mapping[str, str],
        side: str,
        row: TableRow,
        remarks: list[Remark],
    ) -> Secret | None:
        for kind in ("env", "file", "command"):
            if cell := given.get(f"secret_{kind}"):
                return Secret(kind, cell.strip())
        cell = given.get("secret")
        if not cell:
            return None
        found = secret_in(cell)
        if found is None and self.plain_secrets:
            return Secret.value(cell)
        if found is None:
            at = self.columns.names[self.cells_of(side)["secret"]]
            place = Place(self.file, row.number, at)
            remarks.append(
                Remark(
                    "cfg-table-secret",
                    f"Column {at}: the cell is not a reference to a password, so it is not used.",
                    place=place,
                )
            )
        return found


def _some(cells: Mapping[str, int], settings: Collection[str]) -> list[tuple[str, int]]:
    return [(setting, at) for setting, at in cells.items() if setting in settings]


def _port(text: str) -> int | str:
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.0)?", text):
        return int(text.removesuffix(".0"))
    return text or -1


def _protocol(side: str, word: str, port: int | str, host: str) -> Protocol:
    """What a service speaks: its column says so, or else the protocol column, the port, the host."""
    if side in _PROTOCOLS:
        return _PROTOCOLS[side]
    found = WORDS.get(word, "")
    if not found and isinstance(port, int):
        found = PORTS.get(port, "")
    if not found:
        first = host.strip().lower().partition(".")[0].rstrip("0123456789")
        found = WORDS.get(first, "") or ("smtp" if first in ("mailout", "send", "out") else "")
    if side == "outgoing":
        return Protocol.SMTP
    if side == "incoming":
        return Protocol.POP3 if found == "pop3" else Protocol.IMAP
    return Protocol(found or "imap")


def _flagged(given: Mapping[str, str]) -> dict[str, str]:
    """The encryption that flags say; with neither of the pair beside it a flag means one thing or the other."""
    on = {key: flag(given[key]) for key in ("ssl", "tls", "starttls") if key in given}
    words = [word for word in on.values() if not isinstance(word, bool)]
    if not on:
        return {}
    if words:
        return {"security": str(words[0])}
    if on.get("starttls") is True:
        return {"security": "starttls" if on.get("ssl") is not True else "ssl"}
    if on.get("ssl") is True:
        return {"security": str(Security.IMPLICIT_TLS) if len(on) > 1 else "ssl"}
    if on.get("tls") is True:
        return {"security": str(Security.STARTTLS) if "ssl" in on else "tls"}
    return {"security": str(Security.CLEARTEXT)}
