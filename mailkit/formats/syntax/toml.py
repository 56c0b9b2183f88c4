"""TOML: every value with its place; the path are the tables and the parts of dotted keys."""

import re
from collections.abc import Iterator
from typing import Any

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Reference, Scalar, deepest_line
from mailkit.formats.toml_lines import key_places, parsed

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_VARIABLE = re.compile(r"env\((\w+)\)")
"""A whole value that names a variable, as Supabase writes it."""

_QUOTES = ('"""', "'''", '"', "'")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a text.

    Raises:
        FormatError: it is not TOML.
    """
    try:
        tables = parsed(text)
        lines, spans = key_places(text)
    except ValueError as error:  # also for a number of thousands of digits
        why, _, at = str(error).partition(" (at line ")
        number = at.partition(",")[0]
        line = int(number) if number.isdecimal() else text.count("\n") + 1
        raise FormatError(file, f"is not TOML: {why}", line) from None
    except RecursionError:
        raise FormatError(file, "is nested too deep to be settings", deepest_line(text)) from None
    entries = []
    for path, value in _values(tables, ()):
        span = spans.get(path)
        raw = text[slice(*span)] if span else ""
        quote = next((quote for quote in _QUOTES if raw.startswith(quote)), "")
        line = lines.get(path, 1)
        named = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
        if named is not None:
            reference = Reference("env", named[1])
            entries.append(Entry(path, None, line, None, raw, quote, reference))
        else:
            entries.append(Entry(path, value, line, span, raw, quote))
    return entries


def _values(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _values(inner, (*path, str(number)))
    else:
        yield path, value if isinstance(value, str | int | float) else str(value)


def render(value: Scalar, entry: Entry) -> str:
    """A value of the same kind: a flag or a number bare, text in the quotes that stand there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    word = str(value)
    if isinstance(value, int | float) and not entry.quote:
        return word
    if entry.quote in ("'", "'''") and "'" not in word:
        return f"'{word}'"
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
