"""YAML: every scalar with its place, anchors and merges followed, tags kept as references.

Paths are the keys from the root; items of a list have their position, from ``0``. Documents of one
file share a path, except that later ones do not replace earlier ones: the second is below ``---2``.
"""

import re
from typing import TYPE_CHECKING, Any

from mailkit.errors import FormatError, needs
from mailkit.formats.document import Entry, Lines, Reference, Scalar, deepest_line
from mailkit.formats.syntax.dotenv import default_in, expand
from mailkit.formats.values import flag_word

if TYPE_CHECKING:
    from yaml.nodes import ScalarNode

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_REPEATED = 10_000
"""How many values aliases may add to those that are written."""
_DEEPEST = 100
_TOO_DEEP = "is nested too deep to be settings"
_TRUE = re.compile(r"true|yes|on", re.I)
_FALSE = re.compile(r"false|no|off", re.I)
_TEMPLATE = re.compile(r"(?<!\$)\{\{.*\}\}", re.S)
"""What Ansible and Helm fill in."""
_EXPRESSION = re.compile(r"\$\{\{\s*([^{}]{1,60}?)\s*\}\}")
"""What a workflow of GitHub fills in: ``${{ secrets.NAME }}``."""
_ASSIGNMENT = re.compile(r"[\"']?\w+=")
"""An item of a list of variables, whose value is a part of it."""
_PARAMETER = re.compile(r"%(?:env\((?:\w+:)*(\w+)\)|[a-z][a-z0-9_.]*)%")
"""What Symfony fills in: a variable of the environment, or a parameter."""
_PLACEHOLDERS = re.compile(r"\$\{|\$[A-Z_]|\$\$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of all documents of a text. ``flavour`` ``compose`` follows ``$$`` too.

    Raises:
        FormatError: it is not YAML, refers to itself, or the parser is not installed.
    """
    try:
        import yaml
    except ImportError:
        raise FormatError(file, f"YAML cannot be read: {needs('formats', 'PyYAML')}") from None
    if file.endswith(".md"):
        text = _front_matter(text)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(text, file, loader)
        documents = list(yaml.compose_all(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        why = error.problem or error.context or "syntax error"
        raise FormatError(file, f"is not YAML: {why}", _line_of(error, text)) from None
    except (yaml.YAMLError, ValueError) as error:
        at = getattr(error, "position", None)
        line = text.count("\n", 0, at) + 1 if isinstance(at, int) else None
        raise FormatError(file, f"is not YAML: {str(error).splitlines()[0][:120]}", line) from None
    except RecursionError:
        raise FormatError(file, _TOO_DEEP, deepest_line(text)) from None
    reader = _YamlReader(text, file, flavour)
    for number, document in enumerate(document for document in documents if document is not None):
        reader.node(document, () if number == 0 else (f"---{number + 1}",), 0, set())
    return reader.entries


def _check_depth(text: str, file: str, loader: Any) -> None:
    """Refuse a text that is nested too deep: libyaml builds nodes by calls in calls, and would end the process.

    Reading the events alone needs no such calls, and a seventh of the time.
    """
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                start: Any = event.start_mark
                raise FormatError(file, _TOO_DEEP, start.line + 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line_of(error: Any, text: str) -> int | None:
    """The line of an error: of a key without its colon that of the key, at the end of a text the last line."""
    mark = error.problem_mark or error.context_mark
    if error.context == "while scanning a simple key":
        mark = error.context_mark
    if mark is None:
        return None
    blank = not text[mark.index : mark.index + 1].strip()
    end = len(text[: mark.index].rstrip()) if blank else mark.index
    return text.count("\n", 0, end) + 1


def _front_matter(text: str) -> str:
    """The settings between ``---`` lines at the head of a Markdown file; empty where there are none."""
    match = re.match(r"---[ \t]*\r?\n.*?^(?=---[ \t]*\r?$)", text, re.S | re.M)
    return match[0] if match else ""


class _YamlReader:
    def __init__(self, text: str, file: str, flavour: str) -> None:
        self.text, self.file, self.flavour = text, file, flavour
        self.lines = Lines(text)
        self.entries: list[Entry] = []
        self.most = len(text) // 2 + _REPEATED

    def node(self, node: Any, path: tuple[str, ...], depth: int, above: set[int]) -> None:
        line = self.lines.number(node.start_mark.index)
        if id(node) in above:
            raise FormatError(self.file, "an anchor refers to itself", line)
        if depth > _DEEPEST:
            raise FormatError(self.file, _TOO_DEEP, line)
        if len(self.entries) > self.most:
            raise FormatError(self.file, "has too many values to be settings", line)
        if node.id == "scalar":
            if path:
                self.entries.append(self.scalar(node, path))
            return
        if node.id == "sequence":
            for position, item in enumerate(node.value):
                self.node(item, (*path, str(position)), depth + 1, above | {id(node)})
            return
        for key, value in _pairs(node, above):
            self.node(value, (*path, str(key.value)), depth + 1, above | {id(node)})

    def scalar(self, node: "ScalarNode", path: tuple[str, ...]) -> Entry:
        span = (node.start_mark.index, node.end_mark.index)
        raw = self.text[slice(*span)]
        line = self.lines.number(node.start_mark.index)
        quote = node.style or ""
        tag = re.match(r"!(?!!)\S*", raw)
        if node.tag.startswith("!") and not node.tag.startswith("!!"):
            return Entry(path, None, line, None, raw, quote, _tagged(node.tag, str(node.value)))
        if tag:
            span = (span[0] + tag.end(), span[1])
        value = _decoded(node)
        if isinstance(value, str) and (filled := _EXPRESSION.fullmatch(value)) is not None:
            return Entry(path, None, line, None, raw, quote, Reference("other", filled[1]))
        if isinstance(value, str) and _TEMPLATE.search(value):
            return Entry(path, None, line, None, raw, quote, Reference("other", value[:60]))
        if isinstance(value, str) and (filled := _PARAMETER.fullmatch(value)) is not None:
            named = Reference("env", filled[1]) if filled[1] else Reference("other", value)
            return Entry(path, None, line, None, raw, quote, named)
        if isinstance(value, str) and _PLACEHOLDERS.search(value) and node.style != "|":
            found, reference, literal = _expanded(value, self.flavour)
            if found is not None and not literal and (inner := default_in(raw)) is not None:
                begin, end = inner
                place = (span[0] + begin, span[0] + end)
                return Entry(path, found, line, place, raw[begin:end], "=", reference)
            writable = literal or _ASSIGNMENT.match(raw) is not None
            return Entry(path, found, line, span if writable else None, raw, quote, reference)
        writable = node.style not in ("|", ">") and "\n" not in raw
        return Entry(path, value, line, span if writable else None, raw, quote, None)


def _expanded(value: str, flavour: str) -> tuple[str | None, Reference | None, bool]:
    """Placeholders of compose (``${X:-d}``), of Spring (``${X:d}``), and of the environment."""
    if flavour != "compose" and (match := re.fullmatch(r"\$\{([\w.]+):(?![-?+])(.*)\}", value)):
        return match[2], Reference("env", match[1]), False
    return expand(value, {}, compose=flavour == "compose")


def _tagged(tag: str, value: str) -> Reference:
    name = tag.lstrip("!")
    if name in ("env_var", "ENV", "env"):
        return Reference("env", value.split()[0] if value.split() else value)
    return Reference("other", f"!{name} {value}")


def _pairs(node: Any, above: set[int]) -> list[tuple[Any, Any]]:
    """Keys and values of a mapping, those of ``<<`` first and overridden by its own."""
    own: list[tuple[Any, Any]] = []
    merged: list[tuple[Any, Any]] = []
    for key, value in node.value:
        if key.id != "scalar":
            continue
        if key.value == "<<" and not key.style:
            sources = value.value if value.id == "sequence" else [value]
            for source in sources:
                if source.id == "mapping" and id(source) not in above and source is not node:
                    merged += _pairs(source, above | {id(node)})
        else:
            own.append((key, value))
    names = {key.value for key, _ in own}
    return [pair for pair in merged if pair[0].value not in names] + own


def _decoded(node: "ScalarNode") -> Scalar:
    word = str(node.value)
    if node.style:  # the C parser writes "" for a plain scalar, the Python one None
        return word
    if word in ("", "~", "null", "Null", "NULL"):
        return None
    if _TRUE.fullmatch(word):
        return True
    if _FALSE.fullmatch(word):
        return False
    if re.fullmatch(r"[-+]?[0-9]+", word) and len(word) < 19:
        return int(word)
    return word


def render(value: Scalar, entry: Entry) -> str:
    """A scalar in the style that stands there; text that would read as something else is quoted."""
    if isinstance(value, bool):
        word = flag_word(value, entry.raw)
    else:
        word = "" if value is None else str(value)
    if entry.quote == "'":
        return "'" + word.replace("'", "''") + "'"
    if entry.quote == '"':
        return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if not isinstance(value, str):
        return word
    plain = re.fullmatch(r"[A-Za-z][\w.@/+-]*(:[\w/.@-]+)*", word)
    odd = word.lower() in ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
    return word if plain and not odd else "'" + word.replace("'", "''") + "'"
