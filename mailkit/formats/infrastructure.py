"""Programs in Terraform's files: variables of a container or a function, and values for a module."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailkit.formats.dialect import segments
from mailkit.formats.document import Document, Entry, KeyPath
from mailkit.formats.scope import Scope

__all__ = ["infrastructure_scopes"]

_HELM = ("resource", "helm_release")
_OF_VARIABLES = frozenset(
    ("env", "extraEnv", "extraEnvs", "extraEnvVars", "envVars", "environment")
)
"""Keys of a chart's values whose members are variables."""

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*(?:__\w+)*")
_PLAIN = frozenset(("variable", "locals"))


def infrastructure_scopes(document: Document) -> Iterator[Scope]:
    """The programs of a file: each map and each list of variables, the values for modules, then the file itself."""
    groups: dict[KeyPath, list[Entry]] = {}
    images: dict[KeyPath, str] = {}
    names = {
        entry.path[:-1]: str(entry.value) for entry in document.entries if entry.path[-1] == "name"
    }
    rest: list[Entry] = []
    releases: dict[str, list[Entry]] = {}
    for entry in document.entries:
        path = entry.path
        if path[:2] == _HELM and len(path) > 3:
            if (value := _value_of_chart(entry, names)) is not None:
                releases.setdefault(path[2], []).append(value)
            if not _OF_VARIABLES & set(path[3:]):
                continue
        if path[-1] == "image" and isinstance(entry.value, str):
            images[path[:-1]] = entry.value
        item = names.get(path[:-1], "")
        if path[-1] == "value" and len(path) > 2 and _VARIABLE.fullmatch(item):
            above = path[:-2] if path[-2].isdecimal() else path[:-1]
            groups.setdefault(above, []).append(replace(entry, path=(item,)))
        elif len(path) > 1 and _VARIABLE.fullmatch(path[-1]):
            groups.setdefault(path[:-1], []).append(replace(entry, path=path[-1:]))
        elif len(path) == 1 or (path[0] in _PLAIN and path[2:] in ((), ("default",))):
            groups.setdefault((), []).append(
                replace(entry, path=path[:1] if len(path) == 1 else path[1:2])
            )
        else:
            rest.append(entry)
    followed = {(entry.line, entry.raw) for entry in rest}
    for place, entries in groups.items():
        if place:
            followed |= {(entry.line, entry.raw) for entry in entries}
    for place, entries in groups.items():
        if not place:
            entries = [entry for entry in entries if (entry.line, entry.raw) not in followed]
        image = next(
            (images[place[:cut]] for cut in range(len(place), 0, -1) if place[:cut] in images), ""
        )
        if entries:
            yield Scope(document, tuple(entries), True, image)
    for name, entries in releases.items():
        yield Scope(document, tuple(entries), label=name, syntax="yaml")
    yield Scope(document, tuple(rest))


def _value_of_chart(entry: Entry, names: dict[KeyPath, str]) -> Entry | None:
    """An entry of ``values`` or of a ``set`` block as the chart sees it; ``None`` for anything else."""
    path = entry.path[3:]
    if path[0] == "values":
        inside = path[2:] if path[1:2] and path[1].isdecimal() else path[1:]
        return replace(entry, path=inside) if inside else None
    if path[0] in ("set", "set_sensitive", "set_wo") and path[-1] == "value":
        name = names.get(entry.path[:-1], "")
        return replace(entry, path=tuple(segments(name))) if name else None
    return None
