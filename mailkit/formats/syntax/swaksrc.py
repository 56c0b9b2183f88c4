"""swaks's ``.swaksrc``: an option on each line, with or without dashes in front: ``--server smtp.example.com:587``, ``-tls``.

The entries are ``("swaks", "0", NAME)``; an option without a value is ``True``.
"""

import re

from mailkit.formats.document import Entry, Scalar
from mailkit.formats.syntax._lines import settings

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(r"[ \t]*-{0,2}([A-Za-z][\w-]*)(?:[ \t]+(\S(?:[^\r\n]*\S)?))?[ \t]*$")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file."""
    return [entry.under("swaks", "0") for entry in settings(text, _LINE, quotes=True)]


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there; a switch that is turned off is ``no-NAME``."""
    if isinstance(value, bool):
        return entry.key if value else f"no-{entry.key}"
    return f"{entry.quote}{value}{entry.quote}"
