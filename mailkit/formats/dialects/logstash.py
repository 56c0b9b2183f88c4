"""Logstash: the ``email`` output and the ``imap`` input."""

from mailkit.formats.dialect import Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="logstash",
        title="Logstash",
        syntaxes=("logstash",),
        files=("logstash*.conf", "pipeline/*.conf", "conf.d/*.conf"),
        services=(
            ServiceWords(
                at=("**.email", "**.email#2"),
                host=("address",),
                port=("port",),
                user=("username",),
                secret=("password",),
                auth=("authentication",),
                anchor=("address", "to"),
                default_host="localhost",
                ports=25,
                defaults={"use_tls": False},
                modes=(
                    Mode(Security.STARTTLS, {"use_tls": True}, optional=True),
                    Mode(Security.CLEARTEXT, {"use_tls": False}),
                ),
            ),
            ServiceWords(
                role="incoming",
                protocol="imap",
                at=("**.imap",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                verify=("verify_cert",),
                defaults={"secure": True},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"secure": True}),
                    Mode(Security.CLEARTEXT, {"secure": False}),
                ),
            ),
        ),
        example="logstash.conf",
        sources=(
            "https://www.elastic.co/guide/en/logstash/current/plugins-outputs-email.html",
            "https://www.elastic.co/guide/en/logstash/current/plugins-inputs-imap.html",
            "https://github.com/logstash-plugins/logstash-output-email/blob/main/lib/logstash/outputs/email.rb",
        ),
        dated="2026-11-27",
    ),
)
