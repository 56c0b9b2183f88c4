"""More applications on Nodemailer: LibreChat, Langfuse, Rocket.Chat, Wekan, NocoDB, Cal.com, Lightdash, Infisical, Twenty, Typebot.

Without a flag of their own for implicit TLS the port 465 decides, and else STARTTLS is used if the server offers it.
"""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.formats.dialects.nodemailer import URL_MODES
from mailkit.formats.dialects.nodemailer_services import SERVICES
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT
_SCHEMES: dict[str, tuple[str, Security | None]] = {"smtp": ("smtp", None), "smtps": ("smtp", _TLS)}
_BY_PORT = (Mode(_TLS, {"@port": 465}), Mode(_STARTTLS, {}, {}, optional=True))
_URL_PORTS = {_TLS: 465, _STARTTLS: 587, _CLEARTEXT: 587}
_ROCKET = "OVERWRITE_SETTING_SMTP_"
_ENCRYPTION = "EMAIL_ENCRYPTION"


def _by_url(names: tuple[str, ...], address: tuple[str, ...] = ()) -> ServiceWords:
    """A URL that Nodemailer reads."""
    return ServiceWords(
        url=names,
        schemes=_SCHEMES,
        no_verify=("?tls.rejectUnauthorized=false",),
        ports=_URL_PORTS,
        address=address,
        modes=(*URL_MODES, Mode(_STARTTLS, {}, {}, optional=True)),
    )


def _secure(secure: str, ignore: str) -> tuple[Mode, ...]:
    """The modes of a flag for implicit TLS, and of one that switches STARTTLS off."""
    return (
        Mode(_TLS, {secure: True}),
        Mode(_CLEARTEXT, {secure: False, ignore: True}),
        Mode(_STARTTLS, {secure: False}, {secure: False, ignore: False}, optional=True),
    )


DIALECTS = (
    Dialect(
        name="librechat",
        title="LibreChat",
        syntaxes=("dotenv",),
        images=("*/librechat*", "*/danny-avila/*"),
        marks=("EMAIL_ENCRYPTION_HOSTNAME", "EMAIL_ALLOW_SELFSIGNED", "EMAIL_SERVICE"),
        new_file=True,
        services=(
            ServiceWords(
                preset=("EMAIL_SERVICE",),
                presets=SERVICES,
                host=("EMAIL_HOST",),
                port=("EMAIL_PORT",),
                user=("EMAIL_USERNAME",),
                secret=("EMAIL_PASSWORD",),
                address=("EMAIL_FROM",),
                no_verify=("EMAIL_ALLOW_SELFSIGNED",),
                ports=25,
                needs_host=True,
                modes=(
                    Mode(_TLS, {_ENCRYPTION: "tls"}),
                    Mode(_STARTTLS, {_ENCRYPTION: ("starttls", "", ABSENT)}, optional=True),
                ),
            ),
        ),
        sources=(
            "https://github.com/danny-avila/LibreChat/blob/main/api/server/utils/sendEmail.js",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="langfuse",
        title="Langfuse",
        syntaxes=("dotenv",),
        images=("langfuse/*", "*/langfuse/*"),
        marks=("SMTP_CONNECTION_URL",),
        new_file=True,
        services=(_by_url(("SMTP_CONNECTION_URL",), ("EMAIL_FROM_ADDRESS",)),),
        sources=(
            "https://github.com/langfuse/langfuse/blob/main/packages/shared/src/server/services/email/transport.ts",
            "https://github.com/langfuse/langfuse/blob/main/docker-compose.yml",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="rocket-chat",
        title="Rocket.Chat",
        syntaxes=("dotenv",),
        images=("*rocket.chat", "*/rocket.chat*", "*rocketchat/*"),
        marks=(f"{_ROCKET}Host",),
        new_file=True,
        services=(
            ServiceWords(
                host=(f"{_ROCKET}Host",),
                port=(f"{_ROCKET}Port",),
                user=(f"{_ROCKET}Username",),
                secret=(f"{_ROCKET}Password",),
                address=("OVERWRITE_SETTING_From_Email",),
                needs_host=True,
                flags=True,
                ports=_URL_PORTS,
                defaults={f"{_ROCKET}Protocol": "smtp", f"{_ROCKET}IgnoreTLS": True},
                modes=(
                    Mode(_TLS, {f"{_ROCKET}Protocol": "smtps"}),
                    Mode(_CLEARTEXT, {f"{_ROCKET}Protocol": "smtp", f"{_ROCKET}IgnoreTLS": True}),
                    Mode(
                        _STARTTLS,
                        {f"{_ROCKET}Protocol": "smtp", f"{_ROCKET}IgnoreTLS": False},
                        {f"{_ROCKET}Protocol": "smtp", f"{_ROCKET}IgnoreTLS": False},
                        optional=True,
                    ),
                ),
            ),
            _by_url(("MAIL_URL",)),
        ),
        sources=(
            "https://github.com/RocketChat/Rocket.Chat/blob/develop/apps/meteor/server/settings/email.ts",
            "https://github.com/meteor/meteor/blob/devel/packages/email/email.js",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="meteor",
        title="Meteor",
        syntaxes=("dotenv",),
        images=("wekanteam/*", "*/wekan", "*/wekan/*"),
        marks=("MAIL_URL",),
        new_file=True,
        services=(_by_url(("MAIL_URL",), ("MAIL_FROM",)),),
        sources=(
            "https://github.com/meteor/meteor/blob/devel/packages/email/email.js",
            "https://github.com/wekan/wekan/blob/main/docs/Features/Email/Troubleshooting-Mail.md",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="nocodb",
        title="NocoDB",
        syntaxes=("dotenv",),
        images=("nocodb/*", "*/nocodb/*"),
        marks=("NC_SMTP_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("NC_SMTP_HOST",),
                port=("NC_SMTP_PORT",),
                user=("NC_SMTP_USERNAME",),
                secret=("NC_SMTP_PASSWORD",),
                address=("NC_SMTP_FROM",),
                no_verify=("NC_SMTP_REJECT_UNAUTHORIZED=false",),
                ports=_URL_PORTS,
                flags=True,
                needs_host=True,
                defaults={"NC_SMTP_SECURE": False, "NC_SMTP_IGNORE_TLS": False},
                modes=_secure("NC_SMTP_SECURE", "NC_SMTP_IGNORE_TLS"),
            ),
        ),
        sources=("https://nocodb.com/docs/self-hosting/environment-variables",),
        dated="2026-11-28",
    ),
    Dialect(
        name="typebot",
        title="Typebot",
        syntaxes=("dotenv",),
        images=("baptistearno/typebot*", "*/baptistearno/typebot*"),
        marks=("NEXT_PUBLIC_SMTP_FROM",),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                address=("NEXT_PUBLIC_SMTP_FROM",),
                ports=25,
                flags=True,
                needs_host=True,
                defaults={"SMTP_SECURE": False, "SMTP_IGNORE_TLS": False},
                modes=_secure("SMTP_SECURE", "SMTP_IGNORE_TLS"),
            ),
        ),
        sources=("https://github.com/baptisteArno/typebot.io/blob/main/packages/env/src/index.ts",),
        dated="2026-11-28",
    ),
    Dialect(
        name="cal-com",
        title="Cal.com",
        syntaxes=("dotenv",),
        images=("calcom/*", "*/calcom/*"),
        marks=("EMAIL_SERVER_HOST", "CALENDSO_ENCRYPTION_KEY"),
        new_file=True,
        services=(
            ServiceWords(
                host=("EMAIL_SERVER_HOST",),
                port=("EMAIL_SERVER_PORT",),
                user=("EMAIL_SERVER_USER",),
                secret=("EMAIL_SERVER_PASSWORD",),
                address=("EMAIL_FROM",),
                needs_host=True,
                modes=_BY_PORT,
            ),
            _by_url(("EMAIL_SERVER",)),
        ),
        sources=("https://github.com/calcom/cal.com/blob/main/packages/lib/serverConfig.ts",),
        dated="2026-11-28",
    ),
    Dialect(
        name="lightdash",
        title="Lightdash",
        syntaxes=("dotenv",),
        images=("lightdash/*", "*/lightdash/*"),
        marks=("LIGHTDASH_SECRET", "EMAIL_SMTP_SENDER_EMAIL", "EMAIL_SMTP_ALLOW_INVALID_CERT"),
        new_file=True,
        services=(
            ServiceWords(
                host=("EMAIL_SMTP_HOST",),
                port=("EMAIL_SMTP_PORT",),
                user=("EMAIL_SMTP_USER",),
                secret=("EMAIL_SMTP_PASSWORD",),
                address=("EMAIL_SMTP_SENDER_EMAIL",),
                name=("EMAIL_SMTP_SENDER_NAME",),
                no_verify=("EMAIL_SMTP_ALLOW_INVALID_CERT",),
                ports=587,
                flags=True,
                needs_host=True,
                defaults={"EMAIL_SMTP_SECURE": True},
                modes=(
                    Mode(_TLS, {"@port": 465}),
                    Mode(_STARTTLS, {"EMAIL_SMTP_SECURE": True}),
                    Mode(_STARTTLS, {"EMAIL_SMTP_SECURE": False}, optional=True),
                ),
            ),
        ),
        sources=(
            "https://github.com/lightdash/lightdash/blob/main/packages/backend/src/clients/EmailClient/EmailClient.ts",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="infisical",
        title="Infisical",
        syntaxes=("dotenv",),
        images=("infisical/*", "*/infisical/*"),
        marks=("SMTP_REQUIRE_TLS", "SMTP_TLS_REJECT_UNAUTHORIZED"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                address=("SMTP_FROM_ADDRESS",),
                name=("SMTP_FROM_NAME",),
                no_verify=("SMTP_TLS_REJECT_UNAUTHORIZED=false",),
                ports=587,
                flags=True,
                needs_host=True,
                defaults={"SMTP_REQUIRE_TLS": True, "SMTP_IGNORE_TLS": False},
                modes=(
                    Mode(_TLS, {"@port": 465}),
                    Mode(_CLEARTEXT, {"SMTP_IGNORE_TLS": True, "SMTP_REQUIRE_TLS": False}),
                    Mode(_STARTTLS, {"SMTP_REQUIRE_TLS": True}),
                    Mode(_STARTTLS, {"SMTP_REQUIRE_TLS": False}, optional=True),
                ),
            ),
        ),
        sources=("https://github.com/Infisical/infisical/blob/main/backend/src/lib/config/env.ts",),
        dated="2026-11-28",
    ),
    Dialect(
        name="twenty",
        title="Twenty",
        syntaxes=("dotenv",),
        images=("twentycrm/*", "*/twentycrm/*"),
        marks=("EMAIL_SMTP_NO_TLS", "EMAIL_SYSTEM_ADDRESS", "EMAIL_DRIVER"),
        new_file=True,
        services=(
            ServiceWords(
                host=("EMAIL_SMTP_HOST",),
                port=("EMAIL_SMTP_PORT",),
                user=("EMAIL_SMTP_USER",),
                secret=("EMAIL_SMTP_PASSWORD",),
                address=("EMAIL_FROM_ADDRESS",),
                name=("EMAIL_FROM_NAME",),
                ports=587,
                flags=True,
                needs_host=True,
                enabled={"EMAIL_DRIVER": ("smtp",)},
                defaults={"EMAIL_DRIVER": "logger", "EMAIL_SMTP_NO_TLS": False},
                modes=(
                    Mode(_CLEARTEXT, {"EMAIL_SMTP_NO_TLS": True}),
                    Mode(
                        _TLS,
                        {"EMAIL_SMTP_NO_TLS": False, "@port": 465},
                        {"EMAIL_SMTP_NO_TLS": False},
                    ),
                    Mode(_STARTTLS, {"EMAIL_SMTP_NO_TLS": False}, optional=True),
                ),
            ),
        ),
        sources=(
            "https://github.com/twentyhq/twenty/blob/main/packages/twenty-server/src/engine/core-modules/email/email-driver.factory.ts",
        ),
        dated="2026-11-28",
    ),
)
