"""Laravel: ``.env`` and ``config/mail.php``. What the words mean depends on the version."""

from mailkit.formats.dialect import Dialect, Mode, Reading, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _NONE = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _readings(scheme: str, encryption: str) -> tuple[Reading, ...]:
    return (
        Reading(
            "Laravel 11 and later",
            (
                Mode(_TLS, {scheme: "smtps"}),
                Mode(_STARTTLS, {scheme: "smtp"}, optional=True),
                Mode(_TLS, {"@port": 465}, {scheme: "smtps"}),
                Mode(
                    _STARTTLS,
                    {scheme: ("", "null")},
                    {},
                    optional=True,
                    why="STARTTLS if the server offers it (the port decides)",
                ),
                Mode(
                    _STARTTLS,
                    {},
                    {},
                    optional=True,
                    why="STARTTLS if the server offers it (the port decides)",
                ),
            ),
            {encryption: f"Set {scheme}=smtps for implicit TLS or {scheme}=smtp for STARTTLS."},
            (scheme,),
        ),
        Reading(
            "Laravel 9 and 10",
            (
                Mode(_TLS, {"@port": 465, encryption: "tls"}, {encryption: "tls"}),
                Mode(_STARTTLS, {encryption: "tls"}, optional=True, why="STARTTLS"),
                Mode(_TLS, {"@port": 465}, {encryption: "tls"}),
                Mode(
                    _STARTTLS,
                    {encryption: ("ssl", "null", "")},
                    {encryption: "tls"},
                    optional=True,
                    why="STARTTLS if the server offers it (the port decides)",
                ),
            ),
        ),
        Reading(
            "Laravel 8 and earlier",
            (
                Mode(_TLS, {encryption: "ssl"}),
                Mode(_STARTTLS, {encryption: "tls"}),
                Mode(_NONE, {encryption: ("", "null")}),
            ),
        ),
    )


_VERSIONS = {
    "composer.lock": r'"name":\s*"laravel/framework",\s*"version":\s*"v?(?:(?P<v0>1[1-9]|[2-9]\d)|(?P<v1>9|10)|(?P<v2>[5-8]))\.',
    "composer.json": r'"laravel/framework":\s*"[\^~>=v ]*(?:(?P<v0>1[1-9]|[2-9]\d)|(?P<v1>9|10)|(?P<v2>[5-8]))\.',
}
_SCHEMES = {"smtp": ("smtp", None), "smtps": ("smtp", _TLS)}
_SOURCES = (
    "https://github.com/laravel/framework/blob/12.x/src/Illuminate/Mail/MailManager.php",
    "https://laravel.com/docs/12.x/mail",
)

DIALECTS = (
    Dialect(
        name="laravel",
        title="Laravel",
        syntaxes=("dotenv",),
        files=(".env", ".env.*"),
        marks=("MAIL_MAILER", "MAIL_DRIVER", "MAIL_SCHEME", "MAIL_ENCRYPTION", "MAIL_FROM_ADDRESS"),
        flavour="phpdotenv",
        nulls=("null", "(null)", "empty", "(empty)"),
        versions_in=_VERSIONS,
        new_file=True,
        services=(
            ServiceWords(
                host=("MAIL_HOST",),
                port=("MAIL_PORT",),
                user=("MAIL_USERNAME",),
                secret=("MAIL_PASSWORD",),
                helo=("MAIL_EHLO_DOMAIN",),
                url=("MAIL_URL",),
                schemes=_SCHEMES,
                address=("MAIL_FROM_ADDRESS",),
                ports=2525,
                readings=_readings("MAIL_SCHEME", "MAIL_ENCRYPTION"),
                enabled={
                    "MAIL_MAILER": ("smtp", "", "failover", "roundrobin"),
                    "MAIL_DRIVER": ("smtp", ""),
                },
            ),
        ),
        example=".env",
        sources=_SOURCES,
        dated="2026-11-27",
    ),
    Dialect(
        name="laravel-config",
        title="Laravel",
        syntaxes=("php",),
        files=("config/mail.php", "mail.php"),
        marks=("return.mailers.smtp.transport", "return.driver"),
        versions_in={f"../{name}": pattern for name, pattern in _VERSIONS.items()},
        new_file=True,
        services=(
            ServiceWords(
                at=("return.mailers.*", "return"),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                url=("url",),
                schemes=_SCHEMES,
                address=("/return.from.address",),
                ports=2525,
                readings=_readings("scheme", "encryption"),
            ),
        ),
        sources=_SOURCES,
        dated="2026-11-27",
    ),
)
