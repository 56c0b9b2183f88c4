"""What servers really say, and what it means.

One module for each family of servers or providers; each row is a text that was seen, with its
source. A row matches on protocol, reply code, enhanced code as a whole word, response code, and
then on words in the text, in that order, and only for the hosts it is scoped to. A text that
matches no row stays unexplained.

To add one is to write a row. Rows scoped to hosts are asked before those that hold everywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

__all__ = ["Reply", "Words", "meaning", "parse", "replies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One text of a server, and the finding it stands for.

    ``code`` is the reply code of SMTP, or NO, BAD, BYE, -ERR. ``enhanced`` is an enhanced status
    code (RFC 3463), ``bracket`` a response code such as ``AUTHENTICATIONFAILED`` (RFC 5530).
    ``text`` is a part of the words in lower case, ``hosts`` what the server's name must end with.
    ``example`` is the whole reply as it was seen.
    """

    finding: str
    protocol: str
    example: str
    code: str = ""
    enhanced: str = ""
    bracket: str = ""
    text: str = ""
    hosts: tuple[str, ...] = ()
    source: str

    def fits(self, words: "Words", host: str) -> bool:
        """Whether a reply of a host is this one."""
        return (
            self.protocol == words.protocol
            and (not self.code or self.code == words.code)
            and (not self.enhanced or self.enhanced == words.enhanced)
            and (not self.bracket or self.bracket == words.bracket)
            and self.text in words.text
            and (not self.hosts or host.lower().endswith(self.hosts))
        )


@dataclass(frozen=True, slots=True)
class Words:
    """A reply in its parts; the text in lower case."""

    protocol: str
    code: str
    enhanced: str
    bracket: str
    text: str


_SMTP = re.compile(r"(\d{3})[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?![\d.]))?\s*(.*)", re.S)
_OTHER = re.compile(r"(?:\* |\S+ )?(NO|BAD|BYE|OK|-ERR)\b\s*(?:\[([^\]]*)\])?\s*(.*)", re.S | re.I)


def parse(protocol: str, lines: Sequence[str]) -> Words:
    """The parts of a reply of one or more lines."""
    if protocol == "smtp":
        found = [match.groups() for line in lines if (match := _SMTP.match(line))]
        if not found:
            return Words(protocol, "", "", "", " ".join(lines).lower())
        code = found[-1][0]
        enhanced = next((one[1] for one in found if one[1]), "")
        return Words(protocol, code, enhanced, "", " ".join(one[2] for one in found).lower())
    match = _OTHER.match(lines[-1]) if lines else None
    if match is None:
        return Words(protocol, "", "", "", " ".join(lines).lower())
    bracket = (match[2] or "").upper()
    # The first word of a response code is the code, but for a few that need their second one.
    first = bracket if bracket.startswith("SYS/") else bracket.partition(" ")[0]
    return Words(protocol, match[1].upper(), "", first, match[3].lower())


@cache
def replies() -> tuple[Reply, ...]:
    """Every row, those scoped to hosts first."""
    from mailkit.replies import google, mailboxes, microsoft, servers

    rows = (*google.ROWS, *microsoft.ROWS, *mailboxes.ROWS, *servers.ROWS)
    return tuple(sorted(rows, key=lambda row: not row.hosts))


@lru_cache(maxsize=256)
def meaning(protocol: str, lines: tuple[str, ...], host: str) -> Reply | None:
    """The row that a server's reply is, if it is a known one."""
    words = parse(protocol, lines)
    return next((row for row in replies() if row.fits(words, host)), None)
