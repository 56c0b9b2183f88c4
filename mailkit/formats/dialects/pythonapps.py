"""Applications in Python that take their settings from variables: Baserow, Healthchecks, Mealie and Dify."""

from mailkit.formats.dialect import OTHERS, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _CLEARTEXT = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT
_USE_TLS, _USE_SSL = "EMAIL_SMTP_USE_TLS", "EMAIL_SMTP_USE_SSL"

DIALECTS = (
    Dialect(
        name="baserow",
        title="Baserow",
        syntaxes=("dotenv",),
        images=("baserow/*", "*/baserow/*"),
        marks=(_USE_TLS, _USE_SSL, "EMAIL_SMTP"),
        new_file=True,
        services=(
            ServiceWords(
                host=("EMAIL_SMTP_HOST",),
                port=("EMAIL_SMTP_PORT",),
                user=("EMAIL_SMTP_USER",),
                secret=("EMAIL_SMTP_PASSWORD",),
                address=("FROM_EMAIL",),
                default_host="localhost",
                ports=25,
                enabled={"EMAIL_SMTP": (OTHERS,)},
                modes=(
                    Mode(_TLS, {_USE_SSL: OTHERS}, {_USE_SSL: "true", _USE_TLS: ""}),
                    Mode(_STARTTLS, {_USE_TLS: OTHERS}, {_USE_TLS: "true", _USE_SSL: ""}),
                    Mode(_CLEARTEXT, {}, {_USE_TLS: "", _USE_SSL: ""}),
                ),
                exclusive=((_USE_TLS, _USE_SSL),),
                exclusive_why="Baserow does not start",
            ),
        ),
        sources=(
            "https://github.com/bram2w/baserow/blob/develop/backend/src/baserow/config/settings/base.py",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="healthchecks",
        title="Healthchecks",
        syntaxes=("dotenv",),
        images=("healthchecks/healthchecks", "*/healthchecks", "*/healthchecks/healthchecks"),
        marks=("PING_EMAIL_DOMAIN", "EMAIL_USE_VERIFICATION", "EMAIL_MAIL_FROM_TMPL"),
        new_file=True,
        services=(
            ServiceWords(
                host=("EMAIL_HOST",),
                port=("EMAIL_PORT",),
                user=("EMAIL_HOST_USER",),
                secret=("EMAIL_HOST_PASSWORD",),
                secret_file=("EMAIL_HOST_PASSWORD_FILE",),
                address=("DEFAULT_FROM_EMAIL",),
                ports=587,
                flags=True,
                needs_host=True,
                defaults={"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False},
                modes=(
                    Mode(
                        _TLS,
                        {"EMAIL_USE_SSL": True},
                        {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False},
                    ),
                    Mode(
                        _STARTTLS,
                        {"EMAIL_USE_TLS": True},
                        {"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False},
                    ),
                    Mode(_CLEARTEXT),
                ),
                exclusive=(("EMAIL_USE_TLS", "EMAIL_USE_SSL"),),
                exclusive_why="Django raises ValueError when it sends",
                exclusive_defaults=True,
            ),
        ),
        sources=("https://github.com/healthchecks/healthchecks/blob/master/hc/settings.py",),
        dated="2026-11-28",
    ),
    Dialect(
        name="mealie",
        title="Mealie",
        syntaxes=("dotenv",),
        images=("*/mealie-recipes/mealie", "hkotel/mealie"),
        marks=("SMTP_AUTH_STRATEGY",),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USER",),
                secret=("SMTP_PASSWORD",),
                address=("SMTP_FROM_EMAIL",),
                name=("SMTP_FROM_NAME",),
                ports=587,
                needs_host=True,
                defaults={"SMTP_AUTH_STRATEGY": "TLS"},
                modes=(
                    Mode(_TLS, {"SMTP_AUTH_STRATEGY": "SSL"}),
                    Mode(_STARTTLS, {"SMTP_AUTH_STRATEGY": "TLS"}),
                    Mode(_CLEARTEXT, {"SMTP_AUTH_STRATEGY": "NONE"}),
                ),
            ),
        ),
        sources=(
            "https://github.com/mealie-recipes/mealie/blob/mealie-next/mealie/core/settings/settings.py",
            "https://github.com/mealie-recipes/mealie/blob/mealie-next/mealie/services/email/email_senders.py",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="dify",
        title="Dify",
        syntaxes=("dotenv",),
        images=("langgenius/*", "*/langgenius/*"),
        marks=("SMTP_OPPORTUNISTIC_TLS", "MAIL_DEFAULT_SEND_FROM"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_SERVER",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                address=("MAIL_DEFAULT_SEND_FROM",),
                helo=("SMTP_LOCAL_HOSTNAME",),
                ports=465,
                flags=True,
                needs_host=True,
                enabled={"MAIL_TYPE": ("smtp",)},
                needs={"MAIL_TYPE": "smtp"},
                defaults={
                    "MAIL_TYPE": "smtp",
                    "SMTP_USE_TLS": False,
                    "SMTP_OPPORTUNISTIC_TLS": False,
                },
                modes=(
                    Mode(_TLS, {"SMTP_USE_TLS": True, "SMTP_OPPORTUNISTIC_TLS": False}),
                    Mode(_STARTTLS, {"SMTP_USE_TLS": True, "SMTP_OPPORTUNISTIC_TLS": True}),
                    Mode(_CLEARTEXT),
                ),
            ),
        ),
        sources=("https://github.com/langgenius/dify/blob/main/api/libs/smtp.py",),
        dated="2026-11-28",
    ),
)
