"""Flask-Mail, FastAPI-Mail and Superset: ``config.py``. ``USE_TLS``/``STARTTLS`` upgrade, ``SSL`` is implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security


def _modes(ssl: str, starttls: str) -> tuple[Mode, ...]:
    return (
        Mode(Security.IMPLICIT_TLS, {ssl: True}, {ssl: True, starttls: False}),
        Mode(Security.STARTTLS, {starttls: True}, {starttls: True, ssl: False}),
        Mode(Security.CLEARTEXT),
    )


DIALECTS = (
    Dialect(
        name="flask-mail",
        title="Flask-Mail",
        syntaxes=("python", "dotenv"),
        files=("config.py", "*config*.py", "app.py", "settings.py"),
        marks=("**.MAIL_USE_TLS", "**.MAIL_USE_SSL"),
        new_file=True,
        services=(
            ServiceWords(
                at=("**",),
                host=("MAIL_SERVER",),
                port=("MAIL_PORT",),
                user=("MAIL_USERNAME",),
                secret=("MAIL_PASSWORD",),
                address=("MAIL_DEFAULT_SENDER",),
                default_host="localhost",
                ports=25,
                modes=_modes("MAIL_USE_SSL", "MAIL_USE_TLS"),
                exclusive=(("MAIL_USE_TLS", "MAIL_USE_SSL"),),
                exclusive_why="Flask-Mail starts with implicit TLS and then asks for STARTTLS",
            ),
        ),
        sources=(
            "https://flask-mail.readthedocs.io/en/latest/#configuring",
            "https://github.com/pallets-eco/flask-mail/blob/main/src/flask_mail/__init__.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="fastapi-mail",
        title="FastAPI-Mail",
        syntaxes=("dotenv", "python"),
        files=("*mail*.py", "*config*.py", "main.py", ".env"),
        marks=("**.MAIL_SSL_TLS", "**.MAIL_STARTTLS"),
        new_file=True,
        services=(
            ServiceWords(
                at=("**",),
                host=("MAIL_SERVER",),
                port=("MAIL_PORT",),
                user=("MAIL_USERNAME",),
                secret=("MAIL_PASSWORD",),
                address=("MAIL_FROM",),
                name=("MAIL_FROM_NAME",),
                helo=("LOCAL_HOSTNAME",),
                timeout=("TIMEOUT",),
                verify=("VALIDATE_CERTS",),
                login_flag=("USE_CREDENTIALS",),
                defaults={"USE_CREDENTIALS": True, "TIMEOUT": 60},
                ports=587,
                modes=_modes("MAIL_SSL_TLS", "MAIL_STARTTLS"),
                exclusive=(("MAIL_STARTTLS", "MAIL_SSL_TLS"),),
                exclusive_why="aiosmtplib raises ValueError for use_tls with start_tls",
            ),
        ),
        example=".env",
        sources=(
            "https://github.com/sabuhish/fastapi-mail/blob/master/fastapi_mail/config.py",
            "https://github.com/sabuhish/fastapi-mail/blob/master/fastapi_mail/connection.py",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="superset",
        title="Apache Superset",
        syntaxes=("python",),
        own_files=("superset_config.py",),
        marks=("SMTP_STARTTLS", "SMTP_MAIL_FROM"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USER",),
                secret=("SMTP_PASSWORD",),
                address=("SMTP_MAIL_FROM",),
                default_host="localhost",
                ports=25,
                defaults={"SMTP_STARTTLS": True, "SMTP_SSL": False},
                modes=_modes("SMTP_SSL", "SMTP_STARTTLS"),
                exclusive=(("SMTP_STARTTLS", "SMTP_SSL"),),
                exclusive_why="Superset asks for STARTTLS inside TLS, which the server refuses",
                exclusive_defaults=True,
            ),
        ),
        sources=(
            "https://superset.apache.org/docs/configuration/alerts-reports",
            "https://github.com/apache/superset/blob/master/superset/config.py",
            "https://github.com/apache/superset/blob/master/superset/utils/core.py",
        ),
        dated="2026-11-27",
    ),
)
