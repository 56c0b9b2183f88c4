"""Forms of products: fields with the product's names and words, as text, CSV or a mapping.

A form translates its fields into the tables of the native format, so all rules apply. As text it is lines of
``Name: value``, a record for each block; as CSV a column for each field. Changes are made in place, and nothing else
changes.
"""

import csv
import dataclasses
import io
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import chain
from typing import Any

from mailkit.account import SETTINGS, Account, Place
from mailkit.errors import FormatError
from mailkit.formats import native
from mailkit.formats.converters import flag, many, number
from mailkit.formats.document import KeyPath, split_lines
from mailkit.formats.form_lines import LINE, QUOTED, like, with_value
from mailkit.formats.native import Changes
from mailkit.formats.tables.cells import cells_in, table_rows
from mailkit.text import one_line
from mailkit.uses import USES

__all__ = ["Field", "Form", "flag", "many", "number"]

_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its names, of which the first is written; where it goes (``incoming.host``; ``vendor/incoming.host`` where
    a record is several accounts); and what its words mean, or how it is read.
    """

    names: tuple[str, ...]
    key: str
    words: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    read: Callable[[str], Any] | None = None

    def meant(self, text: str) -> Any:
        """The value of a text."""
        for word, value in self.words.items():
            if _plain(word) == _plain(text):
                return value
        return self.read(text) if self.read else text

    def said(self, value: Any) -> str:
        """Return the text of a value, in the product's words."""
        for word, meaning in self.words.items():
            if meaning == value and type(meaning) is type(value):
                return word
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@dataclass(slots=True)
class _Record:
    """A record: each field with its text and its line, and the heading above it."""

    heading: str = ""
    found: list[tuple[Field | None, str, str, int]] = dataclasses.field(default_factory=list)
    end: int = 0


Finish = Callable[[dict[str, Any]], None]


def _as_is(table: dict[str, Any]) -> None:
    """Nothing to do."""


@dataclass(frozen=True)
class Form:
    """The form of one product.

    ``parts`` are the accounts of one record, if it has several; ``finish`` adds the product's defaults to the table
    of an account, and ``undo`` removes them.
    """

    NAME: str
    title: str
    fields: tuple[Field, ...]
    finish: Finish
    parts: tuple[str, ...] = ("",)
    undo: Finish = _as_is

    def recognises(self, text: str, file: str) -> bool:
        """Return whether a text has enough of its names, one of them a server's, and few others."""
        found = [(f, name) for record in self._records(text) for f, name, _, _ in record.found]
        known = [f for f, _ in found if f]
        names = {_plain(name) for f, name in found if f}
        server = any(f.key.endswith((".host", "delivery.via")) for f in known)
        return server and len(names) >= _ENOUGH and len(known) > 2 * (len(found) - len(known))

    def has_own_names(self, text: str) -> bool:
        """Return whether a text has names that not every text about servers and logins has."""
        from mailkit.formats.syntax._note_words import is_general

        return any(
            one is not None and not is_general(name)
            for record in self._records(text)
            for one, name, _, _ in record.found
        )

    def read(self, text: str, file: str) -> list[Account]:
        """The accounts of a text.

        Raises:
            FormatError: it has no accounts.
        """
        tables: dict[str, Any] = {}
        places: dict[KeyPath, dict[str, Place]] = {}
        for label, part, record in self._labelled(text):
            table = tables[label] = self._table(record, part)
            table.pop("label", None)
            for field, name, _, line in record.found:
                key = self._key(field, part) if field else name
                if key:
                    *path, last = key.split(".")
                    where = ("account", label, *path)
                    places.setdefault(where, {})[last] = Place(file, line, last)
                    places.setdefault(where, {}).setdefault("", Place(file, line, ""))
            self.finish(table)
        return native.accounts_of({"account": tables}, file, {**places}) if tables else _none(file)

    def mapped(self, values: Mapping[str, object], file: str = "<mapping>") -> list[Account]:
        """Return the accounts of a mapping from the product's names to field values."""
        rows = [f"{name}: {_one_line(value)}" for name, value in values.items()]
        return self.read("\n".join(rows), file)

    def written(self, accounts: list[Account]) -> str:
        """Accounts in this form, as text. Passwords are left out, and line ends in texts such as signatures become blanks.

        Raises:
            FormatError: the form would read a value differently.
        """
        texts = {field.names[0] for field in self.fields if field.key.startswith("delivery.")}
        mappings = self.mappings(accounts)
        wanted: list[list[tuple[str, str]]] = []
        for record in mappings:
            flat = {name: one_line(value).strip() for name, value in record.items()}
            for name, value in record.items():
                if name not in texts and flat[name] != value:
                    raise self._refused(name)
            wanted.append([*flat.items()])
        text = "\n\n".join(
            "\n".join(f"{name}: {value}" for name, value in record) for record in wanted
        )
        read = [
            [(name, value) for _, name, value, _ in record.found] for record in self._records(text)
        ]
        if read != wanted:
            written, found = chain.from_iterable(wanted), [*chain.from_iterable(read)]
            raise self._refused(next((pair[0] for pair in written if pair not in found), "a field"))
        return text

    def _refused(self, name: str) -> FormatError:
        why = f"{self.title} would read something else than the value of {name}; change it first"
        return FormatError(self.NAME, why)

    def mappings(self, accounts: list[Account]) -> list[dict[str, str]]:
        """Return the accounts as mappings, one for each record; a record of a form with parts has several
        accounts.
        """
        size = len(self.parts)
        groups = [accounts[at : at + size] for at in range(0, len(accounts), size)]
        found = []
        for group in groups:
            record: dict[str, str] = {}
            for part, account in zip(self.parts, group, strict=False):
                table = _whole(account)
                self.undo(table)
                for field in self.fields:
                    value = _at(table, self._key(field, part))
                    if value not in (None, "", []) and not isinstance(value, dict):
                        record.setdefault(field.names[0], field.said(value))
            found.append(record)
        return found

    def repaired(self, text: str, file: str, changes: Changes) -> str:
        """The text with some settings changed, and nothing else.

        Raises:
            FormatError: an account is no longer in it, or the form has no field for a setting.
        """
        delimiter = _delimiter(text, self._names)
        lines = split_lines(text)
        added: dict[int, list[str]] = {}
        for account, role, changed in changes:
            there = {label: (part, record) for label, part, record in self._labelled(text)}
            if account.label not in there:
                raise FormatError(file, f"has no account {account.label} any more")
            part, record = there[account.label]
            for key, value in changed.items():
                field = self._field(f"{role}.{key}", part)
                if field is None:
                    raise FormatError(
                        file, f"{self.title} has no field for {key}: it cannot be set there"
                    )
                said = field.said(value if isinstance(value, int) else str(value))
                line = next((at for f, _, _, at in record.found if f is field), 0)
                if delimiter:
                    _set_cell(lines, delimiter, line, record, field, said, file)
                elif line:
                    lines[line - 1] = with_value(lines[line - 1], said)
                else:
                    added.setdefault(record.end, []).append(
                        like(lines[record.end - 1], field.names[0], said)
                    )
        ending = "\r\n" if "\r\n" in text else "\n"
        for at, more in sorted(added.items(), reverse=True):
            lines[at - 1] = lines[at - 1].rstrip("\r\n") + ending
            last = text.endswith(("\n", "\r")) or at < len(lines)
            lines[at:at] = [f"{row}{ending}" for row in more[:-1]] + [more[-1] + ending * last]
        new = "".join(lines)
        self._compare(text, new, file, changes)
        return new

    def _compare(self, old: str, new: str, file: str, changes: Changes) -> None:
        """Read what was written again: the changed settings are there, and nothing else changed."""
        wanted = {(account.label, role): changed for account, role, changed in changes}
        before, after = self.read(old, file), self.read(new, file)
        pairs = zip(before, after, strict=True) if len(before) == len(after) else ()
        same = bool(pairs) and all(
            str(getattr(service, key))
            == str(wanted.get((a.label, s.role), {}).get(key, getattr(s, key)))
            for a, b in pairs
            for s, service in zip(a.services, b.services, strict=True)
            for key in SETTINGS
            if key != "security" or any(field.key.endswith(".security") for field in self.fields)
        )
        if not same:
            raise FormatError(file, "could not be changed without touching something else")

    @cached_property
    def _names(self) -> dict[str, Field]:
        return {_plain(name): field for field in self.fields for name in field.names}

    def _records(self, text: str) -> list[_Record]:
        names = self._names
        if delimiter := _delimiter(text, names):
            return _rows(text, delimiter, names)
        records = [_Record()]
        for at, line in enumerate(split_lines(text), 1):
            match = LINE.match(line)
            if not line.strip():
                if records[-1].found:
                    records.append(_Record())
                continue
            if match is None:
                if not records[-1].found:
                    records[-1].heading = line.strip().strip("#[] ·•*-–")
                continue
            known = names.get(_plain(match[2]))
            if known is None and not records[-1].found and not match[4]:
                records[-1].heading = match[2].strip()
                continue
            value = quoted[2] if (quoted := QUOTED.match(match[4])) else match[4]
            records[-1].found.append((known, match[2].strip(), value, at))
            records[-1].end = at
        return [record for record in records if any(f for f, _, _, _ in record.found)]

    def _labelled(self, text: str) -> Iterator[tuple[str, str, _Record]]:
        taken: set[str] = set()
        for record in self._records(text):
            for part in self.parts:
                table = self._table(record, part)
                if part and not table:
                    continue
                base = str(table.get("label") or record.heading or table.get("address") or "")
                base = " ".join(word for word in (base, part) if word) or self.NAME
                label, count = base, 1
                while label in taken:
                    count += 1
                    label = f"{base} {count}"
                taken.add(label)
                yield label, part, record

    def _table(self, record: _Record, part: str) -> dict[str, Any]:
        """Return the native table; shared fields count only if the part has fields of its own."""
        table: dict[str, Any] = {}
        own = not part
        for field, name, text, _ in record.found:
            key = self._key(field, part) if field else name
            if field is None:
                if not part:
                    table[name] = text
                continue
            if not key or not text:
                continue
            own = own or field.key.startswith(f"{part}/")
            value = field.meant(text)
            inside = table
            *path, last = key.split(".")
            for step in path:
                inside = inside.setdefault(step, {})
            inside[last] = {"value": value} if last == "secret" else value
        return table if own else {}

    def _key(self, field: Field, part: str) -> str:
        """Where a field goes for one part; nowhere where it belongs to another."""
        owner, slash, key = field.key.rpartition("/")
        return key if not slash or owner == part else ""

    def _field(self, key: str, part: str) -> Field | None:
        return next((field for field in self.fields if self._key(field, part) == key), None)


def _whole(account: Account) -> dict[str, Any]:
    """Return the table of an account with its defaults; passwords are left out."""
    table: dict[str, Any] = tomllib.loads(native.written([account]))["account"][account.label]
    table |= {"label": account.label, "active": account.active, "default": account.default}
    table["scope"] = account.scope
    for use, made in USES.items():
        inside = table.setdefault(use, {})
        for field in fields(made):
            value = getattr(getattr(account, use), field.name)
            inside.setdefault(field.name, [*value] if isinstance(value, tuple) else value)
    return table


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _one_line(value: object) -> str:
    if isinstance(value, list | tuple | set):
        return one_line(", ".join(map(str, value)))
    return one_line(str(value))


def _at(table: Mapping[str, Any], key: str) -> Any:
    found: Any = table if key else None
    for step in key.split(".") if key else ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _none(file: str) -> list[Account]:
    raise FormatError(file, "has no record in it")


def _delimiter(text: str, names: Mapping[str, Field]) -> str:
    """What is between the columns, where the first line is the names of fields."""
    first = next((line for line in split_lines(text) if line.strip()), "")
    for separator in (",", ";", "\t"):
        if (
            separator in first
            and sum(_plain(cell) in names for cell in cells_in(first, separator)) >= 2
        ):
            return separator
    return ""


def _rows(text: str, delimiter: str, names: Mapping[str, Field]) -> list[_Record]:
    records: list[_Record] = []
    header: list[str] = []
    for line, row in table_rows(text, delimiter):
        if not any(cell.strip() for cell in row):
            continue
        if not header:
            header = [cell.strip() for cell in row]
            continue
        cells = zip(header, row, strict=False)
        records.append(
            _Record("", [(names.get(_plain(h)), h, c.strip(), line) for h, c in cells], line)
        )
    return records


def _set_cell(
    lines: list[str],
    delimiter: str,
    line: int,
    record: _Record,
    field: Field,
    said: str,
    file: str,
) -> None:
    places = [at for at, (f, _, _, _) in enumerate(record.found) if f is field]
    if not places or not line:
        raise FormatError(file, f"has no column {field.names[0]}")
    row = cells_in(lines[line - 1], delimiter)
    if len(row) <= places[0]:
        raise FormatError(file, "has a row of several lines; change it there", line)
    row[places[0]] = said
    out = io.StringIO()
    ending = "\r\n" if lines[line - 1].endswith("\r\n") else "\n"
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerow(row)
    lines[line - 1] = out.getvalue()
