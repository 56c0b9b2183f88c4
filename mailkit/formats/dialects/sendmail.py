"""Sendmail with a smart host. STARTTLS is used where it is offered; there is no implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="sendmail",
        title="Sendmail",
        syntaxes=("sendmail",),
        files=("sendmail.mc", "*.mc"),
        services=(
            ServiceWords(
                host=("SMART_HOST",),
                port=("RELAY_MAILER_ARGS", "ESMTP_MAILER_ARGS"),
                needs_host=True,
                ports=25,
                modes=(Mode(Security.STARTTLS, {}, {}, optional=True),),
            ),
        ),
        example="sendmail.mc",
        sources=("https://www.sendmail.org/~ca/email/doc8.12/cf/m4/starttls.html",),
        dated="2026-11-27",
    ),
)
