"""PHPMailer: ``tls`` is STARTTLS, ``ssl`` is implicit TLS; the host may have a prefix and a port."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

PREFIXES = {"ssl://": Security.IMPLICIT_TLS, "tls://": Security.STARTTLS}
_CA_OFF = ("SMTPOptions.ssl.verify_peer", "SMTPOptions.ssl.verify_peer_name")

DIALECTS = (
    Dialect(
        name="phpmailer",
        title="PHPMailer",
        syntaxes=("php",),
        marks=("*.SMTPAuth", "*.SMTPSecure", "*.Mailer", "**.SMTPAuth", "**.SMTPSecure"),
        new_file=True,
        new_at=("$mail",),
        services=(
            ServiceWords(
                at=("**",),
                host=("Host",),
                port=("Port",),
                user=("Username",),
                secret=("Password",),
                helo=("Helo",),
                auth=("AuthType",),
                address=("From",),
                timeout=("Timeout",),
                verify=_CA_OFF,
                host_port=True,
                prefixes=PREFIXES,
                ports=25,
                login_flag=("SMTPAuth",),
                enabled={"Mailer": ("smtp", "")},
                defaults={"SMTPAutoTLS": True, "SMTPSecure": "", "Timeout": 300},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"SMTPSecure": "ssl"}),
                    Mode(Security.STARTTLS, {"SMTPSecure": "tls"}),
                    Mode(
                        Security.CLEARTEXT,
                        {"SMTPSecure": ("", False), "SMTPAutoTLS": False},
                        {"SMTPSecure": "", "SMTPAutoTLS": False},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"SMTPSecure": ("", False)},
                        {"SMTPSecure": "tls"},
                        optional=True,
                    ),
                ),
            ),
        ),
        sources=("https://github.com/PHPMailer/PHPMailer/blob/master/src/PHPMailer.php",),
        dated="2026-11-27",
    ),
)
