"""Quarkus mailer: ``tls`` is implicit TLS, ``start-tls`` a word."""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="quarkus",
        title="Quarkus",
        syntaxes=("properties", "yaml"),
        files=("application*.properties", "application*.yml", "application*.yaml"),
        marks=("**.quarkus.mailer.host", "**.quarkus.mailer.from"),
        fold=True,
        env=EnvNames("", "_"),
        services=(
            ServiceWords(
                at=("**.quarkus.mailer",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                no_verify=("trust-all",),
                default_host="localhost",
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 587},
                flags=True,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"tls": True}),
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}),
                    Mode(
                        Security.STARTTLS,
                        {"start-tls": "REQUIRED"},
                        {"start-tls": "REQUIRED", "tls": False, "ssl": False},
                    ),
                    Mode(Security.CLEARTEXT, {"start-tls": "DISABLED"}),
                    Mode(
                        Security.STARTTLS,
                        {"start-tls": ("", "OPTIONAL")},
                        {"start-tls": "OPTIONAL"},
                        optional=True,
                    ),
                ),
            ),
        ),
        sources=("https://quarkus.io/guides/mailer-reference",),
    ),
)
