"""Mail as HTML for notebooks: a table, and one message.

Only inline styles, because untrusted notebooks drop everything else. All text is escaped; HTML of a message
is shown in a frame without scripts, forms or network.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape, unescape

from mailkit.text import clean

__all__ = ["message_view", "table", "words"]

_CELL = "text-align:left;vertical-align:top;padding:3px 10px;border-bottom:1px solid #8884"
_HEAD = f"{_CELL};opacity:.75;font-weight:600"
_FRAME = (
    "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:\">"
)
_MARKUP = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|</?[a-z!][^>]*(?:>|\Z)", re.I | re.S
)
"""Tags, comments, and invisible elements."""

_LONGEST = 200_000
"""The limit of a shown text or HTML part, in characters."""


def table(rows: Iterable[Sequence[str]]) -> str:
    """A table of messages with the number to index them by: time, from, to, subject, attachments."""
    body = "".join(
        "<tr>"
        + "".join(f'<td style="{_CELL}">{escape(clean(cell, 120))}</td>' for cell in (str(n), *row))
        + "</tr>"
        for n, row in enumerate(rows)
    )
    if not body:
        return "<p>No messages.</p>"
    names = ("", "time", "from", "to", "subject", "attachments")
    head = "".join(f'<th style="{_HEAD}">{name}</th>' for name in names)
    return (
        f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def message_view(fields: Mapping[str, str], text: str, html: str) -> str:
    """One message: its fields, its text, and its HTML in a frame without scripts and network.

    The text of HTML-only messages is shown too, because an untrusted notebook has no frames.
    """
    rows = "".join(
        f'<tr><th style="{_HEAD}">{escape(name)}</th>'
        f'<td style="{_CELL}">{escape(clean(value, 2000))}</td></tr>'
        for name, value in fields.items()
        if value
    )
    parts = [f'<table style="border-collapse:collapse">{rows}</table>']
    if text := text or words(html):
        style = "white-space:pre-wrap;padding:8px;border:1px solid #8884;max-width:80ch"
        parts.append(f'<pre style="{style}">{escape(_lines(text))}</pre>')
    if html:
        source = escape(_FRAME + html[:_LONGEST])
        style = "width:100%;height:320px;border:1px solid #8884;background:#fff"
        parts.append(
            f'<iframe sandbox="" referrerpolicy="no-referrer" title="HTML of the message" '
            f'style="{style}" srcdoc="{source}"></iframe>'
        )
    return "".join(parts)


def words(html: str) -> str:
    """Return the text of HTML, a line for each piece between tags."""
    pieces = _MARKUP.sub("\0", html[:_LONGEST]).split("\0")
    return "\n".join(filter(None, (" ".join(unescape(piece).split()) for piece in pieces)))


def _lines(text: str) -> str:
    return "\n".join(clean(line, 2000) for line in text[:_LONGEST].expandtabs().splitlines())
