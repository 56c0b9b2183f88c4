"""esmtp: ``keyword = value`` or ``keyword value``, and ``identity`` for a set of them with an address.

The entries are ``("identity", ADDRESS, keyword)``; those in front of the first identity are of the default one.
"""

import re

from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(
    r"[ \t]*([a-z_]+)(?:[ \t]*=[ \t]*|[ \t]+)(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s#]+)[ \t]*(?:#.*)?$"
)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file."""
    lines = Lines(text)
    entries: list[Entry] = []
    identity = "default"
    for number in range(1, len(lines.starts) + 1):
        match = _LINE.match(text, *lines.bounds(number))
        if match is None:
            continue
        value, quote = unquoted(match[2])
        key = match[1]
        if key == "identity":
            identity, key = value, "address"
        path = ("identity", identity, key)
        entries.append(Entry(path, value, number, match.span(2), match[2], quote))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry)
