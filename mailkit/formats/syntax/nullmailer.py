"""nullmailer's ``remotes``: a relay on each line, ``HOST PROTOCOL --option=value --flag``."""

import re

from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax._words import unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_OPTION = re.compile(r"(?:--)?([a-z][a-z0-9-]*)(?:=(\"[^\"]*\"|'[^']*'|\S*))?(?=\s|$)")
_LINE = re.compile(r"[ \t]*([^#\s]\S*)(?:[ \t]+([a-z]+))?")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries, ``(line, key)``; a flag is ``True``."""
    lines = Lines(text)
    entries: list[Entry] = []
    for number in range(1, len(lines.starts) + 1):
        begin, stop = lines.bounds(number)
        line = _LINE.match(text, begin, stop)
        if line is None:
            continue
        path = str(number)
        entries.append(Entry((path, "host"), line[1], number, line.span(1), line[1]))
        span = line.span(2) if line[2] else None
        entries.append(Entry((path, "protocol"), line[2] or "smtp", number, span, line[2] or ""))
        for match in _OPTION.finditer(text, line.end(), stop):
            if match[2] is None:
                entries.append(Entry((path, match[1]), True, number))
            else:
                value, quote = unquoted(match[2])
                key = (path, match[1])
                entries.append(Entry(key, value, number, match.span(2), match[2], quote))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return f"{entry.quote}{value}{entry.quote}"
