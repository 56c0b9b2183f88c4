"""Matrix Synapse: ``homeserver.yaml``. ``force_tls`` is implicit TLS, ``require_transport_security`` STARTTLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="synapse",
        title="Synapse",
        syntaxes=("yaml",),
        own_files=("homeserver.yaml",),
        marks=(
            *("server_name", "email.notif_from", "email.smtp_pass", "email.force_tls"),
            *("email.require_transport_security", "email.enable_tls"),
        ),
        new_file=True,
        services=(
            ServiceWords(
                at=("email",),
                host=("smtp_host",),
                port=("smtp_port",),
                user=("smtp_user",),
                secret=("smtp_pass",),
                address=("notif_from",),
                default_host="localhost",
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                defaults={
                    "force_tls": False,
                    "require_transport_security": False,
                    "enable_tls": True,
                },
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"force_tls": True}),
                    Mode(
                        Security.STARTTLS,
                        {"require_transport_security": True},
                        {"require_transport_security": True, "force_tls": False},
                    ),
                    Mode(Security.CLEARTEXT, {"enable_tls": False}),
                    Mode(Security.STARTTLS, {}, optional=True),
                ),
            ),
        ),
        sources=(
            "https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html#email",
        ),
        dated="2026-11-27",
    ),
)
