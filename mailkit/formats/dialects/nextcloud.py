"""Nextcloud and ownCloud: ``config.php``. Only ``ssl`` is read; otherwise the port decides."""

from dataclasses import replace

from mailkit.formats.dialect import ABSENT, Dialect, Mode, Reading, ServiceWords
from mailkit.ports import Security

_TLS, _STARTTLS, _NONE = Security.IMPLICIT_TLS, Security.STARTTLS, Security.CLEARTEXT


def _readings(key: str, *more: Mode) -> tuple[Reading, ...]:
    """Since 26 the transport is Symfony's, before it was Swift Mailer's."""
    return (
        Reading(
            "Nextcloud 26 and later",
            (
                Mode(_TLS, {key: "ssl"}),
                *more,
                Mode(_TLS, {"@port": 465}, {key: "ssl"}),
                Mode(_STARTTLS, {key: ("", "tls", "true", "starttls")}, {key: ""}, optional=True),
            ),
        ),
        Reading(
            "Nextcloud 25 and earlier",
            (
                Mode(_TLS, {key: "ssl"}),
                Mode(_STARTTLS, {key: "tls"}),
                Mode(_NONE, {key: ("", ABSENT)}),
            ),
        ),
    )


_WORDS = ServiceWords(
    at=("$CONFIG",),
    host=("mail_smtphost",),
    port=("mail_smtpport",),
    user=("mail_smtpname",),
    secret=("mail_smtppassword",),
    auth=("mail_smtpauthtype",),
    timeout=("mail_smtptimeout",),
    verify=("mail_smtpstreamoptions.ssl.verify_peer",),
    default_host="127.0.0.1",
    ports=25,
    login_flag=("mail_smtpauth",),
    enabled={"mail_smtpmode": ("smtp", "", "php", "qmail")},
    readings=_readings("mail_smtpsecure"),
)

DIALECTS = (
    Dialect(
        name="nextcloud",
        title="Nextcloud",
        syntaxes=("php",),
        files=("config.php", "*.config.php"),
        marks=("$CONFIG.mail_smtphost",),
        newest=True,
        versions_in={"=/$CONFIG.version": r"^(?:(?P<v0>2[6-9]|[3-9]\d)|(?P<v1>\d|1\d|2[0-5]))\."},
        new_file=True,
        services=(_WORDS,),
        example="config.php",
        sources=(
            "https://github.com/nextcloud/server/blob/master/lib/private/Mail/Mailer.php",
            "https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/email_configuration.html",
            "https://github.com/nextcloud/server/pull/30349",
            "https://github.com/nextcloud/documentation/pull/11520",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="nextcloud-ansible",
        title="Nextcloud",
        syntaxes=("yaml", "json"),
        marks=("**.mail_smtphost",),
        newest=True,
        services=(replace(_WORDS, at=("**",)),),
        example="group_vars/nextcloud.yml",
        sources=(
            "https://github.com/nextcloud/server/blob/master/lib/private/Mail/Mailer.php",
            "https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/occ_command.html#setting-multiple-configuration-values",
        ),
        dated="2026-11-28",
    ),
    Dialect(
        name="nextcloud-docker",
        title="the Nextcloud image",
        syntaxes=("dotenv",),
        images=("nextcloud", "*/nextcloud", "nextcloud/*"),
        marks=("MAIL_FROM_ADDRESS_AND_DOMAIN",),
        newest=True,
        versions_in={"image": r":(?:(?P<v0>2[6-9]|[3-9]\d)|(?P<v1>1\d|2[0-5]))\b"},
        new_file=True,
        services=(
            ServiceWords(
                host=("SMTP_HOST",),
                port=("SMTP_PORT",),
                user=("SMTP_NAME",),
                secret=("SMTP_PASSWORD",),
                secret_file=("SMTP_PASSWORD_FILE",),
                auth=("SMTP_AUTHTYPE",),
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
                readings=_readings(
                    "SMTP_SECURE",
                    Mode(_TLS, {"SMTP_SECURE": "tls", "@port": None}, {"SMTP_SECURE": "ssl"}),
                ),
            ),
        ),
        sources=(
            "https://github.com/nextcloud/docker#auto-configuration-via-environment-variables",
            "https://github.com/nextcloud/docker/blob/master/.config/smtp.config.php",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="nextcloud-helm",
        title="the Nextcloud chart",
        syntaxes=("yaml",),
        files=("values.yaml", "values*.yaml"),
        marks=("**.nextcloud.mail.smtp.host",),
        newest=True,
        services=(
            ServiceWords(
                at=("**.nextcloud.mail.smtp",),
                host=("host",),
                port=("port",),
                user=("name",),
                secret=("password",),
                auth=("authtype",),
                enabled={"/**.nextcloud.mail.enabled": (True,)},
                ports={Security.IMPLICIT_TLS: 465, Security.STARTTLS: 25},
                readings=_readings(
                    "secure", Mode(_TLS, {"secure": "tls", "@port": None}, {"secure": "ssl"})
                ),
            ),
        ),
        example="values.yaml",
        sources=(
            "https://github.com/nextcloud/helm/blob/main/charts/nextcloud/templates/_helpers.tpl",
            "https://github.com/nextcloud/docker/blob/master/.config/smtp.config.php",
        ),
        dated="2026-11-28",
    ),
)
