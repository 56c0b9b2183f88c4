"""The generated pages of the documentation, written whole: ``python -m mailkit.report.pages docs``."""

import sys
from pathlib import Path

from mailkit.report.manual import PAST, providers_table, table
from mailkit.report.terminal import Style

__all__ = ["pages", "write_pages"]

_FINDINGS = """\
# Findings

Everything mailkit can report, in the order of causes. The faults at the end are not findings; each has the reason.
`mailkit finding ID` shows the page of a finding.

"""
_PROVIDERS = """\
# Providers

What mailkit knows of providers, with the source, and the date by which it must be reviewed. `mailkit providers` shows the same
table and marks what is past its date.

"""


def pages() -> dict[str, str]:
    """Each generated page by its file name. They do not depend on the day."""
    return {
        "findings.md": _FINDINGS + table("markdown", Style(), 100),
        "providers.md": _PROVIDERS + providers_table("markdown").replace(PAST, ""),
    }


def write_pages(folder: Path) -> None:
    """Write the pages into a folder."""
    for name, page in pages().items():
        (folder / name).write_text(page, "utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
