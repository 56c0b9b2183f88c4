"""Django: ``settings.py``. ``EMAIL_USE_TLS`` is STARTTLS, ``EMAIL_USE_SSL`` implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_BACKENDS = ("django.core.mail.backends.smtp.EmailBackend", "")

DIALECTS = (
    Dialect(
        name="django",
        title="Django",
        syntaxes=("python", "dotenv", "ini"),
        files=(
            "settings.ini",
            "settings.py",
            "*settings*.py",
            "settings/*.py",
            "production.py",
            "base.py",
        ),
        marks=(
            "**.EMAIL_USE_TLS",
            "**.EMAIL_USE_SSL",
            "**.EMAIL_HOST_USER",
            "**.EMAIL_BACKEND",
            "**.EMAIL_HOST_PASSWORD",
        ),
        new_file=True,
        services=(
            ServiceWords(
                at=("", "*"),
                host=("EMAIL_HOST",),
                port=("EMAIL_PORT",),
                user=("EMAIL_HOST_USER",),
                secret=("EMAIL_HOST_PASSWORD",),
                timeout=("EMAIL_TIMEOUT",),
                address=("DEFAULT_FROM_EMAIL", "SERVER_EMAIL"),
                default_host="localhost",
                ports=25,
                defaults={"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"EMAIL_USE_SSL": True},
                        {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"EMAIL_USE_TLS": True},
                        {"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("EMAIL_USE_TLS", "EMAIL_USE_SSL"),),
                exclusive_why="Django raises ValueError when it sends",
            ),
        ),
        example="settings.py",
        sources=(
            "https://docs.djangoproject.com/en/5.2/ref/settings/#email-use-tls",
            "https://github.com/django/django/blob/main/django/core/mail/backends/smtp.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="django-url",
        title="Django",
        syntaxes=("dotenv", "python"),
        files=(".env", ".env.*", "settings.py"),
        marks=(
            "EMAIL_CONFIG",
            *("DJANGO_SETTINGS_MODULE", "DJANGO_SECRET_KEY", "DJANGO_DEBUG", "ALLOWED_HOSTS"),
            *("DJANGO_ALLOWED_HOSTS", "DJANGO_READ_DOT_ENV_FILE"),
        ),
        new_file=True,
        services=(
            ServiceWords(
                url=("EMAIL_URL", "DJANGO_EMAIL_URL", "EMAIL_CONFIG"),
                schemes={
                    "smtp": ("smtp", Security.CLEARTEXT),
                    "smtp+tls": ("smtp", Security.STARTTLS),
                    "smtps": ("smtp", Security.STARTTLS),
                    "smtp+ssl": ("smtp", Security.IMPLICIT_TLS),
                },
                ports=25,
            ),
        ),
        example=".env",
        sources=(
            "https://django-environ.readthedocs.io/en/latest/types.html#environ-env-email-url",
            "https://github.com/joke2k/django-environ/blob/main/environ/environ.py",
            "https://github.com/migonzalvar/dj-email-url",
        ),
        dated="2026-11-28",
    ),
)
