"""Tables whose settings are below each other: each column beside their names is an account, or a service of one."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from mailkit.formats.tables.columns import columns_for, known_column, side_of
from mailkit.formats.tables.evidence import PORTS
from mailkit.formats.tables.table import CellTable, TableRow

__all__ = ["MOST_SETTINGS", "sideways"]

MOST_SETTINGS = 100
"""Rows of such a table."""

_MOST_ACCOUNTS = 200
_LEAST_SETTINGS = 3
_HOST = re.compile(r"\s*(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b.*", re.I | re.S)


def sideways(
    rows: Sequence[tuple[int, Sequence[object]]], file: str, delimiter: str = ""
) -> CellTable | None:
    """The table with its rows and columns exchanged; ``None`` where the first column names no settings.

    ``rows`` are the cells with the line of each.
    """
    if (
        not rows
        or len(rows) > MOST_SETTINGS
        or max(len(cells) for _, cells in rows) > _MOST_ACCOUNTS
    ):
        return None
    texts = [["" if cell is None else str(cell).strip() for cell in cells] for _, cells in rows]
    names = [cells[0] if cells else "" for cells in texts]
    found = columns_for(names)
    if sum(map(bool, found.meanings)) < _LEAST_SETTINGS or not found.servers:
        return None
    first = next(at for at, meaning in enumerate(found.meanings) if meaning)
    above = max(first - 1, 0)
    columns = [*zip_longest(*texts[above:], fillvalue="")][1:]
    if not _about_servers(found.meanings[above:], columns):
        return None
    names = names[above:]
    if first:  # the row above the settings names the accounts, or their services
        heads = [column[0] for column in columns if column[0]]
        services = heads and all(map(side_of, heads))
        names[0] = ("protocol" if services else "account") if heads else names[0]
        columns = [(_service(one[0]) if services else one[0], *one[1:]) for one in columns]
    accounts = (
        TableRow(number, column) for number, column in enumerate(columns, 2) if any(column[1:])
    )
    lines = tuple(line for line, _ in rows[above:])
    return CellTable(file, tuple(names), accounts, delimiter, lines)


def _service(word: str) -> str:
    return word if known_column(word) == "" and not side_of(word) else side_of(word) or word


def _about_servers(meanings: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether a cell for a host has one, and all for ports have numbers, one of them of mail."""
    hosts = [at for at, meaning in enumerate(meanings) if meaning.rpartition(".")[2] == "host"]
    ports = [at for at, meaning in enumerate(meanings) if meaning.rpartition(".")[2] == "port"]
    there = [column[at] for column in columns for at in ports if column[at]]
    numbers = {int(one) for cell in there for one in re.findall(r"\d{2,5}", cell)}
    named = any(meanings[at].partition(".")[1] for at in hosts)
    told = not numbers.isdisjoint(PORTS) or (named and not there)
    return told and any(_HOST.fullmatch(column[at]) for column in columns for at in hosts)
