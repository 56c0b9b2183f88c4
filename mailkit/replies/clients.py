"""Error texts of mail libraries and programs, apart from servers' replies."""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts
from mailkit.replies.texts_devices import DEVICES
from mailkit.replies.texts_generic import GENERIC
from mailkit.replies.texts_languages import WINDOWS
from mailkit.replies.texts_net import NETWORK
from mailkit.replies.texts_outlook import OUTLOOK
from mailkit.replies.texts_servers import SERVERS
from mailkit.replies.texts_tls import TLS
from mailkit.replies.wordings_entra import ENTRA_TEXTS, OTHER_NUMBER

__all__ = ["INTERRUPTED", "TEXTS"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE

_BANNER = r"(?:greeting|unexpected response|response|banner|answer|error|expected|got|imap4\.error|error_proto|bad response)\W{1,4}(?:[\w ]{0,30}[:=(] ?)?b?['\"(]{0,3}"

INTERRUPTED = texts(
    "grt-eof hst-no-reply tls-cut tcp-reset grt-silent-tls",
    r"connection unexpectedly closed(?!:)|socket error: eof|-ERR EOF|MessagingException: \[EOF\]|err(?:or)?=\"?EOF\b|Unexpected socket close|\bEOFError\b|end of file reached|unexpectedly disconnected",
    certainty=_POSSIBLE,
)
"""The server ended the connection; only the calls of a stack trace tell at which step."""

FIRST: tuple[Text, ...] = (
    texts(
        "cfg-password-nonascii snd-8bit",
        r"'ascii' codec can't encode|UnicodeEncodeError|ordinal not in range\(128\)|'latin-1' codec can't encode",
        certainty=_LIKELY,
    ),
    texts(
        "cfg-flags-conflict",
        r"mutually exclusive[^\n]{0,80}(?:tls|ssl)|(?:tls|ssl)[^\n]{0,80}mutually exclusive",
    ),
    texts(
        "cfg-host-scheme",
        r"(?:ENOTFOUND|EAI_AGAIN|resolve host:?|lookup|getaddrinfo|unknown host:?|UnknownHostException:?|getaddresses[^\n]{0,60} for|no such host:?) ['\"]?(?:smtps?://|imaps?://|https?://|ssl://|tls://|[\w.-]{1,200}[,;]|[\w.-]{1,200}:\d{2,5}(?!\d)(?:/|['\" ]|$))",
        r"unable to parse (?:host|url|uri)[^\n]{0,60}://|too many colons in address|invalid (?:host ?name|url)[^\n]{0,20}(?:smtp|imap|mail)",
    ),
    texts(
        "cfg-port-587-tls",
        r"smtps://[^\s]{1,300}:(?:587|25|2525)\b|ssl://[^\s:]{1,200}:(?:587|25|2525)\b(?!['\"]?:? ?stream)",
    ),
    texts(
        "cfg-word-invalid cfg-url-encoding",
        r"\\Mailer\\[^\n]{1,200} scheme is not supported|unsupported scheme[^\n]{0,60}(?:mailer|smtp)",
        certainty=_LIKELY,
    ),
    texts(
        "cfg-url-encoding",
        r"\b(?:smtps?|imaps?|pop3s?)://[^\s/@:]{1,200}@[^\s/@]{1,200}@[^\s/@]{1,200}|URI malformed|malformed (?:mailer )?(?:dsn|ur[il])|the (?:\"?\S{0,60}\"? )?mailer DSN (?:is invalid|must)|invalid (?:url|userinfo)[^\n]{0,40}(?:escape|userinfo)|net/url: invalid",
    ),
    texts(
        "cfg-password-dirty use-no-login",
        r"missing credentials|no password specified|no (?:password|credentials?|user ?name) (?:was |were )?(?:specified|given|provided|supplied|set|configured|found)|(?<!is )missing (?:user ?name|password|secret phrase)[^\n]{0,30}(?:auth|mechanism)?|(?:password|user ?name|credentials?) (?:is|are|was|cannot be|must not be|can't be) (?:empty|blank|missing|null|required)|empty (?:password|user ?name)|failed to connect, no password|no auth info found|can't find a password",
        common=True,
        certainty=_LIKELY,
    ),
    texts(
        "cfg-password-dirty use-no-login",
        r"Missing credentials for ['\"](?:PLAIN|LOGIN|CRAM|XOAUTH2|DIGEST)",
        certainty=_LIKELY,
    ),
    texts(
        "cap-no-auth-yet stt-not-offered cfg-cleartext",
        r"unencrypted connection",
        certainty=_LIKELY,
    ),
    texts(
        "cfg-host-ip crt-host-mismatch cfg-host-typo",
        r"plainauth failed: wrong host name|\bwrong host name\b",
        certainty=_POSSIBLE,
    ),
    texts(
        "pid-pop-on-imap",
        r"imaplib\.(?:IMAP4\.)?error: None\b|imap[^\n]{0,80}"
        + _BANNER
        + r"\+OK|unexpected response: b?['\"]?\+OK",
    ),
    texts(
        "pid-pop-on-smtp",
        r"smtp[^\n]{0,120}(?:response|greeting)\W{1,8}\+OK|Invalid greeting[^\n]{0,30}\+OK|response code 220[^\n]{0,60}\"\+OK",
    ),
    texts(
        "pid-imap-on-smtp",
        r"smtp[^\n]{0,120}(?:response|greeting)\W{1,8}\* OK|Invalid greeting[^\n]{0,30}\* OK|response code 220[^\n]{0,60}\"\* OK|\(-1, b?'\[CAPABILITY",
    ),
    texts(
        "pid-imap-on-pop",
        r"error_proto\(?:? ?\(?b?['\"]\* OK|pop3?[^\n]{0,80}(?:response|greeting)(?: from (?:the )?server)?\W{1,6}\* OK",
    ),
    texts(
        "pid-smtp-on-pop",
        r"error_proto\(?:? ?\(?b?['\"]220[- ]|pop3?[^\n]{0,80}(?:response|greeting)(?: from (?:the )?server)?\W{1,6}220[- ]",
    ),
    texts(
        "pid-smtp-on-imap",
        r"(?:imap|unexpected)[^\n]{0,120}(?:response|error|greeting|server)\W{1,6}b?['\"]?220[- ]",
        r"<= '220[- ]",
        r"IMAP server greeting[^\n]{0,40}\[atom: 220\b",
    ),
    texts("pid-ssh", r"SSH-[12]\.\d+-|\(-1, b?'[\d.]{1,4}-OpenSSH"),
    texts(
        "grt-silent-http pid-http-tls",
        r"(?:greeting|response|smtp|imap|pop3?|banner)[^\n]{0,80}HTTP/1\.[01] \d{3}|(?:greeting|unexpected response)[^\n]{0,20}<html",
    ),
    texts(
        "hst-broken-reply",
        r"(?:imap|pop|smtp)[^\n]{0,80}unexpected (?:tagged|untagged)?[^\n]{0,20}response: ?b?['\"]",
        r"syntax error in[^\n]{0,20} (?:greeting|response)",
        r"committed a protocol violation\.? The server response was",
        certainty=_POSSIBLE,
    ),
    texts(
        "crt-unknown-ca crt-host-mismatch crt-self-signed tls-cut tcp-refused",
        r"Could not connect to (?:ssl|tls)://[^\n]{1,200}: Unknown reason",
        certainty=_POSSIBLE,
    ),
    texts(
        "tls-plain-server",
        r"port \d{2,5} is typically reserved for plain-?text",
        certainty=_LIKELY,
    ),
    texts(
        "grt-silent-tls cfg-port-465-starttls",
        r"wrappermode [^\n]{0,30}is unimplemented|, isSSL false\s{1,4}[^\n]{0,40}exception reading response[^\n]{0,40}\s{1,4}[^\n]{0,60}read timed out|port: ?(?:465|993|995)[^\n]{0,20}response: ?-1|greeting never received|connection unexpectedly closed: (?:the read operation )?timed out|tim(?:ed ?out|eout) waiting for (?:the )?(?:server|smtp|imap|pop3?) (?:ready|greeting|banner)|Got bad greeting[^\n]{0,80}port: ?(?:465|993|995)|reading? (?:the )?(?:initial )?(?:greeting|banner|response)[^\n]{0,20}tim(?:ed ?out|eout)|timeout[^\n]{0,40}(?:greeting|initial response|banner)|Net::ReadTimeout|Timeout(?:\(\d+\))? while trying to read",
        certainty=_LIKELY,
    ),
    texts(
        "grt-eof grt-silent-tls",
        r"Got bad greeting[^\n]{0,80}\[EOF\]|(?:server|peer)[^\n]{0,20}(?:closed|dropped) (?:the )?connection (?:before|without)[^\n]{0,20}(?:greeting|banner)|create SMTP client: EOF|lost connection with [^\n]{0,120}(?:initial|greeting)|empty (?:startup )?(?:greeting|reply|response)\b",
        certainty=_LIKELY,
    ),
    INTERRUPTED,
    texts(
        "grt-eof grt-silent-tls tls-cut hst-no-reply",
        r"(?<!unexpected )(?<!handshake )(?<!token )(?<![\w.])EOF(?=\Z|[\"'),;]|panic|\s(?!occurred|was|in\b|while (?!dialing|connecting)|when|\())",
        certainty=_POSSIBLE,
        common=True,
    ),
    texts(
        "mbx-trycreate",
        r"(?:Folder|Mailbox)NotFound(?:Exception|Error)|\bfolder\b[^\n]{0,40}(?:not found|does(?: not|n't) exist)",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "stt-not-offered",
        r"STARTTLS (?:is required but|extension )?(?:(?:host|server) does )?not supported|STARTTLS is required but|STARTTLS not (?:supported|available|advertised|offered)|(?:does(?:n't| not)|not) (?:support|advertise|offer|announce)(?: TLS via the| the)? STARTTLS|advertise that feature|server does not support (?:TLS|secure|SSL|starttls)|TLS is required,? but was not offered|no STARTTLS|curl: \(64\)|STARTTLS[^\n]{0,40}(?:unavailable|missing)|require_tls: true[^\n]{0,60}does not advertise|not advertise the STARTTLS|required TLS[^\n]{0,30}not|does not support secure connections|didn't find STARTTLS|STARTTLS (?:is )?required but[^\n]{0,40}(?:not|n't) (?:support|offer|advertise)|STARTTLS (?:command )?(?:is |was )?(?:attempted but )?not (?:supported|available|offered|advertised)|MissingCapabilityException: STARTTLS",
    ),
    texts("stt-handshake", r"403 4\.7\.0 TLS handshake", certainty=_LIKELY),
    texts(
        "snd-not-logged-in",
        r"server (?:says it )?requires? (?:smtp )?(?:authentication|auth\b|a login)|(?:smtp )?authentication is required by the server",
        certainty=_LIKELY,
        common=True,
    ),
    texts("aut-temp", r"\bserver unavailable\. \d{1,2}\b", certainty=_LIKELY, common=True),
    # gen_smtp of Erlang and Elixir
    texts("aut-bad", r"(?:permanent|temporary)_failure,[^\n]{1,200}\bauth_failed\b"),
    texts("cap-no-auth-yet cap-no-auth", r"missing_requirement,[^\n]{1,200}\bauth\b"),
    texts("stt-not-offered", r"missing_requirement,[^\n]{1,200}\btls\b"),
    texts(
        "stt-handshake",
        r"(?:permanent|temporary)_failure,[^\n]{1,200}\btls_failed\b",
        certainty=_LIKELY,
    ),
    texts(
        "grt-eof tls-cut tcp-reset",
        r"network_failure,[^\n]{1,200}:?\bclosed\b",
        certainty=_POSSIBLE,
    ),
    texts("stt-refused stt-not-offered", r"can ?not go to tls encryption", certainty=_LIKELY),
    texts(
        "use-address snd-rcpt-syntax",
        r"mail\.internet\.AddressException|(?<![\w-])mail: (?:missing '@'|no angle-addr|missing word|expected )|Invalid address: {1,2}\(",
        r"does not comply with RFC ?[2-6]?822|not in the form required for an e-?mail address|invalid e-?mail address(?:es)? (?:format|in the (?:to|from|cc))",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "grt-silent-tls grt-eof tcp-timeout",
        r"invalid response code received from server \(code: -1",
        certainty=_POSSIBLE,
    ),
    texts("stt-required", r"must issue a starttls command|STARTTLS (?:is )?required(?! but)"),
    texts(
        "stt-refused",
        r"TLS currently unavailable|TLS support isn't enabled|454 4\.7\.0 TLS not available|STARTTLS (?:command )?(?:was )?(?:rejected|refused)",
    ),
    texts("stt-already", r"TLS (?:is )?already active|already using (?:TLS|SSL)"),
    texts(
        "cap-no-auth-yet cap-no-auth",
        r"SMTP AUTH extension not supported|AUTH extension not supported|server does(?:n't| not) (?:support|advertise|offer) (?:the |any |client )*(?:AUTH|authentication)\b(?! (?:method|mech|type))|does(?:n't| not) support SMTP AUTH|AUTH command used when not advertised|AUTH not supported|authentication (?:is )?not supported by (?:the )?server|using 0 possible authenticators|server doesn't support AUTH\b(?! method)|No SMTP auth|SMTP server does not support authentication|0 authenticators|did not (?:advertise|offer|announce) auth\w*|offered null AUTH mechanism",
        certainty=_LIKELY,
    ),
    texts(
        "cap-mech-mismatch",
        r"no suitable auth|no authenticators? available|SMTP authentication requires SASL|failed to find an authenticator supported|does(?:n't| not) support (?:the )?auth\w* (?:method|mech\w*|type)|does not (?:seem to )?support (?:the selected auth|encrypted pass)|no (?:compatible|supported|usable|common|worthy) (?:auth\w*|mech\w*)|no mechanism available|no worthy mechs|no (?:auth\w* )?mechan\w{3,6} supported by both|offered no compatible|auth\w* (?:type|method|mechanism)(?: ['\"][^'\"\n]{1,40}['\"])? (?:is )?not supported|no authentication type succeeded|unsupported auth\w* (?:type|method|mech)|none of the supported auth|Unable to find a callback|unknown authentication method|No compatible authentication|server supports none|curl: \(94\)|cannot use a secure authentication method|selected SASL mechanism\(s\) not available",
    ),
    texts(
        "aut-temp",
        r"SASL: Connect to [^\n]{1,120} failed|(?:cannot|can't|could not|unable to|failed to) connect to (?:the )?(?:saslauthd|auth\w* (?:server|service|daemon|socket))|saslauthd[^\n]{0,60}(?:no such file|refused|not running)|auth\w* (?:server|service|daemon|backend|socket) (?:is )?(?:unavailable|down|not (?:available|running|responding))|fatal: no SASL authentication mechanisms",
        certainty=_LIKELY,
    ),
    texts(
        "cap-logindisabled-clear",
        r"\[PRIVACYREQUIRED\]|LOGINDISABLED|LOGIN (?:command )?(?:is )?disabled|Logging in is disabled",
        certainty=_LIKELY,
    ),
    *ENTRA_TEXTS,
    texts(
        "aut-token",
        OTHER_NUMBER,
        r"invalid_grant|OAUTH2 asked for more|invalid_token|refresh token|access token (?:has )?expired|token (?:has been )?expired or revoked|unauthorized_client|(?:failed to|can(?:'t|not)|could not|unable to) (?:refresh|acquire|obtain|create|get)[^\n]{0,30}\btoken|invalid_client|IMAP wants more steps despite|\"schemes\": ?\"bearer\"",
        certainty=_LIKELY,
    ),
    texts("cap-imap-old", r"is not an IMAP4 mail server"),
    texts(
        "aut-sequence",
        r"\bcommand (?:is )?(?:not valid|invalid) in this state",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "lim-connections",
        r"exceeded the maximum number of connections|too many (?:simultaneous|concurrent) connections|mail_max_userip",
        certainty=_LIKELY,
        common=True,
    ),
    texts("lim-bandwidth", r"exceeded command or bandwidth"),
    texts(
        "lim-daily lim-rate-smtp",
        r"exceeded the max(?:imum)? [^\n]{0,60}\bper (?:minute|hour|day)\b",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "mbx-readonly mbx-noperm",
        r"['\"]? is not writable\b|mailbox (?:status changed to|is) READ-ONLY",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "snd-not-logged-in",
        r"client was rejected: \"MAIL FROM:[^\n]{0,200} while in auth state",
        certainty=_LIKELY,
    ),
    texts(
        "snd-sent-copy",
        r"(?:could not be|not) (?:copied to|placed in) your sent folder|error saving the message to sent",
    ),
    texts(
        "mbx-corrupt",
        r"\bchdir\b[^\n]{0,80}\bmaildir\b",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "mbx-pop3-locked",
        r"\b(?:mail ?drop|mailbox|popbox)(?: for \S{1,120})? (?:is |was |already )*(?:locked|in use)|lock busy on server",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "aut-web-login",
        r"log in via your web browser and then try again|support\.google\.com/mail/\S{0,40}78754",
        certainty=_LIKELY,
    ),
    texts(
        "snd-relay-denied",
        r"does(?: not|n't) (?:allow|permit) relaying|relaying (?:is )?(?:denied|prohibited|not (?:allowed|permitted))",
        certainty=_LIKELY,
    ),
    texts(
        "tls-plain-server tls-version crt-unknown-ca",
        r"cannot connect using (?:SSL|TLS)",
        certainty=_POSSIBLE,
    ),
    texts("hst-referral", r"\[REFERRAL "),
    texts(
        "grt-silent-tls grt-eof cfg-port-465-starttls",
        r"expected response code \W{0,2}220\W{0,2} but (?:got )?(?:code )?(?:\"\"|''|an? empty|empty|no )",
        certainty=_LIKELY,
    ),
    texts(
        "grt-eof tcp-reset tls-cut",
        r"expected response code[^\n]{0,20} but (?:got )?(?:code )?(?:\"\"|''|an? empty|empty|no )|connection to [^\n]{1,120} (?:has been )?closed unexpectedly",
        certainty=_POSSIBLE,
    ),
    texts(  # a limit of time on a socket
        "grt-silent-tls tcp-timeout hst-no-reply",
        r"\bWouldBlock\b|\bEAGAIN\b|resource temporarily unavailable|os error 11\b",
        certainty=_POSSIBLE,
        common=True,
    ),
    texts(
        "grt-silent-tls tcp-timeout",
        r"timed out while authenticating with server|timeout-auth",
        certainty=_POSSIBLE,
    ),
    texts(
        "cfg-port-143-tls tls-plain-server",
        r"non-standard ssl port 143|port 143 is not (?:an )?ssl",
        certainty=_LIKELY,
    ),
    texts("grt-early-talker", r"SMTP (?:protocol )?synchroni[sz]ation"),
    texts("grt-554", r"\b554 \S+ (?:ESMTP )?not accepting connections"),
    texts("dns-nxdomain", r"curl: \(6\)"),
    texts("tcp-refused", r"curl: \(7\)[^\n]{0,120}refused"),
    texts(
        "snd-size",
        r"Message size larger than allowed|size of the message you are trying to send exceeds|message(?! queue)[^\n]{0,40} exceeds? the (?:global |server's )?(?:message )?size limit",
    ),
    texts(
        "aut-bad aut-app-password",
        r"(?:IMAP|POP3?) server: Too many login failures|Query status=3 \(AUTHFAIL\)",
        certainty=_LIKELY,
    ),
    texts(
        "mbx-pop3-locked lim-connections",
        r"(?:Server|Lock)[- ]busy error on \S{1,120}@|status=9 \(LOCKBUSY\)",
        certainty=_LIKELY,
    ),
    texts("dns-nxdomain dns-servfail", r"status=11 \(DNS\)", certainty=_LIKELY),
)

TEXTS: tuple[Text, ...] = (
    *FIRST,
    *SERVERS,
    *DEVICES,
    *OUTLOOK,
    *TLS,
    *NETWORK,
    *WINDOWS,
    *GENERIC,
)
