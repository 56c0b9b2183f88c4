"""Gatus and Argo CD notifications: Go's gomail, which takes port 465 for implicit TLS and knows no other word."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"@port": 465}),
    Mode(
        Security.STARTTLS,
        optional=True,
        why="uses STARTTLS if the server offers it; only port 465 is implicit TLS",
    ),
)

DIALECTS = (
    Dialect(
        name="gatus",
        title="Gatus",
        syntaxes=("yaml",),
        files=("config.yaml", "config.yml"),
        marks=("endpoints.*.url", "**.endpoints.*.url", "endpoints.*.conditions.*"),
        new_file=True,
        services=(
            ServiceWords(
                at=("alerting.email", "**.alerting.email"),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                no_verify=("client.insecure",),
                needs_host=True,
                modes=_MODES,
            ),
        ),
        example="config.yaml",
        sources=(
            "https://github.com/TwiN/gatus/blob/master/alerting/provider/email/email.go",
            "https://github.com/go-gomail/gomail/blob/v2/smtp.go",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="argocd",
        title="Argo CD notifications",
        syntaxes=("yaml",),
        own_files=("service.email.yaml", "service.email.*.yaml"),
        services=(
            ServiceWords(
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("from",),
                no_verify=("insecure_skip_verify",),
                needs_host=True,
                modes=_MODES,
            ),
        ),
        marks=("insecure_skip_verify",),
        example="service.email.yaml",
        sources=(
            "https://github.com/argoproj/notifications-engine/blob/master/pkg/services/email.go",
            "https://github.com/go-gomail/gomail/blob/v2/smtp.go",
        ),
        dated="2026-11-28",
    ),
)
