"""Generates pages of the documentation: ``python -m mailkit.report.pages docs``."""

import re
import sys
from pathlib import Path

from mailkit.report.escaping import prose_markdown
from mailkit.report.finding_markdown import finding_heading, finding_markdown
from mailkit.report.formats_page import formats_page
from mailkit.report.manual import PAST, providers_table, table
from mailkit.report.product_pages import product_pages
from mailkit.report.terminal import Style
from mailkit.rules.catalogue import RULES

__all__ = ["pages", "write_pages"]

_FINDINGS = """\
# Findings

Everything mailkit can report, in the order of causes. The faults at the end are not findings; each has the reason.
`mailkit finding ID` shows the page of a finding.

"""
_FINDING_PAGES = """\
# Pages of findings

By id, with the words of the error that people paste. [Findings](../findings.md) has them in the order of causes.

"""
_PROVIDERS = """\
# Providers

What mailkit knows of providers, with the source, and the date by which it must be reviewed. `mailkit providers` shows the same
table and marks what is past its date.

"""


def pages() -> dict[str, str]:
    """Return each generated page by its path below ``docs/``. They do not depend on the day."""
    return {
        "formats.md": formats_page(),
        "findings.md": _FINDINGS + _linked(table("markdown", Style(), 100)),
        "reference/finding-pages.md": _FINDING_PAGES + _index(),
        "providers.md": _PROVIDERS + providers_table("markdown").replace(PAST, ""),
        **{f"findings/{rule.id}.md": finding_markdown(rule) for rule in RULES.values()},
        **{f"products/{name}": page for name, page in product_pages().items()},
    }


def _index() -> str:
    """Return the list of all pages, and the contents for the margin, which has room for ids only."""
    rules = sorted(RULES.values(), key=lambda rule: rule.id)
    rows = [
        f"* [`{rule.id}`](../findings/{rule.id}.md) {prose_markdown(finding_heading(rule))}"
        for rule in rules
    ]
    entries = [f"{rule.id} <../findings/{rule.id}>" for rule in rules]
    return "\n".join([*rows, "", "```{toctree}", ":hidden:", "", *entries, "```", ""])


def _linked(rows: str) -> str:
    """Return the table of findings with a link to each page."""
    return re.sub(
        r"^\| `([a-z0-9-]+)` \| (?!no finding)", r"| [`\1`](findings/\1.md) | ", rows, flags=re.M
    )


def write_pages(folder: Path) -> None:
    """Write the pages into a folder, and remove those that are no longer generated."""
    written = pages()
    (folder / "reference").mkdir(exist_ok=True)
    for part in ("findings", "products"):
        (folder / part).mkdir(exist_ok=True)
        for path in (folder / part).glob("*.md"):
            if f"{part}/{path.name}" not in written:
                path.unlink()
    for name, page in written.items():
        (folder / name).write_text(page, "utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
