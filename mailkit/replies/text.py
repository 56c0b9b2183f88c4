"""One sentence that a program writes by itself, and what it means."""

import re
from dataclasses import dataclass

from mailkit.replies.reply import Certainty

__all__ = ["Text", "texts"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of a library or a program.

    ``findings`` are the causes it may have, likeliest first: one where it names its cause. A
    ``vague`` one follows any failure (“Could not connect to SMTP host”), and counts only where
    nothing else in the text says more.
    """

    findings: tuple[str, ...]
    pattern: re.Pattern[str]
    certainty: Certainty = Certainty.SURE
    vague: bool = False


def texts(
    findings: str,
    *patterns: str,
    certainty: Certainty = Certainty.SURE,
    vague: bool = False,
    case: bool = False,
) -> Text:
    """One row of several patterns; several findings with blanks between them."""
    flags = re.NOFLAG if case else re.IGNORECASE
    level = Certainty.POSSIBLE if vague else certainty
    return Text(tuple(findings.split()), re.compile("|".join(patterns), flags), level, vague)
