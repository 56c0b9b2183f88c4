"""A table as columns of text in memory, with operations on all rows at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailkit.fleet.csv_blocks import BLOCK, blocks, lines_of, quoted_in
from mailkit.formats.document import read_source
from mailkit.formats.tables import BINARY
from mailkit.formats.tables.cells import (
    CellTable,
    TableRow,
    csv_table,
    delimiter_of,
    file_table,
    frame_table,
)
from mailkit.formats.tables.columns import columns_for
from mailkit.formats.tables.table import plain_cell
from mailkit.private import require_regular

__all__ = ["OWN", "Cells", "cells_of", "codes_of"]

OWN = ("label", "address", "name", "user", "secret", "secret_env", "secret_file", "secret_command")
"""Settings that differ from row to row; many rows share the others."""


@dataclass
class Cells:
    """The columns of a table. A missing value is an empty text.

    Attributes:
        table: the file and the names of the columns; its rows are consumed.
        arrays: the columns, as arrays of pyarrow.
        numbers: the name of each row.
        wrong: whether a row cannot be read with these columns, by row.
        faults: what is wrong with such a row, by its index.
    """

    table: CellTable
    arrays: list[Any]
    numbers: Any
    wrong: Any
    faults: Mapping[int, TableRow]

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self.numbers)

    def codes(self, at: int) -> Any:
        """Return the index of each row's value among the distinct ones."""
        return codes_of(self.arrays[at])

    def lower(self, at: int) -> Any:
        import pyarrow.compute as pc

        return pc.ascii_lower(self.texts(at))

    def equal(self, at: int, text: str) -> Any:
        import pyarrow.compute as pc

        array = self.arrays[at]
        if hasattr(array, "dictionary"):
            return _numbers(array.indices) == array.dictionary.index(text).as_py()
        return _numpy(pc.equal(array, text))

    def same(self, at: int, other: int) -> Any:
        """Return by row whether two columns have the same text."""
        import numpy as np
        import pyarrow.compute as pc

        one, two = self.texts(at), self.texts(other)
        return np.ones(self.count, bool) if one.equals(two) else _numpy(pc.equal(one, two))

    def equal_texts(self, at: int, texts: Any) -> Any:
        import pyarrow.compute as pc

        return _numpy(pc.fill_null(pc.equal(self.texts(at), texts), False))

    def beginning(self, at: int, start: str) -> list[str]:
        """Return the distinct texts of a column that begin so; without an empty one."""
        import pyarrow.compute as pc

        texts = self.texts(at)
        chosen = pc.and_(pc.starts_with(texts, start), pc.not_equal(texts, ""))
        return [str(text) for text in texts.filter(chosen).unique().to_pylist()]

    def combined(self, parts: Sequence[Any]) -> Any:
        """Return by row the index of its combination of several numbers."""
        import numpy as np

        codes, most = np.zeros(self.count, "int64"), 1
        for part in parts if self.count else ():
            low = int(part.min())
            size = int(part.max()) - low + 1
            if size == 1:
                continue
            if most * size >= 2**62:
                codes, most = _renumbered(codes).astype("int64"), self.count
            codes *= size
            codes += part
            codes -= low
            most *= size
        return _renumbered(codes)

    def groups(self, codes: Any, chosen: Any) -> tuple[Any, Any, Any]:
        """Renumber the groups of the chosen rows; return the first and last row of each group."""
        import numpy as np

        rows = np.flatnonzero(chosen)
        if not len(rows):
            return np.zeros(self.count, "int64"), rows, rows
        size = int(codes.max()) + 1
        first, last = np.full(size, -1, "int64"), np.full(size, -1, "int64")
        last[codes[rows]] = rows
        first[codes[rows[::-1]]] = rows[::-1]
        there = np.flatnonzero(first >= 0)
        renumbered = np.zeros(size, "int64")
        renumbered[there] = np.arange(len(there))
        return renumbered[codes], first[there], last[there]

    def texts(self, at: int) -> Any:
        """Return a column as an array of text."""
        array = self.arrays[at]
        return array.cast(array.dictionary.type) if hasattr(array, "dictionary") else array

    def text(self, texts: Any, row: int) -> str:
        return str(texts[row].as_py())

    def value(self, at: int, row: int) -> str:
        return str(self.arrays[at][row].as_py())

    def rows(self, rows: Iterable[int]) -> Iterator[TableRow]:
        """Return some rows in the form that the reader takes."""
        import numpy as np

        chosen = np.asarray([*rows], "int64")
        nothing = [""] * len(chosen)
        columns = [
            array.take(_arrow(chosen)).to_pylist() if array is not None else nothing
            for array in self.arrays
        ]
        for place, row in enumerate(chosen):
            fault = self.faults.get(int(row))
            cells = tuple(column[place] for column in columns)
            yield fault or TableRow(int(self.numbers[row]), cells)


def cells_of(source: Any, columns: Mapping[str, str] | None = None) -> Cells:
    """Return the columns of a file or a frame.

    Raises:
        FormatError: the file cannot be read, or is not a table of accounts.
        SettingsError: it is not a table.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        if path.suffix.lower() not in BINARY:
            return _of_csv(path, columns)
        if path.suffix.lower() == ".parquet":
            from pyarrow import parquet

            table = file_table(path)
            return _of_columns(str(path), table.names, parquet.read_table(path).columns)
        return _of_rows(file_table(path, any_columns=bool(columns)))
    table = frame_table(source, "<frame>")
    if hasattr(source, "itertuples"):
        return _of_columns(
            "<frame>", table.names, [source.iloc[:, n] for n in range(len(table.names))]
        )
    return _of_rows(table)


def _of_columns(file: str, names: tuple[str, ...], columns: Sequence[Any]) -> Cells:
    import numpy as np

    arrays = [_texts(column) for column in columns]
    count = len(arrays[0]) if arrays else 0
    table = CellTable(file, names, iter(()))
    return Cells(table, arrays, np.arange(1, count + 1), np.zeros(count, bool), {})


def _texts(column: Any) -> Any:
    """Return a column as text; a missing value is empty, and a number keeps its notation."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(column, pa.ChunkedArray | pa.Array):
        try:
            column = pa.array(column, from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError):  # values of several kinds
            return pa.array([plain_cell(value) for value in column.tolist()], pa.string())
    if isinstance(column, pa.ChunkedArray):
        if pa.types.is_string(column.type):
            return pc.fill_null(column, "") if column.null_count else column
        column = column.unify_dictionaries()
        column = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if pa.types.is_string(column.type):
        return pc.fill_null(column, "") if column.null_count else column
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    words = [plain_cell(value) for value in encoded.dictionary.to_pylist()]
    indices = encoded.indices
    if indices.null_count:
        indices = pc.fill_null(indices, len(words))
        words.append("")
    if len(set(words)) < len(words):
        return pa.array(words, pa.string()).take(indices)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))


def _of_rows(table: CellTable) -> Cells:
    import numpy as np
    import pyarrow as pa

    rows = [*table.rows]
    width = len(table.names)
    faults = {place: row for place, row in enumerate(rows) if row.wrong}
    columns: list[list[str]] = [[] for _ in range(width)]
    for row in rows:
        cells = [plain_cell(cell) for cell in row.cells[:width]]
        cells += [""] * (width - len(cells))
        for column, cell in zip(columns, cells, strict=True):
            column.append(cell)
    numbers = np.array([row.number for row in rows], "int64")
    wrong = np.zeros(len(rows), bool)
    wrong[[*faults]] = True
    arrays = [pa.array(column, pa.string()) for column in columns]
    return Cells(CellTable(table.file, table.names, iter(())), arrays, numbers, wrong, faults)


def _of_csv(path: Path, columns: Mapping[str, str] | None) -> Cells:
    """Read a CSV file: by pyarrow if the result is certainly the same, and otherwise by the plain reader."""
    found = _simple_csv(path, columns)
    return found or _of_rows(file_table(path, any_columns=bool(columns)))


def _simple_csv(path: Path, columns: Mapping[str, str] | None) -> Cells | None:
    """Return the columns of a simple file: UTF-8, no blank lines, quotes only around whole cells."""
    import numpy as np

    try:
        require_regular(path)
        with path.open("rb") as file:
            head = file.read(65536)
            file.seek(0)
            delimiter = delimiter_of(head.decode("utf-8", "replace"))
            quoted = quoted_in(file, delimiter.encode()) if delimiter else None
            file.seek(0)
            lines = sum(map(lines_of, blocks(file))) if quoted else 0
    except OSError:
        return None
    if quoted is None or b"\n" not in head:
        return None
    names = csv_table(read_source(head[: head.find(b"\n") + 1], str(path)).text, str(path)).names
    table = _read_simple(path, delimiter, columns_for(names, columns).meanings)
    if table is None or (quoted and lines != table.num_rows + 1):
        return None  # a cell of several lines
    arrays = [
        _texts(table.column(n)) if n in table.column_names else None
        for n in map(str, range(len(names)))
    ]
    if _has_blank_row([array for array in arrays if array is not None]):
        return None
    numbers = np.arange(2, table.num_rows + 2)
    empty = CellTable(str(path), names, iter(()))
    return Cells(empty, arrays, numbers, np.zeros(table.num_rows, bool), {})


def _read_simple(path: Path, delimiter: str, meanings: Sequence[str]) -> Any:
    """Return the used columns as text; shared ones as dictionaries of their values."""
    import pyarrow as pa
    from pyarrow import csv

    text, shared = pa.string(), pa.dictionary(pa.int32(), pa.string())
    types = {
        str(n): text if meaning.rpartition(".")[2] in OWN else shared
        for n, meaning in enumerate(meanings)
        if meaning
    }
    try:
        return csv.read_csv(
            pa.OSFile(str(path)),
            csv.ReadOptions(
                column_names=[str(n) for n in range(len(meanings))],
                skip_rows=1,
                block_size=BLOCK,
            ),
            csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=False, ignore_empty_lines=False
            ),
            csv.ConvertOptions(
                column_types=types, include_columns=[*types], strings_can_be_null=False
            ),
        )
    except pa.ArrowException:
        return None


def _has_blank_row(arrays: Sequence[Any]) -> bool:
    """Return whether a row has no value; the plain reader skips it."""
    import pyarrow.compute as pc

    first = min(arrays, key=lambda array: hasattr(array, "dictionary"))
    first = first.cast("string") if hasattr(first, "dictionary") else first
    rows = pc.indices_nonzero(pc.equal(pc.utf8_trim_whitespace(first), ""))
    return any(not "".join(array[row.as_py()].as_py() for array in arrays).strip() for row in rows)


def codes_of(array: Any) -> Any:
    """Return the index of each value among the distinct ones."""
    import numpy as np

    encoded = array if hasattr(array, "dictionary") else array.dictionary_encode()
    chunks = getattr(encoded, "chunks", [encoded])
    return np.concatenate([_numbers(chunk.indices) for chunk in chunks] or [np.zeros(0, "int32")])


def _renumbered(codes: Any) -> Any:
    """Return small numbers for large ones."""
    return codes_of(_arrow(codes))


def _numpy(array: Any) -> Any:
    return array.to_numpy(zero_copy_only=False).astype(bool)


def _numbers(array: Any) -> Any:
    return array.to_numpy(zero_copy_only=False)


def _arrow(rows: Any) -> Any:
    import pyarrow as pa

    return pa.array(rows)
