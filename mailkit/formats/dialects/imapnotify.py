"""goimapnotify: ``tls`` is TLS from the first byte, unless ``tlsOptions`` has ``starttls``."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="imapnotify",
        title="goimapnotify",
        syntaxes=("json", "yaml"),
        files=("*imapnotify*",),
        own_files=("imapnotify.conf", "goimapnotify.conf", "goimapnotify.yaml"),
        ignore_case=True,
        marks=("**.onNewMail", "**.onNewMailPost", "**.onNotify"),
        services=(
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("", "#", "configurations.#"),
                host=("host", "hostCmd"),
                port=("port",),
                user=("username", "usernameCmd"),
                secret=("password",),
                secret_command=("passwordCmd",),
                auth=("xoAuth2", "xoauth2"),
                auths={"true": "xoauth2", "false": "password"},
                verify=("tlsOptions.rejectUnauthorized",),
                modes=(
                    Mode(
                        Security.STARTTLS,
                        {"tls": True, "tlsOptions.starttls": True},
                        {"tls": True, "tlsOptions.starttls": True},
                    ),
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"tls": True},
                        {"tls": True, "tlsOptions.starttls": False},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
            ),
        ),
        example="goimapnotify.yaml",
        sources=(
            "https://gitlab.com/shackra/goimapnotify/-/blob/master/README.md",
            "https://gitlab.com/shackra/goimapnotify/-/blob/master/config.go",
        ),
        dated="2026-11-28",
    ),
)
