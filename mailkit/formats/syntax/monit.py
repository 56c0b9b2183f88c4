"""Monit: free layout; ``set mailserver`` names one server or several, each with the options behind it."""

import re
from collections.abc import Iterator

from mailkit.formats.document import INCLUDED, Entry, Lines, Scalar
from mailkit.formats.syntax._words import unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(r"#[^\n]*|\"[^\"]*\"?|'[^']*'?|[^\s\"'#{}:,;]+")
_STATEMENTS = frozenset(("set", "check", "include"))
_VALUES = frozenset(("port", "username", "password", "verify"))
_PROTECTION = re.compile(r"(?:ssl|tls)(?:v[\d.]+|auto)?", re.I)
_WORDS_BEHIND = {"timeout": 2, "certmd5": 1, "checksum": 2, "hostname": 1}
"""How many words belong to an option that is no setting of the server."""


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries, ``("mailserver", number, key)``, and the included files."""
    tokens = [match for match in _TOKEN.finditer(text) if not match[0].startswith("#")]
    lines = Lines(text)
    entries: list[Entry] = []
    servers = 0
    for at, token in enumerate(tokens[:-1]):
        word, following = token[0].lower(), tokens[at + 1]
        if word == "include":
            name = unquoted(following[0])[0]
            entries.append(Entry((INCLUDED,), name, lines.number(token.start())))
        elif word == "set" and following[0].lower() == "mailserver":
            for entry in _servers(tokens, at + 2, lines):
                servers += entry.key == "host"
                entries.append(entry.under("mailserver", str(servers)))
    return entries


def _servers(tokens: list[re.Match[str]], at: int, lines: Lines) -> Iterator[Entry]:
    """The settings of each server of a statement."""
    first = at
    while at < len(tokens) and (word := tokens[at][0].lower()) not in _STATEMENTS:
        token = tokens[at]
        at += 1
        encrypted = _PROTECTION.fullmatch(word) is not None
        named = at - 1 == first or "." in word.strip(".") or word == "localhost"
        if named and not encrypted:
            yield _entry("host", token, lines)
        elif word in _VALUES and at < len(tokens):
            yield _entry(word, tokens[at], lines)
            at += 1
        elif encrypted:
            yield Entry(("ssl",), True, lines.number(token.start()), token.span(), token[0])
        else:
            at += _WORDS_BEHIND.get(word, 0)


def _entry(key: str, token: re.Match[str], lines: Lines) -> Entry:
    value, quote = unquoted(token[0])
    return Entry((key,), value, lines.number(token.start()), token.span(), token[0], quote)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there; the switch is a word for encryption."""
    if isinstance(value, bool):
        return "using tls" if value and not entry.raw else "tls" if value else ""
    return f"{entry.quote}{value}{entry.quote}"
