"""Perl's settings: ``$Self->{'Name'} = 'value';`` is ``("$Self", "Name")``. Nothing is executed.

Documentation (``=head1`` to ``=cut``) and what stands behind ``__END__`` are no settings. Of ``$ENV{NAME}`` the variable is a reference.
"""

import re

from mailkit.formats.document import Entry, Lines, Reference, Scalar
from mailkit.text import number

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = True

_ASSIGNMENT = re.compile(
    r"^[ \t]*(?:(?:my|our|local)[ \t]+)?(?P<name>\$\w+)(?P<keys>(?:(?:->)?\{[ \t]*['\"]?[\w:.-]+['\"]?[ \t]*\})*)"
    r"[ \t]*=[ \t]*(?P<value>'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"|\d+|[^;#\n]+?)[ \t]*;",
    re.M,
)
_KEY = re.compile(r"\{[ \t]*['\"]?([\w:.-]+)")
_ASIDE = re.compile(r"^=[a-z].*?(?:^=cut[^\n]*|\Z)|^__(?:END|DATA)__.*", re.M | re.S)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file."""
    lines = Lines(text)
    plain = _ASIDE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return [_entry(match, lines) for match in _ASSIGNMENT.finditer(plain)]


def _entry(match: re.Match[str], lines: Lines) -> Entry:
    path = (match["name"], *_KEY.findall(match["keys"]))
    raw, span = match["value"], match.span("value")
    line = lines.number(span[0])
    quote = raw[0] if raw[0] in "'\"" else ""
    if quote == "'" or (quote and not re.search(r"(?<!\\)[$@]\w", raw)):
        return Entry(path, re.sub(r"\\(.)", r"\1", raw[1:-1]), line, span, raw, quote)
    if raw.isdecimal():
        return Entry(path, number(raw), line, span, raw)
    variable = re.fullmatch(r"\$ENV\{['\"]?(\w+)['\"]?\}", raw)
    reference = Reference("env", variable[1]) if variable else Reference("other", raw[:60])
    return Entry(path, None, line, None, raw, "", reference)


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, int) and not entry.quote:
        return str(value)
    quote = entry.quote or "'"
    escaped = "".join(
        f"\\{char}" if char in ("\\", quote) or (quote == '"' and char in "$@") else char
        for char in str(value)
    )
    return f"{quote}{escaped}{quote}"
