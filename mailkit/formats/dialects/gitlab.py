"""GitLab: ``gitlab.rb``. ``smtp_tls`` is implicit TLS; ``incoming_email_ssl`` too."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="gitlab",
        title="GitLab",
        syntaxes=("ruby",),
        own_files=("gitlab.rb",),
        marks=(
            "gitlab_rails.smtp_address",
            "gitlab_rails.incoming_email_host",
            "gitlab_rails.smtp_enable",
        ),
        services=(
            ServiceWords(
                at=("gitlab_rails",),
                host=("smtp_address",),
                port=("smtp_port",),
                user=("smtp_user_name",),
                secret=("smtp_password",),
                auth=("smtp_authentication",),
                address=("gitlab_email_from",),
                no_verify=("smtp_openssl_verify_mode=none",),
                default_host="localhost",
                ports=25,
                enabled={"smtp_enable": (True,)},
                defaults={
                    "smtp_enable": True,
                    "smtp_tls": False,
                    "smtp_ssl": False,
                    "smtp_enable_starttls_auto": True,
                },
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"smtp_tls": True},
                        {"smtp_tls": True, "smtp_enable_starttls_auto": False},
                    ),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"smtp_ssl": True},
                        {"smtp_ssl": True, "smtp_enable_starttls_auto": False},
                    ),
                    Mode(Security.CLEARTEXT, {"smtp_enable_starttls_auto": False}),
                    Mode(
                        Security.STARTTLS,
                        {},
                        {"smtp_tls": False, "smtp_ssl": False, "smtp_enable_starttls_auto": True},
                        optional=True,
                    ),
                ),
                exclusive=(
                    ("smtp_tls", "smtp_enable_starttls_auto"),
                    ("smtp_ssl", "smtp_enable_starttls_auto"),
                ),
                exclusive_why="the mail gem raises ArgumentError since 2.8",
            ),
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("gitlab_rails",),
                host=("incoming_email_host",),
                port=("incoming_email_port",),
                user=("incoming_email_email",),
                secret=("incoming_email_password",),
                ports={Security.IMPLICIT_TLS: 993, Security.STARTTLS: 143, Security.CLEARTEXT: 143},
                enabled={"incoming_email_enabled": (True,)},
                defaults={"incoming_email_ssl": False, "incoming_email_start_tls": False},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"incoming_email_ssl": True},
                        {"incoming_email_ssl": True, "incoming_email_start_tls": False},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"incoming_email_start_tls": True},
                        {"incoming_email_start_tls": True, "incoming_email_ssl": False},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("incoming_email_ssl", "incoming_email_start_tls"),),
            ),
        ),
        example="gitlab.rb",
        sources=(
            "https://docs.gitlab.com/omnibus/settings/smtp/",
            "https://docs.gitlab.com/administration/incoming_email/",
        ),
    ),
)
