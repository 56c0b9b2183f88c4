"""The formats as a table: name, title, whether recognised and written, and an example."""

from mailkit.formats.dialects import dialects
from mailkit.formats.forms import FORMS
from mailkit.formats.tables import csv_format
from mailkit.formats.writing import WRITTEN

__all__ = ["formats_rows", "formats_table"]

HEAD = ("FORMAT", "PRODUCT", "RECOGNISED", "WRITTEN", "EXAMPLE")


def formats_rows() -> list[tuple[str, str, str, str, str]]:
    """One row for each format."""
    rows = [("native", "mailkit's own TOML", "yes", "yes", "accounts.toml")]
    rows += [("csv", csv_format.title, "yes", "CSV", "accounts.csv")]
    rows += [(one.NAME, one.title, "yes", "yes", f"{one.NAME}.txt") for one in FORMS]
    for dialect in dialects().values():
        example = dialect.example or next(iter((*dialect.own_files, *dialect.files)), "")
        written = "yes" if dialect.name in WRITTEN else "changes"
        rows.append((dialect.name, dialect.title, "yes", written, example.replace("*", "")))
    return sorted(rows)


def formats_table(width: int = 110) -> str:
    """Return the rows in columns; the last columns are left out where they do not fit into ``width`` characters.

    “changes”: single settings are changed in an existing file.
    """
    rows = [HEAD, *formats_rows()]
    sizes = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    while len(sizes) > 1 and sum(sizes) + 2 * (len(sizes) - 1) > width:
        sizes.pop()
    lines = [
        "  ".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=False)) for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"
