"""Variables that containers of Kubernetes take from ConfigMaps and Secrets, in the same file or in one beside it."""

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from mailkit.formats.document import Document, Entry, KeyPath
from mailkit.formats.inclusion import entries_beside
from mailkit.private import read_regular

__all__ = ["DATA", "Cluster", "decoded", "manifests"]

DATA = ("data", "stringData")
_KINDS = {"configMapRef": "ConfigMap", "secretRef": "Secret"}
_KEYS = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}
_MOST_FILES = 64
"""YAML files of a folder; a folder of more is a collection, and no application."""
_MOST_OCTETS = 256 * 1024
_NAME = re.compile(r"^[ \t-]*name:[ \t]*[\"']?([\w.-]+)", re.M)

Name = tuple[str, str]
"""The kind and the name of an object."""


def manifests(entries: Iterable[Entry]) -> dict[KeyPath, str]:
    """The kinds of the Kubernetes objects in a document, by the path above their keys."""
    return {
        entry.path[:-1]: str(entry.value)
        for entry in entries
        if entry.path[-1:] == ("kind",) and len(entry.path) <= 2
    }


def decoded(entry: Entry) -> Entry | None:
    """A value of a Secret, which is written in base64; it cannot be changed in place."""
    try:
        value = b64decode(str(entry.value or ""), validate=True).decode()
    except ValueError:
        return None
    return replace(entry, value=value.removesuffix("\n"), span=None, raw="")


@dataclass(frozen=True, slots=True)
class _Taker:
    """A container: where it is, its image, what it takes all variables of with their prefix, and its own variables."""

    place: KeyPath
    image: str
    takes: tuple[tuple[Name, str], ...]
    own: tuple[Entry, ...]


class Cluster:
    """The objects and containers of a document and of the files beside it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.names, self.objects = _objects(document.entries)
        self.takers = {taker.place: taker for taker in _takers(document.entries)}
        self._taken = {name for taker in self.takers.values() for name, _ in taker.takes}
        self._beside: dict[str, list[Entry]] = {}

    def is_taken(self, place: KeyPath) -> bool:
        """Whether a container of the document takes the variables at a place."""
        return self.names.get(place[:-1]) in self._taken

    def given(self, taker: _Taker) -> Iterator[Entry]:
        """The variables that a container takes from elsewhere, then its own; of two the later one wins."""
        for name, prefix in taker.takes:
            for entry in self._variables_of(name):
                yield replace(entry, path=(prefix + entry.path[-1],))
        yield from taker.own

    def value_of(self, kind: str, name: str, key: str) -> Entry | None:
        """The value of a key of an object (``configMapKeyRef``, ``secretKeyRef``)."""
        variables = self._variables_of((_KEYS[kind], name)) if kind in _KEYS else []
        found = [variable for variable in variables if variable.path == (key,)]
        return found[-1] if found else None

    def taker_beside(self, place: KeyPath) -> _Taker | None:
        """The container in another file that takes the variables at a place of this one."""
        name = self.names.get(place[:-1])
        if name is None:
            return None
        for entries in self._files(name[1]):
            for taker in _takers(entries):
                if any(name == known for known, _ in taker.takes):
                    others = tuple(
                        (source, prefix) for source, prefix in taker.takes if source != name
                    )
                    return replace(taker, takes=others)
        return None

    def _variables_of(self, name: Name) -> list[Entry]:
        if name in self.objects:
            return self.objects[name]
        for entries in self._files(name[1]):
            found = _objects(entries)[1]
            if name in found:
                return found[name]
        return []

    @cached_property
    def _paths(self) -> list[Path]:
        """The other YAML files of the folder; none if it is a collection."""
        if self.document.is_stream:
            return []
        own = Path(self.document.file)
        paths = [*own.parent.glob("*.yaml"), *own.parent.glob("*.yml")]
        if len(paths) > _MOST_FILES:
            return []
        return sorted(path for path in paths if path.name != own.name)

    def _files(self, name: str) -> Iterator[list[Entry]]:
        """The entries of the YAML files beside the document that name an object."""
        for path in self._paths:
            if name not in _names_at(path):
                continue
            if path.name not in self._beside:
                self._beside[path.name] = entries_beside(self.document, path.name, "yaml")
            yield self._beside[path.name]


def _names_at(path: Path) -> frozenset[str]:
    """The names in a manifest; none where it cannot be read."""
    try:
        found = path.stat()
        return _names_in(str(path), found.st_mtime_ns, found.st_size)
    except OSError:
        return frozenset()


@lru_cache(maxsize=4 * _MOST_FILES)
def _names_in(path: str, changed: int, size: int) -> frozenset[str]:
    """The names in a manifest as it was at a time: many documents of a folder ask for them."""
    if size > _MOST_OCTETS:
        return frozenset()
    return frozenset(
        _NAME.findall(read_regular(Path(path), _MOST_OCTETS).decode("utf-8", "replace"))
    )


def _objects(entries: Iterable[Entry]) -> tuple[dict[KeyPath, Name], dict[Name, list[Entry]]]:
    """The names of the ConfigMaps and Secrets by the path above them, and their variables by name."""
    entries = list(entries)
    kinds = manifests(entries)
    names = {
        entry.path[:-2]: (kinds[entry.path[:-2]], str(entry.value))
        for entry in entries
        if entry.path[-2:] == ("metadata", "name")
        and kinds.get(entry.path[:-2]) in ("ConfigMap", "Secret")
    }
    found: dict[Name, list[Entry]] = {}
    for entry in entries:
        name = names.get(entry.path[:-2]) if len(entry.path) > 1 else None
        if name is None or entry.path[-2] not in DATA:
            continue
        plain = decoded(entry) if name[0] == "Secret" and entry.path[-2] == "data" else entry
        if plain is not None:
            found.setdefault(name, []).append(replace(plain, path=entry.path[-1:]))
    return names, found


def _takers(entries: Iterable[Entry]) -> Iterator[_Taker]:
    """The containers that take all variables of an object (``envFrom``)."""
    containers: dict[KeyPath, dict[KeyPath, Entry]] = {}
    for entry in entries:
        at = next((n for n in (-4, -3) if entry.path[n : n + 1] == ("envFrom",)), 0)
        if at:
            containers.setdefault(entry.path[:at], {})[entry.path[at:]] = entry
    inside: dict[KeyPath, list[Entry]] = {place: [] for place in containers}
    for entry in entries if containers else ():
        for cut in range(len(entry.path)):
            if entry.path[:cut] in inside:
                inside[entry.path[:cut]].append(entry)
                break
    for place, found in containers.items():
        below = inside[place]
        image = next(
            (str(entry.value) for entry in below if entry.path[len(place) :] == ("image",)), ""
        )
        prefixes = {
            path[1]: str(entry.value) for path, entry in found.items() if path[2:] == ("prefix",)
        }
        takes = tuple(
            ((_KINDS[path[2]], str(entry.value)), prefixes.get(path[1], ""))
            for path, entry in found.items()
            if path[3:] == ("name",) and path[2] in _KINDS
        )
        yield _Taker(place, image, takes, tuple(_own(below, len(place))))


def _own(entries: list[Entry], depth: int) -> Iterator[Entry]:
    names: Mapping[KeyPath, str] = {
        entry.path[:-1]: str(entry.value)
        for entry in entries
        if entry.path[depth : depth + 1] == ("env",) and entry.path[depth + 2 :] == ("name",)
    }
    for variable in entries:
        if variable.path[:-1] in names and variable.key == "value":
            yield replace(variable, path=(names[variable.path[:-1]],))
