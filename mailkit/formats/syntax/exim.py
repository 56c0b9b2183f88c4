"""Exim: routers that send to a host, each with the keys of its transport.

A router ``smarthost`` with ``route_list = * smtp.example.com::587`` and ``transport = t`` has the entries
``("routers", "smarthost", "host")``, ``… "port")``, and the keys of the transport ``t`` under ``"transport"``.
"""

import re
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_BEGIN = re.compile(r"begin\s+(\w+)\s*$")
_NAME = re.compile(r"([\w-]+)\s*:\s*(?:#.*)?$")
_KEY = re.compile(r"\s*+([a-z_]\w*+)\s*+(?:=\s*+(.*\S|))?\s*$")
_HOST = re.compile(r"[^:;\s\"]*[\w*.]\s+\"?<?;?\s*([A-Za-z0-9][\w.-]*\.[\w.-]+\w)(?:::?(\d{1,5}))?")
_DATA = re.compile(r"\"?([A-Za-z0-9][\w.-]*\.[\w.-]+\w)(?:::?(\d{1,5}))?\"?$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file.

    Raises:
        FormatError: no part of it begins routers, transports or authenticators.
    """
    lines = Lines(text)
    part = block = ""
    blocks: dict[tuple[str, str], list[Entry]] = {}
    number, count = 0, len(lines.starts)
    seen = False
    while number < count:
        number += 1
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if not line.strip() or line.lstrip().startswith(("#", ".")):
            continue
        first = number
        while line.rstrip().endswith("\\") and number < count:
            number += 1
            line = text[begin : lines.bounds(number)[1]]
        end = begin + len(line)
        if (match := _BEGIN.match(line.strip())) is not None:
            part, block, seen = match[1], "", True
        elif part and (match := _NAME.match(line)) is not None and line[0] not in " \t":
            block = match[1]
            blocks[part, block] = []
        elif block and (match := _KEY.match(text, begin, end)) is not None:
            raw = match[2] if match[2] is not None else ""
            value, quote = unquoted(raw)
            folded = number > first
            span = None if folded or match[2] is None else match.span(2)
            flag = match[2] is None
            blocks[part, block].append(
                Entry((match[1],), True if flag else value, first, span, raw, quote)
            )
    if not seen:
        raise FormatError(file, "has no line that begins routers or transports", 1)
    return [one for key in blocks if key[0] == "routers" for one in _router(key[1], blocks, text)]


def _router(name: str, blocks: dict[tuple[str, str], list[Entry]], text: str) -> list[Entry]:
    keys = {entry.key: entry for entry in blocks["routers", name]}
    route = keys.get("route_list") or keys.get("route_data")
    transport = keys.get("transport")
    if route is None or transport is None or route.span is None:
        return []
    pattern = _DATA if route.key == "route_data" else _HOST
    match = pattern.match(text, *route.span)
    if match is None:
        return []
    path = ("routers", name)

    def entry(key: str, group: int) -> Entry:
        value: Scalar = int(match[group]) if group == 2 else match[group]
        return Entry((*path, key), value, route.line, match.span(group), match[group])

    found = [entry("host", 1)]
    if match[2]:
        found.append(entry("port", 2))
    inside = blocks.get(("transports", str(transport.value)), [])
    return found + [replace(one, path=(*path, "transport", one.key)) for one in inside]


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry, "true", "false")
