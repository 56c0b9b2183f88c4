"""Tell the error texts of other services from those of mail: a database or a web server refuses connections, too."""

import re

from mailkit.replies.subject import mail_in

__all__ = ["aside", "foreign_in", "foreign_line"]

_SERVICE = re.compile(
    r"\b(?:py)?mysqli?(?:\b|_)|\b(?:mariadb|sqlstate|sqlalchemy|postgres\w{0,8}|psycopg\w?|pg_connect"
    r"|mongo\w{0,20}|redis|predis|memcached?|elasticsearch|kafka|zookeeper"
    r"|rabbitmq|amqps?|mqtt|mosquitto|cassandra|clickhouse|influxdb|jdbc|mssql|sql ?server|oracle|etcd|consul"
    r"|sftp|ftps?|grpc|websocket|kubectl|kubelet"
    r"|https?connectionpool|urllib3|requests\.exceptions|net/http|httpx?\.\w{0,20}error|xmlhttprequest"
    r"|axios\w{0,10}|aiohttp|reqwest|guzzle\w{0,10}|err_connection_\w{1,20})\b"
    r"|\bssh: |\bsshd\b|\bfirebase\b|\bkinit\b|\bsip/2\.0|\bcertbot\b|acme-challenge|\bldaps?:|\bldap_"
    r"|ldapexception|\b(?:npm|yarn|pip3?|git|docker|apt|composer) (?:err|error|fetch|pull|push|clone|install"
    r"|daemon)|docker daemon|\bfatal: unable to access"
    r"|\b(?:get|post|put|patch|head|delete|fetch\w{0,3}|access|request(?: to| for)?|for|url"
    r"|legitimacy of)\b[:=]? ?['\"(]{0,2}https?://",
    re.I,
)
_PORT = re.compile(
    r"(?:[\w.\]-](?<![^\w.:]\d)(?<![^\w.:]\d\d)(?<!\d:\d\d):|\bport:? ?|, )(?:(?P<mail>25|110|143|465|587|993"
    r"|995|1025|2525|2587|4190|24)"
    r"|21|22|80|389|443|636|1433|1521|1883|2049|2181|2375|2376|2379|3000|3306|3389|5000|5222|5432|5601|5672|6379"
    r"|6443|8000|8080|8086|8123|8443|8883|9000|9090|9092|9200"
    r"|11211|27017)(?!\w|[.:]\w)",
    re.I,
)
"""Ports that other services are known for, and those of mail; the minutes of a time are no port."""


_NAMES = re.compile(
    r"(?<![\w.])(?:mailcow|mailu|mailman|mailtrain|listmonk|nodemailer|phpmailer|swiftmailer|aiosmtplib|aioimaplib)(?![\w.])"
    r"|(?-i:\bexchanges?\b)|\be-?mails?\b"
    r"|\b(?:(?:pull|install|clone)\b(?: (?:image|package))?|(?:image|package|repo(?:sitory)?|container|domain|user)\b)"
    r"['\": ]{1,3}[\w./@:-]{1,200}",
    re.I,
)
"""Products, packages and domains, an exchange of a message broker, and what any program may send or store: no sign of mail."""
_TOKEN = re.compile(r"[\w.@/:-]{1,200}")
_COMPOUND = re.compile(r"(?=.*[_/@-])(?!.*(?:smtp|imap|pop3|sendmail)).*mail", re.I | re.S)
"""An identifier, a path or an address with “mail” in it."""


def _without_names(text: str) -> str:
    """Return a text without names that have “mail” in them, but for those of hosts and of protocols."""
    return _NAMES.sub(
        "", _TOKEN.sub(lambda token: "" if _COMPOUND.match(token[0]) else token[0], text)
    )


_NEWS = re.compile(r"\bProtocol: NNTP\b|\b0x800CCCA\w\b", re.I)
"""Outlook Express reads newsgroups, too."""


def foreign_in(text: str) -> bool:
    """Return whether a text is about another service: it names one, or the port of one, and nothing of mail."""
    if _NEWS.search(text):
        return True
    ports = [match["mail"] is not None for match in _PORT.finditer(text[:_LOOKED_AT])]
    if any(ports) or not (ports or _SERVICE.search(text)):
        return False
    return not mail_in(_without_names(text))


_LOOKED_AT = 20_000
"""Characters; a longer text is a log, which has ports of many services."""


_SYSLOG = re.compile(
    r"\b(?:sshd|sudo|su|kernel|postgres|mysqld|mariadbd|redis-server|nginx|apache2|httpd|cron|named|systemd|slapd"
    r"|vsftpd|proftpd|clamd|spamd|opendkim|opendmarc)(?:-session)?(?:\([^\s)]{1,60}\))?(?:\[\d{1,8}\])?: ",
    re.I,
)
"""A program that has nothing to do with mail, where syslog names it."""
_BESIDE = 40
_ASIDE = re.compile(
    r"\bsocks[45]?a?\b[^\n]{0,60}\bauth|\bproxy[ -]auth|\b407 proxy"
    r"|https?://\S{1,120} (?:returned|answered|responded)"
    r"|\bsocket:? ['\"]?/|\bunix:/"
    r"|::session: (?:IMAP|POP3|SMTP) connection timed out"
    r"|resolving client hostname|does not resolve to address|address not listed for hostname",
    re.I,
)
"""A login at a proxy, a socket of the machine itself, and what a server says of a client's name."""


def aside(text: str) -> bool:
    """Return whether words are about a login at a proxy, a socket of the machine itself, or a client's name."""
    return _ASIDE.search(text) is not None


def foreign_line(text: str, start: int, end: int) -> bool:
    """Return whether the line of some words is about another service, or they name its port."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    line = text[max(first, start - 400) : min(last if last >= 0 else len(text), end + 400)]
    if _SYSLOG.search(line[:160]) or aside(line):
        return True
    near = [match["mail"] is not None for match in _PORT.finditer(text[start : end + _BESIDE])]
    if near and not any(near) and not any(match["mail"] for match in _PORT.finditer(line)):
        return True
    return foreign_in(line)
