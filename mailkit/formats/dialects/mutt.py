"""mutt and neomutt: the scheme says implicit TLS; ``ssl_starttls`` and ``ssl_force_tls`` the rest."""

from typing import Any

from mailkit.formats.dialect import OTHERS, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"@scheme": ("imaps", "pops", "smtps")}),
    Mode(Security.CLEARTEXT, {"ssl_starttls": False, "ssl_force_tls": False}),
    Mode(Security.STARTTLS, {"ssl_force_tls": True}, {"ssl_force_tls": True}),
    Mode(Security.STARTTLS, {}, {"ssl_starttls": True}, optional=True),
)
_DEFAULTS: dict[str, Any] = {"ssl_starttls": True, "ssl_force_tls": True}
_AUTHS = {
    "xoauth2": "xoauth2",
    "oauthbearer": "oauthbearer",
    "plain": "plain",
    "login": "login",
} | {
    "oauthbearer:xoauth2": "oauthbearer",
    "xoauth2:oauthbearer": "xoauth2",
    OTHERS: "password",
}
"""Of several words the program takes what the server offers; those of OAuth tell what the command prints."""


def _token(protocol: str) -> tuple[str, ...]:
    """The command that prints a token, where the program logs in by one."""
    command, words = f"{protocol}_oauth_refresh_command", f"{protocol}_authenticators"
    return tuple(
        f"{command}?{words}={word}"
        for word, auth in _AUTHS.items()
        if "oauth" in auth or "xoauth" in auth
    )


_T = Security.IMPLICIT_TLS


def _mailbox(
    name: str, schemes: dict[str, tuple[str, Security | None]], *urls: str
) -> ServiceWords:
    return ServiceWords(
        role="incoming",
        protocol="pop3" if name == "pop" else "imap",
        at=("", "hook.*"),
        auth=(f"{name}_authenticators",),
        auths=_AUTHS,
        secret_command=_token(name),
        url=(*urls, "spoolfile", "spool_file"),
        schemes=schemes,
        user=(f"{name}_user",),
        secret=(f"{name}_pass",),
        defaults=_DEFAULTS,
        modes=_MODES,
        flags=True,
    )


DIALECTS = (
    Dialect(
        name="mutt",
        title="mutt",
        syntaxes=("mutt",),
        own_files=("muttrc", ".muttrc", "neomuttrc", ".neomuttrc"),
        new_file=True,
        services=(
            _mailbox("imap", {"imap": ("imap", None), "imaps": ("imap", _T)}, "folder"),
            _mailbox("pop", {"pop": ("pop3", None), "pops": ("pop3", _T)}, "pop_host", "folder"),
            ServiceWords(
                at=("", "hook.*"),
                auth=("smtp_authenticators",),
                auths=_AUTHS,
                secret_command=_token("smtp"),
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
