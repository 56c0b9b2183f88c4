"""Lua, as far as imapfilter's accounts need it: ``NAME = IMAP { key = value }``, ``options.key = value`` and plain variables.

The entries are ``("imap", NAME, key)`` and ``("options", key)``. What a call returns is not known: it is a reference,
of ``pipe_from("command")`` to the command, of ``os.getenv("NAME")`` to the variable.
"""

import re
from dataclasses import replace

from mailkit.formats.document import Entry, KeyPath, Lines, Reference, Scalar
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = True

_TOKEN = re.compile(
    r"--\[\[.*?(?:\]\]|\Z)|--[^\n]*"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|\[\[.*?\]\])"
    r"|(?P<open>\"(?:[^\"\\\n]|\\.)*+|'(?:[^'\\\n]|\\.)*+|\[\[.*)"  # never closed: not searched again
    r"|(?P<name>[A-Za-z_][\w.:]*)|(?P<number>\d[\w.]*)|(?P<mark>\.\.|[^\s\w])",
    re.S,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_DEPTH = dict.fromkeys("({[", 1) | dict.fromkeys(")}]", -1)

_Tokens = list[re.Match[str]]


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file."""
    return _TableReader(text).entries()


class _TableReader:
    """A file while it is read."""

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup]
        self.known: dict[str, Entry] = {}
        self.found: list[Entry] = []

    def word(self, at: int) -> str:
        """A token's text; empty after the last."""
        return self.tokens[at][0] if at < len(self.tokens) else ""

    def entries(self) -> list[Entry]:
        """All entries, in the order of the file."""
        at = accounts = 0
        names: set[str] = set()
        while at < len(self.tokens):
            if self.word(at) == "IMAP" and (inside := self.opened(at + 1)):
                accounts += 1
                named = self.word(at - 1) == "=" and at > 1
                name = self.word(at - 2) if named else str(accounts)
                name = f"{name} {accounts}" if name in names else name
                names.add(name)
                at = self.table(inside, ("imap", name))
            elif self.word(at) == "=" and at and self.word(at + 1) != "IMAP":
                at = self.variable(at)
            else:
                at += 1
        return self.found

    def opened(self, at: int) -> int:
        """Where a table begins: the place after ``{`` or ``({``; 0 if none does."""
        at += self.word(at) == "("
        return at + 1 if self.word(at) == "{" else 0

    def variable(self, at: int) -> int:
        """Read what is assigned to the name in front; ``status, password = pipe_from(…)`` to the last of several."""
        if self.word(at + 1) == "{":  # a table, with accounts in it perhaps
            return at + 1
        name = self.word(at - 1)
        line = self.lines.number(self.tokens[at].start())
        end = at + 1
        depth = 0
        while end < len(self.tokens) and (
            depth or self.lines.number(self.tokens[end].start()) == line
        ):
            depth += _DEPTH.get(self.word(end), 0)
            if depth < 0 or (not depth and self.word(end) in (",", ";")):
                break
            end += 1
        entry = self.value((name,), at + 1, end)
        if entry is not None:
            self.known[name] = entry
            section, _, key = name.partition(".")
            if section == "options" and key:
                self.found.append(replace(entry, path=(section, key)))
        return max(end, at + 1)

    def table(self, at: int, path: KeyPath) -> int:
        """Read the fields of a table, and return the place after it."""
        depth, begin, key = 1, at, ""
        while at < len(self.tokens) and depth:
            word = self.word(at)
            depth += _DEPTH.get(word, 0)
            if depth == 0 or (depth == 1 and word in (",", ";")):
                entry = self.value((*path, key), begin, at) if key else None
                if entry is not None:
                    self.found.append(entry)
                key = ""
            elif depth == 1 and word == "=" and not key:
                key, begin = self.word(at - 1), at + 1
            at += 1
        return at

    def value(self, path: KeyPath, begin: int, end: int) -> Entry | None:
        """The value of some tokens; ``None`` if there are none."""
        tokens = self.tokens[begin:end]
        if not tokens:
            return None
        first, line = tokens[0], self.lines.number(tokens[0].start())
        if len(tokens) > 1:
            return Entry(path, None, line, None, "", "", _of_call(tokens))
        raw, kind = first[0], first.lastgroup
        if kind == "string":
            return Entry(path, _inside(raw), line, first.span(), raw, raw[0])
        if kind == "number":
            return Entry(path, number(raw), line, first.span(), raw)
        if raw in ("true", "false"):
            return Entry(path, raw == "true", line, first.span(), raw)
        known = self.known.get(raw)
        if known is not None:
            return replace(known, path=path)
        return (
            None
            if raw == "nil"
            else Entry(path, None, line, None, raw, "", Reference("other", raw))
        )


def _of_call(tokens: _Tokens) -> Reference:
    """Where the value of a call comes from."""
    words = [token[0] for token in tokens]
    if len(words) == 4 and words[1] == "(" and tokens[2].lastgroup == "string":
        kinds = {"pipe_from": "command", "io.popen": "command", "os.getenv": "env"}
        if (kind := kinds.get(words[0])) is not None:
            return Reference(kind, _inside(words[2]))
    return Reference("other", words[0])


def _inside(raw: str) -> str:
    if raw.startswith("[["):
        return raw[2:-2]
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), raw[1:-1], flags=re.S)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    quote = entry.quote if entry.quote in ("'", '"') else '"'
    text = str(value).replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
    return f"{quote}{text}{quote}"
