"""TYPO3, MediaWiki, Kanboard and LimeSurvey: PHP settings with words of their own."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

_DATED = ""

DIALECTS = (
    Dialect(
        name="typo3",
        title="TYPO3",
        syntaxes=("php",),
        files=(
            "LocalConfiguration.php",
            "AdditionalConfiguration.php",
            "system/settings.php",
            "system/additional.php",
        ),
        services=(
            ServiceWords(
                at=("return.MAIL", "$GLOBALS.TYPO3_CONF_VARS.MAIL"),
                host=("transport_smtp_server",),
                user=("transport_smtp_username",),
                secret=("transport_smtp_password",),
                address=("defaultMailFromAddress",),
                name=("defaultMailFromName",),
                host_port=True,
                ports=25,
                needs_host=True,
                enabled={"transport": ("smtp",)},
                modes=(
                    Mode(
                        Security.IMPLICIT_TLS,
                        {"transport_smtp_encrypt": (True, "ssl")},
                        {"transport_smtp_encrypt": True},
                    ),
                    Mode(Security.IMPLICIT_TLS, {"@port": 465}, {"transport_smtp_encrypt": True}),
                    Mode(
                        Security.STARTTLS,
                        {"transport_smtp_encrypt": (False, "tls", ABSENT)},
                        {"transport_smtp_encrypt": False},
                        optional=True,
                    ),
                ),
            ),
        ),
        example="system/settings.php",
        sources=(
            "https://docs.typo3.org/m/typo3/reference-coreapi/main/en-us/ApiOverview/Mail/Index.html#mail-configuration-smtp",
        ),
        dated=_DATED,
    ),
    Dialect(
        name="mediawiki",
        title="MediaWiki",
        syntaxes=("php",),
        own_files=("LocalSettings.php",),
        services=(
            ServiceWords(
                at=("$wgSMTP",),
                host=("host",),
                port=("port",),
                user=("username",),
                secret=("password",),
                address=("/$wgPasswordSender",),
                login_flag=("auth",),
                prefixes={"ssl://": Security.IMPLICIT_TLS, "tls://": Security.IMPLICIT_TLS},
                ports=25,
                modes=(
                    Mode(
                        Security.STARTTLS,
                        {},
                        {},
                        optional=True,
                        why="asks for STARTTLS only if the server offers it",
                    ),
                ),
            ),
        ),
        example="LocalSettings.php",
        sources=("https://www.mediawiki.org/wiki/Manual:$wgSMTP",),
        dated=_DATED,
    ),
    Dialect(
        name="kanboard",
        title="Kanboard",
        syntaxes=("php", "dotenv"),
        files=("config.php",),
        images=("kanboard/*", "*/kanboard"),
        marks=("MAIL_SMTP_HOSTNAME",),
        services=(
            ServiceWords(
                host=("MAIL_SMTP_HOSTNAME",),
                port=("MAIL_SMTP_PORT",),
                user=("MAIL_SMTP_USERNAME",),
                secret=("MAIL_SMTP_PASSWORD",),
                address=("MAIL_FROM",),
                ports=25,
                enabled={"MAIL_TRANSPORT": ("smtp",)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"MAIL_SMTP_ENCRYPTION": "ssl"}),
                    Mode(Security.STARTTLS, {"MAIL_SMTP_ENCRYPTION": "tls"}),
                    Mode(Security.CLEARTEXT, {"MAIL_SMTP_ENCRYPTION": ("", "null", ABSENT)}),
                ),
            ),
        ),
        example="config.php",
        sources=(
            "https://docs.kanboard.org/v1/admin/email/",
            "https://github.com/kanboard/kanboard/blob/main/config.default.php",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="limesurvey",
        title="LimeSurvey",
        syntaxes=("php",),
        files=("config/config.php", "config.php"),
        services=(
            ServiceWords(
                at=("return.config", "$config"),
                host=("emailsmtphost",),
                user=("emailsmtpuser",),
                secret=("emailsmtppassword",),
                address=("siteadminemail",),
                host_port=True,
                ports=25,
                needs_host=True,
                enabled={"emailmethod": ("smtp",)},
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"emailsmtpssl": ("ssl", 1)}),
                    Mode(Security.STARTTLS, {"emailsmtpssl": "tls"}),
                    Mode(
                        Security.CLEARTEXT,
                        {"emailsmtpssl": ("", "0", ABSENT)},
                        {"emailsmtpssl": ""},
                    ),
                ),
            ),
        ),
        example="config.php",
        sources=(
            "https://manual.limesurvey.org/Optional_settings#Email_settings",
            "https://github.com/LimeSurvey/LimeSurvey/blob/master/application/core/LimeMailer.php",
            "https://github.com/LimeSurvey/LimeSurvey/blob/master/application/config/config-defaults.php",
        ),
        dated="2026-11-27",
    ),
)
