"""A table for people: as HTML in a notebook, and the same in plain text."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mailkit.report.html import STYLE
from mailkit.text import clean

__all__ = ["Table", "bar"]


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a head and rows of text. ``mono`` says which columns keep their spaces; ``note`` stands below."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    mono: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[object]],
        note: str = "",
        mono: Sequence[int] = (),
    ) -> "Table":
        """A table of anything; control characters of a server are taken out."""
        made = tuple(tuple(clean(str(cell), 400) for cell in row) for row in rows)
        return cls(title, tuple(head), made, note, frozenset(mono))

    def __repr__(self) -> str:
        """The same as plain text."""
        widths = [
            max(len(row[place]) for row in (self.head, *self.rows))
            for place in range(len(self.head))
        ]
        lines = [self.title, ""] if self.title else []
        for row in (self.head, tuple("─" * width for width in widths), *self.rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("  ".join(cells).rstrip())
        return "\n".join([*lines, *(["", self.note] if self.note else [])])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.head)
        rows = "".join(f"<tr>{self._cells(row)}</tr>" for row in self.rows)
        title = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        style = (
            f"{STYLE}.mailkit caption{{text-align:left;font-weight:600;padding:.2rem 0}}"
            ".mailkit table td,.mailkit table th{text-align:left!important;vertical-align:top}"
            ".mailkit td.k{white-space:pre-wrap;overflow-wrap:anywhere;min-width:20rem}"
            ".mailkit td.n{white-space:nowrap}.mailkit tbody tr{border-top:1px solid #8884}"
        )
        return (
            f'<div class="mailkit"><style>{style}</style><table>{title}<thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table>{note}</div>"
        )

    def _cells(self, row: tuple[str, ...]) -> str:
        kinds = (
            ' class="k"' if place in self.mono else ' class="n"' if len(cell) < 25 else ""
            for place, cell in enumerate(row)
        )
        return "".join(
            f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True)
        )


def bar(value: float, most: float, width: int = 24, start: float = 0.0) -> str:
    """A bar of blocks, as long as a value beside the largest; it begins where ``start`` is."""
    if most <= 0:
        return ""
    before = round(start / most * width)
    return " " * before + "█" * max(1, round(value / most * width))
