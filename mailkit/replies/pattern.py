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
    r"[\w '/@:=-]{2,}(?![?*+{])|\\[A-Za-z]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:!=]|\(\?<[!=]|\(\?P<\w+>|[()|]"
    r"|[*?+]|\{\d*,?\d*\}|."
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
    found = _choice(tokens)
    return None if found is None else frozenset(found[1])


_Needed = tuple[int, list[str]]
"""Words of which a match has one, behind the length of the shortest."""


def _choice(tokens: list[str]) -> _Needed | None:
    """The words of alternatives, up to the end of the group they stand in."""
    shortest, words, certain = 0, list[str](), True
    while True:
        found = _sequence(tokens)
        if found is None:
            certain = False
        else:
            shortest = min(shortest, found[0]) if words else found[0]
            words += found[1]
        if not tokens or tokens.pop() == ")":
            return (shortest, words) if certain else None


def _sequence(tokens: list[str]) -> _Needed | None:
    """The best words of one alternative: those whose shortest is the longest."""
    best: _Needed | None = None
    run = ""
    while tokens and tokens[-1] not in "|)":
        token = tokens.pop()
        literal = _literal(token)
        part = None
        if token[0] == "(":
            inner = _choice(tokens)
            part = None if token.startswith(("(?!", "(?=", "(?<")) else inner
        if tokens and _repeat(tokens[-1]):
            if tokens.pop()[:2] not in ("+", "{1", "{2", "{3", "{4"):
                part = None
            elif literal:
                part = _run(literal)
            if tokens and tokens[-1] == "?":
                tokens.pop()
        elif literal:
            run += literal
            continue
        if run:
            best, run = _better(best, _run(run)), ""
        best = _better(best, part)
    return _better(best, _run(run)) if run else best


def _literal(token: str) -> str:
    """The characters that a token stands for; empty where it is no literal."""
    if token[0] == "\\" and len(token) == 2:
        return "" if token[1].isalnum() else token[1]
    if len(token) == 1:
        return "" if token in ".^$()|" else token.lower()
    return "" if token[0] in "[({\\" else token.lower()


def _repeat(token: str) -> bool:
    return token in ("*", "?", "+") or (token[0] == "{" and len(token) > 2)


def _run(literal: str) -> _Needed | None:
    """Characters that stand side by side, if they are enough to tell something."""
    length = len(literal) if literal.isascii() else sum(1 + (not c.isascii()) for c in literal)
    return (length, [literal]) if length >= _SHORTEST else None


def _better(best: _Needed | None, other: _Needed | None) -> _Needed | None:
    return other if other is not None and (best is None or other[0] > best[0]) else best
