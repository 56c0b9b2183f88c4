"""CodeIgniter 4: ``app/Config/Email.php`` and ``email.*`` in ``.env``; with port 465 ``SMTPCrypto`` is ''."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"SMTPCrypto": "ssl"}),
    Mode(Security.IMPLICIT_TLS, {"@port": 465, "SMTPCrypto": ("", "tls")}, {"SMTPCrypto": ""}),
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
        sources=("https://codeigniter.com/user_guide/libraries/email.html",),
    ),
)
