"""Reply texts about a recipient, and about a message that a server cannot carry."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["RECIPIENT"]

_RECIPIENT = r"(?:recipient|user|mailbox|account|address|addressee|rcpt|e-?mail(?: account)?)"

RECIPIENT: tuple[WordingRow, ...] = (
    rows(
        "snd-relay-denied",
        (
            r"relay(?:ing)?(?: access| attempt| mail| is| has been| was| to| from)*"
            r"[^\n]{0,20}(?:denied|not (?:permitted|allowed|authori[sz]ed|enabled|accepted)|"
            r"prohibited|disallowed|forbidden|rejected|refused|disabled|blocked)"
        ),
        r"unauthori[sz]ed relay|relay traffic|relay(?:ing)? refus",
        r"not (?:a )?(?:local host|gateway)\b",
        (
            r"(?:unable|not (?:permitted|allowed|authori[sz]ed)|cannot|can't|will not|won't|"
            r"do not|don't|denied|denies|no|refuse[sd]? to|not) (?:to )?(?:through )?relay"
        ),
        r"relayaccess|use me [^\n]{0,60}as a relay|relay[^\n]{0,40}without (?:auth|log)",
        r"open relay|rcpthosts",
        r"not (?:a )?(?:local|hosted)[^\n]{0,20}(?:domain|recipient|host)",
        r"non-accepted domain|tenantattribution|not our customer",
        r"outside (?:our|this) (?:domain|network)|5\.7\.(?:54|64|367)\b",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "mbx-trycreate",
        r"mailbox doesn't exist|\btrycreate\b",
        protocols="i",
        certainty=Certainty.LIKELY,
    ),
    rows(  # Haraka, where no plugin takes the recipient
        "snd-relay-denied",
        r"^i cannot deliver mail for",
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-rcpt-unknown",
        (
            rf"\b{_RECIPIENT}\b[^\n]{{0,60}}(?:unknown|does(?:n't| not) exist|not (?:found|"
            rf"exist|known|available|listed|active|a valid)|no such|unavailable|invalid|"
            rf"disabled|inactive|undeliverable|disallowed|prohibited|couldn't be found)"
        ),
        r"(?:cannot|can't|could not|unable to) deliver (?:(?:e-?)?mail|messages?)? ?(?:for|to)\b",
        r"^address rejected\b|not in (?:the )?recipient (?:list|table|map)",
        r"user doesn't have an? \S+ account|no longer (?:valid|available|exists|active)",
        r"no such (?:user|recipient|mailbox|address|person|account|domain)",
        r"(?:disabled|inactive) (?:recipient|mailbox)",
        r"(?:recipient|mailbox)\b[^\n]{0,30}\b(?:is )?(?:blocked|frozen)|badrcptto",
        r"^host unknown|unknown (?:user|recipient|mailbox|local|address|account)",
        r"unrouteable|user unknown|addressee|recip\w*notfound|no mailbox",
        r"no (?:one|account) (?:here )?by that name",
        r"not (?:a )?(?:valid|known) (?:recipient|mailbox)|invalid recipient",
        r"bad destination|nosuchuser",
        protocols="s",
        code=r"5\d\d|450",
        place=SessionPlace.MAIL,
        unless=(
            r"temporar|valid rfc|\b(?:service|server|system) (?:is )?(?:currently )?(?:unavailable|"
            r"not available|busy|down)"
        ),
    ),
    rows(
        "snd-rcpt-syntax",
        (
            r"(?:bad|invalid|illegal|malformed) (?:recipient|destination|rcpt)[^\n]{0,12}"
            r"(?:syntax|address)"
        ),
        r"recipient address[^\n]{0,300}(?:syntax|malformed|contain|not a valid rfc)",
        r"syntactically invalid recipient|5\.1\.3\b",
        protocols="s",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-rcpt-syntax",
        r"(?:user|recipient|mailbox|rcpt) address required",
        r"(?:bad|invalid|illegal|malformed) (?:rcpt to )?address|address syntax",
        r"^syntax error(?! \(?(?:in )?command| ?,? ?command)",
        protocols="s",
        code=r"501|553",
        place=SessionPlace.MAIL,
        certainty=Certainty.POSSIBLE,
    ),
    rows(
        "snd-smtputf8",
        r"smtputf8|internationali[sz]ed (?:mail|e-?mail|address)",
        r"non-ascii (?:address|mailbox|sender|recipient)",
        protocols="s",
    ),
    rows("snd-8bit", r"8-?bit|conversion required", protocols="s", place=SessionPlace.MAIL),
    rows(
        "snd-bare-lf",
        r"bare (?:lf|linefeed|line feed|newline|cr|<lf>)s?|barelinefeeds|smtplf\.html",
        protocols="s",
    ),
    rows(
        "snd-line-length",
        r"line (?:is )?(?:too long|length)|lines? (?:longer|exceed)",
        protocols="s",
    ),
    rows(
        "grt-554",
        r"not accepting (?:connections|mail|messages)|no smtp service",
        r"(?:ip|client|host|access)[^\n]{0,30}(?:denied|blocked|rejected|not welcome)",
        r"service not available|transaction failed",
        protocols="s",
        code="5(?:54|50|21|71)",
        place=SessionPlace.GREETING,
    ),
    rows(
        "grt-421",
        r"try again|later|busy|load|unavailable|too many|limit",
        protocols="s",
        code=r"421|45[0-3]",
        place=SessionPlace.GREETING,
    ),
    rows(  # a rejection of MAIL without a reason
        "snd-ip-blocked",
        r"^(?:sorry, )?access (?:is )?denied\W{0,3}$",
        protocols="s",
        code=r"55[0-4]",
        certainty=Certainty.POSSIBLE,
        place=SessionPlace.MAIL,
    ),
    rows(  # a rejection without a reason
        "snd-spam",
        (
            r"^(?:message|mail|e-?mail|content) (?:was |has been |is )?(?:rejected|refused|"
            r"not accepted)\W{0,3}$"
        ),
        protocols="s",
        code=r"55[0-4]",
        certainty=Certainty.POSSIBLE,
    ),
)
