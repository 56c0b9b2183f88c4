"""Several possible causes of one text, as a list."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from mailkit.explanation import Explanation
from mailkit.report.terminal import Style

__all__ = ["causes_text"]

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def causes_text(causes: Sequence[Explanation], style: Style, width: int) -> str:
    """Return the possible causes of a text: each with what to do, and how to tell whether it is the one."""
    lines = ["Possible causes, likeliest first:"]
    matched = ""
    for number, cause in enumerate(causes, 1):
        level = style(str(cause.severity), _COLOURS[cause.severity])
        lines += ["", f"{number:>2}. {style(cause.id, 'bold')}  {level}  {cause.certainty}"]
        for text in _parts(cause, matched):
            lines += wrap(
                text,
                width,
                initial_indent=" " * 4,
                subsequent_indent=" " * 4,
                break_on_hyphens=False,
            )
        matched = cause.matched
    page = f"mailkit finding {causes[0].id}"
    lines += ["", "Next:", f"  {'mailkit diagnose FILE':<{len(page)}}   find out which one it is"]
    return "\n".join([*lines, f"  {page}   what it means", ""])


def _parts(cause: Explanation, before: str) -> Iterator[str]:
    """Yield the lines of a cause; the words that matched only where they are not those of the cause before."""
    if cause.matched and cause.matched != before:
        yield f"“{cause.matched}”"
    yield cause.title
    yield cause.advice
    if cause.check:
        yield f"How to check: {cause.check}"
