"""Elasticsearch (Watcher accounts) and ElastAlert."""

from mailkit.formats.dialect import Dialect, Ignored, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="elasticsearch",
        title="Elasticsearch",
        syntaxes=("yaml",),
        files=("elasticsearch.yml",),
        fold=True,
        new_file=True,
        new_at=("xpack", "notification", "email", "account", "default", "smtp"),
        services=(
            ServiceWords(
                at=("xpack.notification.email.account.*.smtp",),
                host=("host",),
                port=("port",),
                user=("user",),
                secret=("password",),
                no_verify=("ssl.trust=*",),
                ports=25,
                defaults={"starttls.enable": False, "starttls.required": False},
                modes=(
                    Mode(
                        Security.STARTTLS,
                        {"starttls.required": True},
                        {"starttls.enable": True, "starttls.required": True},
                    ),
                    Mode(Security.STARTTLS, {"starttls.enable": True}, optional=True),
                    Mode(Security.CLEARTEXT),
                ),
                ignored=(
                    Ignored(
                        "ssl.enable",
                        "The node does not start with it, and Watcher has no implicit TLS: use port "
                        "587 and starttls.required: true.",
                    ),
                    Ignored(
                        "password",
                        "Elasticsearch 7 and later do not start with it: add smtp.secure_password "
                        "to the keystore.",
                    ),
                ),
            ),
        ),
        example="elasticsearch.yml",
        sources=(
            "https://www.elastic.co/guide/en/elasticsearch/reference/current/notification-settings.html#email-notification-settings",
            "https://github.com/elastic/elasticsearch/blob/main/x-pack/plugin/watcher/src/main/java/org/elasticsearch/xpack/watcher/notification/email/EmailService.java",
            "https://github.com/elastic/elasticsearch/blob/main/x-pack/plugin/watcher/src/main/java/org/elasticsearch/xpack/watcher/notification/email/Account.java",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="elastalert",
        title="ElastAlert",
        syntaxes=("yaml",),
        files=("elastalert*.y*ml", "*rule*.y*ml", "config.yaml"),
        marks=("from_addr", "smtp_auth_file", "es_host"),
        new_file=True,
        services=(
            ServiceWords(
                host=("smtp_host",),
                port=("smtp_port",),
                secret_in_file=("smtp_auth_file",),
                address=("from_addr",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
                defaults={"smtp_ssl": False},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_ssl": True}),
                    Mode(Security.STARTTLS, {"smtp_ssl": False}, optional=True),
                ),
            ),
        ),
        example="config.yaml",
        sources=(
            "https://elastalert2.readthedocs.io/en/latest/alerts.html#email",
            "https://github.com/jertel/elastalert2/blob/master/elastalert/alerters/email.py",
        ),
        dated="2026-11-27",
    ),
)
