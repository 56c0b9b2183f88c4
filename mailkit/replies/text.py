"""One sentence that a program writes by itself, and what it means."""

from dataclasses import dataclass

from mailkit.replies.pattern import Pattern
from mailkit.replies.reply import Certainty

__all__ = ["Text", "texts"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of a library or a program.

    ``findings`` are the causes it may have, likeliest first: one where it names its cause. A
    ``vague`` one follows any failure (“Could not connect to SMTP host”), and counts only where
    nothing else in the text says more. A ``common`` one is said by other programs too, and counts
    only in a text about mail.
    """

    findings: tuple[str, ...]
    pattern: Pattern
    certainty: Certainty = Certainty.SURE
    vague: bool = False
    common: bool = False


def texts(
    findings: str,
    *patterns: str,
    certainty: Certainty = Certainty.SURE,
    vague: bool = False,
    common: bool = False,
) -> Text:
    """One row of several patterns; several findings with blanks between them."""
    level = Certainty.POSSIBLE if vague else certainty
    return Text(tuple(findings.split()), Pattern("|".join(patterns)), level, vague, common or vague)
