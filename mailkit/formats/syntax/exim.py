"""Exim: the keys of routers, transports and authenticators; :func:`routed` joins them.

``read`` gives ``("routers", NAME, KEY)``, and what ``.include`` names with the part it is in. A router ``smarthost`` with ``route_list = * smtp.example.com::587`` and ``transport = t`` has the entries
then
``("routers", "smarthost", "host")``, ``… "port")``, and the keys of the transport ``t`` under ``"transport"``.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import INCLUDED, Entry, Lines, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render", "routed"]

SEPARATE_ITEMS = False

_BEGIN = re.compile(r"begin\s+(\w+)\s*$")
_INCLUDE = re.compile(r"\s*\.include(?:_if_exists)?\s+\"?([^\s\"]+)")
_NAME = re.compile(r"([\w-]+)\s*:\s*(?:#.*)?$")
_KEY = re.compile(r"\s*+([a-z_]\w*+)\s*+(?:=\s*+(.*\S|))?\s*$")
_HOST = re.compile(
    r"\"?[^:;\s\"]*[\w*.]\s+\"?<?;?\s*([A-Za-z0-9][\w.-]*\.[\w.-]+\w)(?:::?(\d{1,5}))?"
)
_DATA = re.compile(r"\"?([A-Za-z0-9][\w.-]*\.[\w.-]+\w)(?:::?(\d{1,5}))?\"?$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; ``flavour`` is the part in which another file includes it.

    Raises:
        FormatError: no part of it begins routers, transports or authenticators.
    """
    lines = Lines(text)
    part, block = flavour, ""
    entries: list[Entry] = []
    number, count = 0, len(lines.starts)
    while number < count:
        number += 1
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if (included := _INCLUDE.match(line)) is not None:
            entries.append(Entry((INCLUDED,), included[1], number, quote=part))
            continue
        if not line.strip() or line.lstrip().startswith(("#", ".")):
            continue
        first = number
        goes_on = line.rstrip().endswith("\\")
        while goes_on and number < count:
            number += 1
            more = lines.content(number)
            goes_on = more.rstrip().endswith("\\") if more.strip() else goes_on
        end = lines.bounds(number)[1]
        line = text[begin:end]
        if (match := _BEGIN.match(line.strip())) is not None:
            part, block = match[1], ""
        elif part and (match := _NAME.match(line)) is not None and line[0] not in " \t":
            block = match[1]
        elif block and (match := _KEY.match(text, begin, end)) is not None:
            flag = match[2] is None
            raw = match[2] or ""
            value, quote = unquoted(raw)
            span = None if number > first or flag else match.span(2)
            path = (part, block, match[1])
            entries.append(Entry(path, True if flag else value, first, span, raw, quote))
    if not part and not entries:
        raise FormatError(file, "has no line that begins routers or transports", 1)
    return entries


def routed(entries: Iterable[Entry]) -> list[Entry]:
    """The routers that send to a host, with host, port, and the keys of their transport."""
    blocks: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        blocks.setdefault(entry.path[:2], []).append(entry)
    names = [key[1] for key in blocks if key[0] == "routers"]
    return [entry for name in names for entry in _router(name, blocks)]


def _router(name: str, blocks: dict[tuple[str, ...], list[Entry]]) -> list[Entry]:
    keys = {entry.key: entry for entry in blocks["routers", name]}
    route = keys.get("route_list") or keys.get("route_data")
    transport = keys.get("transport")
    if route is None or transport is None or (route.span is None and route.origin is None):
        return []
    match = (_DATA if route.key == "route_data" else _HOST).match(route.raw)
    if match is None:
        return []
    path = ("routers", name)

    def entry(key: str, group: int) -> Entry:
        value: Scalar = int(match[group]) if group == 2 else match[group]
        begin = route.span[0] if route.span is not None else 0
        span = (begin + match.start(group), begin + match.end(group))
        return replace(
            route,
            path=(*path, key),
            value=value,
            span=span if route.span is not None else None,
            raw=match[group],
            quote="",
        )

    found = [entry("host", 1)]
    if match[2]:
        found.append(entry("port", 2))
    inside = blocks.get(("transports", str(transport.value)), [])
    return found + [replace(entry, path=(*path, "transport", entry.key)) for entry in inside]


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry, "true", "false")
