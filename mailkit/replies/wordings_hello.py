"""Reply texts to HELO and EHLO, and to a client that speaks too early."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["HELLO"]

HELLO: tuple[WordingRow, ...] = (
    rows(
        "grt-early-talker",
        r"synchroni[sz]ation|pregreet|talk(?:ed|s)? (?:too )?(?:early|soon)",
        r"before (?:my |the )?(?:greeting|banner)|protocol error: client sent data",
        r"without waiting for greeting",
        protocols="s",
    ),
    rows(
        "snd-helo",
        (
            r"\b(?:helo|ehlo|hello)\b(?: command|/ehlo| name| argument(?:s|\(s\))?| domain|"
            r" host| string| greeting)*[^\n]{0,40}(?:reject|invalid|need|must|syntax|"
            r"mismatch|refus|not (?:allowed|accept|valid|resolv|fully|found|correct)|denied|"
            r"bad|illegal|forged|require|unacceptable|blocked|doesn't|does not)"
        ),
        (
            r"(?:invalid|bad|syntactically invalid|illegal|malformed|unacceptable|forged|"
            r"missing|rejected|your|access denied[^\n]{0,12}) (?:domain name in )?(?:helo|"
            r"ehlo)\b"
        ),
        r"invalid (?:domain name|domain|address literal)[^\n]{0,30}",
        r"need fully-qualified hostname|\((?:helo|ehlo)\)",
        r"use (?:a |your )?(?:fully|fqdn|real)[^\n]{0,20}(?:helo|ehlo|hostname)",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.HELLO,
    ),
    rows(
        "snd-helo",
        r"(?:helo|ehlo) command rejected|syntax: (?:helo|ehlo)\b",
        r"syntactically invalid (?:helo|ehlo)",
        r"(?:helo|ehlo)[^\n]{0,20}(?:argument|name)[^\n]{0,20}(?:invalid|must|reject|qualified)",
        r"\((?:helo|ehlo)\)|invalid (?:helo|ehlo)|rejected: (?:helo|ehlo)",
        protocols="s",
    ),
    rows(  # Exchange, which says so to EHLO only
        "snd-helo",
        r"^(?:5\.5\.4 )?invalid domain name\b",
        protocols="s",
        code="501",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-pop-before-smtp",
        r"check (?:for (?:new )?)?(?:your )?(?:e-?)?mail (?:before|first|with)",
        r"(?:first|please) check (?:for (?:new )?)?(?:your )?(?:e-?)?mail",
        r"pop[- ]?before[- ]?smtp|pop (?:authentication|login) (?:first|before)",
        protocols="s",
    ),
)
