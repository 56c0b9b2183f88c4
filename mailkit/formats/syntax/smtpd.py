"""OpenSMTPD's ``smtpd.conf``: the relays of its actions, with the scheme, host and port of each apart.

``action "out" relay host smtp+tls://label@host:587 auth <table>``; older files say ``accept … relay via …``.
"""

import re
from dataclasses import replace

from mailkit.formats.document import INCLUDED, Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LONGEST = 1_000
"""Characters of a line or a macro; a longer one is no relay."""

_MACRO = re.compile(r"[ \t]*(\w+)[ \t]*=[ \t]*(\"[^\"]*\"|\S+)[ \t]*$")
_INCLUDE = re.compile(r"[ \t]*include[ \t]+\"([^\"]+)\"")
_TABLE = re.compile(r"[ \t]*table[ \t]+\"?([\w.-]+)\"?[ \t]+\"?((?:file|db):[^\s\"]+)")
_RELAY = re.compile(
    r"[ \t]*(?:action[ \t]+(?:\"(?P<quoted>[^\"]*)\"|(?P<name>\S+))[ \t]+relay\b(?=.*?[ \t]host[ \t])|accept\b(?=.*?[ \t]relay[ \t]+via[ \t]))"
)
_URL = re.compile(
    r"[ \t](?:host|via)[ \t]+\"?(?:([a-z+]+)://)?(?:([^@\s\"]*)@)?([\w.-]+|\[[^\]]+\])(?::(\w+))?"
)
_CONTINUED = re.compile(r"\\\r?\n")
_OPTION = re.compile(r"[ \t](?:auth[ \t]+<([^>\s]+)>|tls(?:[ \t]+(no-verify))?(?=[ \t]|$))")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file, ``("relay", ACTION, key)``; macros are followed, and a line that ends in ``\\`` goes on."""
    lines = Lines(text)
    entries: list[Entry] = []
    macros: dict[str, str] = {}
    tables: dict[str, str] = {}
    number, count = 0, len(lines.starts)
    while number < count:
        number += 1
        begin, end = lines.bounds(number)
        while number < count and text[end - 1 : end] == "\\":
            number += 1
            end = lines.bounds(number)[1]
        line = _CONTINUED.sub(_blanks, text[begin : min(end, begin + _LONGEST)])
        if (macro := _MACRO.match(line)) is not None:
            macros[macro[1]] = macro[2].strip('"')
        elif (table := _TABLE.match(line)) is not None:
            tables[table[1]] = table[2]
        elif (included := _INCLUDE.match(line)) is not None:
            entries.append(Entry((INCLUDED,), included[1], number))
        elif (relay := _RELAY.match(line)) is not None:
            name = relay["quoted"] or relay["name"] or f"line {number}"
            found = _relay(line, begin, ("relay", name), lines, macros)
            entries += (
                replace(entry, value=tables.get(str(entry.value), entry.value))
                if entry.key == "auth"
                else entry
                for entry in found
            )
    return entries


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _relay(
    line: str, begin: int, path: tuple[str, str], lines: Lines, macros: dict[str, str]
) -> list[Entry]:
    """The entries of a relay whose line begins at an offset."""
    filled = re.sub(r"\$(\w+)", lambda match: macros.get(match[1], match[0]), line)[:_LONGEST]
    url = _URL.search(filled)
    if url is None or url[1] == "lmtp":
        return []
    here = filled == line

    def entry(key: str, value: Scalar, match: re.Match[str], group: int = 0) -> Entry:
        at, end = match.span(group)
        number = lines.number(begin + at if here else begin)
        span = (begin + at, begin + end) if here and group else None
        return Entry((*path, key), value, number, span, match[group] if span else "")

    found = [entry("label", True, url)] if url[2] else []
    keys = (("scheme", 1), ("host", 3), ("port", 4))
    found += [entry(key, url[group], url, group) for key, group in keys if url[group] is not None]
    for option in _OPTION.finditer(filled):
        found.append(entry("auth", option[1], option) if option[1] else entry("tls", True, option))
        if option[2]:
            found.append(entry("no-verify", True, option))
    return found


def render(value: Scalar, entry: Entry) -> str:
    """A part of a URL as it is."""
    return str(value)
