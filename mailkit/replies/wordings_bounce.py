"""Reply texts that bounces quote: of closed accounts, lists of addresses, limits, and commands out of order.

They come before the wordings of :mod:`mailkit.replies.wordings_login` and those of the envelope, since each has a
narrower meaning.
"""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["BOUNCE"]

_CLOSED = (
    r"(?:blocked|bloque|bloqué|locked|frozen|suspended|disabled|deactivated|closed|moved|inactive|terminated|expired"
    r"|removed|discontinued)"
)
_LIKELY, _MAIL = Certainty.LIKELY, SessionPlace.MAIL

BOUNCE: tuple[WordingRow, ...] = (
    rows(  # a limit whose reason is the message
        "snd-spam",
        r"limited because[^\n]{0,40}(?:\b(?:spf|dkim|dmarc)\b|\bheader\b)",
        protocols="s",
        certainty=_LIKELY,
    ),
    rows(  # a setting of the mail program
        "snd-not-logged-in",
        (
            r"(?:turn on|switch on|enable|activate|use|check|"
            r"configure)[^\n]{0,20}\bauth\w*[^\n]{0,30} (?:in|of|for) your (?:e-?)?mail (?:client|"
            r"program|software|application)"
        ),
        protocols="s",
        certainty=_LIKELY,
    ),
    rows(
        "aut-suspended",
        r"\bsender(?:'s)? account\b[^\n]{0,40}(?:suspended|disabled|deactivated|on hold)",
        protocols="s",
        certainty=_LIKELY,
    ),
    rows(  # NetEase, where SMTP is not switched on
        "aut-protocol-off",
        r"^user has no permission\W{0,3}$",
        protocols="s",
        code="55[0-4]|535",
        certainty=_LIKELY,
    ),
    rows(
        "aut-mech-unknown",
        r"\bauth\w* mode[^\n]{0,30}(?:not |un|disabled|invalid)",
        protocols="s",
        place=SessionPlace.LOGIN,
        certainty=_LIKELY,
    ),
    rows(
        "aut-sequence",
        r"sequence error|start (?:afresh|again|over)\b",
        r"\b(?:say|send|issue) (?:mail|rcpt) (?:from |to )?(?:command )?first\b",
        protocols="s",
        code="50[0-3]",
        certainty=_LIKELY,
    ),
    rows(
        "snd-loop",
        r"mail (?:forwarding )?loop|(?:hop ?count|hops)[^\n]{0,20}exceed|too many (?:hops|received)",
        r"\bloops? back to (?:my|it)self|(?:message|mail|it) is looping",
        r"maximum hop count|routing loop|loop (?:detected|for \S{1,120} detected)",
        protocols="s",
    ),
    # the recipient
    rows(  # delivery restrictions of Exchange and Google Groups, private lists
        "snd-rcpt-restricted",
        r"(?:not|n't) (?:in|on) (?:the |its |a )?(?:\S+ )?allowed[- ]senders? list",
        r"resolver\.rst\.\w*(?:restricted|notauthori[sz]ed|authrequired|notauthenticated)",
        r"delivery restriction check failed|(?:group|recipient|address) (?:only )?accepts (?:e?-?mail|messages) only from",
        (
            r"(?:only|not) (?:members|subscribers|authori[sz]ed senders)[^\n]{0,20} (?:can|may|are allowed to"
            r"|allowed to) (?:post|send|write)"
        ),
        (
            r"(?:do(?:es)? not|do(?:es)?n't|may not) have (?:the )?permission to (?:post|send)"
            r"[^\n]{0,40}\b(?:group|list|recipient)\b"
        ),
        protocols="s",
        place=_MAIL,
        code=r"5\d\d",
    ),
    rows(
        "snd-rcpt-unknown",
        rf"(?:recipient(?:'s)?(?: e?-?mail)?|destination|addressee's|\buser (?:[^\s@]{{1,64}}@\S{{1,120}}"
        rf"|<[^>]{{1,120}}>)|^(?:the |this )?(?:mailbox|user|account))(?: (?:account|mailbox|address"
        rf"|inbox))?[^\n]{{0,24}}? (?:is |has been |was |has )?(?:currently |temporar\w+ )?{_CLOSED}\b",
        rf"{_CLOSED} (?:recipient|mailbox|user|addressee)\b",
        r"(?:do|does)(?: not|n't) exists? (?:that|this|such) (?:user|mailbox)",
        r"not (?:a )?user of (?:this|our)|recipient (?:does not|doesn't) have an account|badrcptto",
        r"not (?:one of )?our (?:user|customer)s?\b|user (?:is )?not local\b",
        r"could not be delivered to (?:the |this )?recipient",
        r"your message to \S{3,250} (?:cannot|could not) be delivered",
        r"(?:recipient|destination)[^\n]{0,30} (?:domain|host)[^\n]{0,20}not (?:reachable|found|exist|known)",
        r"not (?:a )?(?:registered|known)[^\n]{0,20} (?:user|recipient|address|mailbox)",
        r"does(?:n't| not) appear to exist",
        protocols="s",
        place=_MAIL,
        code=r"5\d\d|450",
        certainty=_LIKELY,
        unless=r"mailbox is locked|(?:sender|your) account|quota|\bfull\b|relay",
    ),
    rows(
        "snd-relay-denied",
        r"relay check|not configured to relay|rcpt to not accepted",
        protocols="s",
        place=_MAIL,
        code="501|55[0-4]",
        certainty=_LIKELY,
    ),
    # the sender
    rows(
        "snd-sender-unverified",
        r"unrout(?:e)?able sender|^verification failed\W{0,3}$",
        r"^(?:could not|cannot|unable to) verify (?:the )?sender",
        protocols="s",
        place=_MAIL,
        certainty=_LIKELY,
    ),
    rows(
        "snd-sender-not-owned",
        r"den(?:y|ies|ied) (?:the |this |your )?sender\b",
        protocols="s",
        place=_MAIL,
        code="55[0-4]",
        certainty=Certainty.POSSIBLE,
    ),
    rows(
        "snd-sender-domain",
        r"\bfrom: ?domain\b|\bprovide a valid from\b",
        r"^(?:domain )?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6} does(?:n't| not) exist",
        protocols="s",
        place=_MAIL,
        certainty=_LIKELY,
    ),
    rows(
        "snd-sender-syntax",
        r"mail from (?:is )?invalid",
        protocols="s",
        place=_MAIL,
        code=r"5\d\d",
        certainty=_LIKELY,
    ),
    # the sender's address and its lists
    rows(
        "snd-ip-blocked",
        r"no access (?:for|from) mail (?:host|server)",
        r"(?:which|that|it|server|host) is an open relay|\binsecure (?:mail )?relay",
        r"not in (?:the |our )?(?:white|allow) ?list|\[bl\d\d\]",
        r"connections? (?:will )?not be accepted from",
        r"(?:no longer|not|n't) accepts? (?:\w+ )?connections? from|dynamically assigned",
        r"messages? from \[?[\d.]{7,15}\]? weren't sent|\b(?:sc|dy)-00\d\b",
        protocols="s",
        certainty=_LIKELY,
    ),
    rows(  # T-Online, to servers that it does not know
        "snd-ip-blocked",
        r"^ip=[\d.:a-f]{2,45} - ",
        protocols="s",
        code="554",
        certainty=_LIKELY,
    ),
    rows(
        "snd-ptr",
        r"(?<!denied\. ip )\bname lookup fail",
        protocols="s",
        place=_MAIL,
        certainty=_LIKELY,
        unless="relaying denied",
    ),
    # limits
    rows(
        "lim-daily",
        r"(?:exceed|reach)\w*[^\n]{0,20}\bdaily\b[^\n]{0,24}(?:quota|limit)",
        protocols="s",
        certainty=_LIKELY,
    ),
    rows(
        "snd-size",
        r"too much mail data|attachment\b[^\n]{0,20}\btoo (?:big|large|long)",
        protocols="s",
        certainty=_LIKELY,
    ),
    rows(
        "lim-rate-smtp",
        r"\b(?:mi|rp):(?:cel|ccl|srb)\b",
        r"too many (?:same[- ]size|similar|identical) (?:mails?|messages)",
        r"\b(?:ip|sending|mail|message|sender|domain) frequency (?:is )?(?:limit|exceed)",
        r"\bpeak\b[^\n]{0,24}\blimit",
        protocols="s",
        certainty=_LIKELY,
    ),
    # the message
    rows(
        "snd-spam",
        r"purported responsible|\bwm:blu\b|\bblack mail\b|badmailfrom|sender is unauthenticated",
        r"(?:multiple|several|more than one|duplicate)[^\n]{0,24}(?:headers?\b|addresses in|in from)",
        r"rfc ?\d{3,4}[^\n]{0,6} compliant",
        r"(?:missing|without|lacks|contains?|having no)[^\n]{0,40}(?:\bheader\b|message-id)",
        r"has a policy that|denied (?:by|due to|for) (?:\w+ )?polic",
        protocols="s",
        place=_MAIL,
        code=r"[45]\d\d",
        certainty=_LIKELY,
    ),
    rows(  # a policy that the server does not name
        "snd-spam",
        r"administrative(?:ly)? prohibit",
        protocols="s",
        place=_MAIL,
        certainty=Certainty.POSSIBLE,
    ),
    rows("snd-line-length", r"\bline limit\b", protocols="s", certainty=_LIKELY),
    rows(
        "snd-bare-lf",
        r"stray (?:newline|lf|linefeed)",
        protocols="s",
        certainty=_LIKELY,
    ),
    rows(
        "grt-554",
        (
            r"(?:host|domain|server|system|\.[a-z]{2,12}) (?:does not|doesn't|is not|not|"
            r"no longer) accept(?:s|ing)? (?:any |e-?)?(?:mail|messages)\b"
        ),
        protocols="s",
        code=r"5(?:54|50|21|56|71)",
        certainty=_LIKELY,
    ),
)
