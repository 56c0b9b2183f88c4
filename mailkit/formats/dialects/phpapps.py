"""LibreNMS, Leantime and Appwrite: PHPMailer under names of their own."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _modes(secure: str, auto: str) -> tuple[Mode, ...]:
    """PHPMailer's ``SMTPSecure`` and ``SMTPAutoTLS``."""
    return (
        Mode(_TLS, {secure: "ssl"}),
        Mode(_STARTTLS, {secure: "tls"}),
        Mode(_CLEARTEXT, {secure: "", auto: False}),
        Mode(_STARTTLS, {secure: ""}, {secure: "tls"}, optional=True),
    )


_LEANTIME = "https://github.com/Leantime/leantime/blob/master"

DIALECTS = (
    Dialect(
        name="librenms",
        title="LibreNMS",
        syntaxes=("php",),
        files=("config.php",),
        marks=("$config.email_smtp_host",),
        new_file=True,
        services=(
            ServiceWords(
                at=("$config",),
                host=("email_smtp_host",),
                port=("email_smtp_port",),
                user=("email_smtp_username",),
                secret=("email_smtp_password",),
                address=("email_from",),
                timeout=("email_smtp_timeout",),
                login_flag=("email_smtp_auth",),
                ports=25,
                enabled={"email_backend": ("smtp",)},
                defaults={
                    "email_backend": "mail",
                    "email_smtp_auth": False,
                    "email_smtp_secure": "",
                    "email_auto_tls": True,
                    "email_smtp_timeout": 10,
                },
                modes=_modes("email_smtp_secure", "email_auto_tls"),
            ),
        ),
        example="config.php",
        sources=(
            "https://github.com/librenms/librenms/blob/master/LibreNMS/Util/Mail.php",
            "https://docs.librenms.org/Alerting/Transports/Mail/",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="leantime",
        title="Leantime",
        syntaxes=("dotenv",),
        images=("leantime/*", "*/leantime/*"),
        marks=("LEAN_EMAIL_SMTP_HOSTS",),
        new_file=True,
        services=(
            ServiceWords(
                host=("LEAN_EMAIL_SMTP_HOSTS",),
                port=("LEAN_EMAIL_SMTP_PORT",),
                user=("LEAN_EMAIL_SMTP_USERNAME",),
                secret=("LEAN_EMAIL_SMTP_PASSWORD",),
                address=("LEAN_EMAIL_RETURN",),
                no_verify=("LEAN_EMAIL_SMTP_SSLNOVERIFY",),
                login_flag=("LEAN_EMAIL_SMTP_AUTH",),
                ports=587,
                flags=True,
                needs_host=True,
                enabled={"LEAN_EMAIL_USE_SMTP": (True,)},
                defaults={
                    "LEAN_EMAIL_USE_SMTP": False,
                    "LEAN_EMAIL_SMTP_AUTH": True,
                    "LEAN_EMAIL_SMTP_AUTO_TLS": True,
                    "LEAN_EMAIL_SMTP_SECURE": "",
                },
                modes=_modes("LEAN_EMAIL_SMTP_SECURE", "LEAN_EMAIL_SMTP_AUTO_TLS"),
            ),
        ),
        sources=(
            f"{_LEANTIME}/app/Core/Mailer.php",
            f"{_LEANTIME}/app/Core/Configuration/DefaultConfig.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="appwrite",
        title="Appwrite",
        syntaxes=("dotenv",),
        images=("appwrite/*", "*/appwrite/*"),
        marks=("_APP_SMTP_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("_APP_SMTP_HOST",),
                port=("_APP_SMTP_PORT",),
                user=("_APP_SMTP_USERNAME",),
                secret=("_APP_SMTP_PASSWORD",),
                address=("_APP_SYSTEM_EMAIL_ADDRESS",),
                ports=25,
                needs_host=True,
                defaults={"_APP_SMTP_SECURE": ""},
                modes=(
                    Mode(_TLS, {"_APP_SMTP_SECURE": "ssl"}),
                    Mode(_STARTTLS, {"_APP_SMTP_SECURE": "tls"}),
                    Mode(_CLEARTEXT, {"_APP_SMTP_SECURE": ""}),
                ),
            ),
        ),
        sources=(
            "https://github.com/appwrite/appwrite/blob/main/app/init/registers.php",
            "https://github.com/appwrite/appwrite/blob/main/app/config/variables.php",
        ),
        dated="2026-11-28",
    ),
)
