"""Error texts of mail libraries and programs, apart from servers' replies."""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts
from mailkit.replies.texts_devices import DEVICES
from mailkit.replies.texts_generic import GENERIC
from mailkit.replies.texts_languages import WINDOWS
from mailkit.replies.texts_net import NETWORK
from mailkit.replies.texts_outlook import OUTLOOK
from mailkit.replies.texts_servers import SERVERS
from mailkit.replies.texts_settings import SETTINGS
from mailkit.replies.texts_steps import STEPS
from mailkit.replies.texts_tls import TLS
from mailkit.replies.wordings_entra import ENTRA_TEXTS, OTHER_NUMBER

__all__ = ["INTERRUPTED", "TEXTS"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE

INTERRUPTED = (
    texts(
        "grt-eof hst-no-reply tls-cut tcp-reset grt-silent-tls",
        r"connection unexpectedly closed(?!:)|socket error: eof|-ERR EOF",
        r"MessagingException: \[EOF\]|err(?:or)?=\"?EOF\b|Unexpected socket close|\bEOFError\b",
        r"end of file reached|unexpectedly disconnected|unexpected eof received",
        certainty=_POSSIBLE,
    ),
    texts(
        "grt-eof grt-silent-tls tls-cut hst-no-reply",
        (
            r"(?<!unexpected )(?<!handshake )(?<!token )(?<![\w.])EOF(?=\Z|[\"'),;]|panic|"
            r"\s(?!occurred|was|in\b|received|while (?!dialing|connecting)|when|\())|(?<=: )EOF(?= \()"
        ),
        certainty=_POSSIBLE,
        common=True,
    ),
)
"""The server ended the connection; only the calls of a stack trace tell at which step."""

SESSION: tuple[Text, ...] = (
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
        r"wrappermode [^\n]{0,30}is unimplemented",
        r", isSSL false\s{1,4}[^\n]{0,40}exception reading response[^\n]{0,40}\s{1,4}[^\n]{0,60}read timed out",
        r"port: ?(?:465|993|995)[^\n]{0,20}response: ?-1|greeting never received",
        r"connection unexpectedly closed: (?:the read operation )?timed out",
        r"tim(?:ed ?out|eout) waiting for (?:the )?(?:server|smtp|imap|pop3?) (?:ready|greeting|banner)",
        r"Got bad greeting[^\n]{0,80}port: ?(?:465|993|995)",
        r"reading? (?:the )?(?:initial )?(?:greeting|banner|response)[^\n]{0,20}tim(?:ed ?out|eout)",
        r"timeout[^\n]{0,40}(?:greeting|initial response|banner)|Net::ReadTimeout",
        r"Timeout(?:\(\d+\))? while trying to read",
        certainty=_LIKELY,
    ),
    texts(  # Jakarta Mail names the code of the greeting only
        "grt-554",
        r"port: ?\d{1,5}, response: ?5\d\d\b",
        certainty=_LIKELY,
    ),
    texts("grt-421", r"port: ?\d{1,5}, response: ?4\d\d\b", certainty=_LIKELY),
    texts(
        "grt-silent-tls grt-eof cfg-port-465-starttls",
        r"expected response code \W{0,2}220\W{0,2} but (?:got )?(?:code )?(?:\"\"|''|an? empty|empty|no )",
        certainty=_LIKELY,
    ),
    texts(
        "grt-eof grt-silent-tls",
        r"Got bad greeting[^\n]{0,80}\[EOF\]",
        (
            r"(?:server|peer)[^\n]{0,20}(?:closed|dropped) (?:the )?connection (?:before|"
            r"without)[^\n]{0,20}(?:greeting|banner)"
        ),
        r"create SMTP client: EOF|lost connection with [^\n]{0,120}(?:initial|greeting)",
        r"empty (?:startup )?(?:greeting|reply|response)\b",
        certainty=_LIKELY,
    ),
    *INTERRUPTED,
    texts(
        "mbx-folder-missing",
        r"cannot change folder, maybe it does not exist",
        r"NoResponseError[^\n]{0,80}\bmailbox (?:does not|doesn't) exist",
        certainty=_LIKELY,
    ),
    texts(
        "cfg-host-is-email dns-nxdomain", r"getaddrinfo \w{3,20} ['\"]?[\w.+-]{1,64}@[\w.-]{3,200}"
    ),
    texts("snd-not-logged-in", r"unauthenticated senders not allow", certainty=_LIKELY),
    texts(
        "grt-421 snd-temp",
        r"SmtpCommandException:?\W{0,4}Local Error, closing transmission channel",
        certainty=_POSSIBLE,
    ),
    texts(
        "tls-weak-key crt-weak tls-weak-sig",
        r"\b(?:does not|doesn't) comply to algorithm constraints",
        certainty=_POSSIBLE,
        common=True,
    ),
    texts(
        "hst-broken-reply",
        r"(?:IMAP|POP3?|SMTP) SERVER BUG \(invalid challenge\)",
        certainty=_LIKELY,
    ),
    texts("tcp-refused", r"MAILSMTP_ERROR_CONNECTION_REFUSED", certainty=_LIKELY),
    texts(
        "tls-handshake tls-plain-server tls-version crt-unknown-ca",
        r"MAILSMTP_ERROR_SSL\b",
        certainty=_POSSIBLE,
    ),
    texts(
        "mbx-trycreate",
        r"(?:Folder|Mailbox)NotFound(?:Exception|Error)",
        r"\bfolder\b[^\n]{0,40}(?:not found|does(?: not|n't) exist)",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "stt-not-offered",
        r"STARTTLS (?:is required but|extension )?(?:(?:host|server) does )?not supported",
        r"STARTTLS is required but|STARTTLS not (?:supported|available|advertised|offered)",
        r"(?:does(?:n't| not)|not) (?:support|advertise|offer|announce)(?: TLS via the| the)? STARTTLS",
        r"advertise that feature|server does not support (?:TLS|secure|SSL|starttls)",
        r"TLS is required,? but was not offered|no STARTTLS|curl: \(64\)",
        r"STARTTLS[^\n]{0,40}(?:unavailable|missing)",
        r"require_tls: true[^\n]{0,60}does not advertise|not advertise the STARTTLS",
        r"required TLS[^\n]{0,30}not|does not support secure connections|didn't find STARTTLS",
        r"STARTTLS (?:is )?required but[^\n]{0,40}(?:not|n't) (?:support|offer|advertise)",
        r"STARTTLS (?:command )?(?:is |was )?(?:attempted but )?not (?:supported|available|offered|advertised)",
        r"MissingCapabilityException: STARTTLS",
    ),
    texts("stt-handshake", r"403 4\.7\.0 TLS handshake", certainty=_LIKELY),
    texts(
        "snd-not-logged-in",
        r"server (?:says it )?requires? (?:smtp )?(?:authentication|auth\b|a login)",
        r"(?:smtp )?authentication is required by the server",
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
        r"mail\.internet\.AddressException",
        r"(?<![\w-])mail: (?:missing '@'|no angle-addr|missing word|expected )",
        r"Invalid address: {1,2}\(",
        r"does not comply with RFC ?[2-6]?822|not in the form required for an e-?mail address",
        r"invalid e-?mail address(?:es)? (?:format|in the (?:to|from|cc))",
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
        r"TLS currently unavailable|TLS support isn't enabled|454 4\.7\.0 TLS not available",
        r"STARTTLS (?:command )?(?:was )?(?:rejected|refused)",
    ),
    texts("stt-already", r"TLS (?:is )?already active|already using (?:TLS|SSL)"),
    texts(
        "cap-no-auth-yet cap-no-auth",
        r"AUTH extension not supported",
        (
            r"server does(?:n't| not) (?:support|advertise|offer) (?:the |any |client )*(?:AUTH|"
            r"authentication)\b(?! (?:method|mech|type))"
        ),
        r"does(?:n't| not) support SMTP AUTH\b(?! (?:method|mech|type))|AUTH command used when not advertised",
        r"AUTH not supported|authentication (?:is )?not supported by (?:the )?server",
        r"using 0 possible authenticators|server doesn't support AUTH\b(?! method)|No SMTP auth",
        r"SMTP server does not support authentication|0 authenticators",
        r"did not (?:advertise|offer|announce) auth\w*|offered null AUTH mechanism",
        certainty=_LIKELY,
    ),
    texts(
        "cap-mech-mismatch",
        r"no suitable auth|no authenticators? available|SMTP authentication requires SASL",
        r"failed to find an authenticator supported",
        r"does(?:n't| not) support (?:the )?(?:[\w-]{3,20} )?auth\w* (?:method|mech\w*|type)",
        r"does not (?:seem to )?support (?:the selected auth|encrypted pass)",
        r"no (?:compatible|supported|usable|common|worthy) (?:auth\w*|mech\w*)",
        r"no mechanism available|no (?:auth\w* )?mechan\w{3,6} supported by both",
        r"offered no compatible",
        r"auth\w* (?:type|method|mechanism)(?: ['\"][^'\"\n]{1,40}['\"]| [\w.-]{1,40})? (?:is )?not supported",
        r"unsupported auth\w* (?:type|method|mech)",
        r"none of the supported auth|Unable to find a callback|unknown authentication method",
        r"server supports none|curl: \(94\)",
        r"cannot use a secure authentication method|selected SASL mechanism\(s\) not available",
    ),
    texts(
        "aut-temp",
        r"SASL: Connect to [^\n]{1,120} failed",
        (
            r"(?:cannot|can't|could not|unable to|failed to) connect to (?:the )?(?:saslauthd|"
            r"auth\w* (?:server|service|daemon|socket))"
        ),
        r"saslauthd[^\n]{0,60}(?:no such file|refused|not running)",
        (
            r"auth\w* (?:server|service|daemon|backend|socket) (?:is )?(?:unavailable|down|"
            r"not (?:available|running|responding))"
        ),
        r"fatal: no SASL authentication mechanisms",
        certainty=_LIKELY,
    ),
    texts(
        "cap-logindisabled-clear",
        r"\[PRIVACYREQUIRED\]|LOGINDISABLED|LOGIN (?:command )?(?:is )?disabled",
        r"Logging in is disabled",
        certainty=_LIKELY,
    ),
    *ENTRA_TEXTS,
    texts(
        "aut-token",
        OTHER_NUMBER,
        r"invalid_grant|OAUTH2 asked for more|invalid_token|refresh token",
        r"access token (?:has )?expired|token (?:has been )?expired or revoked|unauthorized_client",
        r"(?:failed to|can(?:'t|not)|could not|unable to) (?:refresh|acquire|obtain|create|get)[^\n]{0,30}\btoken",
        r"invalid_client|IMAP wants more steps despite|\"schemes\": ?\"bearer\"",
        certainty=_LIKELY,
    ),
    texts("snd-smtputf8", r"internationali[sz]ed email support|required SMTPUTF8 capability"),
    texts(
        "mbx-trycreate mbx-namespace",
        r"\b(?:far|near) side box \S{1,200} cannot be opened",
        certainty=_POSSIBLE,
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
        r"exceeded the maximum number of connections",
        r"too many (?:simultaneous|concurrent) connections|mail_max_userip",
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
        r"(?:could not be|not) (?:copied to|placed in) your sent folder",
        r"error saving the message to sent",
    ),
    texts(
        "mbx-corrupt",
        r"\bchdir\b[^\n]{0,80}\bmaildir\b",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "mbx-pop3-locked",
        r"\b(?:mail ?drop|mailbox|popbox)(?: for \S{1,120})? (?:is |was |already )*(?:locked|in use)",
        r"lock busy on server",
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
        r"does(?: not|n't) (?:allow|permit) relaying",
        r"relaying (?:is )?(?:denied|prohibited|not (?:allowed|permitted))",
        certainty=_LIKELY,
    ),
    texts(
        "tls-plain-server tls-version crt-unknown-ca",
        r"cannot connect using (?:SSL|TLS)",
        certainty=_POSSIBLE,
    ),
    texts("hst-referral", r"\[REFERRAL "),
    texts(
        "grt-eof tcp-reset tls-cut",
        r"expected response code[^\n]{0,20} but (?:got )?(?:code )?(?:\"\"|''|an? empty|empty|no )",
        r"connection to [^\n]{1,120} (?:has been )?closed unexpectedly",
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
        r"Message size larger than allowed|size of the message you are trying to send exceeds",
        r"message(?! queue)[^\n]{0,40} exceeds? the (?:global |server's )?(?:message )?size limit",
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
    *SETTINGS,
    *SESSION,
    *STEPS,
    *SERVERS,
    *DEVICES,
    *OUTLOOK,
    *TLS,
    *NETWORK,
    *WINDOWS,
    *GENERIC,
)
