"""Settings files inside a YAML document: blocks of text in a ConfigMap, in Compose's ``configs``, in GitLab's variable."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import Document, Entry, KeyPath, Lines, split_lines
from mailkit.formats.scope import Scope
from mailkit.formats.syntax import named_syntaxes, syntax

__all__ = ["embedded"]

_VARIABLES = {
    "GITLAB_OMNIBUS_CONFIG": "gitlab.rb",
    "WORDPRESS_CONFIG_EXTRA": "wp-config.php",
}
"""Variables whose value is a file."""

_EMAIL = re.compile(r"service\.email(?:\.[\w-]+)?")
"""Keys of Argo CD's ConfigMap whose value is YAML."""


def embedded(document: Document, kinds: Mapping[KeyPath, str]) -> Iterator[Scope]:
    """The files within a document, each with the places and spans of the whole text."""
    for entry in document.entries:
        name, label = _name(entry.path, kinds)
        names = named_syntaxes(name) if name else []
        if not names or entry.quote != "|" or not isinstance(entry.value, str):
            continue
        try:
            entries = _entries(document, entry, name, names[0])
        except FormatError:
            continue
        inner = replace(document, syntax=names[0], entries=tuple(entries))
        yield Scope(inner, inner.entries, names[0] == "dotenv", label=label, name=name)


def _name(path: KeyPath, kinds: Mapping[KeyPath, str]) -> tuple[str, str]:
    """The name of the file that a value is, and of the program it belongs to; empty if it is none."""
    if path[-1:] and path[-1] in _VARIABLES:
        return _VARIABLES[path[-1]], path[1] if path[:1] == ("services",) else ""
    if len(path) >= 2 and path[-2] in ("data", "stringData") and path[:-2] in kinds:
        if _EMAIL.fullmatch(path[-1]):
            return f"{path[-1]}.yaml", path[-1].rpartition(".")[2]
        return (path[-1] if "." in path[-1] else ""), ""
    if path[:1] == ("configs",) and path[2:] == ("content",):
        return (path[1] if "." in path[1] else ""), ""
    return "", ""


def _entries(document: Document, entry: Entry, name: str, kind: str) -> list[Entry]:
    begin = document.text.index(entry.raw, document.lines.starts[entry.line - 1])
    first = document.text.find("\n", begin) + 1
    end = begin + len(entry.raw)
    if not first or first >= end:
        return []
    rows = split_lines(document.text[first:end])
    filled = [len(row) - len(row.lstrip(" ")) for row in rows if row.strip()]
    indent = filled[0] if filled else 0
    text, starts, at = "", list[int](), first
    for row in rows:
        cut = min(indent, len(row) - len(row.lstrip(" ")))
        starts.append(at + cut)
        text += row[cut:]
        at += len(row)
    # a part of a script has no opening tag
    opening = "<?php " if name.endswith(".php") and not text.lstrip().startswith("<?") else ""
    lines = Lines(text)

    def shifted(offset: int) -> int:
        offset -= len(opening)
        number = min(bisect_right(lines.starts, offset), len(starts)) - 1
        return starts[number] + offset - lines.starts[number]

    return [
        replace(
            inner,
            line=inner.line + entry.line,
            span=(shifted(inner.span[0]), shifted(inner.span[1])) if inner.span else None,
        )
        for inner in syntax(kind).read(opening + text, name)
    ]
