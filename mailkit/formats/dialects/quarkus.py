"""Quarkus mailer: ``tls`` is implicit TLS, ``start-tls`` a word."""

from mailkit.formats.dialect import ABSENT, Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="quarkus",
        title="Quarkus",
        syntaxes=("properties", "yaml"),
        files=("application*.properties", "application*.yml", "application*.yaml"),
        marks=(
            "**.quarkus.mailer.host",
            "**.quarkus.mailer.from",
            "**.quarkus.mailer.*.host",
        ),
        fold=True,
        env=EnvNames("", "_"),
        new_file=True,
        services=(
            ServiceWords(
                at=("**.quarkus.mailer", "**.quarkus.mailer.*"),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                no_verify=("trust-all",),
                default_host="localhost",
                ports={Security.IMPLICIT_TLS: 587, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                flags=True,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"tls": True}),
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"trust-all": True, "tls": ABSENT, "tls-configuration-name": ABSENT},
                        {"tls": True},
                        why="begins with TLS where trust-all is on and tls is not set",
                    ),
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
        sources=(
            "https://quarkus.io/guides/mailer-reference",
            "https://github.com/quarkusio/quarkus/blob/main/extensions/mailer/runtime/src/main/java/io/quarkus/mailer/runtime/MailerRuntimeConfig.java",
            "https://github.com/quarkusio/quarkus/blob/main/extensions/mailer/runtime/src/main/java/io/quarkus/mailer/runtime/Mailers.java",
        ),
        dated="2026-11-27",
    ),
)
