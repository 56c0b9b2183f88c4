"""Python settings: assignments, classes, dictionaries, ``app.config`` and mail clients, read with :mod:`ast`.

Nothing is executed. ``os.environ``, ``getenv``, django-environ's ``env`` and decouple's ``config`` become
references; a default beside them is the value.
"""

import ast
import re
import warnings
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import (
    IMPORTED,
    INCLUDED,
    SETTINGS_CLASS,
    Entry,
    Lines,
    Reference,
    Scalar,
    deepest_line,
)
from mailkit.formats.syntax._python_classes import with_inherited
from mailkit.formats.syntax._python_clients import BARE, Clients, dotted
from mailkit.formats.values import as_flag
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

_MOST_IN_TUPLE = 3
"""Items of a tuple that are read each: a server and its port, a user and a password."""

SEPARATE_ITEMS = False

_ENVIRONMENT = re.compile(
    r"(os\.)?(environ(\.get)?|getenv)$|(\w*env|config|\w*_env|env_\w+|get_env\w*|settings)(\.\w+)?$"
)
_FLAG_OF = re.compile(r"str(ing)?_?(to|2)_?bool|to_bool|parse_bool|as_bool|bool_from_str(ing)?")
_TEXT_METHODS = ("strip", "lstrip", "rstrip", "lower", "upper", "replace")
_CASTS = {"int": int, "str": str, "bool": bool, "float": float}


_LONE_CR = re.compile(r"\r(?!\n)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a module.

    Raises:
        FormatError: it is not Python.
    """
    if (lone := _LONE_CR.search(text)) is not None:  # a line end to Python, and to no editor
        line = text.count("\n", 0, lone.start()) + 1
        raise FormatError(
            file, "has a CR without a LF, after which lines are counted differently", line
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            reader = _PythonReader(text)
            reader.body(tree.body, ())
    except SyntaxError as error:
        raise FormatError(file, f"is not Python: {error.msg}", error.lineno) from None
    except (RecursionError, MemoryError, ValueError):
        raise FormatError(file, "is nested too deep to be settings", deepest_line(text)) from None
    return [*with_inherited(reader.entries, reader.bases), *reader.clients.entries]


class _PythonReader:
    def __init__(self, text: str) -> None:
        self.text, self.lines = text, Lines(text)
        self.entries: list[Entry] = []
        self.known: dict[str, tuple[Scalar, Reference | None]] = {}
        self.places: dict[tuple[str, ...], Entry] = {}
        self.above: tuple[str, ...] = ()
        self.bases: dict[str, list[str]] = {}
        self.clients = Clients(text, self.argument, self.span)
        self.made_by: dict[str, str] = {}
        """By name of a class of settings, a function that makes one, or a variable with one: the class."""

    def body(self, nodes: list[ast.stmt], path: tuple[str, ...]) -> None:
        for node in nodes:
            self.clients.calls(node)
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self.assign(target, node.value, path)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self.assign(node.target, node.value, path)
            elif isinstance(node, ast.ClassDef):
                above, self.above = self.above, (*path, node.name)
                self.bases[node.name] = [
                    base.id for base in node.bases if isinstance(base, ast.Name)
                ]
                if any(dotted(base)[-1:] == ("BaseSettings",) for base in node.bases):
                    self.settings_class(node)
                self.body(node.body, self.above)
                self.above = above
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                self.call(node.value, path)
            elif isinstance(node, ast.If):
                self.body(node.body, path)
                self.body(node.orelse, path)
            elif isinstance(node, ast.ImportFrom) and node.level and node.names[0].name == "*":
                module = "../" * (node.level - 1) + (node.module or "").replace(".", "/") + ".py"
                self.entries.append(Entry((INCLUDED,), module, node.lineno))
            elif isinstance(node, ast.Import | ast.ImportFrom):
                self.clients.imports(node)
                self.imported(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.function(node, path)
            elif isinstance(node, ast.With | ast.AsyncWith | ast.For | ast.While):
                self.body(node.body, path)
            elif isinstance(node, ast.Try):
                self.body([*node.body, *node.orelse, *node.finalbody], path)

    def imported(self, node: ast.Import | ast.ImportFrom) -> None:
        """The names that a module of this program, or a member of one, is known by."""
        for imported in node.names:
            if isinstance(node, ast.Import):
                module, member = imported.name, ""
            else:
                module, member = "." * node.level + (node.module or ""), imported.name
            path = (IMPORTED, imported.asname or imported.name)
            self.entries.append(Entry(path, module, node.lineno, raw=member))

    def settings_class(self, node: ast.ClassDef) -> None:
        """A class of pydantic-settings: a field without a default is read from the environment."""
        self.entries.append(Entry((*self.above, SETTINGS_CLASS), True, node.lineno))
        self.made_by[node.name] = node.name
        for field in node.body:
            if not isinstance(field, ast.AnnAssign) or field.value is not None:
                continue
            if isinstance(field.target, ast.Name):
                name = field.target.id
                reference = Reference("env", name.upper())
                entry = Entry((*self.above, name), None, field.lineno, reference=reference)
                self.entries.append(entry)
                self.places[node.name, name] = entry

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, path: tuple[str, ...]) -> None:
        """A function: its parameters are known by their defaults, and only in it."""
        made = [one.value for one in node.body if isinstance(one, ast.Return) and one.value]
        if len(made) == 1 and (settings := self.settings_of(made[0])):
            self.made_by[node.name] = settings
        given = [*node.args.posonlyargs, *node.args.args]
        defaults = dict(zip(reversed(given), reversed(node.args.defaults), strict=False))
        for keyword, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
            if default is not None:
                defaults[keyword] = default
        parameters = [*given, *node.args.kwonlyargs]
        before = [
            (parameter.arg, self.known.get(parameter.arg), self.places.get((parameter.arg,)))
            for parameter in parameters
        ]
        for argument in parameters:
            self.define(
                argument.arg,
                self.entry((argument.arg,), defaults[argument]) if argument in defaults else None,
            )
        self.body(node.body, path)
        for name, known, place in before:
            self.define(name, place)
            if known is not None:
                self.known[name] = known

    def define(self, name: str, entry: Entry | None) -> None:
        """A name has this value from here on, or one that is not in sight."""
        self.known.pop(name, None)
        self.places.pop((name,), None)
        if entry is not None:
            self.known[name] = entry.value, entry.reference
            self.places[name,] = entry

    def settings_of(self, node: ast.expr) -> str:
        """The class of settings of which an expression is an instance; empty if it is none."""
        name = node.func if isinstance(node, ast.Call) else node
        return self.made_by.get(name.id, "") if isinstance(name, ast.Name) else ""

    def assign(self, target: ast.expr, value: ast.expr, path: tuple[str, ...]) -> None:
        if isinstance(target, ast.Name):
            if isinstance(value, ast.Call) and (settings := self.settings_of(value)):
                self.made_by[target.id] = settings
            self.value((*path, target.id), value)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            self.value((*path, *dotted(target.value), str(target.slice.value)), value)
        elif isinstance(target, ast.Attribute):
            if names := dotted(target):
                self.value((*path, *names), value)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            for inner, item in zip(target.elts, value.elts, strict=False):
                self.assign(inner, item, path)

    def call(self, node: ast.Call, path: tuple[str, ...]) -> None:
        """``app.config.update(NAME=value)`` and ``app.config.update({...})``."""
        name = dotted(node.func)
        if name[-1:] not in (("update",), ("from_mapping",)):
            return
        for keyword in node.keywords:
            if keyword.arg:
                self.value((*path, *name[:-1], keyword.arg), keyword.value)
        for argument in node.args:
            self.value((*path, *name[:-1]), argument)

    def value(self, path: tuple[str, ...], node: ast.expr) -> None:
        if isinstance(node, ast.Dict):
            for key, inside in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant):
                    self.value((*path, str(key.value)), inside)
            return
        names = [keyword.arg for keyword in node.keywords] if isinstance(node, ast.Call) else []
        settings = bool(names) and all(name and name.isupper() for name in names)
        if isinstance(node, ast.Call) and (settings or dotted(node.func) == ("dict",)):
            for keyword in node.keywords:
                if keyword.arg:
                    self.value((*path, keyword.arg), keyword.value)
            return
        if isinstance(node, ast.Tuple) and len(node.elts) <= _MOST_IN_TUPLE:  # (host, port)
            for position, item in enumerate(node.elts):
                self.value((*path, str(position)), item)
        entry = self.entry(path, node)
        self.entries.append(entry)
        self.known[path[-1]] = (entry.value, entry.reference)
        self.remember(path, entry)

    def remember(self, path: tuple[str, ...], entry: Entry) -> None:
        """Where a value is written, under the names by which it can be read."""
        name = path[len(self.above) :]
        self.places[name] = entry
        if self.above and name[0] != "self":
            self.places["self", *name] = self.places[self.above[-1], *name] = entry

    def entry(self, path: tuple[str, ...], node: ast.expr) -> Entry:
        if isinstance(node, ast.Call) and dotted(node.func)[-1:] == ("get_secret_value",):
            assert isinstance(node.func, ast.Attribute)
            return self.entry(path, node.func.value)
        if isinstance(node, ast.Attribute) and (settings := self.settings_of(node.value)):
            found = self.places.get((settings, node.attr))
            if found is not None:
                source = found.reference or Reference("env", node.attr.upper())
                return replace(found, path=path, reference=source)
        value, reference, written = self.resolved(node)
        span = self.span(written) if written is not None else None
        raw = self.text[slice(*span)] if span else ""
        return Entry(path, value, node.lineno, span, raw, _quote(raw), reference)

    def argument(self, path: tuple[str, ...], node: ast.expr) -> Entry:
        """The entry of an argument: where its value is written, if that is another place."""
        name = dotted(node)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            name = (*dotted(node.value), str(node.slice.value))
        if name[:1] == ("cls",):
            name = ("self", *name[1:])
        found = self.places.get(name) if name else None
        return replace(found, path=path) if found is not None else self.entry(path, node)

    def span(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.lines.offset(node.lineno, node.col_offset),
            self.lines.offset(node.end_lineno, node.end_col_offset),
        )

    def resolved(self, node: ast.expr) -> tuple[Scalar, Reference | None, ast.expr | None]:
        """The value, its reference, and the literal that may be replaced."""
        if isinstance(node, ast.Constant):
            plain = node.value if isinstance(node.value, str | int | float | bool) else None
            return plain, None, node
        if isinstance(node, ast.Name) and node.id in self.known:
            return (*self.known[node.id], None)
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            if isinstance(node.op, ast.USub) and isinstance(node.operand.value, int):
                return -node.operand.value, None, node
            return None, Reference("other", ast.unparse(node)[:60]), None
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            value, reference, written = self.resolved(node.values[0])
            if reference is not None and value is None:
                value, _, written = self.resolved(node.values[-1])
            return value, reference, written
        if isinstance(node, ast.Compare) and len(node.comparators) == 1:
            return self.compared(node)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            if _is_environment(node.value):
                return None, Reference("env", str(node.slice.value)), None
            if names := dotted(node.value):
                return None, Reference("other", ".".join((*names, str(node.slice.value)))), None
            return None, Reference("other", ast.unparse(node)[:60]), None
        if isinstance(node, ast.Call):
            return self.called(node)
        return None, Reference("other", ast.unparse(node)[:60]), None

    def compared(self, node: ast.Compare) -> tuple[Scalar, Reference | None, ast.expr | None]:
        """``os.getenv("X", "True") == "True"``: a flag made of text, by right."""
        value, reference, _ = self.resolved(node.left)
        if (
            isinstance(node.left, ast.Call)
            and isinstance(node.left.func, ast.Attribute)
            and node.left.func.attr in ("lower", "upper", "strip")
        ):
            value, reference, _ = self.resolved(node.left.func.value)
            if isinstance(value, str):
                value = str(getattr(value, node.left.func.attr)())
        wanted = node.comparators[0]
        if value is None or reference is None:
            return None, reference or Reference("other", ast.unparse(node)[:60]), None
        if isinstance(wanted, ast.Constant):
            right = {wanted.value}
        elif isinstance(wanted, ast.Tuple | ast.List | ast.Set):
            right = {element.value for element in wanted.elts if isinstance(element, ast.Constant)}
        else:
            return None, reference, None
        same = value in right
        return same if isinstance(node.ops[0], ast.Eq | ast.In) else not same, reference, None

    def changed(
        self, node: ast.Call, method: ast.Attribute
    ) -> tuple[Scalar, Reference | None, ast.expr | None]:
        """``env("X").strip()``: text that a method gives."""
        value, reference, _ = self.resolved(method.value)
        given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if not isinstance(value, str) or not all(isinstance(one, str) for one in given):
            return None, reference or Reference("other", ast.unparse(node)[:60]), None
        try:
            return str(getattr(value, method.attr)(*given)), reference, None
        except TypeError:
            return None, reference, None

    def called(self, node: ast.Call) -> tuple[Scalar, Reference | None, ast.expr | None]:
        name = dotted(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _TEXT_METHODS and not name:
            return self.changed(node, node.func)
        if name[-1:] and _FLAG_OF.fullmatch(name[-1]) and len(node.args) == 1:
            value, reference, _ = self.resolved(node.args[0])
            flag = as_flag(value, text_counts=False) if isinstance(value, str) else value
            return flag, reference, None
        if name[-1:] and name[-1] in _CASTS and len(name) == 1 and len(node.args) == 1:
            value, reference, written = self.resolved(node.args[0])
            return _cast(name[0], value), reference, written
        if _is_environment(node.func) and node.args and isinstance(node.args[0], ast.Constant):
            reference = Reference("env", str(node.args[0].value))
            keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
            default = node.args[1] if len(node.args) > 1 else keywords.get("default")
            cast = keywords.get("cast")
            kind = cast.id if isinstance(cast, ast.Name) else name[-1] if name[-1] in _CASTS else ""
            if default is None:
                return None, reference, None
            value, _, written = self.resolved(default)
            return _cast(kind, value), reference, written
        return None, Reference("other", ast.unparse(node)[:60]), None


def _cast(kind: str, value: Scalar) -> Scalar:
    if kind == "int" and isinstance(value, str):
        found = number(value.strip())
        return value if found is None else found
    if kind == "bool" and isinstance(value, str):
        # bool() of any text but the empty one is true; environ and decouple read the word,
        # and give a bool default as it is.
        return value
    return value


def _is_environment(node: ast.expr) -> bool:
    name = ".".join(dotted(node))
    return bool(name) and _ENVIRONMENT.match(name) is not None


def _quote(raw: str) -> str:
    match = re.match(r"[rRbBuUfF]*('''|\"\"\"|'|\")", raw)
    return match[1] if match else ""


def render(value: Scalar, entry: Entry) -> str:
    """A literal: text in the quotes that stand there; a default in the environment stays text."""
    if entry.quote == BARE:
        return str(value)
    if entry.quote and (isinstance(value, str) or entry.reference or not isinstance(value, bool)):
        quote = entry.quote[0]
        inside = str(value).replace("\\", "\\\\").replace(quote, f"\\{quote}").replace("\n", "\\n")
        return f"{quote}{inside}{quote}"
    return repr(value)
