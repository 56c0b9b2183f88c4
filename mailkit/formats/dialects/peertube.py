"""PeerTube: ``smtp`` in ``production.yaml``. ``tls`` is implicit TLS; else STARTTLS if offered, unless ``disable_starttls``."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="peertube",
        title="PeerTube",
        syntaxes=("yaml",),
        files=("production.yaml", "default.yaml", "local-production.yaml"),
        marks=("smtp.disable_starttls", "smtp.from_address"),
        new_file=True,
        services=(
            ServiceWords(
                at=("smtp",),
                host=("hostname",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from_address",),
                ports=465,
                needs_host=True,
                enabled={"transport": ("smtp", "")},
                defaults={"disable_starttls": False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"tls": True}),
                    Mode(
                        Security.CLEARTEXT,
                        {"disable_starttls": True},
                        {"tls": False, "disable_starttls": True},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {},
                        {"tls": False, "disable_starttls": False},
                        optional=True,
                    ),
                ),
            ),
        ),
        example="production.yaml",
        sources=(
            "https://github.com/Chocobozzz/PeerTube/blob/develop/config/production.yaml.example",
            "https://github.com/Chocobozzz/PeerTube/blob/develop/server/core/lib/emailer.ts",
        ),
        dated="2026-11-27",
    ),
)
