"""Rows of cells from CSV, XLSX, Parquet and DataFrames. A row that cannot be read says so and stops no other."""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mailkit.errors import FormatError, SettingsError, needs
from mailkit.formats.document import read_source, split_lines
from mailkit.formats.tables import MAX_BYTES
from mailkit.formats.tables.columns import known_columns
from mailkit.formats.tables.heads import MOST_ABOVE, head_in
from mailkit.formats.tables.sideways import MOST_SETTINGS, sideways
from mailkit.formats.tables.table import MOST_COLUMNS, CellTable, TableRow, inflated, whole
from mailkit.private import open_regular, require_regular
from mailkit.text import one_line

__all__ = [
    "CellTable",
    "TableRow",
    "cells_in",
    "csv_table",
    "delimiter_of",
    "file_table",
    "frame_table",
    "head_table",
    "is_ruled",
    "no_host",
    "parquet_batches",
    "table_rows",
]

_REPEATED_ROWS, _BATCH, _MOST_BATCH = 100_000, 1_000, 256 * 1024**2
"""Limits of a Parquet file: rows, where there are more than octets; rows and octets that are unpacked at once."""

_HEAD = 65_536

_MOST_LINES = 50
"""A record with more lines than that has a quote that was never closed."""


_LONGEST_LINE = 20_000
"""Characters of a line among which a head is looked for."""

_LONGEST_NAME = 200
"""Characters of the name of a column; a longer one is the line of a program."""


def delimiter_of(text: str) -> str:
    """What is between the columns, by the first line that is not empty; empty where it is no table of accounts."""
    first = _first_line(text)
    best, most = "", 0
    for separator in (",", ";", "\t", "|"):
        if separator in first:
            names = cells_in(first, separator)
            if len(names) > MOST_COLUMNS or any(len(name) > _LONGEST_NAME for name in names):
                continue
            count = known_columns(names)
            if count > most:
                best, most = separator, count
    return best if most >= 2 else ""


def table_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, with the number of its last line; a row with a cell of more than 128 KiB is left out."""
    reader = csv.reader(split_lines(text), delimiter=delimiter)
    while True:
        with suppress(csv.Error):
            for row in reader:
                yield reader.line_num, row
            return


def cells_in(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line; none if it cannot be read."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _first_line(text: str) -> str:
    start = len(text) - len(text.lstrip("\r\n \ufeff"))
    end = min((at for end in "\r\n" if (at := text.find(end, start)) >= 0), default=len(text))
    return text[start:end]


def csv_table(text: str, file: str, *, any_columns: bool = False) -> CellTable:
    """A text of cells between delimiters, with the names of the columns in the first line.

    Raises:
        FormatError: it is empty, or no column is known and ``any_columns`` is not set.
    """
    if is_ruled(text):
        rows = _ruled_rows(text)
        if (head := next(rows, None)) is None:
            raise FormatError(file, "is empty")
        return CellTable(file, head.cells, rows)
    delimiter = delimiter_of(text)
    if not delimiter and (late := _late_head(text)) is not None:
        delimiter, at, names = late
        return CellTable(file, names, _records(text, delimiter, at + 1, len(names)), delimiter)
    if not delimiter and (turned := _sideways(text, file)) is not None:
        return turned
    if not delimiter:
        if not any_columns:
            raise FormatError(file, no_host(_guessed_cells(text)))
        first = _first_line(text)
        delimiter = max(",;\t|", key=first.count)
    records = _records(text, delimiter)
    header = next((row for row in records if row.cells), None)
    if header is None:
        raise FormatError(file, "is empty")
    return CellTable(file, tuple(map(str, header.cells)), records, delimiter)


def _late_head(text: str) -> tuple[str, int, tuple[str, ...]] | None:
    """The delimiter, the line and the names of a head that is not in the first line."""
    lines = split_lines(text[:_HEAD].lstrip("\ufeff"))[:MOST_ABOVE]
    if any(len(line) > _LONGEST_LINE for line in lines):
        return None
    found = [
        (head.known, delimiter, head.at, head.names)
        for delimiter in (",", ";", "\t", "|")
        if (head := head_in(cells_in(line, delimiter) for line in lines)) is not None
    ]
    best = max(found, key=lambda one: one[0], default=None)
    return best[1:] if best is not None else None


def _sideways(text: str, file: str) -> CellTable | None:
    """The table of a text that has its settings below each other."""
    lines = split_lines(text.lstrip("\ufeff"))
    if len(lines) > 2 * MOST_SETTINGS or any(len(line) > _LONGEST_LINE for line in lines):
        return None
    for delimiter in (",", ";", "\t", "|"):
        cells = [(number, cells_in(line, delimiter)) for number, line in enumerate(lines, 1)]
        found = sideways([one for one in cells if any(one[1])], file, delimiter)
        if found is not None:
            return found
    return None


def is_ruled(text: str) -> bool:
    """Whether a rule of dashes is below the first line: a table in Markdown, or as a database program shows it."""
    lines = text[:_HEAD].lstrip("\r\n \ufeff").split("\n", 2)
    return len(lines) > 1 and "|" in lines[0] and _RULE.fullmatch(lines[1]) is not None


_RULE = re.compile(r"(?=[^\n]*---)[-+|:= \t]++\r?\n?")


def _ruled_rows(text: str) -> Iterator[TableRow]:
    """The head and the rows of a table with a rule; blanks around a cell are no part of it."""
    width = 0
    for number, line in enumerate(split_lines(text), 1):
        if "|" not in line or _RULE.fullmatch(line):
            continue
        cells = [
            cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")
        ]
        wrong = _mismatch(cells, width) if width else ""
        width = width or len(cells)
        yield TableRow(number, tuple(cells), wrong)


def _guessed_cells(text: str) -> list[str]:
    first = _first_line(text)
    return cells_in(first, max(",;\t|", key=first.count))


def no_host(names: Iterable[object]) -> str:
    there = ", ".join(map(str, names))[:200]
    return (
        f"unknown format: no column for the host of a server in the first line ({there}). Name one host, imap_host or "
        "smtp_host, or say which column is what: --column NAME=host"
    )


def _records(text: str, delimiter: str, at: int = 0, width: int = 0) -> Iterator[TableRow]:
    """The records; one with an open quote, or of the wrong length over several lines, costs its first line only."""
    lines = split_lines(text.lstrip("\ufeff"))
    while at < len(lines):
        feed = _Feed(lines, at)
        reader = csv.reader(feed, delimiter=delimiter)
        while True:
            feed.start = start = feed.at
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield TableRow(start + 1, (), f"cannot be read: {error}")
                continue
            if feed.at - start > 1 and (feed.cut or (width and len(cells) != width)):
                yield TableRow(start + 1, (), "has a quote that is not closed")
                at = start + 1
                break
            if not any(cell.strip() for cell in cells):
                continue
            wrong = _mismatch(cells, width) if width else ""
            width = width or len(cells)
            yield TableRow(start + 1, tuple(cells), wrong)


class _Feed:
    """Lines for the reader; it ends where one record becomes too long, so that an open quote costs little."""

    def __init__(self, lines: list[str], at: int) -> None:
        self.lines, self.at, self.start, self.cut = lines, at, at, False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        self.cut = self.at - self.start > _MOST_LINES
        if self.cut or self.at >= len(self.lines):
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


def _mismatch(cells: list[str], width: int) -> str:
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) == width:
        return ""
    count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
    return f"has {count}, and there are {width} columns"


def file_table(path: Path, *, any_columns: bool = False) -> CellTable:
    """The table in a file, by the end of its name.

    Raises:
        FormatError: it cannot be read.
        SettingsError: the package for it is not installed.
    """
    try:
        require_regular(path)
        if path.suffix.lower() == ".xlsx":
            from mailkit.formats.tables.workbook import workbook_table

            return workbook_table(path)
        if path.suffix.lower() == ".parquet":
            return whole(_parquet(path))
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(str(path), f"is larger than {MAX_BYTES // 1024**3} GiB")
        text = read_source(path.read_bytes(), str(path), MAX_BYTES).text
    except OSError as error:
        raise FormatError(str(path), f"cannot be read: {error.strerror or error}") from None
    return csv_table(text, str(path), any_columns=any_columns)


def head_table(path: Path, *, any_columns: bool = False) -> CellTable:
    """The beginning of a table in CSV, for the names of its columns."""
    try:
        require_regular(path)
        with open_regular(path) as file:
            data = file.read(_HEAD)
    except OSError as error:
        raise FormatError(str(path), f"cannot be read: {error.strerror or error}") from None
    whole = data if len(data) < _HEAD else data[: data.rfind(b"\n") + 1] or data
    return csv_table(read_source(whole, str(path)).text, str(path), any_columns=any_columns)


def parquet_batches(path: Path) -> tuple[tuple[str, ...], Iterator[Any]]:
    """Return the names of the columns of a Parquet file, and its record batches.

    Raises:
        FormatError: it is none, or unpacks to far more than any table does; also while the batches are read.
        SettingsError: the package for it is not installed.
    """
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise needs("fleet", "pyarrow") from None
    try:
        require_regular(path)
        file = parquet.ParquetFile(path)
    except (ArrowException, ValueError) as error:
        why = one_line(str(error)).strip()
        raise FormatError(str(path), f"is not a Parquet file: {why}") from None
    about = file.metadata
    groups = map(about.row_group, range(about.num_row_groups))
    chunks = (group.column(at) for group in groups for at in range(group.num_columns))
    sizes = ((chunk.total_uncompressed_size, chunk.total_compressed_size) for chunk in chunks)
    repeated = about.num_rows > max(_REPEATED_ROWS, path.stat().st_size)
    if repeated or any(inflated(*size) for size in sizes):
        raise FormatError(str(path), "unpacks to far more than any table does")

    def batches() -> Iterator[Any]:
        for batch in file.iter_batches(_BATCH):
            if batch.nbytes > _MOST_BATCH:
                raise FormatError(str(path), "unpacks to far more than any table does")
            yield batch

    return tuple(file.schema_arrow.names), batches()


def _parquet(path: Path) -> CellTable:
    names, batches = parquet_batches(path)

    def rows() -> Iterator[TableRow]:
        number = 0
        for batch in batches:
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield TableRow(number, cells)

    return CellTable(str(path), names, rows())


def frame_table(frame: Any, file: str) -> CellTable:
    """The rows of a DataFrame of pandas or polars, or of a table of pyarrow.

    Raises:
        SettingsError: it is something else.
    """
    if hasattr(frame, "itertuples"):
        rows = frame.itertuples(index=False, name=None)
    elif hasattr(frame, "iter_rows"):
        rows = frame.iter_rows()
    elif hasattr(frame, "itercolumns") and hasattr(frame, "column_names"):
        rows = zip(*(column.to_pylist() for column in frame.itercolumns()), strict=True)
    else:
        raise SettingsError(f"a DataFrame of accounts is needed, not {type(frame).__name__}")
    names = frame.column_names if hasattr(frame, "column_names") else frame.columns
    return CellTable(
        file,
        tuple(map(str, names)),
        (TableRow(number, cells) for number, cells in enumerate(rows, 1)),
    )
