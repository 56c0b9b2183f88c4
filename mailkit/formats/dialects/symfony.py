"""Symfony Mailer: ``MAILER_DSN``. ``smtps`` is implicit TLS; with ``smtp`` the port decides, by default 465."""

from typing import Any

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_OFF = ("false", "0", "no", "off")

DSN_MODES = (
    Mode(Security.IMPLICIT_TLS, {"@scheme": "smtps"}),
    Mode(Security.CLEARTEXT, {"?auto_tls": _OFF}),
    Mode(Security.IMPLICIT_TLS, {"@port": 465}),
    Mode(Security.STARTTLS, {"@port": None, "@host": "localhost"}, {}, optional=True),
    Mode(Security.IMPLICIT_TLS, {"@port": None}, {}),
    Mode(Security.STARTTLS, {"?require_tls": True}),
    Mode(Security.STARTTLS, {}, {}, optional=True),
)
"""Without a port it is implicit TLS on 465, unless the host is ``localhost``."""

_WORDS: dict[str, Any] = {
    "schemes": {"smtp": ("smtp", None), "smtps": ("smtp", Security.IMPLICIT_TLS)},
    "modes": DSN_MODES,
    "no_verify": ("?verify_peer=0|false",),
    "ports": {Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
}

DIALECTS = (
    Dialect(
        name="symfony",
        title="Symfony Mailer",
        syntaxes=("dotenv", "yaml"),
        files=(".env", ".env.*", "mailer.yaml", "config/packages/*.yaml"),
        new_file=True,
        services=(
            ServiceWords(at=("", "#"), url=("MAILER_DSN", "framework.mailer.dsn"), **_WORDS),
            ServiceWords(
                at=("framework.mailer.transports.*", "#.framework.mailer.transports.*"),
                url=("",),
                **_WORDS,
            ),
        ),
        example=".env",
        sources=(
            "https://symfony.com/doc/current/mailer.html#tls-peer-verification",
            "https://github.com/symfony/mailer/blob/7.0/Transport/Smtp/EsmtpTransport.php",
            "https://github.com/symfony/symfony-docs/issues/19465",
        ),
        dated="2026-11-27",
    ),
)
