"""Drupal: overrides in ``settings.php`` for the SMTP module, Swift Mailer, and the core's DSN parts."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="drupal",
        title="Drupal",
        syntaxes=("php",),
        files=("settings.php", "settings.*.php", "settings/*.php"),
        marks=(
            r"$config.smtp\.settings.smtp_host",
            r"$config.swiftmailer\.transport.smtp_host",
            r"$config.system\.mail.mailer_dsn.host",
        ),
        new_file=True,
        services=(
            ServiceWords(
                at=(r"$config.smtp\.settings",),
                host=("smtp_host",),
                port=("smtp_port",),
                user=("smtp_username",),
                secret=("smtp_password",),
                address=("smtp_from",),
                timeout=("smtp_timeout",),
                ports=25,
                defaults={
                    "smtp_on": True,
                    "smtp_protocol": "standard",
                    "smtp_autotls": True,
                    "smtp_timeout": 10,
                },
                enabled={"smtp_on": (True,)},
                needs={
                    "smtp_on": True,
                    r"/$config.system\.mail.interface.default": "SMTPMailSystem",
                },
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_protocol": "ssl"}),
                    Mode(Security.STARTTLS, {"smtp_protocol": "tls"}),
                    Mode(Security.CLEARTEXT, {"smtp_protocol": "standard", "smtp_autotls": False}),
                    Mode(
                        Security.STARTTLS,
                        {"smtp_protocol": "standard"},
                        {"smtp_protocol": "tls"},
                        optional=True,
                    ),
                ),
            ),
            ServiceWords(
                at=(r"$config.swiftmailer\.transport",),
                host=("smtp_host",),
                port=("smtp_port",),
                user=("smtp_credentials.swiftmailer.username",),
                secret=("smtp_credentials.swiftmailer.password",),
                ports=25,
                defaults={"transport": "smtp"},
                enabled={"transport": ("smtp",)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_encryption": "ssl"}),
                    Mode(Security.STARTTLS, {"smtp_encryption": "tls"}),
                    Mode(Security.CLEARTEXT, {"smtp_encryption": ("", "0")}),
                ),
            ),
            ServiceWords(
                at=(r"$config.system\.mail.mailer_dsn",),
                protocol=("scheme",),
                protocols={"smtp": "smtp", "smtps": "smtp"},
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                verify=("options.verify_peer",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"scheme": "smtps"}),
                    Mode(Security.IMPLICIT_TLS, {"@port": 465}, {"scheme": "smtps"}),
                    Mode(
                        Security.STARTTLS, {"scheme": "smtp", "@host": "localhost"}, optional=True
                    ),
                    Mode(Security.IMPLICIT_TLS, {"@port": None}, {"scheme": "smtps"}),
                    Mode(Security.STARTTLS, {"scheme": "smtp"}, optional=True),
                ),
            ),
        ),
        example="settings.php",
        sources=(
            "https://git.drupalcode.org/project/smtp/-/blob/8.x-1.x/config/install/smtp.settings.yml",
            "https://git.drupalcode.org/project/drupal/-/commit/2565825a200653cdc2c50df88c4ad1b2247acf1f",
            "https://api.drupal.org/api/drupal/core%21lib%21Drupal%21Core%21Mail%21Plugin%21Mail%21SymfonyMailer.php/class/SymfonyMailer/11.x",
            "https://github.com/chuva-inc/drupal-smtp/blob/8.x-1.x/src/Plugin/Mail/SMTPMailSystem.php",
        ),
        dated="2026-11-27",
    ),
)
