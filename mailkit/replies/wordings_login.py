"""Reply texts to a login."""

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
    # Microsoft
    rows("aut-smtp-off-tenant", r"smtpclientauthentication is disabled for the tenant"),
    rows("aut-smtp-off-mailbox", r"smtpclientauthentication is disabled for the mailbox"),
    rows("aut-smtp-off-tenant", r"smtpclientauthentication is disabled"),
    rows(
        "aut-oauth-only",
        r"basic ?auth\w*[^\n]{0,40}(?:disabled|not supported|blocked|retired|deprecated|turned off|not allowed)",
        (
            r"(?:log ?in|auth\w*|password)[^\n]{0,60}(?:via|with|use|using|requires?|only) (?:oauth|"
            r"xoauth2|modern auth)"
        ),
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
        r"authori[sz]ation code|enter your authori[sz]ation\b",
        r"auth(?:entication)? code (?:to|is|was|required)|授权码|授權碼",
        r"service\.mail\.qq\.com|wx\.mail\.qq\.com|help\.mail\.163\.com",
        r"login fail\. (?:account is abnormal|password is)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-app-password",
        r"app(?:lication)?s?[- ]?(?:specific[- ])?passw",
        r"parol[^\n]{0,12} prilozhen|пароль?[^\n]{0,12} приложени|invalidsecondfactor",
        r"mot de passe d.application",
        r"(?:password|key) (?:made|generated|created) for (?:mail|imap|email)|secure mail key",
        r"third[- ]party (?:app )?password|mail[- ]client password",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-web-login",
        r"web ?browser|web ?login|log ?in (?:via|through|to|on|at) (?:the |your )?web",
        r"sign ?in (?:via|through|at|on) (?:the )?web",
        r"log in (?:with|through|via) your browser|verify your (?:account|identity|e-?mail(?: address)?|phone(?: number)?)",
        r"confirm (?:that )?it(?:'s| is) you|accounts\.google\.com/signin",
        place=SessionPlace.LOGIN,
    ),
    rows("aut-web-login", r"(?:continue|sending|messages)[^\n]{0,40}(?:sign|log) ?in to your"),
    rows(
        "aut-protocol-off",
        rf"{_PROTOCOL}(?:/{_PROTOCOL})?(?: (?:auth\w*|access|service|services|protocol|login|logins|logon|relay"
        rf"|use|sending|feature|function))*"
        rf"(?: (?:for|of) (?:this|the|your) (?:user|account|mailbox|domain))?(?: is| are| was| has been"
        rf"| have been)?(?: currently| temporarily)? {_OFF}",
        rf"(?:disabled|not enabled|not open|not (?:allowed|permitted|authori[sz]ed)|isn't (?:enabled|allowed)"
        rf"|cannot use|can't use|no access|(?:yet )?to enable|please (?:enable|open)|"
        rf"must enable|turn on|activate|enable) (?:for |to |to use |the |your |access |via |by |use |using )*{_PROTOCOL}",
        rf"(?:does not|doesn't|do not|don't) have (?:an? )?{_PROTOCOL}\b|service is not open"
        rf"|does not have access rights? to this service|not activated for (?:pop|imap)|pop3?/imap",
        r"not enabled for (?:imap|pop)",
        r"(?:protocol|service) (?:is )?(?:disabled|not enabled|not allowed)",
        r"access to this protocol|plan does not (?:include|support)|(?:only|not) (?:available|included|offered"
        r"|supported)[^\n]{0,30}(?:premium|paid|paying|business|pro|free)\b[^\n]{0,20}(?:account|user|plan"
        r"|customer|subscri|member)",
        r"access (?:is )?denied[^\n]{0,30} (?:for|to) this (?:service|protocol)",
        rf"\baccess to (?:the |this )?(?:{_PROTOCOL}|service|protocol)[^\n]{{0,24}}"
        rf"\b(?:denied|refused|forbidden|restricted|{_OFF})",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-ip-denied",
        (
            r"(?:\bip\b|ip address|network|country|location|region|"
            r"geo\w*)[^\n]{0,40}(?:not (?:allowed|permitted|authori[sz]ed|whitelisted|trusted|"
            r"recogni[sz]ed|(?:in|on|part of) (?:the |an? |our |your )?(?:white|allow|access|permitted|trusted|safe))"
            r"|unauthori[sz]ed|denied|blocked|restricted)"
        ),
        (
            r"(?:unauthori[sz]ed|unknown|untrusted|blocked|forbidden|suspicious) (?:ip|network|"
            r"country|location|client address)"
        ),
        r"(?:not (?:allowed|permitted)|denied|blocked|forbidden) from (?:this|your|that|the current|\[?\d)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-suspended",
        r"(?:account|user|mailbox|login|domain|client|access|subscription|service)\b[^\n]{0,40}(?:is |are "
        r"|has been |was |been |currently )?(?:disabled|suspended|deactivated|terminated|"
        r"closed|inactive|frozen|not active|on hold|blocked|revoked|archived)\b",
        r"(?:disabled|suspended|deactivated|inactive|blocked|terminated) (?:account|user|mailbox|login|client)",
        r"(?:account|user|mailbox)\b[^\n]{0,20}not (?:yet )?(?:been )?(?:activated|confirmed|verified|approved)",
        r"(?:sending|outgoing mail|sign-?in)\b[^\n]{0,12}(?:has been|is|was) (?:disabled|suspended|blocked)",
        r"unpaid|payment|overdue|violation of (?:our )?(?:terms|policy)",
        place=SessionPlace.LOGIN,
        unless=r"^service (?:is )?not (?:active|available)",
    ),
    rows(
        "aut-expired",
        r"(?:password|passwd|credentials?)\b[^\n]{0,20}(?:expired|too old|must be changed|has to be changed)",
        r"expired (?:password|credentials?)",
        place=SessionPlace.LOGIN,
        unless=r"token|oauth",
    ),
    rows(  # a demand, and no advice after a wrong one
        "aut-expired",
        r"\bpassword (?:change|renewal) (?:is )?(?:required|needed)",
        r"\b(?:must|have to|need to) (?:first )?(?:change|renew|reset) (?:your |the |its )?passw",
        place=SessionPlace.LOGIN,
        unless=r"incorrect|invalid|wrong|forg[eo]t|\bif\b",
    ),
    rows(  # at any command
        "aut-suspended",
        (
            r"\byour (?:\w+ ){0,2}account\b[^\n]{0,40}(?:suspended|disabled|deactivated|on hold|"
            r"frozen|not (?:yet )?(?:been )?(?:activated|approved)|pending (?:approval|activation|"
            r"review)|under review)"
        ),
        r"\byour (?:\w+ ){0,2}account\b[^\n]{0,24}\b(?:blocked|restricted|barred) (?:for|from) send",
        r"activate your (?:\w+ )?account",
        r"sending (?:for|from) this account (?:is|was|has been) (?:disabled|blocked|suspended)",
        protocols="s",
    ),
    rows(
        "snd-sender-unverified",
        r"domain \S{1,250} is not allowed to send|domain is unverified|from/sender name is not valid",
        protocols="s",
    ),
    rows("aut-transition", r"password transition", protocols="s"),
    rows(  # the server's own licence: nothing that a user can change
        "aut-suspended",
        r"\blicen[cs]e\b[^\n]{0,40}(?:limit|exceed|expired?|invalid|reached|violat|too many|not (?:found|valid))",
        r"(?:limit|maximum|number|exceed\w*|expired|invalid|no)\b[^\n]{0,30} licen[cs]ed?\b",
        place=SessionPlace.LOGIN,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "hst-referral",
        r"\b(?:mailbox|account|user|mail ?drop|e?mail)\b[^\n]{0,40}\b(?:moved|migrated|relocated|transferred)\b",
        r"\b(?:moved|migrated|relocated|transferred) to (?:a |an |another |the |our )?(?:new |other )?"
        r"(?:mail )?(?:server|host|system|platform|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})",
        (
            r"\b(?:mailbox|account|user) (?:is|lives|resides) (?:now )?(?:located )?(?:on|at) (?:another"
            r"|a different) (?:server|host)"
        ),
        place=(SessionPlace.LOGIN, SessionPlace.GREETING),
        certainty=Certainty.LIKELY,
    ),
    rows(  # the server's last words
        "aut-temp",
        (
            r"\b(?:shutting|going) down\b|\b(?:server|system|service) (?:is )?(?:shut ?down|restarting|rebooting"
            r"|being (?:restarted|stopped))"
        ),
        place=(SessionPlace.LOGIN, SessionPlace.MAIL),
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(  # in reply to USER
        "aut-bad",
        (
            r"^(?:\[auth\] )?(?:sorry, )?(?:(?:no such|unknown|no) (?:mailbox|user|account)\b|"
            r"(?:mailbox|user|account) (?:is )?(?:unknown|not found|no longer exists|does(?: not|"
            r"n't) exist))"
        ),
        r"^never heard of",
        protocols="p",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "aut-not-connected",
        r"authenticated but not connected",
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
    rows(  # the server behind the one that says it
        "aut-temp",
        r"(?:could not|cannot|can't|unable to|failed to) (?:connect to|reach|contact|open (?:a )?connection to) "
        r"(?:the |a |any |your |real |imap |pop3? |mail |authentication |auth |backend |remote )*"
        r"(?:server|backend|host|store|mail ?store|service|director|upstream|database)\b",
        r"\b(?:connection|connect) to (?:the |real |imap |pop3? |mail |backend |remote )*(?:server|backend|host|store|upstream)"
        r" (?:has |was )?(?:failed|refused|lost|timed? ?out)",
        r"\bno (?:real |available |backend |mail )*(?:servers?|backends?) (?:available|found|reachable)",
        protocols="ip",
        place=SessionPlace.LOGIN,
        certainty=Certainty.LIKELY,
    ),
    rows(  # the server that checks passwords, behind the one that says it
        "aut-temp",
        r"connection (?:was )?lost to (?:the )?auth|lost connection to (?:the )?auth",
        r"failed: generic failure",
        place=SessionPlace.LOGIN,
        code="535",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "aut-token",
        r"aadsts\d|invalid_grant|invalid_token|invalid_client|unauthorized_client|invalid_scope",
        r"invalid_request",
        (
            r"(?:(?:access|refresh)[- ]?token|oauth\w*|bearer|xoauth2?|jwt)[^\n]{0,30}(?:expired|"
            r"invalid|fail|reject|revoked|denied|not valid|malformed|error)"
        ),
        r"token (?:has |is |was )?(?:been )?(?:expired|invalid|revoked|rejected|malformed)",
        r"expired token|invalid (?:oauth|access|bearer|sasl argument)[^\n]{0,10}",
        r"invalid sasl argument",
        place=SessionPlace.LOGIN,
    ),
    # the form of the login
    rows(
        "cap-no-auth",
        (
            r"\bauth\w*\b (?:command |extension |mechanism |service )?(?:is |are )?(?:not|isn't|"
            r"un) ?(?:enabled|available|allowed here|offered|implemented|advertised|recogni[sz]ed)"
        ),
        (
            r"command ['\"]?auth\w*['\"]?[^\n]{0,30}(?:not|un)[- ]?(?:recogni[sz]ed|implemented|"
            r"supported|available|known)"
        ),
        r"auth(?:entication)? not (?:supported|required)",
        r"command (?:not |un)(?:recogni[sz]ed|implemented|known|supported)\W{0,4}auth\b",
        r"(?:unrecogni[sz]ed|unknown|unsupported) command[^\n]{0,12}auth|when not advertised",
        r"does not (?:support|require) auth",
        protocols="s",
        place=SessionPlace.LOGIN,
        code=r"50[0-4]|538|535|550|554",
    ),
    rows(
        "aut-mech-unknown",
        (
            r"(?:unrecogni[sz]ed|unsupported|unknown|invalid|unimplemented|disabled) (?:sasl |"
            r"auth\w* )+(?:type|mech\w*|method|scheme|protocol)"
        ),
        r"(?:unrecogni[sz]ed|unsupported|unknown|unimplemented) mechanism",
        r"(?:auth\w*|sasl) (?:type|mech\w*|method|scheme)[^\n]{0,30}(?:not |un|disabled|invalid)",
        (
            r"(?:mech\w*|login method)[^\n]{0,20}(?:not (?:supported|available|offered|enabled|"
            r"allowed)|unsupported|unavailable|disabled)"
        ),
        r"unsupported sasl|no (?:mechanisms?|worthy mechs) (?:available|found)",
        place=SessionPlace.LOGIN,
    ),
    rows(  # the command is refused, and not what is in it
        "aut-mech-unknown",
        (
            r"(?:unrecogni[sz]ed|unsupported|unknown|unimplemented|invalid|bad|illegal) "
            r"(?:pop3? |imap4? )?command\b(?! (?:in|or|seq|arg|param|syntax))"
        ),
        (
            r"command (?:is )?(?:not (?:supported|implemented|recogni[sz]ed|known|allowed|enabled|available)"
            r"|un(?:known|supported|recogni[sz]ed|available)|disabled)"
        ),
        r"\b(?:use|only|must use) apop\b|apop (?:only|required|is required|must be used)",
        code="NO|-ERR",
        place=SessionPlace.LOGIN,
        protocols="ip",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "aut-too-weak",
        r"(?:mechanism|method)[^\n]{0,20}too weak|stronger (?:auth|mech)",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "aut-sequence",
        (
            r"(?:send|say|issue|expected|need|use|polite people)[^\n]{0,20}\b(?:hello|helo|ehlo|"
            r"helo/ehlo|ehlo/helo)\b[^\n]{0,20}first"
        ),
        r"(?:helo|ehlo|hello) first",
        r"already (?:authenticated|logged in|authori[sz]ed)|auth\w* (?:command )?already",
        r"(?:sender|mail) (?:already (?:specified|given|set)|not yet given)|nested mail command",
        r"(?:^|\bneed )(?:mail|rcpt) (?:from |to )?(?:command )?first\b",
        r"(?:bad|wrong|invalid|improper) (?:command )?sequence",
        r"out of (?:order|sequence)",
        r"cannot decode|invalid base64|base ?64|malformed auth",
        r"invalid (?:auth\w* )?(?:response|initial response|encoding)|illegal state",
        r"command (?:is )?not valid in this state|invalid state",
        r"(?:invalid|bad|illegal) command in (?:this|the current) state",
        r"(?:auth\w*|sasl) (?:exchange |command )?(?:cancell?ed|aborted)",
        r"bad auth (?:data|format|input)",
        code=r"(?!555).+",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-not-logged-in",
        r"(?:smtp )?auth\w*(?:/\w+)? (?:is )?(?:required|needed|necessary|first)",
        r"(?:client|user) (?:was |is )?not authenticated|\bnot authenticated\b",
        r"log ?in (?:is )?(?:required|needed|first)",
        (
            r"\b(?:must|need to|please|have to|requires?|should|have not|"
            r"(?<!could )(?<!cannot )not) (?:be )?(?:auth(?:enticat\w*)?|"
            r"log(?:ged)? ?in)\b(?![^\n]{0,12}fail)"
        ),
        r"you must (?:first )?auth|anonymous (?:mail|access|sending)",
        r"unauthenticated (?:mail|sender|users?)",
        protocols="s",
        code=r"5(?:[035][0-9]|7\d)|4\d\d",
        unless=(
            r"relay\w*[^\n]{0,80}denied|sender address rejected: not logged in|"
            r"auth\w* as (?:the )?(?:owner|sender)|\b(?:spf|dkim|dmarc)\b|(?:not|"
            r"n't) match[^\n]{0,20}(?:sender|from)|(?:sender|from)[^\n]{0,40}(?:not|n't) match"
        ),
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
        r"temporar\w*[^\n]{0,40}(?:fail\w*|problem|error|unavailable|trouble|auth\w*|down)",
        r"temporarily|try (?:again )?later|again later",
        r"connection (?:lost )?to (?:the )?auth",
        r"auth\w* (?:server|service|backend|daemon|database|process)[^\n]{0,30}"
        r"(?:down|unavail|fail|not|lost|error|timeout|broken|died)",
        r"unable to authenticate at present|cannot authenticate (?:at|now)",
        r"(?:server|service|system|backend|database)[^\n]{0,12}(?:unavailable|is down|busy)",
        r"unknown auth error|internal (?:server |system |auth\w* )?error|system (?:error|problem)",
        r"timed? ?out while|lookup failure|unavailable|\bmaintenance\b",
        place=SessionPlace.LOGIN,
        code=r"(?!535).*",
    ),
    rows(
        "aut-bad",
        rf"\b{_LOGIN}\b[^\n]{{0,30}}?\b{_REFUSED}",
        rf"\b(?:invalid|incorrect|bad|wrong|unknown|unable to verify|failed"
        rf"|rejected)\b[^\n]{{0,24}}?\b(?:{_CREDENTIALS}|{_LOGIN}|account)",
        rf"\b(?:{_CREDENTIALS}|account|user/password)\b[^\n]{{0,40}}?\b(?:{_REFUSED}|passwd rejected|unknown"
        rf"|do(?:es)? not (?:match|exist)|doesn't (?:match|exist)|not (?:match\w*|valid|recogni[sz]ed|correct"
        rf"|found|known))",
        r"no such user|access denied|permission denied|cannot (?:log ?in|authenticate)",
        r"could not (?:log ?in|authenticate)|authenticationfailed|not logged in",
        r"unable to (?:log ?[io]n|authenticate)\b(?! at present)",
        r"check your (?:user|password|credentials)|unauthori[sz]ed\b",
        (
            r"(?:password|mot de passe|passwort|contraseña|senha)[^\n]{0,30}(?:falsch|incorrect|"
            r"errone|inválid|incorrect)"
        ),
        r"neverno[^\n]{0,10} parol|неверн|密码错误|密碼錯誤|帐号或密码|账号或密码|用户名或密码|認証に失敗",
        place=SessionPlace.LOGIN,
        code=r"5\d\d|NO|BYE|-ERR",
    ),
    rows(  # servers that answer a rejected login with BAD
        "aut-bad",
        r"^(?:log ?in|auth\w*) (?:error|failed|failure|incorrect|invalid|rejected|denied)",
        r"^(?:invalid|incorrect|wrong|bad) (?:credentials|user ?name|password|log ?in)",
        code="BAD",
        protocols="i",
        certainty=Certainty.LIKELY,
    ),
)
"""Rejections without a reason, tried last, after the codes."""
