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


def _services(config: str, root: str) -> tuple[ServiceWords, ...]:
    """The server of all receivers, and those of single ones.

    ``config`` is the pattern of the path above both, ``root`` how a key of the first begins for the second.
    """
    above = f"{config}." if config else ""
    return (
        ServiceWords(
            at=(f"{above}global",),
            host=("smtp_smarthost",),
            user=("smtp_auth_username",),
            secret=("smtp_auth_password",),
            secret_file=("smtp_auth_password_file",),
            address=("smtp_from",),
            defaults={"smtp_require_tls": True},
            modes=_modes("smtp_require_tls", "smtp_force_implicit_tls"),
            no_verify=("smtp_tls_config.insecure_skip_verify",),
            **_SHARED,
        ),
        ServiceWords(
            at=(f"{above}receivers.*.email_configs.*",),
            host=("smarthost",),
            user=("auth_username", f"{root}global.smtp_auth_username"),
            secret=("auth_password", f"{root}global.smtp_auth_password"),
            secret_file=("auth_password_file",),
            address=("from", f"{root}global.smtp_from"),
            defaults={"require_tls": True},
            modes=_modes("require_tls", "force_implicit_tls"),
            no_verify=("tls_config.insecure_skip_verify",),
            **_SHARED,
        ),
    )


DIALECTS = (
    Dialect(
        name="alertmanager",
        title="Alertmanager",
        syntaxes=("yaml",),
        files=("alertmanager.yml", "alertmanager.yaml", "alertmanager*.y*ml"),
        marks=("global.smtp_smarthost", "receivers.*.email_configs.*.smarthost"),
        new_file=True,
        services=_services("", "/"),
        example="alertmanager.yml",
        sources=(
            "https://prometheus.io/docs/alerting/latest/configuration/#email_config",
            "https://github.com/prometheus/alertmanager/blob/main/notify/email/email.go",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="alertmanager-helm",
        title="Alertmanager",
        syntaxes=("yaml",),
        files=("values.yaml", "values*.yaml"),
        marks=(
            "**.alertmanager.config.global.smtp_smarthost",
            "**.alertmanager.config.receivers.*.email_configs.*.smarthost",
        ),
        services=_services("**.alertmanager.config", "/**.alertmanager.config."),
        example="values.yaml",
        sources=(
            "https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/values.yaml",
            "https://github.com/prometheus/alertmanager/blob/main/notify/email/email.go",
        ),
        dated="2026-11-28",
    ),
)
