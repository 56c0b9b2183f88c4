"""What the readers of programming languages share: tree-sitter, and offsets in the text."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

from mailkit.errors import FormatError, needs
from mailkit.formats.document import Entry, Lines, Reference, Scalar, deepest_line

__all__ = [
    "LONGEST_VALUE",
    "Node",
    "Resolved",
    "SyntaxTree",
    "TreeReader",
    "better",
    "children",
    "joined",
    "named",
    "read_tree",
]

Node = Any
"""A node of tree-sitter, which has no types of its own in every version."""

Resolved = tuple[Scalar, Reference | None, Node | None]
"""A value, where it comes from, and the literal that may be replaced."""

_MOST_STEPS = 4_000
"""Steps of a parser (100 operations each); a program takes one for 40 to 100 bytes."""
_MOST_READ = 1024 * 1024
"""Octets that a parser may read again, besides 16 times the text; a program is read less than twice. What opens without
an end is searched to the end of the text at each place.
"""
_BLOCK = 4_096
_BEGINNING = 500
"""Octets of an expression that say what it is."""

_DEEPEST = 2_000
"""Brackets within each other, those in texts and remarks included."""

_MOST_COPIES = 10_000
"""Entries that are added again because a table is used under another name."""

_TABLES_ABOVE = 8
"""How many tables around a value know it."""

LONGEST_VALUE = 100_000
"""Characters of a value that a program puts together; what doubles itself again and again would have no end."""

_OPENING = frozenset("'\"`([{")


class SyntaxTree:
    """A parsed text, with offsets in characters."""

    def __init__(self, text: str, file: str, package: str, function: str, title: str) -> None:
        try:
            from tree_sitter import Language, Parser

            grammar = getattr(import_module(package), function)()
        except ImportError:
            why = needs("formats", package.replace("_", "-"))
            raise FormatError(file, f"{title} cannot be read: {why}") from None
        self.text, self.file, self.lines = text, file, Lines(text)
        if _depth(text) > _DEEPEST:  # Ruby's scanner copies its open literals at every step
            raise FormatError(file, "is nested too deep to be settings", deepest_line(text))
        self.data = text.encode("utf-8", "surrogatepass")
        self._offsets = None if text.isascii() else _offsets(text)
        self.root: Node = self._parsed(Parser(Language(grammar)), title)
        if self.root.has_error:
            self._refuse_truncated(title)

    def _parsed(self, parser: Any, title: str) -> Node:
        """The root of the tree; what is no program can cost the parser a time that is the square of its length."""
        most, longest = _MOST_STEPS + len(self.data) // 10, _MOST_READ + 16 * len(self.data)
        steps = count = 0

        def goes_too_far(offset: int, has_error: bool) -> bool:
            nonlocal steps
            steps += 1
            return steps > most or count > longest

        def block(offset: int, _point: Any) -> bytes:
            nonlocal count
            piece = self.data[offset : offset + _BLOCK] if count <= longest else b""
            count += len(piece)
            return piece

        try:
            tree = parser.parse(block, progress_callback=goes_too_far)
        except ValueError:  # it was stopped
            tree = None
        if tree is None:
            raise FormatError(self.file, f"is not {title}: it has too many errors")
        return tree.root_node

    def _refuse_truncated(self, title: str) -> None:
        """A file that ends in the middle is not read: its settings may be half there."""
        end = len(self.data.rstrip())
        pending = [self.root]
        while pending:
            node = pending.pop()
            left_open = node.is_error and node.children and node.children[-1].type in _OPENING
            if node.is_missing or left_open or (node.is_error and node.end_byte >= end):
                line = node.start_point[0] + 1
                raise FormatError(self.file, f"is not complete {title}", line)
            pending.extend(child for child in node.children if child.has_error or child.is_missing)

    def content(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def beginning(self, node: Node) -> str:
        """The first characters of a node, for one whose inner nodes are read as well: all of it would be too much."""
        end = min(node.end_byte, node.start_byte + _BEGINNING)
        return self.data[node.start_byte : end].decode("utf-8", "replace")

    def ending(self, node: Node) -> str:
        """The last characters of a node, as :meth:`beginning`."""
        begin = max(node.start_byte, node.end_byte - _BEGINNING)
        return self.data[begin : node.end_byte].decode("utf-8", "replace")

    def span(self, node: Node) -> tuple[int, int]:
        """Begin and end of a node in characters."""
        if self._offsets is None:
            return node.start_byte, node.end_byte
        return self._offsets[node.start_byte], self._offsets[node.end_byte]

    def line(self, node: Node) -> int:
        """The line a node begins on."""
        return int(node.start_point[0]) + 1


class TreeReader(ABC):
    """The entries of a program: what the readers of all languages keep.

    Attributes:
        quotes: the characters a literal may begin with that are its quoting.
        known: by name, what a constant or variable has: its value, its reference, and the literal.
        tables: by path, the entries of an object, an array or a hash.
    """

    quotes = "'\""

    def __init__(self, tree: SyntaxTree) -> None:
        self.tree = tree
        self.entries: list[Entry] = []
        self.known: dict[str, Resolved] = {}
        self.tables: dict[tuple[str, ...], list[Entry]] = {}
        self._calls: dict[str, int] = {}
        self._copies = 0

    @abstractmethod
    def read(self) -> list[Entry]:
        """All entries of the tree."""

    @abstractmethod
    def resolved(self, node: Node) -> Resolved:
        """The value of an expression, as far as it is in sight."""

    def call_path(self, name: str) -> tuple[str]:
        """The path of a call: ``name()``, and ``name()#2`` for the second one."""
        count = self._calls[name] = self._calls.get(name, 0) + 1
        return (f"{name}()" if count == 1 else f"{name}()#{count}",)

    def leaf(self, path: tuple[str, ...], node: Node, name: str) -> None:
        """Add the entry of a value, which is known by a name from here on."""
        self.known[name] = self.resolved(node)
        self.add(path, node, self.known[name])

    def add(self, path: tuple[str, ...], node: Node, found: Resolved) -> None:
        """Add the entry of a value: its place is where the literal is written."""
        value, reference, literal = found
        span = self.tree.span(literal) if literal is not None else None
        raw = self.tree.text[slice(*span)] if span else ""
        quote = raw[0] if raw and raw[0] in self.quotes else ""
        line = self.tree.line(literal if literal is not None else node)
        entry = Entry(path, value, line, span, raw, quote, reference)
        self.entries.append(entry)
        for length in range(max(1, len(path) - _TABLES_ABOVE), len(path)):
            self.tables.setdefault(path[:length], []).append(entry)

    def copied(self, path: tuple[str, ...], source: tuple[str, ...]) -> bool:
        """Add what a table has below another path as well; whether there is such a table."""
        found = self.tables.get(source)
        if found is None or self._copies + len(found) > _MOST_COPIES:
            return False
        self._copies += len(found)
        for entry in [*found]:
            copy = replace(entry, path=(*path, *entry.path[len(source) :]))
            self.entries.append(copy)
            self.tables.setdefault(path, []).append(copy)
        return True


def read_tree(
    text: str, file: str, grammar: tuple[str, str], title: str, reader: type[TreeReader]
) -> list[Entry]:
    """The entries of a program, read by a reader of its language.

    Args:
        text: the program.
        file: its name, for errors.
        grammar: the package of the grammar, and the name of its function.
        title: the language.
        reader: what reads its tree.

    Raises:
        FormatError: it ends in the middle, is nested too deep, or the parser is not installed.
    """
    tree = SyntaxTree(text, file, *grammar, title)
    try:
        return reader(tree).read()
    except RecursionError:
        raise FormatError(file, "is nested too deep to be settings", deepest_line(text)) from None


def joined(left: Scalar, right: Scalar) -> str | None:
    """Two texts as one; ``None`` if it is too long to be a setting."""
    whole = len(str(left)) + len(str(right))
    return f"{left}{right}" if whole <= LONGEST_VALUE else None


def better(first: Reference | None, second: Reference | None) -> Reference | None:
    """Of two places a value may come from, the first that can be read."""
    readable = (side for side in (first, second) if side is not None and side.kind != "other")
    return next(readable, first or second)


def named(node: Node | None) -> list[Node]:
    """The children that are not punctuation or comments; of a node that is not there, none."""
    if node is None:
        return []
    return [child for child in node.children if child.is_named and child.type != "comment"]


def children(node: Node, *kinds: str) -> Iterator[Node]:
    """All nodes of these kinds in one, outermost first; with a cursor, so that depth costs nothing."""
    cursor = node.walk()
    while True:
        found = cursor.node
        if found.type in kinds:
            yield found
        if cursor.goto_first_child() or cursor.goto_next_sibling():
            continue
        while cursor.goto_parent():
            if cursor.goto_next_sibling():
                break
        else:
            return


def _depth(text: str) -> int:
    """How deep brackets are within each other, whatever they stand for."""
    depth = most = 0
    for match in re.finditer(r"[()\[\]{}]", text):
        depth = depth + 1 if match[0] in "([{" else max(depth - 1, 0)
        most = max(most, depth)
    return most


def _offsets(text: str) -> list[int]:
    """By offset in UTF-8, the offset in characters."""
    offsets: list[int] = []
    for at, char in enumerate(text):
        code = ord(char)
        offsets.extend(
            [at] * (1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4)
        )
    offsets.append(len(text))
    return offsets
