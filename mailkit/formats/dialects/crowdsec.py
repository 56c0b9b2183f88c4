"""CrowdSec: ``notifications/email.yaml``. Without ``encryption_type`` it is implicit TLS, on port 25 too."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_TYPE = "encryption_type"

DIALECTS = (
    Dialect(
        name="crowdsec",
        title="CrowdSec",
        syntaxes=("yaml",),
        files=("email.yaml", "email*.yaml"),
        marks=("receiver_emails.*", _TYPE),
        services=(
            ServiceWords(
                host=("smtp_host",),
                port=("smtp_port",),
                user=("smtp_username",),
                secret=("smtp_password",),
                helo=("helo_host",),
                auth=("auth_type",),
                auths={"none": "password", "crammd5": "cram-md5"},
                address=("sender_email",),
                ports=25,
                needs_host=True,
                defaults={_TYPE: "ssltls"},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {_TYPE: "ssltls"}),
                    Mode(Security.STARTTLS, {_TYPE: "starttls"}),
                    Mode(Security.CLEARTEXT, {_TYPE: "none"}),
                ),
            ),
        ),
        example="email.yaml",
        sources=(
            "https://github.com/crowdsecurity/crowdsec/blob/master/cmd/notification-email/main.go",
            "https://docs.crowdsec.net/docs/notification_plugins/email",
        ),
        dated="2026-11-28",
    ),
)
