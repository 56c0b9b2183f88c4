"""swaks's ``.swaksrc``: an option on each line, with or without dashes in front: ``--server smtp.example.com:587``, ``-tls``.

The entries are ``("swaks", "0", NAME)``; an option without a value is ``True``.
"""

import re

from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax._words import unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(r"[ \t]*-{0,2}([A-Za-z][\w-]*)(?:[ \t]+(\S(?:[^\r\n]*\S)?))?[ \t]*$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file."""
    lines = Lines(text)
    entries: list[Entry] = []
    for number in range(1, len(lines.starts) + 1):
        match = _LINE.match(text, *lines.bounds(number))
        if match is None:
            continue
        path = ("swaks", "0", match[1])
        if match[2] is None:
            entries.append(Entry(path, True, number, match.span(1), match[1]))
        else:
            value, quote = unquoted(match[2])
            entries.append(Entry(path, value, number, match.span(2), match[2], quote))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there; a switch that is turned off is ``no-NAME``."""
    if isinstance(value, bool):
        return entry.key if value else f"no-{entry.key}"
    return f"{entry.quote}{value}{entry.quote}"
