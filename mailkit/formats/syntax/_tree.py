"""What the readers of programming languages share: tree-sitter, and offsets in the text."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from mailkit.errors import FormatError, needs
from mailkit.formats.document import Lines, Reference, Scalar

__all__ = ["Resolved", "Tree", "children", "named"]

Node = Any
"""A node of tree-sitter, which has no types of its own in every version."""

Resolved = tuple[Scalar, Reference | None, Node | None]
"""A value, where it comes from, and the literal that may be replaced."""

_DEEPEST = 2000


class Tree:
    """A parsed text, with offsets in characters."""

    def __init__(self, text: str, file: str, package: str, function: str, title: str) -> None:
        try:
            from tree_sitter import Language, Parser

            grammar = getattr(import_module(package), function)()
        except ImportError:
            why = needs("formats", package.replace("_", "-"))
            raise FormatError(file, f"{title} cannot be read: {why}") from None
        self.text, self.file, self.lines = text, file, Lines(text)
        self.data = text.encode("utf-8", "surrogatepass")
        self._offsets = None if text.isascii() else _offsets(text)
        self.root: Node = Parser(Language(grammar)).parse(self.data).root_node
        if self.root.has_error:
            self._refuse_truncated(title)

    def _refuse_truncated(self, title: str) -> None:
        """A file that ends in the middle is not read: its settings may be half there."""
        end = len(self.data.rstrip())
        pending = [self.root]
        while pending:
            node = pending.pop()
            if node.is_missing or (node.is_error and node.end_byte >= end):
                line = node.start_point[0] + 1
                raise FormatError(self.file, f"is not complete {title}", line)
            pending.extend(child for child in node.children if child.has_error or child.is_missing)

    def content(self, node: Node) -> str:
        """The text of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def span(self, node: Node) -> tuple[int, int]:
        """Begin and end of a node in characters."""
        if self._offsets is None:
            return node.start_byte, node.end_byte
        return self._offsets[node.start_byte], self._offsets[node.end_byte]

    def line(self, node: Node) -> int:
        """The line a node begins on."""
        return int(node.start_point[0]) + 1


def named(node: Node) -> list[Node]:
    """The children that are not punctuation or comments."""
    return [one for one in node.children if one.is_named and one.type != "comment"]


def children(node: Node, *kinds: str) -> Iterator[Node]:
    """All nodes of these kinds below one, outermost first; iterative, so that depth costs nothing."""
    pending = [node]
    while pending:
        found = pending.pop()
        if found.type in kinds:
            yield found
        pending.extend(reversed(found.children))


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
