"""Penpot: ``PENPOT_SMTP_TLS`` requires STARTTLS, ``PENPOT_SMTP_SSL`` is implicit TLS."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TLS, _SSL = "PENPOT_SMTP_TLS", "PENPOT_SMTP_SSL"

DIALECTS = (
    Dialect(
        name="penpot",
        title="Penpot",
        syntaxes=("dotenv",),
        images=("penpotapp/*", "*/penpotapp/*"),
        marks=("PENPOT_SMTP_HOST",),
        new_file=True,
        services=(
            ServiceWords(
                host=("PENPOT_SMTP_HOST",),
                port=("PENPOT_SMTP_PORT",),
                user=("PENPOT_SMTP_USERNAME",),
                secret=("PENPOT_SMTP_PASSWORD",),
                address=("PENPOT_SMTP_DEFAULT_FROM",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                flags=True,
                needs_host=True,
                defaults={_TLS: False, _SSL: False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {_SSL: True}, {_SSL: True, _TLS: False}),
                    Mode(Security.STARTTLS, {_TLS: True}, {_TLS: True, _SSL: False}),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=((_TLS, _SSL),),
                exclusive_why="it asks for STARTTLS inside TLS, and the server refuses it",
            ),
        ),
        sources=("https://github.com/penpot/penpot/blob/develop/backend/src/app/email.clj",),
        dated="2026-11-28",
    ),
)
