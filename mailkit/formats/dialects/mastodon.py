"""Mastodon and Discourse: variables for Ruby's mail gem."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="mastodon",
        title="Mastodon",
        syntaxes=("dotenv",),
        files=(".env.production",),
        images=("*/mastodon", "*/mastodon/*", "tootsuite/*"),
        marks=(
            "LOCAL_DOMAIN",
            "OTP_SECRET",
            "SMTP_ENABLE_STARTTLS_AUTO",
            "SMTP_ENABLE_STARTTLS",
            "SMTP_OPENSSL_VERIFY_MODE",
        ),
        services=(
            ServiceWords(
                host=("SMTP_SERVER",),
                port=("SMTP_PORT",),
                user=("SMTP_LOGIN",),
                secret=("SMTP_PASSWORD",),
                secret_file=("SMTP_PASSWORD_FILE",),
                auth=("SMTP_AUTH_METHOD",),
                auths={"none": "password"},
                address=("SMTP_FROM_ADDRESS",),
                no_verify=("SMTP_OPENSSL_VERIFY_MODE=none",),
                ports=587,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"SMTP_SSL": True}),
                    Mode(Security.IMPLICIT_TLS, {"SMTP_TLS": True}),
                    Mode(
                        Security.STARTTLS,
                        {"SMTP_ENABLE_STARTTLS": "always"},
                        {"SMTP_ENABLE_STARTTLS": "always", "SMTP_TLS": False, "SMTP_SSL": False},
                    ),
                    Mode(Security.CLEARTEXT, {"SMTP_ENABLE_STARTTLS": "never"}),
                    Mode(
                        Security.STARTTLS,
                        {"SMTP_ENABLE_STARTTLS": ("auto", ABSENT)},
                        {"SMTP_ENABLE_STARTTLS": "auto"},
                        optional=True,
                    ),
                ),
                exclusive=(
                    ("SMTP_SSL", "SMTP_ENABLE_STARTTLS=always"),
                    ("SMTP_TLS", "SMTP_ENABLE_STARTTLS=always"),
                ),
            ),
        ),
        sources=("https://docs.joinmastodon.org/admin/config/#smtp",),
    ),
    Dialect(
        name="discourse",
        title="Discourse",
        syntaxes=("dotenv", "yaml"),
        files=("app.yml", "discourse.conf"),
        images=("*/discourse", "*/discourse/*"),
        marks=("**.DISCOURSE_SMTP_ADDRESS",),
        services=(
            ServiceWords(
                at=("**",),
                host=("DISCOURSE_SMTP_ADDRESS", "DISCOURSE_SMTP_HOST"),
                port=("DISCOURSE_SMTP_PORT", "DISCOURSE_SMTP_PORT_NUMBER"),
                user=("DISCOURSE_SMTP_USER_NAME", "DISCOURSE_SMTP_USER"),
                secret=("DISCOURSE_SMTP_PASSWORD",),
                auth=("DISCOURSE_SMTP_AUTHENTICATION",),
                address=("DISCOURSE_NOTIFICATION_EMAIL",),
                no_verify=("DISCOURSE_SMTP_OPENSSL_VERIFY_MODE=none",),
                ports=587,
                flags=True,
                defaults={"DISCOURSE_SMTP_ENABLE_START_TLS": True},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"DISCOURSE_SMTP_FORCE_TLS": True},
                        {
                            "DISCOURSE_SMTP_FORCE_TLS": True,
                            "DISCOURSE_SMTP_ENABLE_START_TLS": False,
                        },
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"DISCOURSE_SMTP_ENABLE_START_TLS": True},
                        {
                            "DISCOURSE_SMTP_ENABLE_START_TLS": True,
                            "DISCOURSE_SMTP_FORCE_TLS": False,
                        },
                    ),
                    Mode(Security.CLEARTEXT),
                ),
            ),
        ),
        sources=("https://github.com/discourse/discourse_docker/blob/main/samples/standalone.yml",),
        dated="2026-11-27",
    ),
)
