"""Bitwarden and Passbolt: password managers whose containers take variables.

On port 587 Bitwarden uses STARTTLS whatever ``ssl`` says; Passbolt has CakePHP's words.
"""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS = Security.IMPLICIT_TLS, Security.STARTTLS
_STARTTLS_WORDS = {"ssl": False, "startTls": True}

DIALECTS = (
    Dialect(
        name="bitwarden",
        title="Bitwarden",
        syntaxes=("dotenv",),
        own_files=("global.override.env",),
        marks=("mail.smtp.host",),
        env=EnvNames("globalSettings__", "__"),
        services=(
            ServiceWords(
                at=("mail.smtp",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("/mail.replyToEmail",),
                no_verify=("trustServer",),
                ports=25,
                flags=True,
                needs_host=True,
                defaults={"ssl": False, "sslOverride": False, "startTls": False},
                modes=(
                    Mode(
                        _STARTTLS,
                        {"@port": 587, "sslOverride": False},
                        _STARTTLS_WORDS,
                        optional=True,
                        why="on port 587 uses STARTTLS if the server offers it, whatever ssl says",
                    ),
                    Mode(_TLS, {"ssl": True}),
                    Mode(Security.CLEARTEXT, {"@port": 25, "ssl": False, "startTls": False}),
                    Mode(_STARTTLS, {"ssl": False}, _STARTTLS_WORDS, optional=True),
                ),
            ),
        ),
        example="global.override.env",
        sources=(
            "https://github.com/bitwarden/server/blob/main/src/Core/Platform/Mail/Delivery/MailKitSmtpMailDeliveryService.cs",
            "https://github.com/bitwarden/server/blob/main/src/Core/Settings/GlobalSettings.cs",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="passbolt",
        title="Passbolt",
        syntaxes=("dotenv",),
        images=("passbolt/*", "*/passbolt/*"),
        marks=("EMAIL_TRANSPORT_DEFAULT_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("EMAIL_TRANSPORT_DEFAULT_HOST",),
                port=("EMAIL_TRANSPORT_DEFAULT_PORT",),
                user=("EMAIL_TRANSPORT_DEFAULT_USERNAME",),
                secret=("EMAIL_TRANSPORT_DEFAULT_PASSWORD",),
                address=("EMAIL_DEFAULT_FROM",),
                prefixes={"ssl://": _TLS, "tls://": _TLS},
                ports=25,
                flags=True,
                needs_host=True,
                defaults={"EMAIL_TRANSPORT_DEFAULT_TLS": False},
                modes=(
                    Mode(_STARTTLS, {"EMAIL_TRANSPORT_DEFAULT_TLS": True}),
                    Mode(Security.CLEARTEXT, {"EMAIL_TRANSPORT_DEFAULT_TLS": False}),
                ),
            ),
        ),
        sources=(
            "https://github.com/passbolt/passbolt_api/blob/master/config/app.default.php",
            "https://github.com/cakephp/cakephp/blob/5.x/src/Mailer/Transport/SmtpTransport.php",
        ),
        dated="2026-11-28",
    ),
)
