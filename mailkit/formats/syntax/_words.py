"""What readers of ``key value`` lines share: quoting, and a value with its span."""

import re

from mailkit.formats.document import Entry, Scalar

__all__ = ["render_words", "unquoted"]


def unquoted(raw: str) -> tuple[str, str]:
    """A value without its quotes, and the quote."""
    for quote in ('"', "'"):
        if len(raw) >= 2 and raw[0] == raw[-1] == quote:
            inside = raw[1:-1]
            return (re.sub(r'\\(["\\])', r"\1", inside) if quote == '"' else inside), quote
    return raw, ""


def render_words(value: Scalar, entry: Entry, yes: str = "on", no: str = "off") -> str:
    """A value in the quotes that stand there; a flag in the word that stands there."""
    word = str(value)
    if isinstance(value, bool):
        pairs = {"on": "off", "yes": "no", "true": "false", "YES": "NO", "Yes": "No"}
        known = pairs | {b: a for a, b in pairs.items()}
        yes = next((a for a, b in pairs.items() if entry.value in (a, b)), yes)
        word = yes if value else known.get(yes, no)
    return f"{entry.quote}{word}{entry.quote}" if entry.quote else word
