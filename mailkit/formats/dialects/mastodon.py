"""Mastodon and Discourse: variables for Ruby's mail gem."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security


def _words(prefix: str) -> ServiceWords:
    """One set of variables; the bulk set is for announcements."""
    starttls, auto = f"{prefix}_ENABLE_STARTTLS", f"{prefix}_ENABLE_STARTTLS_AUTO"
    tls, ssl = f"{prefix}_TLS", f"{prefix}_SSL"
    return ServiceWords(
        host=(f"{prefix}_SERVER",),
        port=(f"{prefix}_PORT",),
        user=(f"{prefix}_LOGIN",),
        secret=(f"{prefix}_PASSWORD",),
        helo=(f"{prefix}_DOMAIN",),
        auth=(f"{prefix}_AUTH_METHOD",),
        auths={"none": "password"},
        address=("SMTP_FROM_ADDRESS",),
        no_verify=(f"{prefix}_OPENSSL_VERIFY_MODE=none",),
        ports=25,
        defaults={"SMTP_DELIVERY_METHOD": "smtp"},
        enabled={"SMTP_DELIVERY_METHOD": ("smtp",)},
        modes=(
            Mode(Security.IMPLICIT_TLS, {ssl: "true"}, {ssl: True, starttls: "never"}),
            Mode(Security.IMPLICIT_TLS, {tls: "true"}, {tls: True, starttls: "never"}),
            Mode(
                Security.STARTTLS,
                {starttls: "always"},
                {starttls: "always", tls: False, ssl: False},
            ),
            Mode(Security.CLEARTEXT, {starttls: ("never", "false")}),
            Mode(Security.STARTTLS, {starttls: "auto"}, optional=True),
            Mode(Security.CLEARTEXT, {auto: "false"}),
            Mode(Security.STARTTLS, {}, {starttls: "auto"}, optional=True),
        ),
        exclusive=((ssl, f"{starttls}=always|auto"), (tls, f"{starttls}=always|auto")),
        exclusive_why="Mastodon raises ArgumentError when it sends",
    )


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
        new_file=True,
        services=(
            _words("SMTP"),
            _words("BULK_SMTP"),
        ),
        sources=(
            "https://docs.joinmastodon.org/admin/config/#smtp",
            "https://github.com/mastodon/mastodon/blob/main/config/email.yml",
            "https://github.com/mastodon/mastodon/blob/v4.1.0/config/environments/production.rb",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="discourse",
        title="Discourse",
        syntaxes=("dotenv", "yaml"),
        files=("app.yml", "discourse.conf"),
        images=("*/discourse", "*/discourse/*"),
        marks=("**.DISCOURSE_SMTP_ADDRESS",),
        new_file=True,
        services=(
            ServiceWords(
                at=("**",),
                host=("DISCOURSE_SMTP_ADDRESS", "DISCOURSE_SMTP_HOST"),
                port=("DISCOURSE_SMTP_PORT", "DISCOURSE_SMTP_PORT_NUMBER"),
                user=("DISCOURSE_SMTP_USER_NAME", "DISCOURSE_SMTP_USER"),
                secret=("DISCOURSE_SMTP_PASSWORD",),
                helo=("DISCOURSE_SMTP_DOMAIN",),
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
    Dialect(
        name="discourse-conf",
        title="Discourse",
        syntaxes=("ini",),
        own_files=("discourse.conf", "discourse_defaults.conf"),
        new_file=True,
        services=(
            ServiceWords(
                host=("smtp_address",),
                port=("smtp_port",),
                user=("smtp_user_name",),
                secret=("smtp_password",),
                helo=("smtp_domain",),
                auth=("smtp_authentication",),
                no_verify=("smtp_openssl_verify_mode=none",),
                needs_host=True,
                ports=25,
                defaults={"smtp_enable_start_tls": True, "smtp_force_tls": False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_force_tls": True}),
                    Mode(
                        Security.STARTTLS,
                        {"smtp_enable_start_tls": True},
                        {"smtp_enable_start_tls": True, "smtp_force_tls": False},
                        optional=True,
                    ),
                    Mode(Security.CLEARTEXT),
                ),
            ),
        ),
        sources=(
            "https://github.com/discourse/discourse/blob/main/config/discourse_defaults.conf",
            "https://github.com/discourse/discourse/blob/main/config/environments/production.rb",
            "https://github.com/discourse/discourse/blob/main/app/models/global_setting.rb",
        ),
        dated="2026-11-28",
    ),
)
