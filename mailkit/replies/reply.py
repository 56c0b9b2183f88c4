"""One known reply of a server, and the parts of any."""

from dataclasses import dataclass
from datetime import date

__all__ = ["Reply", "Words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One text of a server, and the finding it stands for.

    ``code`` is the reply code of SMTP, or NO, BAD, BYE, -ERR; several with a bar between them.
    ``enhanced`` is an enhanced status code (RFC 3463), ``bracket`` a response code such as
    ``AUTHENTICATIONFAILED`` (RFC 5530). ``text`` is a part of the words in lower case, ``hosts``
    what the server's name must end with. ``example`` is the whole reply as it was seen, ``source``
    where, ``seen`` when somebody last looked it up there.
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
    seen: date

    def fits(self, words: "Words", host: str) -> bool:
        """Whether a reply of a host is this one."""
        return (
            self.protocol == words.protocol
            and (not self.code or words.code in self.code.split("|"))
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
