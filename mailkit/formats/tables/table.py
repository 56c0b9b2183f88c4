"""A table in memory: the names of its columns and an iterator over its rows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from mailkit.errors import FormatError
from mailkit.formats.tables import MAX_BYTES
from mailkit.text import one_line

__all__ = ["MOST_COLUMNS", "CellTable", "TableRow", "inflated", "plain_cell", "whole"]

_REPEATED = 64 * 1024**2
"""Parts of a workbook up to this size are not checked for compression; a larger one that is only repetition is
rejected.
"""

MOST_COLUMNS = 2_000
"""More are no table of accounts."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number, its cells, and what is wrong with the row itself."""

    number: int
    cells: tuple[Any, ...]
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class CellTable:
    """The names of the columns, an iterator over the rows, and of a text what is between the cells.

    ``lines`` are those of the names, where each account is a column and not a row.
    """

    file: str
    names: tuple[str, ...]
    rows: Iterator[TableRow]
    delimiter: str = ""
    lines: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Tell columns of one name apart."""
        if len(set(self.names)) < len(self.names):
            object.__setattr__(self, "names", _distinct(self.names))


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names; a second ``Port`` is ``Port.1``, as pandas calls it."""
    found: list[str] = []
    taken, counts = {*names}, Counter[str]()
    for name in names:
        counts[name] += 1
        new = name
        while name and counts[name] > 1 and new in taken:
            new = f"{name}.{counts[name] - 1}"
            counts[name] += new in taken
        taken.add(new)
        found.append(new)
    return tuple(found)


def plain_cell(cell: Any) -> str:
    """A cell as text; what pandas and Excel say for an empty one is empty."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:  # NaN is not equal to itself
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    return "" if text in ("<NA>", "NaT", "nan") else text


def whole(table: CellTable) -> CellTable:
    """A table whose rows end with an error of ours, whatever the library says of a broken file."""

    def rows() -> Iterator[TableRow]:
        try:
            yield from table.rows
        except FormatError:
            raise
        except Exception as error:  # noqa: BLE001 - there are as many as versions of the library
            raise FormatError(table.file, _broken(error)) from None

    return replace(table, rows=rows())


def _broken(error: Exception) -> str:
    return f"cannot be read: {one_line(str(error)).strip()[:200] or type(error).__name__}"


def inflated(size: int, packed: int) -> bool:
    """Whether a part of an archive is larger than any table, or nothing but repetition."""
    return size > MAX_BYTES or (size > _REPEATED and size > 200 * packed)
