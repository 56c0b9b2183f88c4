"""What is promised beside the code: the security page names tests that exist, and versions are allowed, locked and listed."""

import ast
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_security_page_names_tests_that_exist_for_each_promise() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)
    missing = [(file, name) for file, name in named if name not in names_in(ROOT / file)]
    assert missing == []
    assert len(named) == len(set(named))
    sections = PAGE.split("\n## ")[1:]
    assert len(sections) >= 13
    assert [text.partition("\n")[0] for text in sections if "`tests/" not in text] == []


def requirements() -> list[Requirement]:
    """What ``make test`` installs."""
    project = PROJECT["project"]
    groups = [project["dependencies"], project["optional-dependencies"]["lab"]]
    groups.append(PROJECT["dependency-groups"]["dev"])
    found = [Requirement(text) for group in groups for text in group]
    return [one for one in found if one.name != "mailkit-lab"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_locked_versions_are_allowed_and_none_is_missing() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    locked = dict(line.split("==") for line in lines if not line.startswith("#"))
    for one in requirements():
        assert normal(one.name) in locked, f"{one.name}: run make lock"
        assert Version(locked[normal(one.name)]) in one.specifier, one


def script(name: str) -> str:
    command = [sys.executable, str(ROOT / ".ci" / name)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_the_lowest_versions_are_the_lower_bounds() -> None:
    lowest = dict(line.split("==") for line in script("lowest.py").splitlines())
    for text in PROJECT["project"]["dependencies"]:
        one = Requirement(text)
        assert [str(part) for part in one.specifier] == [f">={lowest[one.name]}"]


def test_the_bill_of_materials_names_what_is_needed() -> None:
    document = json.loads(script("sbom.py"))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    assert document["metadata"]["component"]["name"] == "mailkit-lab"
    listed = {normal(one["name"]): one for one in document["components"]}
    for text in PROJECT["project"]["dependencies"]:
        one = listed[normal(Requirement(text).name)]
        assert one["purl"] == f"pkg:pypi/{normal(one['name'])}@{one['version']}"
    refs = {one["bom-ref"] for one in (*document["components"], document["metadata"]["component"])}
    assert {one["ref"] for one in document["dependencies"]} == refs
    assert all(ref in refs for one in document["dependencies"] for ref in one["dependsOn"])
    assert document == json.loads(script("sbom.py"))


@pytest.mark.parametrize("digest", ["sha256:" + "0a" * 32, ""])
def test_the_base_of_every_image_is_pinned_by_one_command(digest: str, tmp_path: Path) -> None:
    places = [*(ROOT / "docker").glob("**/Dockerfile"), *(ROOT / "docker").glob("**/compose.yaml")]
    for file in (*places, ROOT / "docker" / "pin-base"):
        copy = tmp_path / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    engine = tmp_path / "bin" / "docker"
    engine.parent.mkdir()
    engine.write_text(f'#!/bin/sh\n[ "$1" = pull ] || echo "{digest and "debian@" + digest}"\n')
    engine.chmod(0o755)
    done = subprocess.run(
        [tmp_path / "docker" / "pin-base"],
        env={**os.environ, "PATH": f"{engine.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if digest else 1)
    bases = [
        base
        for file in places
        for base in re.findall(
            r"(?m)(?:^ARG BASE=|\$\{BASE:-)([^}\s]*)",
            (tmp_path / file.relative_to(ROOT)).read_text("utf-8"),
        )
    ]
    assert len(bases) >= len(places) >= 5
    assert {*bases} == {f"debian:trixie-slim@{digest}" if digest else "debian:trixie-slim"}


@pytest.mark.parametrize(
    "path",
    sorted(
        path
        for name in ("docker", "benchmarks", "notebooks")
        for path in (ROOT / name).rglob("*.py")
    ),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_scripts_beside_the_package_import_names_that_it_has(path: Path) -> None:
    imported = [
        (node.module, name.name)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mailkit")
        for name in node.names
    ]

    for module, name in imported:
        if not hasattr(importlib.import_module(module), name):
            importlib.import_module(f"{module}.{name}")
