"""Authelia: ``notifier.smtp``. The scheme of ``address`` says it; without it the port 465 is implicit TLS, others need STARTTLS."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_SHARED = ServiceWords(
    at=("notifier.smtp",),
    user=("username",),
    secret=("password",),
    helo=("identifier",),
    secret_file=("password_file",),
    address=("sender",),
    no_verify=("tls.skip_verify",),
    ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 587, Security.CLEARTEXT: 25},
    defaults={"disable_starttls": False, "disable_require_tls": False},
    modes=(
        Mode(Security.IMPLICIT_TLS, {"@port": 465}, {}),
        Mode(Security.CLEARTEXT, {"disable_starttls": True}),
        Mode(Security.STARTTLS, {"disable_require_tls": True}, optional=True),
        Mode(Security.STARTTLS, {}, {"disable_starttls": False, "disable_require_tls": False}),
    ),
)

DIALECTS = (
    Dialect(
        name="authelia",
        title="Authelia",
        syntaxes=("yaml",),
        files=("configuration.yml", "configuration.yaml", "configuration.*.yml"),
        images=("authelia/*", "*/authelia", "*/authelia/*"),
        marks=("notifier.smtp.address", "notifier.smtp.host", "notifier.smtp.sender"),
        env=EnvNames("AUTHELIA_", "_", 2),
        ignore_case=True,
        new_file=True,
        services=(
            replace(
                _SHARED,
                url=("address",),
                schemes={
                    "submission": ("smtp", Security.STARTTLS),
                    "submissions": ("smtp", Security.IMPLICIT_TLS),
                    "smtp": ("smtp", Security.STARTTLS),
                },
                scheme_ports={"smtp": 25, "submission": 587, "submissions": 465},
            ),
            replace(_SHARED, host=("host",), port=("port",)),
        ),
        example="configuration.yml",
        sources=(
            "https://www.authelia.com/configuration/notifications/smtp/",
            "https://github.com/authelia/authelia/blob/master/internal/notification/smtp_notifier.go",
        ),
        dated="2026-11-27",
    ),
)
