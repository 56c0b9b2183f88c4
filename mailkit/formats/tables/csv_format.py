"""CSV as a format among the others: read, written, and changed cell by cell."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from mailkit.account import Account, Service, settings
from mailkit.errors import FormatError
from mailkit.formats.document import split_lines
from mailkit.formats.native import Changes
from mailkit.formats.tables.cells import cells_in, csv_table, delimiter_of, is_ruled
from mailkit.formats.tables.columns import known_column
from mailkit.formats.tables.rows import RowPlaces, accounts_of
from mailkit.formats.tables.table import CellTable
from mailkit.text import inert

__all__ = ["NAME", "read", "recognises", "repaired", "written"]

NAME = "csv"
title = "Table of accounts (CSV, XLSX, Parquet)"

_OWNERS = {"label", "address", "user"}
_COLUMNS = ("protocol", "host", "port", "security", "user", "auth", "secret")


def recognises(text: str, file: str) -> bool:
    """Whether the first line names columns of a table of accounts.

    In a table with a rule below its head one of them has to say whose account it is: help pages have others.
    """
    if not delimiter_of(text):
        return False
    return not is_ruled(text) or bool(_OWNERS & {*map(known_column, csv_table(text, file).names)})


def read(text: str, file: str) -> list[Account]:
    """The accounts of a table.

    Raises:
        FormatError: no column holds the host of a server.
    """
    return accounts_of(csv_table(text, file))


def written(accounts: list[Account]) -> str:
    """Accounts as a table, a row for each. A secret given as a value is left out, and line ends are blanks."""
    roles = [role for role in ("incoming", "outgoing") if any(getattr(a, role) for a in accounts)]
    names = ["account", "address", *(f"{role}_{key}" for role in roles for key in _COLUMNS)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for account in accounts:
        row: list[object] = [account.label, account.address]
        for role in roles:
            service = getattr(account, role)
            values = settings(service) if service is not None else {}
            secret = service.secret if service is not None else None
            reference = (
                f"{secret.kind}:{secret.source}" if secret and secret.kind != "value" else ""
            )
            row += [*(values.get(key, "") for key in _COLUMNS[:-1]), reference]
        writer.writerow([inert(value) for value in row])
    return out.getvalue()


def repaired(text: str, file: str, changes: Changes) -> str:
    """The text with some cells changed, and nothing else.

    Raises:
        FormatError: a row spans several lines, or the table has no column for a setting, or has a rule.
    """
    if is_ruled(text):
        raise FormatError(
            file, "is a table with a rule, which is read and not written; change it there"
        )
    lines = split_lines(text)
    table = csv_table(text, file)
    header, delimiter = table.names, table.delimiter
    for account, role, changed in changes:
        service = getattr(account, role)
        places = service.places if service is not None else None
        if not isinstance(places, RowPlaces) or places.line > len(lines):
            raise FormatError(file, f"has no row of {account.label} any more")
        if places.lines:
            _change_column(lines, table, account, role, changed)
            continue
        line = lines[places.line - 1]
        cells = cells_in(line, delimiter)
        if len(cells) != len(header):
            raise FormatError(file, "has a row of several lines; change it there", places.line)
        if not _is_of(dict(zip(header, cells, strict=True)), places.columns, service):
            raise FormatError(file, f"has no row of {account.label} any more", places.line)
        for key, value in changed.items():
            name = places.columns.get(key)
            if name is None:
                raise FormatError(file, f"has no column for {key} of the {role} service")
            cells[header.index(name)] = str(value)
        lines[places.line - 1] = _written_row(cells, delimiter, line)
    return "".join(lines)


def _change_column(
    lines: list[str], table: CellTable, account: Account, role: str, changed: Mapping[str, Any]
) -> None:
    """Change cells of the column of an account, in the lines of a table with its settings below each other."""
    service = getattr(account, role)
    places, file = service.places, table.file
    at = places.line - 1
    column = {
        name: (cells_in(lines[line - 1], table.delimiter) + [""] * (at + 1))[at]
        for name, line in zip(table.names, table.lines, strict=True)
    }
    if not _is_of(column, places.columns, service):
        raise FormatError(file, f"has no column of {account.label} any more")
    for key, value in changed.items():
        if key not in places.columns:
            raise FormatError(file, f"has no row for {key} of the {role} service")
        number = places[key].line
        line = lines[number - 1]
        cells = cells_in(line, table.delimiter)
        if len(cells) <= at:
            raise FormatError(file, "has a row of several lines; change it there", number)
        cells[at] = str(value)
        lines[number - 1] = _written_row(cells, table.delimiter, line)


def _written_row(cells: list[str], delimiter: str, line: str) -> str:
    """The cells as a line that ends as another does."""
    out = io.StringIO()
    ending = line[len(line.rstrip("\r\n")) :]
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerow(cells)
    return out.getvalue()


def _is_of(row: Mapping[str, str], columns: Mapping[str, str], service: Service) -> bool:
    """Return whether a row still is about a service, by its host and user."""
    told = ((row.get(columns.get(key, ""), ""), getattr(service, key)) for key in ("host", "user"))
    return all(str(value).casefold() in cell.casefold() for cell, value in told if cell.strip())
