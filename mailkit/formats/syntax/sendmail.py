"""Sendmail's ``.mc``: ``define(`NAME', `value')``. The port is in the arguments of the relay mailer."""

import re

from mailkit.formats.document import Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_DEFINE = re.compile(r"(?m)^[ \t]*(?:define|MASQUERADE_AS)\(\s*`?(\w+)'?\s*,\s*`([^'\n]*)'\s*\)")
_HOST = re.compile(r"(?:[A-Za-z]\w*:)?\[?([\w.-]+)\]?$")
_PORT = re.compile(r"TCP\s+\$h\s+(\w+)$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; ``dnl`` lines are remarks."""
    lines = Lines(text)
    entries: list[Entry] = []
    for match in _DEFINE.finditer(text):
        key, value, begin = match[1], match[2], match.start(2)
        line = lines.number(match.start(2))
        part = (_HOST if key == "SMART_HOST" else _PORT).match(value)
        if part is not None and (key == "SMART_HOST" or key.endswith("_MAILER_ARGS")):
            span = (begin + part.start(1), begin + part.end(1))
            entries.append(Entry((key,), part[1], line, span, part[1], "`"))
        else:
            entries.append(Entry((key,), value, line, (begin, match.end(2)), value, "`"))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value between m4's quotes."""
    return str(value).replace("'", "").replace("`", "")
