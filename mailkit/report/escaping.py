"""Escape text from outside for HTML and Markdown, and keep quoted blanks visible."""

import re
from html import escape

from mailkit.text import clean

__all__ = ["code_markdown", "html_lines", "html_text", "markdown_text", "prose_markdown"]

_BLANKS = re.compile(r"(?<=“) +| +(?=”)| {2,}")
"""Blanks that may be the fault: those that begin or end a quotation, and several at once."""

_WORD = re.compile(r"""[^\s“”"'`<>()|]+(?<![.,;:?])""")
_LIVE = re.compile(r"@|://|www\.|[#!%~&$][0-9]|\bGH-[0-9]|\b[0-9a-f]{40}\b", re.I)
"""What a ticket system turns into a mention, a link or a reference even if it is escaped; its word is written as code."""


_BLOCK = re.compile(r"\A([0-9]{0,9})([-+=](?=[-+=\s]|\Z)|(?<=[0-9])[.)](?=\s|\Z))")
"""What begins a list, a rule or a heading at the beginning of a line."""


def html_text(text: str, limit: int = 400) -> str:
    """Return one line of text as HTML. Blanks that may be the fault neither collapse nor break."""
    shown = escape(clean(text, limit))
    return _BLANKS.sub(lambda found: "&nbsp;" * len(found[0]), shown)


def html_lines(text: str, limit: int = 4_000) -> str:
    """Return several lines for a ``<pre>``, each cut at ``limit`` characters."""
    return "\n".join(escape(clean(line, limit)) for line in text.split("\n"))


def markdown_text(text: str) -> str:
    """Return text as Markdown for a ticket: no markup, no mention, no link."""
    shown, at = "", 0
    text = clean(text)
    for match in _WORD.finditer(text):
        if _LIVE.search(match[0]):
            shown += _foreign(text[at : match.start()]) + code_markdown(match[0])
            at = match.end()
    return _BLOCK.sub(r"\1\\\2", (shown + _foreign(text[at:])).lstrip(" "))


def code_markdown(text: str) -> str:
    """Return text as a code span that may also be in a table."""
    return "`" + clean(text).replace("`", "'").replace("|", "\\|") + "`"


def prose_markdown(text: str) -> str:
    """Return our own prose as Markdown: what is in backticks stays code, the rest is no markup."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else _escaped(part) for part in parts)


def _foreign(text: str) -> str:
    return _escaped(text).replace("$", "\\$")  # it begins mathematics


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)
