"""HOCON and Hjson: JSON whose quotes, commas and outer braces may be missing. Nothing is evaluated or included.

``a.b { c = x }`` is ``("a", "b", "c")`` in HOCON; in Hjson, by the file's name, a key keeps its dots. ``${?NAME}`` is the variable, with the value that the
key had before as its default.
"""

import re
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, KeyPath, Lines, Reference, Scalar
from mailkit.formats.values import flag_word
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_DEEPEST = 100
_SKIPPED = re.compile(r"(?:[\s,]+|#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))+", re.S)
_BLANK = re.compile(r"[ \t\r]*")
_BLOCK = re.compile(r"(\"\"\"|''')(.*?)\1", re.S)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'")
_KEY = re.compile(r"(?:\"(?:[^\"\\\n]|\\.)*+\"|[^\s\"':={}\[\],#+]+)+")
_WORD = {
    False: re.compile(r"(?:\$\{[^}\n]*\}|(?!//)[^\n#,{}\[\]])+"),
    True: re.compile(r"[^\n]+"),
}
"""A value without quotes: in HOCON up to a mark or a remark, in Hjson the rest of the line."""
_PLAIN = re.compile(
    r"(true|false|yes|no|on|off|null|-?\d+(?:\.\d+)?)(?=[ \t]*(?:[,}\]#\r\n]|//|$))"
)
_SUBSTITUTED = re.compile(r"\$\{(\??)([^}\n]+)\}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file.

    Raises:
        FormatError: it is nested too deep.
    """
    return _ObjectReader(text, file).entries()


class _ObjectReader:
    """A file while it is read."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file, self.lines = text, file, Lines(text)
        self.hjson = file.endswith(".hjson")
        self.found: dict[KeyPath, Entry] = {}

    def entries(self) -> list[Entry]:
        """All entries; of a key that is written twice the last."""
        at, path = self.skipped(0), list[KeyPath]()
        lists: list[int] = []
        opened: list[str] = []
        inside: KeyPath = ()
        while at < len(self.text):
            mark = self.text[at]
            if mark in "}]":
                if opened:
                    opened.pop()
                    inside = path.pop()
                    lists.pop()
                at += 1
            elif opened and opened[-1] == "[":
                lists[-1] += 1
                at = self.value((*inside, str(lists[-1])), at)
            elif mark == "{" and not opened:
                at += 1  # the outer braces, which are optional
            else:
                at = self.member(inside, at)
            if at < len(self.text) and self.text[at] in "{[" and self.pending is not None:
                opened.append(self.text[at])
                if len(opened) > _DEEPEST:
                    why = "is nested too deep to be settings"
                    raise FormatError(self.file, why, self.lines.number(at))
                path.append(inside)
                lists.append(-1)
                inside, at = self.pending, at + 1
            self.pending = None
            at = self.skipped(at)
        return list(self.found.values())

    pending: KeyPath | None = None
    """The path of what begins with the brace or bracket at the place that was reached."""

    def skipped(self, at: int) -> int:
        """The place behind blanks, commas and remarks."""
        match = _SKIPPED.match(self.text, at)
        return match.end() if match else at

    def member(self, inside: KeyPath, at: int) -> int:
        """Read a key and its value, if it has one on this line; return the place behind it."""
        match = _KEY.match(self.text, at)
        if match is None:
            return at + 1
        key = match[0].strip('"')
        quoted = match[0][0] == '"'
        path = (*inside, *((key,) if quoted or self.hjson else filter(None, key.split("."))))
        at = _end(_BLANK, self.text, match.end())
        sign = re.match(r"\+?=|:", self.text[at : at + 2])
        if sign:
            at = _end(_BLANK, self.text, at + sign.end())
            if self.text[at : at + 1] == "\n":
                at = self.skipped(at)
        elif self.text[at : at + 1] != "{":
            return self.line_end(at)
        return self.value(path, at)

    def line_end(self, at: int) -> int:
        """The end of a line."""
        end = self.text.find("\n", at)
        return end if end >= 0 else len(self.text)

    def value(self, path: KeyPath, at: int) -> int:
        """Read a value; of an object or a list only note that it begins here."""
        if self.text[at : at + 1] in ("{", "["):
            self.pending = path
            return at
        line = self.lines.number(at)
        if (match := _BLOCK.match(self.text, at)) is not None:
            self.found[path] = Entry(path, match[2].strip(), line, None, match[0], match[1])
            return match.end()
        if (match := _STRING.match(self.text, at)) is not None:
            raw = match[0]
            value = re.sub(r"\\(.)", r"\1", raw[1:-1])
            self.found[path] = Entry(path, value, line, match.span(), raw, raw[0])
            return match.end()
        if (match := _PLAIN.match(self.text, at)) is not None:
            self.found[path] = Entry(path, _plain(match[0]), line, match.span(), match[0])
            return match.end()
        match = _WORD[self.hjson].match(self.text, at)
        if match is None or not match[0].strip():
            return at + 1
        self.word(path, match[0].rstrip(), at)
        return match.end()

    def word(self, path: KeyPath, raw: str, at: int) -> None:
        """A value without quotes."""
        line = self.lines.number(at)
        if "${" not in raw:
            self.found[path] = Entry(path, raw, line, (at, at + len(raw)), raw)
            return
        match = _SUBSTITUTED.fullmatch(raw)
        name = match[2].strip() if match else raw
        before = self.found.get(path)
        variable = match is not None and _VARIABLE.fullmatch(name) is not None
        reference = Reference("env" if variable else "other", name)
        if match is None or not match[1] or before is None:
            self.found[path] = Entry(path, None, line, None, raw, "", reference)
        else:
            self.found[path] = replace(before, reference=reference)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _plain(raw: str) -> Scalar:
    if raw in ("true", "false"):
        return raw == "true"
    if raw == "null":
        return None
    return number(raw) if raw.lstrip("-").isdecimal() else raw


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    if isinstance(value, bool):
        word = flag_word(value, entry.raw)
        return f"{entry.quote}{word}{entry.quote}"
    if isinstance(value, int | float) and entry.quote not in ('"', "'"):
        return str(value)
    if not entry.quote and re.fullmatch(r"[\w.@-]+", str(value)):
        return str(value)
    quote = entry.quote if entry.quote in ('"', "'") else '"'
    text = str(value).replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{text}{quote}"
