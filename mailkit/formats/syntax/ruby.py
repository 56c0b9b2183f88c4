"""Ruby settings: hashes that are assigned or passed, ``table['key'] = value``, and attributes.

``config.action_mailer.smtp_settings = {…}`` is ``("config", "action_mailer", "smtp_settings", …)``;
``delivery_method :smtp, address: …`` is ``("delivery_method()", "address")``, its first symbol ``""``.
Nothing is executed.
"""

import re

from mailkit.errors import FormatError
from mailkit.formats.converters import integer
from mailkit.formats.document import Entry, Reference, Scalar
from mailkit.formats.syntax._tree import (
    Node,
    Resolved,
    TreeReader,
    better,
    children,
    named,
    read_tree,
)
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = True

_OF_HASHES = ("freeze", "compact", "merge", "dup", "symbolize_keys", "with_indifferent_access")
"""Methods that give the hash they are called on, with what they are given."""

_MOST_BACKTICKS = 10_000
"""The grammar takes 50 times as long for one as for another character."""


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a script.

    Raises:
        FormatError: it ends in the middle, has thousands of backticks, or the parser is not installed.
    """
    if text.count("`") > _MOST_BACKTICKS:
        raise FormatError(file, "has too many backticks to be settings")
    return read_tree(text, file, ("tree_sitter_ruby", "language"), "Ruby", _RubyReader)


class _RubyReader(TreeReader):
    quotes = "'\":"

    def read(self) -> list[Entry]:
        for node in children(self.tree.root, "assignment", "call"):
            if node.type == "assignment":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if path := self.path(left):
                    self.value(path, right)
            else:
                self.call(node)
        return self.entries

    def path(self, node: Node) -> tuple[str, ...]:
        if node.type in ("call", "identifier", "constant", "scope_resolution", "instance_variable"):
            return tuple(re.split(r"\.|::", self.tree.content(node)))
        if node.type == "element_reference":
            parts = named(node)
            key, _, _ = self.resolved(parts[-1])
            inner = self.path(parts[0])
            return (*inner, str(key)) if inner and key is not None else ()
        return ()

    def call(self, node: Node) -> None:
        """``method :word, key: value`` and ``method({…})``."""
        method, arguments = (
            node.child_by_field_name("method"),
            node.child_by_field_name("arguments"),
        )
        if method is None or arguments is None:
            return
        name = self.tree.content(method)
        pairs = [argument for argument in named(arguments) if argument.type in ("pair", "hash")]
        if not pairs:
            return
        path = self.call_path(name)
        for argument in named(arguments):
            if argument.type == "pair":
                self.pair(path, argument)
            elif argument.type == "hash":
                self.value(path, argument)
            elif argument.type == "simple_symbol":
                self.value((*path, "@"), argument)

    def pair(self, path: tuple[str, ...], node: Node) -> None:
        parts = named(node)
        if len(parts) == 2:
            key, _, _ = self.resolved(parts[0])
            self.value((*path, str(key)), parts[1])

    def value(self, path: tuple[str, ...], node: Node) -> None:
        receiver = node.child_by_field_name("receiver") if node.type == "call" else None
        method = node.child_by_field_name("method") if receiver is not None else None
        if method is not None and self.tree.content(method) in _OF_HASHES:
            self.value(path, receiver)
            for argument in named(node.child_by_field_name("arguments")):
                self.merged(path, argument)
            return
        if node.type == "hash":
            for child in named(node):
                if child.type == "pair":
                    self.pair(path, child)
                elif child.type == "hash_splat_argument" and named(child):
                    self.copied(path, self.path(named(child)[0]))
            return
        if self.copied(path, self.path(node)):
            return
        self.leaf(path, node, ".".join(path))

    def merged(self, path: tuple[str, ...], argument: Node) -> None:
        """An argument of ``merge``: a pair, or another hash."""
        if argument.type == "pair":
            self.pair(path, argument)
        else:
            self.value(path, argument)

    def resolved(self, node: Node) -> Resolved:
        kind, content = node.type, self.tree.content(node)
        if kind == "string":
            if any(child.type == "interpolation" for child in named(node)):
                return None, Reference("other", content[:60]), None
            return re.sub(r"\\(.)", r"\1", content[1:-1]), None, node
        if kind in ("simple_symbol", "hash_key_symbol"):
            return content.lstrip(":"), None, node
        if kind == "integer":
            return integer(content), None, node
        if kind in ("true", "false"):
            return kind == "true", None, node
        if kind == "nil":
            return None, None, node
        if kind == "scope_resolution" and "VERIFY_" in content:
            return content.rpartition("VERIFY_")[2].lower(), None, node
        if kind in ("identifier", "constant", "scope_resolution") and content in self.known:
            return self.known[content]
        if kind == "element_reference":
            parts = named(node)
            if self.tree.content(parts[0]) == "ENV":
                return None, Reference("env", str(self.resolved(parts[-1])[0])), None
            if (name := ".".join(self.path(node))) in self.known:
                return self.known[name]
        if kind == "binary":
            return self.binary(node)
        if kind == "parenthesized_statements":
            return self.resolved(named(node)[0])
        if kind == "call":
            return self.called(node)
        return None, Reference("other", content[:60]), None

    def binary(self, node: Node) -> Resolved:
        operator = self.tree.content(node.child_by_field_name("operator"))
        left = self.resolved(node.child_by_field_name("left"))
        right = self.resolved(node.child_by_field_name("right"))
        if operator in ("||", "or") and left[1] is not None:
            return left if left[0] is not None else (right[0], better(left[1], right[1]), right[2])
        if operator in ("==", "!=") and left[0] is not None and right[0] is not None:
            return (str(left[0]) == str(right[0])) is (operator == "=="), left[1], None
        reference = left[1] or right[1] or Reference("other", self.tree.content(node)[:60])
        return None, reference, None

    def cast(self, name: str, node: Node) -> Resolved:
        """A value as a number, or as text."""
        value, reference, literal = self.resolved(node)
        if name in ("Integer", "to_i") and isinstance(value, str):
            found = number(value)
            value = value if found is None else found
        return value, reference, literal

    def called(self, node: Node) -> Resolved:
        content = self.tree.content(node)
        receiver, method = node.child_by_field_name("receiver"), node.child_by_field_name("method")
        name = self.tree.content(method) if method is not None else ""
        if receiver is None and name in ("Integer", "String"):
            return self.cast(name, named(node.child_by_field_name("arguments"))[0])
        if receiver is not None and name in ("to_i", "to_s", "to_sym", "presence", "strip"):
            return self.cast(name, receiver)
        if receiver is not None and self.tree.content(receiver) == "ENV" and name == "fetch":
            arguments = named(node.child_by_field_name("arguments"))
            if not arguments:
                return None, Reference("other", content[:60]), None
            variable, _, _ = self.resolved(arguments[0])
            reference = Reference("env", str(variable))
            block = next(
                (child for child in named(node) if child.type in ("block", "do_block")), None
            )
            default = arguments[1] if len(arguments) > 1 else None
            if default is None and block is not None:
                default = next(iter(children(block, "string", "integer", "true", "false")), None)
            if default is None:
                return None, reference, None
            value, _, literal = self.resolved(default)
            return value, reference, literal
        return None, Reference("other", content[:60]), None


def render(value: Scalar, entry: Entry) -> str:
    """A literal: a symbol stays one, and a number stays text where it was."""
    if isinstance(value, bool):
        if entry.quote and entry.reference:
            return f"{entry.quote}{'true' if value else 'false'}{entry.quote}"
        return "true" if value else "false"
    if entry.quote == ":" and re.fullmatch(r"\w+", str(value)):
        return f":{value}"
    if entry.quote or isinstance(value, str):
        quote = entry.quote if entry.quote in ("'", '"') else "'"
        special = r"([\\'])" if quote == "'" else r'([\\"#])'
        return quote + re.sub(special, r"\\\1", str(value)) + quote
    return "nil" if value is None else str(value)
