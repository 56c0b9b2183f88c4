"""Settings files of products: read to accounts, checked in the product's words, written back.

A file passes through these modules, each with one task::

    document     bytes to text (lossless), Entry: one value with path, span, quoting and line
    syntax/      one module for each syntax: text to entries, and one value back to text
    inclusion    what it includes; ``following``: values in other files beside it
    carriers     documents with the settings of other programs in them (Compose, Kubernetes)
    dialects/    one file for each product: names, words, defaults, as data (see ``dialect``)
    recognition  which product it is, by evidence; a file without mail settings is rejected
    translation  entries to the tables of the native format, a place for every value; ``remarks``
    reading      those tables to accounts
    rewriting    changed settings to splices; ``additions`` are new keys
    repairs      the spliced text, read again and compared
    replacement  bytes to disk, with owner, mode and links kept
    tables/      tables of accounts: CSV, XLSX, Parquet, DataFrames

To add a dialect, write ``dialects/NAME.py`` with ``DIALECTS = (Dialect(…),)`` and name it in
``dialects.MODULES``; no code is needed where the words fit :class:`~mailkit.formats.dialect.ServiceWords`.
To add a syntax, write ``syntax/NAME.py`` with ``read``, ``render`` and ``SEPARATE_ITEMS``, and name it with its
file names in ``syntax.SYNTAXES``. Forms of products that people fill in are :class:`~mailkit.formats.form.Form`.
"""

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Protocol

from mailkit.account import Account
from mailkit.errors import FormatError, SettingsError
from mailkit.formats import native
from mailkit.formats.access import with_modes
from mailkit.formats.document import MAX_BYTES, Source, read_source, uncollected
from mailkit.formats.native import Changes
from mailkit.formats.replacement import replace_file
from mailkit.formats.tables import BINARY
from mailkit.formats.tables import MAX_BYTES as MOST_OF_TABLE
from mailkit.private import at_most, open_regular

if TYPE_CHECKING:
    from mailkit.formats.form import Form
    from mailkit.formats.tables.columns import Columns

__all__ = [
    "MAX_BYTES",
    "Format",
    "columns_of",
    "edits_of",
    "edits_of_each",
    "from_frame",
    "is_table",
    "load",
    "loads",
    "named",
    "repair",
]

_NO_FORMS = frozenset(
    ("dotenv", "javascript", "json", "php", "prefs", "python", "ruby", "xml", "yaml")
)
"""Syntaxes without forms and tables: files with such a name are not tried as those."""

_MOST_EDITS = 50
"""The largest number of repairs of one file whose lines are shown."""

_LARGE = 1024 * 1024


class Format(Protocol):
    """What a format can do."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a constant where it is a module's

    def recognises(self, text: str, file: str) -> bool: ...

    def read(self, text: str, file: str) -> list[Account]: ...

    def written(self, accounts: list[Account]) -> str: ...

    def repaired(self, text: str, file: str, changes: Changes) -> str: ...


_TABLES = (".csv", ".tsv", *BINARY)
_TABLE_NAMES = ("csv", "xlsx", "parquet")


def load(
    file: str | Path,
    format: str | None = None,  # noqa: A002
    *,
    columns: Mapping[str, str] | None = None,
    plain_secrets: bool = False,
) -> list[Account]:
    """Read the accounts in a file of any known format.

    Wrong settings are loaded too; findings report what is wrong.

    Args:
        file: the file; a table of accounts is ``.csv``, ``.tsv``, ``.xlsx`` or ``.parquet``.
        format: its format; by default it is recognised.
        columns: of a table, what a column has, if its name does not
            say it: ``{"Server": "host"}``.
        plain_secrets: of a table, whether a cell may be the password itself.

    Raises:
        FormatError: the file cannot be read, or is not a configuration at all.
        SettingsError: the format or a column is unknown, or a package is missing.
    """
    path = Path(file)
    with uncollected():
        return with_modes(_loaded(path, str(file), format, columns, plain_secrets), path)


def _loaded(
    path: Path,
    file: str,
    format_: str | None,
    columns: Mapping[str, str] | None,
    plain_secrets: bool,
) -> list[Account]:
    if is_table(path, format_) or columns:
        from mailkit.formats.forms import FORMS
        from mailkit.formats.tables.cells import csv_table, file_table
        from mailkit.formats.tables.rows import accounts_of

        if not columns and format_ is None and path.suffix.lower() == ".csv":
            source = _source(path, MOST_OF_TABLE)
            for form in FORMS:
                if form.recognises(source.text[:65536], file):
                    return form.read(source.text, file)
            return accounts_of(csv_table(source.text, file), plain_secrets=plain_secrets)
        table = file_table(path, any_columns=bool(columns))
        return accounts_of(table, columns, plain_secrets=plain_secrets)
    source = _source(path)
    one = _format(source.text, file, format_)
    if one is native and source.encoding == "latin-1":
        try:
            source.data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = source.data.count(b"\n", 0, error.start) + 1
            raise FormatError(file, "is not UTF-8 text", line) from None
    return list(one.read(source.text, file))


def from_frame(
    frame: Any,
    columns: Mapping[str, str] | None = None,
    *,
    plain_secrets: bool = False,
    name: str = "<frame>",
) -> list[Account]:
    """Read the accounts in a DataFrame (pandas or polars) or a pyarrow table: a row for each account or service.

    Args:
        frame: the table.
        columns: what a column has, if its name does not say it: ``{"Server": "incoming.host"}``; an empty text skips
            it. :func:`columns_of` shows how the names were read.
        plain_secrets: whether a cell may be the password itself. Otherwise it names the source:
            ``env:NAME``, ``command:…``, ``keyring:service/user`` or ``file:PATH``.
        name: the name of the table in findings, with the row number.

    Raises:
        FormatError: no column holds the host of a server.
        SettingsError: it is no table, or has no such column.
    """
    from mailkit.formats.tables.cells import frame_table
    from mailkit.formats.tables.rows import accounts_of

    return accounts_of(frame_table(frame, name), columns, plain_secrets=plain_secrets)


def columns_of(source: Any, columns: Mapping[str, str] | None = None) -> "Columns":
    """Return what the columns of a file or a DataFrame were read as.

    Raises:
        FormatError: the file cannot be read, or no column holds the host of a server.
        SettingsError: it is no table, or has no such column.
    """
    from mailkit.formats.tables.cells import file_table, frame_table, head_table
    from mailkit.formats.tables.rows import meant_columns

    if isinstance(source, str | Path):
        path = Path(source)
        if path.suffix.lower() in BINARY:
            return meant_columns(file_table(path, any_columns=bool(columns)), columns)
        return meant_columns(head_table(path, any_columns=bool(columns)), columns)
    return meant_columns(frame_table(source, "<frame>"), columns)


def is_table(file: str | Path, format: str | None = None) -> bool:  # noqa: A002
    """Return whether a file is a table of accounts, by its extension or its format."""
    return Path(file).suffix.lower() in _TABLES if format is None else format in _TABLE_NAMES


def loads(
    text: str,
    file: str = "<text>",
    format: str | None = None,  # noqa: A002
    *,
    columns: Mapping[str, str] | None = None,
    plain_secrets: bool = False,
) -> list[Account]:
    """Read the accounts in a text; see :func:`load`."""
    if columns or plain_secrets:
        from mailkit.formats.tables import csv_format
        from mailkit.formats.tables.cells import csv_table
        from mailkit.formats.tables.rows import accounts_of

        if columns or csv_format.recognises(text, file):
            table = csv_table(text, file, any_columns=bool(columns))
            return accounts_of(table, columns, plain_secrets=plain_secrets)
    with uncollected():
        return list(_format(text, file, format).read(text, file))


def repair(
    file: str | Path,
    changes: Iterable[tuple[Account, str, Mapping[str, Any]]],
    format: str | None = None,  # noqa: A002
) -> None:
    """Write changed settings back into the file they came from.

    Comments, order, quoting and everything else stay as they are. The result is read again and compared first; then
    it replaces the old file atomically, with the same owner,
    permissions, byte order mark, encoding and line ends.

    Args:
        file: the file that the accounts were loaded from.
        changes: for each service its account, its role (``incoming`` or ``outgoing``), and the
            settings to change.
        format: its format, where it is not to be recognised.

    Raises:
        FormatError: the file cannot be read or written, no longer has these accounts, or its product has no way to
            write a setting.
    """
    path = Path(file)
    if path.suffix.lower() in BINARY:
        raise FormatError(str(file), "is not changed in place; save it as CSV and repair that")
    source = _source(path, MOST_OF_TABLE if is_table(path, format) else MAX_BYTES)
    new = _format(source.text, str(file), format).repaired(source.text, str(file), list(changes))
    try:
        data = source.encode(new)
    except UnicodeEncodeError:
        raise FormatError(str(file), f"has no such characters in {source.encoding}") from None
    if data != source.data:
        replace_file(path, source.data, data)


def edits_of(
    file: str,
    changes: Changes,
    format: str | None = None,  # noqa: A002
) -> list[dict[str, Any]]:
    """Return the lines that :func:`repair` would change, before and after; passwords are masked."""
    return edits_of_each(file, [changes], format)[0]


def edits_of_each(
    file: str,
    wanted: list[Changes],
    format: str | None = None,  # noqa: A002
) -> list[list[dict[str, Any]]]:
    """Return the lines of several independent repairs; the file is read once.

    A repair that cannot be written, or is not in a file, has an empty list.
    """
    from mailkit.formats.edits import line_edits
    from mailkit.formats.product import Product

    def alone(one: Format, changes: Changes) -> list[dict[str, Any]]:
        try:
            return line_edits(text, one.repaired(text, file, changes), file)
        except (FormatError, SettingsError):
            return []

    try:
        text = _source(Path(file), MOST_OF_TABLE if is_table(file, format) else MAX_BYTES).text
        one = _format(text, file, format)
        if isinstance(one, Product):
            return one.edits(text, file, wanted)
    except (FormatError, SettingsError):
        return [[] for _ in wanted]
    most = _MOST_EDITS if len(text) < _LARGE else 1
    return [alone(one, changes) if at < most else [] for at, changes in enumerate(wanted)]


def named(name: str) -> Format:
    """Return a format by its name.

    Raises:
        SettingsError: there is none.
    """
    from mailkit.formats.forms import FORMATS

    for module in FORMATS:
        if name == module.NAME:
            return module
    from mailkit.formats.dialects import dialects
    from mailkit.formats.product import Product

    known = dialects()
    if name in known:
        return Product(known[name])
    from difflib import get_close_matches

    near = get_close_matches(name, [*known, *(module.NAME for module in FORMATS)], 3)
    hint = f"Did you mean {', '.join(near)}?" if near else "See mailkit formats."
    raise SettingsError(f"unknown format {name!r}. {hint}")


def _format(text: str, file: str, name: str | None = None) -> Format:
    if name:
        return named(name)
    if not is_table(file) and native.recognises(text, file):
        return native
    from mailkit.formats.syntax import named_syntaxes

    free = _NO_FORMS.isdisjoint(named_syntaxes(file))
    page = PurePath(file).suffix.lower() == ".md" and "|" in text
    forms: tuple[Form, ...] = ()
    if free or is_table(file):
        from mailkit.formats.forms import FORMS as forms  # noqa: N811
    if free or page or is_table(file):
        from mailkit.formats.tables import csv_format

        if is_table(file) or csv_format.recognises(text, file):
            return next((form for form in forms if form.recognises(text[:65536], file)), csv_format)
    from mailkit.formats.product import product_in_words, recognised_product

    broken: FormatError | None = None
    product, why = None, ""
    try:
        product, why = recognised_product(text, file)
    except FormatError as error:  # a sentence may begin like YAML and go on otherwise
        broken = error
    if product is not None:
        return product
    form = next((form for form in forms if form.recognises(text, file)), None)
    words = None
    if form is None or not form.has_own_names(text):
        words = product_in_words(text, file)
    if words is not None and form is not None and _agree(form, words, text, file):
        words = None  # a form can also be written
    if (found := words or (form if broken is None else None)) is not None:
        return found
    if broken is not None:
        raise broken
    if PurePath(file).suffix.lower() == ".toml":
        return native
    raise FormatError(file, why)


def _agree(form: Format, other: Format, text: str, file: str) -> bool:
    """Whether two formats read the same servers in a text."""
    servers = []
    for reader in (form, other):
        try:
            accounts = reader.read(text, file)
        except FormatError:
            return False
        found = [service for account in accounts for service in account.services]
        servers.append([(service.protocol, service.host, service.port) for service in found])
    return servers[0] == servers[1]


def _source(path: Path, most: int = MAX_BYTES) -> Source:
    try:
        kind = path.stat().st_mode
        streams = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind) or str(path).startswith(streams)):
            raise FormatError(str(path), "is not a file; for a pipe write - and use standard input")
        with open_regular(path) if stat.S_ISREG(kind) else path.open("rb") as file:
            data = at_most(file, most + 1)
    except OSError as error:
        raise FormatError(str(path), f"cannot be read: {error.strerror}") from None
    return read_source(data, str(path), most)
