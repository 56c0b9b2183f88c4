"""Settings in people's words: what providers write in mails and help pages, and the texts of dialogs."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

PROSE = "this text"
"""How messages name a text of people."""

_MODES = (
    Mode(Security.STARTTLS, {"security": "starttls"}, {"security": "STARTTLS"}),
    Mode(
        Security.IMPLICIT_TLS,
        {"security": ("implicit-tls", "imaps", "pop3s", "pops", "smtps")},
        {"security": "SSL/TLS"},
    ),
    Mode(
        Security.IMPLICIT_TLS,
        {"security": ("ssl", "tls", "ssl/tls", "tls/ssl"), "@port": (465, 993, 995)},
        {"security": "SSL/TLS"},
    ),
    Mode(
        Security.STARTTLS,
        {"security": "tls", "@port": (25, 110, 143, 587, 2525)},
        {"security": "STARTTLS"},
    ),
    Mode(Security.CLEARTEXT, {"security": "none"}),
)

DIALECTS = (
    Dialect(
        name="notes",
        title=PROSE,
        syntaxes=("notes",),
        services=tuple(
            ServiceWords(
                role="outgoing" if protocol == "smtp" else "incoming",
                protocol=protocol,
                at=(f"*.{protocol}",),
                host=("host",),
                port=("port",),
                user=("user",),
                modes=_MODES,
                ambiguous=("security",),
            )
            for protocol in ("imap", "pop3", "smtp")
        ),
        example="settings.txt",
        sources=(
            "Mails, help pages and dialogs of providers and mail programs, in nine languages.",
        ),
        dated="2026-11-28",
    ),
)
