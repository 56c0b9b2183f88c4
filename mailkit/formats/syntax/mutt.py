"""mutt and neomutt: ``set name = value`` lines, several to a line; other commands are passed over."""

import re

from mailkit.formats.document import INCLUDED, Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LONGEST = 10_000
_SET = re.compile(r"[ \t]*(set|unset)[ \t]+")
_SOURCE = re.compile(r"[ \t]*source[ \t]+(\"[^\"]*\"|'[^']*'|\S+)[ \t]*(\|?)")
_ASSIGNED = re.compile(
    r"(no)?([a-z_]+)(?:[ \t]*=[ \t]*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|`[^`]*`|[^\s#;]+))?[ \t]*"
)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; ``$my_name`` is followed, a command in backquotes a reference."""
    lines = Lines(text)
    entries: list[Entry] = []
    known: dict[str, str] = {}
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        if (included := _SOURCE.match(text, begin, end)) is not None:
            name = unquoted(included[1])[0]
            if not included[2] and not name.endswith("|"):  # what a command prints is not read
                entries.append(Entry((INCLUDED,), name, number))
        start = _SET.match(text, begin, end)
        if start is None:
            continue
        at = start.end()
        while (match := _ASSIGNED.match(text, at, end)) is not None and match.end() > at:
            entries.append(_entry(match, number, known))
            if start[1] == "unset":
                entries[-1] = Entry(entries[-1].path, False, number)
            at = match.end()
            if entries[-1].value is not None:
                known[entries[-1].key] = str(entries[-1].value)
    return entries


def _entry(match: re.Match[str], number: int, known: dict[str, str]) -> Entry:
    name, raw = match[2], match[3]
    if raw is None:
        return Entry((name,), match[1] is None, number)
    command = re.fullmatch(r"[\"']?`(.+)`[\"']?", raw)
    if command is not None:
        return Entry((name,), None, number, None, raw, "", Reference("command", command[1]))
    value, quote = unquoted(raw)
    filled = re.sub(r"\$(\w+)", lambda one: known.get(one[1], one[0]), value)
    if len(filled) > _LONGEST:  # a variable that doubles itself again and again has no end
        return Entry((name,), None, number, None, "", quote, Reference("other", value[:60]))
    if quote != "'" and re.fullmatch(r"\$\w+", filled):  # set in a file that is not there
        return Entry((name,), None, number, None, raw, quote, Reference("other", filled))
    span = match.span(3) if filled == value else None
    return Entry(
        (name,), filled, number, span, raw, quote, None if span else Reference("other", value[:60])
    )


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry, "yes", "no")
