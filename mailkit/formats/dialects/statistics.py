"""Metabase and Plausible: variables for what they send their reports with.

Metabase's ``tls`` is STARTTLS if it is offered, its ``starttls`` requires it.
"""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_SECURITY, _SSL = "MB_EMAIL_SMTP_SECURITY", "SMTP_HOST_SSL_ENABLED"

DIALECTS = (
    Dialect(
        name="metabase",
        title="Metabase",
        syntaxes=("dotenv",),
        images=("metabase/*", "*/metabase/*"),
        marks=("MB_EMAIL_SMTP_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("MB_EMAIL_SMTP_HOST",),
                port=("MB_EMAIL_SMTP_PORT",),
                user=("MB_EMAIL_SMTP_USERNAME",),
                secret=("MB_EMAIL_SMTP_PASSWORD",),
                address=("MB_EMAIL_FROM_ADDRESS",),
                needs_host=True,
                defaults={_SECURITY: "none"},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {_SECURITY: "ssl"}),
                    Mode(Security.STARTTLS, {_SECURITY: "starttls"}),
                    Mode(Security.STARTTLS, {_SECURITY: "tls"}, optional=True),
                    Mode(Security.CLEARTEXT, {_SECURITY: "none"}),
                ),
            ),
        ),
        sources=(
            "https://www.metabase.com/docs/latest/configuring-metabase/environment-variables#mb_email_smtp_security",
            "https://github.com/metabase/metabase/blob/master/src/metabase/channel/email.clj",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="plausible",
        title="Plausible",
        syntaxes=("dotenv",),
        files=("plausible-conf.env",),
        images=("plausible/*", "*/plausible/*"),
        marks=("SMTP_HOST_ADDR",),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST_ADDR",),
                port=("SMTP_HOST_PORT",),
                user=("SMTP_USER_NAME",),
                secret=("SMTP_USER_PWD",),
                address=("MAILER_EMAIL",),
                ports=25,
                flags=True,
                needs_host=True,
                defaults={_SSL: False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {_SSL: True}),
                    Mode(Security.STARTTLS, {_SSL: False}, optional=True),
                ),
            ),
        ),
        example="plausible-conf.env",
        sources=("https://github.com/plausible/analytics/blob/master/config/runtime.exs",),
        dated="2026-11-28",
    ),
)
