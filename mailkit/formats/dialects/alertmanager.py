"""Prometheus Alertmanager: port 465 is implicit TLS, else STARTTLS, which is required by default."""

from typing import Any

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security


def _modes(flag: str, force: str) -> tuple[Mode, ...]:
    return (
        Mode(Security.IMPLICIT_TLS, {force: True}),
        Mode(Security.IMPLICIT_TLS, {"@port": 465, force: ABSENT}, {}),
        Mode(Security.STARTTLS, {flag: True}),
        Mode(Security.CLEARTEXT, {flag: False}),
    )


_SHARED: dict[str, Any] = {"host_port": True, "ports": 25}

DIALECTS = (
    Dialect(
        name="alertmanager",
        title="Alertmanager",
        syntaxes=("yaml",),
        files=("alertmanager.yml", "alertmanager.yaml", "alertmanager*.y*ml"),
        marks=("global.smtp_smarthost", "receivers.*.email_configs.*.smarthost"),
        new_file=True,
        services=(
            ServiceWords(
                host=("/global.smtp_smarthost",),
                user=("/global.smtp_auth_username",),
                secret=("/global.smtp_auth_password",),
                secret_file=("/global.smtp_auth_password_file",),
                address=("/global.smtp_from",),
                defaults={"/global.smtp_require_tls": True},
                modes=_modes("/global.smtp_require_tls", "/global.smtp_force_implicit_tls"),
                no_verify=("/global.smtp_tls_config.insecure_skip_verify",),
                **_SHARED,
            ),
            ServiceWords(
                at=("receivers.*.email_configs.*",),
                host=("smarthost",),
                user=("auth_username", "/global.smtp_auth_username"),
                secret=("auth_password", "/global.smtp_auth_password"),
                secret_file=("auth_password_file",),
                address=("from", "/global.smtp_from"),
                defaults={"require_tls": True},
                modes=_modes("require_tls", "force_implicit_tls"),
                no_verify=("tls_config.insecure_skip_verify",),
                **_SHARED,
            ),
        ),
        example="alertmanager.yml",
        sources=(
            "https://prometheus.io/docs/alerting/latest/configuration/#email_config",
            "https://github.com/prometheus/alertmanager/blob/main/notify/email/email.go",
        ),
        dated="2026-11-27",
    ),
)
