"""Reply texts to HELO and EHLO, to an envelope, to a message, and to commands on folders."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["MAIL"]

_SENDER = r"(?:sender|mail from|from|return[- ]path|envelope[- ]from|reverse[- ]path)"
_RECIPIENT = r"(?:recipient|user|mailbox|account|address|addressee|rcpt|e-?mail(?: account)?)"
_LISTED = r"\blisted (?:at|in|on|by) [\w.-]{3,80}\.\w{2,12}\b|(?:found|present) on (?:one or more )?(?:rbl|dnsbl|black)|policy restrictions? \(ip based|block(?:ed)? (?:using|by|list|for (?:abuse|spam))|black ?list|block ?list|deny ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|sorbs|uceprotect|proofpoint|senderbase|reputation|\bs31\d\d\b|\btss\d\d\b|banned sending ip|abuseat|\bblack ip\b|\bhl:(?:rep|mep)\b|\bdt:rbl\b|\bwm:bli\b"
"""The sender's address stands on a list."""
_EARLY = (SessionPlace.GREETING, SessionPlace.HELLO)

MAIL: tuple[WordingRow, ...] = (
    rows(
        "grt-early-talker",
        r"synchroni[sz]ation|pregreet|talk(?:ed|s)? (?:too )?(?:early|soon)|before (?:my |the )?(?:greeting|banner)|protocol error: client sent data|without waiting for greeting",
        protocols="s",
    ),
    rows(
        "snd-helo",
        r"\b(?:helo|ehlo|hello)\b(?: command|/ehlo| name| argument(?:s|\(s\))?| domain| host| string| greeting)*[^\n]{0,40}"
        r"(?:reject|invalid|need|must|syntax|mismatch|refus|not (?:allowed|accept|valid|resolv|fully|found|correct)|denied|bad|illegal|forged|require|unacceptable|blocked|doesn't|does not)",
        r"(?:invalid|bad|syntactically invalid|illegal|malformed|unacceptable|forged|missing|rejected|your|access denied[^\n]{0,12}) (?:domain name in )?(?:helo|ehlo)\b",
        r"invalid (?:domain name|domain|address literal)[^\n]{0,30}|need fully-qualified hostname|\((?:helo|ehlo)\)|use (?:a |your )?(?:fully|fqdn|real)[^\n]{0,20}(?:helo|ehlo|hostname)",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.HELLO,
    ),
    rows(
        "snd-helo",
        r"(?:helo|ehlo) command rejected|syntax: (?:helo|ehlo)\b|syntactically invalid (?:helo|ehlo)|(?:helo|ehlo)[^\n]{0,20}(?:argument|name)[^\n]{0,20}(?:invalid|must|reject|qualified)|\((?:helo|ehlo)\)|invalid (?:helo|ehlo)|rejected: (?:helo|ehlo)",
        protocols="s",
    ),
    rows(
        "snd-pop-before-smtp",
        r"check (?:for (?:new )?)?(?:your )?(?:e-?)?mail (?:before|first|with)|(?:first|please) check (?:for (?:new )?)?(?:your )?(?:e-?)?mail|pop[- ]?before[- ]?smtp|pop (?:authentication|login) (?:first|before)",
        protocols="s",
    ),
    # the sender
    rows(
        "snd-spam",
        r"mail is unauthenticated|either spf or dkim|\b(?:spf|dkim|dmarc)\b[^\n]{0,40}(?:fail|check|pass|align|policy|reject)|per (?:it'?s|your|the) spf record|unauthenticated email|does not have authentication information|required authentication level",
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-rcpt-unknown",
        r"recipient address(?:es)? rejected ?: access denied",
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-sender-unverified",
        r"(?:e-?mail address|sender|from|identit(?:y|ies)|domain|signature)[^\n]{0,60}(?:is |are |was )?(?:not|isn't|never been|un) ?(?:been )?(?:verified|validated|confirmed|registered|authenticated|activated)",
        r"unconfigured sending domain|verified sender|unverified (?:sender|domain|address|email)|validate your (?:sender|domain)|(?:verify|validate|confirm) the (?:sender|sending|from)|sender signature|sandbox|sender you used[^\n]{0,40}not valid|only send testing emails|(?:domain|address|sender)\b[^\n]{0,20}(?:must|needs to|has to) be (?:verified|validated|confirmed)",
        r"domain[^\n]{0,60}(?:is )?not allowed to send|not (?:a )?valid sender|sender verify failed|sender address rejected: (?:user unknown|undeliverable|unverified)|(?:from|sender) domain[^\n]{0,30}not (?:verified|authori[sz]ed|configured)",
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"(?:4|5)\d\d",
        unless=r"recipient address rejected",
    ),
    rows(
        "snd-sender-not-logged-in",
        r"sender address rejected: not logged in|auth\w* as (?:the )?(?:owner|sender)",
        protocols="s",
    ),
    rows(
        "snd-sender-not-owned",
        r"^invalid return[- ]path\W{0,3}$",
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"5\d\d",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-sender-not-owned",
        r"send ?as ?denied|unknown sender (?:address|identity)|send(?:ing)? (?:mail |e-?mail )?(?:as|from|on behalf of)[^\n]{0,40}(?:not (?:allowed|permitted|authori[sz]ed|owned)|denied|forbidden|disallowed)",
        r"(?:not (?:allowed|permitted|authori[sz]ed)|do(?:es)? not have (?:the )?permissions?|no permission|cannot|can't|not have rights) to (?:send|use)[^\n]{0,30}(?:as|from|on behalf|sender|address)",
        r"mail from\W{1,3}is non-local|credentials (?:do not|don't|does not) match (?:the )?(?:sender|from)|(?:mail from|from|sender|address|envelope)[^\n]{0,40}(?:must|should|has to|needs to|does not|doesn't|not|do not)[^\n]{0,20}(?:equal|same as|match|belong|correspond|identical)",
        r"sender address rejected: access denied|not owned by|not the owner of|relaying disallowed as|not one of your addresses|sender address (?:is )?not allowed|mismatch[^\n]{0,30}sender|sender mismatch|(?:sender|from)[^\n]{0,30}(?:different from|differs from)",
        r"(?:sender|from)[^\n]{0,40}(?:not (?:allowed|permitted|authori[sz]ed)|unauthori[sz]ed\b)|not authori[sz]ed (?:as|for)[^\n]{0,24}(?:sender|from|envelope)|5\.7\.60\b|5\.2\.252\b|mapi_e_no_access|incorrect sender header|emetteur invalide|^invalid sender\.?$|user[^\n]{0,40}not authori[sz]ed to send",
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"(?:4|5)\d\d",
    ),
    rows(
        "snd-sender-domain",
        r"invalid dns mx\b|domain of sender|\b(?:from|sender)\b[^\n]{0,20}\bdomain[^\n]{0,20}(?:must|does not|doesn't|did not|cannot|can't|not) (?:be )?resolv|domain must (?:exist|resolve)|sender (?:address )?(?:rejected: )?(?:<?\S{1,120}@\S{1,120} )?(?:domain|host)[^\n]{0,30}(?:not|unresolv|doesn't|invalid|unknown)|sender'?s? domain|(?:unresolvable|non-?existent) (?:sender )?domain",
        protocols="s",
        place=SessionPlace.MAIL,
        unless=r"reverse dns|\bptr\b",
    ),
    rows(
        "snd-sender-syntax",
        r"(?:^|\.{3} )domain name required|sender address rejected: need fully|arguments? (?:to|of|in) mail\b|(?:bad|invalid|illegal|malformed) (?:sender|mail ?from|from|return)[^\n]{0,10} ?address|(?:sender|from) address[^\n]{0,30}(?:syntax|invalid|malformed|contain|not (?:a )?valid)",
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"5\d\d",
        certainty=Certainty.LIKELY,
    ),
    # limits on mail
    rows(  # of the recipient, not of the sender
        "snd-temp",
        r"\brecipient\b[^\n]{0,90}exceed\w*[^\n]{0,30}rate",
        protocols="s",
        code=r"4\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-too-many-rcpt",
        r"\brp:drc\b|too many recipients|recipients? (?:limit|count)[^\n]{0,20}(?:exceed|reach)|maximum (?:number of )?recipients",
        protocols="s",
        unless=r"(?:this|per|an) (?:hour|day)",
    ),
    rows(
        "snd-size",
        r"\bsize limit|(?:message|mail|data) size|message (?:is )?too (?:big|large)|maximum (?:allowed )?(?:message )?size|larger than (?:the )?(?:allowed|current|limit)",
        protocols="s",
        code=r"(?!421)(?:4|5)\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "lim-daily",
        r"(?:daily|hourly|monthly|weekly|24[- ]?hours?|per (?:day|hour)|day|sending|sent|outbound|user|submission|credits?|message|plan|account|free|e-?mail)[- ]?\w*[^\n]{0,24}(?:limit|quota|allowance|credits?)[^\n]{0,30}(?:exceed|reach|used|hit|over|deplet)",
        r"(?:exceed|reach)\w*[^\n]{0,40}(?:daily|hourly|monthly|24[- ]?hour|sending|outbound|submission|message|e-?mail|mail|relay)[^\n]{0,20}(?:limit|quota|rate|credits?)",
        r"(?:exceed|reach)\w*[^\n]{0,60}\b(?:sent|send) (?:e-?mails|mails|messages)[^\n]{0,40}(?:hours?|days?|months?)\b",
        r"limit for the number of messages|too many recipients (?:this|per|an) (?:hour|day)|(?:exceed|reach)\w*[^\n]{0,60} per (?:hour|day)\b|maximum credits|credits? (?:exceeded|exhausted)|unusual sending|not enough credits|quota[^\n]{0,20}(?:for )?sending|sending (?:is )?(?:suspended|disabled|paused)|mails? per (?:hour|day)|5\.4\.5\b|submissionquota",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
        unless=r"^(?:the )?user quota",
    ),
    rows(
        "lim-rate-smtp",
        r"\bhl:ifc\b|\bmi:(?:dmc|sfq)\b|unusual rate of (?:unsolicited )?(?:mail|e-?mail)|too (?:much|many) (?:recent )?(?:mails?|messages|e-?mails?|errors|auth commands|commands|requests|invalid)|rate[- ]?limit|deferred due to (?:user complaints|unexpected|excessive)|messages? (?:from|per)[^\n]{0,40}(?:rate|limit)|"
        r"sending (?:rate|too)|maximum sending rate|throttl|unusual rate|try again later[^\n]{0,12}rate|(?:receiv|send)\w* (?:mail|messages?) (?:too|at a rate)|over ?rate|greylisted due to rate",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-size",
        r"\b(?:message|size|mail|e-?mail|content|data|length)\b(?!\.)(?![^\n]{0,40}(?:time|rate))[^\n]{0,50}(?:exceed|too (?:big|large|long)|larger than|over the)|too (?:big|large)|size (?:limit|=)|maximum (?:message )?size",
        protocols="s",
        code=r"(?!421)(?:4|5)\d\d",
        unless=r"storage allocation|quota",
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
        r"over ?quota|quota (?:is |has been )?exceed|quota violation|storage allocation|(?:mailbox|mail ?box|inbox|account|recipient|user)[^\n]{0,30}\b(?:is |are )?(?:full|over quota|out of (?:storage|space))",
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
        unless=r"sender address rejected|policy rejection|queue",
    ),
    rows(
        "snd-storage",
        r"insufficient (?:system )?(?:storage|disk|resources)|space shortage|no space|disk full|out of (?:disk|storage)|not enough (?:disk|space)",
        protocols="s",
    ),
    # the network and its reputation
    rows(
        "snd-greylist",
        r"gr[ea]y-?list|\[gl\d\d\]|temporarily deferred$|come back (?:in|later)|retry in \d|4\.7\.1[^\n]{0,20}(?:deferred|delayed)|temporarily deferred, (?:try|please)",
        protocols="s",
        code=r"4\d\d",
    ),
    rows(
        "snd-ptr",
        r"reverse (?:dns|lookup|host|hostname|record|resolution)|\bptr\b|cannot find your|\brdns\b|no reverse|does not have a (?:valid )?hostname|5\.7\.25\b|hostname lookup fail|ip name (?:lookup failed|possibly forged)",
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
        _LISTED,
        r"(?:your|client|sending|this|the|that) (?:ip|host|address|network|mail server)[^\n]{0,50}(?:blocked|banned|listed|denied|rejected|not allowed|refused|unwelcome|poor)|\b(?:ip|address)\b[^\n]{0,40}(?:is )?(?:blocked|black ?listed|listed (?:in|at|on)|banned)",
        r"no access (?:for|from) (?:this|your) (?:ip|host|address|server)|(?:not|n't) (?:allowed|permitted|authori[sz]ed) to connect|access denied, banned|dynamic (?:ip|address|pool)|residential (?:ip|address|connection|customer|host|network)|host network not allowed|client host rejected: access denied|(?:mail|traffic|connections?)[^\n]{0,12} not accepted from (?:your|this)|not accepting (?:mail|connections|traffic) from (?:your|this)|weren't sent[^\n]{0,20}part of their network",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-ip-blocked",
        _LISTED,
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=_EARLY,
    ),
    rows(
        "snd-spam",
        r"\bspam|junk|unsolicited|classified as|content (?:rejected|filter|not accept|refus|denied|policy)|virus|malware|phish|dt:spm|suspicious|\bdmarc\b|\bspf\b|\bdkim\b|5\.7\.2[0-9]\b|policy (?:reasons|restrictions|violation)|(?:rejected|denied|refused|blocked) by (?:\w+ )?policy|policy rejection|security polic|\bfrom:? header[^\n]{0,30}(?:missing|not accepted)|(?:missing|having no)[^\n]{0,40}\bfrom:? header|objectionable|(?:banned|prohibited|illegal|unsafe) (?:content|attachment)|message filtered|attachments?\b[^\n]{0,30}(?:not (?:allowed|permitted)|blocked|rejected|forbidden|denied)|mail rejet|"
        r"(?:message|mail) (?:was )?(?:rejected|refused|blocked)[^\n]{0,30}(?:content|policy|filter|score)|not compliant with rfc 5322|5\.7\.1 message (?:rejected|refused|content)",
        protocols="s",
        code=r"(?:4|5)\d\d",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
        unless=r"\brelay(?:ing)? (?:access )?(?:is )?(?:rejected|denied|refused|not)",
    ),
    # the recipient
    rows(
        "snd-relay-denied",
        r"relay(?:ing)?(?: access| attempt| mail| is| has been| was| to| from)*[^\n]{0,20}(?:denied|not (?:permitted|allowed|authori[sz]ed|enabled|accepted)|prohibited|disallowed|forbidden|rejected|refused|disabled|blocked)",
        r"unauthori[sz]ed relay|relay traffic|relay(?:ing)? refus|not (?:a )?(?:local host|gateway)\b|"
        r"(?:unable|not (?:permitted|allowed|authori[sz]ed)|cannot|can't|will not|won't|do not|don't|denied|denies|no|refuse[sd]? to|not) (?:to )?(?:through )?relay|relayaccess|use me [^\n]{0,60}as a relay|relay[^\n]{0,40}without (?:auth|log)|we do not relay|open relay|rcpthosts|not (?:a )?(?:local|hosted)[^\n]{0,20}(?:domain|recipient|host)|"
        r"non-accepted domain|tenantattribution|not our customer|outside (?:our|this) (?:domain|network)|5\.7\.(?:54|64|367)\b",
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
        rf"\b{_RECIPIENT}\b[^\n]{{0,60}}(?:unknown|does(?:n't| not) exist|not (?:found|exist|known|available|listed|active|a valid)|no such|unavailable|invalid|disabled|inactive|undeliverable|disallowed|prohibited|couldn't be found)",
        r"(?:cannot|can't|could not|unable to) deliver (?:(?:e-?)?mail|messages?)? ?(?:for|to)\b",
        r"^address rejected\b|not in (?:the )?recipient (?:list|table|map)|user doesn't have an? \S+ account|no longer (?:valid|available|exists|active)|no such (?:user|recipient|mailbox|address|person|account|domain)|(?:disabled|inactive) (?:recipient|mailbox)|(?:recipient|mailbox)\b[^\n]{0,30}\b(?:is )?(?:blocked|frozen)|badrcptto|^host unknown|unknown (?:user|recipient|mailbox|local|address|account)|unrouteable|user unknown|addressee|recip\w*notfound|no mailbox|no (?:one|account) (?:here )?by that name|not (?:a )?(?:valid|known) (?:recipient|mailbox)|invalid recipient|bad destination|nosuchuser",
        protocols="s",
        code=r"5\d\d|450",
        place=SessionPlace.MAIL,
        unless=r"temporar|valid rfc|\b(?:service|server|system) (?:is )?(?:currently )?(?:unavailable|not available|busy|down)",
    ),
    rows(
        "snd-rcpt-syntax",
        r"(?:bad|invalid|illegal|malformed) (?:recipient|destination|rcpt)[^\n]{0,12}(?:syntax|address)|recipient address[^\n]{0,300}(?:syntax|malformed|contain|not a valid rfc)|syntactically invalid recipient|5\.1\.3\b",
        protocols="s",
        place=SessionPlace.MAIL,
    ),
    rows(
        "snd-rcpt-syntax",
        r"(?:user|recipient|mailbox|rcpt) address required|(?:bad|invalid|illegal|malformed) (?:rcpt to )?address|address syntax|^syntax error(?! \(?(?:in )?command| ?,? ?command)|syntax error in parameters",
        protocols="s",
        code=r"501|553",
        place=SessionPlace.MAIL,
        certainty=Certainty.POSSIBLE,
    ),
    rows(
        "snd-smtputf8",
        r"smtputf8|internationali[sz]ed (?:mail|e-?mail|address)|non-ascii (?:address|mailbox|sender|recipient)",
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
        r"not accepting (?:connections|mail|messages)|no smtp service|smtp service not available|(?:ip|client|host|access)[^\n]{0,30}(?:denied|blocked|rejected|not welcome)|service not available|transaction failed",
        protocols="s",
        code="5(?:54|50|21|71)",
        place=SessionPlace.GREETING,
    ),
    rows(
        "grt-421",
        r"try again|later|busy|overload|load|unavailable|too many|limit",
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
        r"^(?:message|mail|e-?mail|content) (?:was |has been |is )?(?:rejected|refused|not accepted)\W{0,3}$",
        protocols="s",
        code=r"55[0-4]",
        certainty=Certainty.POSSIBLE,
    ),
    # folders and maildrops
    rows(
        "mbx-namespace",
        r"nonexistent namespace|should probably be prefixed|invalid (?:mailbox )?(?:namespace|prefix)|no such namespace|must be prefixed",
        protocols="i",
    ),
    rows(  # the folder of the user on the server
        "mbx-corrupt",
        r"\bchdir\b|unable to (?:open|access|scan|find|enter) (?:your |the |this user's )?(?:maildir|mail ?drop directory|mail (?:directory|folder|spool|storage))|maildir[^\n]{0,60}(?:does not exist|doesn't exist|no such file)",
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-quota",
        r"over ?quota|quota (?:is )?exceed|exceed\w*[^\n]{0,30}quota|mailbox (?:is |size )?(?:full|over|limit|exceed)|disk quota|(?:storage|mailbox)[^\n]{0,20}(?:limit|quota|full)|out of (?:storage|space)|not enough (?:disk )?quota",
        protocols="ip",
    ),
    rows(
        "mbx-trycreate",
        r"(?:mailbox|folder)[^\n]{0,60}(?:doesn't exist|does not exist|not exist|not found|unknown)|(?:no such|unknown|non-?existent|invalid) (?:mailbox|folder)|trycreate|can't open mailbox|not found: \w+|(?:mailbox|folder) (?:isn't|is not) selectable",
        protocols="i",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-noperm",
        r"permission denied|no permission|not permitted|access denied|insufficient rights|read-only",
        protocols="i",
        place=SessionPlace.MAIL,
    ),
    rows(
        "mbx-corrupt",
        r"corrupt|internal error|server ?bug|inconsistent|broken (?:index|mailbox)",
        protocols="i",
        place=SessionPlace.MAIL,
    ),
    rows(  # in reply to a login, which opens the mailbox
        "mbx-corrupt",
        r"(?:unable|failed|cannot|could not|can't) (?:to )?(?:scan|fetch|read|access|open)[^\n]{0,30}(?:maildir|mail ?drop|mail ?box|inbox|spool)",
        r"(?:maildir|mail ?box|inbox|home)\b[^\n]{0,40}: no such (?:file|directory)|has no \$home",
        r"(?:maildir|mail ?drop|mail ?box|spool) (?:read|open|access) (?:failed|error|failure)",
        protocols="p",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-corrupt",
        r"fatal error: [^\n]{0,80}(?:no such file|permission denied|not a directory)",
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "mbx-append-big",
        r"(?:message|size)[^\n]{0,30}(?:too (?:big|large)|exceed|limit)",
        protocols="i",
    ),
    rows(  # 503 is a command out of its order (RFC 5321 §4.2.4), whichever it names
        "aut-sequence",
        r"(?:need|must|expect\w*|issue|send|requires?)\b[^\n]{0,24}\b(?:mail|rcpt|data|helo|ehlo|sender|recipients?)\b|\b(?:mail|rcpt|data|helo|ehlo|sender|recipients?)\b[^\n]{0,24}\b(?:precede|first|before|expected|missing|required)",
        protocols="s",
        code="503",
        certainty=Certainty.LIKELY,
    ),
)
