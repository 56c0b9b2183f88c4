"""Reply texts to a login, to a greeting and to STARTTLS."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_entra import ENTRA
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["GENERAL", "LOGIN"]

_PROTOCOL = r"\b(?:imap4?|pop3?|smtp)s?\b"
_OFF = (
    r"(?:disabled|not enabled|(?:switched|turned) off|not (?:yet )?(?:activated|active|allowed|"
    r"available|open|opened|permitted)|blocked|deactivated|suspended|unavailable for)"
)
_REFUSED = (
    r"(?:fail(?:ed|ure|s)?|fehlgeschlagen|incorrect|invalid|error|reject(?:ed)?|denied|"
    r"unsuccessful|not (?:accepted|authenticated|authori[sz]ed|verified)|refused|wrong|unauthori[sz]ed|bad|mismatch)"
)
_LOGIN = r"(?:auth(?:enticat\w+|ori[sz]ation)?|log[- ]?(?:in|on)|sign[- ]?(?:in|on)|sasl)"
_CREDENTIALS = r"(?:credentials?|user ?names?|user ?id|users?|logins?|passw(?:or)?d|passphrase|authentication data|api ?key)"

LOGIN: tuple[WordingRow, ...] = (
    # TLS first
    rows(
        "stt-already",
        r"\b(?:tls|ssl) (?:is )?(?:already|currently) (?:active|started|on|in use|enabled|running)",
        r"already (?:in|using|running|have) (?:a )?(?:tls|ssl)",
        r"starttls (?:again|twice)|command not permitted when tls active",
    ),
    rows(
        "tls-client-cert",
        r"no client cert(?:ificate)? (?:presented|found|sent|supplied)",
        r"client cert(?:ificate)? (?:is )?(?:required|not (?:presented|trusted|verified))",
        r"\bcert(?:ificate)? required\b|untrusted client cert",
    ),
    rows(
        "aut-encryption-required",
        r"encryption (?:is )?(?:required|needed) for (?:the )?requested auth",
        r"must use (?:ssl|tls|encryption) (?:to|before) (?:auth|log)",
        protocols="s",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "stt-required",
        r"must issue (?:an? )?starttls|issue (?:an? )?starttls (?:command )?first",
        r"(?:starttls|stls|tls|ssl|encryption|encrypted (?:connection|channel|session)|secure connection|secure channel) (?:command )?"
        r"(?:is |are |must be |has to be )?(?:required|needed|mandatory|first|demanded|enforced|issued|used|necessary)",
        r"(?:require|requires|need|needs|use|demands?|must (?:use|have|be|start|negotiate)|please) (?:an? |the |over )?"
        r"(?:starttls|tls|ssl|encrypt\w*|secure[d]? (?:connection|channel|transport))",
        r"without (?:an? )?(?:ssl|tls|starttls|encrypt\w*)(?:/tls)? ?(?:encryption |connection )?(?:is |are )?(?:not |dis|in|im|un)",
        r"(?:over|on|via) (?:an? )?(?:unencrypted|insecure|non-?secure|plaintext) (?:connection|channel|link)",
        r"session encryption is required|connection is not (?:secure|encrypted)",
        protocols="s",
        code=r"(?!538)[45]\d\d",
        unless=r"s/?mime|\b(?:open)?pgp\b|\bgpg\b",  # about the message, not the connection
    ),
    rows(
        "cap-logindisabled-clear",
        r"(?:plain ?text|clear ?text)[^\n]{0,40}(?:disallowed|not (?:allowed|permitted|supported|available)|disabled|prohibited|forbidden|rejected)",
        r"(?:only available|only permitted|not permitted|not allowed|disabled) (?:under|without|outside)[^\n]{0,20}(?:layer|tls|ssl|encrypt\w*)",
        r"(?:starttls|stls|tls|ssl|encryption|secure connection|secure channel) (?:command )?(?:is |are |must be )?(?:required|needed|mandatory|first)",
        r"(?:require|requires|need|must use|use|enable|issue|please) (?:an? |the )?(?:starttls|stls|tls|ssl|encrypt\w*|secure connection)",
        r"must (?:first )?(?:issue|use|start) (?:an? )?(?:starttls|stls|tls)",
        r"login (?:is )?disabled (?:before|without|until)|privacyrequired|password was exposed",
        protocols="ip",
    ),
    rows(
        "stt-refused",
        r"\b(?:start)?tls (?:is )?(?:not|currently not|temporarily|currently) ?(?:un)?(?:available|ready|configured|possible)",
        r"tls (?:support )?(?:isn't|is not|not) (?:enabled|configured|supported|available)",
        r"(?:tls|starttls) (?:negotiation |initiali[sz]ation )?(?:failed|failure|unavailable)|error initiali[sz]ing tls",
        r"cannot (?:start|load|get|initiali[sz]e)[^\n]{0,20}(?:tls|certificate|cert\b)",
    ),
    # limits and locks
    rows(
        "mbx-pop3-locked",
        r"(?:mail ?drop|mailbox|mail ?box|popbox|spool)[^\n]{0,40}(?:lock|in use|busy|already open)",
        r"unable to (?:lock|open)[^\n]{0,20}(?:mail ?drop|mailbox)|account (?:is )?(?:already )?in use|lock (?:busy|failed)|\bin-use\b|another (?:pop3? )?(?:session|process|client|connection)",
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
        r"(?:connection|\bip) (?:rate|frequency)[^\n]{0,40}(?:limit|exceed|too high)|reached (?:its|the) limit for processing|too many connections in (?:a|the)",
        protocols="s",
        code="432|421|45[0-4]|55[0-4]",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "lim-throttled",
        r"(?:thread|concurrent connections?|connections?|submission rate|recipient rate|message rate|sending rate)[^\n]{0,60}(?:limit|exceed)",
        r"throttl|slow(?:ing)? down|rate limit|too fast|frequency limited|\b(?:too|is|was) busy\b",
        protocols="s",
        code="432|421|45[0-4]",
        certainty=Certainty.LIKELY,
        unless=r"\b(?:auth\w*|log ?in) rate|\brecipient\b[^\n]{0,99}rate",
    ),
    rows(
        "lim-throttled",
        r"\bthrottl|slow down|rate limit(?:ed)?\b|too many (?:requests|commands)|overquota_\w+ commands|request is throttled|busy\b[^\n]{0,30}backoff|suggested backoff",
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "lim-connections",
        r"too (?:many|much) (?:concurrent |simultaneous |open |active |imap |pop3? |smtp |ssl )*(?:connections|sessions|logins from|clients)",
        r"max(?:imum)? (?:number of |allowed |of )?(?:concurrent |simultaneous |imap |pop3? )*(?:connections|sessions)",
        r"(?:connections?|sessions?) (?:limit|count|per (?:user|ip))[^\n]{0,30}(?:exceed|reach|\d)|(?:exceed|reach)\w*[^\n]{0,40}(?:connections?|sessions?)\b",
        r"mail_max_userip_connections|\bhl:icc\b",
    ),
    rows(
        "lim-bandwidth",
        r"(?:exceed|over)\w*[^\n]{0,30}bandwidth|bandwidth[^\n]{0,30}(?:exceed|limit|quota)|download limit",
    ),
    rows(
        "lim-pop3-delay",
        r"minutes? apart|once every|every \d+ (?:minutes|seconds)|minimum (?:time|interval)|(?:log ?in|poll|check)\w*[^\n]{0,30}too (?:often|frequent|soon)|too (?:frequent|soon|many checks)",
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
        r"(?:account|user|login|mailbox(?! is locked)|address|access|ip|client)\b[^\n]{0,30}(?:is |has been |was |been )?(?:temporar\w+ )?\b(?:locked|lock(?:ed)? out|banned)",
        r"(?:temporarily|temporary) (?:locked|blocked|restricted|suspended|banned|lock)|\b(?:account|user|log ?in) lock-?out\b",
        r"(?:log ?in|auth\w*) (?:rate|attempts?|failures?)[^\n]{0,20}(?:limit|exceed|hit|reached)|(?:exceed|reach)\w*[^\n]{0,30}(?:log ?in|auth\w*) (?:attempts?|failures?)",
        r"login rate|repeated (?:failed|bad|login)|brute.?force|excessive (?:failed|login)",
        r"(?:account|mailbox)[^\n]{0,20}blocked for [^\n]{0,20}(?:minute|hour|time)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-locked",
        r"too many (?:failed|bad|invalid|incorrect|wrong|unsuccessful) (?:log ?[io]ns?|auth\w*|passwords?|attempts?)",
        r"too many (?:auth\w*|log ?[io]n|password) (?:failures|errors)",
        place=SessionPlace.GREETING,
    ),
    rows(  # one of several causes in a list, at most
        "aut-locked",
        r"login frequency|frequency limited",
        place=SessionPlace.LOGIN,
        certainty=Certainty.POSSIBLE,
    ),
    # Microsoft
    rows("aut-smtp-off-tenant", r"smtpclientauthentication is disabled for the tenant"),
    rows("aut-smtp-off-mailbox", r"smtpclientauthentication is disabled for the mailbox"),
    rows("aut-smtp-off-tenant", r"smtpclientauthentication is disabled"),
    rows(
        "aut-oauth-only",
        r"basic ?auth\w*[^\n]{0,40}(?:disabled|not supported|blocked|retired|deprecated|turned off|not allowed)|basicauthblocked",
        r"(?:log ?in|auth\w*|password)[^\n]{0,60}(?:via|with|use|using|requires?|only) (?:oauth|xoauth2|modern auth)",
        r"(?:password|plain|basic) (?:log ?ins?|auth\w*)[^\n]{0,30}(?:no longer|retired|deprecated)",
        r"less secure app|logondenied-basicauth",
    ),
    rows("aut-security-defaults", r"security defaults"),
    rows(
        "aut-conditional-access",
        r"conditional access|did not meet the criteria to be authenticated",
    ),
    # which password
    rows(
        "aut-auth-code",
        r"authori[sz]ation code|enter your authori[sz]ation\b|auth(?:entication)? code (?:to|is|was|required)|授权码|授權碼",
        r"service\.mail\.qq\.com|wx\.mail\.qq\.com|help\.mail\.163\.com|login fail\. (?:account is abnormal|password is)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-app-password",
        r"app(?:lication)?s?[- ]?(?:specific[- ])?passw",
        r"parol[^\n]{0,12} prilozhen|пароль?[^\n]{0,12} приложени|invalidsecondfactor|mot de passe d.application",
        r"(?:password|key) (?:made|generated|created) for (?:mail|imap|email)|secure mail key|third[- ]party (?:app )?password|mail[- ]client password",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-web-login",
        r"web ?browser|web ?login|log ?in (?:via|through|to|on|at) (?:the |your )?web|sign ?in (?:via|through|at|on) (?:the )?web",
        r"log in (?:with|through|via) your browser|verify your (?:account|identity)|confirm (?:that )?it(?:'s| is) you|accounts\.google\.com/signin",
        place=SessionPlace.LOGIN,
    ),
    rows("aut-web-login", r"(?:continue|sending|messages)[^\n]{0,40}(?:sign|log) ?in to your"),
    rows(
        "aut-protocol-off",
        rf"{_PROTOCOL}(?:/{_PROTOCOL})?(?: (?:auth\w*|access|service|services|protocol|login|logins|logon|relay|use|sending|feature|function))*"
        rf"(?: (?:for|of) (?:this|the|your) (?:user|account|mailbox|domain))?(?: is| are| was| has been| have been)?(?: currently| temporarily)? {_OFF}",
        rf"(?:disabled|not enabled|not open|not (?:allowed|permitted|authori[sz]ed)|isn't (?:enabled|allowed)|cannot use|can't use|no access|(?:yet )?to enable|please (?:enable|open)|"
        rf"must enable|turn on|activate|enable) (?:for |to |to use |the |your |access |via |by |use |using )*{_PROTOCOL}",
        rf"(?:does not|doesn't|do not|don't) have (?:an? )?{_PROTOCOL}\b|service is not open|does not have access rights? to this service|not activated for (?:pop|imap)|pop3?/imap",
        r"not enabled for (?:imap|pop)|(?:protocol|service) (?:is )?(?:disabled|not enabled|not allowed)|access to this protocol|plan does not (?:include|support)",
        r"access (?:is )?denied[^\n]{0,30} (?:for|to) this (?:service|protocol)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-ip-denied",
        r"(?:\bip\b|ip address|network|country|location|region|geo\w*)[^\n]{0,40}(?:not (?:allowed|permitted|authori[sz]ed|whitelisted|trusted|recogni[sz]ed)|unauthori[sz]ed|denied|blocked|restricted)",
        r"(?:unauthori[sz]ed|unknown|untrusted|blocked|forbidden|suspicious) (?:ip|network|country|location|client address)",
        r"(?:not (?:allowed|permitted)|denied|blocked|forbidden) from (?:this|your|that|the current|\[?\d)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-suspended",
        r"(?:account|user|mailbox|login|domain|client|access|subscription|service)\b[^\n]{0,40}(?:is |are |has been |was |been |currently )?(?:disabled|suspended|deactivated|terminated|"
        r"closed|inactive|frozen|not active|on hold|blocked|revoked|archived)\b",
        r"(?:disabled|suspended|deactivated|inactive|blocked|terminated) (?:account|user|mailbox|login|client)",
        r"(?:account|user|mailbox)\b[^\n]{0,20}not (?:yet|been) (?:been )?activated",
        r"(?:sending|outgoing mail|sign-?in)\b[^\n]{0,12}(?:has been|is|was) (?:disabled|suspended|blocked)|login disabled for|unpaid|payment|overdue|violation of (?:our )?(?:terms|policy)",
        place=SessionPlace.LOGIN,
        unless=r"^service (?:is )?not (?:active|available)",
    ),
    rows(
        "aut-expired",
        r"(?:password|passwd|credentials?)\b[^\n]{0,20}(?:expired|too old|must be changed|has to be changed)|expired (?:password|credentials?)",
        place=SessionPlace.LOGIN,
        unless=r"token|oauth",
    ),
    rows(  # at any command
        "aut-suspended",
        r"\byour (?:\w+ ){0,2}account\b[^\n]{0,40}(?:suspended|disabled|deactivated|on hold|frozen|not (?:yet )?(?:been )?(?:activated|approved)|pending (?:approval|activation|review)|under review)",
        r"activate your (?:\w+ )?account|sending (?:for|from) this account (?:is|was|has been) (?:disabled|blocked|suspended)",
        protocols="s",
    ),
    rows(
        "snd-sender-unverified",
        r"domain \S{1,250} is not allowed to send|domain is unverified|from/sender name is not valid",
        protocols="s",
    ),
    rows("aut-transition", r"password transition", protocols="s"),
    rows(  # in reply to USER
        "aut-bad",
        r"^(?:\[auth\] )?(?:sorry, )?(?:(?:no such|unknown|no) (?:mailbox|user|account)\b|(?:mailbox|user|account) (?:is )?(?:unknown|not found|no longer exists|does(?: not|n't) exist))|^never heard of",
        protocols="p",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "aut-not-connected",
        r"user is authenticated but not connected|authenticated but not connected",
    ),
    rows(
        "aut-id-required",
        r"unsafe login|kefu@188\.com",
    ),
    *ENTRA,
    rows(  # the directory of users, behind the server
        "aut-temp",
        r"(?:sql|ldap|directory|database|backend) (?:\w+ )?error",
        protocols="ip",
        place=SessionPlace.LOGIN,
        certainty=Certainty.LIKELY,
    ),
    rows(  # the server that checks passwords, behind the one that says it
        "aut-temp",
        r"connection (?:was )?lost to (?:the )?auth|lost connection to (?:the )?auth|failed: generic failure",
        place=SessionPlace.LOGIN,
        code="535",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "aut-token",
        r"aadsts\d|invalid_grant|invalid_token|invalid_client|unauthorized_client|invalid_scope|invalid_request",
        r"(?:(?:access|refresh)[- ]?token|oauth\w*|bearer|xoauth2?|jwt)[^\n]{0,30}(?:expired|invalid|fail|reject|revoked|denied|not valid|malformed|error)",
        r"token (?:has |is |was )?(?:been )?(?:expired|invalid|revoked|rejected|malformed)|expired token|invalid (?:oauth|access|bearer|sasl argument)[^\n]{0,10}",
        r"invalid sasl argument",
        place=SessionPlace.LOGIN,
    ),
    # the form of the login
    rows(
        "cap-no-auth",
        r"\bauth\w*\b (?:command |extension |mechanism |service )?(?:is |are )?(?:not|isn't|un) ?(?:enabled|available|allowed here|offered|implemented|advertised|recogni[sz]ed)",
        r"command ['\"]?auth\w*['\"]?[^\n]{0,30}(?:not|un)[- ]?(?:recogni[sz]ed|implemented|supported|available|known)|auth(?:entication)? not (?:supported|required)",
        r"command (?:not |un)(?:recogni[sz]ed|implemented|known|supported)\W{0,4}auth\b",
        r"(?:unrecogni[sz]ed|unknown|unsupported) command[^\n]{0,12}auth|when not advertised|does not (?:support|require) auth",
        protocols="s",
        place=SessionPlace.LOGIN,
        code=r"50[0-4]|538|535|550|554",
    ),
    rows(
        "aut-mech-unknown",
        r"(?:unrecogni[sz]ed|unsupported|unknown|invalid|unimplemented|disabled) (?:sasl |auth\w* )+(?:type|mech\w*|method|scheme|protocol)",
        r"(?:auth\w*|sasl) (?:type|mech\w*|method|scheme)[^\n]{0,30}(?:not |un|disabled|invalid)",
        r"(?:mech\w*|login method)[^\n]{0,20}(?:not (?:supported|available|offered|enabled|allowed)|unsupported|unavailable|disabled)|unsupported sasl|no (?:mechanisms?|worthy mechs) (?:available|found)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-too-weak",
        r"(?:mechanism|method)[^\n]{0,20}too weak|stronger (?:auth|mech)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-sequence",
        r"(?:send|say|issue|expected|need|use|polite people)[^\n]{0,20}\b(?:hello|helo|ehlo|helo/ehlo|ehlo/helo)\b[^\n]{0,20}first|(?:helo|ehlo|hello) first",
        r"already (?:authenticated|logged in|authori[sz]ed)|auth\w* (?:command )?already|(?:sender|mail) (?:already (?:specified|given|set)|not yet given)|nested mail command|(?:^|\bneed )(?:mail|rcpt) (?:from |to )?(?:command )?first\b|(?:bad|wrong|invalid|improper) (?:command )?sequence|bad sequence|out of (?:order|sequence)",
        r"cannot decode|invalid base64|base ?64|malformed auth|invalid (?:auth\w* )?(?:response|initial response|encoding)|illegal state|command (?:is )?not valid in this state|invalid state",
        r"(?:auth\w*|sasl) (?:exchange |command )?(?:cancell?ed|aborted)|bad auth (?:data|format|input)",
        code=r"(?!555).+",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-not-logged-in",
        r"(?:smtp )?auth\w*(?:/\w+)? (?:is )?(?:required|needed|necessary|first)|(?:client|user) (?:was |is )?not authenticated|\bnot authenticated\b",
        r"log ?in (?:is )?(?:required|needed|first)|\b(?:must|need to|please|have to|requires?|should|have not|(?<!could )(?<!cannot )not) (?:be )?(?:auth(?:enticat\w*)?|log(?:ged)? ?in)\b(?![^\n]{0,12}fail)",
        r"authenticate first|you must (?:first )?auth|anonymous (?:mail|access|sending)|unauthenticated (?:mail|sender|users?)",
        protocols="s",
        code=r"5(?:[035][0-9]|7\d)|4\d\d",
        unless=r"relay\w*[^\n]{0,80}denied|sender address rejected: not logged in|auth\w* as (?:the )?(?:owner|sender)|\b(?:spf|dkim|dmarc)\b|(?:not|n't) match[^\n]{0,20}(?:sender|from)|(?:sender|from)[^\n]{0,40}(?:not|n't) match",
    ),
    rows(  # words beat a code for temporary failures
        "aut-bad",
        rf"^(?:invalid|incorrect|wrong|bad) {_CREDENTIALS}(?: (?:or|and) {_CREDENTIALS})?\W{{0,3}}$",
        protocols="s",
        place=SessionPlace.LOGIN,
        code="4(?:54|35|51)",
        certainty=Certainty.LIKELY,
    ),
)

GENERAL: tuple[WordingRow, ...] = (
    rows(
        "aut-temp",
        r"temporar\w*[^\n]{0,40}(?:fail\w*|problem|error|unavailable|trouble|auth\w*|down)|temporarily|try (?:again )?later|again later|retry later",
        r"connection (?:lost )?to (?:the )?auth|auth\w* (?:server|service|backend|daemon|database)[^\n]{0,30}(?:down|unavail|fail|not|lost|error|timeout)",
        r"unable to authenticate at present|cannot authenticate (?:at|now)|(?:server|service|system|backend|database)[^\n]{0,12}(?:unavailable|is down|busy)",
        r"unknown auth error|internal (?:server |system |auth\w* )?error|system (?:error|problem)|timed? ?out while|lookup failure|unavailable|\bmaintenance\b",
        place=SessionPlace.LOGIN,
        code=r"(?!535).*",
    ),
    rows(
        "aut-bad",
        rf"\b{_LOGIN}\b[^\n]{{0,30}}?\b{_REFUSED}",
        rf"\b(?:invalid|incorrect|bad|wrong|unknown|unable to verify|failed|rejected)\b[^\n]{{0,24}}?\b(?:{_CREDENTIALS}|{_LOGIN}|account)",
        rf"\b(?:{_CREDENTIALS}|account|user/password)\b[^\n]{{0,40}}?\b(?:{_REFUSED}|passwd rejected|unknown|do(?:es)? not (?:match|exist)|doesn't (?:match|exist)|not (?:match\w*|valid|recogni[sz]ed|correct|found|known))",
        r"no such user|access denied|permission denied|cannot (?:log ?in|authenticate)|could not (?:log ?in|authenticate)|authenticationfailed|not logged in|unable to (?:log ?[io]n|authenticate)\b(?! at present)",
        r"check your (?:user|password|credentials)|unauthori[sz]ed\b|(?:password|mot de passe|passwort|contraseña|senha)[^\n]{0,30}(?:falsch|incorrect|errone|inválid|incorrect)",
        r"neverno[^\n]{0,10} parol|неверн|密码错误|密碼錯誤|帐号或密码|账号或密码|用户名或密码|認証に失敗",
        place=SessionPlace.LOGIN,
        code=r"5\d\d|NO|BYE|-ERR",
    ),
    rows(  # servers that answer a rejected login with BAD
        "aut-bad",
        r"^(?:log ?in|auth\w*) (?:error|failed|failure|incorrect|invalid|rejected|denied)|^(?:invalid|incorrect|wrong|bad) (?:credentials|user ?name|password|log ?in)",
        code="BAD",
        protocols="i",
        certainty=Certainty.LIKELY,
    ),
)
"""Rejections without a reason, tried last, after the codes."""
