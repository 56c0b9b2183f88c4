"""Reply texts about limits: recipients, sizes, rates, space."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["LIMITS"]

LIMITS: tuple[WordingRow, ...] = (
    rows(  # of the recipient, not of the sender
        "snd-temp",
        r"\brecipient\b[^\n]{0,90}exceed\w*[^\n]{0,30}rate",
        protocols="s",
        code=r"4\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(  # a table of addresses or domains, or a directory behind it
        "snd-temp",
        r"temporary lookup failure",
        r"(?:address|recipient|sender|domain|alias|table) look-?up (?:failure|failed|error)",
        protocols="s",
        code=r"4\d\d",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-too-many-rcpt",
        r"\brp:drc\b|too many recipients",
        r"recipients? (?:limit|count)[^\n]{0,20}(?:exceed|reach)",
        r"maximum (?:number of )?recipients",
        protocols="s",
        unless=r"(?:this|per|an) (?:hour|day)",
    ),
    rows(
        "snd-size",
        r"\bsize limit|(?:message|mail|data) size|message (?:is )?too (?:big|large)",
        r"maximum (?:allowed )?(?:message )?size",
        r"larger than (?:the )?(?:allowed|current|limit)",
        protocols="s",
        code=r"(?!421)(?:4|5)\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "lim-daily",
        (
            r"(?:daily|hourly|monthly|weekly|24[- ]?hours?|per (?:day|hour)|day|sending|"
            r"sent|outbound|user|submission|credits?|message|plan|account|free|"
            r"e-?mail)[- ]?\w*[^\n]{0,24}(?:limit|quota|allowance|credits?)[^\n]{0,30}"
            r"(?:exceed|reach|used|hit|over|deplet)"
        ),
        (
            r"(?:exceed|reach)\w*[^\n]{0,40}(?:daily|hourly|monthly|24[- ]?hour|sending|"
            r"outbound|submission|message|e-?mail|mail|relay)[^\n]{0,20}(?:limit|quota|rate|"
            r"credits?)"
        ),
        (
            r"(?:exceed|reach)\w*[^\n]{0,60}\b(?:sent|send) (?:e-?mails|mails|messages)"
            r"[^\n]{0,40}(?:hours?|days?|months?)\b"
        ),
        r"limit for the number of messages",
        r"too many recipients (?:this|per|an) (?:hour|day)",
        r"(?:exceed|reach)\w*[^\n]{0,60} per (?:hour|day)\b|maximum credits",
        r"credits? (?:exceeded|exhausted)|unusual sending|not enough credits",
        r"quota[^\n]{0,20}(?:for )?sending|sending (?:is )?(?:suspended|disabled|paused)",
        r"mails? per (?:hour|day)|5\.4\.5\b|submissionquota",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
        unless=r"^(?:the )?user quota",
    ),
    rows(
        "lim-rate-smtp",
        r"\bhl:ifc\b|\bmi:(?:dmc|sfq)\b",
        r"unusual rate of (?:unsolicited )?(?:mail|e-?mail)",
        (
            r"too (?:much|many) (?:recent )?(?:mails?|messages|e-?mails?|errors|"
            r"auth commands|commands|requests|invalid)"
        ),
        r"rate[- ]?limit|deferred due to (?:user complaints|unexpected|excessive)",
        r"messages? (?:from|per)[^\n]{0,40}(?:rate|limit)|sending (?:rate|too)",
        r"throttl|unusual rate|try again later[^\n]{0,12}rate",
        r"(?:receiv|send)\w* (?:mail|messages?) (?:too|at a rate)|over ?rate",
        r"greylisted due to rate",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-size",
        (
            r"\b(?:message|size|mail|e-?mail|content|data|length)\b(?!\.)(?![^\n]{0,40}"
            r"(?:time|rate))[^\n]{0,50}(?:exceed|too (?:big|large|long)|larger than|"
            r"over the)"
        ),
        r"too (?:big|large)|size (?:limit|=)|maximum (?:message )?size",
        protocols="s",
        code=r"(?!421)(?:4|5)\d\d",
        unless=r"storage allocation|quota|\blines?\b",
    ),
    rows(
        "lim-throttled",
        r"(?:sender address rejected|policy rejection)[^\n]{0,40}quota",
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-rcpt-full",
        r"over ?quota|quota (?:is |has been )?exceed|quota violation|storage allocation",
        (
            r"(?:mailbox|mail ?box|inbox|account|recipient|user)[^\n]{0,30}\b(?:is |"
            r"are )?(?:full|over quota|out of (?:storage|space))"
        ),
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
        unless=r"sender address rejected|policy rejection|queue",
    ),
    rows(
        "snd-storage",
        r"insufficient (?:system )?(?:storage|disk|resources)|space shortage|no space",
        r"disk full|out of (?:disk|storage)|not enough (?:disk|space)",
        protocols="s",
    ),
)
