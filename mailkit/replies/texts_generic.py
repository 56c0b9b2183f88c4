"""Lines that follow any failure: they count only if nothing else in a text is more specific.

The most specific come first: what was interrupted, what was rejected, which step failed, and that something failed.
"""

from mailkit.replies.text import Text, texts

__all__ = ["GENERIC"]

_REJECTED = (
    r"(?:reject|refus|denied|block|prohibit|forbidden|not (?:accept|allow|permit|deliver|available)|undeliver"
    r"|unavailable|fail|bounce)"
)
_SAID = r"(?:(?:^|\n)[^\w\n]{0,8}|[:;=] |\bsaid |(?<=>) )"

GENERIC: tuple[Text, ...] = (
    texts(  # c-client, which PHP's imap extension is made of, names the step
        "hst-no-reply aut-bad tls-cut",
        r"connection broken \(authenticate\)",
        vague=True,
    ),
    texts(
        "tcp-reset hst-no-reply tls-cut",
        r"connection broken \(command\)",
        r"(?:socket|connection) (?:was )?closed while (?:reading|receiving|fetching)",
        vague=True,
    ),
    texts(  # SmtpStatusCode of System.Net.Mail in words, which stand for the code that it cut off
        "grt-421 snd-temp",
        r"Service not available, closing (?:the )?(?:transmission )?channel",
        vague=True,
    ),
    texts(
        "grt-421 snd-temp",
        (
            r"\A421[ -](?:\d\.\d{1,3}\.\d{1,3} )?[^\n]{0,60}\b(?:server|service|system|"
            r"connection(?! (?:timed|refused|reset))|channel|gateway)\b"
        ),
        vague=True,
    ),
    texts("snd-temp", r"(?:local )?error in processing\b|Mailbox busy", vague=True),
    texts(
        "snd-not-logged-in stt-required",
        r"SMTP server requires a secure connection or the client was not authenticated",
        vague=True,
    ),
    texts(
        "stt-required tls-plain-server",
        r"\brequires? (?:an? )?(?:secure|encrypted|tls|ssl|starttls) (?:connection|session|link)",
        vague=True,
    ),
    texts(
        "snd-rcpt-unknown snd-relay-denied snd-sender-not-owned",
        r"All RCPT commands were rejected|RecipientsRefused",
        r"all recipients (?:were|was) rejected|no valid recipients|following recipients failed",
        r"(?:need|expected|send|must have) (?:an? )?(?:valid )?(?:rcpt|recipient)\b",
        r"\brcpt (?:to |command )?(?:expected|first)|Mailbox (?:unavailable|name not allowed)",
        r"SendFailedException: Invalid Addresses|\bRCPT failed: 55\d",
        r"recipient address \S{3,200} not accepted by the server",
        vague=True,
    ),
    texts(
        "snd-sender-syntax snd-sender-not-owned",
        r"\b(?:invalid|illegal|malformed|missing|empty) (?:sender|from)(?: e-?mail)? address",
        vague=True,
    ),
    texts(
        "snd-rcpt-syntax use-address",
        r"\b(?:invalid|illegal|malformed|missing|empty) (?:recipient|to)(?: e-?mail)? address",
        r"\bno recipients? (?:(?:was|were|is|are) )?(?:defined|specified|given|found|provided|set)\b",
        vague=True,
    ),
    texts(
        "snd-sender-not-owned snd-sender-domain snd-not-logged-in",
        r"envelope from address \S{3,200} not accepted by the server",
        r"SMTPSenderRefused|MAIL FROM command failed",
        r"sender(?:'s)? (?:address )?(?:\S{3,120} )?(?:was |is )?(?:rejected|refused|not accepted)",
        r"(?:denie[sd]|refuse[sd]?|reject(?:s|ed)?|blocked) (?:the |this )?sender\b",
        vague=True,
    ),
    texts(
        "tls-cut grt-eof tcp-reset",
        (
            r"connection (?:(?:to|with|from) [^\n,;]{1,100}? )?(?:has |was |is |"
            r"got )?(?:been )?(?:unexpectedly )?(?:closed|lost|aborted|dropped|terminated|"
            r"broken off|interrupted)"
        ),
        r"unexpected(?:ly)? (?:socket |connection )?close|connectionclosed",
        r"connection (?:has |was )?ended\b|(?:Folder|Store)ClosedException",
        (
            r"(?:server|peer|remote (?:host|side)|other (?:end|"
            r"side)) (?:\S{1,120} )?(?:has )?(?:unexpectedly )?(?:hung up|disconnected|dropped)"
        ),
        r"session (?:has )?(?:timed out|expired)",
        r"attempt to (?:read|write) data (?:from|to) [^\n]{0,100} failed",
        r"unable to (?:read|write) data (?:from|to) the transport",
        r"could not (?:read|write) (?:from|to) (?:the )?(?:server|socket|stream|[\w-]{1,63}\.)",
        r"socket error while|status=2 \(SOCKET\)|ClosedChannelException",
        r"server (?:is )?logging out|autologout|disconnected for inactivity|(?:IMAP4?|POP3?|SMTP) connection broken",
        r"lost connection|socket (?:is |was |has been )?(?:closed|disconnected|ended)",
        r"too many read 0|(?<![a-z])not connected\b|unexpected end of|broken \(server response\)",
        r"end of stream reached|\bio: incomplete\b|incomplete response\b",
        r"server (?:has )?(?:closed|terminated) the connection",
        vague=True,
    ),
    texts(
        "hst-broken-reply",
        r"ResponseParseError|response error: error Tag",
        (
            r"(?:invalid|malformed|unparsable|bad|unexpected) (?:server )?(?:response|"
            r"reply) (?:from (?:the )?)?(?:server|line|format)"
        ),
        r"could(?: not|n't) parse (?:the )?(?:server(?:'s)? )?(?:response|reply|greeting)",
        r"(?:response|reply|greeting)[^\n]{0,20}(?:could not be parsed|parse error)",
        r"short response\b|(?:unknown|unrecognized) greeting\b",
        r"(?:unable to|could not|cannot|can't|failed to) parse[^\n]{0,40} (?:by|from) the server",
        r"(?:could not|cannot|unable to) handle[^\n]{0,20} (?:response|reply)",
        vague=True,
    ),
    texts(
        "tcp-timeout grt-silent-tls",
        r"curl: \(28\)",
        r"\b(?:server|host)\b[^\n]{0,100} (?:(?:is|was|does|did) )?not respond(?:ing)?\b|timed out",
        r"timeout\b|time-?out|error: no response\b",
        r"no (?:response|answer|reply) from (?:the )?(?:mail |imap |pop3? |smtp )?server",
        vague=True,
    ),
    texts(
        "stt-handshake crt-host-mismatch crt-unknown-ca",
        r"Could not open secure TLS|Could not convert socket to TLS",
        r"Unable to (?:connect|start)[^\n]{0,12} with TLS encryption",
        r"starttls (?:command )?failed|TLS (?:negotiation|upgrade|startup) (?:failed|after)",
        r"Error initiating TLS|failed to (?:start|enable) (?:tls|crypto)|Failed to enable crypto",
        r"stream_socket_enable_crypto\(\)|SSL negotiation failed",
        r"(?:cannot|could not|unable to|failed to) (?:start|enable) (?:start)?tls",
        vague=True,
    ),
    texts(
        "crt-unknown-ca crt-self-signed crt-host-mismatch tls-plain-server tls-version",
        r"attempting to establish an SSL or TLS connection|SSLHandshakeException",
        r"SSL handshake (?:failed|error)|TLS handshake (?:failed|error)|Handshake failed",
        r"The SSL connection could not be established|SSL connect error",
        r"curl: \(35\)|SSL connect attempt failed|Authentication failed, see inner exception",
        r"secure (?:link|connection)[^\n]{0,60}(?:could not|unable|fail)",
        r"Unable to establish a secure",
        vague=True,
    ),
    texts(
        "stt-handshake tls-plain-server crt-unknown-ca crt-host-mismatch",
        r"\b(?:ssl|tls) (?:connection|session|setup|connect) (?:failed|failure|error)",
        vague=True,
    ),
    texts(
        "crt-host-mismatch crt-unknown-ca crt-self-signed crt-expired",
        (
            r"(?:unable|failed|could not|cannot|can't) (?:to )?(?:validate|verify|"
            r"trust) (?:the )?(?:[\w'-]{1,20} ){0,2}certificate"
        ),
        r"identity of [^\n]{1,120} (?:cannot|can't|could not) be verified",
        r"verify (?:the )?(?:server|account)(?:'s)? identity|verify (?:the )?identity of",
        vague=True,
    ),
    texts(
        "aut-bad cap-mech-mismatch",
        r"\b(?:kerberos|gssapi)\b[^\n]{0,40}(?:not accepted|failed|failure|rejected|expired|error)",
        vague=True,
    ),
    texts(
        "aut-bad aut-app-password",
        r"curl: \(67\)|login denied\b",
        r"authenticat\w+ (?:failed|failure|error|unsuccessful)|AuthenticationFailed|AuthFailed",
        r"(?<![a-z])AuthError|AuthenticationError",
        r"(?<!Security\.Authentication\.)AuthenticationException|\bEAUTH\b",
        r"login (?:to (?:account|server)[^\n]{0,80} )?failed|failed to (?:authenticate|log ?in)",
        r"(?:cannot|can't|unable to|couldn't|could not) (?:log ?[io]n(?:to)?|authenticate)",
        r"Authorization failure|denied authentication|rejected your login",
        r"(?:not|n't) accept(?:ed)? (?:the |your |this )?(?:user ?name|login|password|credentials)",
        r"sending (?:of )?(?:the )?password[^\n]{0,80} did not succeed",
        r"invalid (?:login|credentials|user ?name or password|user or password)",
        r"(?:incorrect|wrong) (?:user ?name|password|login)|bad (?:credentials|username|login)",
        r"Too many login failures",
        (
            r"(?:user ?name|password|login)[^\n]{0,30}(?:incorrect|not accepted|rejected|is wrong|"
            r"(?:is )?not (?:valid|correct)|is invalid|(?:does not|doesn't|do not|did not) match)"
        ),
        r"Anmeldung fehlgeschlagen|Authentifizierung fehlgeschlagen|échec de l.authentification",
        r"Ошибка аутентификации|登录失败|登入失敗|认证失败|Failed SMTP login|log-?[io]n error",
        r"SMTP-?AUTH (?:log-?[io]n )?(?:error|failed)|no authentication type succeeded",
        vague=True,
    ),
    texts(
        "tcp-timeout tcp-refused tcp-smtp-blocked dns-nxdomain aut-bad crt-host-mismatch",
        r"SMTP connect\(\) failed|could not connect to (?:the )?SMTP|SMTP Error: Could not connect",
        r"Failed to connect to (?:the )?(?:mail |smtp )?server",
        r"SMTP server error: Failed to connect|to the following server failed",
        vague=True,
    ),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        r"Couldn't connect to (?:host|server)|could ?n.t connect to",
        r"could not be established with host|Connection could not be established",
        r"cannot (?:be contacted|connect|reach)|can ?not connect|can't connect|unable to connect",
        r"couldn't open stream|Error connecting to mail server|failed to connect",
        r"could not open socket|cannot open \S{1,200}:\d+|unable to establish (?:a )?connection",
        r"cannot (?:open|establish) (?:a )?connection|Failure sending mail|error connecting",
        r"connection (?:failed|error|failure)|curl: \(7\)",
        r"kann nicht (?:verbunden|kontaktiert|erreicht)|ne peut pas être contacté",
        r"Could not open connection",
        r"connection[^\n]{0,40} (?:could not|cannot|can't) be (?:established|made|opened)",
        r"(?:unable to|could not|couldn't|cannot|can't) (?:reach|contact)\b",
        r"\bis not available on (?:port \d{2,5}|\d{2,5} port)\b",
        r"could not get (?:an? )?(?:imap|pop3?|smtp) connection",
        r"unable to initiali[sz]e (?:smtp|imap|pop3?)\b",
        vague=True,
    ),
    texts(
        "aut-temp snd-greylist",
        (
            r"\b4[35][0-4][ -](?:4\.\d{1,3}\.\d{1,3} )?[^\n]{0,60}temporary (?:auth\w*|login) "
            r"(?:failure|error)"
        ),
        vague=True,
    ),
    texts(
        "snd-greylist lim-rate-smtp grt-421",
        (
            r"\b45[0-2][ -](?:4\.\d{1,3}\.\d{1,3} )?[^\n]{0,100}(?:try (?:again )?later|again later|"
            r"retry|temporar|busy|unavailable|(?:server|local|internal|configuration|system|"
            r"lookup) (?:\w+ )?(?:error|failure|problem))"
        ),
        vague=True,
    ),
    texts("aut-temp aut-bad dns-nxdomain", r"\blook-?up failed\b", vague=True),
    texts(  # a program's own words for a rejection, without the reply
        "snd-rcpt-unknown snd-relay-denied snd-spam snd-sender-not-owned",
        (
            r"\b(?:recipients?|message|mail|e-?mail|delivery)\b(?:[^\n.]{0,30}|"
            r" ['\"<(]?\S{1,80}@\S{1,120}) \b(?:was|were|is|been|has) (?:not accepted|rejected|"
            r"refused|bounced|undeliverable)"
        ),
        r"undeliverable to\b|server does not accept the (?:message|mail)\b",
        vague=True,
    ),
    texts(
        "snd-spam snd-relay-denied snd-rcpt-unknown",
        r"\brejected after (?:DATA|MIME|BODY)\b",
        vague=True,
    ),
    texts(
        "snd-size",
        r"(?:mail|message) ?size limit",
        r"(?:mail|message|attachment)\b[^\n]{0,20}\btoo (?:large|big|long)\b",
        vague=True,
    ),
    texts(
        "snd-spam",
        r"\bspam\b[^\n]{0,20}(?:denied|rejected|refused|detected|blocked)|content reject",
        vague=True,
    ),
    texts(
        "snd-rcpt-unknown aut-bad",
        r"\b(?:user|mailbox|recipient)(?: does)? ?(?:not|n't) (?:exist|found)|\buser unknown\b",
        r"\bunknown user\b|\bno such (?:user|mailbox|recipient)\b(?! (?!here|on|at|in|with)\w)",
        vague=True,
    ),
    texts(
        "mbx-quota snd-rcpt-full",
        r"quota exceeded \(mailbox|mailbox (?:for \S{1,120} |\S{1,120} )?is full\b",
        r"(?:mailbox|inbox)\b[^\n]{0,30}\bover quota",
        vague=True,
    ),
    texts(
        "lim-rate-smtp lim-connections lim-daily",
        r"\b(?:quota|rate limit|limit)\b[^\n.]{0,20}\b(?:exceeded|reached)",
        r"\bexceed\w*[^\n.]{0,30}\b(?:quota|limit)\b",
        r"too many (?:requests|messages|e-?mails|connections|sessions)",
        vague=True,
    ),
    texts(  # a rejection whose reason is not known: what its code is used for
        "snd-spam snd-ip-blocked snd-relay-denied snd-sender-not-owned",
        rf"\b5[57]\d[ -]#?5\.7\.\d{{1,3}}\b[^\n]{{0,200}}{_REJECTED}|{_SAID}554[ -](?=[A-Za-z<\[])[^\n]{{0,200}}{_REJECTED}",
        vague=True,
    ),
    texts(
        "snd-rcpt-unknown snd-relay-denied snd-spam snd-ip-blocked",
        (
            rf"\b55\d[ -]#?5\.[12]\.\d{{1,3}}\b[^\n]{{0,200}}{_REJECTED}"
            rf"|{_SAID}55[013][ -](?=[A-Za-z<\[\"'])[^\n]{{0,200}}{_REJECTED}"
        ),
        vague=True,
    ),
    texts("aut-bad cap-mech-mismatch", r"\b(?:kerberos|gssapi)\b", vague=True),
    # the last resort: what failed, in any words
    texts(
        "aut-bad aut-app-password",
        (
            r"\b(?:auth\w*|log ?[io]n|credentials?|password)\b[^\n.]{0,50}\b(?:not possible|"
            r"impossible|fail\w*|error|refused|rejected|denied|invalid|incorrect|wrong|unsuccessful)"
        ),
        (
            r"\b(?:fail\w*|error|unable|could not|can(?:no|')t|invalid|incorrect|wrong|"
            r"rejected)\b[^\n.]{0,40}\b(?:authenticat\w*|log ?[io]n|credentials?|password)\b"
        ),
        vague=True,
    ),
    texts(
        "stt-handshake crt-unknown-ca crt-host-mismatch tls-plain-server",
        r"\b(?:tls|ssl|starttls|certificate)\b[^\n.]{0,50}\b(?:fail\w*|error|refused|rejected|invalid|problem)",
        (
            r"\b(?:fail\w*|error|unable|could not|can(?:no|')t|invalid)\b[^\n.]{0,40}\b(?:tls|ssl|"
            r"starttls|certificate|encrypt\w*)\b"
        ),
        vague=True,
    ),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        r"\bconnect(?:ion|ing|ed)?\b[^\n]{0,60}\b(?:fail\w*|error|unsuccessful|problem|unavailable)",
        r"\b(?:fail\w*|error|unable|could not|can(?:no|')t|couldn't|problem)\b[^\n.]{0,40}\bconnect(?:ion|ing)?\b",
        r"server (?:may be |is |seems )?(?:unavailable|unreachable|down)\b",
        vague=True,
    ),
)
