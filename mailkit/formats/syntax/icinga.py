"""Icinga 2: the checks of mail servers. Each has the custom variables of its service under its check command.

``object Service "mail" { check_command = "smtp"; vars.smtp_port = 587 }`` has the entries
``("smtp", "0", "check_command")`` and ``("smtp", "0", "smtp_port")``, and the address of its host as ``host``.
An ``object CheckCommand`` of a plugin has its options, ``("check_imap", "1", "H")``, with its own variables filled in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mailkit.formats.document import Entry, Lines, Scalar, Token
from mailkit.formats.syntax._words import render_words

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(
    r"(?P<skip>[ \t]++|//[^\n]*+|\#[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*+\")|(?P<word>[\w.$-]++)|(?P<mark>\r?\n|.)",
    re.S,
)
_HEADS = ("object", "template", "apply")
_CHECKS = ("smtp", "ssmtp", "imap", "simap", "pop", "spop")

_MOST_TEMPLATES = 16


@dataclass(slots=True)
class _Object:
    """An object or template: its type, its name, and what is assigned in it, by key."""

    kind: str
    type: str
    name: str
    imports: list[str] = field(default_factory=list)
    values: dict[str, Entry] = field(default_factory=dict)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of the checks of mail servers."""
    if "check_command" not in text and "CheckCommand" not in text:
        return []
    objects = [
        definition
        for definition in _with_imports([*_objects(text)])
        if definition.kind != "template"
    ]
    hosts = {definition.name: definition for definition in objects if definition.type == "Host"}
    entries: list[Entry] = []
    number = 0
    for definition in objects:
        if definition.type == "CheckCommand" and "command" in definition.values:
            entries += _options(definition, str(number))
            number += 1
        command = definition.values.get("check_command")
        if command is None or command.value not in _CHECKS:
            continue
        above = (str(command.value), str(number))
        number += 1
        named = (
            str(definition.values["host_name"].value) if "host_name" in definition.values else ""
        )
        host = hosts.get(named) or (definition if definition.type == "Host" else None)
        if host is None and not named and len(hosts) == 1:
            (host,) = hosts.values()
        entries.append(replace(command, path=(*above, "check_command")))
        if host is not None and (address := host.values.get("address")) is not None:
            entries.append(replace(address, path=(*above, "host")))
        shared = host.values if host is not None else {}
        for key, value in (shared | definition.values).items():
            if key.startswith("vars."):
                entries.append(replace(value, path=(*above, key[5:])))
    return entries


def _options(command: _Object, number: str) -> Iterator[Entry]:
    """The options of a plugin: their values, and those that ``set_if`` turns on."""
    above = (str(command.values["command"].value), number)
    for path, entry in command.values.items():
        head, _, option = path.partition(".")
        option, _, key = option.partition(".")
        if head != "arguments" or key not in ("", "value", "set_if"):
            continue
        macro = re.fullmatch(r"\$(\w+)\$", str(entry.value))
        found = command.values.get(f"vars.{macro[1]}") if macro is not None else entry
        if found is not None and not (key == "set_if" and found.value is False):
            yield replace(found, path=(*above, option.lstrip("-")))


def _with_imports(objects: list[_Object]) -> Iterator[_Object]:
    """The objects with what the templates they import assign, as far as they do not."""
    templates = {
        (definition.type, definition.name): definition
        for definition in objects
        if definition.kind == "template"
    }
    for definition in objects:
        values, pending, seen = dict(definition.values), list(definition.imports), 0
        while pending and seen < _MOST_TEMPLATES:
            seen += 1
            template = templates.get((definition.type, pending.pop()))
            if template is not None:
                values = template.values | values
                pending += template.imports
        yield replace(definition, values=values)


def _objects(text: str) -> Iterator[_Object]:
    """The objects of a text; what is nested deeper than their variables is passed over."""
    lines = Lines(text)
    current: _Object | None = None
    head: list[Token] = []
    nested: list[str] = []
    for match in _TOKEN.finditer(text):
        kind, word = str(match.lastgroup), match[0]
        if kind == "skip":
            continue
        if kind != "mark":
            head.append((kind, word, *match.span()))
        elif word == "{":
            if current is None:
                current = _begun(head)
                if current is None:
                    nested.append("")
            else:
                nested.append(_key(head))
            head = []
        elif word == "}":
            _assign(current, nested, head, lines)
            head = []
            if nested:
                nested.pop()
            elif current is not None:
                yield current
                current = None
        elif word in ("\n", "\r\n", ";"):
            _assign(current, nested, head, lines)
            head = []
        elif word in "=+![]<>":
            head.append(("mark", word, *match.span()))


def _begun(head: list[Token]) -> _Object | None:
    if len(head) >= 3 and head[0][1] in _HEADS and head[2][0] == "string":
        return _Object(head[0][1], head[1][1], head[2][1][1:-1])
    return None


def _key(head: list[Token]) -> str:
    return head[0][1].strip('"') if len(head) >= 2 and head[1][1] in ("=", "+") else "\0"


def _assign(current: _Object | None, nested: list[str], head: list[Token], lines: Lines) -> None:
    """``vars.smtp_port = 587``, also in the braces of ``vars = {``."""
    if current is not None and len(head) == 2 and head[0][1] == "import" and head[1][0] == "string":
        current.imports.append(head[1][1][1:-1])
    if current is not None and [token[1] for token in head[:2]] == ["command", "="]:
        _name_plugin(current, head, lines)
    if current is None or len(head) != 3 or head[1][1] != "=" or head[2][0] == "mark":
        return
    key = ".".join((*nested, head[0][1].strip('"')))
    kind, raw, begin, end = head[2]
    value: Scalar = raw
    quote = ""
    if kind == "string":
        value, quote = re.sub(r"\\(.)", r"\1", raw[1:-1]), '"'
    elif raw in ("true", "false"):
        value = raw == "true"
    elif raw.isdecimal() and len(raw) < 19:
        value = int(raw)
    current.values[key] = Entry((key,), value, lines.number(begin), (begin, end), raw, quote)


def _name_plugin(current: _Object, head: list[Token], lines: Lines) -> None:
    """``command = [ PluginDir + "/check_imap" ]``: the name of the plugin."""
    for kind, raw, begin, _ in head[2:]:
        name = raw.strip('"').rpartition("/")[2]
        if kind == "string" and name.startswith("check_"):
            current.values["command"] = Entry(("command",), name, lines.number(begin))


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there; text is always quoted."""
    if isinstance(value, str) and not entry.quote and not value.isdecimal():
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return render_words(value, entry, "true", "false")
