"""Elixir's configuration: ``config :app, App.Mailer, relay: "x", port: 587`` is ``("config", "app", "App.Mailer", "relay")``. Nothing is executed.

Of ``System.get_env("NAME")``, with a default or without, the variable is a reference. Anything else that is computed is a reference too.
"""

import re

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, KeyPath, Lines, Reference, Scalar
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = True

_TOKEN = re.compile(
    r"#[^\n]*|(?P<block>\"\"\".*?\"\"\")"
    r"|(?P<string>~[sS]?\([^()\n]*\)|\"(?:[^\"\\]|\\.)*+\")"
    r"|(?P<key>[a-z_]\w*[?!]?:(?=\s)|\"[^\"\n]*\":(?=\s))"
    r"|(?P<atom>:(?:[A-Za-z_]\w*[?!]?|\"[^\"\n]*\"))|(?P<number>\d[\d_]*(?![\w.]))"
    r"|(?P<name>[A-Za-z_][\w.]*[?!]?)|(?P<mark>\|\||\|>|<>|&&|->|=>|[^\s\w])",
    re.S,
)
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_JOINS = frozenset(("||", "|>", "<>", "&&", "|", "=>", "and", "or"))
_READS = frozenset(("System.get_env", "System.fetch_env!", "System.fetch_env"))
_DEEPEST = 100
_LONGEST = 60
"""Tokens of one value: a longer one is computed."""

_Token = re.Match[str]


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file.

    Raises:
        FormatError: it is nested too deep.
    """
    return _ConfigReader(text, file).entries()


class _ConfigReader:
    """A file while it is read."""

    def __init__(self, text: str, file: str) -> None:
        self.file, self.lines = file, Lines(text)
        self.tokens: list[_Token] = [
            match for match in _TOKEN.finditer(text) if match.lastgroup is not None
        ]
        self.found: dict[KeyPath, Entry] = {}

    def word(self, at: int) -> str:
        """A token's text; empty after the last."""
        return self.tokens[at][0] if at < len(self.tokens) else ""

    def kind(self, at: int) -> str:
        """A token's kind; empty after the last."""
        return str(self.tokens[at].lastgroup) if at < len(self.tokens) else ""

    def entries(self) -> list[Entry]:
        """All entries; of a key that is written twice the last."""
        at = 0
        while at < len(self.tokens):
            begin = at + 1 + (self.word(at + 1) == "(")
            named = self.word(at) == "config" and self.kind(begin) == "atom"
            at = self.config(begin) if named else at + 1
        return list(self.found.values())

    def config(self, at: int) -> int:
        """Read what stands behind ``config``, and return the place after it."""
        path: KeyPath = ("config", self.word(at).strip(':"'))
        at += 1
        if self.word(at) == "," and self.kind(at + 1) in ("name", "atom"):
            path, at = (*path, self.word(at + 1).lstrip(":")), at + 2
        else:
            path = (*path, "")
        if self.word(at) != ",":
            return at
        at += 1
        return self.pairs(path, at + (self.word(at) == "["), 0)

    def pairs(self, path: KeyPath, at: int, depth: int) -> int:
        """Read ``key: value`` pairs with commas between them."""
        if depth > _DEEPEST:
            line = self.lines.number(self.tokens[at - 1].start())
            raise FormatError(self.file, "is nested too deep to be settings", line)
        while self.kind(at) == "key":
            inner = (*path, self.word(at).rstrip(":").strip('"'))
            if self.word(at + 1) == "[" and self.kind(at + 2) == "key":
                at = self.pairs(inner, at + 2, depth + 1)
                at += self.word(at) == "]"
            else:
                end = self.value_end(at + 1)
                if end > at + 1:
                    self.found[inner] = self.value(inner, self.tokens[at + 1 : end])
                at = end
            if self.word(at) != ",":
                break
            at += 1
        return at

    def value_end(self, at: int) -> int:
        """The place after a value: a comma, a closing bracket, or a line that goes on with something else."""
        opened: list[str] = []
        while at < len(self.tokens):
            word = self.word(at)
            if word in _CLOSES:
                opened.append(_CLOSES[word])
            elif opened and word == opened[-1]:
                opened.pop()
            elif not opened and (word in (",", ")", "]", "}") or self.is_next_line(at)):
                break
            at += 1
        return at

    def is_next_line(self, at: int) -> bool:
        """Whether a token begins another statement on a line of its own."""
        before, this = self.tokens[at - 1], self.tokens[at]
        if before.lastgroup == "key" or before[0] in _JOINS or this[0] in _JOINS:
            return False
        return self.lines.number(before.end()) < self.lines.number(this.start())

    def value(self, path: KeyPath, tokens: list[_Token]) -> Entry:
        """The value of some tokens."""
        first, line = tokens[0], self.lines.number(tokens[0].start())
        if len(tokens) == 1 and (plain := _plain(first)) is not None:
            return Entry(path, plain[0], line, first.span(), first[0], plain[1])
        if len(tokens) > _LONGEST:
            return Entry(path, None, line, None, "", "", Reference("other", first[0]))
        for position, token in enumerate(tokens[:-2]):
            if token[0] in _READS and tokens[position + 2].lastgroup == "string":
                name = Reference("env", tokens[position + 2][0].strip('"'))
                rest = [one for one in tokens[position + 3 :] if one.lastgroup in _LITERALS]
                default = _plain(rest[0]) if len(rest) == 1 else None
                if default is None:
                    return Entry(path, None, line, None, "", "", name)
                span, line = rest[0].span(), self.lines.number(rest[0].start())
                value = default[0]
                if isinstance(value, str) and value.isdecimal():
                    value = number(value)
                return Entry(path, value, line, span, rest[0][0], default[1], name)
        if len(tokens) == 3 and tokens[1][0] == "|>" and (plain := _plain(first)) is not None:
            return Entry(path, plain[0], line, first.span(), first[0], plain[1])
        return Entry(path, None, line, None, "", "", Reference("other", first[0]))


_LITERALS = frozenset(("string", "number", "atom"))


def _plain(token: _Token) -> tuple[Scalar, str] | None:
    """The value of a literal, and its quoting; ``None`` for a name."""
    raw, kind = token[0], token.lastgroup
    if kind == "string":
        if raw.startswith("~") or "#{" in raw:
            return None
        return re.sub(r"\\(.)", r"\1", raw[1:-1]), '"'
    if kind == "number":
        return number(raw.replace("_", "")), ""
    if kind == "atom":
        return raw.strip(':"'), ":"
    if raw in ("true", "false"):
        return raw == "true", ""
    if kind == "name" and raw[:1].isupper():  # a module
        return raw, ""
    return None


def render(value: Scalar, entry: Entry) -> str:
    """A value as Elixir writes it: an atom where an atom stands."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and entry.quote != '"':
        return str(value)
    if entry.quote == ":" or (not entry.quote and re.fullmatch(r"[a-z_]+", str(value))):
        return f":{value}"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("#{", "\\#{")
    return f'"{text}"'
