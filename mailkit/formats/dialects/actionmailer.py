"""Variables that Rails applications hand to Action Mailer: Chatwoot, OpenProject and others.

The port decides nothing: without ``SMTP_SSL`` or ``SMTP_TLS`` it is STARTTLS, if the server offers it, on 465 too.
"""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_AUTO = "SMTP_ENABLE_STARTTLS_AUTO"

DIALECTS = (
    Dialect(
        name="rails-env",
        title="Action Mailer",
        syntaxes=("dotenv",),
        images=("chatwoot/*", "openproject/*"),
        marks=(_AUTO, "SMTP_OPENSSL_VERIFY_MODE", "SMTP_AUTHENTICATION"),
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_ADDRESS",),
                port=("SMTP_PORT",),
                user=("SMTP_USERNAME", "SMTP_USER_NAME", "SMTP_USER"),
                secret=("SMTP_PASSWORD", "SMTP_PASS"),
                helo=("SMTP_DOMAIN",),
                auth=("SMTP_AUTHENTICATION",),
                auths={"none": "password"},
                address=("MAILER_SENDER_EMAIL", "SMTP_FROM"),
                no_verify=("SMTP_OPENSSL_VERIFY_MODE=none",),
                ports=587,
                flags=True,
                needs_host=True,
                defaults={_AUTO: True, "SMTP_SSL": False, "SMTP_TLS": False},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS, {"SMTP_SSL": True}, {"SMTP_SSL": True, _AUTO: False}
                    ),
                    Mode(
                        Security.IMPLICIT_TLS, {"SMTP_TLS": True}, {"SMTP_TLS": True, _AUTO: False}
                    ),
                    Mode(Security.CLEARTEXT, {_AUTO: False}),
                    Mode(
                        Security.STARTTLS,
                        {},
                        {"SMTP_SSL": False, "SMTP_TLS": False, _AUTO: True},
                        optional=True,
                    ),
                ),
                exclusive=(("SMTP_SSL", _AUTO), ("SMTP_TLS", _AUTO)),
                exclusive_why="the mail library raises ArgumentError when it sends",
            ),
        ),
        example=".env",
        sources=(
            "https://github.com/chatwoot/chatwoot/blob/develop/config/initializers/mailer.rb",
        ),
        dated="2026-11-28",
    ),
)
