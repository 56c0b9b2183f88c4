"""Emacs Lisp: ``(setq name value …)``, ``(setopt …)``, and ``'(name value)`` of ``custom-set-variables``.

The pairs of an association list, ``((name . value) …)``, are under ``("pairs", "list NUMBER")``, and what is inside ``(nnimap "NAME" …)``, a mailbox of Gnus, is under ``("nnimap", NAME)``.
"""

import re

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Scalar, Token
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(
    r"\s+|;[^\n]*|(?P<open>['`]?\()|(?P<close>\))|(?P<string>\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<word>\?\\?.|[^\s()\";]+)|(?P<bad>\")",
    re.S,
)
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NESTED = ("list", "pair")
_SETTERS = frozenset(("setq", "setq-default", "setopt", "setf"))


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file, each under its name alone or that of a mailbox.

    Raises:
        FormatError: a string is not closed.
    """
    lines = Lines(text)
    stack: list[list[Token]] = [[]]
    inside: list[list[Entry]] = [[]]
    alists = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "bad":
            line = lines.number(match.start())
            raise FormatError(file, "has a string that is not closed", line)
        if kind == "open":
            stack.append([])
            inside.append([])
        elif kind == "close" and len(stack) > 1:
            tokens = stack.pop()
            found = inside.pop() + _assigned(tokens, lines)
            if [token[:1] for token in tokens[:2]] == [("word",), ("string",)]:
                name = tokens[1][1].strip('"')
                if tokens[0][1] == "nnimap":
                    found = [entry.under("nnimap", name) for entry in found + _named(tokens, found)]
            if found and {token[0] for token in tokens} == {"pair"}:
                alists += 1
                found = [entry.under("pairs", f"list {alists}") for entry in found]
            inside[-1] += found
            shape = "pair" if [token[1] for token in tokens[1:2]] == ["."] else "list"
            stack[-1].append((shape, "", match.start(), match.end()))
        elif kind in ("string", "word"):
            stack[-1].append((kind, match[0], match.start(), match.end()))
    return [entry for found in inside for entry in found]


def _named(tokens: list[Token], found: list[Entry]) -> list[Entry]:
    """The address of a mailbox that is only in its name: ``(nnimap "imap.example.com")``."""
    name = tokens[1][1].strip('"')
    if any(entry.key == "nnimap-address" for entry in found) or not _HOST.fullmatch(name):
        return []
    line = found[0].line if found else 0
    return [Entry(("nnimap-address",), name, line)] if line else []


def _assigned(tokens: list[Token], lines: Lines) -> list[Entry]:
    if tokens and tokens[0][1] in _SETTERS:
        pairs = list(zip(tokens[1::2], tokens[2::2], strict=False))
    elif len(tokens) == 3 and tokens[1][1] == ".":
        pairs = [(tokens[0], tokens[2])]
    elif len(tokens) in (2, 3, 4) and tokens[0][0] == "word" and tokens[1][0] not in _NESTED:
        pairs = [(tokens[0], tokens[1])]
    else:
        return []
    return [
        _entry(name[1], value, lines)
        for name, value in pairs
        if name[0] == "word" and value[0] not in _NESTED
    ]


def _entry(name: str, token: Token, lines: Lines) -> Entry:
    kind, raw, begin, end = token
    line = lines.number(begin)
    if kind == "string":
        decoded = re.sub(r"\\(.)", r"\1", raw[1:-1], flags=re.S)
        return Entry((name,), decoded, line, (begin, end), raw, '"')
    value: Scalar = raw.lstrip("'")
    if (found := number(raw)) is not None:
        value = found
    elif raw in ("nil", "t"):
        value = raw == "t"
    return Entry((name,), value, line, (begin, end), raw, "'" if raw.startswith("'") else "")


def render(value: Scalar, entry: Entry) -> str:
    """Text between quotes, numbers, and symbols with their quote mark."""
    if isinstance(value, bool):
        return "t" if value else "nil"
    if isinstance(value, int) and entry.quote != '"':
        return str(value)
    if entry.quote == '"':
        return '"' + re.sub(r'(["\\])', r"\\\1", str(value)) + '"'
    if entry.quote == "'" or entry.raw in ("nil", "t", ""):
        return "nil" if value in ("nil", None) else f"'{value}"
    return str(value)
