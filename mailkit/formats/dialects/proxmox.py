"""Proxmox VE and Backup Server: ``notifications.cfg``. ``tls`` is implicit TLS and the default."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="proxmox",
        title="Proxmox",
        syntaxes=("proxmox",),
        own_files=("notifications.cfg",),
        services=(
            ServiceWords(
                at=("smtp.*",),
                host=("server",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from-address",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
                defaults={"mode": "tls"},
                enabled={"disable": (False,)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"mode": "tls"}),
                    Mode(Security.STARTTLS, {"mode": "starttls"}),
                    Mode(Security.CLEARTEXT, {"mode": "insecure"}),
                ),
            ),
        ),
        sources=(
            "https://pve.proxmox.com/pve-docs/chapter-notifications.html",
            "https://github.com/proxmox/proxmox-rs/blob/master/proxmox-notify/src/endpoints/smtp.rs",
        ),
        dated="2026-11-27",
    ),
)
