"""WordPress: the constants of WP Mail SMTP in ``wp-config.php``, in PHPMailer's words."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="wp-mail-smtp",
        title="WP Mail SMTP",
        syntaxes=("php", "dotenv"),
        files=("wp-config.php", "wp-config*.php"),
        marks=("WPMS_SMTP_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("WPMS_SMTP_HOST",),
                port=("WPMS_SMTP_PORT",),
                user=("WPMS_SMTP_USER",),
                secret=("WPMS_SMTP_PASS",),
                address=("WPMS_MAIL_FROM",),
                ports=25,
                login_flag=("WPMS_SMTP_AUTH",),
                enabled={"WPMS_MAILER": ("smtp", ""), "WPMS_ON": (True, "")},
                needs={"WPMS_ON": True},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"WPMS_SSL": "ssl"}),
                    Mode(Security.STARTTLS, {"WPMS_SSL": "tls"}),
                    Mode(Security.CLEARTEXT, {"WPMS_SSL": "", "WPMS_SMTP_AUTOTLS": False}),
                    Mode(
                        Security.STARTTLS,
                        {"WPMS_SSL": ("", "none")},
                        {"WPMS_SSL": "tls"},
                        optional=True,
                    ),
                ),
                defaults={"WPMS_SMTP_AUTOTLS": True, "WPMS_SSL": ""},
            ),
        ),
        example="wp-config.php",
        sources=(
            "https://wpmailsmtp.com/docs/how-to-secure-smtp-settings-by-using-constants/",
            "https://github.com/awesomemotive/WP-Mail-SMTP/blob/master/src/Options.php",
        ),
        dated="2026-11-27",
    ),
)
