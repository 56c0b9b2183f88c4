"""Weigh the evidence of a text: what comes first, and how certain it is.

Each row states the most that it can prove. This module orders findings, and lowers a certainty for
what else a text says; :mod:`mailkit.explanation` lowers it for what a row or a program means:

1. A line that follows any failure, a cause beside the first one of a row, and a sentence that only warns or advises
   (“make sure that …”, “it may be …”) are possible at most.
2. The end of a connection, or silence, is a consequence where the server has rejected something in the same text.
3. A finding is sure only if nothing else in the text supports another one: two reasons in different places of a text
   are both likely at most. A general refusal does not contradict a specific one.
4. A finding is sure only of real evidence: a server's code that its words agree with, or a sentence that has one
   cause; a program's words beside a code of a library or a system, or a whole sentence of it. A code alone and
   a few words alone are likely.
5. Nothing is sure of a text that has no sign of mail, and no such reply.
"""

import re
from dataclasses import dataclass, replace

from mailkit.replies.reply import Certainty

__all__ = [
    "AFTER",
    "ENDS",
    "GENERAL",
    "PLAIN",
    "SPECIFIC",
    "VAGUE",
    "Sign",
    "at_most_likely",
    "proved",
    "weighed",
]

SPECIFIC, PLAIN, VAGUE = 10, 40, 80
"""Ranks: a reason, a rejection without one, a line that follows any failure."""

AFTER = 20
"""The rank of a row's other causes, behind the first causes of all rows."""

GENERAL = ("aut-bad", "aut-temp", "snd-rcpt-unknown", "aut-sequence")
"""Rejections without a reason; a specific one explains them."""

ENDS = ("grt-eof", "grt-silent-tls", "grt-silent-dead", "tls-cut", "tcp-reset", "hst-no-reply")
"""The end of a connection, or silence."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Evidence in a text for a finding; low ranks come first.

    ``span`` is its place in the text, ``refused`` whether it is a server's reply.
    """

    finding: str
    rank: int
    certainty: Certainty
    words: str
    source: str = ""
    span: tuple[int, int] = (0, 0)
    refused: bool = False


_SYMBOL = re.compile(
    r"\b(?:WSA)?E[A-Z]{5,20}\b|\be(?:conn|net|host|timedout|acces|addr)[a-z]{0,10}\b"
    r"|\b[A-Z][A-Z0-9]{2,30}(?:_[A-Z0-9]{2,30}){1,8}\b|\b(?:0x)?8[0-9A-F]{7}\b|\b[0-9A-F]{8}:"
    r"|\[Errno \d|\berrno\b|\bos error \d|[(#]\d{2,5}\b|\b(?:code|error)\W{1,3}-?\d{2,5}\b|-98\d\d\b|SSL routines|_ssl\.c"
    r"|\bx509: |\btls: |\bdial tcp\b|\b(?:curl|msmtp|gnutls_\w{1,40}|getaddrinfo)\b"
    r"|\b[a-z]{2,12}(?:\.\w{1,40}){2,6}(?:Exception|Error)\b"
    r"|\b(?:[A-Z][a-z]{2,20}){2,6}(?:Exception|Error|Mismatch|Errors)\b"
)
"""What only a library or a system writes beside its words."""
_BESIDE = 90
_SENTENCE = re.compile(r"(?:\w[\w'-]*\W{1,4}){4}\w")


def proved(text: str, start: int, end: int) -> bool:
    """Return whether a program's words are a whole sentence, or stand beside a code of a library or a system."""
    before = text[max(0, start - _BESIDE) : start].rpartition("\n")[2]
    near = before + text[start:end] + text[end : end + _BESIDE].partition("\n")[0]
    return _SYMBOL.search(near) is not None or _SENTENCE.match(text, start, end) is not None


def weighed(signs: list[Sign], unsure: bool = False) -> list[Sign]:
    """Return the findings of a text, likeliest first, each once and as certain as the text allows.

    ``unsure``: the text has no sign of mail, or names another service, so nothing in it is sure.
    """
    refused = any(sign.refused for sign in signs)
    first = min((sign.span[0] for sign in signs if sign.refused), default=0)
    ordered = sorted(
        (_after_refusal(sign, first) if refused else sign for sign in signs),
        key=lambda sign: sign.rank,
    )
    if ordered and ordered[0].rank < VAGUE:
        ordered = [sign for sign in ordered if sign.rank < VAGUE]
    best: dict[str, Sign] = {}
    for sign in ordered:
        best.setdefault(sign.finding, sign)
    found = [_level(sign, ordered) for sign in best.values()]
    return [at_most_likely(sign) for sign in found] if unsure else found


def _after_refusal(sign: Sign, first: int) -> Sign:
    """Return the end of a connection behind the rejection that it follows; ``first`` is the place of the first one."""
    said = sign.finding in ("grt-421", "aut-sequence") and sign.span[0] > first
    if not said and (sign.refused or sign.finding not in ENDS):
        return sign
    return replace(sign, rank=max(sign.rank, PLAIN + AFTER), certainty=Certainty.POSSIBLE)


def _level(sign: Sign, others: list[Sign]) -> Sign:
    if sign.rank >= VAGUE:
        return replace(sign, certainty=Certainty.POSSIBLE)
    if sign.certainty is Certainty.SURE and any(_contradicts(other, sign) for other in others):
        return at_most_likely(sign)
    return sign


def at_most_likely(sign: Sign) -> Sign:
    """Return a sign that is not sure."""
    sure = sign.certainty is Certainty.SURE
    return replace(sign, certainty=Certainty.LIKELY) if sure else sign


def _contradicts(other: Sign, sign: Sign) -> bool:
    """Return whether other words of a text support another finding."""
    apart = other.span[0] >= sign.span[1] or other.span[1] <= sign.span[0]
    return (
        other.finding != sign.finding
        and other.finding not in GENERAL
        and other.certainty is not Certainty.POSSIBLE
        and other.rank <= sign.rank + AFTER
        and apart
    )
