"""Included files, read at the place of their inclusion.

Only files in its folder are read (of Python the folder above too); a file that includes itself is not read again, and
an unreadable name stays a reference.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from mailkit.errors import FormatError
from mailkit.formats.document import INCLUDED, Document, Entry
from mailkit.formats.syntax import syntax

__all__ = ["beside", "entries_beside", "is_inside", "with_included"]

_MOST_FILES = 64
"""How many files one document may include, each counted for each place."""
_DEEPEST = 8


def with_included(document: Document) -> Document:
    """The document with the entries of the files it includes."""
    if document.is_stream or not any(_names(entry) for entry in document.entries):
        return document
    above = (Path(document.file).name,)
    return replace(document, entries=tuple(_Included(document).into(document.entries, "", above)))


def is_inside(name: str) -> bool:
    """Whether a name is that of a file in the folder of the document, or below it."""
    path = PurePath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts


def entries_beside(
    document: Document, name: str, kind: str = "dotenv", flavour: str = ""
) -> list[Entry]:
    """Return the entries of a file beside a document; none if it is absent or broken.

    They cannot be changed from here, and keep their places.
    """
    text = document.settings_beside(name)
    if not text:
        return []
    file = str(Path(document.file).parent / name)
    try:
        found = syntax(kind).read(text, file, flavour)
    except FormatError:
        return []
    return [replace(entry, span=None, origin=entry.origin or (file, entry.line)) for entry in found]


def beside(name: str, file: str) -> str:
    """A path from the home or the root, as it is from the folder of a file that is in the same place.

    ``~/.mutt/accounts/work`` is ``accounts/work`` for a file in a folder ``.mutt``, and
    ``.mutt/accounts/work`` for a file ``.muttrc``; other paths stay as they are.
    """
    home = re.match(r"(?:~|\$HOME|\$\{HOME\})/", name)
    if home is None and not name.startswith("/"):
        return name
    parts = name[home.end() if home else 1 :].split("/")
    own = Path(file).absolute().parent.parts
    for cut in range(len(parts) - 1, 0, -1):
        if own[-cut:] == tuple(parts[:cut]):
            return "/".join(parts[cut:])
    return "/".join(parts) if home and Path(file).name.startswith(".") else name


def _names(entry: Entry) -> list[tuple[str, str]]:
    """The kind and the name of each file that an entry includes."""
    path, value = entry.path, entry.value
    if path[-1:] == (INCLUDED,):
        return [("file", str(value))]
    if entry.reference is not None and entry.reference.name.startswith("!include"):
        tag, _, name = entry.reference.name.partition(" ")
        return [(tag, name.strip())]
    if not isinstance(value, str):
        return []
    if path[0] == "include" and (len(path) == 2 or path[2:] == ("path",)) and path[1].isdecimal():
        return [("file", value)]  # of Compose
    if ".".join(path[:3]) == "spring.config.import":
        names = (part.strip().removeprefix("optional:") for part in value.split(","))
        return [("file", name.removeprefix("file:").removeprefix("classpath:")) for name in names]
    return []


def _files(folder: Path, pattern: str) -> list[Path]:
    """The first files of a folder, in the order of their names; of ``**`` no folders below it."""
    try:
        found = [path for path in folder.iterdir() if fnmatchcase(path.name, pattern)]
    except (OSError, ValueError):  # there is none, or its name has NUL
        return []
    hidden = pattern.startswith(".")
    return sorted(path for path in found if hidden or not path.name.startswith("."))[:_MOST_FILES]


class _Included:
    """The files that a document includes, in the place where each is included."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def into(
        self, entries: tuple[Entry, ...], folder: str, above: tuple[str, ...]
    ) -> Iterator[Entry]:
        """The entries of a file with those of the files it includes; ``above`` are the files around it."""
        for entry in entries:
            names = _names(entry)
            if not names:
                yield entry
            for kind, name in names:
                if entry.key == INCLUDED and "*" in name:
                    yield from self.matching(name, folder, above, entry.quote)
                    continue
                if kind.startswith("!include_dir"):
                    yield from self.folder(entry, kind, name, folder, above)
                    continue
                found = self.read(name, folder, above, entry.quote if entry.key == INCLUDED else "")
                place = entry.path if kind == "!include" else entry.path[:-1]
                place = place if kind == "!include" or entry.key == INCLUDED else ()
                yield from (entry.under(*place) for entry in found) if found else (entry,)

    def read(
        self, name: str, folder: str, above: tuple[str, ...], part: str = ""
    ) -> list[Entry] | None:
        """Return the entries of an included file; ``None`` if it cannot be read."""
        upward = self.document.syntax == "python"
        name = beside(name, self.document.file)
        path = posixpath.normpath(posixpath.join(folder, name))
        outside = path.startswith(("/", "~", "../.." if upward else ".."))
        if outside or path in above or len(above) >= _DEEPEST or self.count >= _MOST_FILES:
            return None
        self.count += 1
        found = entries_beside(self.document, path, self.document.syntax, part)
        if not found:
            return None
        return [*self.into(tuple(found), posixpath.dirname(path), (*above, path))]

    def matching(
        self, pattern: str, folder: str, above: tuple[str, ...], part: str
    ) -> Iterator[Entry]:
        """The entries of the files that a pattern names (``conf.d/*.conf``), in the order of their names."""
        inside = posixpath.normpath(posixpath.join(folder, beside(pattern, self.document.file)))
        parts = PurePath(inside).parts
        if (
            self.document.is_stream
            or not parts
            or not is_inside(inside)
            or "*" in "".join(parts[:-1])
        ):
            return
        place = Path(self.document.file).parent.joinpath(*parts[:-1])
        for path in _files(place, parts[-1]):
            name = "/".join((*parts[:-1], path.name))
            yield from self.read(posixpath.relpath(name, folder or "."), folder, above, part) or ()

    def folder(
        self, entry: Entry, tag: str, name: str, folder: str, above: tuple[str, ...]
    ) -> Iterator[Entry]:
        """What ``!include_dir_list``, ``_named`` and ``_merge_…`` of Home Assistant bring in."""
        inside = posixpath.normpath(posixpath.join(folder, name))
        if self.document.is_stream or inside.startswith(("/", "..", "~")):
            yield entry
            return
        count = 0
        place = Path(self.document.file).parent / inside
        for path in _files(place, "*.yaml"):
            found = self.read(f"{inside}/{path.name}", "", above) or []
            if tag == "!include_dir_merge_list":
                items = {entry.path[0]: None for entry in found}
                numbers = {item: str(count + at) for at, item in enumerate(items)}
                found = [
                    replace(entry, path=(numbers[entry.path[0]], *entry.path[1:]))
                    for entry in found
                ]
                count += len(items)
            elif tag == "!include_dir_list":
                found = [entry.under(str(count)) for entry in found]
                count += 1
            elif tag == "!include_dir_named":
                found = [entry.under(path.stem) for entry in found]
            yield from (included.under(*entry.path) for included in found)
