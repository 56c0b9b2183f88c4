"""Postfix ``main.cf``, and files of plain ``Key=value`` lines such as ``ssmtp.conf``.

A line that begins with blanks goes on; ``$name`` is another key of the file.
"""

import re

from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._words import render_words

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(r"([A-Za-z][\w-]*)[ \t]*=[ \t]*(.*\S|)[ \t]*$")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|\((\w+)\)|(\w+))")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; the last value of a key counts."""
    lines = Lines(text)
    found: dict[str, Entry] = {}
    last = ""
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t":
            if last:
                entry = found[last]
                value = f"{entry.value} {line.strip()}".strip()
                found[last] = Entry(entry.path, value, entry.line, None, entry.raw)
            continue
        match = _LINE.match(text, begin, end)
        if match is not None:
            last = match[1]
            found[last] = Entry((last,), match[2], number, match.span(2), match[2])
    return [_expanded(entry, found) for entry in found.values()]


_DEEPEST = 8
"""Names in names that are followed."""
_LONGEST = 2_000
"""Characters of a value in which names are followed."""


def _expanded(entry: Entry, found: dict[str, Entry]) -> Entry:
    whole = str(entry.value)
    match = _VARIABLE.search(whole)
    if match is None:
        return entry
    missing = False

    def value(one: re.Match[str]) -> str:
        nonlocal missing
        other = found.get(one[1] or one[2] or one[3])
        missing = missing or other is None
        return str(other.value) if other is not None else one[0]

    for _ in range(_DEEPEST):
        if missing or len(whole) > _LONGEST or not _VARIABLE.search(whole):
            break
        whole = _VARIABLE.sub(value, whole)
    missing = missing or "$" in whole
    reference = Reference("other", f"${match[1] or match[2] or match[3]}")
    return Entry(entry.path, None if missing else whole, entry.line, None, entry.raw, "", reference)


def render(value: Scalar, entry: Entry) -> str:
    """A value as Postfix writes it."""
    return render_words(value, entry, "yes", "no")
