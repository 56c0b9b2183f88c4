"""CodeIgniter 4: ``app/Config/Email.php`` and ``email.*`` in ``.env``; with port 465 ``SMTPCrypto`` is ''."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"SMTPCrypto": "ssl"}),
    Mode(Security.IMPLICIT_TLS, {"@port": 465, "SMTPCrypto": ""}),
    Mode(Security.STARTTLS, {"SMTPCrypto": "tls"}),
    Mode(Security.CLEARTEXT, {"SMTPCrypto": ""}),
)

DIALECTS = (
    Dialect(
        name="codeigniter",
        title="CodeIgniter",
        syntaxes=("php", "dotenv"),
        files=("Email.php", ".env", "env"),
        marks=("Email.SMTPHost", "email.SMTPHost"),
        new_file=True,
        services=(
            ServiceWords(
                at=("Email", "email"),
                host=("SMTPHost",),
                port=("SMTPPort",),
                user=("SMTPUser",),
                secret=("SMTPPass",),
                timeout=("SMTPTimeout",),
                address=("fromEmail",),
                name=("fromName",),
                ports=25,
                enabled={"protocol": ("smtp", "")},
                defaults={"SMTPCrypto": "tls"},
                modes=_MODES,
            ),
        ),
        sources=(
            "https://codeigniter.com/user_guide/libraries/email.html",
            "https://github.com/codeigniter4/CodeIgniter4/blob/develop/system/Email/Email.php",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="codeigniter3",
        title="CodeIgniter",
        syntaxes=("php",),
        files=("config/email.php", "email.php"),
        marks=(
            "$config.smtp_crypto",
            "$config.mailtype",
            "$config.protocol",
            "$config.smtp_timeout",
        ),
        new_file=True,
        services=(
            ServiceWords(
                at=("$config",),
                host=("smtp_host",),
                port=("smtp_port",),
                user=("smtp_user",),
                secret=("smtp_pass",),
                timeout=("smtp_timeout",),
                prefixes={"ssl://": Security.IMPLICIT_TLS, "tls://": Security.IMPLICIT_TLS},
                ports=25,
                needs_host=True,
                enabled={"protocol": ("smtp",)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_crypto": "ssl"}),
                    Mode(Security.STARTTLS, {"smtp_crypto": "tls"}),
                    Mode(Security.CLEARTEXT, {"smtp_crypto": ("", ABSENT)}),
                ),
            ),
        ),
        example="config/email.php",
        sources=(
            "https://codeigniter.com/userguide3/libraries/email.html",
            "https://github.com/bcit-ci/CodeIgniter/blob/develop/system/libraries/Email.php",
        ),
        dated="2026-11-27",
    ),
)
