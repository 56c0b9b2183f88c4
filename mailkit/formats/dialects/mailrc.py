"""mailx (Heirloom) and s-nail: the scheme of ``mta`` or ``smtp``, and ``smtp-use-starttls``."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_T, _S = Security.IMPLICIT_TLS, Security.STARTTLS

DIALECTS = (
    Dialect(
        name="mailx",
        title="mailx",
        syntaxes=("mailrc",),
        own_files=(".mailrc", "mailrc", "mail.rc", "s-nail.rc", "nail.rc"),
        services=(
            ServiceWords(
                at=("", "account.*"),
                url=("mta", "smtp"),
                host=("smtp",),
                user=("smtp-auth-user",),
                secret=("smtp-auth-password",),
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
                    "submission": ("smtp", _S),
                    "submissions": ("smtp", _T),
                },
                scheme_ports={"smtps": 465, "submission": 587, "submissions": 465},
                ports=25,
                no_verify=("ssl-verify=ignore|warn", "tls-verify=ignore|warn"),
                modes=(
                    Mode(_S, {"smtp-use-starttls": (True, "")}, {"smtp-use-starttls": True}),
                    Mode(Security.CLEARTEXT),
                ),
            ),
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
