"""NetBox: ``EMAIL`` in ``configuration.py``; the flags are Django's."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="netbox",
        title="NetBox",
        syntaxes=("python",),
        files=("configuration.py",),
        services=(
            ServiceWords(
                at=("EMAIL",),
                host=("SERVER",),
                port=("PORT",),
                user=("USERNAME",),
                secret=("PASSWORD",),
                timeout=("TIMEOUT",),
                address=("FROM_EMAIL",),
                default_host="localhost",
                ports=25,
                defaults={"USE_SSL": False, "USE_TLS": False, "TIMEOUT": 10},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"USE_SSL": True},
                        {"USE_SSL": True, "USE_TLS": False},
                    ),
                    Mode(Security.STARTTLS, {"USE_TLS": True}, {"USE_TLS": True, "USE_SSL": False}),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("USE_TLS", "USE_SSL"),),
                exclusive_why="Django raises ValueError when it sends",
            ),
        ),
        example="configuration.py",
        sources=(
            "https://netboxlabs.com/docs/netbox/en/stable/configuration/system/#email",
            "https://github.com/netbox-community/netbox/blob/main/netbox/netbox/settings.py",
        ),
        dated="2026-11-27",
    ),
)
