"""dma's ``dma.conf``: ``KEY value`` lines, and switches that are on where they stand."""

import re

from mailkit.formats.document import Entry, Scalar
from mailkit.formats.syntax._lines import settings

__all__ = ["SEPARATE_ITEMS", "read", "render"]

SEPARATE_ITEMS = False

_LINE = re.compile(r"[ \t]*([A-Z_]+)(?:[ \t]+([^\s#]+))?[ \t]*(?:#|$)")


def read(text: str, file: str, flavour: str = "") -> list[Entry]:
    """The entries of a file; a switch is ``True``."""
    return [*settings(text, _LINE)]


def render(value: Scalar, entry: Entry) -> str:
    """A value; a switch that is turned off becomes a remark."""
    if isinstance(value, bool):
        return entry.raw if value else f"#{entry.raw}"
    return str(value)
