"""A plot with an alternative text and its data as a table, which is also its plain text."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from mailkit.notebook.table import Table
from mailkit.text import clean

__all__ = ["Bar", "Plot", "bars"]

_GOOD, _BAD, _PLAIN = "#2e8b57", "#d9534f", "#4a7fc1"
_TONES = {"good": _GOOD, "bad": _BAD, "": _PLAIN}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar.

    Attributes:
        label: its name.
        length: in the unit of the axis.
        words: the text behind it.
        start: where it begins, in the same unit.
        tone: ``good``, ``bad`` or nothing; bad bars are hatched, so that no colour is needed.
    """

    label: str
    length: float
    words: str
    start: float = 0.0
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A PNG image with its alternative text (``alt``) and its table."""

    alt: str
    png: bytes
    table: Table

    def __repr__(self) -> str:
        """The table, in plain text."""
        return repr(self.table)

    def _repr_html_(self) -> str:
        table = self.table._repr_html_()
        if not self.png:
            return table
        image = b64encode(self.png).decode("ascii")
        return (
            f'<figure style="margin:.5rem 0;max-width:47.5rem"><figcaption style="font-weight:600;'
            f'padding-bottom:.3rem">{escape(self.table.title)}</figcaption>'
            f'<img alt="{escape(clean(self.alt, 600), quote=True)}" style="width:100%;border-radius:.3rem" '
            f'src="data:image/png;base64,{image}">'
            f"<details><summary>The same as a table</summary>{table}</details></figure>"
        )


def bars(alt: str, rows: Sequence[Bar], table: Table, axis: str) -> Plot:
    """Draw horizontal bars; ``axis`` names the quantity and its unit.

    Without matplotlib, or without rows, only the table is shown.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return Plot(alt, b"", table)
    if not rows:
        return Plot(alt, b"", table)
    figure = Figure(figsize=(7.6, 0.9 + 0.32 * len(rows)), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    drawn = axes.barh(
        range(len(rows)),
        [row.length for row in rows],
        left=[row.start for row in rows],
        color=[_TONES[row.tone] for row in rows],
        hatch=["///" if row.tone == "bad" else "" for row in rows],
        edgecolor="white",
        linewidth=0,
    )
    axes.bar_label(drawn, labels=[clean(row.words, 60) for row in rows], padding=4, fontsize=9)
    axes.set_yticks(range(len(rows)), labels=[clean(row.label, 60) for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel(axis)
    axes.margins(x=0.18)
    axes.set_xlim(left=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", alpha=0.25)
    axes.set_axisbelow(True)
    written = BytesIO()
    figure.savefig(written, format="png", dpi=120, metadata={"Software": None})
    return Plot(alt, written.getvalue(), table)
