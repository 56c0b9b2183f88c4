"""OpenSMTPD's ``smtpd.conf``: the relays of its actions, with the scheme, host and port of each apart.

``action "out" relay host smtp+tls://label@host:587 auth <table>``; older files say ``accept … relay via …``.
"""

import re

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
_OPTION = re.compile(r"[ \t](?:auth[ \t]+<([^>\s]+)>|tls(?:[ \t]+(no-verify))?(?=[ \t]|$))")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file, ``("relay", ACTION, key)``; macros are followed."""
    lines = Lines(text)
    entries: list[Entry] = []
    macros: dict[str, str] = {}
    tables: dict[str, str] = {}
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        if (macro := _MACRO.match(text, begin, end)) is not None:
            macros[macro[1]] = macro[2].strip('"')[:_LONGEST]
        elif (table := _TABLE.match(text, begin, end)) is not None:
            tables[table[1]] = table[2]
        elif (included := _INCLUDE.match(text, begin, end)) is not None:
            entries.append(Entry((INCLUDED,), included[1], number))
        elif (relay := _RELAY.match(text, begin, end)) is not None:
            name = relay["quoted"] or relay["name"] or f"line {number}"
            entries += _relay(text, begin, end, ("relay", name), number, macros, tables)
    return entries


def _relay(
    text: str,
    begin: int,
    end: int,
    path: tuple[str, str],
    number: int,
    macros: dict[str, str],
    tables: dict[str, str],
) -> list[Entry]:
    line = text[begin : min(end, begin + _LONGEST)]
    filled = re.sub(r"\$(\w+)", lambda one: macros.get(one[1], one[0]), line)[:_LONGEST]
    url = _URL.search(filled)
    if url is None or url[1] == "lmtp":
        return []
    here = filled == line
    found = [Entry((*path, "label"), True, number)] if url[2] else []
    for key, group in (("scheme", 1), ("host", 3), ("port", 4)):
        if (value := url[group]) is not None:
            span = (begin + url.start(group), begin + url.end(group)) if here else None
            found.append(Entry((*path, key), value, number, span, value))
    for option in _OPTION.finditer(filled):
        if option[1]:
            found.append(Entry((*path, "auth"), tables.get(option[1], option[1]), number))
        else:
            found.append(Entry((*path, "tls"), True, number))
        if option[2]:
            found.append(Entry((*path, "no-verify"), True, number))
    return found


def render(value: Scalar, entry: Entry) -> str:
    """A part of a URL as it is."""
    return str(value)
