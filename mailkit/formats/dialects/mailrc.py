"""mailx (Heirloom) and s-nail: the scheme of ``smtp`` or ``mta``, and ``smtp-use-starttls``, which ``submission://`` needs too."""

from mailkit.formats.dialect import EMPTY, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T, _S = Security.IMPLICIT_TLS, Security.STARTTLS


def _mailbox(protocol: str) -> ServiceWords:
    """A mailbox as the folder: an account's ``folder=imaps://kim@imap.example.com``."""
    upgrade = f"{protocol}-use-starttls"
    return ServiceWords(
        role="incoming",
        protocol=protocol,
        at=("", "account.*"),
        url=("folder", "inbox", "MAIL"),
        schemes={protocol: (protocol, None), f"{protocol}s": (protocol, _T)},
        user=("user",),
        secret=("password",),
        address=("from",),
        flags=True,
        no_verify=("ssl-verify=ignore|warn", "tls-verify=ignore|warn"),
        modes=(Mode(_S, {upgrade: (True, EMPTY)}, {upgrade: True}), Mode(Security.CLEARTEXT)),
    )


DIALECTS = (
    Dialect(
        name="mailx",
        title="mailx",
        syntaxes=("mailrc",),
        own_files=(".mailrc", "mailrc", "mail.rc", "s-nail.rc", "nail.rc"),
        services=(
            ServiceWords(
                at=("", "account.*"),
                url=("smtp", "mta"),
                host=("smtp",),
                user=("smtp-auth-user", "user"),
                secret=("smtp-auth-password", "password"),
                auth=("smtp-auth",),
                auths={"none": "password", "auto": "password", "true": "password"},
                address=("from",),
                host_port=True,
                needs_host=True,
                prefixes={"smtps://": _T},
                flags=True,
                schemes={
                    "smtp": ("smtp", None),
                    "smtps": ("smtp", _T),
                    "submission": ("smtp", None),
                    "submissions": ("smtp", _T),
                },
                scheme_ports={"smtps": 465, "submission": 587, "submissions": 465},
                ports=25,
                no_verify=("ssl-verify=ignore|warn", "tls-verify=ignore|warn"),
                modes=(
                    Mode(_S, {"smtp-use-starttls": (True, EMPTY)}, {"smtp-use-starttls": True}),
                    Mode(Security.CLEARTEXT),
                ),
            ),
            _mailbox("imap"),
            _mailbox("pop3"),
        ),
        example=".mailrc",
        sources=(
            "https://www.sdaoden.eu/code-nail.html",
            "https://manpages.debian.org/bookworm/s-nail/s-nail.1.en.html",
            "https://heirloom.sourceforge.net/mailx/mailx.1.html",
        ),
        dated="2026-11-28",
    ),
)
