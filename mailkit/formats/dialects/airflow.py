"""Apache Airflow: ``[smtp]`` of ``airflow.cfg``; STARTTLS is on by default."""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

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
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"smtp_ssl": True},
                        {"smtp_ssl": True, "smtp_starttls": False},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"smtp_starttls": True},
                        {"smtp_starttls": True, "smtp_ssl": False},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("smtp_starttls", "smtp_ssl"),),
                exclusive_why="Airflow asks for STARTTLS inside a TLS connection then",
            ),
        ),
        sources=(
            "https://airflow.apache.org/docs/apache-airflow/stable/configurations-ref.html#smtp",
        ),
    ),
)
