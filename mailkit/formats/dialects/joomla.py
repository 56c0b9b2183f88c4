"""Joomla: ``configuration.php``. ``smtpsecure`` is ``none``, ``ssl`` (implicit TLS) or ``tls`` (STARTTLS)."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="joomla",
        title="Joomla",
        syntaxes=("php",),
        files=("configuration.php",),
        marks=("JConfig.smtphost",),
        new_file=True,
        services=(
            ServiceWords(
                at=("JConfig",),
                host=("smtphost",),
                port=("smtpport",),
                user=("smtpuser",),
                secret=("smtppass",),
                address=("mailfrom",),
                name=("fromname",),
                ports=25,
                login_flag=("smtpauth",),
                enabled={"mailer": ("smtp", ""), "mailonline": (True,)},
                defaults={"smtpsecure": "none", "mailonline": True},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtpsecure": "ssl"}),
                    Mode(Security.STARTTLS, {"smtpsecure": "tls"}),
                    Mode(
                        Security.STARTTLS,
                        {"smtpsecure": ("none", "")},
                        {"smtpsecure": "tls"},
                        optional=True,
                    ),
                ),
            ),
        ),
        sources=(
            "https://docs.joomla.org/Global_configuration#Mail",
            "https://github.com/joomla/joomla-cms/blob/5.4-dev/libraries/src/Mail/MailerFactory.php",
        ),
        dated="2026-11-27",
    ),
)
