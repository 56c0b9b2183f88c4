"""Monit: ``set mailserver``. Any word for encryption means STARTTLS on 25 and 587, and TLS from the first byte elsewhere."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="monit",
        title="Monit",
        syntaxes=("monit",),
        files=("monitrc", ".monitrc", "monit.conf"),
        services=(
            ServiceWords(
                at=("mailserver.*",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                no_verify=("verify=disable",),
                ports=25,
                modes=(
                    Mode(Security.STARTTLS, {"ssl": True, "@port": (None, 25, 587)}),
                    Mode(Security.IMPLICIT_TLS, {"ssl": True}),
                    Mode(Security.CLEARTEXT, {"ssl": False}),
                ),
            ),
        ),
        example="monitrc",
        sources=(
            "https://mmonit.com/monit/documentation/monit.html#Setting-a-mail-server-for-alert-delivery",
            "https://bitbucket.org/tildeslash/monit/src/master/src/p.y",
        ),
        dated="2026-11-28",
    ),
)
