"""TOML documents, and where each key and value of one is; the parser does not say."""

import re
import tomllib
from collections.abc import Callable
from typing import Any

from mailkit.formats.document import KeyPath

__all__ = ["key_lines", "key_places", "note_keys", "parsed"]


_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_MULTI = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}', re.S)
_COMMENT = re.compile(r"#[^\n]*")
_PLAIN = re.compile(r"[^\s,\[\]{}#\"'][^,\[\]{}#\n\"']*")


_DEEPEST = 64
_PARTS = re.compile(
    r"""([A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)|(\.)|[ \t]++|#[^\n]*+|."""
)


def parsed(text: str) -> dict[str, Any]:
    """The tables of a document.

    Raises:
        ValueError: it is not TOML, or a key has more than 64 parts: the parser takes quadratic time and memory for them.
        RecursionError: arrays or inline tables are nested too deep.
    """
    for place, row in enumerate(text.split("\n"), 1):
        if row.count(".") >= _DEEPEST and _parts(row) > _DEEPEST:
            raise ValueError(f"A key with more than {_DEEPEST} parts (at line {place}, column 1)")
    return tomllib.loads(text)


def _parts(row: str) -> int:
    """The parts of the longest dotted key that a line could hold."""
    most = parts = 0
    dotted = False
    for match in _PARTS.finditer(row):
        if match[1] is not None:
            parts = parts + 1 if dotted else 1
            most, dotted = max(most, parts), False
        elif match[2] is not None:
            dotted = True
        elif not match[0].isspace():
            dotted, parts = False, 0
    return most


def note_keys(text: str, note: Callable[[KeyPath, int], object]) -> None:
    """Call ``note`` with the path of each key and table, and its line, counted from 1; a table comes before what is in
    it, and again with each header that names it.

    The text must be valid TOML; then every key that :mod:`tomllib` finds is noted, those of inline tables included.
    Elements of arrays have their position as a part of the path.
    """
    _Scanner(text, note).run()


def key_lines(text: str) -> dict[KeyPath, int]:
    """From the path of each key and table to its first line; see :func:`note_keys`."""
    lines: dict[KeyPath, int] = {}
    note_keys(text, lines.setdefault)
    return lines


def key_places(text: str) -> tuple[dict[KeyPath, int], dict[KeyPath, tuple[int, int]]]:
    """The lines of :func:`key_lines`, and the span of each value that is no table or array."""
    lines: dict[KeyPath, int] = {}
    spans: dict[KeyPath, tuple[int, int]] = {}
    _Scanner(text, lines.setdefault, spans).run()
    return lines, spans


class _Scanner:
    def __init__(
        self,
        text: str,
        note: Callable[[KeyPath, int], object],
        spans: dict[KeyPath, tuple[int, int]] | None = None,
    ) -> None:
        self.text, self.at, self._noted, self._spans = text, 0, note, spans
        self.line, self._counted = 1, 0
        self.arrays: dict[KeyPath, int] = {}

    def run(self) -> None:
        table: KeyPath = ()
        while self._skip():
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _skip(self) -> bool:
        """Past blanks, line ends and comments; false at the end."""
        while self.at < len(self.text):
            if self.text[self.at] in " \t\r\n":
                self.at += 1
            elif not self._take(_COMMENT):
                return True
        return False

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def _note(self, path: KeyPath) -> None:
        self.line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        self._noted(path, self.line)

    def _header(self) -> KeyPath:
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path = self._resolved(self._key())
        for end in range(1, len(path)):
            self._note(path[:end])
        if many:
            number = self.arrays.get(path, -1) + 1
            self.arrays[path] = number
            self._note(path)
            path = (*path, str(number))
        self._note(path)
        self._take(_SPACE)
        self.at += 2 if many else 1
        return path

    def _resolved(self, key: KeyPath) -> KeyPath:
        path: KeyPath = ()
        for position, part in enumerate(key):
            path = (*path, part)
            if path in self.arrays and position < len(key) - 1:
                path = (*path, str(self.arrays[path]))
        return path

    def _key(self) -> KeyPath:
        parts = []
        while True:
            self._take(_SPACE)
            if basic := self._take(_BASIC):
                parts.append(re.sub(r'\\(["\\])', r"\1", basic[1:-1]))
            elif literal := self._take(_LITERAL):
                parts.append(literal[1:-1])
            else:
                parts.append(self._take(_BARE))
            self._take(_SPACE)
            if self.text[self.at : self.at + 1] != ".":
                return tuple(parts)
            self.at += 1

    def _pair(self, table: KeyPath) -> None:
        self._skip()
        key = self._key()
        for end in range(1, len(key) + 1):
            self._note((*table, *key[:end]))
        self.at += 1  # the equals sign
        self._value((*table, *key))

    def _value(self, path: KeyPath) -> None:
        self._skip()
        char, begin = self.text[self.at : self.at + 1], self.at
        if char == "{":
            self.at += 1
            while self._skip() and self.text[self.at] != "}":
                if self.text[self.at] == ",":
                    self.at += 1
                else:
                    self._pair(path)
            self.at += 1
        elif char == "[":
            self.at += 1
            number = 0
            while self._skip() and self.text[self.at] != "]":
                if self.text[self.at] == ",":
                    self.at += 1
                else:
                    self._note((*path, str(number)))
                    self._value((*path, str(number)))
                    number += 1
            self.at += 1
        elif any(map(self._take, (_MULTI, _BASIC, _LITERAL, _PLAIN))):
            if self._spans is not None:
                written = self.text[begin : self.at].rstrip()
                self._spans[path] = (begin, begin + len(written))
        else:
            self.at += 1
