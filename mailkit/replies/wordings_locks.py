"""Reply texts about limits on logins and connections, and about locked accounts."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["LOCKS"]

LOCKS: tuple[WordingRow, ...] = (
    rows(
        "mbx-pop3-locked",
        r"(?:mail ?drop|mailbox|mail ?box|popbox|spool)[^\n]{0,40}(?:lock|in use|busy|already open)",
        r"(?:unable to|cannot|can't|could not) lock[^\n]{0,20}(?:mail ?drop|mailbox)",
        r"account (?:is )?(?:already )?in use|lock (?:busy|failed)|\bin-use\b",
        r"another (?:pop3? )?(?:session|process|client|connection)",
        protocols="p",
    ),
    rows("grt-421", r"too (?:much|high|heavy) (?:\w+ )?load", protocols="s", code=r"421"),
    rows(
        "grt-421",
        r"\b(?:too|is|was) busy\b",
        protocols="s",
        code=r"4\d\d",
        place=SessionPlace.GREETING,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "lim-connections",
        r"concurrent connections?[^\n]{0,30}(?:limit|exceed)",
        protocols="s",
        place=SessionPlace.GREETING,
    ),
    rows(
        "lim-daily",
        r"daily (?:\w+ ){0,3}(?:quota|limit) (?:is |has been )?(?:exceed|reach)",
        protocols="s",
    ),
    rows(
        "lim-rate-smtp",
        r"(?:connection|\bip) (?:rate|frequency)[^\n]{0,40}(?:limit|exceed|too high)",
        r"reached (?:its|the) limit for processing|too many connections in (?:a|the)",
        protocols="s",
        code="432|421|45[0-4]|55[0-4]",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "lim-throttled",
        (
            r"(?:thread|concurrent connections?|connections?|submission rate|recipient rate|"
            r"message rate|sending rate)[^\n]{0,60}(?:limit|exceed)"
        ),
        r"throttl|slow(?:ing)? down|rate limit|too fast|frequency limited|\b(?:too|is|was) busy\b",
        protocols="s",
        code="432|421|45[0-4]",
        certainty=Certainty.LIKELY,
        unless=r"\b(?:auth\w*|log ?in) rate|\brecipient\b[^\n]{0,99}rate",
    ),
    rows(
        "lim-throttled",
        r"\bthrottl|slow down|rate limit(?:ed)?\b|too many (?:requests|commands)",
        r"overquota_\w+ commands|busy\b[^\n]{0,30}backoff|suggested backoff",
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "lim-connections",
        (
            r"too (?:many|much) (?:concurrent |simultaneous |open |active |imap |pop3? |smtp |"
            r"ssl )*(?:connections|sessions|logins from|clients)"
        ),
        (
            r"max(?:imum)? (?:number of |allowed |of )?(?:concurrent |simultaneous |imap |"
            r"pop3? )*(?:connections|sessions)"
        ),
        r"(?:connections?|sessions?) (?:limit|count|per (?:user|ip))[^\n]{0,30}(?:exceed|reach|\d)",
        r"(?:exceed|reach)\w*[^\n]{0,40}(?:connections?|sessions?)\b",
        r"mail_max_userip_connections|\bhl:icc\b",
    ),
    rows(
        "lim-bandwidth",
        r"(?:exceed|over)\w*[^\n]{0,30}bandwidth|bandwidth[^\n]{0,30}(?:exceed|limit|quota)",
        r"download limit",
    ),
    rows(
        "lim-pop3-delay",
        r"minutes? apart|once every|every \d+ (?:minutes|seconds)|minimum (?:time|interval)",
        r"(?:log ?in|poll|check)\w*[^\n]{0,30}too (?:often|frequent|soon)",
        r"too (?:frequent|soon|many checks)",
        protocols="p",
    ),
    rows(
        "lim-rate-smtp",
        r"too many auth commands|auth command[^\n]{0,20}rate",
        protocols="s",
    ),
    rows(  # no lock that ends by itself
        "aut-suspended",
        r"administratively (?:locked|disabled|blocked|suspended)",
        r"(?:locked|disabled|blocked|suspended|banned) by (?:an? |the |your |our )?(?:\w+ )?admin",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-locked",
        r"too many (?:\w+ ){0,3}(?:log ?[io]ns?|auth\w*|attempts?|failures?|failed|invalid|bad|incorrect|password)",
        (
            r"(?:account|user|login|mailbox(?! is locked)|address|access|ip|"
            r"client)\b[^\n]{0,30}(?:is |has been |was |been )?(?:temporar\w+ )?\b(?:locked|"
            r"lock(?:ed)? out|banned)"
        ),
        r"(?:temporarily|temporary) (?:locked|blocked|restricted|suspended|banned|lock)",
        r"\b(?:account|user|log ?in) lock-?out\b",
        r"(?:log ?in|auth\w*) (?:rate|attempts?|failures?)[^\n]{0,20}(?:limit|exceed|hit|reached)",
        r"(?:exceed|reach)\w*[^\n]{0,30}(?:log ?in|auth\w*) (?:attempts?|failures?)",
        r"login rate|repeated (?:failed|bad|login)|brute.?force|excessive (?:failed|login)",
        r"(?:account|mailbox)[^\n]{0,20}blocked for [^\n]{0,20}(?:minute|hour|time)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-locked",
        (
            r"too many (?:failed|bad|invalid|incorrect|wrong|unsuccessful) (?:log ?[io]ns?|auth\w*|"
            r"passwords?|attempts?)"
        ),
        r"too many (?:auth\w*|log ?[io]n|password) (?:failures|errors)",
        place=SessionPlace.GREETING,
    ),
    rows(  # one of several causes in a list, at most
        "aut-locked",
        r"login frequency|frequency limited",
        place=SessionPlace.LOGIN,
        certainty=Certainty.POSSIBLE,
    ),
)
