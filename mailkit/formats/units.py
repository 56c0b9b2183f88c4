"""Settings that are given to a program as variables: units of systemd, and classes of pydantic-settings."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailkit.formats.document import SETTINGS_CLASS, Document, Entry, Reference
from mailkit.formats.inclusion import entries_beside, is_inside
from mailkit.formats.scope import Scope

__all__ = ["class_scopes", "unit_scopes"]

_WORD = re.compile(r'"(?P<double>(?:[^"\\]|\\.)*)"|\'(?P<single>[^\']*)\'|(?P<bare>\S+)')


def unit_scopes(document: Document) -> Iterator[Scope]:
    """The variables of a unit: ``Environment=``, and ``EnvironmentFile=`` in its folder, which wins (systemd.exec(5))."""
    lines = [entry for entry in document.entries if entry.path[:1] == ("Service",)]
    variables = [
        variable
        for entry in lines
        if entry.path[1:] == ("Environment",)
        for variable in _assignments(document, entry)
    ]
    for line in lines:
        name = str(line.value or "").lstrip("-")
        if line.path[1:] == ("EnvironmentFile",) and is_inside(name):
            variables += entries_beside(document, name)
    if variables:
        yield Scope(document, tuple(variables), environment=True)


def _assignments(document: Document, entry: Entry) -> Iterator[Entry]:
    begin, end = document.lines.bounds(entry.line)
    line = document.text[begin:end]
    for word in _WORD.finditer(line, line.index("=") + 1):
        kind = word.lastgroup or "bare"
        name, equals, value = word[kind].partition("=")
        start = begin + word.start(kind) + len(name) + 1
        literal = "\\" not in value and "%" not in value
        if equals:
            yield Entry(
                (name,),
                value if literal else None,
                entry.line,
                (start, start + len(value)) if literal else None,
                value,
                reference=None if literal else Reference("other", value),
            )


def class_scopes(document: Document) -> Iterator[Scope]:
    """The fields of each settings class, which are variables with defaults; then the rest of the program."""
    names = {entry.path[:-1] for entry in document.entries if entry.key == SETTINGS_CLASS}
    for name in sorted(names):
        yield Scope(
            document,
            tuple(
                replace(entry, path=entry.path[-1:], reference=_variable(entry))
                for entry in document.entries
                if entry.path[:-1] == name and entry.key != SETTINGS_CLASS
            ),
            environment=True,
        )
    yield Scope(
        document, tuple(entry for entry in document.entries if entry.path[:-1] not in names)
    )


def _variable(entry: Entry) -> Reference:
    return entry.reference or Reference("env", entry.key.upper())
