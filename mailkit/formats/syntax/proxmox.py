"""Proxmox: blocks begun by ``kind: name`` with indented ``key value`` lines."""

import re

from mailkit.formats.document import Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_BLOCK = re.compile(r"([a-z][a-z-]*):[ \t]*(\S+)[ \t]*$")
_LINE = re.compile(r"[ \t]+([a-z][a-z0-9-]*)[ \t]+(.*\S|)[ \t]*$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries, ``(kind, name, key)``."""
    lines = Lines(text)
    entries: list[Entry] = []
    block: tuple[str, ...] = ()
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        if (match := _BLOCK.match(text, begin, end)) is not None:
            block = (match[1], match[2])
        elif block and (match := _LINE.match(text, begin, end)) is not None:
            entries.append(Entry((*block, match[1]), match[2], number, match.span(2), match[2]))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value as it is."""
    return str(int(value)) if isinstance(value, bool) else str(value)
