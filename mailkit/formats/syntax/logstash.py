"""Logstash pipelines: ``output { email { key => value } }`` is ``("output", "email", "key")``."""

import re

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(
    r"\s+|#[^\n]*|(?P<arrow>=>)|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<word>[^\s{}\[\]\",'#]+)|(?P<bad>.)",
    re.S,
)
_VARIABLE = re.compile(r"\$\{(\w+)(?::([^}]*))?\}")
_DEEPEST = 100


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a pipeline; a second block of one name is ``name#2``.

    Raises:
        FormatError: a string or block is not closed, or it is nested too deep.
    """
    lines = Lines(text)
    entries: list[Entry] = []
    path: list[str] = []
    counts: dict[tuple[str, ...], int] = {}
    words: list[str] = []
    key = ""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        line = lines.number(match.start())
        if kind == "bad":
            raise FormatError(file, "has a string that is not closed", line)
        if kind == "arrow":
            key = words[-1] if words else ""
        elif kind == "open":
            name = (key or (words[0] if words else "")) if match[0] == "{" else f"[{key}"
            at = (*path, name)
            counts[at] = counts.get(at, 0) + 1
            path.append(name if counts[at] == 1 else f"{name}#{counts[at]}")
            if len(path) > _DEEPEST:
                raise FormatError(file, "is nested too deep to be settings", line)
            words, key = [], ""
        elif kind == "close":
            if not path:
                raise FormatError(file, "closes a block that is not open", line)
            path.pop()
            words, key = [], ""
        elif kind in ("string", "word"):
            if key and path:
                entries.append(_entry((*path, key), match[0], match.span(), line))
                words, key = [], ""
            else:
                words.append(match[0].strip("\"'"))
    if path:
        raise FormatError(file, "ends in a block that is not closed", lines.number(len(text)))
    return entries


def _entry(path: tuple[str, ...], raw: str, span: tuple[int, int], line: int) -> Entry:
    quote = raw[0] if raw[0] in "\"'" else ""
    inside = raw[1:-1] if quote else raw
    value: Scalar = inside
    match = _VARIABLE.fullmatch(inside)
    if match is not None:
        return Entry(path, match[2], line, None, raw, quote, Reference("env", match[1]))
    if not quote and inside in ("true", "false"):
        value = inside == "true"
    elif not quote and (found := number(inside)) is not None:
        value = found
    return Entry(path, value, line, span, raw, quote)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    word = str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, str) and not entry.quote:
        return f'"{word}"'
    return f"{entry.quote}{word}{entry.quote}"
