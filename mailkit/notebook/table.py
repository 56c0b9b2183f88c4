"""A table: as HTML in a notebook, and as plain text."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mailkit.report.inline import inlined
from mailkit.text import clean

__all__ = ["Table", "bar"]


@dataclass(frozen=True, slots=True)
class Table:
    """A title, a head and rows of text. ``note`` is below.

    Attributes:
        mono: the columns that keep their blanks.
        marked: the columns whose cells are framed as good (✓) or bad (✗).
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    mono: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()

    @classmethod
    def of(
        cls,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[object]],
        note: str = "",
        mono: Sequence[int] = (),
        marked: Sequence[int] = (),
    ) -> "Table":
        """Return a table of any values; control characters are escaped."""
        made = tuple(tuple(clean(str(cell), 400) for cell in row) for row in rows)
        return cls(title, tuple(head), made, note, frozenset(mono), frozenset(marked))

    def __repr__(self) -> str:
        """Return the table as plain text."""
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
        return inlined(
            f'<div class="mailkit"><table>{title}<thead><tr>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table>{note}</div>"
        )

    def _cells(self, row: tuple[str, ...]) -> str:
        return "".join(
            f"<td{self._kind(place, cell)}>{escape(cell)}</td>" for place, cell in enumerate(row)
        )

    def _kind(self, place: int, cell: str) -> str:
        if place in self.marked:
            return {"✓": ' class="good"', "✗": ' class="bad"'}.get(cell[:1], ' class="n"')
        if place in self.mono:
            return ' class="k"'
        return ' class="n"' if len(cell) < 25 else ""


def bar(value: float, most: float, width: int = 24, start: float = 0.0) -> str:
    """Return a bar of block characters, proportional to the largest value; ``start`` moves it right."""
    if most <= 0:
        return ""
    before = round(start / most * width)
    return " " * before + "█" * max(1, round(value / most * width))
