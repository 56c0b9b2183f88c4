"""Mautic: ``config/local.php``. Up to 4 ``mailer_host`` and its kin, from 5 on ``mailer_dsn``."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.formats.dialects.symfony import DSN_MODES
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="mautic",
        title="Mautic",
        syntaxes=("php",),
        files=("config/local.php", "local.php"),
        marks=(
            "$parameters.mailer_transport",
            "$parameters.mailer_dsn",
            "$parameters.mailer_from_email",
        ),
        new_file=True,
        services=(
            ServiceWords(
                at=("$parameters",),
                host=("mailer_host",),
                port=("mailer_port",),
                user=("mailer_user",),
                secret=("mailer_password",),
                auth=("mailer_auth_mode",),
                address=("mailer_from_email",),
                name=("mailer_from_name",),
                ports=25,
                needs_host=True,
                enabled={"mailer_transport": ("smtp", "")},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"mailer_encryption": "ssl"}),
                    Mode(Security.STARTTLS, {"mailer_encryption": "tls"}),
                    Mode(Security.CLEARTEXT, {"mailer_encryption": ("", ABSENT)}),
                ),
            ),
            ServiceWords(
                at=("$parameters",),
                url=("mailer_dsn",),
                schemes={"smtp": ("smtp", None), "smtps": ("smtp", Security.IMPLICIT_TLS)},
                modes=DSN_MODES,
                no_verify=("?verify_peer=0|false",),
                address=("mailer_from_email",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
            ),
        ),
        example="config/local.php",
        sources=(
            "https://docs.mautic.org/en/5.x/configuration/settings.html#email-settings",
            "https://github.com/mautic/mautic/blob/5.x/app/bundles/EmailBundle/Config/config.php",
        ),
        dated="2026-11-27",
    ),
)
