"""Where the head of a table is: people put a title, a remark or a row of groups above it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from mailkit.formats.tables.columns import known_column, known_columns, side_of

__all__ = ["MOST_ABOVE", "Head", "head_in"]

_HOST = re.compile(r"\s*(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?\s*", re.I)

_OWNERS = frozenset(("address", "label", "user"))

MOST_ABOVE = 12
"""Rows among which the head is looked for."""


class Head(NamedTuple):
    """The head of a table: its place among the rows, the names of the columns, and how many are known."""

    at: int
    names: tuple[str, ...]
    known: int


def head_in(rows: Iterable[Sequence[object]]) -> Head | None:
    """The first row with the names of two columns or more, one of them a server's; ``None`` if there is none.

    In a row above it a word for a service (``Incoming``) holds for the columns up to the next one.
    """
    top = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    above: tuple[str, ...] = ()
    for at, (cells, below) in enumerate(pairwise([*top[:MOST_ABOVE], ()])):
        names = _with_hosts(cells, below)
        plain, grouped = known_columns(names), _grouped(above, names)
        known = known_columns(grouped) if grouped else 0
        if max(plain, known) >= 2:
            return Head(at, grouped, known) if known > plain else Head(at, names, plain)
        above = names
    return None


def _with_hosts(names: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """The names; one that is only a service (``IMAP``) is that of its host, where a host is below it.

    Another column has to say whose account it is: in a table that has its settings one below the other, none does.
    """
    if _OWNERS.isdisjoint(map(known_column, names)):
        return tuple(names)
    cells = [*below[: len(names)], *("",) * (len(names) - len(below))]
    return tuple(
        f"{name} host" if _HOST.fullmatch(cell) and side_of(name) else name
        for name, cell in zip(names, cells, strict=True)
    )


def _grouped(groups: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The names with the service in the row above in front; nothing where that row names none."""
    if not any(map(side_of, groups)):
        return ()
    found, group = [], ""
    for at, name in enumerate(names):
        word = groups[at].strip() if at < len(groups) else ""
        if word:
            group = word if side_of(word) else ""
        found.append(f"{group} {name}".strip() if name.strip() else name)
    return tuple(found)
