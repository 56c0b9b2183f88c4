"""Graylog: ``transport_email_*`` in ``server.conf``. ``use_tls`` is STARTTLS, ``use_ssl`` implicit TLS."""

from mailkit.formats.dialect import Dialect, EnvNames, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="graylog",
        title="Graylog",
        syntaxes=("ini",),
        files=("server.conf", "graylog.conf"),
        images=("graylog/*", "*/graylog"),
        env=EnvNames("GRAYLOG_", "\0"),
        ignore_case=True,
        flavour="python",
        new_file=True,
        services=(
            ServiceWords(
                host=("transport_email_hostname",),
                port=("transport_email_port",),
                user=("transport_email_auth_username",),
                secret=("transport_email_auth_password",),
                address=("transport_email_from_email",),
                ports=587,
                login_flag=("transport_email_use_auth",),
                enabled={"transport_email_enabled": (True,)},
                defaults={
                    "transport_email_use_tls": True,
                    "transport_email_use_ssl": False,
                    "transport_email_use_auth": True,
                },
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"transport_email_use_ssl": True},
                        {"transport_email_use_ssl": True, "transport_email_use_tls": False},
                    ),
                    Mode(
                        Security.STARTTLS,
                        {"transport_email_use_tls": True},
                        {"transport_email_use_tls": True, "transport_email_use_ssl": False},
                    ),
                    Mode(Security.CLEARTEXT),
                ),
                exclusive=(("transport_email_use_tls", "transport_email_use_ssl"),),
                exclusive_why="Graylog asks to enable one of them only",
            ),
        ),
        example="server.conf",
        sources=(
            "https://go2docs.graylog.org/current/setting_up_graylog/server.conf.html#Email",
            "https://github.com/Graylog2/graylog2-server/blob/master/graylog2-server/src/main/java/org/graylog2/configuration/EmailConfiguration.java",
        ),
        dated="2026-11-27",
    ),
)
