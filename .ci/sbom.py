"""Print a software bill of materials of the environment this runs in: CycloneDX 1.5, from what is installed.

Only mailkit and what it needs, its extras included as far as they are installed, is in it.
"""

import hashlib
import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from packaging.requirements import Requirement

ROOT = "mailkit-lab"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(found: Distribution, extras: set[str]) -> list[Requirement]:
    """The requirements that hold here, those of some extras among them."""
    wanted = []
    for text in found.requires or ():
        one = Requirement(text)
        if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in {"", *extras}):
            wanted.append(one)
    return wanted


def collected() -> tuple[dict[str, Distribution], dict[str, set[str]]]:
    """Every distribution that is needed and installed, and what each depends on."""
    root = distribution(ROOT)
    extras = set(root.metadata.get_all("Provides-Extra") or ())
    waiting: list[tuple[str, set[str]]] = [(ROOT, extras)]
    found: dict[str, Distribution] = {}
    depends: dict[str, set[str]] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, wanted = waiting.pop()
        if (normal(name), frozenset(wanted)) in seen:
            continue
        seen.add((normal(name), frozenset(wanted)))
        try:
            one = found[normal(name)] = distribution(name)
        except PackageNotFoundError:
            continue
        for need in needed(one, wanted):
            if normal(need.name) != normal(name):
                depends.setdefault(normal(name), set()).add(normal(need.name))
            waiting.append((need.name, set(need.extras)))
    return found, depends


def purl(one: Distribution) -> str:
    return f"pkg:pypi/{normal(one.metadata['Name'])}@{one.version}"


def component(one: Distribution) -> dict[str, Any]:
    """One package: name, version, licence, and the digest of the list of its files."""
    meta = one.metadata
    made: dict[str, Any] = {
        "type": "application" if normal(meta["Name"]) == ROOT else "library",
        "bom-ref": purl(one),
        "name": meta["Name"],
        "version": one.version,
        "purl": purl(one),
    }
    if meta["Summary"]:
        made["description"] = meta["Summary"]
    if expression := meta.get("License-Expression"):
        made["licenses"] = [{"expression": expression}]
    elif names := [
        text.rpartition(" :: ")[2]
        for text in meta.get_all("Classifier") or ()
        if text.startswith("License :: ") and text.count(" :: ") > 1
    ]:
        made["licenses"] = [{"license": {"name": name}} for name in names]
    if record := one.read_text("RECORD"):
        digest = hashlib.sha256(record.encode()).hexdigest()
        made["properties"] = [{"name": "mailkit:record-sha256", "value": digest}]
    return made


def document() -> dict[str, Any]:
    """The bill of materials; the same environment gives the same one."""
    found, depends = collected()
    known = {name: purl(one) for name, one in found.items()}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(found[ROOT])},
        "components": [component(one) for name, one in sorted(found.items()) if name != ROOT],
        "dependencies": [
            {
                "ref": ref,
                "dependsOn": sorted(known[n] for n in depends.get(name, ()) if n in known),
            }
            for name, ref in sorted(known.items())
        ],
    }


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=2)
    sys.stdout.write("\n")
