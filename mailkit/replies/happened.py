"""Tell what happened from what a text denies, supposes, explains or tells of the past.

A reply or an error text counts only if it happened and was not overcome:

1. Denied: “no connection timeout”, “Fixed "Connection refused"”. It does not count.
2. Supposed or explained: “if the server answers 535”, “535 means …”, below a heading “Possible errors”. It is possible
   at most.
3. Past: “since then everything works”, “now I get …”. It is possible at most, behind what happens now.
4. Overcome: the same message was delivered later, or the login succeeded by another mechanism. It does not count.
"""

import re
from dataclasses import replace

from mailkit.replies.evidence import AFTER, ENDS, VAGUE, Sign
from mailkit.replies.reply import Certainty

__all__ = [
    "advising",
    "denied",
    "gone",
    "headed",
    "negated",
    "now_in",
    "past",
    "since_delivery",
    "supposed",
]

_ADVICE = re.compile(
    r"\b(?:may|might|could (?!not\b)|possibly|perhaps|maybe|probably|if|unless|make sure|ensure"
    r"|please check|check (?:that|if|whether|your|the)|verify (?:that|if|whether)|e\.g\.|for example"
    r"|usually means|due to a possible|when(?:ever)? you)\b(?:[^.;\n]|\.(?=\d)){0,60}\Z"
    r"|\botherwise,? (?:the|it|you|this|your)\b[^.;,\n]{0,60}\Z",
    re.I,
)


def advising(text: str, at: int) -> bool:
    """Return whether the words at a position are advice, a plan or a question, and not what happened."""
    before = text[max(0, at - 90) : at]
    return _ADVICE.search(before) is not None or _UNREAL.search(before) is not None


_UNREAL = re.compile(
    r"\bexpected(?: (?:behaviou?r|result|outcome))?: (?:(?!\b(?:actual|got|but)\b)[^\n]){0,80}\Z"
    r"|\b(?:feature request|how (?:do|can|could|should|to)(?: (?:I|we|one))? (?:simulate|test|trigger|reproduce|mock|catch"
    r"|handle)|used to (?:get|see|say|fail|show|answer)|back then|at that time)\b(?:[^.;\n]|\.(?=\d)){0,80}\Z"
    r"|\b(?:handle[sd]?|catch(?:es)?|simulate[sd]?|than) ['\"]{1,2}\Z",
    re.I,
)
"""What a person expects, plans, asks for, or remembers."""


_NEGATED = re.compile(
    r"\b(?:(?:no|without|zero|0|not an?|isn't an?|never an?)(?: any| more| further| such)?(?: [a-z]{1,12})?"
    r"|(?:don't|do not|doesn't|does not|no longer|never) (?:(?:get|see|have|show|receive|answer|return|say|send|report)s?"
    r"|repl(?:y|ies)|(?:saw|seen|got|had|received|answered|returned|said|reported|replied)(?! ?\())(?: with)?(?: the| an?| any)?"
    r"|(?:fix(?:e[sd])?|solve[sd]?|resolve[sd]?)(?: (?:the|an?|issue|bug|problem|error|with|of|where|for)){0,3})"
    r" ['\"(]{0,2}\Z",
    re.I,
)


def negated(text: str, at: int) -> bool:
    """Return whether the words before a position say that it did not happen."""
    return _NEGATED.search(text[max(0, at - 40) : at]) is not None


def gone(text: str, end: int) -> bool:
    """Return whether the words behind a position say that it does not happen any more."""
    return _GONE.match(text, end) is not None


_DENIED_INSIDE = re.compile(
    r"[\w,;:] (?:(?:there (?:is|are|was|were)|and|but) )(?:no|never an?) [a-z -]{3,40}\Z", re.I
)


_GONE = re.compile(
    r"(?:[^\n.]|\.(?=\d)){0,90}?\b(?:(?:is|are|was|were) (?:now |all )?gone|(?:has |have )?(?:disappeared|vanished|stopped)"
    r"|went away|no longer (?:occurs?|appears?|happens?))\b",
    re.I,
)
_NONE = re.compile(r"\w{0,30}['\"}\]]{0,3}\s?[:=]?\s?0(?![\w.:,%]\w|\w)")
"""A count that is zero."""


def denied(text: str, start: int, end: int) -> bool:
    """Return whether words are denied, by what stands before, within or behind them."""
    return (
        negated(text, start)
        or gone(text, end)
        or _DENIED_INSIDE.search(text[start:end]) is not None
        or _NONE.match(text, end) is not None
    )


_CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|unless|in case|would)\b"
    r"[^.;:\n('\"]{1,80}['\"(]{0,2}\Z|\bRFC ?\d{3,5}\b[^\n]{0,40}\Z"
    r"|\b(?:may|might|can|could) (?:see|show|get|receive|answer|reply|return|say)\b[^.\n]{0,80}\Z",
    re.I,
)
_DEFINED = re.compile(
    r"\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?['\")]{0,2} (?:means|stands for|indicates|is an?|is the"
    r"|is (?:returned|sent|used) (?:if|when|by|for)|would|if|when|whenever|unless"
    r"|for (?:\w+ ){0,2}(?:senders|recipients|clients|messages|users))\b"
    r"|\d{3}[ -][^\n]{0,120}\bthis (?:response|reply|code) (?:[^\n]{0,40} )?(?:indicates|means|is returned)\b",
    re.I,
)
_HEADED = re.compile(
    r"\b(?:possible|common|typical|frequent|usual) (?:\w+ ){0,2}(?:errors|error (?:messages|codes)|messages|replies"
    r"|responses|reply codes)\b|\b(?:mögliche|häufige|typische) (?:fehler|meldungen)"
    r"|messages d.erreur (?:possibles|courants|fréquents)"
    r"|errores (?:posibles|comunes|frecuentes)|errori (?:comuni|possibili|frequenti)"
    r"|(?:возможные|частые|типичные) ошибки|常见错误|可能的错误"
    r"|\b(?:errors?|code|reply)\b[^\n|]{0,20}\|[ \t]{0,8}(?:meaning|cause|description|explanation|solution|fix)\b",
    re.I,
)
"""A heading of a manual."""


def supposed(text: str, at: int) -> bool:
    """Return whether a reply at a position is supposed or explained: “if the server answers 535, …”, “535 means …”."""
    before = text[max(0, at - 90) : at]
    return (
        _CONDITIONAL.search(before) is not None
        or _UNREAL.search(before) is not None
        or _DEFINED.match(text, at) is not None
    )


def headed(text: str) -> int:
    """Return where a heading of a manual stands, below which nothing happened; the end of the text without one."""
    match = _HEADED.search(text)
    return match.start() if match else len(text)


_NOW = re.compile(
    r"\b(?:after that|since then)\b|\b(?:now|still|then) (?:(?:I(?:'m| am)?|we(?:'re| are)?|it(?:'s| is)?"
    r"|the (?:server|error|log|app|client)|my \w+) )?(?:just |only |always )?"
    r"(?:get(?:s|ting)?|sees?|seeing|sa(?:y|ys|id|ying)|fail(?:s|ing)?|shows?|throws?|return(?:s|ing)?|stops?|with\b"
    r"|different error)",
    re.I,
)
"""A person tells what happens now, after what happened before."""

_WORKS = re.compile(
    r"\b(?:since then|ever since|after that|now|today|meanwhile)\b[^.\n]{0,30}\b(?:works?|working|runs fine|is (?:fine|ok))\b"
    r"(?![^\n]{0,60}\b(?:but|except|only|until|however|not)\b)"
    r"|\A(?P<all>\W{0,4}(?:re: )?\W?(?:solved|resolved|fixed))\b"
    r"|^[^\n]{0,120}\b(?:(?<!not )(?:re-?)?connected|logged in again|(?:attempt|try) [\d/]{1,7} succeeded)\W{0,3}$",
    re.I | re.M,
)
"""A person tells that it works now."""


def now_in(text: str) -> str:
    """Return the part of a text that tells what happens now; empty where nothing says so."""
    at = max((match.start() for match in _NOW.finditer(text)), default=-1)
    return text[at:] if at > 0 else ""


def past(sign: Sign) -> Sign:
    """Return a sign of what a person tells of the past, or of which that is not certain."""
    return replace(sign, rank=max(sign.rank, VAGUE + 2 * AFTER), certainty=Certainty.POSSIBLE)


_DELIVERED = re.compile(
    r"(?<!not )\b(?:sent successfully|successfully sent|(?:sent|delivered) to \d+ recipient|stat(?:us)?=sent\b"
    r"|queued (?:mail )?(?:as|for)\b|message has been sent\b|delivered successfully)"
    r"|\b250[ -]2\.0\.0 ok\b",
    re.I,
)
_AT_LAST = re.compile(
    r"\b(?:has|have) (?:now|finally|since|meanwhile) been delivered|(?:now|then|finally) delivered",
    re.I,
)
_MESSAGE = re.compile(
    r"(?:(?P<process>[\w/.-]{1,60}\[\d{1,9}\]): )?(?<![\w.-])(?P<id>[0-9A-Za-z-]{3,24})"
    r"(?:: to=| (?:==|\*\*|[=-]>) )<?(?P<rcpt>[^\s<>,]{3,200})"
    r"(?P<sent>[^\n]{0,600}?\bstat(?:us)?=sent\b)?",
    re.I,
)
"""A message to a recipient in the log of Postfix, Sendmail or Exim, and whether it was sent."""
_CONNECTING = re.compile(r"(?P<process>[\w/.-]{1,60}\[\d{1,9}\]): connect to ")
"""A process of Postfix, which tries one server after the other."""


def since_delivery(signs: list[Sign], text: str) -> list[Sign]:
    """Return the signs that have weight beside a message that was delivered.

    What failed before does not count if it was this message, and vague words never do; the end of the connection
    behind it is no failure.
    """
    done = max((match.start() for match in _DELIVERED.finditer(text)), default=-1)
    if done < 0:
        works = _WORKS.search(text)
        return [past(sign) if works and _before(sign, works) else sign for sign in signs]
    at_last = _AT_LAST.search(text) is not None
    sent = _sent(text)
    kept = [
        sign
        for sign in signs
        if sign.span[0] >= done
        or not (at_last or sent.get(_message(sign, text), -1) > sign.span[0])
    ]
    kept = [sign for sign in kept if _counts(sign, done)]
    if sum(rcpt != "" for _, rcpt in sent) > 1:  # a log of several messages
        return kept
    return [sign if _message(sign, text) != _NOBODY else _doubted(sign, done) for sign in kept]


def _before(sign: Sign, works: re.Match[str]) -> bool:
    """Return whether a sign stands before the words that it works now, or below a heading that says so."""
    return works["all"] is not None or sign.span[0] < works.start()


def _sent(text: str) -> dict[tuple[str, str], int]:
    """Return where the log of a server says of a message to a recipient that it was sent, and by which process."""
    sent: dict[tuple[str, str], int] = {}
    for match in _MESSAGE.finditer(text):
        if match["sent"] or text[match.end("id") :][:3] in (" =>", " ->"):
            sent[match["id"], match["rcpt"]] = match.start()
            if match["process"]:
                sent[match["process"], ""] = match.start()
    return sent


def _message(sign: Sign, text: str) -> tuple[str, str]:
    """Return the message and its recipient that the line of a sign is about, or the process that connects."""
    line = text[text.rfind("\n", 0, sign.span[0]) + 1 : sign.span[1]][-1000:]
    if (match := _MESSAGE.search(line)) is not None:
        return match["id"], match["rcpt"]
    connecting = _CONNECTING.search(line)
    return (connecting["process"], "") if connecting else _NOBODY


_NOBODY = ("", "")


def _doubted(sign: Sign, done: int) -> Sign:
    """Return a program's words before a delivery as possible: it went on."""
    went_on = not sign.refused and sign.span[0] < done
    return past(sign) if went_on else sign


def _counts(sign: Sign, done: int) -> bool:
    """Return whether a sign has weight in a text that tells at a position of a delivered message."""
    if sign.refused or sign.certainty is not Certainty.POSSIBLE:
        return True
    return sign.finding not in ENDS and (sign.rank < VAGUE or sign.span[0] >= done)
