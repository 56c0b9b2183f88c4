"""``NAME=value`` lines: .env files, as the programs that read them understand them.

The flavours differ in comments, quotes and placeholders. ``dotenv`` is the common ground (Node's and
Python's); ``phpdotenv`` ends an unquoted value at any ``#``; ``docker`` (``--env-file``) keeps
quotes and comments as part of the value; ``systemd`` (``EnvironmentFile=``) has no comments behind a
value; ``compose`` writes ``$$`` for a dollar.
"""

import re

from mailkit.formats.document import INCLUDED, Entry, Lines, Reference, Scalar
from mailkit.formats.values import flag_word

__all__ = ["SEPARATE_ITEMS", "expand", "read", "render"]

SEPARATE_ITEMS = False

_NAME = re.compile(
    r"[ \t]*(?:export[ \t]+|setx?[ \t]+)?([A-Za-z_][A-Za-z0-9_.\-]*)[ \t]*(=|:(?=[ \t]))[ \t]*"
)
_SOURCE = re.compile(
    r"[ \t]*(?:source|\.)[ \t]+([\"']?)([^\s\"';|&<>$`]+)\1[ \t\r]*(?:[;#].*)?$", re.M
)
"""A shell reads another file."""
_DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*)'", re.S)
_PLACEHOLDER = re.compile(
    r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-?+])([^{}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))"
)
_LONGEST = 65_536
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a text; lines that assign nothing are passed over."""
    lines = Lines(text)
    entries: list[Entry] = []
    known: dict[str, Entry] = {}
    at = 0
    while at < len(text):
        match = _NAME.match(text, at)
        if match is None or (flavour == "docker" and match[2] != "="):
            if (source := _SOURCE.match(text, at)) is not None:
                entries.append(Entry((INCLUDED,), source[2], lines.number(at)))
            at = _next_line(text, at)
            continue
        begin = match.end()
        value, end, quote = _value(text, begin, flavour)
        entry = _entry(
            match[1], value, (begin, end), text, lines.number(begin), quote, known, flavour
        )
        entries.append(entry)
        known[match[1]] = entry
        at = _next_line(text, end)
    return entries


def _next_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _value(text: str, begin: int, flavour: str) -> tuple[str, int, str]:
    """The decoded value, its end and its quoting."""
    if flavour != "docker":
        for quote, pattern in (('"', _DOUBLE), ("'", _SINGLE)):
            match = pattern.match(text, begin) if text.startswith(quote, begin) else None
            if match is not None:
                inside = match[1]
                if quote == '"':
                    inside = re.sub(
                        r"\\(.)",
                        lambda m: _ESCAPES.get(m[1], m[1] if m[1] in '"\\$`' else m[0]),
                        inside,
                        flags=re.S,
                    )
                return inside, match.end(), quote
    end = text.find("\n", begin)
    raw = text[begin : len(text) if end < 0 else end]
    if flavour == "phpdotenv":
        raw = raw.partition("#")[0]
    elif flavour not in ("docker", "systemd"):
        raw = "" if raw.startswith("#") else re.split(r"[ \t]#", raw, maxsplit=1)[0]
    raw = raw.rstrip(" \t\r")
    return raw, begin + len(raw), ""


def _entry(
    name: str,
    value: str,
    span: tuple[int, int],
    text: str,
    line: int,
    quote: str,
    known: dict[str, Entry],
    flavour: str,
) -> Entry:
    raw = text[slice(*span)]
    found: str | None = value
    reference: Reference | None = None
    literal = True
    if quote != "'" and flavour not in ("docker", "systemd") and "$" in value:
        found, reference, literal = expand(value, known, compose=flavour == "compose")
    if not literal and found is not None and (inner := default_in(raw)) is not None:
        begin, end = inner
        span = (span[0] + begin, span[0] + end)
        return Entry((name,), found, line, span, raw[begin:end], "=", reference)
    return Entry((name,), found, line, span if literal else None, raw, quote, reference)


_DEFAULT = re.compile(r"""["']?\$\{[\w.]+(?::?-|:(?![-?+=]))([^${}\\'"\n]*)\}["']?""")


def default_in(raw: str) -> tuple[int, int] | None:
    """Where the default is in a value that is one placeholder (``${PORT:-587}``); it counts where nothing else is set."""
    match = _DEFAULT.fullmatch(raw)
    return match.span(1) if match is not None else None


def expand(
    value: str, known: dict[str, Entry], *, compose: bool = False
) -> tuple[str | None, Reference | None, bool]:
    """Follow placeholders: the value, where it comes from, and whether it is all written here.

    ``None`` for the value means that it is not in sight.
    """
    missing: Reference | None = None
    literal = True

    def filled(match: re.Match[str]) -> str:
        nonlocal missing, literal
        if compose and match.start() and value[match.start() - 1] == "$":
            return match[0]
        name = match[1] or match[4]
        literal = False
        entry = known.get(name)
        if entry is not None and isinstance(entry.value, str) and (entry.value or match[2] != "-"):
            missing = missing or entry.reference
            return entry.value
        missing = Reference("env", name)
        return match[3] if match[2] == "-" else "\0"

    found = _PLACEHOLDER.sub(filled, value)
    if len(found) > _LONGEST:
        return None, Reference("other", "a value that is too long"), False
    if compose:
        found = found.replace("$$", "$")
    return None if "\0" in found else found, missing, literal


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quoting of the one it replaces; quoted where it has to be."""
    word = flag_word(value, entry.raw) if isinstance(value, bool) else str(value)
    if entry.quote == '"':
        return '"' + re.sub(r'(["\\$`])', r"\\\1", word) + '"'
    if entry.quote == "'" and "'" not in word:
        return f"'{word}'"
    if re.fullmatch(r"[^\s#'\"$\\`]*", word):
        return word
    return '"' + re.sub(r'(["\\$`])', r"\\\1", word) + '"'
