"""Settings in a product's own words: how a text shows the product, and what its dialect calls a setting."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.formats.dialects import dialect_in
from mailkit.formats.document import Scalar
from mailkit.ports import Security
from mailkit.replies.pattern import Pattern

__all__ = ["PRODUCTS", "ShownProduct", "in_product", "product_in"]

_MODES = {"starttls": Security.STARTTLS, "implicit-tls": Security.IMPLICIT_TLS}
_PORTS = {"starttls": 587, "implicit-tls": 465}


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product that an error text shows.

    ``dialect`` is the name of its dialect in the module ``module``, empty where it has none;
    ``words`` are by setting (:class:`mailkit.rules.steps.Steps`) what the dialect does not say.
    """

    title: str
    pattern: Pattern
    dialect: str = ""
    module: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


def _app(title: str, pattern: str, dialect: str, module: str = "", **words: str) -> ShownProduct:
    own = {key.replace("_", "-"): value for key, value in words.items()}
    return ShownProduct(title, Pattern(pattern), dialect, module or dialect, own)


def _own(title: str, pattern: str, words: Mapping[str, str]) -> ShownProduct:
    return ShownProduct(title, Pattern(pattern), words=words)


PRODUCTS: tuple[ShownProduct, ...] = (
    # applications, which say more than the library that they use
    _app("Nextcloud", r"nextcloud|\bOCA\\Mail|owncloud", "nextcloud"),
    _app("Keycloak", r"keycloak", "keycloak"),
    _app("Gitea", r"\bgitea\b|forgejo", "gitea"),
    _app("GitLab", r"\bgitlab", "gitlab"),
    _app("Home Assistant", r"home-?assistant|\bhass\b", "home-assistant", "homeassistant"),
    _app("n8n", r"\bn8n\b", "n8n"),
    _app("Zabbix", r"\bzabbix", "zabbix"),
    _app("Odoo", r"\bodoo\b|ir\.mail_server", "odoo"),
    _app("SonarQube", r"sonarqube|org\.sonar\.", "sonarqube"),
    _app("Jenkins", r"jenkins|hudson\.tasks", "jenkins"),
    _app("Moodle", r"\bmoodle\b", "moodle"),
    _app(
        "WP Mail SMTP",
        r"wordpress|wp_mail|wp-content|wp-includes|wp mail smtp",
        "wp-mail-smtp",
        "wordpress",
    ),
    _app("Mastodon", r"\bmastodon\b", "mastodon"),
    _app("Discourse", r"\bdiscourse\b", "discourse", "mastodon"),
    _app("Vaultwarden", r"vaultwarden|bitwarden_rs", "vaultwarden"),
    _app("Mattermost", r"mattermost", "mattermost"),
    _app("Sentry", r"\bsentry\.(?:tasks|utils|mail)", "sentry"),
    _app("Airflow", r"\bairflow\b", "airflow"),
    _app("Redmine", r"\bredmine\b", "redmine"),
    _app(
        "Roundcube",
        r"roundcube",
        "roundcube",
        starttls="smtp_host = 'tls://NAME:587', imap_host = 'tls://NAME:143'",
        implicit_tls="smtp_host = 'ssl://NAME:465', imap_host = 'ssl://NAME:993'",
        login="smtp_user and smtp_pass",
    ),
    _app("Ghost", r"\bghost\b[^\n]{0,40}mail|GhostMailer|\"emailError\"", "ghost"),
    _app("paperless-ngx", r"paperless", "paperless"),
    _app("Authelia", r"authelia", "authelia"),
    _app("Graylog", r"graylog", "graylog"),
    _app("Proxmox", r"proxmox|pmg-smtp", "proxmox"),
    _app("Joomla", r"joomla", "joomla"),
    _app("Drupal", r"drupal", "drupal"),
    _app("TYPO3", r"typo3", "typo3"),
    _app("Mautic", r"mautic", "mautic"),
    _app(
        "Alertmanager",
        r"alertmanager|smtp_smarthost|num_alerts",
        "alertmanager",
        starttls="smtp_smarthost: host:587, smtp_require_tls: true",
        implicit_tls="smtp_smarthost: host:465",
        helo="smtp_hello",
        host="smtp_smarthost",
    ),
    _app(
        "Grafana",
        r"alerting\.notifier|grafana",
        "grafana",
        starttls="host = name:587, startTLS_policy = MandatoryStartTLS",
        implicit_tls="host = name:465",
    ),
    # frameworks
    _app(
        "Laravel",
        r"laravel|illuminate|MAIL_",
        "laravel",
        starttls="MAIL_SCHEME=smtp, MAIL_PORT=587 (before 11: MAIL_ENCRYPTION=tls)",
        implicit_tls="MAIL_SCHEME=smtps, MAIL_PORT=465 (before 11: MAIL_ENCRYPTION=ssl)",
    ),
    _app(
        "Django",
        r"django",
        "django",
        starttls="EMAIL_USE_TLS = True, EMAIL_PORT = 587",
        implicit_tls="EMAIL_USE_SSL = True, EMAIL_PORT = 465",
    ),
    _app("Spring Boot", r"springframework|spring\.mail", "spring-boot", "spring"),
    _app("Quarkus", r"quarkus", "quarkus"),
    _app("Flask-Mail", r"flask_mail|flask-mail", "flask-mail", "flask"),
    _app(
        "Rails",
        r"Net::SMTP|ActionMailer|OpenSSL::SSL",
        "rails",
        starttls="enable_starttls: true, port: 587",
        implicit_tls="tls: true, port: 465",
    ),
    _app(
        "Symfony",
        r"Symfony|Mailer DSN|MAILER_DSN",
        "symfony",
        starttls="MAILER_DSN=smtp://user:pass@host:587",
        implicit_tls="MAILER_DSN=smtps://user:pass@host:465",
        login="user and password in MAILER_DSN, percent-encoded",
        verify="no verify_peer=0 in MAILER_DSN",
        host="host in MAILER_DSN",
        helo="?local_domain= in MAILER_DSN",
    ),
    _app("CodeIgniter", r"codeigniter", "codeigniter"),
    _app("CakePHP", r"cakephp|Cake\\Mailer", "cakephp"),
    _app("Yii", r"\byii\b", "yii"),
    # libraries and programs
    _app(
        "nodemailer",
        r"nodemailer|smtp-connection|SMTPConnection\b",
        "nodemailer",
        starttls="secure: false, requireTLS: true (port 587)",
        implicit_tls="secure: true (port 465)",
    ),
    _app(
        "PHPMailer",
        r"phpmailer|SMTP connect\(\)|SERVER -> CLIENT",
        "phpmailer",
        starttls="SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS, Port = 587",
        implicit_tls="SMTPSecure = PHPMailer::ENCRYPTION_SMTPS, Port = 465",
    ),
    _own(
        "Python",
        r"smtplib|imaplib|poplib",
        {
            "starttls": "SMTP(host, 587) and starttls(), or IMAP4(host) and starttls()",
            "implicit-tls": "SMTP_SSL(host, 465), IMAP4_SSL(host, 993) or POP3_SSL(host, 995)",
            "login": "login(user, password)",
            "host": "the first argument of SMTP() or IMAP4_SSL()",
            "verify": "context=ssl.create_default_context(), with cafile for a CA of your own",
            "helo": "SMTP(…, local_hostname=NAME)",
        },
    ),
    _own(
        "Jakarta Mail",
        r"javax\.mail|jakarta\.mail|com\.sun\.mail|org\.eclipse\.angus",
        {
            "starttls": "mail.smtp.starttls.enable and mail.smtp.starttls.required = true, port 587",
            "implicit-tls": "mail.smtp.ssl.enable = true, port 465",
            "login": "mail.smtp.auth = true, and an Authenticator with user and password",
            "host": "mail.smtp.host",
            "verify": "mail.smtp.ssl.checkserveridentity = true, and the CA in the trust store (cacerts)",
            "helo": "mail.smtp.localhost",
        },
    ),
    _own(
        ".NET MailKit",
        r"mailkit\.|SecureSocketOptions",
        {
            "starttls": "SecureSocketOptions.StartTls, port 587",
            "implicit-tls": "SecureSocketOptions.SslOnConnect, port 465",
            "login": "client.Authenticate(user, password)",
            "host": "the first argument of client.Connect()",
            "helo": "SmtpClient.LocalDomain",
        },
    ),
    _own(
        "System.Net.Mail",
        r"System\.Net\.Mail|Send-MailMessage|Database ?Mail",
        {
            "starttls": "EnableSsl = true (-UseSsl), port 587",
            "implicit-tls": "System.Net.Mail has no implicit TLS: use port 587 with EnableSsl = true",
            "login": "Credentials (-Credential), and UseDefaultCredentials = false before it",
            "host": "Host (-SmtpServer)",
        },
    ),
    _app(
        "Thunderbird",
        r"thunderbird",
        "thunderbird",
        starttls="Connection security: STARTTLS",
        implicit_tls="Connection security: SSL/TLS",
        login="Account Settings, Server Settings: User Name; delete the old password in Settings, Privacy & Security, Saved Passwords",
        host="Account Settings, Server Settings: Server Name",
        helo="mail.smtpserver.default.hello_argument in the Config Editor",
    ),
    _own(
        "Outlook",
        r"0x800CCC|0x8004|outlook cannot",
        {
            "starttls": "encrypted connection: STARTTLS (older versions: TLS), port 587",
            "implicit-tls": "encrypted connection: SSL/TLS, port 465",
            "login": "Account Settings, Repair: user name and password; for sending, More Settings, Outgoing Server",
            "host": "Account Settings: incoming and outgoing mail server",
        },
    ),
    _own(
        "curl",
        r"curl: \(|curl_easy",
        {
            "starttls": "smtp://host:587 with --ssl-reqd",
            "implicit-tls": "smtps://host:465",
            "login": "--user USER:PASSWORD",
            "host": "the host in the URL",
            "verify": "--cacert FILE for a CA of your own",
            "helo": "the path of the URL: smtps://host:465/NAME",
        },
    ),
    _app(
        "msmtp",
        r"msmtp",
        "msmtp",
        starttls="tls on, tls_starttls on, port 587",
        implicit_tls="tls on, tls_starttls off, port 465",
        verify="tls_certcheck on, and tls_trust_file for a CA of your own",
    ),
    _app(
        "mbsync",
        r"mbsync|isync",
        "mbsync",
        starttls="TLSType STARTTLS (before 1.5: SSLType)",
        implicit_tls="TLSType IMAPS (before 1.5: SSLType)",
        verify="CertificateFile for a CA of your own",
    ),
    _app(
        "fetchmail",
        r"fetchmail",
        "fetchmail",
        starttls="sslproto TLS1.2+, without the option ssl",
        implicit_tls="the option ssl",
        verify="sslcertck, and sslcertfile for a CA of your own",
        host="poll NAME",
    ),
    _app("OfflineIMAP", r"offlineimap", "offlineimap", "mailprograms"),
    _app("getmail", r"\bgetmail", "getmail", "mailprograms"),
    _app("Postfix", r"postfix/(?:smtp|relay|error)\[", "postfix", helo="smtp_helo_name"),
    _own(
        "lettre",
        r"lettre",
        {
            "starttls": "SmtpTransport::starttls_relay(host)",
            "implicit-tls": "SmtpTransport::relay(host)",
            "login": ".credentials(Credentials::new(user, password))",
            "host": "the argument of SmtpTransport::relay()",
            "helo": ".hello_name(ClientId::Domain(NAME))",
        },
    ),
)
"""How a product is recognised in a text: applications first, then frameworks, then libraries."""


@lru_cache(maxsize=4)
def product_in(text: str) -> ShownProduct | None:
    """The product that a text shows, if it is one of these."""
    lower = text.lower()
    return next((product for product in PRODUCTS if product.pattern.search(text, lower)), None)


def in_product(product: ShownProduct, about: str, role: str = "outgoing") -> str:
    """How a product writes a setting; empty where it has no words for it.

    Args:
        product: one of :data:`PRODUCTS`.
        about: the setting, as :class:`mailkit.rules.steps.Steps` names it.
        role: ``incoming`` or ``outgoing``; the service that the text is about.
    """
    if about in product.words:
        return product.words[about]
    dialect = dialect_in(product.module, product.dialect) if product.dialect else None
    if dialect is None:
        return ""
    services = sorted(
        dialect.services, key=lambda service: (service.role != role, not service.host)
    )
    return ", ".join(_words(dialect, services[0], about))


def _words(dialect: Dialect, words: ServiceWords, about: str) -> Iterator[str]:
    above = _above(dialect, words)
    if about in _MODES:
        yield from _mode(dialect, words, about, above)
    elif about == "login" and words.user and words.secret:
        yield f"{_key(words.user[0], above)} and {_key(words.secret[0], above)}"
    elif about == "host" and words.host:
        yield _key(words.host[0], above)
    elif about == "helo" and words.helo:
        yield _key(words.helo[0], above)
    elif about == "verify" and words.verify:
        yield f"{_key(words.verify[0], above)} stays on"
    elif about == "verify" and words.no_verify:
        key, equals, word = words.no_verify[0].partition("=")
        off = (
            f"no {key.lstrip('?')} = {word.partition('|')[0]}"
            if equals
            else f"{_key(key)} stays off"
        )
        yield off


def _mode(dialect: Dialect, words: ServiceWords, about: str, above: str) -> Iterator[str]:
    modes = words.readings[0].modes if words.readings else words.modes
    fitting = sorted(
        (mode for mode in modes if mode.security is _MODES[about]), key=lambda mode: mode.optional
    )
    if not fitting:
        return
    for key, value in _said(fitting[0]).items():
        if not key.startswith("@") and value != "":
            yield f"{_key(key, above)} = {_value(dialect, value)}"
    if words.role == "outgoing" and words.port:
        yield f"{_key(words.port[0], above)} = {_PORTS[about]}"
    elif words.role == "outgoing" and words.host_port and words.host:
        yield f"{_key(words.host[0], above)} = NAME:{_PORTS[about]}"


def _said(mode: Mode) -> Mapping[str, object]:
    return mode.when if mode.writes is None else mode.writes


def _above(dialect: Dialect, words: ServiceWords) -> str:
    """The path above the keys, where a person writes it in one line with them."""
    path = words.at[0].removeprefix("**.")
    plain = "properties" in dialect.syntaxes and path and "*" not in path
    return f"{path}." if plain else ""


def _key(name: str, above: str = "") -> str:
    """A key as a person writes it: without the marks of the dialects' patterns."""
    bare = name.lstrip("/?@").replace("**.", "").replace("*.", "").replace("\\.", ".")
    return f"{above}{bare}"


def _value(dialect: Dialect, value: object) -> str:
    word: Scalar = value[0] if isinstance(value, tuple) else value  # type: ignore[assignment]
    if isinstance(word, bool):
        return str(word) if dialect.syntaxes[0] == "python" else str(word).lower()
    return str(word) or '""'
