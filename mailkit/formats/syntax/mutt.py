"""mutt and neomutt: ``set name = value`` lines, several to a line; other commands are passed over.

What ``account-hook URL "set …"`` and ``folder-hook`` set for another folder is ``("hook", URL, name)``.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mailkit.formats.document import INCLUDED, Entry, Lines, Reference, Scalar
from mailkit.formats.syntax._words import render_words, unquoted

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LONGEST = 10_000
_GAP = r"(?:[ \t]|\\\r?\n)"
_SET = re.compile(rf"{_GAP}*(set|unset){_GAP}+")
_SOURCE = re.compile(r"[ \t]*source[ \t]+(\"[^\"]*\"|'[^']*'|\S+)[ \t]*(\|?)")
_HOOK = re.compile(
    r"[ \t]*(?:account|folder)-hook[ \t]+(\"[^\"\n]*\"|'[^'\n]*'|\S+)[ \t]+"
    r"(\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|[^\"'\s][^\r\n]*+)",
    re.S,
)
_CONTINUED = re.compile(r"\\\r?\n")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_URL = re.compile(r"(?:imap|pop)s?://")
_UNSET = frozenset(
    ("folder", "spoolfile", "spool_file", "smtp_url", "smtp_pass", "imap_user", "imap_pass")
)
_ASSIGNED = re.compile(
    rf"(no)?([a-z_][a-z0-9_]*)(?:{_GAP}*=[ \t]*(\"(?:[^\"\\]|\\.)*\"|'[^']*'|`[^`]*`|(?:[^\s#;\\]|\\[^\r\n])+))?{_GAP}*"
)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; ``$my_name`` is followed, a command in backquotes a reference."""
    lines = Lines(text)
    entries: list[Entry] = []
    known: dict[str, str] = {}
    hooks: dict[str, list[Entry]] = {}
    number, count = 0, len(lines.starts)
    while number < count:
        number += 1
        begin, end = lines.bounds(number)
        first = number
        while number < count and text[end - 1 : end] == "\\" and text[begin] != "#":
            number += 1
            end = lines.bounds(number)[1]
        if (included := _included(text, begin, end)) is not None:
            entries.append(Entry((INCLUDED,), included, first))
        start = _SET.match(text, begin, end)
        if start is not None:
            entries += _assigned(text, start, end, lines, known)
        elif (hook := _HOOK.match(text, begin)) is not None:
            place = _place(unquoted(hook[1])[0], known)
            inside = _hooked(unquoted(_CONTINUED.sub(" ", hook[2]))[0], first, known)
            hooks.setdefault(place, []).extend(inside)
            number = max(number, lines.number(hook.end()))
    return _with_hooks(_still_set(entries), hooks)


def _included(text: str, begin: int = 0, end: int = _LONGEST) -> str | None:
    """The file that ``source`` names; what a command prints is not read."""
    match = _SOURCE.match(text, begin, end)
    name = unquoted(match[1])[0] if match else ""
    return name if match and not match[2] and not name.endswith("|") else None


def _assigned(
    text: str, start: re.Match[str], end: int, lines: Lines, known: dict[str, str]
) -> Iterator[Entry]:
    """What a ``set`` or ``unset`` says."""
    at = start.end()
    while (match := _ASSIGNED.match(text, at, end)) is not None and match.end() > at:
        entry = _entry(match, lines.number(match.start()), known)
        if start[1] == "unset":
            entry = Entry(entry.path, False, entry.line)
        elif entry.value is not None:
            known[entry.key] = str(entry.value)
        elif entry.reference is not None and entry.reference.kind == "command":
            known[f"${entry.key}"] = entry.reference.name
        yield entry
        at = match.end()


def _hooked(commands: str, number: int, known: dict[str, str]) -> Iterator[Entry]:
    """What the commands of a hook set. They cannot be changed in there."""
    for command in re.findall(r"(?:\"(?:[^\"\\]|\\.)*+\"|'[^']*+'|[^;\"'])++", commands):
        if (included := _included(command)) is not None:
            yield Entry((INCLUDED,), included, number)
        start = _SET.match(command)
        if start is not None:
            found = _assigned(command, start, len(command), Lines(command), dict(known))
            yield from (replace(entry, span=None, line=number) for entry in found)


def _filled(text: str, known: dict[str, str]) -> str:
    """A text with the variables that are known in it, as ``$name`` or ``${name}``."""
    return _VARIABLE.sub(lambda match: known.get(match[1] or match[2], match[0]), text)


def _place(pattern: str, known: dict[str, str]) -> str:
    """What a hook is for: a URL without the marks of a pattern around it, or the pattern."""
    filled = _filled(pattern, known)[:_LONGEST]
    return re.sub(r"^\^|/?(?:\.\*|\*)?\$?$", "", filled).replace("\\.", ".")


def _still_set(entries: list[Entry]) -> list[Entry]:
    """The entries without the servers and logins that are unset again."""
    gone = {(entry.key, at) for at, entry in enumerate(entries) if entry.value is False}
    last = {key: at for key, at in sorted(gone, key=lambda pair: pair[1]) if key in _UNSET}
    return [entry for at, entry in enumerate(entries) if at > last.get(entry.key, -1)]


def _with_hooks(entries: list[Entry], hooks: dict[str, list[Entry]]) -> list[Entry]:
    """The entries with those of each place: of the folder itself, or of an account of its own."""
    named = {entry.key for entry in entries}
    folder = next((str(entry.value).rstrip("/") for entry in entries if entry.key == "folder"), "")
    common = [entry for entry in entries if entry.key.startswith("ssl_")]
    result = list(entries)
    sourced = {entry.value for entry in entries if entry.key == INCLUDED}
    for place, commands in hooks.items():
        inside = [
            entry for entry in commands if entry.key != INCLUDED or entry.value not in sourced
        ]
        keys = {entry.key for entry in inside}
        if folder and folder == place:
            result += [entry for entry in inside if entry.key not in named]
        elif keys & {"folder", "smtp_url", INCLUDED} or (
            _URL.match(place) and keys & {"imap_user"}
        ):
            own = [entry for entry in common if entry.key not in keys]
            if "folder" not in keys and _URL.match(place):
                own.append(Entry(("folder",), place, inside[0].line))
            result += [entry.under("hook", place) for entry in (*own, *inside)]
    return result


def _entry(match: re.Match[str], number: int, known: dict[str, str]) -> Entry:
    name, raw = match[2], match[3]
    if raw is None:
        return Entry((name,), match[1] is None, number)
    command = re.fullmatch(r"[\"']?`(.+)`[\"']?", raw)
    if command is not None:
        return Entry((name,), None, number, None, raw, "", Reference("command", command[1]))
    name_of = _VARIABLE.fullmatch(raw.strip("\"'"))
    kept = known.get(f"${name_of[1] or name_of[2]}") if name_of is not None else None
    if kept is not None:  # a variable with what a command prints
        return Entry((name,), None, number, None, raw, "", Reference("command", kept))
    value, quote = unquoted(raw)
    filled = _filled(value, known)
    if len(filled) > _LONGEST:  # a variable that doubles itself again and again has no end
        return Entry((name,), None, number, None, "", quote, Reference("other", value[:60]))
    if quote != "'" and _VARIABLE.fullmatch(filled):  # set in a file that is not there
        return Entry((name,), None, number, None, raw, quote, Reference("other", filled))
    span = match.span(3) if filled == value else None
    in_sight = span is not None or _VARIABLE.search(filled) is None
    reference = None if in_sight else Reference("other", value[:60])
    return Entry((name,), filled, number, span, raw, quote, reference)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry, "yes", "no")
