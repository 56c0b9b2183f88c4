"""mbsync: blocks of ``Key value`` lines, each begun by its kind (``IMAPAccount work``)."""

import re

from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_BLOCKS = ("imapaccount", "imapstore", "maildirstore", "channel", "group")
_LINE = re.compile(r"[ \t]*([A-Za-z]+)[ \t]+(.*\S|)[ \t]*$")
_REMARK = re.compile(r"((?:\"(?:[^\"\\]|\\.)*\"|\\.|[^\"\s\\])+)[ \t]+#")
"""A value and the remark behind it; other words behind a value are further values."""


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries, ``("IMAPAccount", name, key)``; keys in front of all blocks have no block."""
    lines = Lines(text)
    entries: list[Entry] = []
    block: tuple[str, ...] = ()
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        match = _LINE.match(text, begin, end)
        if not text[begin:end].strip():
            block = ()
        if match is None or text[begin:end].lstrip().startswith("#"):
            continue
        key, raw = match[1], match[2]
        if (remarked := _REMARK.match(raw)) is not None:
            raw = remarked[1]
        if key.lower() in _BLOCKS:
            block = (key.lower(), unquoted(raw)[0])
            continue
        command = raw.startswith("+") and key.lower().endswith("cmd")
        value, quote = unquoted(raw[1:] if command else raw)
        reference = Reference("command", value) if command else None
        if key.lower() == "usercmd":
            entries.append(
                Entry((*block, key), None, number, None, raw, quote, Reference("command", value))
            )
            continue
        span = (match.start(2), match.start(2) + len(raw))
        entries.append(Entry((*block, key), value, number, span, raw, quote, reference))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry, "yes", "no")
