"""Vaultwarden: ``SMTP_SECURITY``. The deprecated ``SMTP_EXPLICIT_TLS`` means implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="vaultwarden",
        title="Vaultwarden",
        syntaxes=("dotenv",),
        images=("vaultwarden/*", "*/vaultwarden", "*/vaultwarden/*", "bitwardenrs/*"),
        marks=("SMTP_SECURITY", "SMTP_EXPLICIT_TLS", "ADMIN_TOKEN", "SMTP_FROM_NAME"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME",),
                secret=("SMTP_PASSWORD",),
                helo=("HELO_NAME",),
                secret_file=("SMTP_PASSWORD_FILE",),
                timeout=("SMTP_TIMEOUT",),
                auth=("SMTP_AUTH_MECHANISM",),
                address=("SMTP_FROM",),
                name=("SMTP_FROM_NAME",),
                no_verify=("SMTP_ACCEPT_INVALID_CERTS", "SMTP_ACCEPT_INVALID_HOSTNAMES"),
                defaults={"SMTP_TIMEOUT": 15},
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"SMTP_SECURITY": "force_tls"}),
                    Mode(Security.STARTTLS, {"SMTP_SECURITY": "starttls"}),
                    Mode(Security.CLEARTEXT, {"SMTP_SECURITY": "off"}),
                    Mode(Security.IMPLICIT_TLS, {"SMTP_EXPLICIT_TLS": True}),
                    Mode(Security.CLEARTEXT, {"SMTP_SSL": "false"}, {"SMTP_SECURITY": "off"}),
                    Mode(Security.STARTTLS, {"SMTP_SSL": True}, {"SMTP_SECURITY": "starttls"}),
                    Mode(Security.STARTTLS, {}, {"SMTP_SECURITY": "starttls"}),
                ),
            ),
        ),
        example="docker-compose.yml",
        sources=(
            "https://github.com/dani-garcia/vaultwarden/blob/main/.env.template",
            "https://github.com/dani-garcia/vaultwarden/blob/main/src/config.rs",
        ),
        dated="2026-11-27",
    ),
)
