"""INI files: sections, ``key = value`` or ``key: value``, quotes, and keys before the first section.

The flavours differ in remarks behind a value: Go's (the default) ends a value at `` ;`` or `` #``; ``python``
(configparser) does not, joins indented lines, and reads ``[DEFAULT]`` into every section and ``%(name)s`` as another
key.
"""

import re
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import INCLUDED, Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._evaluated import source_of
from mailkit.formats.values import flag_word

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_SECTION = re.compile(r"\s*\[([^\]\r\n]*)\]\s*(?:[;#].*)?$")
_KEY = re.compile(r"\s*+([^=:;#\[\s][^=:]*+)([=:])[ \t]*+")
_PROPERTY = re.compile(r"=[ \t]*PT_[A-Z0-9]+[ \t]*,[ \t]*0x[0-9A-Fa-f]+[ \t]*$")
_QUOTED = re.compile(r'("""|"|\'|`)(.*?)\1(?=\s*(?:[;#].*)?$)')
_NAMED = re.compile(r"%\((\w+)\)s")
_FILE = re.compile(r"\$__file\{(.+)\}")
_ENV = re.compile(r"\$__env\{(.+)\}|\$\{([A-Za-z_]\w*)\}|\$([A-Z_][A-Z0-9_]*)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a text.

    Raises:
        FormatError: nothing in it is a section or a key.
    """
    lines = Lines(text)
    section: tuple[str, ...] = ()
    entries: list[Entry] = []
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if not line.strip() or line.lstrip()[:1] in ";#":
            continue
        if (match := _SECTION.fullmatch(line)) is not None:
            section = _section(match[1].strip())
        elif flavour == "python" and line[:1] in " \t" and entries:
            entries[-1] = _continued(entries[-1], line.strip())
        elif _PROPERTY.search(line) is not None:
            continue  # of an Outlook profile: the type of a key, not a value
        elif (match := _KEY.match(line)) is not None:
            entry = _entry(
                (*section, match[1].rstrip()), text, begin + match.end(), end, number, flavour
            )
            if entry.path == ("include", "path"):  # of Git's files
                entry = Entry((INCLUDED,), entry.value, number)
            entries.append(entry)
    if not entries:
        raise FormatError(file, "has no KEY = VALUE line", 1)
    return _interpolated(_with_defaults(entries)) if flavour == "python" else entries


_MOST_INHERITED = 20_000
_MOST_CHARACTERS = 2_000
_DEEPEST = 8
"""Limits of what a file may multiply: entries, characters of a value, names in names."""


def _continued(entry: Entry, line: str) -> Entry:
    """An entry with one more line of its value."""
    if not isinstance(entry.value, str) or len(entry.value) > _MOST_CHARACTERS:
        return entry
    return replace(entry, value=f"{entry.value}\n{line}".strip(), span=None)


def _with_defaults(entries: list[Entry]) -> list[Entry]:
    """The entries, with those of ``[DEFAULT]`` in each section that does not have them itself."""
    defaults = [entry for entry in entries if len(entry.path) == 2 and entry.path[0] == "DEFAULT"]
    sections = dict.fromkeys(entry.path[:-1] for entry in entries if entry.path[0] != "DEFAULT")
    if not defaults or len(defaults) * len(sections) > _MOST_INHERITED:
        return entries
    there = {(*entry.path[:-1], entry.key.casefold()) for entry in entries}
    inherited = [
        replace(entry, path=(*section, entry.key))
        for section in sections
        for entry in defaults
        if section and (*section, entry.key.casefold()) not in there
    ]
    return [*entries, *inherited]


def _interpolated(entries: list[Entry]) -> list[Entry]:
    """The entries, with the values of the keys that a value names."""
    if not any(entry.reference is not None and "%(" in entry.raw for entry in entries):
        return entries
    said = {(*entry.path[:-1], entry.key.casefold()): entry.raw for entry in entries}
    return [_expanded(entry, said) for entry in entries]


def _expanded(entry: Entry, said: dict[tuple[str, ...], str]) -> Entry:
    if entry.value is not None or entry.reference != Reference("other", entry.raw):
        return entry
    whole, section = entry.raw, entry.path[:-1]
    for _ in range(_DEEPEST):
        names = _NAMED.findall(whole)
        if not names or len(whole) > _MOST_CHARACTERS:
            break
        if any((*section, name.casefold()) not in said for name in names):
            return entry
        whole = _NAMED.sub(lambda match: said[*section, match[1].casefold()], whole)
    return entry if _NAMED.search(whole) else replace(entry, value=whole)


def _section(name: str) -> tuple[str, ...]:
    """The path of a section; ``[sendemail "work"]`` of Git's files is two segments."""
    match = re.fullmatch(r"(\S+)\s+\"(.*)\"", name)
    return (match[1], match[2]) if match else tuple(filter(None, (name,)))


def _entry(
    path: tuple[str, ...], text: str, begin: int, end: int, number: int, flavour: str
) -> Entry:
    raw = text[begin:end].rstrip()
    quote = ""
    value = raw
    quoted = _QUOTED.match(raw)
    if quoted is not None and flavour != "python":
        quote, value, raw = (
            quoted[1],
            quoted[2],
            raw[: quoted.end(1) + len(quoted[2]) + len(quoted[1])],
        )
    elif flavour != "python":
        raw = value = re.split(r"[ \t][;#]", raw, maxsplit=1)[0].rstrip()
        if raw[:1] in (";", "#"):
            raw = value = ""
    span = (begin, begin + len(raw))
    if (found := _FILE.fullmatch(value)) is not None:
        return Entry(path, None, number, None, raw, quote, Reference("file", found[1]))
    if flavour != "python" and (found := _ENV.fullmatch(value)) is not None:
        name = next(filter(None, found.groups()))
        return Entry(path, None, number, None, raw, quote, Reference("env", name))
    key = path[-1].casefold()
    evaluated = key.startswith("remote") and key.endswith("eval")  # of OfflineIMAP
    if flavour == "python" and (evaluated or _NAMED.search(value)):
        source = source_of(value) if key == "remotepasseval" else Reference("other", value)
        return Entry(path, None, number, None, raw, quote, source)
    return Entry(path, value, number, span, raw, quote)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    word = flag_word(value, entry.raw) if isinstance(value, bool) else str(value)
    return f"{entry.quote}{word}{entry.quote}"
