"""Applications on Nodemailer that take their settings from variables.

The flag for implicit TLS is the only difference of most; without it Nodemailer uses STARTTLS if the server offers it.
"""

from mailkit.formats.dialect import ABSENT, EMPTY, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _modes(secure: str, ignore: str = "") -> tuple[Mode, ...]:
    """The modes of ``secure`` and ``ignoreTLS``; any word for ``secure`` but true is no."""
    modes = [Mode(_TLS, {secure: True})]
    if ignore:
        modes.append(Mode(_CLEARTEXT, {secure: False, ignore: True}))
    return (
        *modes,
        Mode(
            _STARTTLS,
            {secure: False},
            {secure: False, ignore: False} if ignore else {secure: False},
            optional=True,
            why="uses STARTTLS only if the server offers it",
        ),
    )


DIALECTS = (
    Dialect(
        name="outline",
        title="Outline",
        syntaxes=("dotenv",),
        images=("outlinewiki/*", "*/outlinewiki/*", "*/outline/outline"),
        marks=("SMTP_DISABLE_STARTTLS", "SMTP_TLS_CIPHERS", "SMTP_REPLY_EMAIL", "UTILS_SECRET"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                address=("SMTP_FROM_EMAIL",),
                helo=("SMTP_NAME",),
                ports={_TLS: 465, _STARTTLS: 587, _CLEARTEXT: 587},
                flags=True,
                needs_host=True,
                defaults={"SMTP_SECURE": True, "SMTP_DISABLE_STARTTLS": False},
                modes=_modes("SMTP_SECURE", "SMTP_DISABLE_STARTTLS"),
            ),
        ),
        sources=(
            "https://github.com/outline/outline/blob/main/server/env.ts",
            "https://github.com/outline/outline/blob/main/server/emails/mailer.tsx",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="documenso",
        title="Documenso",
        syntaxes=("dotenv",),
        images=("documenso/*", "*/documenso/*"),
        marks=("NEXT_PRIVATE_SMTP_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("NEXT_PRIVATE_SMTP_HOST",),
                port=("NEXT_PRIVATE_SMTP_PORT",),
                user=("NEXT_PRIVATE_SMTP_USERNAME", "NEXT_PRIVATE_SMTP_APIKEY_USER"),
                secret=("NEXT_PRIVATE_SMTP_PASSWORD", "NEXT_PRIVATE_SMTP_APIKEY"),
                address=("NEXT_PRIVATE_SMTP_FROM_ADDRESS",),
                ports=587,
                flags=True,
                needs_host=True,
                enabled={"NEXT_PRIVATE_SMTP_TRANSPORT": ("smtp-auth", "smtp-api")},
                needs={"NEXT_PRIVATE_SMTP_TRANSPORT": "smtp-auth"},
                defaults={
                    "NEXT_PRIVATE_SMTP_TRANSPORT": "smtp-auth",
                    "NEXT_PRIVATE_SMTP_SECURE": False,
                    "NEXT_PRIVATE_SMTP_UNSAFE_IGNORE_TLS": False,
                },
                modes=_modes("NEXT_PRIVATE_SMTP_SECURE", "NEXT_PRIVATE_SMTP_UNSAFE_IGNORE_TLS"),
            ),
        ),
        sources=("https://github.com/documenso/documenso/blob/main/packages/email/mailer.ts",),
        dated="2026-11-28",
    ),
    Dialect(
        name="formbricks",
        title="Formbricks",
        syntaxes=("dotenv",),
        images=("formbricks/*", "*/formbricks/*"),
        marks=("SMTP_SECURE_ENABLED", "SMTP_REJECT_UNAUTHORIZED_TLS"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USER",),
                secret=("SMTP_PASSWORD",),
                address=("MAIL_FROM",),
                no_verify=("SMTP_REJECT_UNAUTHORIZED_TLS=0",),
                needs_host=True,
                login_flag=("SMTP_AUTHENTICATED",),
                defaults={"SMTP_SECURE_ENABLED": "0", "SMTP_AUTHENTICATED": True},
                modes=(
                    Mode(_TLS, {"SMTP_SECURE_ENABLED": "1"}),
                    Mode(
                        _TLS,
                        {"@port": 465},
                        {"SMTP_SECURE_ENABLED": "1"},
                        why="uses implicit TLS on port 465, whatever SMTP_SECURE_ENABLED says",
                    ),
                    Mode(_STARTTLS, {"SMTP_SECURE_ENABLED": ("0", "")}, optional=True),
                ),
            ),
        ),
        sources=(
            "https://github.com/formbricks/formbricks/blob/main/apps/web/lib/constants.ts",
            "https://github.com/formbricks/formbricks/blob/main/apps/web/modules/email/index.tsx",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="rallly",
        title="Rallly",
        syntaxes=("dotenv",),
        images=("lukevella/rallly", "*/lukevella/rallly"),
        marks=("SMTP_PWD", "SMTP_TLS_SERVERNAME"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USER",),
                secret=("SMTP_PWD",),
                address=("NOREPLY_EMAIL", "SUPPORT_EMAIL"),
                no_verify=("SMTP_REJECT_UNAUTHORIZED=false",),
                ports={_TLS: 465, _STARTTLS: 587},
                flags=True,
                needs_host=True,
                enabled={"EMAIL_PROVIDER": ("smtp",)},
                defaults={"EMAIL_PROVIDER": "smtp", "SMTP_SECURE": False},
                modes=_modes("SMTP_SECURE"),
            ),
        ),
        sources=("https://github.com/lukevella/rallly/blob/main/packages/emails/src/transport.ts",),
        dated="2026-11-28",
    ),
    Dialect(
        name="docmost",
        title="Docmost",
        syntaxes=("dotenv",),
        images=("docmost/*", "*/docmost/*"),
        marks=("SMTP_IGNORETLS", "MAIL_DRIVER"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                address=("MAIL_FROM_ADDRESS",),
                name=("MAIL_FROM_NAME",),
                ports={_TLS: 465, _STARTTLS: 587, _CLEARTEXT: 587},
                flags=True,
                needs_host=True,
                enabled={"MAIL_DRIVER": ("smtp",)},
                defaults={"MAIL_DRIVER": "log", "SMTP_SECURE": False, "SMTP_IGNORETLS": False},
                modes=_modes("SMTP_SECURE", "SMTP_IGNORETLS"),
            ),
        ),
        sources=(
            "https://github.com/docmost/docmost/blob/main/apps/server/src/integrations/environment/environment.service.ts",
            "https://github.com/docmost/docmost/blob/main/apps/server/src/integrations/mail/providers/mail.provider.ts",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="directus",
        title="Directus",
        syntaxes=("dotenv",),
        images=("directus/*", "*/directus/*"),
        marks=("EMAIL_SMTP_SECURE", "EMAIL_SMTP_IGNORE_TLS", "EMAIL_SMTP_POOL", "EMAIL_TRANSPORT"),
        new_file=True,
        services=(
            ServiceWords(
                host=("EMAIL_SMTP_HOST",),
                port=("EMAIL_SMTP_PORT",),
                user=("EMAIL_SMTP_USER",),
                secret=("EMAIL_SMTP_PASSWORD",),
                secret_file=("EMAIL_SMTP_PASSWORD_FILE",),
                address=("EMAIL_FROM",),
                helo=("EMAIL_SMTP_NAME",),
                no_verify=("EMAIL_SMTP_TLS_REJECT_UNAUTHORIZED=false",),
                ports={_TLS: 465, _STARTTLS: 587, _CLEARTEXT: 587},
                flags=True,
                needs_host=True,
                enabled={"EMAIL_TRANSPORT": ("smtp",)},
                modes=(
                    Mode(
                        _TLS,
                        {"EMAIL_SMTP_SECURE": (ABSENT, EMPTY), "@port": 465},
                        {"EMAIL_SMTP_SECURE": True},
                    ),
                    *_modes("EMAIL_SMTP_SECURE", "EMAIL_SMTP_IGNORE_TLS"),
                ),
            ),
        ),
        sources=(
            "https://github.com/directus/directus/blob/main/api/src/mailer.ts",
            "https://github.com/nodemailer/nodemailer/blob/master/lib/smtp-connection/index.js",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="joplin-server",
        title="Joplin Server",
        syntaxes=("dotenv",),
        images=("joplin/server", "*/joplin/server"),
        marks=("MAILER_SECURITY", "MAILER_NOREPLY_EMAIL"),
        new_file=True,
        services=(
            ServiceWords(
                host=("MAILER_HOST",),
                port=("MAILER_PORT",),
                user=("MAILER_AUTH_USER",),
                secret=("MAILER_AUTH_PASSWORD",),
                address=("MAILER_NOREPLY_EMAIL",),
                name=("MAILER_NOREPLY_NAME",),
                ports=465,
                flags=True,
                needs_host=True,
                enabled={"MAILER_ENABLED": (True,)},
                defaults={"MAILER_ENABLED": False, "MAILER_SECURITY": "tls"},
                modes=(
                    Mode(_TLS, {"MAILER_SECURITY": "tls"}),
                    Mode(_STARTTLS, {"MAILER_SECURITY": "starttls"}),
                    Mode(_CLEARTEXT, {"MAILER_SECURITY": "none"}),
                ),
            ),
        ),
        sources=(
            "https://github.com/laurent22/joplin/blob/dev/packages/server/src/env.ts",
            "https://github.com/laurent22/joplin/blob/dev/packages/server/src/services/EmailService.ts",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="hoppscotch",
        title="Hoppscotch",
        syntaxes=("dotenv",),
        images=("hoppscotch/*", "*/hoppscotch/*"),
        marks=("MAILER_SMTP_URL", "MAILER_SMTP_HOST"),
        new_file=True,
        services=(
            ServiceWords(
                host=("MAILER_SMTP_HOST",),
                port=("MAILER_SMTP_PORT",),
                user=("MAILER_SMTP_USER",),
                secret=("MAILER_SMTP_PASSWORD",),
                address=("MAILER_ADDRESS_FROM",),
                url=("MAILER_SMTP_URL",),
                schemes={"smtp": ("smtp", None), "smtps": ("smtp", _TLS)},
                no_verify=("MAILER_TLS_REJECT_UNAUTHORIZED=false",),
                ports={_TLS: 465, _STARTTLS: 587, _CLEARTEXT: 587},
                flags=True,
                needs_host=True,
                defaults={"MAILER_SMTP_SECURE": False, "MAILER_SMTP_IGNORE_TLS": False},
                modes=(
                    Mode(_TLS, {"@scheme": "smtps"}),
                    *_modes("MAILER_SMTP_SECURE", "MAILER_SMTP_IGNORE_TLS"),
                ),
            ),
        ),
        sources=(
            "https://github.com/hoppscotch/hoppscotch/blob/main/packages/hoppscotch-backend/src/mailer/helper.ts",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="immich",
        title="Immich",
        syntaxes=("json", "yaml"),
        files=("immich.json", "immich.yml", "immich.yaml"),
        marks=("notifications.smtp.transport.host", "**.notifications.smtp.transport.host"),
        services=(
            ServiceWords(
                at=("notifications.smtp.transport", "**.notifications.smtp.transport"),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("/notifications.smtp.from",),
                no_verify=("ignoreCert",),
                ports=587,
                needs_host=True,
                enabled={"/notifications.smtp.enabled": (True,)},
                defaults={"secure": False},
                modes=_modes("secure"),
            ),
        ),
        example="immich.json",
        sources=(
            "https://github.com/immich-app/immich/blob/main/server/src/repositories/email.repository.ts",
            "https://github.com/immich-app/immich/blob/main/server/src/config.ts",
        ),
        dated="2026-11-28",
    ),
)
