"""PHP settings: arrays, constants, variables, and properties of objects and classes.

Paths: ``define('NAME', …)`` and ``const NAME`` are ``("NAME",)``; ``$mail->Host`` is ``("$mail", "Host")``;
``$CONFIG = array('x' => …)`` is ``("$CONFIG", "x")``; ``return ['x' => …]`` is ``("return", "x")``; a property
of a class is ``("Class", "property")``. A second object in the same variable is ``$mail#2``.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailkit.formats.converters import integer
from mailkit.formats.document import IMPORTED, INCLUDED, Entry, Reference, Scalar
from mailkit.formats.syntax._tree import (
    Node,
    Resolved,
    SyntaxTree,
    TreeReader,
    better,
    children,
    joined,
    named,
    read_tree,
)

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = True

_ENVIRONMENT = re.compile(r"(getenv|env|getenv_docker|Env::get|env_or)$")
_CONSTANTS = {"ENCRYPTION_STARTTLS": "tls", "ENCRYPTION_SMTPS": "ssl"}
_METHODS = {f"PHPMAILER_METHOD_{name}": at for at, name in enumerate(("MAIL", "SENDMAIL", "SMTP"))}
"""Constants of PHPMailer, and of MantisBT for it."""
_INCLUDES = (
    "include_expression",
    "include_once_expression",
    "require_expression",
    "require_once_expression",
)
_INCLUDED_FILE = re.compile(
    r"\w+[\s(]+(?:(?:__DIR__|dirname\(__FILE__\))\s*\.\s*)?['\"]/?([\w./-]+)['\"][\s)]*"
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f", "e": "\x1b"}


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a script.

    Raises:
        FormatError: it ends in the middle, or the parser is not installed.
    """
    return read_tree(text, file, ("tree_sitter_php", "language_php"), "PHP", _PhpReader)


class _PhpReader(TreeReader):
    def __init__(self, tree: SyntaxTree) -> None:
        super().__init__(tree)
        self.objects: dict[str, int] = {}

    def read(self) -> list[Entry]:
        kinds = (
            "assignment_expression",
            "function_call_expression",
            "scoped_call_expression",
            "const_element",
            "property_element",
            "return_statement",
            *_INCLUDES,
        )
        for node in children(self.tree.root, *kinds):
            self.statement(node)
        return self.entries

    def statement(self, node: Node) -> None:
        if node.type in _INCLUDES:
            match = _INCLUDED_FILE.fullmatch(self.tree.content(node)[:500])
            if match is not None:
                line = self.tree.line(node)
                self.entries.append(Entry((INCLUDED,), match[1], line))
                self.entries.append(Entry((IMPORTED, "*"), match[1], line))
        elif node.type == "assignment_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if right.type == "object_creation_expression" and left.type == "variable_name":
                name = self.tree.content(left)
                self.objects[name] = self.objects.get(name, 0) + 1
            elif right.type in _INCLUDES:  # $config = require "config.php"
                self.imported(left, right)
            elif path := self.path(left):
                self.value(path, right)
        elif node.type == "function_call_expression":
            name, arguments = self.call(node)
            if name == "define" and len(arguments) == 2:
                constant, _, _ = self.resolved(arguments[0])
                if isinstance(constant, str):
                    self.value((constant,), arguments[1])
        elif node.type == "scoped_call_expression":
            self.scoped(node)
        elif node.type == "const_element":
            parts = named(node)
            self.value((*self.owner(node), self.tree.content(parts[0])), parts[-1])
        elif node.type == "property_element":
            parts = named(node)
            owner = self.owner(node)
            if len(parts) == 2 and owner != ("PHPMailer",):  # its defaults are no settings
                name = self.tree.content(parts[0]).lstrip("$")
                default = parts[1]
                if default.type == "property_initializer":
                    default = named(default)[0]
                self.value((*owner, name), default)
        else:
            for inside in named(node):
                if inside.type == "array_creation_expression" and not self.owner(node):
                    self.value(("return",), inside)

    def imported(self, left: Node, right: Node) -> None:
        """The name that what a file returns is known by."""
        match = _INCLUDED_FILE.fullmatch(self.tree.content(right)[:500])
        if match is not None and (path := self.path(left)):
            name, line = (IMPORTED, "->".join(path)), self.tree.line(right)
            self.entries.append(Entry(name, match[1], line))

    def scoped(self, node: Node) -> None:
        """``Config::define('NAME', …)`` of Bedrock, and ``Mail::factory()`` of PEAR."""
        arguments = named(node.child_by_field_name("arguments"))
        if self.tree.content(node.child_by_field_name("name")) != "define" or len(arguments) != 2:
            self.factory(node)
            return
        constant, value = (named(argument)[0] for argument in arguments)
        name, _, _ = self.resolved(constant)
        if isinstance(name, str):
            self.value((name,), value)

    def factory(self, node: Node) -> None:
        """``Mail::factory("smtp", array(…))`` of PEAR: ``("Mail::factory()", …)``, with the kind as ``backend``."""
        parts = [self.tree.content(part) for part in named(node)[:2]]
        arguments = named(node.child_by_field_name("arguments"))
        if parts != ["Mail", "factory"] or len(arguments) != 2:
            return
        self.value(("Mail::factory()", "backend"), named(arguments[0])[0])
        options = named(arguments[1])[0]
        above = self.path(options)
        if not above:
            self.value(("Mail::factory()",), options)
        for entry in [one for one in self.entries if above and one.path[:-1] == above]:
            self.entries.append(replace(entry, path=("Mail::factory()", entry.key)))

    def owner(self, node: Node) -> tuple[str, ...]:
        """Return the class that contains a node."""
        while (node := node.parent) is not None:
            if node.type == "class_declaration":
                return (self.tree.content(node.child_by_field_name("name")),)
        return ()

    def path(self, node: Node) -> tuple[str, ...]:
        if node.type == "variable_name":
            name = self.tree.content(node)
            count = self.objects.get(name, 1)
            return (name if count == 1 else f"{name}#{count}",)
        if node.type == "member_access_expression":
            parts = named(node)
            inner = self.path(parts[0])
            if inner == ("$this",) and (owner := self.owner(node)) and owner != ("PHPMailer",):
                inner = owner
            return (*inner, self.tree.content(parts[-1])) if inner else ()
        if node.type == "subscript_expression":
            parts = named(node)
            inner = self.path(parts[0])
            if not inner or len(parts) < 2:
                return ()
            key, _, _ = self.resolved(parts[1])
            return (*inner, str(key)) if key is not None else ()
        return ()

    def value(self, path: tuple[str, ...], node: Node) -> None:
        if node.type == "array_creation_expression":
            for position, item in enumerate(named(node)):
                parts = named(item)
                if item.type != "array_element_initializer" or not parts:
                    continue
                key, _, _ = self.resolved(parts[0]) if len(parts) > 1 else (position, None, None)
                if key is None:
                    continue
                if "://" in str(key) and "->".join(path) not in self.known:
                    self.leaf(path, parts[0], "->".join(path))  # a list of servers by their URLs
                self.value((*path, str(key)), parts[-1])
            return
        for source in self.names(node):
            if self.copied(path, source):
                return
        self.leaf(path, node, "->".join(path))

    def names(self, node: Node) -> Iterator[tuple[str, ...]]:
        """The paths that a name may stand for: as it is written, and as a member of the class around it."""
        if node.type in ("class_constant_access_expression", "scoped_property_access_expression"):
            owner, member = (self.tree.content(part) for part in named(node)[:2])
            above = (
                self.owner(node) if owner in ("self", "static") else (owner.rpartition("\\")[2],)
            )
            yield (*above, member.lstrip("$"))
        elif path := self.path(node):
            yield path

    def resolved(self, node: Node) -> Resolved:
        kind = node.type
        if kind in ("string", "encapsed_string"):
            return self.string(node)
        content = self.tree.content(node)
        if kind == "integer":
            return integer(content), None, node
        if kind == "boolean":
            return content.lower() == "true", None, node
        if kind == "null":
            return None, None, node
        if kind in ("name", "variable_name", "member_access_expression"):
            if kind == "name" and content.upper() in ("TRUE", "FALSE"):
                return content.upper() == "TRUE", None, node
            if content in _METHODS:
                return _METHODS[content], None, node
            if kind == "name" and content in self.known:
                return self.known[content]
        if kind == "class_constant_access_expression" and (
            word := _CONSTANTS.get(content.rpartition("::")[2])
        ):
            return word, None, node
        if kind == "subscript_expression":
            parts = named(node)
            if self.tree.content(parts[0]) in ("$_ENV", "$_SERVER") and len(parts) > 1:
                return None, Reference("env", str(self.resolved(parts[1])[0])), None
        for path in self.names(node):
            if (key := "->".join(path)) in self.known:
                return self.known[key]
        if kind in ("cast_expression", "parenthesized_expression"):
            return self.resolved(named(node)[-1])
        if kind == "conditional_expression":
            return self.conditional(node)
        if kind == "binary_expression":
            return self.binary(node)
        if kind == "function_call_expression":
            return self.called(node)
        return None, Reference("other", content[:60]), None

    def string(self, node: Node) -> Resolved:
        content = self.tree.content(node)
        inside = content[1:-1]
        if node.type == "string":
            return re.sub(r"\\([\\'])", r"\1", inside), None, node
        if any(child.type not in ("string_content", "escape_sequence") for child in named(node)):
            return None, Reference("other", content[:60]), None
        decoded = re.sub(
            r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1] if m[1] in '\\"$' else m[0]), inside
        )
        return decoded, None, node

    def conditional(self, node: Node) -> Resolved:
        """``getenv('X') ?: 'd'``, and ``getenv('X') ? getenv('X') : 'd'``."""
        parts = named(node)
        reference = next((r for p in parts[:-1] if (r := self.resolved(p)[1])), None)
        value, inner, literal = self.resolved(parts[-1])
        return value, reference or inner, literal

    def binary(self, node: Node) -> Resolved:
        operator = self.tree.content(node.child_by_field_name("operator"))
        left = self.resolved(node.child_by_field_name("left"))
        right = self.resolved(node.child_by_field_name("right"))
        if operator in ("??", "||", "or") and left[1] is not None:
            return (
                (left[0], left[1], left[2])
                if left[0] is not None
                else (right[0], better(left[1], right[1]), right[2])
            )
        if operator == "." and isinstance(left[0], str) and right[0] is not None:
            return joined(left[0], right[0]), left[1] or right[1], None
        return None, left[1] or right[1] or Reference("other", self.tree.content(node)[:60]), None

    def call(self, node: Node) -> tuple[str, list[Node]]:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        return self.tree.content(function).lstrip("\\"), [
            named(argument)[-1] for argument in named(arguments) if named(argument)
        ]

    def called(self, node: Node) -> Resolved:
        name, arguments = self.call(node)
        if _ENVIRONMENT.match(name) and arguments:
            variable, _, _ = self.resolved(arguments[0])
            reference = Reference("env", str(variable))
            if len(arguments) == 1:
                return None, reference, None
            value, _, literal = self.resolved(arguments[1])
            return value, reference, literal
        if name in ("intval", "trim", "strval", "filter_var", "gethostbyname") and arguments:
            return self.resolved(arguments[0])
        if name == "file_get_contents" and arguments:
            path, _, _ = self.resolved(arguments[0])
            return None, Reference("file", str(path)) if path else Reference("other", name), None
        return None, Reference("other", self.tree.content(node)[:60]), None


def render(value: Scalar, entry: Entry) -> str:
    """A literal: numbers stay text where they were text, and PHPMailer's constants its constants."""
    prefix, colons, name = entry.raw.rpartition("::")
    if colons and name in _CONSTANTS:
        names = {word: constant for constant, word in _CONSTANTS.items()}
        return f"{prefix}::{names[str(value)]}" if value in names else _quoted(str(value), "'")
    if entry.quote and not isinstance(value, bool):
        return _quoted(str(value), entry.quote)
    if isinstance(value, bool):
        word = "true" if value else "false"
        return word.upper() if entry.raw.isupper() else word
    if isinstance(value, int):
        return str(value)
    return "null" if value is None else _quoted(str(value), "'")


def _quoted(value: str, quote: str) -> str:
    special = r"([\\'])" if quote == "'" else r'([\\"$])'
    return quote + re.sub(special, r"\\\1", value) + quote
