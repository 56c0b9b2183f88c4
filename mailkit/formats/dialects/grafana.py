"""Grafana: ``[smtp]`` of ``grafana.ini``. Port 465 is implicit TLS whatever the policy says."""

from dataclasses import replace

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

_MAILER = ServiceWords(
    at=("smtp",),
    host=("host",),
    user=("user",),
    secret=("password",),
    secret_file=("password__file",),
    helo=("ehlo_identity",),
    address=("from_address",),
    name=("from_name",),
    no_verify=("skip_verify",),
    host_port=True,
    port_needed=True,
    default_host="localhost:25",
    enabled={"enabled": (True,)},
    modes=(
        Mode(Security.IMPLICIT_TLS, {"@port": 465}, {}),
        Mode(Security.STARTTLS, {"startTLS_policy": "MandatoryStartTLS"}),
        Mode(Security.CLEARTEXT, {"startTLS_policy": "NoStartTLS"}),
        Mode(
            Security.STARTTLS,
            {"startTLS_policy": ("", "OpportunisticStartTLS")},
            optional=True,
        ),
        Mode(
            Security.STARTTLS,
            {},
            {"startTLS_policy": "MandatoryStartTLS"},
            optional=True,
        ),
    ),
)

DIALECTS = (
    Dialect(
        name="grafana",
        title="Grafana",
        syntaxes=("ini",),
        files=("grafana.ini", "custom.ini", "defaults.ini"),
        images=("grafana/*", "*/grafana"),
        marks=(
            *("smtp.startTLS_policy", "smtp.from_address", "smtp.skip_verify"),
            *("smtp.ehlo_identity", "app_mode", "security.admin_user", "security.admin_password"),
        ),
        env=EnvNames("GF_", "_", 1),
        ignore_case=True,
        new_file=True,
        services=(_MAILER,),
        example="grafana.ini",
        sources=(
            "https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/#smtp",
            "https://github.com/grafana/grafana/blob/main/pkg/services/notifications/smtp.go",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="grafana-helm",
        title="Grafana",
        syntaxes=("yaml",),
        files=("values*.yaml", "values*.yml"),
        marks=(r"**.grafana\.ini.smtp.host",),
        ignore_case=True,
        new_file=True,
        services=(replace(_MAILER, at=(r"**.grafana\.ini.smtp",)),),
        example="values.yaml",
        sources=(
            "https://github.com/grafana/helm-charts/blob/main/charts/grafana/values.yaml",
            "https://github.com/grafana/helm-charts/blob/main/charts/grafana/templates/_config.tpl",
        ),
        dated="2026-11-28",
    ),
)
