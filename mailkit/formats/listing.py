"""The formats as a table: name, title, whether recognised and written, and an example."""

from mailkit.formats import FORMS
from mailkit.formats.dialects import dialects
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


def formats_table() -> str:
    """The rows in columns. “changes”: single settings are changed in an existing file."""
    rows = [HEAD, *formats_rows()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"
