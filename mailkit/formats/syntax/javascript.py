"""JavaScript and TypeScript: object literals, where they are assigned, exported or passed to a call.

``createTransport({host: …})`` is ``("createTransport()", "host")``; a second call is ``createTransport()#2``;
``const mail = {…}`` is ``("mail", …)``. ``process.env.X || d`` is a reference with a default. Nothing is executed.
"""

import re

from mailkit.formats.converters import integer
from mailkit.formats.document import IMPORTED, SPREAD, Entry, Reference, Scalar
from mailkit.formats.syntax._tree import (
    Node,
    Resolved,
    TreeReader,
    better,
    children,
    joined,
    named,
    read_tree,
)
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = True

_ENV_CALL = re.compile(
    r"(env|env\.get|getenv|config\.get|configService\.get(OrThrow)?|this\.config(Service)?\.get(OrThrow)?)(\.(int|bool|array|json))?$"
)
_REQUIRE = re.compile(r"(?:await\s+)?(?:require|import)\(\s*['\"](\.[^'\"]*)['\"]\s*\)((?:\.\w+)*)")
_LONGEST_REQUIRE = 300
_LONGEST_NAME = 200
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a script.

    Raises:
        FormatError: it ends in the middle, or the parser is not installed.
    """
    if file.endswith((".ts", ".tsx", ".mts", ".cts")):
        function = "language_tsx" if file.endswith(".tsx") else "language_typescript"
        return read_tree(
            text, file, ("tree_sitter_typescript", function), "TypeScript", _JavaScriptReader
        )
    return read_tree(
        text, file, ("tree_sitter_javascript", "language"), "JavaScript", _JavaScriptReader
    )


class _JavaScriptReader(TreeReader):
    quotes = "'\"`"

    def read(self) -> list[Entry]:
        kinds = (
            "variable_declarator",
            "assignment_expression",
            "call_expression",
            "export_statement",
            "arrow_function",
            "return_statement",
            "import_statement",
        )
        for node in children(self.tree.root, *kinds):
            self.statement(node)
        return self.entries

    def statement(self, node: Node) -> None:
        if node.type == "variable_declarator":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            short = value is not None and value.end_byte - value.start_byte < _LONGEST_REQUIRE
            if short and (found := _REQUIRE.fullmatch(self.tree.content(value))):
                self.imported(name, found[1], found[2].strip("."))
            elif value is not None and name.type == "identifier":
                self.value((self.tree.content(name),), value)
            elif value is not None and name.type == "object_pattern":
                self.destructured(name, value)
        elif node.type == "assignment_expression":
            left = self.tree.content(node.child_by_field_name("left"))
            self.value(tuple(re.split(r"\??\.", left)), node.child_by_field_name("right"))
        elif node.type == "call_expression":
            self.call(node)
        elif node.type == "import_statement":
            source = node.child_by_field_name("source")
            module = self.tree.content(source).strip("'\"") if source is not None else ""
            for clause in named(node) if module.startswith(".") else ():
                for name in named(clause) if clause.type == "import_clause" else ():
                    self.imported(name, module, "")
        elif node.type == "export_statement" and node.child_by_field_name("source") is not None:
            self.passed_on(node)
        elif node.type == "arrow_function":
            body = node.child_by_field_name("body")
            if body is not None and body.type == "parenthesized_expression":
                self.value(("=>",), named(body)[0])
        else:
            for child in named(node):
                if child.type in ("object", "satisfies_expression", "as_expression"):
                    self.value(("return" if node.type == "return_statement" else "export",), child)

    def destructured(self, name: Node, value: Node) -> None:
        """``const { host, port: p } = config.mail``: each name is a member of the value."""
        if value.type not in ("identifier", "member_expression"):
            return
        source = self.tree.beginning(value)
        for part in named(name):
            names = [self.tree.content(argument) for argument in named(part)] or [
                self.tree.content(part)
            ]
            if part.type in ("pair_pattern", "shorthand_property_identifier_pattern"):
                self.known[names[-1]] = self.member(f"{source}.{names[0]}")

    def member(self, name: str) -> Resolved:
        """The value of ``object.member``, or the place it comes from."""
        name = name.replace("?.", ".")
        if name in self.known:
            return self.known[name]
        first, _, rest = name.partition(".")
        _, reference, _ = self.known.get(first, (None, None, None))
        if reference is not None and reference.kind == "other":
            return None, Reference("other", f"{reference.name}.{rest}"), None
        return None, Reference("other", name), None

    def imported(self, name: Node, module: str, member: str) -> None:
        """The names that a module is known by: one for the whole, or one for each of its members."""
        for part in named(name) if name.type in ("object_pattern", "named_imports") else (name,):
            names = [self.tree.content(argument) for argument in named(part)] or [
                self.tree.content(part)
            ]
            whole = part is name
            inner = member if whole else ".".join(filter(None, (member, names[0])))
            path = (IMPORTED, names[-1])
            self.entries.append(Entry(path, module, self.tree.line(part), raw=inner))

    def passed_on(self, node: Node) -> None:
        """``export { mail } from "./mail"`` and ``export * from "./mail"``."""
        module = self.tree.content(node.child_by_field_name("source")).strip("'\"")
        clauses = [one for one in named(node) if one.type == "export_clause"]
        for part in (part for clause in clauses for part in named(clause)):
            names = [self.tree.content(one) for one in named(part)]
            path = (IMPORTED, names[-1])
            self.entries.append(Entry(path, module, self.tree.line(part), raw=names[0]))
        if not clauses:
            self.entries.append(Entry((IMPORTED, "*"), module, self.tree.line(node)))

    def call(self, node: Node) -> None:
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if arguments is None or arguments.type != "arguments":
            return
        given = named(arguments)
        last = self.tree.ending(function).rpartition(".")[2].rstrip(")")  # (0, nodemailer.create…)
        if not given or not re.fullmatch(r"\w+", last):
            return
        first = given[0]
        if len(given) > 1 and given[1].type == "object" and first.type == "string":
            first = given[1] if "ransport" in last else first  # createTransport("SMTP", {…}) of 0.x
        if last == "registerAs" and given[-1].type == "arrow_function":  # of NestJS
            body = given[-1].child_by_field_name("body")
            if body is not None and body.type == "parenthesized_expression":
                self.value(("export", str(self.resolved(first)[0])), named(body)[0])
            return
        if (
            first.type
            not in (
                "object",
                "identifier",
                "string",
                "as_expression",
                "template_string",
                "member_expression",
            )
            and "ransport" not in last
        ):
            return
        if (
            first.type in ("string", "template_string", "member_expression")
            and "ransport" not in last
        ):
            return
        path = self.call_path(last)
        if first.type in ("identifier", "member_expression"):
            table = tuple(self.tree.beginning(first).split("."))
            if table in self.tables:
                if "ransport" in last:
                    self.copied(path, table)
                return
        self.value(path, first)

    def value(self, path: tuple[str, ...], node: Node) -> None:
        if node is None:
            return
        if node.type in ("as_expression", "satisfies_expression", "parenthesized_expression"):
            self.value(path, named(node)[0])
            return
        if node.type == "object":
            for item in named(node):
                self.item(path, item)
            return
        if node.type == "array":
            for position, item in enumerate(named(node)):
                if item.type == "object":
                    self.value((*path, str(position)), item)
            return
        if node.type == "call_expression" and self.tree.beginning(node).startswith(
            "Object.assign("
        ):
            for part in named(node.child_by_field_name("arguments")):
                self.value(path, part)
            return
        if node.type in ("identifier", "member_expression") and self.copied(
            path, tuple(self.tree.beginning(node).split("."))
        ):
            return
        if node.type in (
            "arrow_function",
            "function_expression",
            "call_expression",
            "await_expression",
        ) and not _is_value(self, node):
            return
        self.leaf(path, node, ".".join(path))

    def item(self, path: tuple[str, ...], item: Node) -> None:
        if item.type == "pair":
            key = self.tree.content(item.child_by_field_name("key")).strip("'\"[]")
            self.value((*path, key), item.child_by_field_name("value"))
        elif item.type == "shorthand_property_identifier":
            name = self.tree.content(item)
            if not self.copied((*path, name), (name,)):
                found = self.known.get(name, (None, Reference("other", name), None))
                self.known[".".join((*path, name))] = found
                self.add((*path, name), item, found)
        elif item.type == "spread_element":
            self.spread(path, named(item)[0])

    def spread(self, path: tuple[str, ...], node: Node) -> None:
        """``...base``: the members of another object, which may be in another file."""
        name = self.tree.beginning(node)
        if self.copied(path, tuple(name.split("."))) or node.type not in (
            "identifier",
            "member_expression",
        ):
            return
        value, reference, _ = self.known.get(name, (None, None, None))
        reference = reference or self.member(name)[1]
        line = self.tree.line(node)
        self.entries.append(Entry((*path, SPREAD), value, line, reference=reference))

    def resolved(self, node: Node) -> Resolved:
        kind, content = node.type, self.tree.beginning(node)
        if kind == "string":
            written = self.tree.content(node)[1:-1]
            return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), written), None, node
        if kind == "template_string":
            if not any(child.type == "template_substitution" for child in named(node)):
                return self.tree.content(node)[1:-1], None, node
        elif kind == "number":
            return integer(content), None, node
        elif kind in ("true", "false"):
            return kind == "true", None, node
        elif kind in ("null", "undefined"):
            return None, None, node
        elif kind == "member_expression":
            return self.member_of(content)
        elif kind == "subscript_expression":
            if match := re.fullmatch(r"process\.env\[['\"](\w+)['\"]\]", content):
                return None, Reference("env", match[1]), None
        elif kind == "identifier" and content in self.known:
            return self.known[content]
        elif kind in ("parenthesized_expression", "non_null_expression", "as_expression"):
            return self.resolved(named(node)[0])
        elif kind == "unary_expression":
            inner = self.resolved(named(node)[-1])
            if content.startswith("+"):
                return _cast("Number", inner[0]), inner[1], inner[2]
            return None, inner[1] or Reference("other", content[:60]), None
        elif kind == "binary_expression":
            return self.binary(node)
        elif kind == "ternary_expression":
            parts = named(node)
            reference = self.resolved(parts[0])[1]
            value, inner_reference, _ = self.resolved(parts[-1])
            return value, reference or inner_reference or Reference("other", content[:60]), None
        elif kind == "call_expression":
            return self.called(node)
        return None, Reference("other", content[:60]), None

    def member_of(self, content: str) -> Resolved:
        """A member expression: a variable of the environment, or a member of an object."""
        if match := re.fullmatch(r"(?:process|import\.meta|Deno|Bun)\.env\.(\w+)", content):
            return None, Reference("env", match[1]), None
        name = content.replace("?.", ".")
        first = name.partition(".")[0]
        if len(content) < _LONGEST_NAME and (name in self.known or first in self.known):
            return self.member(name)
        return None, Reference("other", content[:60]), None

    def binary(self, node: Node) -> Resolved:
        operator = self.tree.content(node.child_by_field_name("operator"))
        left = self.resolved(node.child_by_field_name("left"))
        right = self.resolved(node.child_by_field_name("right"))
        if operator in ("||", "??") and (left[1] is not None or left[0] is None):
            return left if left[0] is not None else (right[0], better(left[1], right[1]), right[2])
        if operator == "+" and isinstance(left[0], str) and isinstance(right[0], str):
            return joined(left[0], right[0]), left[1] or right[1], None
        reference = left[1] or right[1]
        if operator in ("===", "==", "!==", "!=") and left[0] is not None and right[0] is not None:
            same = str(left[0]) == str(right[0])
            return same == (operator[0] == "="), reference, None
        return None, reference or Reference("other", self.tree.beginning(node)[:60]), None

    def called(self, node: Node) -> Resolved:
        function = self.tree.beginning(node.child_by_field_name("function"))
        arguments = named(node.child_by_field_name("arguments"))
        if (
            function in ("Number", "parseInt", "String", "Boolean", "parseFloat", "Number.parseInt")
            and arguments
        ):
            value, reference, literal = self.resolved(arguments[0])
            return _cast(function, value), reference, literal
        if _ENV_CALL.search(function) and arguments:
            name, _, _ = self.resolved(arguments[0])
            default = self.resolved(arguments[1]) if len(arguments) > 1 else (None, None, None)
            kind = "env" if re.fullmatch(r"[A-Z][A-Z0-9_]*", str(name)) else "other"
            return default[0], Reference(kind, str(name)), default[2]
        return None, Reference("other", self.tree.beginning(node)[:60]), None


def _is_value(reader: _JavaScriptReader, node: Node) -> bool:
    if node.type != "call_expression":
        return False
    function = reader.tree.beginning(node.child_by_field_name("function"))
    return bool(_ENV_CALL.search(function)) or function in (
        "Number",
        "parseInt",
        "String",
        "Boolean",
    )


def _cast(function: str, value: Scalar) -> Scalar:
    if isinstance(value, str) and function in ("Number", "parseInt", "Number.parseInt"):
        found = number(value.strip())
        return value if found is None else found
    return value


def render(value: Scalar, entry: Entry) -> str:
    """A literal in the quotes that stand there; numbers stay text where they were."""
    if isinstance(value, bool):
        word = "true" if value else "false"
        return f"{entry.quote}{word}{entry.quote}" if entry.quote and entry.reference else word
    if entry.quote or isinstance(value, str):
        quote = entry.quote or "'"
        inside = str(value).replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
        return f"{quote}{inside}{quote}"
    return "null" if value is None else str(value)
