"""Apache Airflow: ``[smtp]`` of ``airflow.cfg``. STARTTLS is on by default, beside ``smtp_ssl`` too."""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, Reading, ServiceWords
from mailkit.ports import Security

_MODES = (
    Mode(Security.IMPLICIT_TLS, {"smtp_ssl": True}, {"smtp_ssl": True, "smtp_starttls": False}),
    Mode(Security.STARTTLS, {"smtp_starttls": True}, {"smtp_starttls": True, "smtp_ssl": False}),
    Mode(Security.CLEARTEXT),
)
_LOGIN = ("smtp_user", "smtp_password", "smtp_password_cmd")
_CONNECTION = "The login is in the connection smtp_default."

DIALECTS = (
    Dialect(
        name="airflow",
        title="Airflow",
        syntaxes=("ini",),
        files=("airflow.cfg",),
        images=("apache/airflow", "*/airflow"),
        marks=("smtp.smtp_host",),
        flavour="python",
        ignore_case=True,
        env=EnvNames("AIRFLOW__", "__"),
        versions_in={
            "image": r":(?:slim-)?(?:(?P<v0>[3-9]|\d\d)|(?P<v1>[12]))\.",
            "requirements.txt": r"(?m)^apache-airflow(?:-core)?\S*?==(?:(?P<v0>[3-9]|\d\d)|(?P<v1>[12]))\.",
        },
        new_file=True,
        services=(
            ServiceWords(
                at=("smtp",),
                host=("smtp_host",),
                port=("smtp_port",),
                user=("smtp_user",),
                secret=("smtp_password",),
                secret_command=("smtp_password_cmd",),
                address=("smtp_mail_from",),
                timeout=("smtp_timeout",),
                default_host="localhost",
                ports=25,
                defaults={"smtp_starttls": True, "smtp_ssl": False},
                readings=(
                    Reading("Airflow 3 and later", _MODES, dict.fromkeys(_LOGIN, _CONNECTION)),
                    Reading("Airflow 2 and earlier", _MODES),
                ),
                exclusive=(("smtp_starttls", "smtp_ssl"),),
                exclusive_why="Airflow asks for STARTTLS inside a TLS connection then",
                exclusive_defaults=True,
            ),
        ),
        sources=(
            "https://airflow.apache.org/docs/apache-airflow/stable/configurations-ref.html#smtp",
            "https://github.com/apache/airflow/blob/main/airflow-core/src/airflow/utils/email.py",
            "https://github.com/apache/airflow/blob/2.10.5/airflow/utils/email.py",
        ),
        dated="2026-11-27",
    ),
)
