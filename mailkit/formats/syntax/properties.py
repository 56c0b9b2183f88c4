"""Java properties: ``key = value``, ``key: value``, ``key value``, escapes, lines that go on.

``${other.key}`` is the value of another key of the text.
"""

import re
from dataclasses import replace

from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.formats.values import flag_word

__all__ = ["SEPARATE_ITEMS", "read", "render", "written_key"]

SEPARATE_ITEMS = False

_KEY = re.compile(r"[ \t\f]*((?:[^\\=:\s]|\\.)+)(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+|$)")
_INNER = re.compile(r"(mail\.[\w.]+)[ \t]*=[ \t]*")
"""A value that is a property itself: ``mail.sender.properties = mail.smtp.starttls.enable = true``."""
_PLACEHOLDER = re.compile(r"\$\{([\w.\-]+)(?::([^{}]*))?\}")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a text; the path of a key are its parts between dots."""
    lines = Lines(text)
    entries: list[Entry] = []
    prefix: tuple[str, ...] = ()
    number, count = 1, len(lines.starts)
    while number <= count:
        begin, end = lines.bounds(number)
        line, first = text[begin:end], number
        number += 1
        if line.strip() == "#---" or line.strip() == "!---":
            prefix = (f"---{len(entries) + 1}",)
        if not line.strip() or line.lstrip()[:1] in "#!":
            continue
        while _goes_on(text, begin, end) and number <= count:
            end = lines.bounds(number)[1]
            number += 1
        match = _KEY.match(text, begin, end)
        if match is not None:
            path = tuple(_decoded(match[1]).split("."))
            inner = _INNER.match(text, match.end(), end) if path[-1] == "properties" else None
            path += (inner[1],) if inner else ()
            at = (inner or match).end()
            entries.append(_entry((*prefix, *path), text[at:end], at, first, number - first > 1))
    return _referred(entries)


def _referred(entries: list[Entry]) -> list[Entry]:
    """The entries, with the values of those that another key has: ``${app.mail.host}``."""
    known = {".".join(entry.path): entry for entry in entries if entry.reference is None}

    def value(entry: Entry) -> Entry:
        name = entry.reference.name if entry.reference is not None else ""
        found = known.get(name)
        whole = found is not None and entry.raw == f"${{{name}}}"
        return replace(found, path=entry.path) if found is not None and whole else entry

    return [value(entry) for entry in entries]


def written_key(path: tuple[str, ...]) -> str:
    """How a file writes the path of a key."""
    path = path[1:] if path[:1] and path[0].startswith("---") else path
    inner = path[-1] if path[-2:-1] == ("properties",) and "." in path[-1] else ""
    return f"{'.'.join(path[:-1])} = {inner}" if inner else ".".join(path)


def _goes_on(text: str, begin: int, end: int) -> bool:
    """Whether a line ends in an odd number of backslashes."""
    at = end
    while at > begin and text[at - 1] == "\\":
        at -= 1
    return (end - at) % 2 == 1


def _entry(path: tuple[str, ...], raw: str, begin: int, line: int, folded: bool) -> Entry:
    value = _decoded(re.sub(r"\\\r?\n[ \t\f]*", "", raw)).rstrip(" \t") if folded else _decoded(raw)
    trimmed = raw.rstrip(" \t")
    span = None if folded else (begin, begin + len(trimmed))
    match = _PLACEHOLDER.search(value)
    if match is None:
        return Entry(path, value.rstrip(" \t"), line, span, trimmed)
    name = match[1]
    kind = "env" if re.fullmatch(r"[A-Z][A-Z0-9_]*", name) else "other"
    whole = match.span() == (0, len(value))
    found = match[2] if whole else None
    inner = None
    if whole and match[2] is not None and span is not None and not folded:
        at = begin + raw.index(":", raw.index("${")) + 1
        inner = (at, at + len(match[2]))
    return Entry(
        path, found, line, inner, match[2] or "" if inner else trimmed, "", Reference(kind, name)
    )


def _decoded(text: str) -> str:
    def char(match: re.Match[str]) -> str:
        if match[1] is not None:
            return chr(int(match[1], 16))
        return _ESCAPES.get(match[2], match[2])

    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", char, text, flags=re.S)


def render(value: Scalar, entry: Entry) -> str:
    """A value with the escapes of properties."""
    word = flag_word(value, entry.raw) if isinstance(value, bool) else str(value)
    return re.sub(r"([\\])", r"\\\1", word)
