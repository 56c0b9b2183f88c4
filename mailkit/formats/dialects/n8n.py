"""n8n: ``N8N_SMTP_*``. ``N8N_SMTP_SSL`` is true by default and means implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="n8n",
        title="n8n",
        syntaxes=("dotenv",),
        images=("*/n8n", "n8nio/*", "*/n8nio/*"),
        marks=("N8N_SMTP_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("N8N_SMTP_HOST",),
                port=("N8N_SMTP_PORT",),
                user=("N8N_SMTP_USER",),
                secret=("N8N_SMTP_PASS",),
                secret_file=("N8N_SMTP_PASS_FILE",),
                address=("N8N_SMTP_SENDER",),
                ports=465,
                defaults={"N8N_SMTP_SSL": True, "N8N_SMTP_STARTTLS": True},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"N8N_SMTP_SSL": True}),
                    Mode(Security.CLEARTEXT, {"N8N_SMTP_STARTTLS": False}),
                    Mode(Security.STARTTLS, {}, {"N8N_SMTP_SSL": False}, optional=True),
                ),
            ),
        ),
        sources=(
            "https://docs.n8n.io/hosting/configuration/environment-variables/user-management-smtp-2fa/",
        ),
        dated="2026-11-27",
    ),
)
