"""esmtp: ``keyword = value`` or ``keyword value``, and ``identity`` for a set of them with an address.

The entries are ``("identity", ADDRESS, keyword)``; those in front of the first identity are of the default one.
"""

import re
from dataclasses import replace

from mailkit.formats.document import Entry, Scalar
from mailkit.formats.syntax._lines import settings
from mailkit.formats.syntax._words import render_words

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(
    r"[ \t]*([a-z_]+)(?:[ \t]*=[ \t]*|[ \t]+)(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s#]+)[ \t]*(?:#.*)?$"
)


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file."""
    entries: list[Entry] = []
    identity = "default"
    for entry in settings(text, _LINE, quotes=True):
        one = entry
        if entry.key == "identity":
            identity, one = str(entry.value), replace(entry, path=("address",))
        entries.append(one.under("identity", identity))
    return entries


def render(value: Scalar, entry: Entry) -> str:
    """A value in the quotes that stand there."""
    return render_words(value, entry)
