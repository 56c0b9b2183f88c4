"""The formats as a table: name, title, whether recognised and written, and an example."""

from collections.abc import Iterator
from itertools import zip_longest
from textwrap import wrap

from mailkit.formats.dialects import dialects
from mailkit.formats.forms import FORMS
from mailkit.formats.tables import csv_format

__all__ = ["formats_rows", "formats_table"]

FormatRow = tuple[str, str, str, str, str]

HEAD = ("FORMAT", "PRODUCT", "RECOGNISED", "WRITTEN", "EXAMPLE")


def formats_rows() -> list[FormatRow]:
    """One row for each format."""
    rows = [("native", "mailkit's own TOML", "yes", "yes", "accounts.toml")]
    rows += [("csv", csv_format.title, "yes", "CSV", "accounts.csv")]
    rows += [(form.NAME, form.title, "yes", "yes", f"{form.NAME}.txt") for form in FORMS]
    for dialect in dialects().values():
        example = dialect.example or next(iter((*dialect.own_files, *dialect.files)), "")
        written = "yes" if dialect.new_file else "changes"
        rows.append((dialect.name, dialect.title, "yes", written, example.replace("*", "")))
    return sorted(rows)


def formats_table(width: int = 110) -> str:
    """Return the rows in columns; in a narrow terminal products and examples go on below themselves or the name.

    “changes”: single settings are changed in an existing file.
    """
    rows = [HEAD, *formats_rows()]
    sizes = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    left = width - 2 * (len(sizes) - 1) - sizes[0] - sizes[2] - sizes[3]
    if left < _NARROWEST:
        return "\n".join(_below(row, width) for row in rows) + "\n"
    if sizes[1] + sizes[4] > left:
        sizes[1] = min(sizes[1], max(left // 2, left - sizes[4]))
        sizes[4] = left - sizes[1]
    return "\n".join(line for row in rows for line in _wrapped(row, sizes)) + "\n"


_NARROWEST = 34
"""The characters for product and example together that are needed for columns."""


def _wrapped(row: FormatRow, sizes: list[int]) -> Iterator[str]:
    """The lines of a row whose cells are as wide as they may be."""
    cells = [_folded(cell, size) for cell, size in zip(row, sizes, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        line = "  ".join(part.ljust(size) for part, size in zip(parts, sizes, strict=True))
        yield line.rstrip()


def _folded(cell: str, size: int) -> list[str]:
    """The lines of a cell, broken at blanks and behind slashes."""
    if len(cell) <= size:
        return [cell]
    return [line.replace("/ ", "/") for line in wrap(cell.replace("/", "/ "), size)]


def _below(row: FormatRow, width: int) -> str:
    """A row on two lines: what it is, and below it what can be done with it."""
    name, product, recognised, written, example = row
    below = "  ".join(filter(None, (recognised.ljust(10), written.ljust(7), example)))
    lines = wrap(f"{name}: {product}", width)
    return "\n".join([*lines, f"    {below}".rstrip()])
