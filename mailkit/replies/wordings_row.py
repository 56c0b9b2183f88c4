"""One wording: a pattern over the text of a reply, and the finding it stands for."""

import re
from dataclasses import dataclass

from mailkit.replies.pattern import Pattern
from mailkit.replies.reply import Certainty, SessionPlace, Words

__all__ = ["WordingRow", "rows"]


@dataclass(frozen=True, slots=True)
class WordingRow:
    """A wording that many servers share.

    ``protocols`` are the first letters of its protocols: ``s``, ``i``, ``p``; ``places`` are those where it may
    stand, none of them means any. A text with ``unless`` means something else.
    """

    finding: str
    pattern: Pattern
    places: tuple[SessionPlace, ...] = ()
    code: re.Pattern[str] | None = None
    protocols: str = "sip"
    certainty: Certainty = Certainty.SURE
    unless: re.Pattern[str] | None = None

    def fits(self, words: Words, place: SessionPlace) -> bool:
        """Return whether a reply at this place uses this wording."""
        return (
            words.protocol[:1] in self.protocols
            and (
                words.code != "" or words.protocol == "smtp" or not self.finding.startswith("grt-")
            )
            and (not self.places or place is SessionPlace.ANY or place in self.places)
            and (self.code is None or not words.code or self.code.fullmatch(words.code) is not None)
            and self.pattern.search(words.text, words.text) is not None
            and (self.unless is None or self.unless.search(words.text) is None)
        )


def rows(
    finding: str,
    *patterns: str,
    place: SessionPlace | tuple[SessionPlace, ...] = (),
    code: str = "",
    protocols: str = "sip",
    certainty: Certainty = Certainty.SURE,
    unless: str = "",
) -> WordingRow:
    """One row of several patterns."""
    return WordingRow(
        finding,
        Pattern("|".join(patterns), re.NOFLAG),
        place if isinstance(place, tuple) else (place,),
        re.compile(code) if code else None,
        protocols,
        certainty,
        re.compile(unless) if unless else None,
    )
