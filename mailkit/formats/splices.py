"""Splices: replacements for spans of a text, keeping the quoting."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Scalar
from mailkit.formats.syntax import syntax
from mailkit.formats.translated import Translated
from mailkit.formats.values import as_flag, as_text, as_word, flag_word

__all__ = ["Change", "apply_changes", "before_on_line", "cannot", "quoted_like", "shown_line"]


@dataclass(frozen=True, slots=True)
class Change:
    """A replacement for a span. ``said`` is its name in messages."""

    span: tuple[int, int]
    text: str
    line: int
    said: str


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """The text with the spans replaced; the same splice twice is one."""
    unique = sorted(dict.fromkeys(changes), key=lambda splice: splice.span)
    for splice in reversed(unique):
        begin, end = splice.span
        text = text[:begin] + splice.text + text[end:]
    return text


def cannot(found: Translated, key: str) -> FormatError:
    """The error for a setting that the product has no key for."""
    document, title = found.instance.keys.scope.document, found.instance.keys.dialect.title
    return FormatError(document.file, f"{title} has no key for {key}: it cannot be set there")


def shown_line(found: Translated, entry: Entry, text: str) -> str:
    """The line as it will be, where it has this one value; else the key and the value alone.

    Other values of the line are not shown: one of them may be a password.
    """
    document = found.instance.keys.scope.document
    before = before_on_line(document.lines, entry)
    number = document.lines.number(entry.span[0]) if entry.span else entry.line
    if (
        document.values_on[number] > 1
        or entry.key not in before
        or entry.quote == "<>"
        or "\n" in text
    ):
        return text if text.split()[-1:] == [entry.key] else f"{entry.key} = {text}"
    end = document.lines.bounds(number)[1]
    after = document.lines.text[entry.span[1] : end] if entry.span else ""
    closing = re.match(r"\s*[)}]|</[\w:.-]+>", after)
    return f"{before}{text}{closing[0] if closing else ''}".strip().removeprefix("- ")


def quoted_like(found: Translated, value: Scalar, entry: Entry) -> str:
    """Return a value in the style of the one it replaces."""
    if entry.quote.startswith("="):
        word = flag_word(value, entry.raw) if isinstance(value, bool) else str(value)
        return word.replace("$", "$$")
    module = syntax(found.instance.keys.scope.document.syntax)
    if isinstance(value, bool) and as_text(entry.value) in ("0", "1") and not entry.quote:
        return "1" if value else "0"
    if (
        isinstance(value, bool)
        and as_word(entry.value) in ("yes", "no", "on", "off", "0", "1")
        and isinstance(entry.value, str)
    ):
        pairs = {"yes": "no", "on": "off", "1": "0"}
        flat = as_word(entry.value)
        new = (
            flat
            if as_flag(flat, text_counts=False) is value
            else (pairs | {v: k for k, v in pairs.items()})[flat]
        )
        return module.render(new.upper() if entry.value.isupper() else new, entry)
    return module.render(value, entry)


def before_on_line(lines: Lines, entry: Entry) -> str:
    """What is on the line in front of a value."""
    assert entry.span is not None
    begin = lines.bounds(lines.number(entry.span[0]))[0]
    return lines.text[begin : entry.span[0]]
