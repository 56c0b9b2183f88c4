"""Settings files of products: read to accounts, checked in the product's words, written back.

A file goes through these modules, each of which does one thing::

    document     bytes to text (lossless), Entry: one value with path, span, quoting and line
    syntax/      one module for each syntax: text to entries, and one value back to text
    carriers     documents with the settings of other programs in them (Compose, Kubernetes)
    dialects/    one file for each product: names, words, defaults, as data (see ``dialect``)
    recognition  which product it is, by evidence; what is no mail configuration is refused
    translation  entries to the tables of the native format, a place for every value, remarks
    rewriting    changed settings to splices; ``product`` reads the result again and compares
    replacement  bytes to disk, with owner, mode and links kept

To add a dialect, write ``dialects/NAME.py`` with ``DIALECTS = (Dialect(…),)`` and name it in
``dialects.MODULES``; no code is needed where the words fit :class:`~mailkit.formats.dialect.ServiceWords`.
To add a syntax, write ``syntax/NAME.py`` with ``read``, ``render`` and ``SEPARATE_ITEMS``, and name it with its
file names in ``syntax.SYNTAXES``. Forms of products that people fill in are :class:`~mailkit.formats.form.Form`.
"""

import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any, Protocol

from mailkit.account import Account
from mailkit.errors import FormatError, SettingsError
from mailkit.formats import ashop, astercc, djaboo, lettershop, native, office24
from mailkit.formats.document import MAX_BYTES, Source, read_source
from mailkit.formats.form import Form
from mailkit.formats.replacement import replace_file

__all__ = [
    "FORMATS",
    "FORMS",
    "MAX_BYTES",
    "Format",
    "edits_of",
    "load",
    "loads",
    "named",
    "repair",
]

Changes = list[tuple[Account, str, Mapping[str, Any]]]


class Format(Protocol):
    """What a format can do."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a constant where it is a module's

    def recognises(self, text: str, file: str) -> bool: ...

    def read(self, text: str, file: str) -> list[Account]: ...

    def written(self, accounts: list[Account]) -> str: ...

    def repaired(
        self, text: str, file: str, changes: list[tuple[Account, str, Mapping[str, Any]]]
    ) -> str: ...


FORMS: tuple[Form, ...] = (
    ashop.FORM,
    astercc.FORM,
    lettershop.FORM,
    djaboo.FORM,
    office24.FORM,
)
FORMATS: tuple[Format, ...] = (native, *FORMS)


def load(file: str | Path, format: str | None = None) -> list[Account]:  # noqa: A002
    """Read the accounts in a file of any known format.

    However wrong the settings are, they are loaded; what is wrong with them are findings.

    Args:
        file: the file.
        format: its format, where it is not to be recognised.

    Raises:
        FormatError: the file cannot be read, or is not a configuration at all.
        SettingsError: no format has that name.
    """
    source = _source(Path(file))
    one = _format(source.text, str(file), format)
    if one is native and source.encoding == "latin-1":
        try:
            source.data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = source.data.count(b"\n", 0, error.start) + 1
            raise FormatError(str(file), "is not UTF-8 text", line) from None
    return list(one.read(source.text, str(file)))


def loads(text: str, file: str = "<text>", format: str | None = None) -> list[Account]:  # noqa: A002
    """Read the accounts in a text; see :func:`load`."""
    return list(_format(text, file, format).read(text, file))


def repair(
    file: str | Path,
    changes: Iterable[tuple[Account, str, Mapping[str, Any]]],
    format: str | None = None,  # noqa: A002
) -> None:
    """Write changed settings back into the file they came from.

    Comments, order, quoting and everything else stay as they are. What is written is read again
    and compared first; then it takes the place of the old file in one step, with the same owner,
    permissions, byte order mark, encoding and line ends.

    Args:
        file: the file that the accounts were loaded from.
        changes: for each service its account, its role (``incoming`` or ``outgoing``), and the
            settings to change.
        format: its format, where it is not to be recognised.

    Raises:
        FormatError: the file cannot be read or written, no longer has these accounts, or its
            product cannot say a setting.
    """
    path = Path(file)
    source = _source(path)
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
    """The lines that :func:`repair` would change, before and after; passwords are masked."""
    from mailkit.formats import product

    try:
        text = _source(Path(file)).text
        one = _format(text, file, format)
        if isinstance(one, product.Product):
            return one.edits(text, file, changes)
        return product.line_edits(text, one.repaired(text, file, changes), file)
    except (FormatError, SettingsError):
        return []


def named(name: str) -> Format:
    """The format with a name.

    Raises:
        SettingsError: there is none.
    """
    for one in FORMATS:
        if name == one.NAME:
            return one
    from mailkit.formats.dialects import dialects
    from mailkit.formats.product import Product

    known = dialects()
    if name in known:
        return Product(known[name])
    from difflib import get_close_matches

    near = get_close_matches(name, [*known, *(one.NAME for one in FORMATS)], 3)
    hint = f"Did you mean {', '.join(near)}?" if near else "See mailkit formats."
    raise SettingsError(f"unknown format {name!r}. {hint}")


def _format(text: str, file: str, name: str | None = None) -> Format:
    if name:
        return named(name)
    if native.recognises(text, file):
        return native
    from mailkit.formats.product import recognised_product

    product, why = recognised_product(text, file)
    if product is not None:
        return product
    for one in FORMS:
        if one.recognises(text, file):
            return one
    if PurePath(file).suffix.lower() == ".toml":
        return native
    raise FormatError(file, why)


def _source(path: Path) -> Source:
    try:
        kind = path.stat().st_mode
        streams = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind) or str(path).startswith(streams)):
            raise FormatError(str(path), "is not a file; for a pipe write - and use standard input")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(str(path), f"cannot be read: {error.strerror}") from None
    return read_source(data, str(path))
