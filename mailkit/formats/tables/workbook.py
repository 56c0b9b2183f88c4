"""Tables of accounts in Excel's workbooks."""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any

from mailkit.errors import FormatError, needs
from mailkit.formats.tables.heads import MOST_ABOVE, head_in
from mailkit.formats.tables.sideways import MOST_SETTINGS, sideways
from mailkit.formats.tables.table import (
    MOST_COLUMNS,
    CellTable,
    TableRow,
    inflated,
    plain_cell,
    whole,
)
from mailkit.text import one_line

__all__ = ["workbook_table"]

_MOST_ROWS, _MOST_SHEETS = 1_048_576, 100
"""Limits of a workbook."""


def workbook_table(path: Path) -> CellTable:
    """The table in a workbook: the first sheet with a server in its head, or else the first.

    Raises:
        FormatError: it is no workbook, or unpacks to far more than any table does.
        SettingsError: the package for it is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise needs("fleet", "openpyxl") from None
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as packed:
            parts = packed.infolist()
    except BadZipFile as error:
        raise FormatError(str(path), f"is not an Excel workbook: {error}") from None
    if any(inflated(part.file_size, part.compress_size) for part in parts):
        raise FormatError(str(path), "unpacks to far more than any table does")
    try:
        packed_file = BytesIO(path.read_bytes())  # no file stays open if reading stops early
        book = openpyxl.load_workbook(packed_file, read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 - there are as many as versions of the library
        why = one_line(str(error)).strip()[:200]
        raise FormatError(str(path), f"is not an Excel workbook: {why}") from None

    def rows(sheet: Any) -> Iterator[TableRow]:
        sheet.reset_dimensions()  # what a file says of its size need not be so
        width = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > _MOST_ROWS:  # the library makes up empty rows before one of any number
                raise FormatError(str(path), f"has more than {_MOST_ROWS:,} rows")
            if any(cell not in (None, "") for cell in cells):
                if len(cells) > MOST_COLUMNS:
                    raise FormatError(str(path), f"has more than {MOST_COLUMNS:,} columns")
                width = width or len(cells)
                yield TableRow(number, (*cells, *(None,) * (width - len(cells))))

    sheets = book.worksheets[:_MOST_SHEETS]
    first: CellTable | None = None
    for sheet in sheets:
        found = whole(CellTable(str(path), (), rows(sheet))).rows
        top = [*islice(found, MOST_ABOVE)]
        if (head := head_in(row.cells for row in top)) is not None:
            names = (*head.names, *("",) * (max(len(row.cells) for row in top) - len(head.names)))
            return CellTable(str(path), names, chain(top[head.at + 1 :], found))
        if not top:
            continue
        more = [*islice(found, MOST_SETTINGS)]
        below = [(row.number, [*map(plain_cell, row.cells)]) for row in (*top, *more)]
        if (turned := sideways(below, str(path))) is not None:
            return turned
        if first is None:
            names = tuple("" if cell is None else str(cell) for cell in top[0].cells)
            first = CellTable(str(path), names, chain(top[1:], more, found))
    if first is None:
        raise FormatError(str(path), "is empty")
    return first
