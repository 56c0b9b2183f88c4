"""Sentry: ``mail.*`` in ``config.yml``, ``SENTRY_EMAIL_*`` in the environment."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_SOURCES = ("https://develop.sentry.dev/self-hosted/configuration/email/",)


def _modes(tls: str, ssl: str) -> tuple[Mode, ...]:
    return (
        Mode(Security.IMPLICIT_TLS, {ssl: True}, {ssl: True, tls: False}),
        Mode(Security.STARTTLS, {tls: True}, {tls: True, ssl: False}),
        Mode(Security.CLEARTEXT),
    )


DIALECTS = (
    Dialect(
        name="sentry",
        title="Sentry",
        syntaxes=("yaml",),
        files=("config.yml", "sentry/config.yml"),
        marks=(
            *("mail.backend", "mail.use-tls", "mail.use-ssl", "mail.list-namespace"),
            *("system.secret-key", "system.url-prefix"),
        ),
        fold=True,
        new_file=True,
        new_dotted=True,
        services=(
            ServiceWords(
                at=("mail",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                ports=25,
                defaults={"use-tls": False, "use-ssl": False, "backend": "smtp"},
                needs={"backend": "smtp"},
                enabled={"backend": ("smtp", "django.core.mail.backends.smtp.EmailBackend")},
                modes=_modes("use-tls", "use-ssl"),
                exclusive=(("use-tls", "use-ssl"),),
                exclusive_why="Django raises ValueError when it sends",
            ),
        ),
        example="config.yml",
        sources=(
            *_SOURCES,
            "https://github.com/getsentry/self-hosted/blob/master/sentry/config.example.yml",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="sentry-docker",
        title="the Sentry image",
        syntaxes=("dotenv",),
        images=("sentry", "*/sentry", "getsentry/*"),
        marks=("SENTRY_EMAIL_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("SENTRY_EMAIL_HOST",),
                port=("SENTRY_EMAIL_PORT",),
                user=("SENTRY_EMAIL_USER", "SENTRY_EMAIL_USERNAME"),
                secret=("SENTRY_EMAIL_PASSWORD",),
                address=("SENTRY_SERVER_EMAIL", "SENTRY_EMAIL_FROM"),
                ports=25,
                modes=_modes("SENTRY_EMAIL_USE_TLS", "SENTRY_EMAIL_USE_SSL"),
                exclusive=(("SENTRY_EMAIL_USE_TLS", "SENTRY_EMAIL_USE_SSL"),),
            ),
        ),
        sources=(
            *_SOURCES,
            "https://github.com/getsentry/docker-sentry/blob/master/9.1/sentry.conf.py",
        ),
        dated="2026-11-27",
    ),
)
