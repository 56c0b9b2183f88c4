"""Alpine: servers with ``/ssl`` (implicit TLS), ``/tls`` (STARTTLS required) or ``/notls``; else STARTTLS if offered."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"security": ("ssl", "tls1", "tls1_1", "tls1_2", "tls1_3")}),
    Mode(Security.STARTTLS, {"security": ("tls", "starttls", "tls-sslv23")}),
    Mode(Security.CLEARTEXT, {"security": ("notls", "nostarttls")}),
    Mode(Security.STARTTLS, {"security": ABSENT}, {"security": "tls"}, optional=True),
)

DIALECTS = (
    Dialect(
        name="alpine",
        title="Alpine",
        syntaxes=("pinerc",),
        own_files=(".pinerc", "pinerc", "pine.conf"),
        services=(
            ServiceWords(
                at=("smtp-server.*",),
                host=("host",),
                port=("port",),
                user=("user",),
                no_verify=("novalidate-cert",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                modes=_MODES,
            ),
            ServiceWords(
                role="incoming",
                protocol=("service",),
                protocols={"": "imap", "imap": "imap", "pop3": "pop3", "nntp": ""},
                at=("inbox-path.*", "incoming-folders.*", "folder-collections.*"),
                host=("host",),
                port=("port",),
                user=("user",),
                no_verify=("novalidate-cert",),
                modes=_MODES,
            ),
        ),
        example=".pinerc",
        sources=(
            "https://alpineapp.email/alpine/alpine-info/misc/remote.html",
            "https://sources.debian.org/src/alpine/2.26+dfsg-1/imap/src/c-client/mail.c/",
            "https://sources.debian.org/src/alpine/2.26+dfsg-1/imap/src/c-client/smtp.c/",
        ),
        dated="2026-11-27",
    ),
)
