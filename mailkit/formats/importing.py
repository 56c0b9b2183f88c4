"""Values that a JavaScript or Python program takes from another file: ``require("./config")`` and ``import``.

Only files in its folder and the folder above it are read, and only one step far. What they export is data: nothing is executed.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mailkit.formats.document import IMPORTED, SPREAD, Document, Entry, KeyPath
from mailkit.formats.inclusion import entries_beside

__all__ = ["with_imported"]

_ENDS = ("", ".js", ".ts", ".mjs", ".cjs", ".json", "/index.js", "/index.ts")
_MOST_FILES = 16
_NAME = re.compile(r"[\w$]+(?:\??\.[\w$]+)*")
_EXPORTS: tuple[KeyPath, ...] = (("module", "exports"), ("export",), ("exports",), ())


def with_imported(document: Document) -> Document:
    """The document with the values of what it imports, in the places where they are used."""
    imports = {entry.key: entry for entry in document.entries if entry.path[:1] == (IMPORTED,)}
    if not imports:
        return document
    if document.is_stream:
        own = tuple(entry for entry in document.entries if entry.path[:1] != (IMPORTED,))
        return replace(document, entries=own)
    files: dict[str, list[Entry]] = {}
    found = [
        new for entry in document.entries for new in _resolved(document, entry, imports, files)
    ]
    return replace(document, entries=tuple(found))


def _resolved(
    document: Document, entry: Entry, imports: dict[str, Entry], files: dict[str, list[Entry]]
) -> Iterator[Entry]:
    if entry.path[:1] == (IMPORTED,):
        return
    name = entry.reference.name if entry.reference and entry.reference.kind == "other" else ""
    first, *rest = name.replace("?", "").split(".")
    if first not in imports or not _NAME.fullmatch(name):
        yield entry
        return
    source = imports[first]
    wanted = (*filter(None, source.raw.split(".")), *rest)
    place = str(source.value)
    if place not in files:
        files[place] = _read(document, place) if len(files) < _MOST_FILES else []
    found = [*_members(files[place], wanted, first)]
    above = entry.path[:-1] if entry.key == SPREAD else entry.path
    for path, member in found:
        yield replace(member, path=(*above, *path))
    if not found:
        yield entry


def _read(document: Document, name: str) -> list[Entry]:
    """The entries of a module: the first file that is there."""
    if document.syntax == "python":
        return _of_python(document, name)
    path = posixpath.normpath(name)
    if path.startswith(("/", "../..")):
        return []
    for end in _ENDS:
        kind = "json" if f"{path}{end}".endswith(".json") else "javascript"
        if found := entries_beside(document, f"{path}{end}", kind):
            return found
    return []


def _of_python(document: Document, name: str) -> list[Entry]:
    """The entries of a module of Python: beside the file, or from a folder above it that has its first name."""
    dots = len(name) - len(name.lstrip("."))
    path = name[dots:].replace(".", "/") + ".py"
    folder = Path(document.file).absolute().parent.name
    places = ["../" * (dots - 1) + path] if dots else [path, f"../{path}"]
    if not dots and path.startswith(f"{folder}/"):
        places.insert(0, path.removeprefix(f"{folder}/"))
    for place in places:
        if place.startswith("../.."):
            continue
        if found := entries_beside(document, place, "python"):
            return found
    return []


def _members(entries: list[Entry], wanted: KeyPath, local: str) -> Iterator[tuple[KeyPath, Entry]]:
    """The exported values below a name, each with the rest of its path."""
    named = {
        (entry.reference.name,)
        for entry in entries
        if entry.path in _EXPORTS and entry.reference is not None
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
