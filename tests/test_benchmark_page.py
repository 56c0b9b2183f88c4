"""The page of benchmarks: a goal is looked up in the tables of the run, and said as it is."""

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parent.parent / "benchmarks" / "page.py"

SAID = """## IMAP

| tool | TLS, 0 ms | to the first | peak MB |
|---|---:|---:|---:|
| floor | 1.17 s | 1.00 | 26 |
| mailkit.contents, to memory | 1.34 s | 1.14 | 1,040 |
"""


@pytest.fixture(scope="module")
def page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_page", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["benchmark_page"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_cell_is_known_by_its_row_and_its_column(page: ModuleType) -> None:
    assert [*page._cells(SAID)][3:] == [
        ("mailkit.contents, to memory", "TLS, 0 ms", 1.34),
        ("mailkit.contents, to memory", "TLS, 0 ms to the first", 1.14),
        ("mailkit.contents, to memory", "peak MB", 1040),
    ]


def test_a_goal_is_reached_or_not_or_not_measured(
    page: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    goals = (
        page.Goal("near", "contents", "to the first", most=1.2),
        page.Goal("far", "contents", "to the first", most=1.1),
        page.Goal("much", "contents", "peak", least=2000),
        page.Goal("gone", "somebody else", "peak", most=1),
        page.Goal("all", "o", "to the first", most=1.1, every=True),
    )
    monkeypatch.setattr(page, "GOALS", goals)
    assert [line.split("|")[-2].strip() for line in [*page.goals(SAID)][2:]] == [
        "reached",
        "not reached",
        "not reached",
        "not measured",
        "not reached",
    ]


def test_what_fails_is_named_on_the_page(page: ModuleType) -> None:
    said = page.output(page.Part("nothing", "no-such-benchmark.py"))
    assert "Failed: " in page.page([(page.Part("nothing", "no-such-benchmark.py"), said)], 60)


@pytest.mark.parametrize("file", sorted(FILE.parent.glob("*.py")), ids=lambda file: file.stem)
def test_what_the_snippets_of_a_benchmark_import_is_there(file: Path) -> None:
    """They are text, run in processes of their own: no type checker sees them."""
    for module, names in re.findall(
        r"from (mailkit[\w.]*) import ([\w, ]+)", file.read_text("utf-8")
    ):
        for name in filter(None, (one.split()[0] for one in names.split(",") if one.strip())):
            there = hasattr(importlib.import_module(module), name)
            assert there or importlib.util.find_spec(f"{module}.{name}"), f"{module}.{name}"
