"""paperless-ngx and authentik: Django settings under names of their own."""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security


def _modes(tls: str, ssl: str) -> tuple[Mode, ...]:
    return (
        Mode(Security.IMPLICIT_TLS, {ssl: True}, {ssl: True, tls: False}),
        Mode(Security.STARTTLS, {tls: True}, {tls: True, ssl: False}),
        Mode(Security.CLEARTEXT),
    )


DIALECTS = (
    Dialect(
        name="paperless",
        title="paperless-ngx",
        syntaxes=("dotenv", "postfix"),
        files=("paperless.conf", "docker-compose.env"),
        images=("*/paperless-ngx", "*/paperless-ngx/*"),
        marks=("PAPERLESS_EMAIL_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("PAPERLESS_EMAIL_HOST",),
                port=("PAPERLESS_EMAIL_PORT",),
                user=("PAPERLESS_EMAIL_HOST_USER",),
                secret=("PAPERLESS_EMAIL_HOST_PASSWORD",),
                secret_file=("PAPERLESS_EMAIL_HOST_PASSWORD_FILE",),
                address=("PAPERLESS_EMAIL_FROM",),
                default_host="localhost",
                ports=25,
                defaults={"PAPERLESS_EMAIL_USE_TLS": False, "PAPERLESS_EMAIL_USE_SSL": False},
                modes=_modes("PAPERLESS_EMAIL_USE_TLS", "PAPERLESS_EMAIL_USE_SSL"),
                exclusive=(("PAPERLESS_EMAIL_USE_TLS", "PAPERLESS_EMAIL_USE_SSL"),),
            ),
        ),
        sources=("https://docs.paperless-ngx.com/configuration/#email-sending",),
        dated="2026-11-27",
    ),
    Dialect(
        name="authentik",
        title="authentik",
        syntaxes=("yaml",),
        images=("*/goauthentik/*", "goauthentik/*"),
        marks=(
            *("**.authentik.email.host", "email.use_tls", "email.use_ssl"),
            *("postgresql.password", "postgresql.host"),
        ),
        ignore_case=True,
        env=EnvNames("AUTHENTIK_", "__"),
        new_file=True,
        services=(
            ServiceWords(
                at=("email", "**.authentik.email"),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                secret_uris=True,
                address=("from",),
                timeout=("timeout",),
                default_host="localhost",
                ports=25,
                flags=True,
                defaults={"use_tls": False, "use_ssl": False},
                modes=_modes("use_tls", "use_ssl"),
                exclusive=(("use_tls", "use_ssl"),),
            ),
        ),
        sources=(
            "https://docs.goauthentik.io/docs/install-config/email",
            "https://github.com/goauthentik/authentik/blob/main/authentik/lib/default.yml",
            "https://github.com/goauthentik/authentik/blob/main/authentik/lib/config.py",
        ),
        dated="2026-11-27",
    ),
)
