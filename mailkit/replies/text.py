"""An error text of a program, and its meaning."""

from dataclasses import dataclass

from mailkit.replies.pattern import Pattern
from mailkit.replies.reply import Certainty

__all__ = ["Text", "texts"]


@dataclass(frozen=True, slots=True)
class Text:
    """An error text of a library or a program.

    ``findings`` are its possible causes, likeliest first, or one if it names the cause. A ``vague`` one follows any
    failure (“Could not connect to SMTP host”), and counts only if nothing else in the text is more specific. A
    ``common`` one also comes from other programs, and counts only in a text about mail.
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
