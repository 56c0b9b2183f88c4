"""Roundcube: ``config.inc.php``. ``ssl://`` is implicit TLS, ``tls://`` STARTTLS; without them no port encrypts."""

from typing import Any

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.formats.dialects.phpmailer import PREFIXES
from mailkit.ports import Security

_HOSTS: dict[str, Any] = {
    "prefixes": PREFIXES | {"imaps://": Security.IMPLICIT_TLS, "smtps://": Security.IMPLICIT_TLS},
    "modes": (Mode(Security.CLEARTEXT, {}, {}),),
    "placeholders": ("%u", "%d"),
}
_SHARED = {"at": ("$config", "$rcmail_config"), "host_port": True, "joined": True, **_HOSTS}

DIALECTS = (
    Dialect(
        name="roundcube",
        title="Roundcube",
        syntaxes=("php",),
        files=("config.inc.php", "main.inc.php"),
        marks=(
            "$config.imap_host",
            "$config.default_host",
            "$config.smtp_host",
            "$rcmail_config.default_host",
            "$config.smtp_server",
        ),
        new_file=True,
        services=(
            ServiceWords(
                role="incoming",
                protocol="imap",
                host=("imap_host", "default_host"),
                port=("default_port",),
                ports={Security.IMPLICIT_TLS: 993, Security.STARTTLS: 143, Security.CLEARTEXT: 143},
                verify=("imap_conn_options.ssl.verify_peer",),
                **_SHARED,
            ),
            ServiceWords(
                host=("smtp_host", "smtp_server"),
                port=("smtp_port",),
                user=("smtp_user",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
                verify=("smtp_conn_options.ssl.verify_peer",),
                **_SHARED,
            ),
        ),
        sources=(
            "https://github.com/roundcube/roundcubemail/wiki/Configuration",
            "https://github.com/roundcube/roundcubemail/blob/master/config/defaults.inc.php",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="roundcube-docker",
        title="the Roundcube image",
        syntaxes=("dotenv",),
        images=("roundcube/*", "*/roundcube/*"),
        marks=("ROUNDCUBEMAIL_DEFAULT_HOST", "ROUNDCUBEMAIL_SMTP_SERVER"),
        services=(
            ServiceWords(
                role="incoming",
                protocol="imap",
                host=("ROUNDCUBEMAIL_DEFAULT_HOST",),
                port=("ROUNDCUBEMAIL_DEFAULT_PORT",),
                ports=143,
                **_HOSTS,
            ),
            ServiceWords(
                host=("ROUNDCUBEMAIL_SMTP_SERVER",),
                port=("ROUNDCUBEMAIL_SMTP_PORT",),
                ports=587,
                **_HOSTS,
            ),
        ),
        sources=(
            "https://github.com/roundcube/roundcubemail-docker/blob/master/templates/docker-entrypoint.sh",
        ),
        dated="2026-11-28",
    ),
)
