"""A known reply of a server, the parts of a reply, and its meaning."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["Certainty", "Meaning", "Reply", "SessionPlace", "Words"]


class Certainty(StrEnum):
    """How far a text supports a finding."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


class SessionPlace(StrEnum):
    """The place of a reply in a session."""

    ANY = "any"
    GREETING = "greeting"
    HELLO = "hello"
    UPGRADE = "upgrade"
    LOGIN = "login"
    MAIL = "mail"
    """MAIL, RCPT or DATA of SMTP; a folder command of IMAP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A server's text, and its finding.

    ``code`` is the reply code of SMTP, or NO, BAD, BYE, -ERR; several with a bar between them.
    ``enhanced`` is an enhanced status code (RFC 3463), ``bracket`` a response code such as
    ``AUTHENTICATIONFAILED`` (RFC 5530). ``text`` is a part of the reply text in lower case,
    ``hosts`` what the server's name must end with. ``example`` is the whole real reply, ``source`` where it was
    found, ``seen`` the day of the last look-up.
    """

    finding: str
    protocol: str
    example: str
    code: str = ""
    enhanced: str = ""
    bracket: str = ""
    text: str = ""
    hosts: tuple[str, ...] = ()
    certainty: Certainty = Certainty.SURE
    source: str
    seen: date

    def fits(self, words: "Words", host: str) -> bool:
        """Whether a reply of a host is this one.

        A part that a client cut off (protocol, code) does not count against it; then the text
        has to be long enough to stand alone.
        """
        if not words.code and len(self.text) < _STANDS_ALONE:
            return False
        return (
            self.text in words.text
            and words.protocol in ("", self.protocol)
            and (not self.code or not words.code or words.code in self.code.split("|"))
            and (self.enhanced in ("", words.enhanced) or not (words.code or words.enhanced))
            and (not self.bracket or self.bracket == words.bracket or not words.code)
            and (not self.hosts or host.lower().endswith(self.hosts))
        )

    def agrees(self, words: "Words") -> bool:
        """Whether a reply that fits has a code of this row beside its words, or words that need none.

        NO, BAD and -ERR follow any rejection and are no such code.
        """
        coded = words.code.isdigit() and self.code != ""
        special = (words.enhanced, words.bracket) != ("", "") and (self.enhanced or self.bracket)
        return self.text != "" and bool(coded or special or len(self.text) >= _SENTENCE)


_STANDS_ALONE = 14
_SENTENCE = 22
"""Characters of a text that needs no code: to be read at all, and to have one cause."""


@dataclass(frozen=True, slots=True)
class Words:
    """A reply in its parts; the text in lower case. A part that was cut off is empty."""

    protocol: str
    code: str
    enhanced: str
    bracket: str
    text: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a reply, its certainty, and its source.

    ``by_code`` means that only its code was known; ``agreed`` that code and words say the same, or that the words
    are a known sentence with one cause.
    """

    finding: str
    certainty: Certainty = Certainty.SURE
    source: str = ""
    by_code: bool = False
    agreed: bool = False
