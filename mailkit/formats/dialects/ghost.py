"""Ghost: nodemailer's options in ``config.production.json`` or as ``mail__options__*``."""

from mailkit.formats.dialect import Dialect, EnvNames, ServiceWords
from mailkit.formats.dialects.nodemailer import MODES

DIALECTS = (
    Dialect(
        name="ghost",
        title="Ghost",
        syntaxes=("json",),
        files=("config.production.json", "config.*.json"),
        images=("ghost", "*/ghost"),
        marks=("mail.options.host", "mail.options.service"),
        env=EnvNames("", "__"),
        services=(
            ServiceWords(
                at=("mail.options",),
                host=("host",),
                port=("port",),
                user=("auth.user",),
                secret=("auth.pass",),
                address=("/mail.from",),
                modes=MODES,
                flags=True,
                no_verify=("tls.rejectUnauthorized=false",),
            ),
        ),
        sources=("https://ghost.org/docs/config/#mail",),
    ),
)
