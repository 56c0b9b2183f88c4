"""XML by expat, with lines: no document type with declarations, no entities, nothing fetched.

The path of an element are the names above it; the second of one name is ``name#2``, an attribute ``@name``. Of
``<property name="host">`` and its kin the attribute is the name, and ``value`` or ``eval`` may be its text.
In a property list (``dict``, ``key``) the keys are the path.
"""

import re
from typing import Any
from xml.parsers import expat

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.formats.values import flag_word

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_NAMED = frozenset(("add", "entry", "field", "param", "parameter", "prop", "property"))
"""Elements that an attribute ``name`` or ``key`` names."""

_DEEPEST = 200
_MOST = 200_000
_TEMPLATE = re.compile(r"%(?!EMAIL)[\w/.-]+%|\{\{.*\}\}|\$\{[^{}]*\}|@\w+@", re.S)
"""What a web server fills in; ``%EMAILADDRESS%`` and its kin are filled in by the mail program."""


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a document.

    Raises:
        FormatError: it is not XML, or has declarations of its own.
    """
    reader = _XmlReader(text, file)
    try:
        reader.parser.Parse(reader.data, True)
    except expat.ExpatError as error:
        raise FormatError(
            file, f"is not XML: {expat.ErrorString(error.code)}", error.lineno
        ) from None
    return reader.entries


class _XmlReader:
    def __init__(self, text: str, file: str) -> None:
        self.text, self.file, self.lines = text, file, Lines(text)
        self.data = text.encode("utf-8", "surrogatepass")
        self.entries: list[Entry] = []
        self.path: list[str] = []
        self.counts: list[dict[str, int]] = [{}]
        self.content: list[str] = []
        self.begin = self.tag = 0
        self.ascii = text.isascii()
        self.reached = (0, 0)
        self.keys: list[str] = []
        self.parser: Any = expat.ParserCreate("utf-8", namespace_separator=None)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.content.append
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.refused
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        if internal or name != "plist":
            self.refused()

    def refused(self, *_: object) -> None:
        raise FormatError(
            self.file, "has a document type, which is refused", self.parser.CurrentLineNumber
        )

    def offset(self) -> int:
        """The offset in the text of where the parser is."""
        at = int(self.parser.CurrentByteIndex)
        if self.ascii:
            return at
        octets, characters = self.reached if self.reached[0] <= at else (0, 0)
        characters += len(self.data[octets:at].decode("utf-8", "replace"))
        self.reached = (at, characters)
        return characters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if len(self.path) > _DEEPEST:
            raise FormatError(
                self.file, "is nested too deep to be settings", self.parser.CurrentLineNumber
            )
        if len(self.entries) > _MOST:
            raise FormatError(
                self.file, "has too many values to be settings", self.parser.CurrentLineNumber
            )
        label = attributes.get("name") or attributes.get("key") if name in _NAMED else None
        name = label or name
        count = self.counts[-1][name] = self.counts[-1].get(name, 0) + 1
        self.path.append(name if count == 1 else f"{name}#{count}")
        self.counts.append({})
        self.keys.append("")
        self.tag = self.offset()
        line = self.parser.CurrentLineNumber
        for key, value in attributes.items():
            path = (*self.path, f"@{key}")
            if label is not None and key in ("value", "eval"):
                path, self.counts[-1] = (*self.path,), {"@value": 1}
            self.entries.append(self.attribute(path, key, value, line))
        self.content.clear()
        self.begin = self.text.find(">", self.tag) + 1

    def attribute(self, path: tuple[str, ...], key: str, value: str, line: int) -> Entry:
        for quote in "\"'":
            written = f"{key}={quote}{value}{quote}"
            at = self.text.find(written, self.tag, self.text.find(">", self.tag) + 1)
            if at >= 0:
                begin = at + len(key) + 2
                line = self.lines.number(begin)
                return Entry(path, value, line, (begin, begin + len(value)), value, quote)
        return Entry(path, value, line)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        text = "".join(self.content)
        children = bool(self.counts.pop())
        path = tuple(self.path)
        self.path.pop()
        self.keys.pop()
        if name == "key" and self.keys:
            self.keys[-1] = text.strip()
        elif (
            self.keys
            and self.keys[-1]
            and name
            in ("string", "integer", "true", "false", "dict", "array", "real", "data", "date")
        ):
            if name == "dict":
                self.rename(path, self.keys[-1])
            elif not children:
                value: Scalar = name == "true" if name in ("true", "false") else text.strip()
                self.add((*path[:-1], self.keys[-1]), value, name in ("true", "false"))
            self.keys[-1] = ""
        elif not children:
            self.add(path, text.strip(), False)
        self.content.clear()

    def rename(self, path: tuple[str, ...], key: str) -> None:
        """Give the entries of an inner ``dict`` the key in front of it."""
        depth = len(path)
        for at in range(len(self.entries) - 1, -1, -1):
            entry = self.entries[at]
            if entry.path[:depth] != path:
                break
            self.entries[at] = Entry(
                (*path[:-1], key, *entry.path[depth:]),
                entry.value,
                entry.line,
                entry.span,
                entry.raw,
                entry.quote,
            )

    def add(self, path: tuple[str, ...], value: Scalar, empty: bool) -> None:
        stop = self.offset()
        line = self.parser.CurrentLineNumber
        raw = self.text[self.begin : stop]
        lead = len(raw) - len(raw.lstrip())
        span = (self.begin + lead, self.begin + lead + len(raw.strip()))
        if empty:
            closed = self.text[self.begin - 2 : self.begin] == "/>"
            span = (self.tag, self.begin if closed else self.text.find(">", stop) + 1)
            raw = self.text[slice(*span)]
        if isinstance(value, str) and _TEMPLATE.fullmatch(value):
            reference = Reference("other", value[:60])
            self.entries.append(Entry(path, None, line, None, raw.strip(), "", reference))
            return
        if self.begin <= 0 or span[0] > span[1]:
            self.entries.append(Entry(path, value, line))
            return
        line = self.lines.number(span[0])
        self.entries.append(Entry(path, value, line, span, raw.strip(), "<>" if empty else ""))


def render(value: Scalar, entry: Entry) -> str:
    """Text with the characters of XML escaped; a flag of a property list as its element."""
    if entry.quote == "<>":
        return "<true/>" if value else "<false/>"
    word = flag_word(value, entry.raw) if isinstance(value, bool) else str(value)
    return (
        word.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace('"', "&quot;" if entry.quote else '"')
    )
