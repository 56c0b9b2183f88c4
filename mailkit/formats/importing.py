"""Values that a JavaScript, PHP or Python program takes from other files: ``require("./config")`` and ``import``.

Only files in its folder, below it and in the folder above it are read, a few steps far. What they export is data:
nothing is executed.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mailkit.formats.document import IMPORTED, SPREAD, Document, Entry, KeyPath
from mailkit.formats.inclusion import entries_beside

__all__ = ["with_imported"]

_ENDS = ("", ".js", ".ts", ".mjs", ".cjs", ".json", "/index.js", "/index.ts")
_MOST_FILES = 16
_DEEPEST = 4
_NAME = re.compile(r"[\w$]+(?:\??\.[\w$]+)*")
_MEMBER = re.compile(r"\[\s*['\"]?([\w$]+)['\"]?\s*\]|->(\w+)")
"""A member in PHP's words: ``['host']`` or ``->host``."""
_CALL = re.compile(r"(\w+)\(\)")
_EXPORTS: tuple[KeyPath, ...] = (("module", "exports"), ("export",), ("exports",), ("return",), ())
_ALL = "*"
_HOSTS = ("host", "hostname")


@dataclass(frozen=True, slots=True)
class _Module:
    """A file's entries, what it imports by name, and the modules that it passes on whole; ``folder`` is from the document's."""

    folder: str
    entries: tuple[Entry, ...]
    imports: dict[str, Entry]
    passed_on: tuple[str, ...]


def with_imported(document: Document) -> Document:
    """The document with the values of what it imports, in the places where they are used."""
    module = _module(document.entries, "")
    if len(module.entries) == len(document.entries):
        return document
    if document.is_stream:
        found = [entry for entry in module.entries if not _is_open(entry, module)]
        return replace(document, entries=tuple(found))
    reader = _Imports(document)
    found = [new for entry in module.entries for new in reader.resolved(module, entry, 0)]
    return replace(document, entries=tuple(entry for entry in found if not _is_open(entry, module)))


def _module(entries: tuple[Entry, ...] | list[Entry], folder: str) -> _Module:
    imports = {entry.key: entry for entry in entries if entry.path[:1] == (IMPORTED,)}
    passed_on = tuple(
        str(entry.value) for entry in entries if entry.path[:1] == (IMPORTED,) and entry.key == _ALL
    )
    own = tuple(entry for entry in entries if entry.path[:1] != (IMPORTED,))
    return _Module(folder, own, imports, passed_on)


def _is_open(entry: Entry, module: _Module) -> bool:
    """Whether an entry is the host of a Python program's client, from a module that is not in sight."""
    if entry.value is not None or entry.key not in _HOSTS or entry.reference is None:
        return False
    numbered = len(entry.path) > 2 and entry.path[-2].isdecimal()
    first = entry.reference.name.partition(".")[0]
    return numbered and entry.reference.kind == "other" and first in module.imports


class _Imports:
    """The modules that a document imports, read when a value of theirs is used."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.modules: dict[str, _Module | None] = {}

    def resolved(self, module: _Module, entry: Entry, depth: int) -> Iterator[Entry]:
        """An entry with the values of the import that it names; itself where they are not in sight."""
        name = entry.reference.name if entry.reference and entry.reference.kind == "other" else ""
        if self.document.syntax == "php":
            name = _MEMBER.sub(r".\1\2", name)
        first, *rest = name.replace("?", "").split(".")
        above = entry.path[:-1] if entry.key == SPREAD else entry.path
        found = False
        if _NAME.fullmatch(name) and depth < _DEEPEST:
            for path, value in self.imported(module, first, tuple(rest), depth):
                found = True
                yield replace(value, path=(*above, *path))
        if not found:
            yield entry

    def imported(
        self, module: _Module, name: str, rest: KeyPath, depth: int
    ) -> Iterator[tuple[KeyPath, Entry]]:
        """The values below a name that a module imports, each with the rest of its path."""
        if name in module.imports and name != _ALL:
            source = module.imports[name]
            wanted = (*filter(None, source.raw.split(".")), *rest)
            places = [(str(source.value), wanted, name)]
        else:
            places = [(place, (name, *rest), name) for place in module.passed_on]
        for place, wanted, local in places:
            other = self.at(place, module.folder)
            found = [*self.members(other, wanted, local, depth + 1)] if other else []
            if found:
                yield from found
                return

    def members(
        self, module: _Module, wanted: KeyPath, local: str, depth: int
    ) -> Iterator[tuple[KeyPath, Entry]]:
        """The exported values below a name, each with the rest of its path."""
        found = [*_members(module.entries, wanted, local)]
        for path, value in found:
            for new in self.resolved(module, replace(value, path=path), depth):
                yield new.path, new
        if not found and wanted and depth < _DEEPEST:
            yield from self.imported(module, wanted[0], wanted[1:], depth)

    def at(self, name: str, folder: str) -> _Module | None:
        """The module of a name as a file in a folder says it: the first file that is there."""
        key = f"{folder}:{name}"
        if key not in self.modules:
            if len(self.modules) >= _MOST_FILES:
                return None
            self.modules[key] = None  # a circle ends here
            self.modules[key] = self._read(name, folder)
        return self.modules[key]

    def _read(self, name: str, folder: str) -> _Module | None:
        for place in self._places(name, folder):
            path = posixpath.normpath(posixpath.join(folder, place))
            if path.startswith(("/", "../..")):
                continue
            kind = "json" if path.endswith(".json") else self.document.syntax
            if found := entries_beside(self.document, path, kind):
                return _module(found, posixpath.dirname(path))
        return None

    def _places(self, name: str, folder: str) -> list[str]:
        """The files that a module may be."""
        if self.document.syntax == "python":
            return self._of_python(name, folder)
        if self.document.syntax == "php":
            return [name.lstrip("/")]
        return [f"{name}{end}" for end in _ENDS]

    def _of_python(self, name: str, folder: str) -> list[str]:
        """The files a module may be: beside the program, or from a folder above it that has its first name."""
        dots = len(name) - len(name.lstrip("."))
        path = name[dots:].replace(".", "/")
        own = posixpath.basename(folder) or Path(self.document.file).absolute().parent.name
        places = ["../" * (dots - 1) + path] if dots else [path, f"../{path}"]
        if not dots and path.startswith(f"{own}/"):
            places.insert(0, path.removeprefix(f"{own}/"))
        return [f"{place}{end}" for place in places for end in (".py", "/__init__.py")]


def _members(
    entries: tuple[Entry, ...], wanted: KeyPath, local: str
) -> Iterator[tuple[KeyPath, Entry]]:
    """The values of a module below a name, as it exports them or under its own name for them."""
    named = {
        (entry.reference.name,)
        for entry in entries
        if entry.path in _EXPORTS and entry.reference is not None
    }
    made = {
        (call[1], *wanted[1:])
        for entry in entries
        if entry.path == wanted[:1] and entry.reference is not None
        if (call := _CALL.fullmatch(entry.reference.name))
    }
    for above in (*_EXPORTS, *sorted(named), (local,)):
        prefix = (*above, *wanted)
        found = [entry for entry in entries if prefix and entry.path[: len(prefix)] == prefix]
        found = [entry for entry in found if entry.path not in _EXPORTS]
        if not prefix:
            found = [entry for entry in entries if not entry.path[0].endswith(")")]
        if found:
            yield from ((entry.path[len(prefix) :], entry) for entry in found)
            return
    for prefix in sorted(made):  # the fields of a class of settings
        yield from ((entry.path[len(prefix) :], entry) for entry in entries if entry.path == prefix)
