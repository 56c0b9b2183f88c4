"""Overseerr and Jellyseerr: ``settings.json``, with Nodemailer's options under other names."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="overseerr",
        title="Overseerr",
        syntaxes=("json",),
        files=("settings.json",),
        marks=("notifications.agents.email.options.smtpHost",),
        services=(
            ServiceWords(
                at=("notifications.agents.email.options",),
                host=("smtpHost",),
                port=("smtpPort",),
                user=("authUser",),
                secret=("authPass",),
                address=("emailFrom",),
                no_verify=("allowSelfSigned",),
                needs_host=True,
                enabled={"/notifications.agents.email.enabled": (True,)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"secure": True}),
                    Mode(Security.IMPLICIT_TLS, {"secure": ABSENT, "@port": 465}, {"secure": True}),
                    Mode(
                        Security.STARTTLS,
                        {"requireTls": True},
                        {"secure": False, "requireTls": True},
                    ),
                    Mode(Security.CLEARTEXT, {"ignoreTls": True}),
                    Mode(Security.STARTTLS, {}, {"secure": False}, optional=True),
                ),
            ),
        ),
        example="settings.json",
        sources=("https://github.com/sct/overseerr/blob/develop/server/lib/email/index.ts",),
        dated="2026-11-28",
    ),
)
