"""JSON, with comments and tabs, as editors and Microsoft's settings files have them."""

import json as _json
import re

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Reference, Scalar, deepest_line
from mailkit.formats.syntax._tree import Node, SyntaxTree, named
from mailkit.formats.values import flag_word

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = True

_LAST_COMMA = re.compile(
    r"\"(?:[^\"\\]|\\.)*+\"|//[^\n]*+|/\*.*?(?:\*/|\Z)|,((?:\s|//[^\n]*+\n)*+[}\]])", re.S
)
"""A comma in front of a closing bracket; a text or a remark is passed over as a whole."""

_FILLED = re.compile(r"\$\{(?P<name>[A-Z_][A-Z0-9_]*)(?::-?(?P<default>[^{}]*))?\}|\$\(env:(\w+)\)")
"""A variable of the environment, as Keycloak and the programs that import its realms fill it in."""
_MASKED = frozenset(("**********", "********", "********************************"))


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a document.

    Raises:
        FormatError: it is not JSON, or the parser is not installed.
    """
    tree = SyntaxTree(_without_last_commas(text), file, "tree_sitter_json", "language", "JSON")
    if tree.root.has_error:
        bad = next((error for error in _errors(tree.root)), tree.root)
        raise FormatError(file, "is not JSON: syntax error", tree.line(bad))
    entries: list[Entry] = []
    try:
        for node in named(tree.root):
            _value(tree, (), node, entries)
    except RecursionError:
        raise FormatError(file, "is nested too deep to be settings", deepest_line(text)) from None
    return entries


def _without_last_commas(text: str) -> str:
    """The text with a blank for each comma in front of a closing bracket, which JSON for people allows."""
    return _LAST_COMMA.sub(lambda match: f" {match[1]}" if match[1] else match[0], text)


def _errors(root: Node) -> list[Node]:
    pending, found = [root], []
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            found.append(node)
        pending.extend(
            child for child in reversed(node.children) if child.has_error or child.is_missing
        )
    return found


def _value(tree: SyntaxTree, path: tuple[str, ...], node: Node, entries: list[Entry]) -> None:
    if node.type == "object":
        for pair in named(node):
            key, inside = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and inside is not None:
                _value(tree, (*path, _decoded(tree.content(key))), inside, entries)
    elif node.type == "array":
        for position, item in enumerate(named(node)):
            _value(tree, (*path, str(position)), item, entries)
    elif path:
        raw = tree.content(node)
        value: Scalar = None
        reference = None
        if node.type == "string":
            value = _decoded(raw)
            if value in _MASKED:
                value, reference = None, Reference("other", "a masked value")
            elif (filled := _FILLED.fullmatch(value)) is not None:
                value, reference = filled["default"], Reference("env", filled["name"] or filled[3])
        elif node.type in ("true", "false"):
            value = node.type == "true"
        elif node.type == "number":
            value = int(raw) if raw.lstrip("-").isdecimal() and len(raw) <= 20 else raw
        quote = '"' if node.type == "string" else ""
        span = None if reference else tree.span(node)
        entries.append(Entry(path, value, tree.line(node), span, raw, quote, reference))


def _decoded(raw: str) -> str:
    try:
        return str(_json.loads(raw, strict=False))
    except ValueError:
        return raw.strip('"')


def render(value: Scalar, entry: Entry) -> str:
    """A value, as text where text was."""
    if entry.quote and value is not None:
        word = flag_word(value, entry.raw) if isinstance(value, bool) else str(value)
        return _json.dumps(word, ensure_ascii=False)
    return _json.dumps(value, ensure_ascii=False)
