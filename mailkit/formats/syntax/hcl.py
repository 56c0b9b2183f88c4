"""HCL: Terraform's and OpenTofu's blocks and variables. Nothing is evaluated.

``resource "a" "b" { smtp { host = "x" } }`` is ``("resource", "a", "b", "smtp", "host")``; blocks and objects that may
come more than once have a number. ``var.x`` and ``local.x`` are followed to a default, a local value or an assignment in
the same text. A word of a heredoc and any other expression is a reference.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, KeyPath, Lines, Reference, Scalar
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(
    r"(?P<blank>[^\S\n]+|#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<newline>\n)"
    r"|<<-?(?P<heredoc>[A-Za-z_]\w*)[^\S\n]*\n"
    r"|(?P<string>\"(?:[^\"\\$\n]|\\.|\$(?!\{)|\$\{[^{}\n]*\})*+\")"
    r"|(?P<number>\d+(?![\w.]))|(?P<sign>=>|[=!<>]=|&&|\|\|)"
    r"|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)|(?P<mark>.)",
    re.S,
)
_DEEPEST = 100
_MOST_STEPS = 8
_REPEATED = frozenset(("env", "environment", "environment_variable", "container", "set"))
_OPEN = ("jsonencode", "yamlencode", "tomap", "merge", "sensitive", "nonsensitive", "tostring")
"""Functions whose value is what they are given."""


_ENDS = {"": "\n,", "}": "\n,", "]": ",", ")": ","}
"""What ends a value, by what is open."""


@dataclass(slots=True)
class _Frame:
    """What is open: a body with its path, a list, or an expression in parentheses."""

    closes: str
    path: KeyPath
    key: KeyPath = ()
    pending: list[re.Match[str]] = field(default_factory=list)
    items: int = 0


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file.

    Raises:
        FormatError: it is nested too deep, or a heredoc does not end.
    """
    reader = _BlockReader(text, file)
    for token in _tokens(text, file, reader.lines):
        reader.take(token)
    reader.end()
    return _followed(reader.found)


def _tokens(text: str, file: str, lines: Lines) -> Iterator[re.Match[str]]:
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        if match["heredoc"]:
            ends = re.compile(rf"^[ \t]*{match['heredoc']}[ \t]*\r?$", re.M).search(text, at)
            if ends is None:
                raise FormatError(file, "has a heredoc without an end", lines.number(match.start()))
            at = ends.end()
        if match.lastgroup != "blank":
            yield match


class _BlockReader:
    """Reads tokens to entries."""

    def __init__(self, text: str, file: str) -> None:
        self.file, self.lines = file, Lines(text)
        self.found: list[Entry] = []
        self.frames = [_Frame("", ())]
        self.blocks: Counter[KeyPath] = Counter()

    def take(self, token: re.Match[str]) -> None:
        """Read one token."""
        frame, word = self.frames[-1], token[0]
        if token.lastgroup == "mark" and word in "{[(":
            self._open(token)
        elif token.lastgroup == "mark" and word in "}])":
            if word != frame.closes:
                return  # it is broken: the rest is read as far as it goes
            self._value()
            self.frames.pop()
            self.frames[-1].items += 1
        elif token.lastgroup in ("mark", "newline") and word in _ENDS[frame.closes]:
            self._value()
        elif word in ("=", ":") and token.lastgroup == "mark" and not frame.key and frame.pending:
            frame.key = (_plain(frame.pending[-1]),)
            frame.pending, frame.items = [], 0
        elif token.lastgroup != "newline":
            frame.pending.append(token)

    def end(self) -> None:
        """Read what the last line left."""
        self._value()

    def _open(self, token: re.Match[str]) -> None:
        if len(self.frames) > _DEEPEST:
            why = "is nested too deep to be settings"
            raise FormatError(self.file, why, self.lines.number(token.start()))
        frame, word = self.frames[-1], token[0]
        closes = {"{": "}", "[": "]", "(": ")"}[word]
        call = frame.pending[-1][0] if frame.pending else ""
        path = (*frame.path, *frame.key)
        if word == "{" and not frame.key and frame.closes in ("", "}"):
            labels = tuple(_plain(value) for value in frame.pending)
            frame.pending = []
            path = self._numbered((*frame.path, *labels))
        elif frame.closes == "]" and word != "(":
            path = (*frame.path, str(frame.items))
        if word == "(" and call in _OPEN:
            frame.pending.pop()
        elif frame.pending or (word == "(" and call not in _OPEN):
            frame.pending.append(token)  # an index, or a call: no value is in sight
            path = (*path, "()")
        self.frames.append(_Frame(closes, path))

    def _numbered(self, path: KeyPath) -> KeyPath:
        """The path of a block, with a number where blocks of its name are repeated."""
        self.blocks[path] += 1
        count = self.blocks[path]
        if path[-1:] and path[-1] in _REPEATED:
            return (*path, str(count - 1))
        return path if count == 1 else (*path, str(count - 1))

    def _value(self) -> None:
        """Write down the value that ends here."""
        frame = self.frames[-1]
        tokens, path = frame.pending, (*frame.path, *frame.key)
        if frame.closes == "]":
            path = (*frame.path, str(frame.items))
            frame.items += 1 if tokens else 0
        if tokens and "()" not in path and (frame.key or frame.closes in ("]", ")")):
            self.found.append(self._entry(tokens, path))
        frame.pending = []
        frame.key = ()

    def _entry(self, tokens: list[re.Match[str]], path: KeyPath) -> Entry:
        first = tokens[0]
        line, raw = self.lines.number(first.start()), first[0]
        if len(tokens) > 1 or first["heredoc"]:
            written = " ".join(token[0] for token in tokens)[:60]
            return Entry(path, None, line, None, raw, "", Reference("other", written))
        if first.lastgroup == "string":
            value = _plain(first)
            if inner := re.fullmatch(r"\$\{([\w.]+)\}", value):
                return Entry(path, None, line, None, raw, '"', Reference("other", inner[1]))
            if "${" in value:
                return Entry(path, None, line, None, raw, '"', Reference("other", value[:60]))
            return Entry(path, value, line, first.span(), raw, '"')
        if first.lastgroup == "number":
            return Entry(path, number(raw), line, first.span(), raw)
        if raw in ("true", "false"):
            return Entry(path, raw == "true", line, first.span(), raw)
        if raw == "null":
            return Entry(path, None, line, first.span(), raw)
        return Entry(path, None, line, None, raw, "", Reference("other", raw))


def _plain(token: re.Match[str]) -> str:
    """The text of a name or a string."""
    raw = token[0]
    return re.sub(r"\\(.)", r"\1", raw[1:-1]) if token.lastgroup == "string" else raw


def _followed(entries: list[Entry]) -> list[Entry]:
    """The entries, with the values of the variables and locals that they name."""
    values: dict[str, Entry] = {}
    for entry in entries:
        path = entry.path
        if path[:1] == ("variable",) and path[2:] == ("default",):
            values.setdefault(f"var.{path[1]}", entry)
        elif path[:1] == ("locals",):
            values[".".join(("local", *path[1:]))] = entry
    used = Counter(entry.reference.name for entry in entries if entry.reference)
    found = []
    for entry in entries:
        name, seen = entry.reference.name if entry.reference else "", set[str]()
        value = entry
        while name in values and name not in seen and len(seen) < _MOST_STEPS:
            seen.add(name)
            value = values[name]
            name = value.reference.name if value.reference else ""
        if value is not entry:
            shared = any(used[name] > 1 for name in seen)
            value = replace(value, path=entry.path, span=None if shared else value.span)
        found.append(value)
    return found


def render(value: Scalar, entry: Entry) -> str:
    """A value as HCL writes it; a number or a flag stays text where it was text."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, int | float):
        text = str(value)
    else:
        text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${")
        return f'"{text}"'
    return f'"{text}"' if entry.quote else text
