"""What programs say of wrong settings, and of a server of another protocol than the settings name."""

from mailkit.replies.reply import Certainty
from mailkit.replies.text import Text, texts

__all__ = ["SETTINGS"]

_LIKELY, _POSSIBLE = Certainty.LIKELY, Certainty.POSSIBLE

_BANNER = (
    r"(?:greeting|unexpected response|response|banner|answer|error|expected|got|imap4\.error|"
    r"error_proto|bad response)\W{1,4}(?:[\w ]{0,30}[:=(] ?)?b?['\"(]{0,3}"
)


def _missing(what: str) -> tuple[str, ...]:
    """Return the ways to say that a setting is empty."""
    return (
        rf"no {what} (?:was |were )?(?:specified|given|provided|supplied|set|configured|found)",
        rf"(?<!is )(?:missing|empty) {what}",
        (
            rf"{what} (?:is|are|was|cannot be|must not be|can't be) (?:empty|blank|missing|null|"
            r"required)"
        ),
    )


SETTINGS: tuple[Text, ...] = (
    texts(
        "cfg-password-nonascii snd-8bit",
        r"'ascii' codec can't encode|UnicodeEncodeError|ordinal not in range\(128\)",
        r"'latin-1' codec can't encode",
        certainty=_LIKELY,
    ),
    texts(
        "cfg-flags-conflict",
        r"mutually exclusive[^\n]{0,80}(?:tls|ssl)|(?:tls|ssl)[^\n]{0,80}mutually exclusive",
    ),
    texts(
        "cfg-host-scheme",
        (
            r"(?:ENOTFOUND|EAI_AGAIN|resolve host:?|lookup|getaddrinfo|unknown host:?|"
            r"UnknownHostException:?|getaddresses[^\n]{0,60} for|no such host:?) ['\"]?(?:smtps?://|"
            r"imaps?://|https?://|ssl://|tls://|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}[,;](?! ?\w)|"
            r"(?<!EAI_AGAIN )[\w.-]{1,200}:\d{2,5}(?!\d)(?:/|['\" ]|$))"
        ),
        r"unable to parse (?:host|url|uri)[^\n]{0,60}://|too many colons in address",
        r"invalid (?:host ?name|url)[^\n]{0,20}(?:smtp|imap|mail)",
    ),
    texts(
        "cfg-port-587-tls",
        r"smtps://[^\s]{1,300}:(?:587|25|2525)\b",
        r"ssl://[^\s:]{1,200}:(?:587|25|2525)\b(?!['\"]?:? ?stream)",
    ),
    texts(
        "cfg-word-invalid cfg-url-encoding",
        r"\\Mailer\\[^\n]{1,200} scheme is not supported|unsupported scheme[^\n]{0,60}(?:mailer|smtp)",
        certainty=_LIKELY,
    ),
    texts(
        "cfg-url-encoding",
        r"\b(?:smtps?|imaps?|pop3s?)://[^\s/@:]{1,200}@[^\s/@]{1,200}@[^\s/@]{1,200}|URI malformed",
        r"malformed (?:mailer )?(?:dsn|ur[il])",
        r"the (?:\"?\S{0,60}\"? )?mailer DSN (?:is invalid|must)",
        r"invalid (?:url|userinfo)[^\n]{0,40}(?:escape|userinfo)|net/url: invalid",
    ),
    texts(  # c-client: without /ssl it waits for a greeting, or uses STARTTLS
        "grt-silent-tls cfg-port-993-plain",
        r"\{[\w.-]{1,200}:99[35]/(?![^}\n]{0,60}/ssl)[^}\n]{0,80}\}[^\n]{0,40}connection broken",
        certainty=_LIKELY,
    ),
    texts(
        "cfg-word-invalid",
        (
            r"(?:must|needs? to|should|has to) be (?:set to )?one of\b[^\n]{0,60}\b(?:starttls|force_tls|"
            r"ssl|tls)\b"
        ),
        r"(?:unknown|invalid|unsupported) (?:encryption|security) (?:type|mode|method|setting|value|option)",
        certainty=_LIKELY,
        common=True,
    ),
    texts(
        "cfg-username-dirty use-no-login",
        *_missing(r"user ?name"),
        common=True,
        certainty=_LIKELY,
    ),
    texts(
        "cfg-password-dirty use-no-login",
        *_missing(r"(?<!application )(?<!app )(?<!app-)(?:password|credentials?|secret phrase)"),
        r"failed to connect, no password|no auth info found|can't find a password",
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
        r"\bwrong host name\b",
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
        r"smtp[^\n]{0,120}(?:response|greeting)\W{1,8}\+OK|Invalid greeting[^\n]{0,30}\+OK",
        r"response code 220[^\n]{0,60}\"\+OK",
    ),
    texts(
        "pid-imap-on-smtp",
        r"smtp[^\n]{0,120}(?:response|greeting)\W{1,8}\* OK|Invalid greeting[^\n]{0,30}\* OK",
        r"response code 220[^\n]{0,60}\"\* OK|\(-1, b?'\[CAPABILITY",
    ),
    texts(
        "pid-imap-on-pop",
        r"error_proto\(?:? ?\(?b?['\"]\* OK",
        r"pop3?[^\n]{0,80}(?:response|greeting)(?: from (?:the )?server)?\W{1,6}\* OK",
    ),
    texts(
        "pid-smtp-on-pop",
        r"error_proto\(?:? ?\(?b?['\"]220[- ]",
        r"pop3?[^\n]{0,80}(?:response|greeting)(?: from (?:the )?server)?\W{1,6}220[- ]",
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
        r"(?:greeting|response|smtp|imap|pop3?|banner)[^\n]{0,80}HTTP/1\.[01] \d{3}",
        r"(?:greeting|unexpected response)[^\n]{0,20}<html",
    ),
    texts(
        "hst-broken-reply",
        r"(?:imap|pop|smtp)[^\n]{0,80}unexpected (?:tagged|untagged)?[^\n]{0,20}response: ?b?['\"]",
        r"syntax error in[^\n]{0,20} (?:greeting|response)",
        r"committed a protocol violation\.? The server response was",
        certainty=_POSSIBLE,
    ),
)
