"""Alpine: servers with ``/ssl`` (implicit TLS), ``/tls`` (STARTTLS required) or ``/notls``; else STARTTLS if offered."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"security": "ssl"}),
    Mode(Security.STARTTLS, {"security": ("tls", "tls-sslv23")}),
    Mode(Security.CLEARTEXT, {"security": "notls"}),
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
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
                modes=_MODES,
            ),
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("inbox-path.*",),
                host=("host",),
                port=("port",),
                user=("user",),
                no_verify=("novalidate-cert",),
                modes=_MODES,
            ),
        ),
        example=".pinerc",
        sources=("https://alpineapp.email/alpine/alpine-info/misc/remote.html",),
    ),
)
