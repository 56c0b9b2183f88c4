"""CakePHP: ``EmailTransport`` in ``config/app.php``. ``tls`` is STARTTLS, ``ssl://`` in front of the host implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.STARTTLS, {"tls": True}),
    Mode(Security.CLEARTEXT, {"tls": False}),
)

DIALECTS = (
    Dialect(
        name="cakephp",
        title="CakePHP",
        syntaxes=("php",),
        files=("app.php", "app_local.php", "app_local.example.php", "email.php"),
        marks=(
            "return.EmailTransport.*.className",
            "return.EmailTransport.*.host",
            "EmailConfig.smtp",
        ),
        new_file=True,
        new_at=("return", "EmailTransport", "default"),
        services=(
            ServiceWords(
                at=("return.EmailTransport.*",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                timeout=("timeout",),
                prefixes={"ssl://": Security.IMPLICIT_TLS, "tls://": Security.IMPLICIT_TLS},
                ports=25,
                needs_host=True,
                defaults={"tls": False, "className": "Smtp", "timeout": 30},
                needs={"className": "Smtp"},
                enabled={
                    "className": (
                        "Smtp",
                        "SmtpTransport",
                        "Cake\\Mailer\\Transport\\SmtpTransport",
                        "SmtpTransport::class",
                    )
                },
                modes=_MODES,
            ),
            ServiceWords(
                at=("EmailConfig.*",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                timeout=("timeout",),
                prefixes={"ssl://": Security.IMPLICIT_TLS, "tls://": Security.IMPLICIT_TLS},
                ports=25,
                defaults={"tls": False, "transport": "Smtp"},
                enabled={"transport": ("Smtp",)},
                modes=_MODES,
            ),
        ),
        example="config/app.php",
        sources=(
            "https://book.cakephp.org/5/en/core-libraries/email.html#configuring-transports",
            "https://github.com/cakephp/cakephp/blob/5.x/src/Mailer/Transport/SmtpTransport.php",
        ),
        dated="2026-11-27",
    ),
)
