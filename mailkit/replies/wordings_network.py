"""Reply texts about the network that a message comes from, and about what is in it."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["LISTED", "NETWORK"]

LISTED = (
    r"\blisted (?:at|in|on|by) [\w.-]{3,80}\.\w{2,12}\b|"
    r"(?:found|present) on (?:one or more )?(?:rbl|dnsbl|black)|"
    r"policy restrictions? \(ip based|"
    r"block(?:ed)? (?:using|by|list|for (?:abuse|spam))|black ?list|block ?list|"
    r"deny ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|sorbs|uceprotect|"
    r"proofpoint|senderbase|reputation|\bs31\d\d\b|\btss\d\d\b|banned sending ip|"
    r"abuseat|\bblack ip\b|\bhl:(?:rep|mep)\b|\bdt:rbl\b|\bwm:bli\b"
)
"""The sender's address stands on a list."""
_EARLY = (SessionPlace.GREETING, SessionPlace.HELLO)

NETWORK: tuple[WordingRow, ...] = (
    rows(  # what a mail shield says in place of the server
        "env-av-shield",
        r"connect to (?:smtp|pop3?|imap4?|mail) server [^\n]{1,80}, connect (?:timeout|error)",
        r"\bproxy\b[^\n]{0,30}(?:could not|cannot|unable to|failed to) connect to",
        code=r"[45]\d\d|-ERR|BYE",
        place=_EARLY,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-greylist",
        r"gr[ea]y-?list|\[gl\d\d\]|temporarily deferred$|come back (?:in|later)",
        r"retry in \d|4\.7\.1[^\n]{0,20}(?:deferred|delayed)",
        r"temporarily deferred, (?:try|please)",
        protocols="s",
        code=r"4\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-ptr",
        r"reverse (?:dns|lookup|host|hostname|record|resolution)|\bptr\b",
        r"cannot find your|\brdns\b|no reverse|does not have a (?:valid )?hostname",
        r"5\.7\.25\b|hostname lookup fail|ip name (?:lookup failed|possibly forged)",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
        unless=r"relaying denied",
    ),
    rows(
        "snd-ptr",
        r"reverse (?:dns|lookup|record)|\bptr\b|\brdns\b|no reverse",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=_EARLY,
    ),
    rows(
        "snd-ip-blocked",
        LISTED,
        (
            r"(?:your|client|sending|this|the|that) (?:ip|host|address|network|"
            r"mail server)[^\n]{0,50}(?:blocked|banned|listed|denied|rejected|not allowed|"
            r"refused|unwelcome|poor)"
        ),
        (
            r"\b(?:ip|address)\b[^\n]{0,40}(?:is )?(?:blocked|black ?listed|listed (?:in|at|"
            r"on)|banned)"
        ),
        r"no access (?:for|from) (?:this|your) (?:ip|host|address|server)",
        r"(?:not|n't) (?:allowed|permitted|authori[sz]ed) to connect",
        r"access denied, banned|dynamic (?:ip|address|pool)",
        r"residential (?:ip|address|connection|customer|host|network)",
        r"host network not allowed|client host rejected: access denied",
        r"(?:mail|traffic|connections?)[^\n]{0,12} not accepted from (?:your|this)",
        r"not accepting (?:mail|connections|traffic) from (?:your|this)",
        r"weren't sent[^\n]{0,20}part of their network",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-ip-blocked",
        LISTED,
        r"\b(?:dynamic|residential) (?:ip|address|pool|connection|customer|host|network)",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=_EARLY,
    ),
    rows(  # the program that looks for spam and viruses fails
        "snd-temp",
        (
            r"\b(?:scan(?:ner|ning)?|filter|milter)\b[^\n]{0,30}(?:unavailable|not available|"
            r"refused|failed|failure|error|timed? ?out|down\b)"
        ),
        protocols="s",
        code=r"4\d\d",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-spam",
        r"\bspam|junk|unsolicited|classified as",
        r"content (?:rejected|filter|not accept|refus|denied|policy)|virus|malware|phish",
        r"dt:spm|suspicious|\bdmarc\b|\bspf\b|\bdkim\b|5\.7\.2[0-9]\b",
        r"policy (?:reasons|restrictions|violation)",
        r"(?:rejected|denied|refused|blocked) by (?:\w+ )?policy|policy rejection",
        r"security polic|\bfrom:? header[^\n]{0,30}(?:missing|not accepted)",
        r"(?:missing|having no)[^\n]{0,40}\bfrom:? header|objectionable",
        r"(?:banned|prohibited|illegal|unsafe) (?:content|attachment)|message filtered",
        (
            r"attachments?\b[^\n]{0,30}(?:not (?:allowed|permitted)|blocked|rejected|"
            r"forbidden|denied)"
        ),
        r"mail rejet",
        (
            r"(?:message|mail) (?:was )?(?:rejected|refused|blocked)[^\n]{0,30}(?:content|"
            r"policy|filter|score)"
        ),
        r"not compliant with rfc 5322|5\.7\.1 message (?:rejected|refused|content)",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
        unless=r"\brelay(?:ing)? (?:access )?(?:is )?(?:rejected|denied|refused|not)",
    ),
)
