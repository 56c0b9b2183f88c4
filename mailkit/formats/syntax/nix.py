"""Nix attribute sets: ``a.b = { c = "x"; };`` is ``("a", "b", "c")``. Nothing is evaluated.

A name as value is followed where the same set, one around it or a ``let`` binds it. A program of a package
(``"${pkgs.pass}/bin/pass show mail"``) is the program's name; any other ``${…}`` is a reference.
"""

import re
import shlex
from dataclasses import replace

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, KeyPath, Lines, Reference, Scalar
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_TOKEN = re.compile(
    r"#[^\n]*|/\*.*?(?:\*/|\Z)|(?P<block>''(?:[^']|'(?!')|'''|''\$|''\\.)*+'')"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*+\")|(?P<open>''.*|\"(?:[^\"\\]|\\.)*+)|(?P<number>\d+(?![\w.]))"
    r"|(?P<name>[A-Za-z_][\w'-]*)|(?P<mark>\$\{|[^\s\w])",
    re.S,
)
_PROGRAM = re.compile(r"\$\{[^{}]*\}/bin/")
_DEEPEST = 100
_CLOSES = {"{": "}", "${": "}", "[": "]", "(": ")"}


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file.

    Raises:
        FormatError: it is nested too deep.
    """
    lines = Lines(text)
    found: list[Entry] = []
    bound: dict[str, Entry] = {}
    paths: list[KeyPath] = [()]
    opened: list[str] = []
    pending: list[re.Match[str]] = []
    key: KeyPath = ()
    for match in _TOKEN.finditer(text):
        word = match[0]
        if match.lastgroup is None:
            continue
        if word in _CLOSES:
            if len(opened) > _DEEPEST:
                raise FormatError(
                    file, "is nested too deep to be settings", lines.number(match.start())
                )
            opened.append(_CLOSES[word])
            if word == "{":
                paths.append((*paths[-1], *key))
                pending, key = [], ()
            else:
                pending.append(match)
        elif opened and word == opened[-1]:
            opened.pop()
            if word == "}" and len(paths) > 1:
                paths.pop()
                pending, key = [], ()
            else:
                pending.append(match)
        elif word == "=" and "]" not in opened[-1:] and not key:
            key, pending = _path(pending), []
        elif word == ";" and "]" not in opened[-1:]:
            if key and pending and (entry := _entry(pending, (*paths[-1], *key), lines)):
                found.append(entry)
                if len(key) == 1:
                    bound[key[0]] = entry
            pending, key = [], ()
        elif word in ("let", "in", ":"):
            pending, key = [], ()
        else:
            pending.append(match)
    by_path = {entry.path: entry for entry in found}
    return _with_defaults([_followed(entry, by_path, bound) for entry in found])


def _with_defaults(entries: list[Entry]) -> list[Entry]:
    """The entries, and in each account of msmtp what ``programs.msmtp.defaults`` says for all of them."""
    there = {entry.path for entry in entries}
    defaults = [
        entry for entry in entries if entry.path[-4:-1] == ("programs", "msmtp", "defaults")
    ]
    accounts = (
        {path[:-1] for path in there if path[-5:-2] == ("programs", "msmtp", "accounts")}
        if defaults
        else set()
    )
    more = (
        replace(entry, path=(*account, entry.key))
        for account in sorted(accounts)
        for entry in defaults
        if account[:-2] == entry.path[:-2] and (*account, entry.key) not in there
    )
    return [*entries, *more]


def _path(tokens: list[re.Match[str]]) -> KeyPath:
    """The key in front of ``=``: names and strings with dots between them."""
    parts: list[str] = []
    expected = True
    for token in reversed(tokens):
        if (token[0] == ".") is expected or token.lastgroup not in ("name", "string", "mark"):
            break
        if token[0] != ".":
            parts.append(token[0].strip('"'))
        expected = not expected
    return tuple(reversed(parts))


def _entry(tokens: list[re.Match[str]], path: KeyPath, lines: Lines) -> Entry | None:
    first = tokens[0]
    line, raw, kind = lines.number(first.start()), first[0], first.lastgroup
    if raw == "[":
        words = [
            _text(token)[0] for token in tokens[1:-1] if token.lastgroup in ("string", "block")
        ]
        return Entry(path, shlex.join(words), line) if words else None
    if len(tokens) > 1:
        return Entry(path, None, line, None, raw, "", Reference("other", raw))
    if kind in ("string", "block"):
        value, whole = _text(first)
        if "${" in value:
            return Entry(path, None, line, None, raw, "", Reference("other", value[:60]))
        quote = '"' if kind == "string" else "''"
        return Entry(path, value, line, first.span() if whole else None, raw, quote)
    if kind == "number":
        return Entry(path, number(raw), line, first.span(), raw)
    if raw in ("true", "false"):
        return Entry(path, raw == "true", line, first.span(), raw)
    return Entry(path, None, line, None, raw, "", Reference("other", raw))


def _text(token: re.Match[str]) -> tuple[str, bool]:
    """The text of a string, and whether it is all that is written."""
    raw = token[0]
    inside = raw[2:-2].strip() if token.lastgroup == "block" else re.sub(r"\\(.)", r"\1", raw[1:-1])
    text = _PROGRAM.sub("", inside)
    return text, text == inside


def _followed(entry: Entry, by_path: dict[KeyPath, Entry], bound: dict[str, Entry]) -> Entry:
    """An entry whose value is a name, with the value of that name."""
    if entry.reference is None or entry.raw != entry.reference.name:
        return entry
    for cut in range(len(entry.path) - 1, -1, -1):
        other = by_path.get((*entry.path[:cut], entry.raw))
        if other is not None and other is not entry:
            break
    else:
        other = bound.get(entry.raw)
    if other is None or other is entry or other.value is None:
        return entry
    return replace(other, path=entry.path, span=None)


def render(value: Scalar, entry: Entry) -> str:
    """A value as Nix writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${")
    return f'"{text}"'
