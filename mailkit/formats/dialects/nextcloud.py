"""Nextcloud and ownCloud: ``config.php``. Only ``ssl`` is read; anything else goes by the port."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"mail_smtpsecure": "ssl"}),
    Mode(Security.IMPLICIT_TLS, {"@port": 465}, {"mail_smtpsecure": "ssl"}),
    Mode(
        Security.STARTTLS,
        {"mail_smtpsecure": ("", "tls", "true", "starttls")},
        {"mail_smtpsecure": ""},
        optional=True,
    ),
)

DIALECTS = (
    Dialect(
        name="nextcloud",
        title="Nextcloud",
        syntaxes=("php",),
        files=("config.php", "*.config.php"),
        marks=("$CONFIG.mail_smtphost",),
        services=(
            ServiceWords(
                at=("$CONFIG",),
                host=("mail_smtphost",),
                port=("mail_smtpport",),
                user=("mail_smtpname",),
                secret=("mail_smtppassword",),
                auth=("mail_smtpauthtype",),
                timeout=("mail_smtptimeout",),
                verify=("mail_smtpstreamoptions.ssl.verify_peer",),
                default_host="127.0.0.1",
                ports=25,
                login_flag=("mail_smtpauth",),
                enabled={"mail_smtpmode": ("smtp", "")},
                modes=_MODES,
            ),
        ),
        example="config.php",
        sources=(
            "https://github.com/nextcloud/server/blob/master/lib/private/Mail/Mailer.php",
            "https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/email_configuration.html",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="nextcloud-docker",
        title="the Nextcloud image",
        syntaxes=("dotenv",),
        images=("nextcloud", "*/nextcloud", "nextcloud/*"),
        marks=("MAIL_FROM_ADDRESS_AND_DOMAIN",),
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_NAME",),
                secret=("SMTP_PASSWORD",),
                secret_file=("SMTP_PASSWORD_FILE",),
                auth=("SMTP_AUTHTYPE",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"SMTP_SECURE": "ssl"}),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"SMTP_SECURE": "tls", "@port": None},
                        {"SMTP_SECURE": "ssl"},
                    ),
                    Mode(Security.IMPLICIT_TLS, {"@port": 465}, {"SMTP_SECURE": "ssl"}),
                    Mode(
                        Security.STARTTLS,
                        {"SMTP_SECURE": ("", "tls")},
                        {"SMTP_SECURE": ""},
                        optional=True,
                    ),
                ),
            ),
        ),
        sources=(
            "https://github.com/nextcloud/docker#auto-configuration-via-environment-variables",
            "https://github.com/nextcloud/docker/blob/master/.config/smtp.config.php",
        ),
        dated="2026-11-27",
    ),
)
