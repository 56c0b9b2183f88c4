"""Vikunja: ``mailer`` in ``config.yml``, ``VIKUNJA_MAILER_*`` in the environment."""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="vikunja",
        title="Vikunja",
        syntaxes=("yaml",),
        files=("config.yml", "config.yaml"),
        images=("vikunja/*", "*/vikunja"),
        marks=("mailer.forcessl", "mailer.fromemail", "mailer.skiptlsverify", "mailer.queuelength"),
        env=EnvNames("VIKUNJA_", "_"),
        ignore_case=True,
        new_file=True,
        services=(
            ServiceWords(
                at=("mailer",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                auth=("authtype",),
                address=("fromemail",),
                no_verify=("skiptlsverify",),
                ports=587,
                defaults={"forcessl": False},
                enabled={"enabled": (True,)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"forcessl": True}),
                    Mode(
                        Security.STARTTLS,
                        {"forcessl": False},
                        optional=True,
                        why="uses STARTTLS only if the server offers it",
                    ),
                ),
            ),
        ),
        example="config.yml",
        sources=(
            "https://github.com/go-vikunja/vikunja/blob/main/config-raw.json",
            "https://github.com/go-vikunja/vikunja/blob/main/pkg/mail/mail.go",
        ),
        dated="2026-11-28",
    ),
)
