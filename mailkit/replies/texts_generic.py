"""Lines that follow any failure: they count only if nothing else in a text is more specific.

The most specific come first: what was interrupted, what was rejected, which step failed, and that something failed.
"""

from mailkit.replies.text import Text, texts

__all__ = ["GENERIC"]

_REJECTED = r"(?:reject|refus|denied|block|prohibit|forbidden|not (?:accept|allow|permit|deliver|available)|undeliver|unavailable|fail|bounce)"
_SAID = r"(?:(?:^|\n)[^\w\n]{0,8}|[:;=] |\bsaid )"

GENERIC: tuple[Text, ...] = (
    texts(  # SmtpStatusCode of System.Net.Mail in words, which stand for the code that it cut off
        "grt-421 snd-temp",
        r"Service not available, closing (?:the )?(?:transmission )?channel",
        vague=True,
    ),
    texts(
        "grt-421 snd-temp",
        r"\A421[ -](?:\d\.\d{1,3}\.\d{1,3} )?[^\n]{0,60}\b(?:server|service|system|connection(?! (?:timed|refused|reset))|channel|gateway)\b",
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
        r"SMTPRecipientsRefused|All RCPT commands were rejected|RecipientsRefused|all recipients (?:were|was) rejected|no valid recipients|(?:need|expected|send|must have) (?:an? )?(?:valid )?(?:rcpt|recipient)\b|\brcpt (?:to |command )?(?:expected|first)|Mailbox (?:unavailable|name not allowed)|SendFailedException: Invalid Addresses",
        vague=True,
    ),
    texts(
        "snd-sender-not-owned snd-sender-domain snd-not-logged-in",
        r"SMTPSenderRefused|MAIL FROM command failed|sender(?:'s)? (?:address )?(?:\S{3,120} )?(?:was |is )?(?:rejected|refused|not accepted)|(?:denie[sd]|refuse[sd]?|reject(?:s|ed)?|blocked) (?:the |this )?sender\b",
        vague=True,
    ),
    texts(
        "tls-cut grt-eof tcp-reset",
        r"connection (?:(?:to|with|from) [^\n,;]{1,100}? )?(?:has |was |is |got )?(?:been )?(?:unexpectedly )?(?:closed|lost|aborted|dropped|terminated|broken off|interrupted)|unexpected(?:ly)? (?:socket |connection )?close|connectionclosed|connection (?:has |was )?ended\b|(?:Folder|Store)ClosedException|(?:server|peer|remote (?:host|side)|other (?:end|side)) (?:\S{1,120} )?(?:has )?(?:unexpectedly )?(?:hung up|disconnected|dropped)|session (?:has )?(?:timed out|expired)|attempt to (?:read|write) data (?:from|to) [^\n]{0,100} failed|unable to (?:read|write) data (?:from|to) the transport|could not (?:read|write) (?:from|to) (?:the )?(?:server|socket|stream|[\w-]{1,63}\.)|socket error while|status=2 \(SOCKET\)|server not connected|ClosedChannelException|server (?:is )?logging out|autologout|(?:IMAP4?|POP3?|SMTP) connection broken|lost connection|socket (?:is |was |has been )?(?:closed|disconnected|ended)|too many read 0|(?<![a-z])not connected\b|unexpected end of|broken \(server response\)|end of stream reached|\bio: incomplete\b|incomplete response\b|server (?:has )?(?:closed|terminated) the connection",
        vague=True,
    ),
    texts(
        "hst-broken-reply",
        r"ResponseParseError|response error: error Tag|(?:invalid|malformed|unparsable|bad|unexpected) (?:server )?(?:response|reply) (?:from (?:the )?)?(?:server|line|format)|could(?: not|n't) parse (?:the )?(?:server(?:'s)? )?(?:response|reply|greeting)|(?:response|reply|greeting)[^\n]{0,20}(?:could not be parsed|parse error)|short response\b|(?:unable to|could not|cannot|can't|failed to) parse[^\n]{0,40} (?:by|from) the server|(?:could not|cannot|unable to) handle[^\n]{0,20} (?:response|reply)",
        vague=True,
    ),
    texts(
        "tcp-timeout grt-silent-tls",
        r"curl: \(28\)|\b(?:server|host)\b[^\n]{0,100} (?:(?:is|was|does|did) )?not respond(?:ing)?\b|timed out|timeout\b|time-?out|error: no response\b|no (?:response|answer|reply) from (?:the )?(?:mail |imap |pop3? |smtp )?server",
        vague=True,
    ),
    texts(
        "stt-handshake crt-host-mismatch crt-unknown-ca",
        r"Could not open secure TLS|Could not convert socket to TLS|Unable to (?:connect|start)[^\n]{0,12} with TLS encryption|unable to start TLS|starttls (?:command )?failed|TLS (?:negotiation|upgrade|startup) (?:failed|after)|Error initiating TLS|failed to (?:start|enable) (?:tls|crypto)|Failed to enable crypto|stream_socket_enable_crypto\(\)|SSL negotiation failed|could not start tls|cannot start tls",
        vague=True,
    ),
    texts(
        "crt-unknown-ca crt-self-signed crt-host-mismatch tls-plain-server tls-version",
        r"attempting to establish an SSL or TLS connection|SSLHandshakeException|SSL handshake (?:failed|error)|TLS handshake (?:failed|error)|Handshake failed|The SSL connection could not be established|SslHandshakeException|SSL connect error|curl: \(35\)|SSL connect attempt failed|Authentication failed, see inner exception|secure (?:link|connection)[^\n]{0,60}(?:could not|unable|fail)|Unable to establish a secure",
        vague=True,
    ),
    texts(
        "stt-handshake tls-plain-server crt-unknown-ca crt-host-mismatch",
        r"\b(?:ssl|tls) (?:connection|session|setup|connect) (?:failed|failure|error)",
        vague=True,
    ),
    texts(
        "crt-host-mismatch crt-unknown-ca crt-self-signed crt-expired",
        r"(?:unable|failed|could not|cannot|can't) (?:to )?(?:validate|verify|trust) (?:the )?(?:[\w'-]{1,20} ){0,2}certificate",
        r"identity of [^\n]{1,120} (?:cannot|can't|could not) be verified|verify (?:the )?(?:server|account)(?:'s)? identity|verify (?:the )?identity of",
        vague=True,
    ),
    texts(
        "aut-bad cap-mech-mismatch",
        r"\b(?:kerberos|gssapi)\b[^\n]{0,40}(?:not accepted|failed|failure|rejected|expired|error)",
        vague=True,
    ),
    texts(
        "aut-bad aut-app-password",
        r"curl: \(67\)|login denied\b|could not authenticate|authenticat\w+ (?:failed|failure|error|unsuccessful)|AuthenticationFailed|AuthFailed|(?<![a-z])AuthError|AuthenticationError|(?<!Security\.Authentication\.)AuthenticationException|\bEAUTH\b|login (?:to (?:account|server)[^\n]{0,80} )?failed|failed to (?:authenticate|log ?in)|(?:cannot|can't|unable to|couldn't|could not) (?:log ?[io]n(?:to)?|authenticate)|Authorization failure|denied authentication|rejected your login|sending (?:of )?(?:the )?password[^\n]{0,80} did not succeed|invalid (?:login|credentials|user ?name or password|user or password)|(?:incorrect|wrong) (?:user ?name|password|login)|bad (?:credentials|username|login)|Too many login failures|(?:user ?name|password|login)[^\n]{0,30}(?:incorrect|not accepted|rejected|is wrong|(?:is )?not (?:valid|correct)|is invalid|(?:does not|doesn't|do not|did not) match)|Anmeldung fehlgeschlagen|Authentifizierung fehlgeschlagen|échec de l.authentification|Ошибка аутентификации|登录失败|登入失敗|认证失败|Failed SMTP login|LOGIN failed|log-?[io]n error|SMTP-?AUTH (?:log-?[io]n )?(?:error|failed)",
        vague=True,
    ),
    texts(
        "tcp-timeout tcp-refused tcp-smtp-blocked dns-nxdomain aut-bad crt-host-mismatch",
        r"SMTP connect\(\) failed|could not connect to (?:the )?SMTP|SMTP Error: Could not connect|Failed to connect to (?:the )?(?:mail |smtp )?server|SMTP server error: Failed to connect|to the following server failed",
        vague=True,
    ),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        r"Couldn't connect to (?:host|server)|could ?n.t connect to|could not be established with host|Connection could not be established|cannot (?:be contacted|connect|reach)|can ?not connect|can't connect|unable to connect|couldn't open stream|Error connecting to mail server|failed to connect|could not open socket|cannot open \S{1,200}:\d+|unable to establish (?:a )?connection|cannot (?:open|establish) (?:a )?connection|Failure sending mail|error connecting|connection (?:failed|error|failure)|curl: \(7\)|kann nicht (?:verbunden|kontaktiert|erreicht)|ne peut pas être contacté|Could not open connection|Mail server connection failed|connection[^\n]{0,40} (?:could not|cannot|can't) be (?:established|made|opened)|(?:unable to|could not|couldn't|cannot|can't) (?:reach|contact)\b|\bis not available on (?:port \d{2,5}|\d{2,5} port)\b|could not get (?:an? )?(?:imap|pop3?|smtp) connection|unable to initiali[sz]e (?:smtp|imap|pop3?)\b",
        vague=True,
    ),
    texts(
        "aut-temp snd-greylist",
        r"\b4[35][0-4][ -](?:4\.\d{1,3}\.\d{1,3} )?[^\n]{0,60}(?:temporary (?:lookup|auth\w*|login) (?:failure|error)|lookup failure)",
        vague=True,
    ),
    texts(
        "snd-greylist lim-rate-smtp grt-421",
        r"\b45[0-2][ -](?:4\.\d{1,3}\.\d{1,3} )?[^\n]{0,100}(?:try (?:again )?later|again later|retry|temporar|busy|unavailable|(?:server|local|internal|configuration|system|lookup) (?:\w+ )?(?:error|failure|problem))",
        vague=True,
    ),
    texts("aut-temp aut-bad dns-nxdomain", r"\blook-?up failed\b", vague=True),
    texts(  # a program's own words for a rejection, without the reply
        "snd-rcpt-unknown snd-relay-denied snd-spam snd-sender-not-owned",
        r"\b(?:recipients?|message|mail|e-?mail|delivery)\b(?:[^\n.]{0,30}| ['\"<(]?\S{1,80}@\S{1,120}) \b(?:was|were|is|been|has) (?:not accepted|rejected|refused|bounced|undeliverable)|undeliverable to\b",
        vague=True,
    ),
    texts(
        "snd-spam snd-relay-denied snd-rcpt-unknown",
        r"\brejected after (?:DATA|MIME|BODY)\b",
        vague=True,
    ),
    texts(
        "snd-size",
        r"(?:mail|message) ?size limit|(?:mail|message|attachment)\b[^\n]{0,20}\btoo (?:large|big|long)\b",
        vague=True,
    ),
    texts(
        "snd-spam",
        r"\bspam\b[^\n]{0,20}(?:denied|rejected|refused|detected|blocked)|content reject",
        vague=True,
    ),
    texts(
        "snd-rcpt-unknown aut-bad",
        r"\b(?:user|mailbox|recipient)(?: does)? ?(?:not|n't) (?:exist|found)|\buser unknown\b|\bunknown user\b|\bno such (?:user|mailbox|recipient)\b(?! (?!here|on|at|in|with)\w)",
        vague=True,
    ),
    texts(
        "mbx-quota snd-rcpt-full",
        r"quota exceeded \(mailbox|mailbox (?:for \S{1,120} |\S{1,120} )?is full\b|(?:mailbox|inbox)\b[^\n]{0,30}\bover quota",
        vague=True,
    ),
    texts(
        "lim-rate-smtp lim-connections lim-daily",
        r"\b(?:quota|rate limit|limit)\b[^\n.]{0,20}\b(?:exceeded|reached)|\bexceed\w*[^\n.]{0,30}\b(?:quota|limit)\b|too many (?:requests|messages|e-?mails|connections|sessions)",
        vague=True,
    ),
    texts(  # a rejection whose reason is not known: what its code is used for
        "snd-spam snd-ip-blocked snd-relay-denied snd-sender-not-owned",
        rf"\b5[57]\d[ -]#?5\.7\.\d{{1,3}}\b[^\n]{{0,200}}{_REJECTED}|{_SAID}554[ -](?=[A-Za-z<\[])[^\n]{{0,200}}{_REJECTED}",
        vague=True,
    ),
    texts(
        "snd-rcpt-unknown snd-relay-denied snd-spam snd-ip-blocked",
        rf"\b55\d[ -]#?5\.[12]\.\d{{1,3}}\b[^\n]{{0,200}}{_REJECTED}|{_SAID}55[013][ -](?=[A-Za-z<\[])[^\n]{{0,200}}{_REJECTED}",
        vague=True,
    ),
    texts("aut-bad cap-mech-mismatch", r"\b(?:kerberos|gssapi)\b", vague=True),
    # the last resort: what failed, in any words
    texts(
        "aut-bad aut-app-password",
        r"\b(?:auth\w*|log ?[io]n|credentials?|password)\b[^\n.]{0,50}\b(?:not possible|impossible|fail\w*|error|refused|rejected|denied|invalid|incorrect|wrong|unsuccessful)|\b(?:fail\w*|error|unable|could not|can(?:no|')t|invalid|incorrect|wrong|rejected)\b[^\n.]{0,40}\b(?:authenticat\w*|log ?[io]n|credentials?|password)\b",
        vague=True,
    ),
    texts(
        "stt-handshake crt-unknown-ca crt-host-mismatch tls-plain-server",
        r"\b(?:tls|ssl|starttls|certificate)\b[^\n.]{0,50}\b(?:fail\w*|error|refused|rejected|invalid|problem)|\b(?:fail\w*|error|unable|could not|can(?:no|')t|invalid)\b[^\n.]{0,40}\b(?:tls|ssl|starttls|certificate|encrypt\w*)\b",
        vague=True,
    ),
    texts(
        "tcp-refused tcp-timeout tcp-smtp-blocked dns-nxdomain tls-plain-server",
        r"\bconnect(?:ion|ing|ed)?\b[^\n]{0,60}\b(?:fail\w*|error|unsuccessful|problem|unavailable)|\b(?:fail\w*|error|unable|could not|can(?:no|')t|couldn't|problem)\b[^\n.]{0,40}\bconnect(?:ion|ing)?\b|server (?:may be |is |seems )?(?:unavailable|unreachable|down)\b",
        vague=True,
    ),
)
