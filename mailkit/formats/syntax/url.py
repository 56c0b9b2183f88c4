"""URLs alone on their lines, as files with a data source name (DSN) and nothing else have them."""

import re

from mailkit.errors import FormatError
from mailkit.formats.document import Entry, Lines, Scalar

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_URL = re.compile(r"\s*([\"']?)((?:smtp|submission|imap|pop3?)s?(?:\+\w+)?://\S+?)\1\s*", re.I)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """One entry for each line: ``("1", "url")``; blank lines and remarks are passed over.

    Raises:
        FormatError: a line is no URL of a mail server.
    """
    lines = Lines(text)
    entries: list[Entry] = []
    for number in range(1, len(lines.starts) + 1):
        begin, end = lines.bounds(number)
        line = text[begin:end]
        if not line.strip() or line.lstrip().startswith(("#", ";", "//")):
            continue
        match = _URL.fullmatch(text, begin, end)
        if match is None:
            raise FormatError(file, "is not a URL of a mail server", number)
        span = match.span(2)
        path = (str(len(entries) + 1), "url")
        entries.append(Entry(path, match[2], number, span, match[2]))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """The URL."""
    return str(value)
