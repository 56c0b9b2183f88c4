"""A plot: drawn as SVG, with words for those who do not see it, and the table behind it, which is also its plain text."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mailkit.notebook.table import Table
from mailkit.text import clean

__all__ = ["Bar", "Plot", "bars", "grid"]

_WIDTH, _ROW, _TOP = 760, 26, 8
_GOOD, _BAD, _PLAIN = "#1f9d55", "#d64545", "#4a7fc1"
_TONES = {"good": _GOOD, "bad": _BAD, "": _PLAIN}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it is called, where it begins, how long it is, and what stands behind it. ``tone`` is ``good``, ``bad`` or nothing."""

    label: str
    length: float
    words: str
    start: float = 0.0
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture with its words (``alt``) and its table."""

    alt: str
    svg: str
    table: Table

    def __repr__(self) -> str:
        """The table, in plain text."""
        return repr(self.table)

    def _repr_html_(self) -> str:
        title = escape(self.table.title)
        return (
            f'<figure style="margin:.5rem 0;max-width:{_WIDTH}px"><figcaption style="font-weight:600;'
            f'padding-bottom:.3rem">{title}</figcaption>{self.svg}'
            f"<details><summary>The same as a table</summary>{self.table._repr_html_()}</details></figure>"
        )


def bars(alt: str, rows: Sequence[Bar], table: Table, *, ticks: str = "") -> Plot:
    """Bars below each other; those that are bad are hatched, so that no colour is needed. ``ticks`` is the unit of a scale below."""
    most = max((one.start + one.length for one in rows), default=0.0) or 1.0
    left = 16 + 7.4 * min(34, max((len(one.label) for one in rows), default=0))
    right = 16 + 7.2 * min(30, max((len(one.words) for one in rows), default=0))
    room = max(_WIDTH - left - right, 120)
    parts = []
    for place, one in enumerate(rows):
        y = _TOP + place * _ROW
        begin = left + one.start / most * room
        long = max(one.length / most * room, 2)
        parts += [
            _text(left - 8, y + 16, one.label, anchor="end"),
            f'<rect x="{begin:.1f}" y="{y + 3}" width="{long:.1f}" height="18" rx="2" '
            f'fill="{_fill(one.tone)}" stroke="{_TONES[one.tone]}"/>',
            _text(begin + long + 6, y + 16, one.words),
        ]
    height = _TOP * 2 + len(rows) * _ROW
    if ticks:
        for share in (0, 0.25, 0.5, 0.75, 1):
            x = left + share * room
            parts.append(
                f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{height - _TOP}" '
                'stroke="currentColor" stroke-opacity=".15"/>'
            )
            parts.append(_text(x, height + 8, f"{share * most:.3g} {ticks}", anchor="middle"))
        height += 16
    return Plot(alt, _svg(alt, height, parts), table)


def grid(
    alt: str, head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], table: Table
) -> Plot:
    """Cells in rows and columns; a cell whose text begins with ✓ is filled, one with ✗ is not."""
    left = 16 + 7.6 * max((len(label) for label, _ in rows), default=0)
    width = (_WIDTH - left - 8) / max(len(head), 1)
    parts = [
        _text(left + (n + 0.5) * width, _TOP + 12, one, anchor="middle")
        for n, one in enumerate(head)
    ]
    for place, (label, cells) in enumerate(rows):
        y = _TOP + (place + 1) * _ROW
        parts.append(_text(left - 8, y + 16, label, anchor="end"))
        for n, cell in enumerate(cells):
            good = cell.startswith("✓")
            tone = _GOOD if good else _BAD if cell.startswith("✗") else "currentColor"
            parts.append(
                f'<rect x="{left + n * width + 2:.1f}" y="{y + 1}" width="{width - 4:.1f}" height="22" rx="3" '
                f'fill="{tone}" fill-opacity="{".3" if good else ".05"}" stroke="{tone}" '
                f'stroke-width="{2 if good else 1}" stroke-opacity="{1 if good else 0.4}"/>'
            )
            parts.append(_text(left + (n + 0.5) * width, y + 16, cell, anchor="middle"))
    return Plot(alt, _svg(alt, _TOP * 2 + (len(rows) + 1) * _ROW, parts), table)


def _svg(alt: str, height: float, parts: Sequence[str]) -> str:
    words = escape(clean(alt, 600), quote=True)
    hatch = (
        '<defs><pattern id="mailkit-hatch" width="6" height="6" patternTransform="rotate(45)" '
        f'patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="{_BAD}" fill-opacity=".25"/>'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{_BAD}" stroke-width="3"/></pattern></defs>'
    )
    return (
        f'<svg role="img" aria-label="{words}" viewBox="0 0 {_WIDTH} {height:.0f}" width="100%" '
        'style="color:inherit" font-family="system-ui,sans-serif" font-size="13" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{words}</title>{hatch}{"".join(parts)}</svg>'
    )


def _fill(tone: str) -> str:
    return "url(#mailkit-hatch)" if tone == "bad" else _TONES[tone]


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(clean(words, 60))}</text>'
