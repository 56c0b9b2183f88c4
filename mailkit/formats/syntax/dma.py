"""dma's ``dma.conf``: ``KEY value`` lines, and switches that are on where they stand."""

import re

from mailkit.formats.document import Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(r"[ \t]*([A-Z_]+)(?:[ \t]+([^\s#]+))?[ \t]*(?:#|$)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; a switch is ``True``."""
    lines = Lines(text)
    entries: list[Entry] = []
    for number in range(1, len(lines.starts) + 1):
        match = _LINE.match(text, *lines.bounds(number))
        if match is None:
            continue
        key, value = match[1], match[2]
        if value is None:
            entries.append(Entry((key,), True, number, match.span(1), key))
        else:
            entries.append(Entry((key,), value, number, match.span(2), value))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value; a switch that is turned off becomes a remark."""
    if isinstance(value, bool):
        return entry.raw if value else f"#{entry.raw}"
    return str(value)
