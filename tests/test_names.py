"""A name has one meaning in the whole package."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import mailkit

_PACKAGE = Path(mailkit.__file__).parent


def _defined(file: Path) -> Iterator[str]:
    """The classes and type aliases that a module defines."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
            yield ast.unparse(node.target)
        elif isinstance(node, ast.Assign) and not (
            isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "TypeVar"
        ):
            for name in (ast.unparse(target) for target in node.targets):
                if name[:1].isupper() and not name.isupper():
                    yield name


def test_no_class_or_alias_is_defined_twice() -> None:
    where: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(_PACKAGE.rglob("*.py")):
        for name in _defined(file):
            where[name].append(str(file.relative_to(_PACKAGE)))
    assert len(where) > 400
    assert {name: files for name, files in where.items() if len(files) > 1} == {}
