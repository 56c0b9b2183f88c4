"""Every row of the five products has a test, and stands in the table of docs/systems.md."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = {
    f"{product}{n}"
    for product, many in zip("ABCDE", (11, 11, 8, 12, 15), strict=True)
    for n in range(1, many + 1)
}


def test_every_row_has_a_test_and_a_line_in_the_table() -> None:
    marked: set[str] = set()
    for file in (ROOT / "tests").rglob("test_*.py"):
        for found in re.findall(r"mark\.system\(([^)]*)\)", file.read_text("utf-8")):
            marked |= set(re.findall(r'"([A-E]\d+)"', found))
    table = set(
        re.findall(r"^\| ([A-E]\d+) \|", (ROOT / "docs" / "systems.md").read_text("utf-8"), re.M)
    )

    assert marked == ROWS
    assert table == ROWS
