"""Applications in PHP whose settings are constants, variables or arrays of a file: iTop, MantisBT, EspoCRM, Magento and others."""

from mailkit.formats.dialect import ABSENT, EMPTY, Dialect, Mode, Reading, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _modes(key: str) -> tuple[Mode, ...]:
    """``ssl`` is implicit TLS, ``tls`` STARTTLS, and nothing is no encryption."""
    return (
        Mode(_TLS, {key: "ssl"}),
        Mode(_STARTTLS, {key: "tls"}),
        Mode(_CLEARTEXT, {key: ("", ABSENT, "none")}, {key: ""}),
    )


def _phpmailer(key: str) -> tuple[Mode, ...]:
    """As :func:`_modes`, of PHPMailer, which uses STARTTLS by itself where it is offered."""
    return (
        *_modes(key)[:2],
        Mode(_STARTTLS, {key: ("", ABSENT, "auto")}, {key: ""}, optional=True),
    )


_ITOP = "email_transport_smtp\\.encryption"
_MAGENTO_2_4_8 = (
    Mode(_TLS, {"ssl": "tls"}, why="the word tls switches implicit TLS on"),
    Mode(
        _STARTTLS,
        {"ssl": ("ssl", "none", "", ABSENT)},
        {"ssl": "ssl"},
        optional=True,
        why="every other word is STARTTLS if it is offered",
    ),
)

DIALECTS = (
    Dialect(
        name="itop",
        title="iTop",
        syntaxes=("php",),
        files=("config-itop.php",),
        marks=("$MySettings.email_transport_smtp\\.host",),
        services=(
            ServiceWords(
                at=("$MySettings",),
                host=("email_transport_smtp\\.host",),
                port=("email_transport_smtp\\.port",),
                user=("email_transport_smtp\\.username",),
                secret=("email_transport_smtp\\.password",),
                address=("email_default_sender_address",),
                verify=("email_transport_smtp\\.verify_peer",),
                ports=25,
                enabled={"email_transport": ("SMTP",)},
                readings=(
                    Reading(
                        "iTop 3.2.3 and later",
                        (
                            Mode(_TLS, {_ITOP: "ssl"}),
                            Mode(_TLS, {"@port": 465}, {_ITOP: "ssl"}),
                            Mode(_STARTTLS, {}, {_ITOP: "tls"}, optional=True),
                        ),
                    ),
                    Reading("iTop before 3.2.3", _modes(_ITOP)),
                ),
            ),
        ),
        example="config-itop.php",
        sources=(
            "https://github.com/Combodo/iTop/blob/develop/core/config.class.inc.php",
            "https://github.com/Combodo/iTop/blob/develop/sources/Core/Email/EmailSymfony.php",
            "https://github.com/Combodo/iTop/blob/support/2.7/core/email.class.inc.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="mantisbt",
        title="MantisBT",
        syntaxes=("php",),
        files=("config_inc.php",),
        marks=("$g_phpMailer_method", "$g_smtp_connection_mode"),
        new_file=True,
        services=(
            ServiceWords(
                host=("$g_smtp_host",),
                port=("$g_smtp_port",),
                user=("$g_smtp_username",),
                secret=("$g_smtp_password",),
                address=("$g_from_email",),
                host_port=True,
                ports=25,
                enabled={"$g_phpMailer_method": (2,)},
                modes=_modes("$g_smtp_connection_mode"),
            ),
        ),
        example="config_inc.php",
        sources=(
            "https://github.com/mantisbt/mantisbt/blob/master/config_defaults_inc.php",
            "https://github.com/mantisbt/mantisbt/blob/master/core/classes/EmailSenderPhpMailer.class.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="dokuwiki",
        title="DokuWiki",
        syntaxes=("php",),
        files=("local.php", "local.protected.php"),
        marks=("$conf.plugin.smtp.smtp_host",),
        services=(
            ServiceWords(
                at=("$conf.plugin.smtp",),
                host=("smtp_host",),
                port=("smtp_port",),
                user=("auth_user",),
                secret=("auth_pass",),
                address=("/$conf.mailfrom",),
                no_verify=("smtp_allow_insecure",),
                helo=("localdomain",),
                ports=25,
                modes=_modes("smtp_ssl"),
            ),
        ),
        example="conf/local.php",
        sources=(
            "https://github.com/splitbrain/dokuwiki-plugin-smtp/blob/master/conf/metadata.php",
            "https://github.com/txthinking/Mailer/blob/master/src/Mailer/SMTP.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="phplist",
        title="phpList",
        syntaxes=("php",),
        files=("config.php",),
        marks=("PHPMAILERHOST",),
        services=(
            ServiceWords(
                host=("PHPMAILERHOST",),
                port=("PHPMAILERPORT",),
                user=("$phpmailer_smtpuser",),
                secret=("$phpmailer_smtppassword",),
                ports=25,
                needs_host=True,
                modes=(
                    Mode(_STARTTLS, {"PHPMAILER_SECURE": (ABSENT, "auto")}, optional=True),
                    Mode(_CLEARTEXT, {"PHPMAILER_SECURE": (False, "0", EMPTY)}),
                    *_modes("PHPMAILER_SECURE")[:2],
                ),
            ),
        ),
        example="config/config.php",
        sources=(
            "https://github.com/phpList/phplist3/blob/main/public_html/lists/admin/class.phplistmailer.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="magento",
        title="Magento",
        syntaxes=("php",),
        files=("env.php", "app/etc/config.php"),
        marks=("return.**.system.smtp.transport", "return.**.system.smtp.ssl"),
        services=(
            ServiceWords(
                at=("return.**.system.smtp",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                auth=("auth",),
                auths={"none": "password", "crammd5": "cram-md5"},
                ports=25,
                enabled={"transport": ("smtp",), "disable": (False, ABSENT, "")},
                defaults={"disable": "0"},
                readings=(
                    Reading("Magento 2.4.6 and 2.4.7", _modes("ssl")),
                    Reading("Magento 2.4.8", _MAGENTO_2_4_8),
                ),
            ),
        ),
        # what its corrections (2.4.8-p1 and later) make of the words is not known
        versions_in={
            "../../composer.lock": r'"name":\s*"magento/magento2-base",\s*"version":\s*"v?(?:'
            r'(?P<v0>2\.4\.[67](?:-p\d+)?)|(?P<v1>2\.4\.8))"'
        },
        example="app/etc/env.php",
        sources=(
            "https://github.com/magento/magento2/blob/2.4.8/app/code/Magento/Email/Model/Transport.php",
            "https://github.com/magento/magento2/issues/39947",
            "https://github.com/magento/magento2/blob/2.4.7/app/code/Magento/Email/Model/Transport.php",
            "https://github.com/magento/magento2/blob/2.4.7/app/code/Magento/Email/etc/config.xml",
            "https://github.com/symfony/mailer/blob/7.2/Transport/Smtp/EsmtpTransport.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="espocrm",
        title="EspoCRM (before 9.1)",
        syntaxes=("php",),
        files=("data/config.php", "config-internal.php"),
        marks=("return.smtpServer",),
        services=(
            ServiceWords(
                at=("return",),
                host=("smtpServer",),
                port=("smtpPort",),
                user=("smtpUsername",),
                secret=("smtpPassword",),
                address=("outboundEmailFromAddress",),
                name=("outboundEmailFromName",),
                login_flag=("smtpAuth",),
                auth=("smtpAuthMechanism",),
                auths={"login": "password", "plain": "password", "crammd5": "cram-md5"},
                ports=587,
                needs_host=True,
                defaults={"smtpAuth": True, "smtpSecurity": "TLS"},
                modes=(
                    Mode(_TLS, {"smtpSecurity": "SSL"}),
                    Mode(_STARTTLS, {"smtpSecurity": "TLS"}),
                    Mode(_CLEARTEXT, {"smtpSecurity": ""}),
                ),
            ),
        ),
        example="data/config.php",
        sources=(
            "https://github.com/espocrm/espocrm/blob/9.0.8/application/Espo/Core/Mail/Account/SystemSettingsAccount.php",
            "https://github.com/espocrm/espocrm/blob/9.0.8/application/Espo/Core/Mail/Sender.php",
            "https://github.com/espocrm/espocrm/blob/9.0.8/application/Espo/Resources/defaults/config.php",
            "https://github.com/laminas/laminas-mail/blob/2.26.x/src/Protocol/Smtp.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="pear-mail",
        title="PEAR Mail",
        syntaxes=("php",),
        marks=("Mail::factory().host",),
        traces=("mail::factory",),
        services=(
            ServiceWords(
                at=("Mail::factory()",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                timeout=("timeout",),
                helo=("localhost",),
                default_host="localhost",
                ports=25,
                prefixes={"ssl://": _TLS, "tls://": _TLS},
                enabled={"backend": ("smtp",)},
                login_flag=("auth",),
                modes=(
                    Mode(_CLEARTEXT, {"starttls": False}),
                    Mode(_STARTTLS, {"starttls": True}, optional=True),
                    Mode(_STARTTLS, {}, {}, optional=True),
                ),
            ),
        ),
        example="mail.php",
        sources=(
            "https://github.com/pear/Mail/blob/master/Mail/smtp.php",
            "https://github.com/pear/Net_SMTP/blob/master/Net/SMTP.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="laminas-mail",
        title="Laminas Mail",
        syntaxes=("php",),
        files=("config/autoload/*.php",),
        marks=("return.**.connection_config.username", "return.**.connection_class"),
        services=(
            ServiceWords(
                at=("return.**",),
                host=("host",),
                port=("port",),
                user=("connection_config.username",),
                secret=("connection_config.password",),
                auth=("connection_class",),
                auths={"smtp": "password", "crammd5": "cram-md5"},
                helo=("name",),
                ports=25,
                modes=_modes("connection_config.ssl"),
            ),
        ),
        example="config/autoload/mail.local.php",
        sources=(
            "https://github.com/laminas/laminas-mail/blob/2.26.x/src/Transport/SmtpOptions.php",
            "https://github.com/laminas/laminas-mail/blob/2.26.x/src/Protocol/Smtp.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="ojs",
        title="Open Journal Systems",
        syntaxes=("ini",),
        files=("config.inc.php", "config.TEMPLATE.inc.php"),
        marks=("email.smtp_server",),
        services=(
            ServiceWords(
                at=("email",),
                host=("smtp_server",),
                port=("smtp_port",),
                user=("smtp_username",),
                secret=("smtp_password",),
                address=("default_envelope_sender",),
                ports=25,
                needs_host=True,
                enabled={"smtp": (True,), "default": ("smtp",)},
                defaults={"smtp": True, "default": "smtp"},
                no_verify=("smtp_suppress_cert_check",),
                readings=(
                    Reading(
                        "OJS 3.4 and later",
                        (
                            Mode(_TLS, {"@port": 465}, {"smtp_auth": "ssl"}),
                            Mode(_STARTTLS, {}, {"smtp_auth": "tls"}, optional=True),
                        ),
                    ),
                    Reading("OJS before 3.4", _phpmailer("smtp_auth")),
                ),
            ),
        ),
        example="config.inc.php",
        sources=(
            "https://github.com/pkp/ojs/blob/main/config.TEMPLATE.inc.php",
            "https://github.com/pkp/pkp-lib/blob/main/classes/core/PKPContainer.php",
        ),
        dated="2026-11-28",
    ),
)
