"""Results in a file, written as they come and consistent after a kill; a later run can resume.

JSON lines and CSV are appended to the file, all services of an account in one write, and sorted in input order at the
end. Parquet and XLSX cannot be appended to: until the end the rows are in ``FILE.partial``, as JSON lines. An account
is done when the file has all its services; a half-written line is dropped. A cell that a spreadsheet would read as a
formula gets a leading quote (CSV and XLSX), which is removed on reading.
"""

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from mailkit.account import Account
from mailkit.errors import FormatError, SettingsError, needs
from mailkit.fleet.rows import COLUMNS, ResultRow, account_keys, document_rows, rows_of, sorted_rows
from mailkit.private import at_most, belongs_here, open_regular, write_whole
from mailkit.report import Report
from mailkit.scratch import lock
from mailkit.text import inert, one_line

__all__ = ["KINDS", "ResultFile", "is_results", "read_results", "write_results"]

KINDS = (".parquet", ".csv", ".jsonl", ".xlsx")
"""File extensions of results."""

_MOST_ROWS = 1_048_575
_MOST_OCTETS = 4 * 1024**3
"""The rows of an Excel sheet, without its first row."""

_GROUP = 50_000


def is_results(file: str | Path | None) -> bool:
    """Return whether a file is for results, by its extension."""
    return file is not None and Path(file).suffix.lower() in KINDS


class ResultFile:
    """The results file of one run.

    Args:
        path: the file; its extension is the format.
        accounts: all accounts of the run, in input order.
        resume: continue an earlier run.

    Raises:
        SettingsError: the file cannot be written, or has the results of an interrupted run that is not resumed.
    """

    def __init__(
        self, path: str | Path, accounts: Sequence[Account], *, resume: bool = False
    ) -> None:
        self.path, self.keys = Path(path), account_keys(accounts)
        self.kind = self.path.suffix.lower()
        _check_packages(self.kind)
        self.journal = self.path if self.kind in (".csv", ".jsonl") else _partial(self.path)
        if self.journal != self.path and self.journal.is_symlink():
            raise SettingsError(f"{self.journal} is a symbolic link; remove it")
        if not resume and self.journal != self.path and self.journal.exists():
            raise SettingsError(
                f"{self.journal} is there from an interrupted run: pass --resume to go on with it, or remove it"
            )
        _check_unused(self.journal)
        kept = self._kept(accounts) if resume else []
        self.rows = len(kept)
        self.failing = sum(not row["ok"] for row in kept)
        self.done = {row["id"] for row in kept}
        try:
            write_whole(self.journal, self._bytes(kept, header=True))
            self._file = self.journal.open("ab")
        except OSError as error:
            raise SettingsError(f"{self.journal}: cannot be written: {error.strerror}") from None
        _hold(self._file, self.journal)
        self._check_own()

    def _kept(self, accounts: Sequence[Account]) -> list[ResultRow]:
        """The rows of finished accounts in the input, with their current numbers."""
        there = self.journal if self.journal.exists() else self.path
        if not there.exists():
            return []
        if not belongs_here(there.stat(), there.parent):
            raise SettingsError(f"{there} belongs to another user; remove it")
        numbers = {key: number for number, key in enumerate(self.keys, 1)}
        rows: dict[tuple[str, str], ResultRow] = {}
        for row in read_results(there):
            if row["id"] in numbers:
                rows[row["id"], row["service"]] = row | {"number": numbers[row["id"]]}
        finished = {
            key
            for key, account in zip(self.keys, accounts, strict=True)
            if all((key, service.role) in rows for service in account.services)
        }
        roles = ("incoming", "outgoing")
        return [row for (key, role), row in rows.items() if key in finished and role in roles]

    def left(self) -> list[int]:
        """The positions of the accounts that are not finished."""
        return [number for number, key in enumerate(self.keys) if key not in self.done]

    def add(self, report: Report) -> list[ResultRow]:
        """Write the services of an account in one write, so that they survive the end of the run."""
        rows = [*rows_of(report, self.keys)]
        self._file.write(self._bytes(rows))
        self._file.flush()
        self.rows += len(rows)
        self.failing += sum(not row["ok"] for row in rows)
        return rows

    def close(self, *, finished: bool) -> None:
        """Write the whole file in input order; an unfinished run keeps what it needs to resume."""
        self._check_own()
        self._file.close()
        write_results(self.path, sorted_rows(read_results(self.journal)))
        if finished and self.journal != self.path:
            self.journal.unlink(missing_ok=True)

    def _check_own(self) -> None:
        """Check that no run that began at the same moment has replaced the file."""
        try:
            own = os.path.samestat(os.fstat(self._file.fileno()), self.journal.stat())
        except OSError:
            own = False
        if not own:
            self._file.close()
            raise SettingsError(f"{self.journal} was replaced or removed while it was written")

    def _bytes(self, rows: Iterable[ResultRow], *, header: bool = False) -> bytes:
        return _csv(rows, header=header) if self.kind == ".csv" else _jsonl(rows)


def _check_unused(file: Path) -> None:
    """Check that no other run is writing a file."""
    with suppress(OSError):
        if file.is_file():
            with file.open("rb") as opened:
                _hold(opened, file)


def _hold(opened: IO[bytes], file: Path) -> None:
    """Lock a file of results while it is open; a system or file system without such locks has no defence."""
    held = True
    with suppress(OSError):
        held = os.name == "nt" or lock(opened)  # there a lock would hide the file from readers
    if not held:
        opened.close()
        raise SettingsError(f"{file}: another run is writing it; name another file, or wait")


def _partial(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial")


def write_results(path: Path, rows: Sequence[ResultRow]) -> None:
    """Write rows to a file, which is replaced when complete.

    Raises:
        SettingsError: it cannot be written, or the package for it is not installed.
    """
    _check_packages(path.suffix.lower())
    write = {
        ".csv": lambda r: _csv(r, header=True),
        ".jsonl": _jsonl,
        ".parquet": _parquet,
        ".xlsx": _xlsx,
    }
    try:
        write_whole(path, write[path.suffix.lower()](rows))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from None


def read_results(path: Path) -> list[ResultRow]:
    """Return the rows of a results file; of an interrupted run, the finished ones.

    Raises:
        SettingsError: it cannot be read, or has no results.
    """
    if not path.exists() and _partial(path).exists():
        path = _partial(path)
    kind = path.suffix.lower()
    readers: dict[str, Callable[[Path], Iterator[ResultRow]]] = {
        ".csv": _read_csv,
        ".jsonl": _read_jsonl,
        ".partial": _read_jsonl,
        ".parquet": _read_parquet,
        ".xlsx": _read_xlsx,
        ".json": _read_document,
    }
    if kind not in readers:
        raise SettingsError(f"{path}: results are in one of {', '.join((*KINDS, '.json'))}")
    _check_packages(kind)
    try:
        if path.exists() and not path.is_file():
            raise SettingsError(f"{path}: is not a regular file")
        return [_typed(row, path) for row in readers[kind](path)]
    except SettingsError:
        raise
    except FormatError as error:
        raise SettingsError(str(error)) from None
    except OSError as error:
        why = one_line(error.strerror or str(error)).strip()
        raise SettingsError(f"{path}: cannot be read: {why}") from None
    except UnicodeError:
        raise SettingsError(f"{path}: cannot be read: it is not UTF-8 text") from None
    except Exception as error:  # noqa: BLE001 - whatever a library says of a broken file
        why = f"{type(error).__name__}: {error}"[:200]
        raise SettingsError(f"{path}: holds no results of a diagnosis ({one_line(why)})") from None


def _typed(row: ResultRow, path: Path) -> ResultRow:
    if not {"account", "service", "ok", "cause"} <= row.keys():
        raise SettingsError(f"{path}: holds no results of a diagnosis")
    found: ResultRow = {}
    for name, kind in COLUMNS.items():
        value = row.get(name)
        if value is None or value == "":
            found[name] = "" if kind is str else False if kind is bool else None
        elif kind is bool:
            found[name] = value in (True, "true", "True", 1)
        else:
            found[name] = kind(value)
    return found


def _jsonl(rows: Iterable[ResultRow]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def _read_jsonl(path: Path) -> Iterator[ResultRow]:
    with open_regular(path) as file:
        for line in file:
            if not line.endswith(b"\n"):
                return  # cut off by a kill
            try:
                row = json.loads(line)
            except ValueError:
                raise SettingsError(f"{path}: a line of it is not JSON") from None
            if not isinstance(row, dict):
                raise SettingsError(f"{path}: holds no results of a diagnosis")
            yield row


def _csv(rows: Iterable[ResultRow], *, header: bool = False) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    if header:
        writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return inert(value)


def _active(value: Any) -> Any:
    """Return a cell without the quote that protects from formulas."""
    if isinstance(value, str) and value.startswith("'") and inert(value[1:]) == value:
        return value[1:]
    return value


def _read_csv(path: Path) -> Iterator[ResultRow]:
    with open_regular(path) as file:
        data = at_most(file, _MOST_OCTETS)
    text = data[: data.rfind(b"\n") + 1].decode("utf-8-sig")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if None not in row.values():  # cut off by a kill
            yield {name: _active(value) for name, value in row.items()}


def _parquet(rows: Sequence[ResultRow]) -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), float: pa.float64()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    out = io.BytesIO()
    with parquet.ParquetWriter(out, schema) as writer:
        for at in range(0, max(len(rows), 1), _GROUP):
            writer.write_table(pa.Table.from_pylist(rows[at : at + _GROUP], schema))
    return out.getvalue()


def _read_parquet(path: Path) -> Iterator[ResultRow]:
    from mailkit.formats.tables.cells import parquet_batches

    for batch in parquet_batches(path)[1]:
        yield from batch.to_pylist()


def _xlsx(rows: Sequence[ResultRow]) -> bytes:
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if len(rows) > _MOST_ROWS:
        raise SettingsError(f"a sheet holds {_MOST_ROWS:,} rows; write to .parquet or .csv")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("results")
    sheet.append([*COLUMNS])
    for row in rows:
        cells = [inert(row[name]) for name in COLUMNS]
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", c) if isinstance(c, str) else c for c in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read_xlsx(path: Path) -> Iterator[ResultRow]:
    from mailkit.formats.tables.cells import file_table

    table = file_table(path)
    for row in table.rows:
        yield {name: _active(cell) for name, cell in zip(table.names, row.cells, strict=False)}


def _read_document(path: Path) -> Iterator[ResultRow]:
    try:
        with open_regular(path) as file:
            document = json.loads(at_most(file, _MOST_OCTETS))
    except (ValueError, RecursionError):
        raise SettingsError(f"{path}: not a report in JSON") from None
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: not a report in JSON")
    yield from document_rows(document)


def _check_packages(kind: str) -> None:
    package = {".parquet": "pyarrow", ".xlsx": "openpyxl"}.get(kind)
    if package is not None:
        from importlib.util import find_spec

        if find_spec(package) is None:
            raise needs("fleet", package)
