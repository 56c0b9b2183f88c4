"""Dovecot: ``key = value`` lines in nested ``name { … }`` blocks; ``!include`` names further files."""

import re

from mailkit.formats.document import INCLUDED, Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_DEEPEST = 32
_INCLUDE = re.compile(r"[ \t]*!include(?:_try)?[ \t]+(\S+)[ \t]*$")
_BLOCK = re.compile(r"[ \t]*([\w.:-]+)(?:[ \t]+([^\s{#=][^{#=]*+))?[ \t]*\{[ \t]*(?:#|$)")
_KEY = re.compile(r"[ \t]*([\w./:%-]+)[ \t]*=[ \t]*")
_VALUE = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|'[^']*')[ \t]*(?:#|$)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; ``<file`` is a reference."""
    lines = Lines(text)
    entries: list[Entry] = []
    above: list[str] = []
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if (included := _INCLUDE.match(line)) is not None:
            entries.append(Entry((INCLUDED,), included[1], number))
        elif line.strip() == "}":
            del above[-1:]
        elif (block := _BLOCK.match(line)) is not None:
            if len(above) < _DEEPEST:
                above.append(" ".join(filter(None, (block[1], (block[2] or "").strip()))))
        elif (key := _KEY.match(line)) is not None:
            entries.append(_entry((*above, key[1]), line[key.end() :], begin + key.end(), number))
    return entries


def _entry(path: tuple[str, ...], raw: str, begin: int, number: int) -> Entry:
    quoted = _VALUE.match(raw)
    raw = quoted[1] if quoted else re.split(r"[ \t]+#", raw, maxsplit=1)[0].rstrip()
    value, quote = unquoted(raw)
    if raw.startswith("<"):
        return Entry(path, None, number, None, raw, "", Reference("file", raw[1:].strip()))
    return Entry(path, value, number, (begin, begin + len(raw)), raw, quote)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry, "yes", "no")
