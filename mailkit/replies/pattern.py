"""A regular expression that is compiled only when a text has one of the words it needs.

Each row of this package is an expression, hundreds of them, and a text is of interest to a few. Compiling all of them
takes longer than explaining a text, and searching a long log with each takes longer than looking for a word. So the
required words are read from the expression.
"""

import re
from collections.abc import Iterator
from functools import cached_property

__all__ = ["Pattern", "needed"]

_TOKEN = re.compile(
    r"[\w '/@:=-]{2,}(?![?*+{])|\\[A-Za-z]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:!=]|\(\?<[!=]|\(\?P<\w+>|[()|]|[*?+]|\{\d*,?\d*\}|."
)
_SHORTEST = 3
"""Fewer characters are in most texts, and tell nothing; one beyond ASCII counts twice."""


class Pattern:
    """An expression; ``search`` looks only where the text has one of its words."""

    def __init__(self, source: str, flags: re.RegexFlag = re.IGNORECASE) -> None:
        self.source, self.flags = source, flags

    @cached_property
    def words(self) -> frozenset[str] | None:
        """In lower case; every match has one of them. None where nothing is certain."""
        return needed(self.source)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, compiled, with no repeat without an end: from each of its places a search could go to the
        end of a long text.
        """
        return re.compile(_ENDLESS.sub(_bounded, self.source), self.flags)

    def may_match(self, lower: str) -> bool:
        """Whether a text, given in lower case, has a word that a match needs."""
        return self.words is None or any(word in lower for word in self.words)

    def search(self, text: str, lower: str) -> re.Match[str] | None:
        """The first match in a text; ``lower`` is the text in lower case."""
        return self.compiled.search(text) if self.may_match(lower) else None

    def finditer(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """Every match in a text."""
        return self.compiled.finditer(text) if self.may_match(lower) else iter(())


_ENDLESS = re.compile(r"(\\[A-Za-z]|[])])([*+])(?!\+)")
_LONGEST = 200
"""Characters of a word or a number, more than any has, and words in a row."""


def _bounded(repeat: re.Match[str]) -> str:
    return f"{repeat[1]}{{{int(repeat[2] == '+')},{_LONGEST}}}"


def needed(source: str) -> frozenset[str] | None:
    """Words in lower case of which every match of an expression has at least one.

    Reads the part of the syntax that the rows use: literals, escapes, sets, groups, quantifiers.
    """
    tokens = _TOKEN.findall(source)
    tokens.reverse()
    return _choice(tokens)


def _choice(tokens: list[str]) -> frozenset[str] | None:
    """The words of alternatives, up to the end of the group they stand in."""
    found: frozenset[str] | None = frozenset()
    while True:
        words = _sequence(tokens)
        found = None if words is None or found is None else found | words
        if not tokens or tokens.pop() == ")":
            return found


def _sequence(tokens: list[str]) -> frozenset[str] | None:
    """The best words of one alternative: those whose shortest is the longest."""
    best: frozenset[str] | None = None
    run = ""
    while tokens and tokens[-1] not in "|)":
        token = tokens.pop()
        optional = False
        part: frozenset[str] | None = None
        literal = _literal(token)
        if token.startswith("("):
            inner = _choice(tokens)
            part = None if token.startswith(("(?!", "(?=", "(?<")) else inner
        if tokens and _repeat(tokens[-1]):
            optional = tokens.pop()[:2] not in ("+", "{1", "{2", "{3", "{4")
            if tokens and tokens[-1] == "?":
                tokens.pop()
            best, run = _better(best, run), ""
            if not optional and literal:
                part = frozenset([literal]) if _length(literal) >= _SHORTEST else None
        elif literal:
            run += literal
            continue
        best, run = _better(best, run), ""
        if part is not None and not optional:
            best = part if best is None else max(best, part, key=_worth)
    return _better(best, run)


def _literal(token: str) -> str:
    """The characters that a token stands for; empty where it is no literal."""
    if len(token) == 1 or token[0] not in "\\[({":
        return "" if token in ".^$()|" else token.lower()
    escaped = len(token) == 2 and token[0] == "\\" and not token[1].isalnum()
    return token[1] if escaped else ""


def _repeat(token: str) -> bool:
    return token in ("*", "?", "+") or (token[0] == "{" and len(token) > 2)


def _better(best: frozenset[str] | None, run: str) -> frozenset[str] | None:
    if _length(run) < _SHORTEST:
        return best
    return frozenset([run]) if best is None else max(best, frozenset([run]), key=_worth)


def _worth(words: frozenset[str]) -> int:
    return min(map(_length, words), default=0)


def _length(word: str) -> int:
    return len(word) if word.isascii() else len(word) + sum(not char.isascii() for char in word)
