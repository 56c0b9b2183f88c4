"""Mozilla's ``prefs.js``: ``user_pref("name", value);`` lines."""

import json
import re

from mailkit.errors import FormatError
from mailkit.formats.converters import integer
from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(
    r'[ \t]*(?:user_pref|pref|lockPref|defaultPref)\(\s*"((?:[^"\\]|\\.)*)"\s*,\s*'
    r'("(?:[^"\\\n]|\\.)*"|-?[0-9]+|true|false)\s*\)'
)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; the parts of a name between dots are the path.

    Raises:
        FormatError: the last line is not complete.
    """
    lines = Lines(text)
    entries = []
    for at in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(at)
        match = _LINE.match(text, begin, end)
        if match is None:
            if "_pref(" in text[begin:end] and text[begin:end].lstrip().startswith("user_pref"):
                raise FormatError(file, "has a line that is not complete", at)
            continue
        value: Scalar
        match match[2][0]:
            case '"':
                value = _text(match[2])
            case "t" | "f":
                value = match[2] == "true"
            case _:
                value = integer(match[2])
        quote = '"' if match[2][0] == '"' else ""
        entries.append(Entry(tuple(match[1].split(".")), value, at, match.span(2), match[2], quote))
    return entries


def _text(raw: str) -> str:
    try:
        return str(json.loads(raw, strict=False))
    except ValueError:
        return re.sub(r"\\(.)", r"\1", raw[1:-1])


def render(value: Scalar, entry: Entry) -> str:
    """A number, a flag, or text in quotes."""
    if entry.quote and not isinstance(value, bool):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, str) and number(value) is not None:
        return value
    return json.dumps(value, ensure_ascii=False)
