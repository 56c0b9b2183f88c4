"""TYPO3, MediaWiki, Kanboard and LimeSurvey: PHP settings with words of their own."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, Reading, ServiceWords
from mailkit.formats.dialects.symfony import DSN_MODES
from mailkit.ports import Security

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
        new_file=True,
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
                readings=(
                    Reading(
                        "TYPO3 10 and later",
                        (
                            Mode(
                                Security.IMPLICIT_TLS,
                                {"transport_smtp_encrypt": True},
                                {"transport_smtp_encrypt": True},
                            ),
                            Mode(
                                Security.IMPLICIT_TLS,
                                {"@port": 465},
                                {"transport_smtp_encrypt": True},
                            ),
                            Mode(
                                Security.STARTTLS,
                                {"transport_smtp_encrypt": (False, ABSENT)},
                                {"transport_smtp_encrypt": False},
                                optional=True,
                            ),
                        ),
                    ),
                    Reading(
                        "TYPO3 9 and earlier",
                        (
                            Mode(Security.STARTTLS, {"transport_smtp_encrypt": "tls"}),
                            Mode(
                                Security.IMPLICIT_TLS,
                                {"transport_smtp_encrypt": True},
                                {"transport_smtp_encrypt": "ssl"},
                            ),
                            Mode(Security.CLEARTEXT, {"transport_smtp_encrypt": (False, ABSENT)}),
                        ),
                    ),
                ),
            ),
            ServiceWords(
                at=("return.MAIL", "$GLOBALS.TYPO3_CONF_VARS.MAIL"),
                url=("dsn",),
                schemes={"smtp": ("smtp", None), "smtps": ("smtp", Security.IMPLICIT_TLS)},
                address=("defaultMailFromAddress",),
                enabled={"transport": ("dsn",)},
                modes=DSN_MODES,
            ),
        ),
        versions_in=dict.fromkeys(
            ("composer.lock", "../composer.lock", "../../composer.lock"),
            r'"name":\s*"typo3/cms-core",\s*"version":\s*"v?(?:(?P<v0>[1-9]\d)|(?P<v1>[4-9]))\.',
        )
        # TYPO3 12 moved its settings there
        | {"path": r"(?P<v0>\bsystem/(?:settings|additional)\.php$)"},
        example="system/settings.php",
        sources=(
            "https://docs.typo3.org/m/typo3/reference-coreapi/main/en-us/ApiOverview/Mail/Index.html#mail-configuration-smtp",
            "https://github.com/TYPO3/typo3/blob/main/typo3/sysext/core/Classes/Mail/TransportFactory.php",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="mediawiki",
        title="MediaWiki",
        syntaxes=("php",),
        own_files=("LocalSettings.php",),
        new_file=True,
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
                defaults={"auth": False},
                verify=("socket_options.ssl.verify_peer", "socket_options.ssl.verify_peer_name"),
                modes=(
                    Mode(Security.STARTTLS, {"starttls": True, "auth": False}, {"starttls": True}),
                    Mode(Security.CLEARTEXT, {"starttls": ("false", "0")}, {}),
                    Mode(Security.CLEARTEXT, {"auth": False}, {}),
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
        sources=(
            "https://www.mediawiki.org/wiki/Manual:$wgSMTP",
            "https://github.com/wikimedia/mediawiki/blob/master/includes/mail/UserMailer.php",
            "https://github.com/pear/Mail/blob/master/Mail/smtp.php",
            "https://github.com/pear/Net_SMTP/blob/master/Net/SMTP.php",
        ),
        dated="2026-11-27",
    ),
    Dialect(
        name="kanboard",
        title="Kanboard",
        syntaxes=("php", "dotenv"),
        files=("config.php",),
        images=("kanboard/*", "*/kanboard"),
        marks=("MAIL_SMTP_HOSTNAME",),
        new_file=True,
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
        new_file=True,
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
