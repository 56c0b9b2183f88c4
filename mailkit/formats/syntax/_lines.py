"""What readers of files with one setting on each line share: a pattern for the key and its value."""

import re
from collections.abc import Iterator

from mailkit.formats.document import Entry, Lines
from mailkit.formats.syntax._words import unquoted

__all__ = ["settings"]


def settings(text: str, line: re.Pattern[str], *, quotes: bool = False) -> Iterator[Entry]:
    """An entry ``(key,)`` for each line that fits a pattern; a key without a value is ``True``.

    The groups of the pattern are the key and the value, with ``quotes`` around it where the file may have them.
    """
    lines = Lines(text)
    for number in range(1, len(lines.starts) + 1):
        match = line.match(text, *lines.bounds(number))
        if match is None:
            continue
        key, raw = match[1], match[2]
        if raw is None:
            yield Entry((key,), True, number, match.span(1), key)
        else:
            value, quote = unquoted(raw) if quotes else (raw, "")
            yield Entry((key,), value, number, match.span(2), raw, quote)
