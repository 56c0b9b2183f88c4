"""What a pasted text is about: mail, another service, a login by token, a program that did not get as far."""

import re
from itertools import pairwise

from mailkit.replies.dialogs import says_only_failure

__all__ = [
    "elsewhere_in",
    "mail_in",
    "opening_in",
    "program_error_in",
    "question_in",
    "replies_in",
    "reply_list_in",
    "token_in",
]

_WHOLE = re.compile(r"\s{0,40}(?:45[024]|55[0-6])[ -][^\n]{1,400}\s{0,40}\Z")
"""Nothing but a reply, with a code that web servers do not have."""


def replies_in(text: str) -> bool:
    """Return whether a text is about mail or a login, so that a number in it can be a reply code."""
    return _REPLIES.search(text) is not None or _WHOLE.match(text) is not None


_REPLIES = re.compile(
    (
        r"<<< ?[245]\d\d[ -]|smtp|imap|curl: \(67|(?:permanent|transient) error \(\d|outlook|0x800CCC|pop3|\bpop\b"
        r"|mail|\bauth|starttls|\brcpt|\behlo|\bhelo|relay|recipient|mailbox|SERVER ->|\bsasl"
        r"|expected response code \W{0,2}(?:220|235|250|334|354)"
    ),
    re.I,
)


def mail_in(text: str) -> bool:
    """Return whether a text is about mail; other programs have logins too."""
    if _OF_MAIL.search(text) is not None or _WHOLE.match(text) is not None:
        return True
    if len(text) <= _SHORT and (_PLAIN.fullmatch(text) or says_only_failure(text)):
        return True
    return _SENDING.search(text) is not None and _OTHER_SERVICES.search(text) is None


_PROTOCOLS = (
    r"smtp|imap|pop3|\bpop\b|starttls|\brcpt|\behlo|\bhelo|mail|\bsasl|auth mechanism"
    r"|\bAUTH (?:PLAIN|LOGIN)|CRAM-MD5|\bINBOX\b|\b(?-i:FETCH)\b|(?:incoming|outgoing) server|account settings"
    r"|(?:[\w.\]-]:|\bport:? ?)(?:143|465|587|993|995)(?!\w|[.:]\w)"
)
_IN_LANGUAGES = (
    r"courri(?:er|el)|correo|\bposta\b|poczt|почт|邮件|邮箱|退信|郵件|メール|메일|serveur (?:sortant|entrant)"
    r"|发件服务器|收件服务器|送信サーバー|受信サーバー"
    r"|konten-?einstellungen|paramètres (?:des|du) compte|configuración de (?:la )?cuenta|impostazioni account"
    r"|configurações d[ae]s? conta|accountinstellingen|учётной записи|учетной записи|konfiguracj\w+ kont"
    r"|账号设置|账户设置|アカウント設定"
)
_SAID = (
    r"<<< ?[245]\d\d[ -]|\A421[ -](?!misdirected)|(?<!\d)[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}\b"
    r"|(?:permanent|transient) error \(\d|expected response code \W{0,2}(?:220|235|250|334|354)"
    r"|(?:network|temporary|permanent)_failure,|rejected after DATA|\bstatus=(?:bounced|deferred)\b|msg \S{1,80}/\d{1,9} \{"
    r"|^[ \t]{0,40}(?-i:NO|BAD|\* BYE|-ERR) [A-Za-z\[]"
)
_PROGRAMS = (
    r"outlook|0x800CCC|\b(?:0x)?8004[0-9A-F]{4}\b|thunderbird|roundcube|(?<!key )\bexchange\b|evolution|syncfolder"
    r"|\bhorde\b|postfix|dovecot|\bexim4?\b|mbsync|isync|mutt\b|himalaya|\baerc\b|\bk-?9\b|\bswaks\b|curl: \(67"
    r"|\b(?:EAUTH|ESOCKET|EENVELOPE|ECONNECTION)\b|['\"]?command['\"]?: ['\"]CONN|stream_socket_enable_crypto"
    r"|swift_?t|\blettre\b|MCOError|responseStatus|MailConnect|net_io_|setup could not finish"
    r"|attempting to establish an SSL or TLS"
)
_OF_MAIL = re.compile(
    f"{_PROTOCOLS}|{_IN_LANGUAGES}|{_SAID}|{_PROGRAMS}",
    re.I | re.M,
)


_SHORT = 160
_PLAIN = re.compile(
    r"(?:[^\w]{0,4}(?:a|an|the|this|your|my|to|of|for|from|by|with|at|in|on|or|and|it|is|are|was|were|has|have|been|no|not"
    r"|could|couldn't|can|cannot|can't|did|didn't|does|doesn't|do|don't|unable|unexpectedly|fail(?:ed|s|ure)?|errors?"
    r"|problem|occurred|while|when|there|please|try|again|later|check|connect(?:ing|ed|ion)?|establish|server|host|remote"
    r"|network|internet|log|log-?in|log-?on|sign|sign-?in|authenticat(?:e|ion)|authori[sz]ation|password|user|user-?name"
    r"|name|credentials|account|access|wrong|incorrect|invalid|bad|refused|rejected|denied|timed|out|time-?out|lost"
    r"|closed|reset|peer|respon(?:d|ded|ding|se)|accept(?:ed)?|settings|certificate|ssl|tls|handshake|verif(?:y|ied|ication)"
    r"|trusted|untrusted|expired|self-signed)\b){1,30}+\W{0,4}",
    re.I,
)
"""A text that says nothing but that a connection, a login or a certificate failed, and of no other program."""

_SENDING = re.compile(
    r"\b(?:send|sending|deliver) (?:the |a |this |your |test )*messages?\b[^\n]{0,80}\bserver\b",
    re.I,
)
_OTHER_SERVICES = re.compile(
    (
        r"kafka|rabbit|amqp|mqtt|slack|telegram|discord|socket|broker|queue|chat|\bbot\b|\bsms\b|push|webhook"
        r"|https?:|topic|signal|matrix|redis"
    ),
    re.I,
)
"""A message is mail only where no other service that has messages is named."""


def elsewhere_in(text: str) -> bool:
    """Return whether a text names another service, and nothing of mail."""
    return _ELSEWHERE.search(text) is not None and not mail_in(_STARTTLS.sub("", text))


_STARTTLS = re.compile("starttls", re.I)
_ELSEWHERE = re.compile(
    (
        rf"{_OTHER_SERVICES.pattern}|ldap|sql\b|postgres|psycopg|mongo|jdbc|elastic|\bs?ftps?\b|xmpp|\bssh\b|grpc"
        rf"|\bgit\b|docker|\bnpm\b"
    ),
    re.I,
)


def program_error_in(text: str) -> bool:
    """Return whether a program failed before it contacted a server."""
    return _PROGRAM.search(text) is not None


_PROGRAM = re.compile(
    r"uninitialized constant|undefined (?:method|function|variable|local|index|property)|is not defined"
    r"|no module named|cannot find module|class \S{1,120} not found|(?:NoMethod|Attribute|Type|Name|Syntax"
    r"|Import|ModuleNotFound)Error\b"
    r"|NullPointerException|NoClassDefFound|Call to undefined|missing \d required|upstream (?:prematurely|timed)"
    r"|unable to find the socket transport|(?:openssl|ssl) (?:php )?(?:extension|module)[^\n]{0,20}(?:not"
    r"|missing|disabled)|without configured|can(?:no|')t load required|not compiled in\b"
    r"|unable to locate credentials|address already in use|\bEADDRINUSE\b",
    re.I,
)


def opening_in(text: str) -> bool:
    """Return whether a text is about opening a folder, and not about storing a message in one."""
    return _OPENED.search(text) is not None and _STORED.search(text) is None


_OPENED = re.compile(r"\b(?:SELECT|EXAMINE)(?:ing)?\b|cannot (?:select|examine) ")
_STORED = re.compile(r"\b(?:APPEND|COPY|MOVE|CREATE|TRYCREATE)\b", re.I)


def token_in(text: str) -> bool:
    """Whether a text is about a login by token, and no password was tried as well."""
    return _TRIED.search(text) is None and any(
        _PASSWORD_TOO.search(_beside(text, match.start(), match.end())) is None
        for match in _TOKEN_NAMED.finditer(text)
    )


def _beside(text: str, start: int, end: int) -> str:
    """Return words and what stands beside them in their line."""
    before, after = text[max(0, start - 120) : start], text[end : end + 120]
    return before.rpartition("\n")[2] + text[start:end] + after.partition("\n")[0]


_TRIED = re.compile(r"authenticator ['\"](?:PLAIN|LOGIN|CRAM-MD5)['\"] returned", re.I)
_TOKEN_NAMED = re.compile(r"xoauth2?\b|oauthbearer|bearer token", re.I)
_PASSWORD_TOO = re.compile(
    r"\b(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5)\b|AUTH=|(?i:supported auth|capabilit|advertis|mechanisms:|authenticators)"
)
"""A list of mechanisms that a server offers does not say which one was used."""


_LISTED = re.compile(r"(?:^|[\n;,|(])\W{0,8}([2-5][0-57]\d)(?![\w.:/@])", re.M)
_ENOUGH = 5
_DEFINITIONS = re.compile(
    r"(?:\bE[A-Z]{4,14}['\"]?: [^.;:,\n]{5,80}[.;,\n]\s{0,4}){2}\bE[A-Z]{4,14}['\"]?: "
    r"|\bmsgid ['\"][^\n]{1,400}\n\s{0,4}msgstr ['\"]|<string name=['\"]",
)
"""A list of what symbols mean, and translations."""
_QUESTION = re.compile(
    r"\W{0,4}(?:is|does|would|could|should|can|what|why|when|how) [^\n\"]{0,120}\"[^\n\"]{3,120}\"[^\n]{0,200}\?\s{0,4}",
    re.I,
)
_MINE = re.compile(r"\b(?:I|my|we|our|me|us)\b", re.I)


def question_in(text: str) -> bool:
    """Return whether a text only asks what some words mean, and not why they came."""
    return _QUESTION.fullmatch(text) is not None and _MINE.search(text) is None


def reply_list_in(text: str) -> bool:
    """Return whether a text is a list of reply codes with their meanings: a manual, not what happened.

    The codes of such a list ascend, each once; those of a session do not.
    """
    if _DEFINITIONS.search(text):
        return True
    codes = [int(match[1]) for match in _LISTED.finditer(text)]
    ascend = all(first < second for first, second in pairwise(codes))
    return ascend and sum(code >= 400 for code in codes) >= _ENOUGH
