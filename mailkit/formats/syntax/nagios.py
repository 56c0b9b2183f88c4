"""Nagios and its kin: the checks of mail servers, out of ``define command``, ``define service`` and NRPE's lines.

Each use of a plugin has the entries of its command line, as :mod:`~mailkit.formats.syntax.shell` reads it, with the
macros filled in from where they are written: ``$HOSTADDRESS$`` from the host, ``$ARG1$`` from the service.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from zlib import crc32

from mailkit.formats.document import INCLUDED, Entry, Lines
from mailkit.formats.syntax.shell import CHECKS, SEPARATE_ITEMS, Word, options, render, split

__all__ = ["SEPARATE_ITEMS", "read", "render"]

_BLOCK = re.compile(r"^[ \t]*define[ \t]+(\w+)[ \t]*\{([^{}]*+)\}", re.M)
_DIRECTIVE = re.compile(r"^[ \t]*+(\w++)[ \t]++([^;\r\n]*+)", re.M)
_REMOTE = re.compile(r"^[ \t]*command\[[^\]\r\n]*\][ \t]*=[ \t]*([^\r\n]*)", re.M)
_INCLUDED = re.compile(r"^[ \t]*cfg_(file|dir)[ \t]*=[ \t]*([^\r\n]*\S)", re.M)
_MACRO = re.compile(r"\$(\w+)\$")
_MOST_HOSTS = 100
_MOST_TEMPLATES = 16
"""How many templates an object may use, each counted for each use."""

_USUAL = {
    **{name: f"{name} -H $HOSTADDRESS$ $ARG1$ $ARG2$" for name in CHECKS},
    "check_simap": "check_imap -p 993 -S -H $HOSTADDRESS$ $ARG1$",
    "check_spop": "check_pop -p 995 -S -H $HOSTADDRESS$ $ARG1$",
}
"""Commands that distributions define, for services whose command is in another file."""


@dataclass(slots=True)
class _Objects:
    """What a file defines: lines of commands by name, addresses of hosts, and uses of commands."""

    commands: dict[str, tuple[str, list[Word]]] = field(default_factory=dict)
    addresses: dict[str, Entry] = field(default_factory=dict)
    uses: list[tuple[list[str], Entry]] = field(default_factory=list)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The options of each check of a mail server."""
    lines = Lines(text)
    objects = _objects(text, lines)
    entries: list[Entry] = []
    for match in _INCLUDED.finditer(text):
        name = match[2] if match[1] == "file" else f"{match[2].rstrip('/')}/*.cfg"
        entries.append(Entry((INCLUDED,), name, lines.number(match.start())))
    number = crc32(file.encode("utf-8", "replace")) << 16  # apart from those of other files
    for words in _checks(objects, text):
        entries += options(words, str(number))
        number += 1
    for match in _REMOTE.finditer(text):
        words = split(text, *match.span(1))
        if (program := _plugin(words)) is not None:
            entries += options(_filled(words[program:], {}), str(number))
            number += 1
    return entries


Directives = dict[str, Entry]


def _blocks(text: str, lines: Lines) -> Iterator[tuple[str, Directives]]:
    """The kind and the directives of each object; what it leaves out is from the templates it uses."""
    found: list[tuple[str, Directives]] = []
    templates: dict[tuple[str, str], Directives] = {}
    for block in _BLOCK.finditer(text):
        own: Directives = {}
        for match in _DIRECTIVE.finditer(text, *block.span(2)):
            value = match[2].rstrip()
            span = (match.start(2), match.start(2) + len(value))
            own[match[1]] = Entry((match[1],), value, lines.number(span[0]), span, value)
        found.append((block[1], own))
        if "name" in own:
            templates[block[1], str(own["name"].value)] = own
    for kind, own in found:
        if "register" not in own or own["register"].value != "0":
            yield kind, _inherited(kind, own, templates)


def _inherited(
    kind: str, own: Directives, templates: dict[tuple[str, str], Directives]
) -> Directives:
    """An object with what its templates add; of several, the first that has a directive counts."""
    whole, pending, seen = dict(own), [own], 0
    while pending and seen < _MOST_TEMPLATES:
        seen += 1
        one = pending.pop(0)
        names = str(one["use"].value).split(",") if "use" in one else []
        above = [
            templates[kind, name.strip()] for name in names if (kind, name.strip()) in templates
        ]
        for template in above:
            whole = {k: v for k, v in template.items() if k not in ("name", "register")} | whole
        pending = above + pending
    return whole


def _objects(text: str, lines: Lines) -> _Objects:
    found = _Objects()
    for kind, directives in _blocks(text, lines):
        name = directives.get("command_name")
        line_ = directives.get("command_line")
        if kind == "command" and name is not None and line_ is not None and line_.span:
            found.commands[str(name.value)] = (str(line_.value), split(text, *line_.span))
        elif kind == "host" and (address := directives.get("address")) is not None:
            for key in ("host_name", "name"):
                if key in directives:
                    found.addresses[str(directives[key].value)] = address
        elif kind == "service" and (use := directives.get("check_command")) is not None:
            hosts = directives.get("host_name")
            names = re.split(r"\s*,\s*", str(hosts.value)) if hosts is not None else []
            found.uses.append((names[:_MOST_HOSTS], use))
    return found


def _checks(objects: _Objects, text: str) -> Iterator[list[Word]]:
    """The command lines of all checks: those of services, and those that need none."""
    used: set[str] = set()
    for hosts, use in objects.uses:
        name, *arguments = str(use.value).split("!")
        used.add(name)
        line, words = objects.commands.get(name, (_USUAL.get(name, ""), []))
        words = words or split(line, 0, len(line))
        program = _plugin(words)
        if program is None or use.span is None:
            continue
        if name not in objects.commands:
            words = [
                replace(word, entry=replace(word.entry, line=use.line, span=None)) for word in words
            ]
        macros: dict[str, list[Word]] = {}
        at = use.span[0] + len(name)
        for number, argument in enumerate(arguments, 1):
            macros[f"ARG{number}"] = split(text, at + 1, at + 1 + len(argument))
            at += 1 + len(argument)
        for host in hosts or [""]:
            if (address := objects.addresses.get(host)) is not None:
                macros["HOSTADDRESS"] = macros["HOSTNAME"] = [Word(address, str(address.value))]
            yield _filled(words[program:], macros)
    for name, (line, words) in objects.commands.items():
        program = _plugin(words)
        if program is not None and name not in used and "$HOST" not in line:
            yield _filled(words[program:], {})


def _plugin(words: list[Word]) -> int | None:
    """Where the plugin is named in a command line."""
    for at, word in enumerate(words):
        if _name(word) in CHECKS:
            return at
    return None


def _name(word: Word) -> str:
    return PurePath(word.entry.raw.strip("'\"")).name


def _filled(words: list[Word], macros: dict[str, list[Word]]) -> list[Word]:
    """The words with the macros filled in; without those that nothing in sight fills."""
    filled = [replace(words[0], text=_name(words[0]))]
    for word in words[1:]:
        raw = word.entry.raw.strip("'\"")
        macro = _MACRO.fullmatch(raw)
        if macro is not None:
            filled += macros.get(macro[1], [])
        elif "$" in raw:
            inside = _MACRO.sub(
                lambda match: " ".join(w.text for w in macros.get(match[1], [])), raw
            )
            entry = replace(word.entry, value=inside, span=None, reference=None)
            filled.append(Word(entry, inside))
        else:
            filled.append(word)
    return filled
