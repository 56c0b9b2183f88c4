"""Gatus, Argo CD notifications and Supabase: Go's gomail, which takes port 465 for implicit TLS and knows no other word.

Fider has flags of its own; without TLS it sends the password by LOGIN if the server offers that.
"""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"@port": 465}),
    Mode(
        Security.STARTTLS,
        optional=True,
        why="uses STARTTLS if the server offers it; only port 465 is implicit TLS",
    ),
)

_FIDER_STARTTLS, _FIDER_TLS = "EMAIL_SMTP_ENABLE_STARTTLS", "EMAIL_SMTP_ENABLE_IMPLICIT_TLS"

DIALECTS = (
    Dialect(
        name="supabase",
        title="Supabase Auth",
        syntaxes=("dotenv",),
        images=("supabase/gotrue", "*/supabase/gotrue", "supabase/auth"),
        marks=("GOTRUE_SMTP_HOST", "SMTP_ADMIN_EMAIL"),
        services=(
            ServiceWords(
                host=("GOTRUE_SMTP_HOST", "SMTP_HOST"),
                port=("GOTRUE_SMTP_PORT", "SMTP_PORT"),
                user=("GOTRUE_SMTP_USER", "SMTP_USER"),
                secret=("GOTRUE_SMTP_PASS", "SMTP_PASS"),
                address=("GOTRUE_SMTP_ADMIN_EMAIL", "SMTP_ADMIN_EMAIL"),
                name=("GOTRUE_SMTP_SENDER_NAME", "SMTP_SENDER_NAME"),
                ports=587,
                needs_host=True,
                modes=_MODES,
            ),
        ),
        sources=(
            "https://github.com/supabase/auth/blob/master/internal/mailer/mailer.go",
            "https://github.com/go-gomail/gomail/blob/v2/smtp.go",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="fider",
        title="Fider",
        syntaxes=("dotenv",),
        images=("getfider/*", "*/getfider/*"),
        marks=("EMAIL_NOREPLY", _FIDER_STARTTLS, _FIDER_TLS),
        services=(
            ServiceWords(
                host=("EMAIL_SMTP_HOST",),
                port=("EMAIL_SMTP_PORT",),
                user=("EMAIL_SMTP_USERNAME",),
                secret=("EMAIL_SMTP_PASSWORD",),
                address=("EMAIL_NOREPLY",),
                needs_host=True,
                ports=0,
                flags=True,
                enabled={"EMAIL": ("smtp",)},
                defaults={"EMAIL": "smtp", _FIDER_STARTTLS: True, _FIDER_TLS: False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {_FIDER_TLS: True}),
                    Mode(Security.CLEARTEXT, {_FIDER_STARTTLS: False}),
                    Mode(
                        Security.STARTTLS,
                        {_FIDER_STARTTLS: True},
                        {_FIDER_STARTTLS: True, _FIDER_TLS: False},
                        optional=True,
                    ),
                ),
            ),
        ),
        sources=(
            "https://github.com/getfider/fider/blob/main/app/services/email/smtp/smtp.go",
            "https://github.com/getfider/fider/blob/main/app/services/email/smtp/auth.go",
            "https://github.com/getfider/fider/blob/main/app/pkg/env/env.go",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="gatus",
        title="Gatus",
        syntaxes=("yaml",),
        files=("config.yaml", "config.yml"),
        marks=("endpoints.*.url", "**.endpoints.*.url", "endpoints.*.conditions.*"),
        new_file=True,
        services=(
            ServiceWords(
                at=("alerting.email", "**.alerting.email"),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                no_verify=("client.insecure",),
                needs_host=True,
                modes=_MODES,
            ),
        ),
        example="config.yaml",
        sources=(
            "https://github.com/TwiN/gatus/blob/master/alerting/provider/email/email.go",
            "https://github.com/go-gomail/gomail/blob/v2/smtp.go",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="argocd",
        title="Argo CD notifications",
        syntaxes=("yaml",),
        own_files=("service.email.yaml", "service.email.*.yaml"),
        services=(
            ServiceWords(
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                no_verify=("insecure_skip_verify",),
                needs_host=True,
                modes=_MODES,
            ),
        ),
        marks=("insecure_skip_verify",),
        example="service.email.yaml",
        sources=(
            "https://github.com/argoproj/notifications-engine/blob/master/pkg/services/email.go",
            "https://github.com/go-gomail/gomail/blob/v2/smtp.go",
        ),
        dated="2026-11-28",
    ),
)
