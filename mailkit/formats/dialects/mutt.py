"""mutt and neomutt: the scheme says implicit TLS; ``ssl_starttls`` and ``ssl_force_tls`` the rest."""

from typing import Any

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"@scheme": ("imaps", "pops", "smtps")}),
    Mode(Security.CLEARTEXT, {"ssl_starttls": False, "ssl_force_tls": False}),
    Mode(Security.STARTTLS, {"ssl_force_tls": True}, {"ssl_force_tls": True}),
    Mode(Security.STARTTLS, {}, {"ssl_starttls": True}, optional=True),
)
_DEFAULTS: dict[str, Any] = {"ssl_starttls": True, "ssl_force_tls": True}
_T = Security.IMPLICIT_TLS

DIALECTS = (
    Dialect(
        name="mutt",
        title="mutt",
        syntaxes=("mutt",),
        own_files=("muttrc", ".muttrc", "neomuttrc", ".neomuttrc"),
        new_file=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol="imap",
                url=("folder", "spoolfile", "spool_file"),
                schemes={
                    "imap": ("imap", None),
                    "imaps": ("imap", _T),
                    "pop": ("pop3", None),
                    "pops": ("pop3", _T),
                },
                user=("imap_user",),
                secret=("imap_pass",),
                defaults=_DEFAULTS,
                modes=_MODES,
                flags=True,
            ),
            ServiceWords(
                url=("smtp_url",),
                schemes={"smtp": ("smtp", None), "smtps": ("smtp", _T)},
                secret=("smtp_pass",),
                address=("from",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25, Security.CLEARTEXT: 25},
                defaults=_DEFAULTS,
                modes=_MODES,
                flags=True,
            ),
        ),
        example=".muttrc",
        sources=(
            "https://neomutt.org/guide/reference#ssl-starttls",
            "https://github.com/neomutt/neomutt/blob/main/docs/config.c",
        ),
        dated="2026-11-27",
    ),
)
