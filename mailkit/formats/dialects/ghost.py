"""Ghost: nodemailer's options in ``config.production.json`` or as ``mail__options__*``.

Its older name for ``secure``, ``secureConnection``, still wins where it is there.
"""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, Reading, ServiceWords
from mailkit.formats.dialects.nodemailer import MODES
from mailkit.formats.dialects.nodemailer_services import SERVICES
from mailkit.ports import Security

_OLD = "secureConnection"
_OLD_MODES = (
    Mode(Security.IMPLICIT_TLS, {_OLD: True}),
    Mode(Security.STARTTLS, {"requireTLS": True}, {_OLD: False, "requireTLS": True}),
    Mode(Security.CLEARTEXT, {"ignoreTLS": True}),
    Mode(Security.STARTTLS, {}, {_OLD: False}, optional=True),
)

DIALECTS = (
    Dialect(
        name="ghost",
        title="Ghost",
        syntaxes=("json",),
        files=("config.production.json", "config.*.json"),
        images=("ghost", "*/ghost"),
        marks=("mail.options.host", "mail.options.service"),
        env=EnvNames("", "__"),
        newest=True,
        new_file=True,
        services=(
            ServiceWords(
                at=("mail.options",),
                anchor=("host", "service"),
                preset=("service",),
                presets=SERVICES,
                preset_yields=True,
                host=("host",),
                port=("port",),
                user=("auth.user",),
                secret=("auth.pass",),
                address=("/mail.from",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
                defaults={"/mail.transport": "direct"},
                enabled={"/mail.transport": ("smtp", "direct")},
                needs={"/mail.transport": "SMTP"},
                readings=(
                    Reading("secure", MODES),
                    Reading("secureConnection", _OLD_MODES, signs=(_OLD,)),
                ),
                flags=True,
                no_verify=("tls.rejectUnauthorized=false",),
            ),
        ),
        sources=(
            "https://ghost.org/docs/config/#mail",
            "https://github.com/TryGhost/Ghost/blob/main/ghost/core/core/server/services/mail/GhostMailer.js",
            "https://www.npmjs.com/package/@tryghost/nodemailer/v/2.3.14",
        ),
        dated="2026-11-27",
    ),
)
