"""Facts go from the network to the rules as fields, never as a text that two files agree on."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailkit

PACKAGE = Path(mailkit.__file__).parent
OUTSIDE = ["net", "diagnosis", "discovery", "fleet"]


def taken_from_rules(package: str) -> Iterator[tuple[str, object]]:
    """What the modules of a package import from the rules, by name."""
    for file in sorted((PACKAGE / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mailkit.rules"):
                for alias in node.names:
                    found = importlib.import_module(str(node.module))
                    yield f"{file.name}: {alias.name}", getattr(found, alias.name)


@pytest.mark.parametrize("package", OUTSIDE)
def test_what_observes_takes_no_text_from_the_rules(package: str) -> None:
    texts = [name for name, value in taken_from_rules(package) if isinstance(value, str | tuple)]

    assert texts == []


def test_the_diagnosis_asks_the_rules() -> None:
    assert any(callable(value) for _, value in taken_from_rules("diagnosis"))
