"""The static rules over a whole table: once for equal rows, one by one for the others.

A row is *regular* if only its user, label and reference to a secret are its own, and these are ordinary: an address,
a user that is the address or its local part, a label and a mailbox that no other row has. Regular rows that agree in
everything else have the same findings, so the rules run on the first of them. A message with the user or label is
derived for each row from that of the first row, and compared with the rules' result for the last row. If that
differs, and for every irregular row, the rules run on the row itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailkit.account import Account
from mailkit.checks import check_service
from mailkit.errors import needs
from mailkit.fleet import ordinary
from mailkit.fleet.cells import OWN, Cells, cells_of, codes_of
from mailkit.fleet.octets import one_of, repeated
from mailkit.formats.access import OTHERS_READ, WRITERS, mode_of, with_modes
from mailkit.formats.document import uncollected
from mailkit.formats.tables.cells import TableRow
from mailkit.formats.tables.rows import RowReader, meant_columns
from mailkit.rules.account_index import indexed, mailbox_of

__all__ = ["check_frame"]

COLUMNS = ("row", "account", "service", "finding", "severity", "message", "column")


def check_frame(
    source: Any, columns: Mapping[str, str] | None = None, *, plain_secrets: bool = False
) -> Any:
    """Return the findings of :func:`mailkit.check` for every account of a table, as a :class:`pandas.DataFrame`.

    Args:
        source: a DataFrame of pandas or polars, a table of pyarrow, or a file (``.csv``, ``.parquet``, ``.xlsx``).
        columns: what a column has, if its name does not say it; see :func:`mailkit.from_frame`.
        plain_secrets: whether a cell may hold a password itself.

    Returns:
        One row for each finding, in the order of the table. ``row`` is the line of a CSV file, or the number of the
        row from 1; ``column`` is the column of the finding.

    Raises:
        FormatError: the file cannot be read, or no column has the host of a server.
        SettingsError: pandas or pyarrow is not installed, or a column is unknown.
    """
    try:
        import pandas as pd
        import pyarrow as pa
    except ImportError as error:
        raise needs("fleet", str(error.name)) from None
    del pa, pd
    with uncollected():
        return _checked(source, columns, plain_secrets)


def _checked(source: Any, columns: Mapping[str, str] | None, plain_secrets: bool) -> Any:
    cells = cells_of(source, columns)
    meant = meant_columns(cells.table, columns)
    reader = RowReader(cells.table.file, meant, plain_secrets)
    file = Path(source) if isinstance(source, str | Path) else None
    return _Checked(cells, reader, plain_secrets, file).findings().to_pandas()


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding as a row of the result."""

    service: str
    finding: str
    severity: str
    message: str
    column: str


class _Checked:
    """A table that is being checked."""

    def __init__(
        self, cells: Cells, reader: RowReader, plain_secrets: bool, file: Path | None
    ) -> None:
        import numpy as np

        self.np, self.cells, self.reader, self.plain_secrets = np, cells, reader, plain_secrets
        self.regular = np.ones(cells.count, bool)
        self.single = RowReader(reader.file, reader.columns, plain_secrets)
        self.file = file
        self.open = file is not None and bool(mode_of(file) & WRITERS)
        self.base: int | None = None
        self.label_at: int | None = None
        self.repeated: list[Future[Any]] = []
        with ThreadPoolExecutor(2) as beside:  # a million texts compared take as long as the rest
            self.beside = beside
            self.labels = self._labels()
            self.users = self._users()
            self.codes = self._codes()
        for rows in self.repeated:
            self.regular &= ~rows.result()
        self._leave_out()

    # what is regular

    def _column(self, setting: str, side: str = "") -> int | None:
        return self.reader.cells_of(side).get(setting)

    def _user_columns(self) -> list[int]:
        sides = ("", *self.reader.sides)
        found = {at for side in sides if (at := self._column("user", side)) is not None}
        return sorted(found)

    def _labels(self) -> Any:
        """Return the label of each row; without a column for it the address, or the user."""
        users = self._user_columns()
        at = self._column("label")
        at = self._column("address") if at is None else at
        if at is None and len(users) == 1 and users[0] == self._column("user"):
            at = users[0]
        if at is None:
            self.regular[:] = False
            return self.cells.texts(0)
        texts = self.cells.texts(at)
        self.regular &= ordinary.labels(texts)
        self.repeated.append(self.beside.submit(repeated, texts))
        self.label_at = at
        return texts

    def _users(self) -> list[tuple[int, Any]]:
        """Return the columns of users and addresses; each cell is an ordinary address or a local part."""
        address, columns = self._column("address"), self._user_columns()
        base = address if address is not None else next(iter(columns), None)
        if base is None:
            return []
        texts = self.cells.texts(base)
        self.regular &= ordinary.addresses(texts)
        self.repeated.append(self.beside.submit(repeated, texts, lower=True))
        self.base, self.domain = base, codes_of(ordinary.domains(texts))
        found = []
        for at in (at for at in columns if at != base):
            kind = self.np.where(self.cells.same(at, base), 2, -1)
            if (kind < 0).any():
                kind[self.cells.equal_texts(at, ordinary.local_parts(texts))] = 1
                kind[self.cells.equal(at, "")] = 0
                self.regular &= kind >= 0
            found.append((at, kind))
        return found

    def _codes(self) -> Any:
        """Return by row the number of its group, whose rows agree in all shared settings."""
        used = [at for at, meaning in enumerate(self.reader.columns.meanings) if meaning]
        parts = []
        for at in used:
            setting = self.reader.columns.meanings[at].rpartition(".")[2]
            if setting == "default":
                self.regular &= self.cells.equal(at, "")
            if setting == "secret":
                kinds = ordinary.reference_kinds(self.cells.texts(at))
                self.regular &= (kinds >= 0) & (not self.plain_secrets)
                parts.append(kinds)
                self._leave_out_readable(at, "file:")
            elif setting.startswith("secret_"):
                if setting == "secret_file":
                    self._leave_out_readable(at, "")
                parts.append(self.cells.equal(at, "").astype("int64"))
                self.regular &= ordinary.sources(self.cells.texts(at))
            elif setting not in OWN:
                parts.append(self.cells.codes(at))
        parts += [kind for _, kind in self.users]
        if self.base is not None and self.label_at is not None:
            parts.append(self.domain)
            parts.append(self.cells.same(self.label_at, self.base).astype("int64"))
        self.regular &= ~self.cells.wrong
        return self.cells.combined(parts)

    def _leave_out_readable(self, at: int, prefix: str) -> None:
        """Rows whose secret is in a file that others may read are irregular."""
        cells = self.cells.beginning(at, prefix) if self.file is not None else []
        readable = [
            cell
            for cell in cells
            if mode_of(Path(cell.removeprefix(prefix).strip()).expanduser()) & OTHERS_READ
        ]
        if readable:
            self.regular &= ~one_of(self.cells.texts(at), readable)

    def _leave_out(self) -> None:
        """Rows with the mailbox or label of an irregular row are irregular too."""
        while True:
            self.accounts = self._irregular()
            keys = {mailbox_of(s, a)[1] for a in self.accounts for s in a.services}
            labels = {a.label for a in self.accounts}
            beside = self.regular & one_of(self.labels, labels)
            if self.base is not None:
                beside |= self.regular & one_of(self.cells.lower(self.base), keys)
            if not beside.any():
                return
            self.regular &= ~beside

    def _irregular(self) -> list[Account]:
        reader = RowReader(self.reader.file, self.reader.columns, self.plain_secrets)
        accounts = reader.read(self.cells.rows(self.np.flatnonzero(~self.regular)))
        return with_modes(accounts, self.file) if self.file is not None else accounts

    # what is found

    def findings(self) -> Any:
        """Return the result, as a table of pyarrow."""
        np = self.np
        found = [_table_of(self._each())]
        groups, first, last = self.cells.groups(self.codes, self.regular)
        personal = np.zeros(len(first), bool)
        tables: list[list[_Found]] = []
        templates: dict[int, list[_Found]] = {}
        rows = self.cells.rows(first)
        for group, (begin, other, row) in enumerate(zip(first, last, rows, strict=True)):
            texts, account = self._of(row)
            if not texts or not self._names_row(texts, account):
                tables.append(texts)
                continue
            tables.append([])
            template = self._template(texts, int(begin))
            again, _ = self._of(*self.cells.rows([int(other)]))
            if [*self._filled(template, int(other))] == again:
                templates[group] = template
            else:
                personal[group] = True
        found.append(self._spread(groups, tables))
        if templates:
            found.append(_table_of(self._from_templates(groups, templates)))
        if personal.any():
            rows = np.flatnonzero(self.regular)[personal[groups[self.regular]]]
            found.append(_table_of(self._one_by_one(rows)))
        return _ordered(found)

    def _each(self) -> Iterator[tuple[int, str, _Found]]:
        """Return the findings of the irregular rows, from the rules."""
        everyone = indexed(self.accounts)
        for account in everyone:
            for service in account.services:
                place = service.place()
                number = place.line if place is not None else 0
                for found in _found(account, everyone, service):
                    yield number, account.label, found

    def _one_by_one(self, rows: Iterable[int]) -> Iterator[tuple[int, str, _Found]]:
        for row in self.cells.rows(rows):
            texts, account = self._of(row)
            for found in texts:
                yield row.number, account.label, found

    def _of(self, row: TableRow) -> tuple[list[_Found], Account]:
        account = self.single.alone(row)
        if self.open and self.file is not None:
            (account,) = with_modes([account], self.file)
        alone = indexed((account,))
        return [f for s in account.services for f in _found(account, alone, s)], account

    def _own(self, row: int) -> dict[str, str]:
        """Return the texts of a row that messages may contain, longest first, with their placeholders."""
        texts = {self.cells.text(self.labels, row): "\0label\0"}
        if self.base is not None:
            address = self.cells.value(self.base, row)
            texts.setdefault(address, "\0address\0")
            texts.setdefault(address.partition("@")[0], "\0local\0")
        return dict(sorted(texts.items(), key=lambda item: -len(item[0])))

    def _names_row(self, texts: Sequence[_Found], account: Account) -> bool:
        own = {account.label, account.address, account.address.partition("@")[0]}
        own |= {s.user for s in account.services}
        return any(text in found.message for found in texts for text in own if text)

    def _template(self, texts: Sequence[_Found], row: int) -> list[_Found]:
        own = self._own(row)
        pattern = re.compile("|".join(map(re.escape, own)))
        return [
            _Found(
                f.service,
                f.finding,
                f.severity,
                pattern.sub(lambda match: own[match[0]], f.message),
                f.column,
            )
            for f in texts
        ]

    def _filled(self, template: Iterable[_Found], row: int) -> Iterator[_Found]:
        for found in template:
            message = found.message
            for text, mark in self._own(row).items():
                message = message.replace(mark, text)
            yield _Found(found.service, found.finding, found.severity, message, found.column)

    def _from_templates(
        self, groups: Any, templates: Mapping[int, list[_Found]]
    ) -> Iterator[tuple[int, str, _Found]]:
        wanted = self.np.isin(groups, [*templates]) & self.regular
        for row in self.np.flatnonzero(wanted):
            label = self.cells.text(self.labels, int(row))
            for found in self._filled(templates[int(groups[row])], int(row)):
                yield int(self.cells.numbers[row]), label, found

    def _spread(self, groups: Any, tables: Sequence[Sequence[_Found]]) -> Any:
        """Return the findings of each group for all its rows."""
        np = self.np
        counts = np.array([len(table) for table in tables], "int64")
        begins = np.cumsum(counts) - counts
        rows = np.flatnonzero(self.regular)
        rows = rows[counts[groups[rows]] > 0] if len(counts) else rows[:0]
        many = counts[groups[rows]] if len(rows) else rows
        repeated = np.repeat(rows, many)
        within = np.arange(len(repeated)) - np.repeat(np.cumsum(many) - many, many)
        which = begins[groups[repeated]] + within if len(repeated) else repeated
        flat = [found for table in tables for found in table]
        return _table(self.cells.numbers[repeated], self.labels.take(repeated), within, flat, which)


def _found(account: Account, everyone: Sequence[Account], service: Any) -> Iterator[_Found]:
    for finding in check_service(service, account, everyone):
        column = finding.place.key if finding.place is not None else ""
        yield _Found(service.role, finding.id, str(finding.severity), finding.message, column)


def _table_of(found: Iterable[tuple[int, str, _Found]]) -> Any:
    import numpy as np
    import pyarrow as pa

    rows = [*found]
    every = np.arange(len(rows))
    numbers = np.array([number for number, _, _ in rows], "int64")
    labels = pa.array([label for _, label, _ in rows], pa.string())
    return _table(numbers, labels, every, [finding for _, _, finding in rows], every)


def _table(numbers: Any, labels: Any, within: Any, found: Sequence[_Found], which: Any) -> Any:
    """Return a table of findings: ``which`` has the index of each row's in ``found``."""
    import pyarrow as pa

    columns = {"row": pa.array(numbers), "account": labels}
    for name in ("service", "finding", "severity", "message", "column"):
        values = pa.array([getattr(finding, name) for finding in found], pa.string())
        if name != "message":
            values = values.dictionary_encode()
        columns[name] = values.take(pa.array(which))
    return pa.table(columns | {"within": pa.array(within)})


def _ordered(tables: Sequence[Any]) -> Any:
    """Return findings in the order of the rows."""
    import numpy as np
    import pyarrow as pa

    filled = [table for table in tables if table.num_rows] or tables[:1]
    if len(filled) == 1:  # which is sorted by row
        return filled[0].select(COLUMNS)
    whole = pa.concat_tables(filled).unify_dictionaries()
    order = np.lexsort((whole.column("within").to_numpy(), whole.column("row").to_numpy()))
    return whole.select(COLUMNS).take(pa.array(order))
