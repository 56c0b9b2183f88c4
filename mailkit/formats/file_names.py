"""The file names that products use."""

import re
from fnmatch import fnmatch, translate
from functools import cache
from pathlib import PurePath

from mailkit.formats.dialects import dialects

__all__ = ["candidates", "named"]


def named(path: PurePath, patterns: tuple[str, ...]) -> bool:
    """Whether a file name, or with a slash the end of its path, matches a pattern."""
    return bool(patterns and _last(patterns).match(path.name)) and any(
        path.match(pattern) if "/" in pattern else fnmatch(path.name, pattern)
        for pattern in patterns
    )


def candidates(file: str) -> list[str]:
    """The dialects that use a file name, for messages."""
    path = PurePath(file)
    exact, others = _file_names()
    possible = [*exact.get(path.name, ()), *(one for one in others if one[1].match(path.name))]
    return [*dict.fromkeys(name for name, _, patterns in possible if named(path, patterns))]


@cache
def _last(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for the last part of file names, which rejects most files at once."""
    return re.compile("|".join(translate(name.rpartition("/")[2]) for name in patterns))


_Name = tuple[str, re.Pattern[str], tuple[str, ...]]


@cache
def _file_names() -> tuple[dict[str, list[_Name]], tuple[_Name, ...]]:
    """By plain file name the dialects that use it, and those with a pattern: name, its last part, and the patterns."""
    exact: dict[str, list[_Name]] = {}
    others: list[_Name] = []
    for dialect in dialects().values():
        for pattern in (*dialect.own_files, *dialect.files):
            last = pattern.rpartition("/")[2]
            if set(last) & set("*?["):
                others.append((dialect.name, _last((pattern,)), (pattern,)))
            else:
                exact.setdefault(last, []).append((dialect.name, _last((pattern,)), (pattern,)))
    return exact, tuple(others)
