"""NetBox: ``EMAIL`` in ``configuration.py``, and the variables of its image; the flags are Django's."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_WORDS = ServiceWords(
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
)

DIALECTS = (
    Dialect(
        name="netbox",
        title="NetBox",
        syntaxes=("python",),
        files=("configuration.py",),
        new_file=True,
        services=(_WORDS,),
        example="configuration.py",
        sources=(
            "https://netboxlabs.com/docs/netbox/en/stable/configuration/system/#email",
            "https://github.com/netbox-community/netbox/blob/main/netbox/netbox/settings.py",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="netbox-docker",
        title="NetBox",
        syntaxes=("dotenv",),
        files=("netbox.env",),
        images=("netboxcommunity/*", "*/netboxcommunity/*"),
        marks=("SUPERUSER_EMAIL", "CORS_ORIGIN_ALLOW_ALL", "GRAPHQL_ENABLED", "WEBHOOKS_ENABLED"),
        new_file=True,
        services=(
            replace(
                _WORDS,
                at=("",),
                host=("EMAIL_SERVER",),
                port=("EMAIL_PORT",),
                user=("EMAIL_USERNAME",),
                secret=("EMAIL_PASSWORD",),
                timeout=("EMAIL_TIMEOUT",),
                address=("EMAIL_FROM",),
                defaults={"EMAIL_USE_SSL": False, "EMAIL_USE_TLS": False, "EMAIL_TIMEOUT": 10},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"EMAIL_USE_SSL": True},
                        {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"EMAIL_USE_TLS": True},
                        {"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("EMAIL_USE_TLS", "EMAIL_USE_SSL"),),
            ),
        ),
        example="netbox.env",
        sources=(
            "https://github.com/netbox-community/netbox-docker/blob/release/configuration/configuration.py",
            "https://github.com/netbox-community/netbox-docker/blob/release/env/netbox.env",
        ),
        dated="2026-11-28",
    ),
)
