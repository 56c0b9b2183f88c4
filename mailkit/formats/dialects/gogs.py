"""Gogs: ``[email]`` of ``app.ini``; the port 465 is implicit TLS, any other STARTTLS if it is offered."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="gogs",
        title="Gogs",
        syntaxes=("ini",),
        files=("app.ini",),
        marks=(
            "email.ENABLED",
            "email.SUBJECT_PREFIX",
            "email.USE_PLAIN_TEXT",
            "email.DISABLE_HELO",
            "BRAND_NAME",
        ),
        new_file=True,
        services=(
            ServiceWords(
                at=("email",),
                host=("HOST",),
                user=("USER",),
                secret=("PASSWORD",),
                helo=("HELO_HOSTNAME",),
                address=("FROM",),
                no_verify=("SKIP_VERIFY",),
                host_port=True,
                port_needed=True,
                enabled={"ENABLED": (True,)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"@port": 465}, {}),
                    Mode(Security.STARTTLS, {}, {}, optional=True),
                ),
            ),
        ),
        example="app.ini",
        sources=(
            "https://github.com/gogs/gogs/blob/main/conf/app.ini",
            "https://github.com/gogs/gogs/blob/main/internal/email/message.go",
        ),
        dated="2026-11-28",
    ),
)
