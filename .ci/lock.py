"""Print constraints for pip: the versions in this environment of all that pyproject.toml names, and of what that needs.

Usage: make lock. The result holds for the Python it was made with; others may need other versions.
"""

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from sbom import ROOT, needed, normal

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def locked() -> dict[str, str]:
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    groups = [project["project"]["dependencies"], project["dependency-groups"]["dev"]]
    groups += project["project"]["optional-dependencies"].values()
    waiting = [Requirement(text) for group in groups for text in group]
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        one = waiting.pop()
        key = (normal(one.name), frozenset(one.extras))
        if key in seen or key[0] == ROOT:
            continue
        seen.add(key)
        try:
            there = distribution(one.name)
        except PackageNotFoundError:
            continue
        found[key[0]] = there.version
        waiting += needed(there, set(one.extras))
    return dict(sorted(found.items()))


if __name__ == "__main__":
    sys.stdout.write(
        "# Versions that the suite ran with. Use them: make test LOCKED=1. Anew: make lock.\n"
    )
    sys.stdout.write("".join(f"{name}=={version}\n" for name, version in locked().items()))
