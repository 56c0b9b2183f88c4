"""SwiftMailer in Symfony: ``swiftmailer``, ``MAILER_URL``, and the parameters ``mailer_*`` of older projects."""

from dataclasses import replace

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_PORTS = {Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25}


def _modes(key: str) -> tuple[Mode, ...]:
    return (
        Mode(Security.IMPLICIT_TLS, {key: "ssl"}),
        Mode(Security.STARTTLS, {key: "tls"}),
        Mode(Security.CLEARTEXT, {key: ("", "null", "~", ABSENT)}, {key: ""}),
    )


_BUNDLE = ServiceWords(
    at=("swiftmailer", "swiftmailer.mailers.*"),
    host=("host",),
    port=("port",),
    user=("username",),
    secret=("password",),
    auth=("auth_mode",),
    timeout=("timeout",),
    address=("sender_address",),
    ports=_PORTS,
    enabled={"transport": ("smtp", "")},
    modes=_modes("encryption"),
)

DIALECTS = (
    Dialect(
        name="swiftmailer",
        title="SwiftMailer",
        syntaxes=("yaml",),
        files=(
            "swiftmailer.yaml",
            "config.yml",
            "config_*.yml",
            "parameters.yml",
            "parameters.yml.*",
        ),
        new_file=True,
        services=(
            _BUNDLE,
            replace(
                _BUNDLE,
                at=("parameters",),
                host=("mailer_host",),
                port=("mailer_port",),
                user=("mailer_user",),
                secret=("mailer_password",),
                auth=("mailer_auth_mode",),
                timeout=(),
                address=("mailer_sender_address",),
                enabled={"mailer_transport": ("smtp", "")},
                modes=_modes("mailer_encryption"),
            ),
        ),
        example="swiftmailer.yaml",
        sources=(
            "https://github.com/symfony/swiftmailer-bundle/blob/3.5/DependencyInjection/Configuration.php",
            "https://github.com/symfony/swiftmailer-bundle/blob/3.5/DependencyInjection/SwiftmailerTransportFactory.php",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="swiftmailer-url",
        title="SwiftMailer",
        syntaxes=("dotenv", "yaml"),
        files=(".env", ".env.*"),
        new_file=True,
        services=(
            ServiceWords(
                url=("MAILER_URL", "/swiftmailer.url"),
                url_login=("username", "password"),
                schemes={"smtp": ("smtp", None)},
                ports=_PORTS,
                modes=_modes("?encryption"),
            ),
        ),
        example=".env",
        sources=(
            "https://github.com/symfony/swiftmailer-bundle/blob/3.5/DependencyInjection/SwiftmailerTransportFactory.php",
        ),
        dated="2026-11-28",
    ),
)
